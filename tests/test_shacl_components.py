"""Each component on a small case: what fails, and that pySHACL says the same.

The nodes of a case are targets; those whose names begin with `bad` fail, the others do not.
"""

from __future__ import annotations

import logging

import pytest
from pyoxigraph import NamedNode

from mea_kg.shacl.checks import component
from tests.shacl_oracle import of_pyshacl, ours, turtle

PATHS = {
    "predicate": (":p", ":bad :p 1, 2 . :good :p 1 ."),
    "inverse": ("[ sh:inversePath :p ]", ":x :p :bad, :good . :y :p :bad ."),
    "sequence": ("( :p :q )", ":bad :p :x, :y . :x :q 1 . :y :q 2 . :good :p :x ."),
    "alternative": ("[ sh:alternativePath ( :p :q ) ]", ":bad :p 1 ; :q 2 . :good :p 1 ; :q 1 ."),
    "zero or more": ("[ sh:zeroOrMorePath :p ]", ":bad :p :good . :good :q 1 ."),
    "one or more": ("[ sh:oneOrMorePath :p ]", ":bad :p :x . :x :p :bad . :good :p :good ."),
    "zero or one": ("[ sh:zeroOrOnePath :p ]", ":bad :p :x . :good :p :good ."),
    "sequence of inverses": (
        "( [ sh:inversePath :q ] [ sh:inversePath :p ] )",
        ":x :p :m . :y :p :m . :m :q :bad . :good :q :m .",
    ),
    "steps that may stay": (
        "( [ sh:zeroOrOnePath :p ] [ sh:zeroOrOnePath :q ] )",
        ":bad :q :x . :good :p :good .",
    ),
}

CASES: dict[str, list[tuple[str, str]]] = {
    "Class": [
        ("sh:path :p ; sh:class :A", ":bad :p :x, :y, 1 . :good :p :y . :y a :B . :B rdfs:subClassOf :A .")
    ],
    "Datatype": [
        (
            "sh:path :p ; sh:datatype xsd:integer",
            ':bad1 :p "x"^^xsd:integer . :bad2 :p 1.5, :x . :good :p 1 .',
        ),
        ("sh:path :p ; sh:datatype xsd:decimal", ':bad :p "1,5"^^xsd:decimal . :good :p 1.5 .'),
        ("sh:path :p ; sh:datatype xsd:boolean", ':bad :p "yes"^^xsd:boolean . :good :p true .'),
        ("sh:path :p ; sh:datatype xsd:double", ':bad :p "x"^^xsd:double . :good :p 1.5e3 .'),
        ("sh:path :p ; sh:datatype xsd:string", ':bad :p "x"@en . :good :p "x" .'),
        ("sh:path :p ; sh:datatype rdf:langString", ':bad :p "x" . :good :p "x"@en .'),
        (
            "sh:path :p ; sh:datatype xsd:date",
            ':bad :p "2005-02-30"^^xsd:date . :good :p "2005-02-28"^^xsd:date .',
        ),
        ("sh:path :p ; sh:datatype xsd:dateTime", ':bad :p "2005"^^xsd:dateTime .'),
        (
            "sh:path :p ; sh:datatype xsd:gYear",
            ':bad :p "2005-01"^^xsd:gYearMonth . :good :p "2005"^^xsd:gYear .',
        ),
        ("sh:path :p ; sh:datatype :own", ':bad :p "x" . :good :p "x"^^:own .'),
    ],
    "NodeKind": [
        ("sh:path :p ; sh:nodeKind sh:IRI", ':bad :p "x", [] . :good :p :x .'),
        ("sh:path :p ; sh:nodeKind sh:BlankNodeOrLiteral", ':bad :p :x . :good :p "x", [] .'),
    ],
    "MinCount": [
        ("sh:path :p ; sh:minCount 1", ":bad :q 1 . :good :p 1 ."),
        ("sh:path :p ; sh:minCount 3", ":bad1 :q 1 . :bad2 :p 1, 2 . :good :p 1, 2, 3 ."),
    ],
    "MaxCount": [
        *((f"sh:path {path} ; sh:maxCount 1", data) for path, data in PATHS.values()),
        ("sh:path :p ; sh:maxCount 0", ":bad :p 1 . :good :q 1 ."),
        ("sh:path :p ; sh:maxCount 2", ":bad :p 1, 2, 3 . :good :p 1, 2 ."),
    ],
    "MinExclusive": [("sh:path :p ; sh:minExclusive 5", ':bad1 :p 5, 6 . :bad2 :p "x", :x . :good :p 5.5 .')],
    "MinInclusive": [("sh:path :p ; sh:minInclusive 5", ":bad :p 4.9 . :good :p 5.0, 6 .")],
    "MaxExclusive": [
        (
            'sh:path :p ; sh:maxExclusive "2005-03-01"^^xsd:date',
            ':bad1 :p "2005-03-01"^^xsd:date . :bad2 :p "soon" . :good :p "2005-02-28"^^xsd:date .',
        )
    ],
    "MaxInclusive": [("sh:path :p ; sh:maxInclusive 5", ":bad :p 6 . :good :p 5 .")],
    "MinLength": [("sh:path :p ; sh:minLength 2", ':bad :p "x", [], 5 . :good :p "xy"@en, :x, 55 .')],
    "MaxLength": [("sh:path :p ; sh:maxLength 2", ':bad :p "xyz", [], :x . :good :p "xy"@en, 55 .')],
    "Pattern": [
        ('sh:path :p ; sh:pattern "^[A-Z]{2}$"', ':bad :p "ABC", "ab", [] . :good :p "AB", "CD"@en .'),
        ('sh:path :p ; sh:pattern "^x" ; sh:flags "i"', ':bad :p "ax" . :good :p "Xa" .'),
        (
            'sh:path :p ; sh:pattern "a\\\\.b\\"\\u0001-\\u001F"',
            ':bad :p "a.b" . :good :p "a.b\\"\\u0001-\\u001F" .',
        ),
    ],
    "LanguageIn": [
        ('sh:path :p ; sh:languageIn ( "en" "de" )', ':bad :p "x"@fr, "x", :x . :good :p "x"@en-GB, "y"@de .')
    ],
    "UniqueLang": [
        ("sh:path :p ; sh:uniqueLang true", ':bad :p "x"@en, "y"@en . :good :p "x"@en, "y"@de, "z" .')
    ],
    "Equals": [("sh:path :p ; sh:equals :q", ":bad1 :p 1, 2 ; :q 1 . :bad2 :q 1 . :good :p 1 ; :q 1 .")],
    "Disjoint": [("sh:path :p ; sh:disjoint :q", ":bad :p 1, 2 ; :q 1, 3 . :good :p 1 ; :q 2 .")],
    "LessThan": [
        ("sh:path :p ; sh:lessThan :q", ':bad1 :p 2 ; :q 2 . :bad2 :p 1 ; :q "x" . :good :p 1 ; :q 2 .')
    ],
    "LessThanOrEquals": [
        ("sh:path :p ; sh:lessThanOrEquals :q", ":bad :p 3, 1 ; :q 2 . :good :p 2 ; :q 2 .")
    ],
    "Not": [
        ("sh:path :p ; sh:not [ sh:class :A ]", ":bad :p :x . :x a :A . :good :p :y ."),
        ("sh:not [ sh:path :p ; sh:minCount 1 ]", ":bad :p :x . :good :q :y ."),
        ("sh:not [ sh:path :p ; sh:equals :q ]", ":bad :p 1 ; :q 1 . :good :q 1 ."),
        ("sh:not [ sh:closed true ; sh:property [ sh:path :p ] ]", ":bad :p 1 . :good :p 1 ; :q 1 ."),
    ],
    "And": [
        (
            "sh:path :p ; sh:and ( [ sh:minLength 2 ] [ sh:maxLength 3 ] )",
            ':bad :p "x", "wxyz" . :good :p "xy" .',
        )
    ],
    "Or": [
        (
            "sh:path :p ; sh:or ( [ sh:class :A ] [ sh:datatype xsd:integer ] )",
            ':bad :p "x", :x . :good :p 1 .',
        )
    ],
    "Xone": [
        (
            "sh:xone ( [ sh:path :p ; sh:minCount 1 ] [ sh:path :q ; sh:minCount 1 ] )",
            ":bad :p 1 ; :q 1 . :good :p 1 .",
        )
    ],
    "Node": [
        (
            "sh:path :p ; sh:node [ sh:property [ sh:path :q ; sh:hasValue :x ] ]",
            ":bad :p :m . :good :p :n . :n :q :x .",
        ),
        ("sh:path :p ; sh:node [ sh:deactivated true ; sh:nodeKind sh:IRI ]", ":good :p 1 ."),
        (
            "sh:path :p ; sh:node [ sh:property [ sh:path :q ; sh:maxCount 2 ] ]",
            ":bad :p :m . :m :q 1, 2, 3 . :good :p :bad .",
        ),
    ],
    "QualifiedMinCount": [
        (
            "sh:path :p ; sh:qualifiedValueShape [ sh:class :A ] ; sh:qualifiedMinCount 2",
            ":bad :p :x, :z . :good :p :x, :y . :x a :A . :y a :A .",
        )
    ],
    "QualifiedMaxCount": [
        (
            "sh:path :p ; sh:qualifiedValueShape [ sh:class :A ] ; sh:qualifiedMaxCount 1",
            ":bad :p :x, :y . :good :p :x, :z . :x a :A . :y a :A .",
        )
    ],
    "Closed": [
        (
            "sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path :p ]",
            ":bad :p 1 ; :q 2 ; :r 3 . :good a :A ; :p 1 .",
        )
    ],
    "HasValue": [
        ("sh:path :p ; sh:hasValue :x", ":bad :q :x . :good :p :x, :y ."),
        ('sh:path :p ; sh:hasValue "x"', ':bad :p "x"@en . :good :p "x" .'),
    ],
    "In": [('sh:path :p ; sh:in ( :x 1 "x" )', ':bad :p 1.0, "x"@en, :y . :good :p :x, 1, "x" .')],
    "SPARQL": [
        (
            'sh:sparql [ sh:select "SELECT $this ?value { $this <http://example.org/p> ?value }" ]',
            ":bad :p 1 . :good :q 1 .",
        )
    ],
}
ALL = [(name, shape, data) for name, cases in CASES.items() for shape, data in cases]


@pytest.fixture(autouse=True)
def quiet() -> None:
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)


@pytest.mark.filterwarnings("ignore:Parsing weird boolean")
@pytest.mark.parametrize(
    ("name", "shape", "data"), ALL, ids=[f"{name}{i}" for i, (name, *_) in enumerate(ALL)]
)
def test_what_is_bad_fails(name: str, shape: str, data: str) -> None:
    triples = turtle(data)
    nodes = {t.subject.value for t in triples if isinstance(t.subject, NamedNode)}
    nodes |= {t.object.value for t in triples if isinstance(t.object, NamedNode)}
    targets = sorted(f"<{node}>" for node in nodes if node.rpartition("/")[2].startswith(("bad", "good")))
    kind = "sh:PropertyShape" if shape.startswith("sh:path") else "sh:NodeShape"
    shapes = turtle(f":S a {kind} ; sh:targetNode {', '.join(targets)} ; {shape} .")
    found = ours(triples, shapes)
    assert {result[0] for result in found} == {node for node in targets if "/bad" in node}
    assert {result[3] for result in found} <= {component(name).rpartition("#")[2]}
    assert found == of_pyshacl(triples, shapes)


def test_qualified_shapes_may_be_disjoint() -> None:
    shapes = turtle("""
        :S a sh:NodeShape ; sh:targetNode :bad, :good ; sh:property :P, :Q .
        :P sh:path :p ; sh:qualifiedValueShape [ sh:class :A ] ; sh:qualifiedMinCount 1 ;
            sh:qualifiedValueShapesDisjoint true .
        :Q sh:path :p ; sh:qualifiedValueShape [ sh:class :B ] ; sh:qualifiedMinCount 1 ;
            sh:qualifiedValueShapesDisjoint true .
    """)
    data = turtle(":bad :p :x . :x a :A, :B . :good :p :y, :z . :y a :A . :z a :B .")
    found = ours(data, shapes)
    assert {result[0] for result in found} == {"<http://example.org/bad>"}
    assert found == of_pyshacl(data, shapes)


@pytest.mark.parametrize(
    ("target", "focus"),
    [
        ("sh:targetClass :A", {":a", ":b"}),
        ("sh:targetClass :B, :C", {":b"}),
        ("sh:targetNode :a, :absent, 5", {":a", ":absent", "5"}),
        ("sh:targetSubjectsOf :p, :q", {":a", ":c"}),
        ("sh:targetObjectsOf :p", {":x", "5"}),
        ("a rdfs:Class", {":s"}),
    ],
)
def test_targets(target: str, focus: set[str]) -> None:
    data = turtle(":a a :A ; :p :x, 5 . :b a :B . :B rdfs:subClassOf :A . :c :q 1 . :s a :S .")
    shapes = turtle(f":S a sh:NodeShape ; {target} ; sh:in () .")
    found = ours(data, shapes)
    expected = {str(t.object) for name in focus for t in turtle(f":x :y {name} .")}
    assert {result[0] for result in found} == expected
    assert found == of_pyshacl(data, shapes)


def test_properties_of_properties_have_the_values_as_focus_nodes() -> None:
    shapes = turtle("""
        :S a sh:NodeShape ; sh:targetClass :A ; sh:property :P .
        :P a sh:PropertyShape ; sh:path :p ; sh:property :Q .
        :Q a sh:PropertyShape ; sh:path :q ; sh:minCount 1 ; sh:severity sh:Info ; sh:nodeKind sh:IRI .
    """)
    data = turtle(":a a :A ; :p :x, :y . :b a :A ; :p :x . :y :q 1 .")
    found = ours(data, shapes)
    assert {result[0] for result in found} == {"<http://example.org/x>", "<http://example.org/y>"}
    assert found == of_pyshacl(data, shapes)


@pytest.mark.parametrize(
    ("low", "high", "ordered"),
    [("true", "false", False), ("false", "true", True), ("true", "true", False), ("true", "1", False)],
)
def test_booleans_have_an_order_in_sparql(low: str, high: str, ordered: bool) -> None:
    shapes = turtle(":S a sh:PropertyShape ; sh:targetNode :a ; sh:path :p ; sh:lessThan :q .")
    assert bool(ours(turtle(f":a :p {low} ; :q {high} ."), shapes)) is not ordered


def test_inverse_of_a_sequence() -> None:
    """pySHACL 0.40.1 takes the steps in the wrong order, so that it is no oracle here."""
    shapes = turtle(
        ":S a sh:PropertyShape ; sh:targetNode :m, :z ; sh:path [ sh:inversePath ( :p :q ) ] ; sh:in () ."
    )
    found = ours(turtle(":x :p :y . :y :q :z . :m :p :x ."), shapes)
    assert {result[0::2][:2] for result in found} == {("<http://example.org/z>", "<http://example.org/x>")}
