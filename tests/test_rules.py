from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, QueryTriples, RdfFormat, Store, Triple, parse

from mea_kg.errors import QueryError
from mea_kg.reasoning import rdflib_graph, triples_of
from mea_kg.rules import Rule, apply_rules, apply_rules_with_rdflib, load_rules
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store
from mea_kg.stores import triples_of as triples_in

OTHER_GRAPH = NamedNode("http://example.org/graph/other")
PREFIX = "PREFIX mea: <https://w3id.org/mea-kg/ontology#>\n"
BASE = "BASE <https://w3id.org/mea-kg/>\n"
PARTNERS = f"""# Partners of one instrument cooperate,
# each with each other one.

{PREFIX}CONSTRUCT {{ ?a mea:cooperatesWith ?b }}
WHERE {{ ?instrument mea:participant ?a, ?b . FILTER (?a != ?b) }}
"""
NODES = f"""# A cooperation is a node.
{PREFIX}CONSTRUCT {{ ?node a mea:Cooperation ; mea:between ?a, ?b ; mea:label ?label . }}
WHERE {{
  ?a mea:cooperatesWith ?b .
  FILTER (STR(?a) < STR(?b))
  BIND (IRI(CONCAT(STR(?a), "--", STRAFTER(STR(?b), "/x/"))) AS ?node)
  BIND (CONCAT("from ", "<here>") AS ?label)
}}
"""
DATA = ":m mea:participant :a, :b, :c ."


def turtle(text: str) -> list[Triple]:
    header = (
        "@prefix mea: <https://w3id.org/mea-kg/ontology#> . @prefix : <https://w3id.org/mea-kg/id/x/> .\n"
    )
    return [quad.triple for quad in parse(header + text, format=RdfFormat.TURTLE)]


def rules_in(folder: Path, **texts: str) -> list[Rule]:
    for name, text in texts.items():
        (folder / f"{name}.rq").write_text(text, encoding="utf-8")
    return load_rules(folder)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(QueryError) as caught:
        rules_in(folder, rule=text)
    assert caught.value.hint
    return caught.value.message.removeprefix(str(folder))


def store_of(data: str, other: str = "") -> Store:
    store = new_store(in_graph(turtle(data), AUTHORED_GRAPH))
    store.extend(in_graph(turtle(other), OTHER_GRAPH))
    return store


def apply(store: Store, rules: list[Rule]) -> dict[str, int]:
    return apply_rules(store, rules, [AUTHORED_GRAPH, OTHER_GRAPH], INFERRED_GRAPH)


def test_rules_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no rule")
    first, second = rules_in(tmp_path, b20=NODES, a10=PARTNERS)
    assert (first.name, second.name) == ("a10", "b20")
    assert first.description == "Partners of one instrument cooperate, each with each other one."
    assert (second.text, second.path) == (NODES, tmp_path / "b20.rq")


def test_a_later_rule_sees_what_an_earlier_one_derived(tmp_path: Path) -> None:
    store = store_of(DATA)
    assert apply(store, rules_in(tmp_path, a=PARTNERS, b=NODES)) == {"a": 6, "b": 12}
    store = store_of(DATA)
    assert apply(store, list(reversed(load_rules(tmp_path)))) == {"b": 0, "a": 6}


def test_only_what_no_graph_holds_is_added_and_only_to_the_target(tmp_path: Path) -> None:
    rules = rules_in(tmp_path, a=PARTNERS)
    store = store_of(DATA + ":a mea:cooperatesWith :b .", ":b mea:cooperatesWith :a .")
    before = set(store)
    assert apply(store, rules) == {"a": 4}
    derived = set(triples_in(store, INFERRED_GRAPH))
    assert derived == set(
        turtle(":a mea:cooperatesWith :c . :b mea:cooperatesWith :c . :c mea:cooperatesWith :a, :b .")
    )
    assert {quad for quad in store if quad.graph_name != INFERRED_GRAPH} == before
    assert apply(store, rules) == {"a": 0}


def test_a_rule_joins_triples_of_several_graphs(tmp_path: Path) -> None:
    store = store_of(":m mea:participant :a .", ":m mea:participant :b .")
    assert apply(store, rules_in(tmp_path, a=PARTNERS)) == {"a": 2}


@pytest.mark.parametrize(
    "pattern",
    [
        "?x mea:cooperatesWith ?y",
        "?x ?any ?y . ?y a mea:Actor",
        "?x a mea:Actor . ?y a ?kind",
        "?m (mea:participant|mea:none)/mea:cooperatesWith ?y . BIND (?y AS ?x)",
        "?x mea:cooperatesWith+ ?y",
    ],
)
def test_a_rule_sees_whichever_graph_has_what_it_matches(tmp_path: Path, pattern: str) -> None:
    typed = PARTNERS.replace("cooperatesWith ?b }", "cooperatesWith ?b . ?a a mea:Actor }")
    after = f"# Partners of those.\n{PREFIX}CONSTRUCT {{ ?x mea:knows ?y }} WHERE {{ {pattern} }}"
    rules, store = rules_in(tmp_path, a=typed, b=after), store_of(DATA)
    added = apply(store, rules)
    assert added == apply_rules_with_rdflib(rdflib_graph(turtle(DATA)), rules)
    assert added["b"] > 0


def rules_around(folder: Path, making: str) -> list[Rule]:
    """A rule `b`, and one before and one after it that read what it makes."""
    reading = f"# Partners.\n{PREFIX}CONSTRUCT {{ ?x mea:NAME ?y }} WHERE {{ ?x mea:cooperatesWith ?y }}"
    return rules_in(folder, a=reading.replace("NAME", "before"), b=making, c=reading.replace("NAME", "after"))


@pytest.mark.parametrize("made", ["?a mea:cooperatesWith ?b", "?a ?either ?b"])
def test_a_rule_sees_what_was_not_there_for_the_same_rule_before(tmp_path: Path, made: str) -> None:
    making = (
        f"# Participants.\n{PREFIX}CONSTRUCT {{ {made} }} "
        "WHERE { ?n mea:participant ?a , ?b . BIND (mea:cooperatesWith AS ?either) }"
    )
    rules = rules_around(tmp_path, making)
    added = apply(store_of(DATA), rules)
    assert added == apply_rules_with_rdflib(rdflib_graph(turtle(DATA)), rules)
    assert (added["a"], added["c"] > 0) == (0, True)


@pytest.mark.parametrize(
    ("prologue", "predicate"),
    [
        (f"{PREFIX}# Not PREFIX mea: <urn:other#>\n", "mea:cooperatesWith"),
        (BASE, "<ontology#cooperatesWith>"),
        (f"{BASE}PREFIX mea: <ontology#>\n", "mea:cooperatesWith"),
        (f"{BASE}PREFIX mea: <ontology#>\n", "mea:cooperatesWith ?b ; <ontology#cooperatesWith>"),
    ],
    ids=["in a comment", "relative IRI", "relative prefix", "both"],
)
def test_what_a_rule_makes_is_known_however_its_prologue_is_written(
    tmp_path: Path, prologue: str, predicate: str
) -> None:
    making = (
        f"# Participants.\n{prologue}CONSTRUCT {{ ?a {predicate} ?b }} "
        "WHERE { ?n <https://w3id.org/mea-kg/ontology#participant> ?a , ?b }"
    )
    rules = rules_around(tmp_path, making)
    assert apply(store_of(DATA), rules) == {"a": 0, "b": 9, "c": 9}


def test_rdflib_derives_the_same(tmp_path: Path) -> None:
    data = DATA + ":n mea:participant :c, :d . :a mea:cooperatesWith :b ."
    rules = rules_in(tmp_path, a=PARTNERS, b=NODES)
    store = store_of(data)
    graph = rdflib_graph(turtle(data))
    assert apply(store, rules) == apply_rules_with_rdflib(graph, rules) == {"a": 7, "b": 16}
    everything: set[Triple] = set(triples_in(store, AUTHORED_GRAPH)) | set(triples_in(store, INFERRED_GRAPH))
    assert set(triples_of(graph)) == everything


def test_a_literal_never_becomes_a_subject(tmp_path: Path) -> None:
    text = f"# It turns round.\n{PREFIX}CONSTRUCT {{ ?o mea:of ?s }} WHERE {{ ?s mea:p ?o }}"
    rules, data = rules_in(tmp_path, a=text), turtle(":a mea:p 'text', :b .")
    graph = rdflib_graph(data)
    assert apply(new_store(in_graph(data, AUTHORED_GRAPH)), rules) == {"a": 1}
    assert apply_rules_with_rdflib(graph, rules) == {"a": 1}
    assert set(triples_of(graph)) == set(data) | set(turtle(":b mea:of :a ."))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * WHERE { ?s ?p ?o }", "/rule.rq:2: a rule is a CONSTRUCT query, and this is SELECT"),
        (PREFIX + "ASK { ?s ?p ?o }", "/rule.rq:3: a rule is a CONSTRUCT query, and this is ASK"),
        ("DELETE WHERE { ?s ?p ?o }", "/rule.rq:2: a rule is a CONSTRUCT query, and this is DELETE"),
        (
            "BASE <http://construct/>\n# CONSTRUCT\ndescribe <x>",
            "/rule.rq:4: a rule is a CONSTRUCT query, and this is describe",
        ),
        ("", "/rule.rq:2: a rule is a CONSTRUCT query, and this is nothing"),
        (
            "CONSTRUCT { ?s ?p ?o }\nFROM <x:g> WHERE { ?s ?p ?o }",
            "/rule.rq:3: a rule reads all graphs as one, and this says FROM",
        ),
        (
            "CONSTRUCT WHERE { GRAPH ?g { ?s ?p ?o } }",
            "/rule.rq:2: a rule reads all graphs as one, and this says GRAPH",
        ),
        (
            "CONSTRUCT WHERE { service <x:g> { ?s ?p ?o } }",
            "/rule.rq:2: a rule reads all graphs as one, and this says service",
        ),
    ],
)
def test_what_is_no_rule_is_refused(tmp_path: Path, query: str, message: str) -> None:
    assert refusal(tmp_path, "# It derives.\n" + query) == message


@pytest.mark.parametrize("head", ["", "#\n", "\n", PREFIX + "# too late\n"])
def test_a_rule_says_what_it_derives(tmp_path: Path, head: str) -> None:
    assert (
        refusal(tmp_path, head + "CONSTRUCT WHERE { ?s ?p ?o }")
        == "/rule.rq:1: nothing says what this rule derives"
    )


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rule.rq").write_bytes(b"# \xff")
    with pytest.raises(QueryError, match=r"rule\.rq: this rule cannot be read"):
        load_rules(tmp_path)


def test_words_in_names_strings_and_comments_are_no_clauses(tmp_path: Path) -> None:
    text = f"""# From each graph, a service.
prefix  graph: <https://w3id.org/mea-kg/graph/FROM>
{PREFIX}construct {{ ?from mea:from graph:service ; mea:note "FROM \\" here", 'GRAPH' }} # SERVICE
WHERE {{ ?from mea:participant $graph }}
"""
    assert apply(store_of(DATA), rules_in(tmp_path, a=text)) == {"a": 3}


def test_a_syntax_error_names_file_and_place(tmp_path: Path) -> None:
    rules = rules_in(tmp_path, a="# It derives.\nCONSTRUCT { ?s ?p ?o WHERE { ?s ?p ?o }")
    with pytest.raises(QueryError, match=r"a\.rq: error at 2:22"):
        apply(store_of(DATA), rules)


@pytest.mark.parametrize(
    "template", ["?s mea:p [] .", "[] mea:p ?s .", "_:node mea:p ?s .", "?s mea:p (?s) ."]
)
def test_a_blank_node_is_refused_by_both(tmp_path: Path, template: str) -> None:
    rules = rules_in(tmp_path, a=f"# It derives.\n{PREFIX}CONSTRUCT {{ {template} }} WHERE {{ ?s ?p ?o }}")
    store = store_of(DATA)
    with pytest.raises(QueryError, match=r"a\.rq: this rule makes a blank node"):
        apply(store, rules)
    assert list(triples_in(store, INFERRED_GRAPH)) == []
    with pytest.raises(QueryError, match=r"a\.rq: this rule makes a blank node"):
        apply_rules_with_rdflib(rdflib_graph(turtle(DATA)), rules)


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT WHERE { ?a mea:participant ?b }",
        "construct { ?a mea:has ?b ; mea:note 'a } b', 1.5, true . } { ?a mea:participant ?b } # the end }",
        "CONSTRUCT { $a ?p ?b } WHERE { ?a mea:participant $b BIND (mea:has AS ?p) }",
        "CONSTRUCT { ?a mea:first ?b } WHERE { ?a mea:participant ?b } ORDER BY STR(?b) LIMIT 1",
        "CONSTRUCT { mea:x mea:y mea:z } WHERE { ?a mea:participant ?b }",
        "CONSTRUCT { ?a mea:participant :a , :new ; a mea:Treaty } WHERE { ?a mea:participant ?b } VALUES ?b { :b }",
        "CONSTRUCT { } WHERE { ?a mea:participant ?b }",
        "CONSTRUCT { ?a a ?b ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> :m } WHERE { ?a mea:participant ?b }",
        "CONSTRUCT { ?a mea:y mea:x ; mea:y <https://w3id.org/mea-kg/ontology#x> } WHERE { ?a mea:participant ?b }",
    ],
)
def test_each_form_of_a_rule_makes_what_the_query_makes(tmp_path: Path, query: str) -> None:
    prologue = PREFIX + "PREFIX : <https://w3id.org/mea-kg/id/x/>\n"
    rules = rules_in(tmp_path, a=f"# It derives.\n{prologue}{query}")
    store = store_of(DATA + ":m a mea:Treaty .", ":n mea:participant :b .")
    constructed = store.query(rules[0].text, default_graph=[AUTHORED_GRAPH, OTHER_GRAPH])
    assert isinstance(constructed, QueryTriples)
    stated = set(triples_in(store, AUTHORED_GRAPH)) | set(triples_in(store, OTHER_GRAPH))
    expected = set(constructed) - stated
    assert apply(store, rules) == {"a": len(expected)}
    assert set(triples_in(store, INFERRED_GRAPH)) == expected
    assert set(store.named_graphs()) <= {AUTHORED_GRAPH, OTHER_GRAPH, INFERRED_GRAPH}


@pytest.mark.parametrize("value", ["_:node", "[]"])
def test_a_blank_node_of_the_data_is_refused(tmp_path: Path, value: str) -> None:
    store = store_of(f":m mea:participant {value} .")
    with pytest.raises(QueryError, match=r"a\.rq: this rule makes a blank node"):
        apply(
            store,
            rules_in(
                tmp_path,
                a=f"# It turns.\n{PREFIX}CONSTRUCT {{ ?b mea:in ?a }} WHERE {{ ?a mea:participant ?b }}",
            ),
        )
    assert list(triples_in(store, INFERRED_GRAPH)) == []


def test_what_is_no_query_by_itself_changes_nothing(tmp_path: Path) -> None:
    """With the words of an update around it this would be three."""
    store = store_of(DATA)
    before = set(store)
    text = "CONSTRUCT { ?a mea:has ?b } { ?a mea:in ?b } }} ; CLEAR ALL ; INSERT {} WHERE {{ SELECT ?a { ?a mea:in ?b }"
    with pytest.raises(QueryError, match=r"a\.rq: error at \d+:"):
        apply(store, rules_in(tmp_path, a=f"# It derives.\n{PREFIX}{text}"))
    assert set(store) == before
