from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat
from rdflib import Dataset, Graph
from rdflib.plugins import sparql

from mea_kg import resources
from mea_kg.answers import ask, run_text
from mea_kg.building import Build
from mea_kg.context import Context
from mea_kg.errors import QueryError, UnknownQuery
from mea_kg.graph import KnowledgeGraph
from mea_kg.names import find_entities
from mea_kg.namespaces import AUTHORED, ID, INFERRED, MEA, PREFIXES, VOCAB, XSD
from mea_kg.ontology import read_ontology
from mea_kg.saved_queries import SavedQuery, find_query, list_queries, parse_query
from mea_kg.tables.cells import canonical

FOLDER = resources.queries_folder()
DECIMAL = XSD + "decimal"
QUERIES = {query.name: query for query in list_queries(FOLDER)}
EXAMPLE = """\
#+ question: What?
#+ parameters:
#+   actor:
#+     class: mea:Actor
#+     label: who
#+     example: WCO
"""

# What to ask of the toy world, so that there is something to find.
IN_TOY = {
    "acts-of": ["MM-II/3"],
    "asked-to-work-with": ["secretariat/marsh"],
    "budget-lines": ["fund/marsh"],
    "contributions-of": ["Reed Land"],
    "dealt-with-by-both": ["secretariat/marsh", "secretariat/lantern"],
    "described-in-terms-of": ["treaty/marsh"],
    "due-at": ["body/marsh-cop"],
    "groups-of": ["secretariat/lantern"],
    "how-complete-is-a-group": ["group/marsh-liaison"],
    "is-assessed": ["Reed Land"],
    "largest-contributions": ["fund/marsh"],
    "mandates-of": ["secretariat/marsh"],
    "members-of": ["group/night-consortium"],
    "participants-of": ["partnership/lantern-programme"],
    "partnerships-of": ["HU"],
    "partnerships-on-theme": ["shared-species"],
    "quality-notes": ["breaks-off"],
    "relation-between": ["secretariat/marsh", "HU"],
    "said-of": ["HU"],
    "themes-of": ["partnership/lantern-programme"],
    "what-cites": ["MM-I/1"],
    "what-holds-on": ["2031-06-30"],
    "what-is-cited-by": ["MM-II/3"],
    "who-adopted": ["partnership/lantern-programme"],
    "who-cooperates-with": ["HU"],
}

every_query = pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)


@pytest.fixture(scope="module")
def variables(toy: Build) -> dict[str, list[str]]:
    found = {}
    for name, query in QUERIES.items():
        solutions = toy.store.query(query.text)
        assert isinstance(solutions, QuerySolutions), "a saved query is a SELECT"
        found[name] = [variable.value for variable in solutions.variables]
    return found


@pytest.fixture(scope="module")
def reference(toy: Build) -> Graph:
    graph = Graph()
    triples = "".join(f"{quad.triple} .\n" for quad in toy.store)
    return graph.parse(data=triples, format="nt")


@every_query
def test_a_query_names_its_graphs_and_limits_its_sources(query: SavedQuery) -> None:
    assert re.findall(r"^FROM <(.*)>$", query.text, re.MULTILINE) == [AUTHORED, INFERRED]
    assert f"VALUES ?source {{ <{ID}collection/all> }}" in query.text
    assert "UNDEF" not in query.text
    for parameter in query.parameters:
        example = r"(?:\"[^\"]+\"\^\^)?<[^>]+>"
        lines = re.findall(rf"VALUES \?{parameter.name} \{{ {example} \}}", query.text)
        assert len(set(lines)) == 1


@every_query
def test_a_query_calls_no_other_server(query: SavedQuery, toy: Build) -> None:
    run_text(toy.store, FOLDER, query.without_graphs().replace("#+", "#"), query.path)


@every_query
def test_key_and_hidden_columns_are_columns(query: SavedQuery, variables: dict[str, list[str]]) -> None:
    assert query.key
    assert set(query.key) | set(query.hide) <= set(variables[query.name])
    assert {parameter.name for parameter in query.parameters} <= set(query.key)


@every_query
def test_remarks_are_another_query_of_the_same_parameters(
    query: SavedQuery, variables: dict[str, list[str]]
) -> None:
    if query.remarks:
        other = QUERIES[query.remarks]
        assert [parameter.name for parameter in other.parameters] == [
            parameter.name for parameter in query.parameters
        ]
        assert "remark" in variables[other.name]


def test_every_own_term_of_a_query_is_defined() -> None:
    subjects = {
        triple.subject.value
        for triple in read_ontology(resources.ontology_folder())
        if isinstance(triple.subject, NamedNode)
    }
    prefixes = {
        **{name: PREFIXES[name] for name in ("mea",)},
        "basis": VOCAB + "basis/",
        "role": VOCAB + "role/",
    }
    unknown = set()
    for query in QUERIES.values():
        body = re.sub(r"<[^>]*>|\"[^\"]*\"|#[^\n]*", "", query.text)
        for prefix, local in re.findall(r"(?<![\w?:])([a-z]+):([\w-]+)", body):
            if prefix in prefixes and prefixes[prefix] + local not in subjects:
                unknown.add(f"{query.name}: {prefix}:{local}")
        for iri in re.findall(rf"<({VOCAB}[^>]*)>", query.text):
            if iri not in subjects and not iri.endswith("/"):
                unknown.add(f"{query.name}: {iri}")
    assert not unknown


def test_said_of_looks_at_every_reference_of_the_context_that_states_something() -> None:
    context = Context.load(resources.data_folder() / "context.jsonld")
    nested = {
        "acts", "amounts", "citations", "evidence", "gives", "items", "memberships", "names", "objectives",
        "paragraphs", "provisions", "qualityNotes", "seeks", "themeStatements",
    }  # fmt: skip
    structural = {"collections", "inheritsFrom", "partOf", "source"}
    concepts = {"qualityKind", "role", "sourceKind", "status", "unit", "verb"}
    references = {
        key for key, term in context.terms.items() if term.is_reference and term.iri.startswith(MEA)
    }
    listed = dict(re.findall(r"\(mea:(\w+) \"(\w+)\"\)", QUERIES["said-of"].text))
    assert set(listed.values()) == references - nested - structural - concepts
    for name, key in listed.items():
        term = context.term(key)
        assert term is not None and term.iri == MEA + name


@every_query
def test_the_example_of_the_header_is_that_of_the_query(query: SavedQuery, graph: KnowledgeGraph) -> None:
    for parameter in query.parameters:
        found = find_entities(graph.store, parameter.example, parameter)
        assert len(found) == 1
        assert f"VALUES ?{parameter.name} {{ {found[0].node} }}" in query.text


def bound_for_toy(query: SavedQuery, toy: Build) -> SavedQuery:
    values = IN_TOY.get(query.name, [])
    assert len(values) == len(query.parameters)
    terms = {
        parameter.name: [entity.node for entity in find_entities(toy.store, value, parameter)]
        for parameter, value in zip(query.parameters, values, strict=True)
    }
    return replace(query, text=query.bound(terms))


def text_of(text: str, term: object) -> str:
    """The text of a term; of a decimal that an engine has computed, without the zeros that it may end in."""
    return canonical(Decimal(text)) if str(getattr(term, "datatype", "")).strip("<>") == DECIMAL else text


def rows_of(toy: Build, query: SavedQuery) -> Counter[tuple[str | None, ...]]:
    solutions = toy.store.query(query.text)
    assert isinstance(solutions, QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return Counter(
        tuple(None if row[name] is None else text_of(row[name].value, row[name]) for name in names)
        for row in solutions
    )


def rows_in_rdflib(graph: Graph, text: str) -> Counter[tuple[str | None, ...]]:
    return Counter(
        tuple(None if term is None else text_of(str(term), term) for term in row)  # type: ignore[union-attr]
        for row in graph.query(text)
    )


@every_query
def test_rows_equal_those_of_rdflib(query: SavedQuery, toy: Build, reference: Graph) -> None:
    bound = bound_for_toy(query, toy)
    ours = rows_of(toy, bound)
    assert ours, "the toy world has something for every query"
    assert ours == rows_in_rdflib(reference, bound.without_graphs())


@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning")
def test_a_query_runs_unchanged_in_rdflib(toy: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparql, "SPARQL_LOAD_GRAPHS", False)
    dataset = Dataset()
    dataset.parse(data=toy.store.dump(format=RdfFormat.N_QUADS), format="nquads")
    bound = bound_for_toy(QUERIES["members-of"], toy)
    assert rows_in_rdflib(dataset, bound.text) == rows_of(toy, bound)


@every_query
def test_a_label_stands_only_beside_what_it_names(query: SavedQuery, toy: Build) -> None:
    """An OPTIONAL label of something that is not bound would pair the row with every label of the graph."""
    answer = ask(toy.store, FOLDER, query.name, IN_TOY.get(query.name, []))
    for row in answer:
        for name, value in row.items():
            base = name.removesuffix("Label")
            if base != name and base in row and value is not None:
                assert row[base] is not None


def test_a_source_limits_what_is_answered(toy: Build) -> None:
    def found(source: str | None) -> set[tuple[object, object]]:
        answer = ask(toy.store, FOLDER, "who-cooperates-with", ["HU"], source=source)
        return {(row["basis"], row["status"]) for row in answer}

    acknowledged, mandate = f"{VOCAB}basis/acknowledged", f"{VOCAB}basis/mandate"
    assert found("Lantern Page") == {(acknowledged, f"{VOCAB}status/ongoing")}
    assert found("document/mm-ii-3") == {
        (acknowledged, f"{VOCAB}status/established"),
        (mandate, f"{VOCAB}status/requested"),
    }
    assert found("The toy documents") == found(None) > found("document/mm-ii-3")


def test_terms_take_the_place_of_the_example() -> None:
    query = parse_query(
        EXAMPLE + "SELECT * { VALUES ?actor { <a:b> } VALUES  ?source{ <c:d> } }", Path("a.rq")
    )
    bound = query.bound({"actor": [NamedNode("x:1"), Literal('"} UNION {"')], "source": [NamedNode("y:1")]})
    assert 'VALUES ?actor { <x:1> "\\"} UNION {\\"" }' in bound
    assert "VALUES ?source { <y:1> }" in bound


def test_a_parameter_without_a_line_to_bind_is_an_error() -> None:
    with pytest.raises(QueryError, match=r"a\.rq: no line VALUES \?actor"):
        parse_query(EXAMPLE + "SELECT * {}", Path("a.rq")).bound({"actor": [NamedNode("x:1")]})


def test_the_text_without_graphs_is_for_an_engine_with_one() -> None:
    query = find_query(FOLDER, "who-cooperates-with")
    assert query.without_graphs().count("\n") == query.text.count("\n") - 2
    assert "FROM" not in query.without_graphs()


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("#+ description: x\n", "a.rq:1: the header has no question"),
        ("#+ question: x\n#+ answer: y\n", "a.rq:2: unknown key 'answer'"),
        ("#+ question: x\n#+ key: a\n", "a.rq:2: key is a list"),
        ("#+ question: [a]\n", "a.rq:1: question is one text"),
        ("#+ question: x\n#+ parameters: y\n", "a.rq:2: parameters are names"),
        ("#+ question: x\n#+ parameters:\n#+   a: y\n", "a.rq:3: the parameter 'a' needs keys"),
        (
            "#+ question: x\n#+ parameters:\n#+   a:\n#+     label: y\n",
            "a.rq:3: the parameter 'a' has no example",
        ),
        (EXAMPLE.replace("mea:Actor", "Actor"), "a.rq:4: 'Actor' is not a class"),
        (EXAMPLE.replace("mea:Actor", "mee:Actor"), "a.rq:4: 'mee:Actor' is not a class"),
        (EXAMPLE.replace("label:", "lable:"), "a.rq:5: unknown key 'lable'"),
        (EXAMPLE.replace("actor:", "source:"), "a.rq:3: every query has the parameter 'source'"),
    ],
)
def test_a_wrong_header_is_an_error_with_its_line(header: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(header + "SELECT * {}", Path("a.rq"))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("who-coperates-with", "did you mean who-cooperates-with"),
        ("cooperates", "did you mean who-cooperates-with"),
        ("zzz", "lists them all"),
        ("../queries/acts-of", "acts-of"),
        ("", "lists them all"),
        ("z" * 5000, "lists them all"),
    ],
)
def test_an_unknown_query_names_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(UnknownQuery) as caught:
        find_query(FOLDER, name)
    assert caught.value.hint is not None and hint in caught.value.hint
    assert len(str(caught.value)) < 1000


def test_questions_are_questions_and_differ() -> None:
    questions = [query.question for query in QUERIES.values()]
    assert len(set(questions)) == len(questions)
    assert all(question.endswith("?") for question in questions)
