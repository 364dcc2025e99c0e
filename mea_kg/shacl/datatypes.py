"""Which texts are well-formed for a datatype, as tests of SPARQL."""

from __future__ import annotations

from mea_kg.namespaces import RDF, RDFS, XSD
from mea_kg.shacl.errors import NotCompiledError

_PATTERNS = {
    XSD + "integer": "^[+-]?[0-9]+$",
    XSD + "decimal": "^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)$",
    XSD + "boolean": "^(true|false|1|0)$",
}
_REAL = "^([+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)$"
_PATTERNS |= {XSD + "double": _REAL, XSD + "float": _REAL}
_CAST = {
    XSD + name for name in ("date", "dateTime", "time", "duration", "dayTimeDuration", "yearMonthDuration")
}
"""Datatypes whose texts the store reads one by one, calendar and all."""
_ANY_TEXT = {
    XSD + name for name in ("string", "anyURI", "gYear", "gYearMonth", "gMonthDay", "gMonth", "gDay")
}
_ANY_TEXT |= {RDF + "langString", RDF + "HTML"}
"""Datatypes whose texts nobody checks here: SPARQL 1.1 does not have them. Use sh:pattern for years."""


def is_literal_of(variable: str, datatype: str) -> str:
    """A test that a value is a well-formed literal of a datatype (an IRI).

    Raises `NotCompiledError` for a datatype whose texts are not known here, or that the store changes (it
    makes every derived type of integers an integer).
    """
    typed = f"isLiteral({variable}) && DATATYPE({variable}) = <{datatype}>"
    if datatype in _PATTERNS:
        return f'({typed} && REGEX(STR({variable}), "{_PATTERNS[datatype]}"))'
    if datatype in _CAST:
        return f"({typed} && COALESCE(isLiteral(<{datatype}>(STR({variable}))), false))"
    if datatype in _ANY_TEXT or not datatype.startswith((XSD, RDF, RDFS)):
        return f"({typed})"
    raise NotCompiledError(f"sh:datatype <{datatype}>: not told apart by the store")
