"""What is not compiled is refused, with its reason; the rest is handed on."""

from __future__ import annotations

import pytest
from pyoxigraph import Triple

from mea_kg.shacl import compile_shapes, validate
from mea_kg.stores import AUTHORED_GRAPH, in_graph, new_store
from tests.shacl_oracle import key, of_pyshacl, turtle


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ("sh:path :p ; sh:datatype xsd:byte", "not told apart"),
        ("sh:path :p ; sh:datatype rdfs:Literal", "not told apart"),
        ("sh:path :p ; sh:minCount 1, 2", "stated 2 times"),
        ('sh:path :p ; sh:minCount "1"', "not a whole number"),
        ("sh:path :p, :q ; sh:minCount 1", "stated 2 times"),
        ("sh:path 5 ; sh:minCount 1", "not a path"),
        ("sh:path ( :p ) ; sh:minCount 1", "sequence path of less than two"),
        ("sh:path [ sh:alternativePath ( :p ) ] ; sh:minCount 1", "alternative path of less than two"),
        ("sh:path [ sh:inversePath :p ; sh:oneOrMorePath :p ] ; sh:minCount 1", "two kinds"),
        ("sh:minCount 1", "cannot count"),
        ("sh:uniqueLang true", "cannot count"),
        ("sh:lessThan :p", "sh:lessThan"),
        ("sh:path :p ; sh:in ( [] )", "blank node"),
        ("sh:path :p ; sh:hasValue []", "blank node"),
        ("sh:path :p ; sh:in :x", "not a list"),
        ('sh:path :p ; sh:pattern "(?=x)"', "regular expression"),
        ('sh:path :p ; sh:pattern "["', "regular expression"),
        ('sh:path :p ; sh:pattern "[a-z&&[aeiou]]"', "read differently"),
        ('sh:path :p ; sh:pattern "[a-z-[aeiou]]"', "read differently"),
        ('sh:path :p ; sh:not [ sh:or ( [ sh:not [ sh:pattern "(?<x" ] ] ) ]', "regular expression"),
        ("sh:node :S", "refers to itself"),
        ("sh:node [ sh:path :p ; sh:minCount 1 ]", "property shape"),
        ("sh:property [ sh:class :A ]", "no path"),
        ("sh:not 5", "a literal stands for a shape"),
        ("sh:nodeKind :Thing", "sh:nodeKind"),
        ("sh:target [ sh:select '' ]", "advanced"),
        ("sh:js :x", "not compiled"),
        ("sh:node [ sh:node [ sh:expression :x ] ]", "not compiled"),
        (":size 5", "not compiled"),
    ],
)
def test_refused(shape: str, reason: str) -> None:
    own = ":Size a sh:ConstraintComponent ; sh:parameter [ sh:path :size ] ."
    compiled = compile_shapes(turtle(f"{own} :S sh:targetNode :a ; {shape} ."))
    assert not compiled.queries
    (refused,) = compiled.refused
    assert reason in refused.reason


@pytest.mark.parametrize("pattern", ["[&-]", "a--b", "[^]a]", "\\\\[a[b]", "[\\\\[b]", "a{2}", "[a-z]-[a-z]"])
def test_patterns_that_all_engines_read_alike(pattern: str) -> None:
    assert not compile_shapes(turtle(f':S sh:targetNode :a ; sh:path :p ; sh:pattern "{pattern}" .')).refused


def test_what_is_refused_and_what_is_compiled_make_the_whole_report() -> None:
    data = turtle(":a a :A ; :p :x ; :q 5 . :b a :B ; :p 5 .")
    shapes = turtle("""
        :A a sh:NodeShape, rdfs:Class ; sh:property [ sh:path :p ; sh:datatype xsd:byte ] .
        :S a sh:NodeShape ; sh:targetClass :A, :B ; sh:property :P .
        :P a sh:PropertyShape ; sh:path :p ; sh:nodeKind sh:IRI .
        :T a sh:NodeShape, rdfs:Class ; sh:targetSubjectsOf :q ; sh:closed true .
    """)
    compiled = compile_shapes(shapes)
    assert [str(one.shape) for one in compiled.refused] == ["<http://example.org/A>"]
    store = new_store(in_graph(data, AUTHORED_GRAPH))
    here = {key(result) for result in validate(store, [AUTHORED_GRAPH], compiled)}
    there = of_pyshacl(data, compiled.rest)
    assert here and there and not here & there
    assert here | there == of_pyshacl(data, shapes)


def test_shapes_of_a_graph_are_compiled_once() -> None:
    shapes: list[Triple] = turtle(":S sh:targetNode :a ; sh:nodeKind sh:Literal .")
    assert compile_shapes(shapes) is compile_shapes(list(shapes))
