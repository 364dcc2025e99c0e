"""Queries that are asked without their targets: the same results, wherever the targets are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from mea_kg.shacl import Compiled, compile_shapes, validate
from mea_kg.shacl import scanning as scanning_module
from mea_kg.shacl.queries import Query
from mea_kg.shacl.scanning import Extents, Row, rows_about_all
from mea_kg.shacl.selects import SELECT_ALL
from mea_kg.stores import AUTHORED_GRAPH, in_graph, new_store
from tests.shacl_oracle import of_pyshacl, ours, turtle

NAMES = (
    ':own a owl:Ontology ; sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .'
)
VALUES = ":S a sh:NodeShape ; %s ; sh:property [ sh:path :p ; sh:datatype xsd:integer ] ."
TARGETS = [
    "sh:targetClass :A",
    "sh:targetSubjectsOf :q",
    "sh:targetObjectsOf :q",
    "sh:targetNode :n1, :n2, 3",
]


def compiled(text: str) -> Compiled:
    return compile_shapes(turtle(text))


def select(body: str, for_all: str = "", head: str = "SELECT DISTINCT $this ?value") -> Compiled:
    other = f"; <{SELECT_ALL}> {Literal(f'{head} WHERE {{ {for_all} }}')}" if for_all else ""
    query = f"sh:sparql [ sh:prefixes :own ; sh:select {Literal(f'{head} WHERE {{ {body} }}')} {other} ]"
    return compiled(f"{NAMES} :S a sh:NodeShape ; sh:targetClass :A ; {query} .")


def only(shapes: Compiled) -> Query:
    (query,) = shapes.queries
    return query


def answers(store: Store, text: str) -> Sequence[Row]:
    rows = store.query(text)
    assert isinstance(rows, QuerySolutions)
    names = [variable.value for variable in rows.variables]
    return [{name: row[name] for name in names if row[name] is not None} for row in rows]


@settings(max_examples=60)
@given(
    target=st.sampled_from(TARGETS),
    path=st.sampled_from([":p", "[ sh:inversePath :p ]", ":q"]),
    edges=st.sets(
        st.tuples(
            st.sampled_from([":n0", ":n1", ":n2", ":n3"]),
            st.sampled_from(["a", ":p", ":q"]),
            st.sampled_from([":A", ":B", ":n0", ":n1", "3", '"x"']),
        ).filter(lambda edge: edge[1] != "a" or edge[2] in (":A", ":B")),
        max_size=12,
    ),
)
def test_same_as_pyshacl_for_each_kind_of_target(
    target: str, path: str, edges: set[tuple[str, str, str]]
) -> None:
    data = turtle(" ".join(f"{' '.join(edge)} ." for edge in sorted(edges)))
    rules = turtle((VALUES % target).replace("sh:path :p", f"sh:path {path}"))
    assert ours(data, rules) == of_pyshacl(data, rules)


def test_a_node_that_is_no_target_has_no_result() -> None:
    store = new_store(in_graph(turtle(':a a :A ; :p "x" . :b a :B ; :p "y" .'), AUTHORED_GRAPH))
    (result,) = validate(store, [AUTHORED_GRAPH], compiled(VALUES % "sh:targetClass :A"))
    assert result.focus_node == NamedNode("http://example.org/a")


@pytest.mark.parametrize(
    ("body", "properties"),
    [
        ("$this ex:p ?value", ["http://example.org/p"]),
        ("$this ex:p|ex:q ?value", ["http://example.org/p", "http://example.org/q"]),
        ("$this a ?value", ["http://www.w3.org/1999/02/22-rdf-syntax-ns#type"]),
        ("$this ?path ?value . FILTER (?path IN (ex:p, ex:q))", ["http://example.org/p", "http://example.org/q"]),
        ("{ $this ex:p ?value } UNION { $this ex:q ?value }", ["http://example.org/p", "http://example.org/q"]),
        ("$this ex:p ?value . OPTIONAL { $this ex:q ?x } FILTER NOT EXISTS { ?x ex:q $this }", ["http://example.org/p"]),
        ("$this ?path ?value", None),
        ("$this ex:p* ?value", None),
        ("$this ex:p/ex:q? ?value", None),
        ("$this !ex:p ?value", None),
        ("?value ex:p $this", None),
        ("{ $this ex:p ?value } UNION { ?value ex:q ?x . FILTER (?x = $this) }", None),
        ("$this ex:p ?value . OPTIONAL { ?x ex:q ?y . FILTER (?x = $this) }", None),
        ("OPTIONAL { $this ex:p ?value }", None),
        ("FILTER NOT EXISTS { $this ex:p ?x }", None),
    ],
)  # fmt: skip
def test_a_query_is_asked_without_its_targets_where_it_binds_the_node_itself(
    body: str, properties: list[str] | None
) -> None:
    scan = only(select(body)).scan
    assert (None if scan is None else [one.value for one in scan.properties]) == properties


def test_a_wording_for_all_nodes_is_asked_without_targets() -> None:
    query = only(
        select("$this ex:p ?value", for_all="{ SELECT ?value { ?any ex:p ?value } } $this ?path ?value")
    )
    assert query.scan is not None and not query.scan.properties
    unfit = only(select("$this ex:p ?value", for_all="{ SELECT ?x { ?x ex:p ?y } } ?value ex:p $this"))
    assert unfit.scan is None
    unbound = only(select("$this ex:p ?value", for_all="{ ?a ex:p ?b } OPTIONAL { $this ex:q ?value }"))
    assert unbound.scan is None
    staying = only(select("$this ex:p ?value", for_all="$this (ex:p|ex:q)* ?value"))
    assert staying.scan is None


def test_a_property_of_many_others_is_not_read_for_few_targets() -> None:
    query = only(compiled(VALUES % "sh:targetClass :A"))
    few = Extents({"http://example.org/p": 1000}, {"http://example.org/A": 3})
    many = Extents({"http://example.org/p": 1000}, {"http://example.org/A": 1, "http://example.org/B": 900})
    assert not few.suit(query, {})
    assert not many.suit(query, {})
    assert many.suit(query, {"http://example.org/A": {"http://example.org/B"}})


@pytest.mark.parametrize("node", ["_:b", ":b"])
@pytest.mark.parametrize("most", [0, 1, 2])
def test_too_many_rows_and_nodes_without_a_name_are_asked_for_with_the_targets(
    node: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning_module, "_MOST", most)
    store = Store()
    store.extend(Quad(*triple) for triple in turtle(f':a a :A ; :p "x" . {node} :p "y" .'))
    query = only(compiled(VALUES % "sh:targetClass :A"))
    extents = Extents({"http://example.org/p": 2}, {"http://example.org/A": 1})
    rows = rows_about_all(query, lambda text: answers(store, text), extents, {})
    assert [row["this"] for row in rows] == [NamedNode("http://example.org/a")]
    assert rows == rows_about_all(replace(query, scan=None), lambda text: answers(store, text), extents, {})
