"""The columnar engine: what it derives and reports is what the embedded store does, or it refuses by name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Triple

from mea_kg import reasoning, resources, rules
from mea_kg.axioms import compile_axioms
from mea_kg.building import Build
from mea_kg.columnar import embedded
from mea_kg.columnar.asking import construct, select
from mea_kg.columnar.closing import close
from mea_kg.columnar.database import AUTHORED, INFERRED, Database
from mea_kg.columnar.kinds import in_the_stores_form
from mea_kg.columnar.loading import load
from mea_kg.columnar.output import triples, write
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.validating import validate
from mea_kg.errors import InputError
from mea_kg.namespaces import XSD
from mea_kg.ontology import read_ontology, read_turtle
from mea_kg.shacl import compile_shapes
from mea_kg.shacl import validate as validate_in_store
from mea_kg.shapes import authored_modules, whole_modules
from mea_kg.sparql.wanted_statements import wanted
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store, triples_of
from tests.test_shacl_ours import FILES

pytest.importorskip("duckdb")

BOTH = (AUTHORED, INFERRED)
RULES = resources.ontology_folder() / "rules"
URN = "urn:x:"


def loaded(data: Iterable[Triple]) -> Database:
    database = Database(threads=1)
    load(database, [], data)
    return database


@pytest.fixture(scope="module")
def derived(toy: Build) -> Database:
    """The toy world, closed and derived."""
    database = loaded(triples_of(toy.store, AUTHORED_GRAPH))
    close(database, compile_axioms(read_ontology(resources.ontology_folder())))
    return database


def test_closure_and_rules(toy: Build, derived: Database) -> None:
    axioms = compile_axioms(read_ontology(resources.ontology_folder()))
    store = new_store(in_graph(triples_of(toy.store, AUTHORED_GRAPH), AUTHORED_GRAPH))
    closure = reasoning.close(store, [AUTHORED_GRAPH], INFERRED_GRAPH, axioms)
    assert derived.rows(INFERRED) == closure > 100
    for rule in rules.load_rules(RULES):
        added = rules.apply_rules(store, [rule], [AUTHORED_GRAPH], INFERRED_GRAPH)[rule.name]
        assert (rule.name, construct(derived, rule.text, BOTH)) == (rule.name, added)
    assert set(triples(derived, INFERRED)) == set(triples_of(store, INFERRED_GRAPH))


def test_written_triples_are_those_of_the_graph(derived: Database, tmp_path: Path) -> None:
    write(derived, INFERRED, tmp_path / "inferred.nt")
    lines = (tmp_path / "inferred.nt").read_text().splitlines()
    assert sorted(lines) == sorted(f"{triple} ." for triple in triples(derived, INFERRED))


def assert_same_report(data: Iterable[Triple], modules: Iterable[Path], handed_on: int) -> int:
    """The report, for which at most so many queries are handed on; how many results."""
    data = list(data)
    compiled = compile_shapes(triple for path in modules for triple in read_turtle(path))
    results, left = validate(loaded(data), [AUTHORED], compiled)
    assert len(left) <= handed_on
    store = new_store(in_graph(data, AUTHORED_GRAPH))
    assert results == validate_in_store(store, [AUTHORED_GRAPH], compiled)
    return len(results)


def test_report_on_the_toy_world(toy: Build) -> None:
    authored = list(triples_of(toy.store, AUTHORED_GRAPH))
    whole = authored + list(triples_of(toy.store, INFERRED_GRAPH))
    assert_same_report(authored, authored_modules(resources.shapes_folder()), 0)
    assert_same_report(whole, whole_modules(resources.shapes_folder()), 0)


def test_report_on_all_that_fails_at_once() -> None:
    data = dict.fromkeys(read_ontology(resources.ontology_folder()))
    for path in FILES:
        if path.stem.endswith(".fail"):
            data |= dict.fromkeys(t for t in read_turtle(path) if "#expected" not in str(t.subject))
    shapes = resources.shapes_folder()
    assert assert_same_report(data, authored_modules(shapes), 8) > 300
    assert_same_report(data, whole_modules(shapes), 0)


def test_a_file_in_any_form(tmp_path: Path) -> None:
    """Escapes, comments, spaces and literals that the store rewrites are read as the store reads them."""
    text = """# A comment.
<urn:x:a> <urn:x:p> "a \\"b\\" \\\\n \\n \\u00E9" .
<urn:x:a>   <urn:x:p> "x"^^<http://www.w3.org/2001/XMLSchema#string>.
<urn:x:a> <urn:x:p> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .
<urn:x:a> <urn:x:p> "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<urn:x:a> <urn:x:p> "abc"^^<http://www.w3.org/2001/XMLSchema#integer> .
<urn:x:a> <urn:x:p> "2005-02-30"^^<http://www.w3.org/2001/XMLSchema#date> .
<urn:x:a> <urn:x:p> "2005-01-31"^^<http://www.w3.org/2001/XMLSchema#date> .
<urn:x:a> <urn:x:p> "x"@en-GB .

<urn:x:a> <urn:x:p> "ending"@en .
"""
    path = tmp_path / "some.nt"
    path.write_text(text, encoding="utf-8")
    database = Database(threads=1)
    load(database, [path])
    store = new_store()
    store.load(text.encode(), format=RdfFormat.N_TRIPLES, to_graph=AUTHORED_GRAPH)
    assert set(triples(database, AUTHORED)) == set(triples_of(store, AUTHORED_GRAPH))


def test_a_mistake_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.nt"
    path.write_text("<urn:x:a> <urn:x:p> .\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.nt"):
        load(Database(threads=1), [path])


@pytest.mark.parametrize(
    ("query", "construct_named"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 1", "Slice"),
        ("SELECT (RAND() AS ?r) {}", "RAND"),
        ("SELECT ?s { ?s ?p ?o FILTER REGEX(STR(?o), '\\\\w') }", "regular expression"),
        ("SELECT ?s { ?s <urn:x:p>* ?o }", "no end bound"),
        ("SELECT (SAMPLE(STR(?o)) AS ?m) { ?s ?p ?o }", "SAMPLE of something"),
        ("SELECT ?s { ?s ?p", "cannot parse"),
        ("SELECT (MIN(?o) AS ?m) { ?s ?p ?o }", "MIN of what may be no text"),
        ('SELECT ?s { ?s ?p ?o FILTER REGEX(STR(?o), "a", "m") }', "flags"),
        (
            "SELECT ?o { { ?s ?p ?o } UNION { ?s ?p ?x BIND (STRLEN(STR(?x)) AS ?o) } FILTER (STR(?o) != 'a') }",
            "may be computed or a term",
        ),
        ("SELECT ?s { ?s ?p ?o MINUS { ?s <urn:x:p> 1 } }", "Minus"),
        ("BASE <urn:x:b> SELECT ?p { <c> ?p ?o }", "the relative IRI <c>"),
    ],
)
def test_what_is_not_translated_is_refused_by_name(query: str, construct_named: str) -> None:
    database = loaded([Triple(NamedNode(URN + "a"), NamedNode(URN + "p"), Literal("x"))])
    with pytest.raises(NotTranslatedError, match=construct_named):
        list(select(database, query, [AUTHORED]))


def test_a_computed_term_is_compared_with_a_term_of_any_number() -> None:
    a, p = NamedNode(URN + "a"), NamedNode(URN + "p")
    database = loaded([Triple(a, p, Literal("true")), Triple(a, p, Literal("b"))])
    for constant in ("true", "<urn:x:a>", "<urn:x:b>", '"B"@en'):
        least = "SELECT ?s (MIN(STR(?n)) AS ?o) { ?s <urn:x:p> ?n } GROUP BY ?s"
        query = f"SELECT ?s {{ {{ {least} }} FILTER (?o = {constant}) }}"
        assert list(select(database, query, [AUTHORED])) == []


@pytest.mark.parametrize(
    ("rows", "number"),
    [('"UNDEF"', 1), ("UNDEF", 3), ('"UNDEF" "UNDEF"@en <urn:x:a>', 3)],
)
def test_what_reads_undef_is_a_term_and_not_the_lack_of_one(rows: str, number: int) -> None:
    s, p = NamedNode(URN + "s"), NamedNode(URN + "p")
    data = [
        Triple(s, p, Literal("UNDEF")),
        Triple(s, p, Literal("UNDEF", language="en")),
        Triple(s, p, NamedNode(URN + "a")),
    ]
    query = f"SELECT ?o {{ VALUES ?o {{ {rows} }} ?s <urn:x:p> ?o }}"
    solutions = new_store(in_graph(data, AUTHORED_GRAPH)).query(query, default_graph=[AUTHORED_GRAPH])
    assert isinstance(solutions, QuerySolutions)
    wanted = sorted(str(row["o"]) for row in solutions)
    found = sorted(str(row["o"]) for row in select(loaded(data), query, [AUTHORED]))
    assert found == wanted
    assert len(found) == number


NODES = [NamedNode(URN + name) for name in "abc"]
PREDICATES = [NamedNode(URN + name) for name in "pqr"]
LITERALS = in_the_stores_form(
    [
        *(Literal(text) for text in ("", "a", "B", "b.c", "É", "12", "2005-01-01")),
        *(Literal(text, language="en") for text in ("a", "B")),
        Literal("a", language="fr"),
        *(Literal(text, datatype=NamedNode(XSD + "integer")) for text in ("0", "1", "-7", "12")),
        *(Literal(text, datatype=NamedNode(XSD + "decimal")) for text in ("1", "0.5", "-2.25", "12.125")),
        *(Literal(text, datatype=NamedNode(XSD + "boolean")) for text in ("true", "false")),
        *(Literal(text, datatype=NamedNode(XSD + "date")) for text in ("2005-01-01", "2006-12-31")),
        Literal("2005", datatype=NamedNode(XSD + "gYear")),
    ]
)
TRIPLES = st.lists(
    st.builds(
        Triple, st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from([*NODES, *LITERALS])
    ),
    min_size=1,
    max_size=12,
    unique=True,
)
VALUES = ["?o", "?v", "?z", '"a"', '"B"@en', "1", "0.5", "true", "<urn:x:a>"]
OPERATORS = ["=", "!=", "<", "<=", ">", ">="]
ATOMS = st.one_of(
    st.builds(
        "({} {} {})".format, st.sampled_from(VALUES), st.sampled_from(OPERATORS), st.sampled_from(VALUES)
    ),
    st.builds("({} IN ({}, {}))".format, *[st.sampled_from(VALUES)] * 3),
    st.sampled_from(
        [
            *("BOUND(?z)", "isIRI(?o)", "isLiteral(?v)", "sameTerm(?o, ?v)", "STRLEN(STR(?o)) > 1"),
            *("(?o + 1 > ?v)", "(?o * ?v = 1)", "(?o / 2 < ?v)", "(ABS(?o) - ROUND(?v) < 3)"),
            *('REGEX(?o, "^a", "i")', 'REGEX(STR(?v), "[.]")', 'CONTAINS(?o, "c")', "STRSTARTS(?o, ?v)"),
            *('LANG(?o) = "en"', 'LANGMATCHES(LANG(?v), "*")', f"DATATYPE(?o) = <{XSD}integer>"),
            *(f"<{XSD}integer>(?o) > 0", f"isLiteral(<{XSD}date>(STR(?o)))", "LCASE(?o) = LCASE(?v)"),
            *("COALESCE(?z, ?o) = ?v", "IF(?o = ?v, true, ?z = 1)", 'REPLACE(STR(?o), "[ab]", "x") = "x"'),
            *('SUBSTR(STR(?o), 2, 1) = "."', 'STRAFTER(STR(?o), "x:") = "a"', "(?o && true)", "(!?v)"),
            *("EXISTS { ?s <urn:x:r> ?w FILTER (?w != ?o) }", "NOT EXISTS { ?o ?any ?w }"),
            "EXISTS { ?w <urn:x:q>|<urn:x:r> ?s . FILTER EXISTS { ?w <urn:x:p>+ ?x } }",
            "EXISTS { ?s <urn:x:p>* ?w FILTER EXISTS { ?v <urn:x:q>* ?w } }",
            "EXISTS { ?s ?any ?w FILTER EXISTS { ?w <urn:x:p>|<urn:x:q> ?x FILTER EXISTS { ?v ?other ?x } } }",
            "NOT EXISTS { ?s ?any ?w FILTER NOT EXISTS { ?v <urn:x:q> ?w FILTER EXISTS { ?w <urn:x:r> ?o } } }",
            "EXISTS { ?s <urn:x:r> ?w FILTER (?w > ?o) FILTER NOT EXISTS { ?v <urn:x:q> ?w } }",
            "EXISTS { ?s <urn:x:r> ?w FILTER EXISTS { ?w ?any ?x FILTER (?x = ?late || CONTAINS(STR(?x), ?part)) } }",
            "NOT EXISTS { ?s ?any ?w FILTER EXISTS { ?w <urn:x:p> ?x FILTER (BOUND(?late) && ?x != ?late) } }",
            "IF(?o < 2, ?o, 0) + IF(1 >= ?v, 1, ?v) > 1",
            'REPLACE(STR(?o), "^.*?([0-9]).*$", "$1", "s") = "1"',
        ]
    ),
)
TESTS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
        st.builds("(!{})".format, inner),
        st.builds("COALESCE({}, false)".format, inner),
    ),
    max_leaves=4,
)
PATTERNS = [
    "?s <urn:x:p> ?o . ?t <urn:x:q> ?v .",
    "?s <urn:x:p> ?o . ?s <urn:x:q>|<urn:x:r> ?v . OPTIONAL { ?s <urn:x:r> ?z }",
    "?s <urn:x:p>/<urn:x:q>? ?o . ?s ?p ?v .",
    "{ ?s <urn:x:p> ?o } UNION { ?s <urn:x:q> ?o . ?o <urn:x:r> ?z } ?s ?p ?v .",
    "{ SELECT ?s (COUNT(?n) AS ?o) (SUM(?n) AS ?v) { ?s <urn:x:p>|<urn:x:q> ?n } GROUP BY ?s } ?s ?p ?z .",
    "{ ?s <urn:x:p> ?o } UNION { ?s <urn:x:q> ?n BIND (?n + 1 AS ?o) } ?s ?p ?v .",
    "{ SELECT ?s (MIN(STR(?n)) AS ?o) { ?s <urn:x:p>|<urn:x:q> ?n } GROUP BY ?s } { ?s <urn:x:q> ?v } ?s ?p ?z .",
    'VALUES ?o { <urn:x:a> 1 "a" } ?s <urn:x:p> ?o . ?s ^<urn:x:q>* ?v .',
    '?s <urn:x:p> ?o . ?s ?any ?v BIND (?v + 1 AS ?late) BIND (SUBSTR(STRAFTER(?v, "."), 1) AS ?part)',
    "VALUES ?key { <urn:x:p> <urn:x:r> } ?s ?key ?o ; <urn:x:q> ?v .",
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TRIPLES, st.sampled_from(PATTERNS), TESTS)
def test_a_query_gives_the_same_rows_here_or_there(data: list[Triple], pattern: str, test: str) -> None:
    query = f"SELECT * {{ {pattern} BIND ({test} AS ?holds) FILTER ({test}) }}"
    store = new_store(in_graph(data, AUTHORED_GRAPH))
    solutions = store.query(query, default_graph=[AUTHORED_GRAPH])
    assert isinstance(solutions, QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    wanted = sorted(
        sorted(f"{name}={row[name]}" for name in names if row[name] is not None) for row in solutions
    )
    database = loaded(data)
    try:
        rows = list(select(database, query, [AUTHORED]))
    except NotTranslatedError:
        rows = embedded.rows(database, query, [AUTHORED])
    finally:
        database.close()
    assert sorted(sorted(f"{name}={term}" for name, term in row.items()) for row in rows) == wanted


WANTED = [
    ("SELECT * { ?s <urn:x:p> ?o MINUS { ?s <urn:x:q> <urn:x:a> } }", "pq"),
    ("SELECT * { ?s <urn:x:p>/<urn:x:q>? ?o OPTIONAL { ?o ^<urn:x:r> ?z } }", "pqr"),
    ("SELECT * { VALUES ?p { <urn:x:p> <urn:x:q> } ?s ?p ?o }", "pq"),
    ("SELECT * { ?s <urn:x:q> ?k FILTER (?k IN (<urn:x:a>, <urn:x:b>)) }", "q"),
    (
        "SELECT * { ?s <urn:x:p> ?x FILTER NOT EXISTS { ?x <urn:x:q>* ?y FILTER EXISTS { ?y <urn:x:r> ?s } } }",
        "pqr",
    ),
    ("SELECT * { ?s <urn:x:p>* ?o }", None),
    ("SELECT * { ?s ?p ?o } LIMIT 100", None),
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TRIPLES, st.sampled_from(WANTED), st.sampled_from([0, 1000]))
def test_a_copy_of_what_a_query_can_match_has_the_same_rows(
    data: list[Triple], case: tuple[str, str | None], in_memory: int
) -> None:
    query, predicates = case
    found = wanted(query)
    assert (None if found is None else "".join(sorted(iri[-1] for iri in found))) == predicates
    store = new_store(in_graph(data, AUTHORED_GRAPH))
    solutions = store.query(query, default_graph=[AUTHORED_GRAPH])
    assert isinstance(solutions, QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    rows = [{name: row[name] for name in names if row[name] is not None} for row in solutions]
    database = loaded(data)
    copied = embedded.rows(database, query, [AUTHORED], in_memory)
    database.close()
    assert sorted(map(str, copied)) == sorted(map(str, rows))


def test_a_rule_that_is_asked_of_the_embedded_store() -> None:
    a, b, c = NODES
    p, q, r = PREDICATES
    database = loaded([Triple(a, p, b), Triple(b, q, c), Triple(a, r, c)])
    rule = "CONSTRUCT { ?x <urn:x:r> ?z ; <urn:x:new> 1 } { ?x <urn:x:p> ?y . ?y <urn:x:q> ?z } ORDER BY ?x"
    assert embedded.construct(database, rule, BOTH) == 1
    one = Literal("1", datatype=NamedNode(XSD + "integer"))
    assert list(triples(database, INFERRED)) == [Triple(a, NamedNode(URN + "new"), one)]
    assert list(select(database, "SELECT ?x { ?x <urn:x:new> 1 }", BOTH)) == [{"x": a}]
    with pytest.raises(InputError, match="blank node"):
        embedded.construct(database, "CONSTRUCT { ?x <urn:x:new> [] } { ?x <urn:x:p> ?y }", BOTH)
