"""Rows of answers in a form in which those of different engines can be compared."""

from __future__ import annotations

from decimal import Decimal

from pyoxigraph import Literal, NamedNode, QuerySolutions

from mea_kg.namespaces import XSD
from mea_kg.tables.cells import canonical

Cell = tuple[str, ...]
Rows = set[tuple[Cell, ...]]


def literal_cell(text: str, language: str, datatype: str) -> Cell:
    """A literal; a decimal that an engine has computed without the zeros that it may end in."""
    return (canonical(Decimal(text)) if datatype == XSD + "decimal" else text, language, datatype)


def row_set(solutions: object) -> Rows:
    """The rows of a SELECT."""

    def cell(term: object) -> Cell:
        if isinstance(term, Literal):
            return literal_cell(term.value, term.language or "", term.datatype.value)
        assert term is None or isinstance(term, NamedNode)
        return () if term is None else (term.value,)

    assert isinstance(solutions, QuerySolutions)
    return {tuple(cell(row[variable]) for variable in solutions.variables) for row in solutions}
