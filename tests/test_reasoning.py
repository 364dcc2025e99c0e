from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, parse

from mea_kg import axioms as terms
from mea_kg.axioms import Axioms, compile_axioms
from mea_kg.namespaces import ID, MEA, PREFIXES, RDF
from mea_kg.reasoning import (
    Contradiction,
    close,
    close_with_owlrl,
    comparable,
    contradictions,
    contradictions_with_owlrl,
    rdflib_graph,
    triples_of,
    unclosed,
)
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store
from mea_kg.stores import triples_of as triples_in

OUTSIDE = "http://example.org/outside#"
TYPE = NamedNode(RDF + "type")
ONTOLOGY_GRAPH = NamedNode("http://example.org/graph/ontology")
_PREFIXES = {**PREFIXES, "": ID + "x/", "out": OUTSIDE}


def turtle(text: str) -> list[Triple]:
    header = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _PREFIXES.items())
    return [quad.triple for quad in parse(header + text, format=RdfFormat.TURTLE)]


def store_of(ontology: Iterable[Triple], data: Iterable[Triple]) -> Store:
    """Two source graphs, so that every closure here runs over a union."""
    store = new_store(in_graph(ontology, ONTOLOGY_GRAPH))
    store.extend(in_graph(data, AUTHORED_GRAPH))
    return store


def closed(ontology: list[Triple], data: list[Triple]) -> tuple[Store, Axioms]:
    store, axioms = store_of(ontology, data), compile_axioms(ontology)
    close(store, [ONTOLOGY_GRAPH, AUTHORED_GRAPH], INFERRED_GRAPH, axioms)
    return store, axioms


def inferred(ontology: list[Triple], data: list[Triple]) -> set[Triple]:
    store, _ = closed(ontology, data)
    return set(triples_in(store, INFERRED_GRAPH))


HARD = {
    "a cycle of subproperties": (
        "mea:p rdfs:subPropertyOf mea:q . mea:q rdfs:subPropertyOf mea:r . mea:r rdfs:subPropertyOf mea:p .",
        ":a mea:p :b . :c mea:r :d .",
        ":a mea:r :b . :c mea:q :d .",
    ),
    "symmetric and transitive": (
        "mea:p a owl:SymmetricProperty, owl:TransitiveProperty .",
        ":a mea:p :b . :c mea:p :b . :d mea:p :d .",
        ":a mea:p :a, :c . :c mea:p :a .",
    ),
    "the inverse of a transitive property": (
        "mea:p a owl:TransitiveProperty . mea:q owl:inverseOf mea:p .",
        ":a mea:p :b . :c mea:q :b . :c mea:p :d .",
        ":a mea:p :d . :d mea:q :a, :b, :c .",
    ),
    "an inverse said both ways": (
        "mea:p owl:inverseOf mea:q . mea:q owl:inverseOf mea:p .",
        ":a mea:p :b . :c mea:q :d .",
        ":b mea:q :a . :d mea:p :c .",
    ),
    "two inverses of one property": (
        "mea:p owl:inverseOf mea:q . mea:r owl:inverseOf mea:q .",
        ":a mea:p :b . :c mea:r :d .",
        ":a mea:r :b . :c mea:p :d . :d mea:q :c .",
    ),
    "a symmetric property below another": (
        "mea:p a owl:SymmetricProperty ; rdfs:subPropertyOf out:q .",
        ":a mea:p :b . :c out:q :d .",
        ":b mea:p :a ; out:q :a . :a out:q :b .",
    ),
    "a symmetric property with an equal one": (
        "mea:p a owl:SymmetricProperty ; owl:equivalentProperty mea:q . mea:r rdfs:subPropertyOf mea:q .",
        ":a mea:r :b . :c mea:p :d .",
        ":a mea:p :b ; mea:q :b . :b mea:p :a ; mea:q :a . :d mea:q :c .",
    ),
    "a property below its own inverse": (
        "mea:p rdfs:subPropertyOf mea:q . mea:q owl:inverseOf mea:p .",
        ":a mea:p :b . :c mea:q :d .",
        ":b mea:p :a . :c mea:p :d .",
    ),
    "a subproperty of a transitive one that has an inverse": (
        "mea:p a owl:TransitiveProperty . mea:q owl:inverseOf mea:p . mea:r rdfs:subPropertyOf mea:p ."
        "mea:s owl:inverseOf mea:r .",
        ":a mea:r :b . :c mea:s :b . :d mea:q :c .",
        ":a mea:p :c, :d . :d mea:q :a . :b mea:s :a .",
    ),
    "a transitive property below a transitive one": (
        "mea:p a owl:TransitiveProperty ; rdfs:subPropertyOf out:q . out:q a owl:TransitiveProperty ."
        "mea:r owl:inverseOf out:q .",
        ":a mea:p :b . :b mea:p :c . :c out:q :d . :e mea:r :d .",
        ":a mea:p :c ; out:q :d, :e . :e mea:r :a .",
    ),
    "a ring of a transitive property": (
        "mea:p a owl:TransitiveProperty .",
        ":a mea:p :b . :b mea:p :c . :c mea:p :a .",
        ":a mea:p :a, :c . :c mea:p :b .",
    ),
    "a cycle of classes": (
        "mea:A rdfs:subClassOf mea:B . mea:B rdfs:subClassOf mea:C . mea:C rdfs:subClassOf mea:B, out:D .",
        ":a a mea:A . :b a mea:C .",
        ":a a mea:C, out:D . :b a mea:B .",
    ),
    "equal classes": (
        "mea:A owl:equivalentClass out:B . out:B rdfs:subClassOf mea:C .",
        ":a a mea:A . :b a out:B .",
        ":a a mea:C, out:B . :b a mea:A .",
    ),
    "classes of the ontology that are also individuals": (
        "mea:A rdfs:subClassOf mea:B . mea:x a mea:A ; mea:p mea:A . mea:p a owl:SymmetricProperty .",
        ":a mea:p mea:A .",
        "mea:x a mea:B . mea:A mea:p :a, mea:x .",
    ),
    "literals": (
        "mea:p rdfs:subPropertyOf mea:q . mea:q owl:equivalentProperty out:r .",
        ":a mea:p '01' , 'x'@en, 2 .",
        ":a out:r '01', 'x'@en, 2 .",
    ),
    "a property below an annotation property": (
        "mea:p rdfs:subPropertyOf mea:q . mea:q rdfs:subPropertyOf rdfs:label .",
        ":a mea:p 'x'@en .",
        ":a rdfs:label 'x'@en .",
    ),
}


@pytest.mark.parametrize("case", HARD)
def test_hard_cases_equal_owlrl(case: str) -> None:
    ontology, data, expected = map(turtle, HARD[case])
    found = inferred(ontology, data)
    assert set(expected) <= found
    assert found == close_with_owlrl(ontology + data)


def _pairs(axiom: str, names: list[str], most: int) -> st.SearchStrategy[list[Triple]]:
    name = st.sampled_from(names).map(NamedNode)
    return st.lists(st.builds(Triple, name, st.just(NamedNode(axiom)), name), max_size=most)


def _kinds(names: list[str], kinds: list[str]) -> st.SearchStrategy[list[Triple]]:
    kind = st.sampled_from(kinds).map(NamedNode)
    return st.lists(st.builds(Triple, st.sampled_from(names).map(NamedNode), st.just(TYPE), kind), max_size=3)


def _joined(*parts: st.SearchStrategy[list[Triple]]) -> st.SearchStrategy[list[Triple]]:
    return st.tuples(*parts).map(lambda lists: [triple for part in lists for triple in part])


CLASSES = [MEA + name for name in "ABCD"] + [OUTSIDE + "E"]
PROPERTIES = [MEA + name for name in "pqrs"] + [OUTSIDE + "t"]
WITH_TEXT = [MEA + name for name in ("d", "e")] + [OUTSIDE + "f"]
THINGS = [ID + "x/" + name for name in "abcd"]

ONTOLOGIES = _joined(
    _pairs(terms.SUB_CLASS, CLASSES, 4),
    _pairs(terms.EQUIVALENT_CLASS, CLASSES, 1),
    _pairs(terms.SUB_PROPERTY, PROPERTIES, 4),
    _pairs(terms.EQUIVALENT_PROPERTY, PROPERTIES, 1),
    _pairs(terms.INVERSE, PROPERTIES, 2),
    _kinds(PROPERTIES, [terms.SYMMETRIC, terms.TRANSITIVE]),
    _pairs(terms.SUB_PROPERTY, WITH_TEXT, 3),
)
FORBIDDING = _joined(
    _pairs(terms.DISJOINT_CLASSES, CLASSES, 2),
    _pairs(terms.DISJOINT_PROPERTIES, PROPERTIES, 2),
    _kinds(PROPERTIES, [terms.IRREFLEXIVE, terms.ASYMMETRIC]),
)
_THING = st.sampled_from(THINGS).map(NamedNode)
DATA = st.lists(
    st.builds(Triple, _THING, st.just(TYPE), st.sampled_from(CLASSES).map(NamedNode))
    | st.builds(Triple, _THING, st.sampled_from(PROPERTIES).map(NamedNode), _THING)
    | st.builds(Triple, _THING, st.sampled_from(WITH_TEXT).map(NamedNode), st.just(Literal("text"))),
    min_size=1,
    max_size=7,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(ONTOLOGIES, FORBIDDING, DATA)
def test_the_closure_equals_that_of_owlrl(
    ontology: list[Triple], forbidding: list[Triple], data: list[Triple]
) -> None:
    ontology += forbidding
    assert inferred(ontology, data) == close_with_owlrl(ontology + data)


OWLRL_MESSAGES = {
    "disjoint-classes": r"Disjoint classes (\S+) and (\S+) have a common individual (\S+)",
    "disjoint-properties": r"Erroneous usage of disjoint properties (\S+) and (\S+) on (\S+) and (\S+)",
    "irreflexive": r"Irreflexive property used on (\S+) with (\S+)",
    "asymmetric": r"Erroneous usage of asymmetric property (\S+) on (\S+) and (\S+)",
}


def _of_message(message: str) -> tuple[str, frozenset[str]]:
    for kind, pattern in OWLRL_MESSAGES.items():
        if match := re.fullmatch(pattern, message):
            return kind, frozenset(match.groups())
    raise AssertionError(message)


def _of_contradiction(found: Contradiction) -> tuple[str, frozenset[str]]:
    involved = {str(term).strip("<>") for triple in found.clash for term in triple}
    return found.kind, frozenset(involved - {TYPE.value})


@settings(max_examples=60, deadline=None, derandomize=True)
@given(ONTOLOGIES, FORBIDDING, DATA)
def test_the_contradictions_equal_those_of_owlrl(
    ontology: list[Triple], forbidding: list[Triple], data: list[Triple]
) -> None:
    store, axioms = closed(ontology + forbidding, data)
    found = contradictions(store, axioms, [AUTHORED_GRAPH, ONTOLOGY_GRAPH, INFERRED_GRAPH])
    reference = contradictions_with_owlrl(ontology + forbidding + data)
    assert {_of_contradiction(one) for one in found} == {_of_message(message) for message in reference}
    assert len({one.message for one in found}) == len(found)


PARTS = turtle(
    "mea:partOf a owl:TransitiveProperty ; owl:inverseOf mea:hasPart ; rdfs:subPropertyOf dcterms:isPartOf ."
    "mea:hasItem rdfs:subPropertyOf mea:hasPart . mea:Convention rdfs:subClassOf mea:Treaty ."
    "mea:Secretariat rdfs:subClassOf mea:Organization . mea:Treaty owl:disjointWith mea:Organization ."
    "mea:partOf a owl:IrreflexiveProperty . mea:asks a owl:AsymmetricProperty ; owl:inverseOf mea:askedBy ."
    "mea:asks owl:propertyDisjointWith mea:helps ."
)


def test_the_closure_adds_only_what_no_source_graph_holds() -> None:
    data = turtle(":a mea:hasItem :b . :b mea:partOf :a . :c a mea:Convention .")
    store = store_of(PARTS, data)
    store.extend(in_graph(turtle(":a mea:hasPart :b ."), ONTOLOGY_GRAPH))
    before = set(store)
    sources = [ONTOLOGY_GRAPH, AUTHORED_GRAPH]
    added = close(store, sources, INFERRED_GRAPH, compile_axioms(PARTS))
    assert set(triples_in(store, INFERRED_GRAPH)) == set(turtle(":b dcterms:isPartOf :a . :c a mea:Treaty ."))
    assert added == 2
    assert {quad for quad in store if quad.graph_name != INFERRED_GRAPH} == before
    assert close(store, sources, INFERRED_GRAPH, compile_axioms(PARTS)) == 0


def test_what_follows_twice_is_counted_once() -> None:
    ontology = turtle(
        "mea:p rdfs:subPropertyOf mea:r . mea:q rdfs:subPropertyOf mea:r . mea:s owl:inverseOf mea:t ."
    )
    store = store_of(ontology, turtle(":a mea:p :b ; mea:q :b ; mea:s :b ."))
    store.extend(in_graph(turtle(":a mea:s :b ."), ONTOLOGY_GRAPH))
    assert close(store, [ONTOLOGY_GRAPH, AUTHORED_GRAPH], INFERRED_GRAPH, compile_axioms(ontology)) == 2


def test_only_the_graphs_that_are_named_are_read() -> None:
    store = store_of(PARTS, turtle(":a mea:hasItem :b ."))
    assert close(store, [ONTOLOGY_GRAPH], INFERRED_GRAPH, compile_axioms(PARTS)) == 0


def test_unclosed_says_what_is_missing_and_leaves_the_store_as_it_was() -> None:
    store, axioms = closed(PARTS, turtle(":a mea:hasItem :b . :b mea:hasItem :c ."))
    graphs = [ONTOLOGY_GRAPH, AUTHORED_GRAPH, INFERRED_GRAPH]
    assert unclosed(store, graphs, axioms) == []
    store.extend(in_graph(turtle(":c mea:hasItem :d . :d a mea:Treaty ."), INFERRED_GRAPH))
    before = set(store)
    expected = (
        ":a mea:hasPart :d . :b mea:hasPart :d . :c mea:hasPart :d ."
        ":d mea:partOf :a, :b, :c ; dcterms:isPartOf :a, :b, :c ."
    )
    assert unclosed(store, graphs, axioms) == sorted(turtle(expected), key=str)
    assert set(store) == before
    assert set(store.named_graphs()) == set(graphs)


def test_a_long_chain_of_parts_is_closed() -> None:
    length = 100
    data = turtle("".join(f":n{n} mea:hasItem :n{n + 1} .\n" for n in range(length)))
    found = inferred(PARTS, data)
    assert len(found) == 3 * length * (length + 1) // 2
    assert Triple(NamedNode(ID + f"x/n{length}"), NamedNode(MEA + "partOf"), NamedNode(ID + "x/n0")) in found


def test_literals_follow_subproperties_and_never_become_subjects() -> None:
    ontology = turtle(
        "mea:p rdfs:subPropertyOf mea:q . mea:a owl:inverseOf mea:q . mea:q rdfs:subPropertyOf mea:r ."
        "mea:s a owl:SymmetricProperty ."
    )
    data = turtle(":x mea:p 'text' ; mea:s 'other' .")
    assert inferred(ontology, data) == set(turtle(":x mea:q 'text' ; mea:r 'text' ."))


def test_owlrl_is_asked_without_its_noise() -> None:
    data = turtle(":a mea:hasItem :b ; mea:order 7 ; mea:on '2005-02-30'^^xsd:date ; skos:prefLabel 'x'@en .")
    assert close_with_owlrl(PARTS + data) == set(
        turtle(":a mea:hasPart :b . :b mea:partOf :a ; dcterms:isPartOf :a .")
    )


def test_comparable_are_triples_between_iris_in_the_namespaces() -> None:
    kept = turtle(":a mea:p :b ; a mea:A ; out:q :b .")
    other = turtle(":a mea:p 'b', [] ; a skos:Concept ; skos:broader :b . [] mea:p :b .")
    assert comparable(kept + other, MEA, OUTSIDE) == set(kept)
    assert comparable(kept, OUTSIDE) == set(turtle(":a out:q :b ."))


def test_terms_keep_their_text_on_the_way_through_rdflib() -> None:
    data = turtle(
        ":a mea:p :b, 'plain', 'Wort'@de-CH, '01'^^xsd:integer, '-5.00'^^xsd:decimal ."
        ":a mea:q 'a'^^mea:own, 'no'^^xsd:date ."
    )
    graph = rdflib_graph(data)
    assert (None, None, rdflib.Literal("plain")) in graph
    assert set(triples_of(graph)) == set(data)


def messages(data: str) -> list[str]:
    store, axioms = closed(PARTS, turtle(data))
    return [found.message for found in contradictions(store, axioms, [AUTHORED_GRAPH, INFERRED_GRAPH])]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            ":a a mea:Treaty, mea:Organization .",
            "x/a a mea:Organization and x/a a mea:Treaty,"
            " against the axiom mea:Organization owl:disjointWith mea:Treaty",
        ),
        (
            ":a a mea:Convention, mea:Secretariat .",
            "x/a a mea:Organization and x/a a mea:Treaty,"
            " against the axiom mea:Organization owl:disjointWith mea:Treaty;"
            " this follows from: x/a a mea:Secretariat, x/a a mea:Convention",
        ),
        (
            ":a mea:hasItem :a .",
            "x/a mea:partOf x/a, against the axiom mea:partOf a owl:IrreflexiveProperty;"
            " this follows from: x/a mea:hasItem x/a",
        ),
        (
            ":a mea:asks :b ; mea:askedBy :b .",
            "x/a mea:asks x/b and x/b mea:asks x/a, against the axiom mea:asks a owl:AsymmetricProperty;"
            " this follows from: x/a mea:asks x/b, x/a mea:askedBy x/b",
        ),
        (
            ":a mea:asks :a .",
            "x/a mea:asks x/a, against the axiom mea:asks a owl:AsymmetricProperty",
        ),
        (
            ":b mea:askedBy :a . :a mea:helps :b .",
            "x/a mea:asks x/b and x/a mea:helps x/b,"
            " against the axiom mea:asks owl:propertyDisjointWith mea:helps;"
            " this follows from: x/b mea:askedBy x/a, x/a mea:helps x/b",
        ),
    ],
)
def test_a_contradiction_names_axiom_individuals_and_statements(data: str, message: str) -> None:
    assert messages(data) == [message]


def test_what_is_allowed_is_no_contradiction() -> None:
    assert messages(":a a mea:Convention ; mea:asks :b ; mea:hasItem :b . :b a mea:Secretariat .") == []


def test_a_contradiction_by_transitivity_names_the_derived_statement() -> None:
    store, axioms = closed(PARTS, turtle(":a mea:partOf :b . :b mea:partOf :a ."))
    found = contradictions(store, axioms, [AUTHORED_GRAPH, INFERRED_GRAPH])
    assert [(one.kind, one.subject, one.object) for one in found] == [
        ("irreflexive", ID + "x/a", ""),
        ("irreflexive", ID + "x/b", ""),
    ]
    assert found[0].clash == tuple(turtle(":a mea:partOf :a ."))


def test_contradictions_name_their_individuals_and_are_sorted() -> None:
    data = ":c mea:hasItem :c . :b a mea:Treaty, mea:Organization . :a mea:asks :b ; mea:helps :b ."
    store, axioms = closed(PARTS, turtle(data))
    found = contradictions(store, axioms, [AUTHORED_GRAPH, INFERRED_GRAPH])
    assert [(one.kind, one.subject, one.object) for one in found] == [
        ("disjoint-properties", ID + "x/a", ID + "x/b"),
        ("disjoint-classes", ID + "x/b", ""),
        ("irreflexive", ID + "x/c", ""),
    ]
    assert found[0].axiom == "mea:asks owl:propertyDisjointWith mea:helps"
    assert found[0].statements == found[0].clash == tuple(turtle(":a mea:asks :b ; mea:helps :b ."))
