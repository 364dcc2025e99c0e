"""How terms are numbered: a hash of 60 bits, and 4 bits that tell the kind of the term.

The key of a term is its N-Triples text without escapes. Two terms with one number are found at loading.
"""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from mea_kg.namespaces import RDF, XSD
from mea_kg.stores import new_store

Term = NamedNode | BlankNode | Literal

IRI, BLANK, STRING, TAGGED, INTEGER, DECIMAL, BOOLEAN, DOUBLE, DATE, TIME, YEAR = range(11)
OTHER = 15
KINDS = frozenset({*range(11), OTHER})
LITERALS = KINDS - {IRI, BLANK}
NUMBERS = frozenset({INTEGER, DECIMAL})
EXOTIC = frozenset({DOUBLE, TIME, OTHER})
"""Kinds whose values are not read here: as terms they are as good as any other."""

DATATYPES = {
    STRING: XSD + "string",
    TAGGED: RDF + "langString",
    INTEGER: XSD + "integer",
    DECIMAL: XSD + "decimal",
    BOOLEAN: XSD + "boolean",
    DATE: XSD + "date",
    YEAR: XSD + "gYear",
}
_REAL = (XSD + "double", XSD + "float")
_TIMES = tuple(
    XSD + name
    for name in (
        *("date", "dateTime", "dateTimeStamp", "time", "duration", "dayTimeDuration", "yearMonthDuration"),
        *("gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"),
    )
)
CANONICAL = {
    INTEGER: r"0|-?[1-9][0-9]{0,17}",
    DECIMAL: r"0|-?[1-9][0-9]{0,17}|-?[1-9][0-9]{0,17}\.[0-9]{0,17}[1-9]|-?0\.[0-9]{0,17}[1-9]",
    BOOLEAN: "true|false",
    DATE: r"[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])",
    YEAR: r"[1-9][0-9]{3}",
}
"""The texts whose values are read here; days after the 28th are looked at one by one."""


def text(value: str) -> str:
    """A text as a literal of SQL."""
    return "'" + value.replace("'", "''") + "'"


def kind_of_key() -> str:
    """The body of a macro: the kind of the term with this key, which is in the store's form."""
    cases = ["WHEN starts_with(key, '<') THEN 0", "WHEN starts_with(key, '_') THEN 1"]
    cases.append("WHEN ends_with(key, '\"') THEN 2")
    cases.append("WHEN NOT ends_with(key, '>') THEN 3")
    for kind, pattern in CANONICAL.items():
        suffix = f'"^^<{DATATYPES[kind]}>'
        inside = f"substr(key, 2, length(key) - {len(suffix) + 1})"
        also = f" OR TRY_CAST({inside} AS DATE)::VARCHAR = {inside}" if kind == DATE else ""
        test = f"(regexp_full_match({inside}, {text(pattern)}){also})"
        cases.append(f"WHEN ends_with(key, {text(suffix)}) AND {test} THEN {kind}")
    for kind, datatypes in ((DOUBLE, _REAL), (TIME, _TIMES)):
        tests = " OR ".join(f"ends_with(key, {text(f'^^<{one}>')})" for one in datatypes)
        cases.append(f"WHEN {tests} THEN {kind}")
    return f"CASE {' '.join(cases)} ELSE {OTHER} END"


def key_of(term: Term) -> str:
    """The key of a term.

    >>> key_of(Literal("a", language="en"))
    '"a"@en'
    """
    if isinstance(term, NamedNode):
        return f"<{term.value}>"
    if isinstance(term, BlankNode):
        return f"_:{term.value}"
    if term.language:
        return f'"{term.value}"@{term.language.lower()}'
    if term.datatype.value == XSD + "string":
        return f'"{term.value}"'
    return f'"{term.value}"^^<{term.datatype.value}>'


def term_of(kind: int, lexical: str, tag: str | None) -> Term:
    """The term of a row of the dictionary."""
    if kind == IRI:
        return NamedNode(lexical)
    if kind == BLANK:
        return BlankNode(lexical)
    if kind == TAGGED:
        return Literal(lexical, language=tag)
    return Literal(lexical, datatype=NamedNode(tag or DATATYPES[kind]))


def in_the_stores_form(terms: list[Literal]) -> list[Literal]:
    """The literals as the embedded store keeps them, which rewrites numbers, dates and language tags."""
    found = []
    node = NamedNode("urn:x")
    for term in terms:
        store = new_store([Quad(node, node, term)])
        (quad,) = store
        assert isinstance(quad.object, Literal)
        found.append(quad.object)
    return found
