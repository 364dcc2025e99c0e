"""Generated shapes and data: few nodes, few properties, many kinds of value, so that much goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

NODES = [":a", ":b", ":c", "_:d"]
PROPERTIES = [":p", ":q", ":r"]
CLASSES = [":A", ":B", ":C"]
ORDERED = {
    "numbers": ["1", "5", "7.5", "10", '"2.5"^^xsd:double', '"7"^^xsd:decimal'],
    "dates": ['"2005-02-28"^^xsd:date', '"2005-03-01"^^xsd:date', '"1999-12-31"^^xsd:date'],
    "times": ['"2005-02-28T10:00:00Z"^^xsd:dateTime', '"2005-02-28T12:00:00Z"^^xsd:dateTime'],
    "texts": ['"x"', '"xyz"', '""'],
}
"""Literals of one order: across two, pySHACL compares what SPARQL does not."""
LITERALS = [
    *(literal for literals in ORDERED.values() for literal in literals),
    '"x"@en',
    '"y"@en-gb',
    '"Y"@en-gb',
    '"y"@de',
    '"x"^^xsd:integer',
    '"2005-02-30"^^xsd:date',
    '"2006"^^xsd:gYear',
    '"2006-05"^^xsd:gYearMonth',
    '"2006-13"^^xsd:gYearMonth',
    '"2005-02-28T10:00:00"^^xsd:dateTime',
    "true",
    '"maybe"^^xsd:boolean',
    '"x"^^:type',
]
DATATYPES = ["string", "integer", "decimal", "double", "boolean", "date", "dateTime", "gYear", "gYearMonth"]
PATTERNS = ["^x", "y$", "[0-9]{2}", "^.{3}$", "^$", "example", "[^a-z]"]

BODIES = [
    "$this :p ?value . FILTER (isLiteral(?value))",
    "{ $this :p ?value } UNION { ?value :q $this . FILTER ($this != :a) }",
    "?value :p ?other . FILTER ($this = ?value)",
    "OPTIONAL { $this :q ?value } FILTER (!BOUND(?value))",
    "{ SELECT $this (COUNT(?x) AS ?value) { $this :p ?x } GROUP BY $this HAVING (COUNT(?x) > 1) }",
    "FILTER EXISTS { $this :p ?one . FILTER NOT EXISTS { $this :q ?one } } BIND (:b AS ?value)",
    "$this $PATH ?value . FILTER NOT EXISTS { ?value a ?kind }",
]
TARGETS = [
    'sh:targetNode "x" , 5',
    "sh:targetClass :A",
    "sh:targetClass :B , :C",
    "sh:targetNode :a , :b , :absent",
    "sh:targetSubjectsOf :p",
    "sh:targetObjectsOf :q",
    "sh:targetSubjectsOf :p , :r ; sh:targetObjectsOf :p",
]
SIMPLE = (
    "nodeKind datatype class minLength maxLength pattern flags languageIn equals disjoint hasValue in closed"
)
ORDERING = " minExclusive minInclusive maxExclusive maxInclusive"
COUNTING = "minCount maxCount uniqueLang qualifiedMinCount qualifiedMaxCount sparql"
NESTED = "node not and or xone property"
DECLARED = ': a owl:Ontology ; sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .'


class World:
    """Makes shapes and data by picking from lists."""

    def __init__(self, pick: Callable[[Sequence[str]], str]) -> None:
        self._pick = pick
        self._order = pick(["", "", *ORDERED])
        self._literals = ORDERED.get(self._order, LITERALS)
        self._nodes = [] if self._order else NODES

    def number(self, least: int, most: int) -> int:
        return int(self._pick([str(number) for number in range(least, most + 1)]))

    def some(self, make: Callable[[], str], least: int = 1, most: int = 3) -> list[str]:
        return [make() for _ in range(self.number(least, most))]

    def data(self) -> str:
        """A graph in Turtle."""
        lines = self.some(self._triple, 1, 14) + self.some(self._typed, 0, 4)
        return "\n".join([*lines, self._pick(["", ":B rdfs:subClassOf :A ."])])

    def _triple(self) -> str:
        return f"{self._pick(NODES)} {self._pick(PROPERTIES)} {self._pick(self._nodes + self._literals)} ."

    def _typed(self) -> str:
        return f"{self._pick(NODES)} a {self._pick(CLASSES)} ."

    def shape(self) -> str:
        """One shape with targets in Turtle, with shapes in it."""
        path = self._pick(["", self.path()])
        severity = self._pick(
            ["", "", "sh:severity sh:Warning ;", "sh:severity :Odd ;", "sh:deactivated true ;"]
        )
        kind = "sh:PropertyShape" if path else "sh:NodeShape"
        body = self._body(path, 2)
        return f"{DECLARED}\n:Shape a {kind} ; {self._pick(TARGETS[bool(self._order) :])} ; {severity}\n {body} ."

    def path(self, depth: int = 2) -> str:
        kind = self._pick(
            ["", "", "", "inverse", "sequence", "alternative", "zeroOrMore", "oneOrMore", "zeroOrOne"]
        )
        if not depth or not kind:
            return self._pick(PROPERTIES)
        if kind == "sequence":
            return f"( {self.path(depth - 1)} {self.path(depth - 1)} )"
        if kind == "alternative":
            return f"[ sh:alternativePath ( {self.path(depth - 1)} {self.path(depth - 1)} ) ]"
        return f"[ sh:{kind}Path {self.path(depth - 1)} ]"

    def _nested(self, depth: int) -> str:
        path = self._pick(["", self.path(1)])
        return f"[ {self._body(path, depth - 1)} ]"

    def _body(self, path: str, depth: int) -> str:
        names = (
            (SIMPLE + (ORDERING if self._order else "")).split()
            + (self._counting(path) if path else ["sparql"])
            + (NESTED.split() * 2 if depth else [])
        )
        if not depth:
            names = [name for name in names if not name.startswith("qualified")]
        chosen = {self._pick(names) for _ in range(self.number(1, 3))}
        if {"qualifiedMinCount", "qualifiedMaxCount"} <= chosen:
            chosen.remove("qualifiedMaxCount")
        parts = [f"sh:path {path}"] if path else []
        return " ; ".join(parts + [self._constraint(name, path, depth) for name in sorted(chosen)])

    def _counting(self, path: str) -> list[str]:
        compared = self._order and path in PROPERTIES
        return COUNTING.split() + (["lessThan", "lessThanOrEquals"] if compared else [])

    def _constraint(self, name: str, path: str, depth: int) -> str:
        pick = self._pick
        if name == "sparql":
            return self._query(path)
        if name in ("minCount", "maxCount", "minLength", "maxLength"):
            # A blank node is never too short for pySHACL where sh:minLength is 0; the standard says otherwise.
            return f"sh:{name} {self.number(int(name == 'minLength'), 3)}"
        if name.startswith(("min", "max")):
            return f"sh:{name} {pick(self._literals)}"
        if name.startswith("qualified"):
            apart = pick(["true", "false"])
            shape = f"sh:qualifiedValueShape {self._nested(depth)} ; sh:qualifiedValueShapesDisjoint {apart}"
            return f"{shape} ; sh:{name} {self.number(0, 2)}"
        if name in ("and", "or", "xone"):
            return f"sh:{name} ( {' '.join(self.some(lambda: self._nested(depth)))} )"
        if name == "property":
            return f"sh:property [ {self._body(self.path(1), depth - 1)} ]"
        if name == "node":
            return f"sh:node [ {self._body('', depth - 1)} ]"
        if name == "not":
            return f"sh:not {self._nested(depth)}"
        terms = [term for term in NODES + LITERALS if not term.startswith("_:")]
        if name == "in":
            return f"sh:in ( {' '.join(self.some(lambda: pick(terms)))} )"
        plain = {
            "nodeKind": ["sh:IRI", "sh:Literal", "sh:BlankNode", "sh:BlankNodeOrIRI", "sh:IRIOrLiteral"],
            "datatype": [f"xsd:{datatype}" for datatype in DATATYPES] + ["rdf:langString", ":type"],
            "class": CLASSES,
            "pattern": [f'"{pattern}"' for pattern in PATTERNS],
            "languageIn": ['( "en" )', '( "en-GB" "de" )'],
            "hasValue": terms,
            "uniqueLang": ["true"],
        }
        if name == "flags":
            return 'sh:pattern "^X" ; sh:flags "i"'
        if name == "closed":
            ignored = pick(
                ["", " ; sh:ignoredProperties ( rdf:type )", " ; sh:ignoredProperties ( :p rdf:type )"]
            )
            return f"sh:closed true{ignored}"
        return f"sh:{name} {pick(plain.get(name, PROPERTIES))}"

    def _query(self, path: str) -> str:
        body = self._pick(BODIES if path else BODIES[:-1])
        declared = 'sh:prefixes : ; sh:severity sh:Warning ; sh:message "found {?value}"'
        return f'sh:sparql [ {declared} ; sh:select """SELECT $this ?value WHERE {{ {body} }}""" ]'


@st.composite
def worlds(draw: st.DrawFn) -> tuple[str, str]:
    """A graph and a shape in Turtle."""
    world = World(lambda options: draw(st.sampled_from(options)))
    return world.data(), world.shape()
