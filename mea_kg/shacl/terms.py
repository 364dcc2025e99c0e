"""The text of SPARQL: terms, tests that never fail, and places where the class hierarchy goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from mea_kg.namespaces import XSD
from mea_kg.shacl.errors import NotCompiledError

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal

_PLACE = re.compile("\ue000(VALUES|FILTER|FOCUS) ([^ ]+) ([^\ue001]*)\ue001")
"""Characters for private use: they cannot stand in an IRI."""


def written(term: object) -> str:
    """A term as SPARQL text; raises `NotCompiledError` for one that has no name (a blank node) or is a triple."""
    if isinstance(term, NamedNode | Literal):
        return str(term)
    if isinstance(term, Triple):
        raise NotCompiledError(f"a triple stands for a term: {term}")
    raise NotCompiledError("a blank node stands where a query needs a name")


def is_one_of(variable: str, terms: Iterable[Term]) -> str:
    """A test that the variable is one of these terms; terms are compared as they are, not by their values."""
    texts = [written(term) for term in terms]
    if texts and all(text.startswith("<") for text in texts):
        return f"({variable} IN ({', '.join(texts)}))"
    return f"({' || '.join(f'sameTerm({variable}, {text})' for text in texts) or 'false'})"


def compared(left: str, operator: str, right: str) -> str:
    """A test of order that is false for what has no order. The store does not order booleans by itself."""
    boolean = f"DATATYPE({left}) = <{XSD}boolean> && DATATYPE({right}) = <{XSD}boolean>"
    as_numbers = f"<{XSD}integer>({left}) {operator} <{XSD}integer>({right})"
    return f"COALESCE({left} {operator} {right}, IF({boolean}, {as_numbers}, false), false)"


def all_of(tests: Iterable[str]) -> str:
    """A test that all of these hold."""
    return f"({' && '.join(tests) or 'true'})"


def members(variable: str, classes: Iterable[NamedNode], rows: bool = False) -> str:
    """A place for what says that a variable is one of these classes, or below one.

    As a filter; or with `rows`, as what gives the variable its values.
    """
    kind = "VALUES" if rows else "FILTER"
    return f"\ue000{kind} {variable} {' '.join(one.value for one in classes)}\ue001"


def focus(variable: str) -> str:
    """A place for the nodes that are asked about, where these are not all; nothing for others than ?this."""
    return f"\ue000FOCUS {variable} \ue001" if variable == "?this" else ""


def rows_of(variable: str, terms: Iterable[str]) -> str:
    """What gives a variable these values, each a term as SPARQL text."""
    return f"VALUES {variable} {{ {' '.join(terms)} }}"


def with_hierarchy(text: str, below: Mapping[str, Iterable[str]], only: Iterable[str] | None = None) -> str:
    """The query with each place filled.

    `below` gives the classes below a class, by IRIs, and `only` the nodes to ask about (None: about all), each as
    SPARQL text.
    """

    def filled(match: re.Match[str]) -> str:
        kind, variable, classes = match.groups()
        if kind == "FOCUS":
            return "" if only is None else rows_of(variable, only)
        everything = sorted({iri for one in classes.split(" ") for iri in (one, *below.get(one, ()))})
        if kind == "FILTER":
            return f"FILTER ({variable} IN ({', '.join(f'<{iri}>' for iri in everything)}))"
        return rows_of(variable, (f"<{iri}>" for iri in everything))

    return _PLACE.sub(filled, text)


def fresh_names() -> Iterator[str]:
    """Variables that no query in a shape has: ?_1, ?_2 ..."""
    number = 0
    while True:
        number += 1
        yield f"?_{number}"
