"""Queries in shapes: one for all focus nodes says what one for each of them would."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, Triple

from mea_kg.namespaces import SH
from mea_kg.shacl import Result, compile_shapes, validate
from mea_kg.shacl.selects import SELECT_ALL
from mea_kg.stores import AUTHORED_GRAPH, in_graph, new_store
from tests.shacl_oracle import of_pyshacl, ours, turtle

DATA = """
:a a :A ; :p 1, 2 ; :q :b . :b a :A ; :p 2 ; :r "x{y}" . :c :p 3 ; :q :a . :d a :A ; :q :e . :e :s :d .
"""
DECLARED = """
:own a owl:Ontology ; owl:imports :more .
:more a owl:Ontology ; sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
"""
SAME = {
    "plain": "$this ex:p ?value",
    "only in a filter": "?value ex:p ?n . FILTER ($this = ?value && ?n > 1)",
    "only in EXISTS": "?value ex:p 2 . FILTER EXISTS { $this ex:q ?value }",
    "NOT EXISTS in NOT EXISTS": "FILTER NOT EXISTS { $this ex:q ?x . FILTER NOT EXISTS { ?x ex:p 2 } }",
    "union": "{ $this ex:p 1 } UNION { ?x ex:q ?value . FILTER (?value = $this) }",
    "optional alone": "OPTIONAL { $this ex:p ?value } FILTER (!BOUND(?value))",
    "filter in OPTIONAL": "OPTIONAL { ?value ex:q ?x . FILTER (?x = $this) } FILTER (BOUND(?value))",
    "bind": "BIND ($this AS ?value) FILTER NOT EXISTS { ?value ex:p ?any }",
    "subquery": "{ SELECT $this (COUNT(?n) AS ?value) { $this ex:p ?n } GROUP BY $this } FILTER (?value > 1)",
    "subquery of all": "{ SELECT (MAX(?n) AS ?value) { ?any ex:p ?n } } FILTER NOT EXISTS { $this ex:p ?value }",
    "path": "$this ex:q/ex:q?|^ex:q ?value",
    "operators": "$this ex:p ?value . FILTER (?value>=2&&?value!=3||?value<-1)",
    "text with braces": '$this ex:r ?value . FILTER (?value = """x{y}""" && ?value != \'} # {\')  # a } brace',
    "predicate as path": "$this ?path ?value . FILTER (isLiteral(?value))",
}


def shapes(body: str, select: str = "$this ?path ?value", around: str = "%s", rest: str = "") -> str:
    text = Literal(f"SELECT {select} WHERE {{ {body}\n}}")
    query = f"sh:sparql [ sh:prefixes :own {rest} ; sh:select {text} ]"
    return f"{DECLARED} :S a sh:NodeShape ; sh:targetClass :A ; {around % query} ."


@pytest.mark.parametrize("body", SAME.values(), ids=SAME)
def test_same_as_pyshacl(body: str) -> None:
    data, rules = turtle(DATA), turtle(shapes(body))
    found = ours(data, rules)
    assert found, "a case in which nothing is found shows nothing"
    assert found == of_pyshacl(data, rules)


@pytest.mark.parametrize("around", ["sh:not [ %s ]", "sh:property [ sh:path :q ; sh:node [ %s ] ]"])
@pytest.mark.parametrize("body", [body for body in SAME.values() if "?path" not in body])
def test_same_as_pyshacl_where_another_shape_refers_to_it(body: str, around: str) -> None:
    data, rules = turtle(DATA), turtle(shapes(body, select="$this ?value", around=around))
    assert ours(data, rules) == of_pyshacl(data, rules)


def test_path_of_a_property_shape() -> None:
    rules = turtle(f"""{DECLARED} :S a sh:PropertyShape ; sh:targetClass :A ; sh:path ( :q :p ) ; sh:sparql [
        sh:select "SELECT $this ?value {{ $this $PATH ?value }}" ] .""")
    found = ours(turtle(DATA), rules)
    path = "<http://example.org/q>/<http://example.org/p>"
    assert {result[:3] for result in found} == {
        ("<http://example.org/a>", path, '"2"^^<http://www.w3.org/2001/XMLSchema#integer>')
    }
    assert found == of_pyshacl(turtle(DATA), rules)


def with_other(body: str, other: str) -> list[Triple]:
    all_nodes = Literal(f"SELECT $this ?path ?value WHERE {{ {other} }}")
    return turtle(shapes(body, rest=f"; <{SELECT_ALL}> {all_nodes}"))


def test_the_wording_for_all_nodes_is_what_is_asked() -> None:
    body = "$this ex:p ?value . FILTER EXISTS { ?other ex:p ?value FILTER (?other != $this) }"
    other = "?other ex:p ?value . $this ex:p ?value . FILTER (?other != $this)"
    found = ours(turtle(DATA), with_other(body, other))
    assert found == of_pyshacl(turtle(DATA), with_other(body, other)) != set()
    assert ours(turtle(DATA), with_other(body, "$this ex:p 0 , ?value")) == set()


def test_the_wording_for_all_nodes_must_be_fit_for_all_nodes() -> None:
    refused = compile_shapes(
        with_other("$this ex:p ?value", "{ SELECT $this ?value { $this ex:p ?value } LIMIT 1 }")
    )
    assert [one.reason for one in refused.refused] == [
        "a query within the query has LIMIT or OFFSET, which count for each node apart"
    ]


def test_of_few_nodes_all_properties_are_read_and_of_all_nodes_those_that_are_listed() -> None:
    body = "$this ?path ?value . ?other ?also ?value FILTER (?path IN (ex:p, ex:q)) FILTER (?also IN (ex:p, ex:s))"
    rules = turtle(shapes(body))
    (query,) = compile_shapes(rules).queries
    assert [f"VALUES ?{name} " in query.text for name in ("path", "also")] == [True, True]
    assert [f"VALUES ?{name} " in query.for_few for name in ("path", "also")] == [False, True]
    store = new_store(in_graph(turtle(DATA), AUTHORED_GRAPH))
    found = validate(store, [AUTHORED_GRAPH], compile_shapes(rules))
    foci = {str(one.focus_node)[1:-1] for one in found}
    assert len(foci) > 1
    for focus in foci:
        few = validate(store, [AUTHORED_GRAPH], compile_shapes(rules), only={focus})
        assert few == [one for one in found if str(one.focus_node) == f"<{focus}>"]


def one_result(rules: str) -> Result:
    store = new_store(in_graph(turtle(":a a :A ; :p 5 ."), AUTHORED_GRAPH))
    (result,) = validate(store, [AUTHORED_GRAPH], compile_shapes(turtle(rules)))
    return result


def test_severity_and_message_are_those_of_the_query() -> None:
    stated = ' ; sh:severity sh:Warning ; sh:message "{$this} has {?value}, not {?more}"@en, "anders"@de'
    result = one_result(shapes("$this ex:p ?value", rest=stated))
    assert result.severity == SH + "Warning"
    assert result.message == "http://example.org/a has 5, not {?more}"
    assert result.source_constraint is not None


def test_severity_and_message_of_the_shape_where_the_query_states_none() -> None:
    stated = '%s ; sh:severity sh:Info ; sh:message "found {?value}"'
    result = one_result(shapes("$this ex:p ?value", around=stated))
    assert (result.severity, result.message) == (SH + "Info", "found 5")


def test_a_query_that_is_deactivated_finds_nothing() -> None:
    assert not ours(turtle(DATA), turtle(shapes("$this ex:p ?value", rest="; sh:deactivated true")))


@pytest.mark.parametrize(
    ("body", "select", "reason"),
    [
        ("$this ex:p ?value MINUS { $this ex:q ?x }", "$this", "MINUS"),
        ("VALUES ?value { 1 } $this ex:p ?value", "$this", "VALUES"),
        ("SERVICE <http://example.org/> { $this ex:p ?value }", "$this", "SERVICE"),
        ("GRAPH ?g { $this ex:p ?value }", "$this", "GRAPH"),
        ("{ SELECT ?value { $this ex:p ?value } }", "$this ?value", "does not select $this"),
        ("{ SELECT $this ?value { $this ex:p ?value } LIMIT 1 }", "$this ?value", "LIMIT"),
        ("$this ex:p ?n", "$this (COUNT(?n) AS ?value)", "GROUP BY"),
        ("{ SELECT $this { $this ex:p ?n } GROUP BY ?n ORDER BY $this }", "$this", "GROUP BY"),
        ("$this ex:p ?value", "?value", "does not select $this"),
        ("BIND (1 AS $this)", "$this", "AS $this"),
        ("$this other:p ?value", "$this", "other:"),
        ("$this ex:p ?value . FILTER ($currentShape = ?value)", "$this", "currentShape"),
        ("$this ex:p ?failure", "$this ?failure", "failure"),
        ("$this $PATH ?value", "$this", "PATH"),
        ("$this ex:p ?value . FILTER (", "$this", "cannot read"),
        ("$this ex:p ?value }", "$this", "brace"),
        ("$this ex:p { ?value", "$this", "brace"),
    ],
)
def test_refused(body: str, select: str, reason: str) -> None:
    (refused,) = compile_shapes(turtle(shapes(body, select))).refused
    assert reason in refused.reason
