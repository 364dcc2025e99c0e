"""What a query reads: the patterns that are found in its text, against the algebra of rdflib."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Triple
from rdflib import URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.algebra import traverse
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Variable

from mea_kg.rules import Rule
from mea_kg.sparql.parsing import NotReadError, parsed
from mea_kg.updating.dependencies import reading
from tests.live_worlds import our_rules

X = "http://example.org/"


def predicates_by_rdflib(text: str) -> set[str]:
    found: set[str] = set()

    def links(path: object) -> None:
        if isinstance(path, URIRef):
            found.add(str(path))
        elif isinstance(path, Variable):
            found.add("?")
        else:
            for inner in getattr(path, "args", None) or [
                getattr(path, "arg", None) or getattr(path, "path", None)
            ]:
                links(inner)

    def visit(node: object) -> None:
        if isinstance(node, CompValue) and node.name == "BGP":
            for _, predicate, _ in node.triples:
                links(predicate)

    traverse(prepareQuery(text).algebra.p, visitPre=visit)
    return found


@pytest.mark.parametrize("rule", our_rules(), ids=lambda rule: rule.name)
def test_the_rules_are_read_as_rdflib_reads_them(rule: Rule) -> None:
    entries = reading(rule.text).entries
    ours = {"?" if one.predicate is None else one.predicate.value for one in entries}
    theirs = predicates_by_rdflib(rule.text)
    # rdflib does not walk into the groups of EXISTS.
    assert ours >= theirs if "EXISTS" in rule.text else ours == theirs


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?a { ?a <p> ?b } LIMIT 3",
        "SELECT ?a { GRAPH ?g { ?a <p> ?b } }",
        "SELECT ?a { ?a !<p> ?b }",
        "SELECT (COUNT(?a) AS ?n) { ?a <p> ?b }",
        "SELECT ?a { ?a <p> [ <q> ?b ] }",
        "ASK { ?a <p> ?b }",
        "SELECT ?a { ?a <p> ?b ",
        "SELECT ?a { ?a x:p ?b }",
        "SELECT ?a { OPTIONAL { ?a <p> ?b } ?a <q> ?c }",
        "SELECT ?a { ?a <p> ?b MINUS { ?b <q> ?c } { ?c <r> ?d } UNION { ?d <r> ?c } }",
    ],
)
def test_what_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(NotReadError):
        parsed(text.replace("<", f"<{X}"))


def test_a_variable_of_a_subquery_is_its_own() -> None:
    text = f"SELECT ?a {{ ?a <{X}p> ?b {{ SELECT ?a {{ ?a <{X}q> ?b }} }} }}"
    entries = {one.predicate.value: one for one in reading(text).entries if one.predicate}
    bound = entries[X + "q"].bindings(Triple(NamedNode(X + "s"), NamedNode(X + "q"), NamedNode(X + "o")))
    assert bound is not None
    assert set(bound) == {"a", "b#1"}


def test_a_restriction_stands_in_each_group_that_matches_the_variable() -> None:
    text = "SELECT ?a { ?a <p> ?b { ?b <q> ?c } OPTIONAL { ?a <r> ?d FILTER EXISTS { ?a <s> ?e } } }"
    assert parsed(text.replace("<", f"<{X}")).restricted("a", "VALUES ?a { <x> }").count("VALUES") == 2
