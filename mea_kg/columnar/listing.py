"""VALUES: the rows that a query lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyoxigraph import NamedNode

from mea_kg.columnar.kinds import Term
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.relations import ID, NUMBER, Column, Relation, column_name
from mea_kg.columnar.values import Value


def listed(
    rows: Sequence[dict[Any, Any]],
    constant: Callable[[Any], Value],
    number: Callable[[Term], int],
    alias: str,
) -> Relation:
    """The rows as a relation; raises `NotTranslatedError` where there are none.

    `constant` gives the value of a term as rdflib has it, `number` the number of a term.
    """
    if not rows:
        raise NotTranslatedError("VALUES without rows")
    known = [{str(name): term for name, term in row.items()} for row in rows]
    columns: dict[str, Column] = {}
    cells: list[list[str]] = [[] for _ in rows]
    heads: list[str] = []
    for name in dict.fromkeys(name for row in known for name in row):
        terms = [row.get(name) for row in known]
        values = [None if _is_unbound(term) else constant(term) for term in terms]
        columns[name] = column = _column(name, values)
        heads += column.names()
        for cell, value in zip(cells, values, strict=True):
            if value is None:
                cell += ["NULL"] * len(column.names())
            elif column.second:
                cell += [value.sql, value.second]
            else:
                assert value.term is not None
                cell.append(f"{number(value.term)}::UBIGINT")
    body = ", ".join(f"({', '.join(cell)})" for cell in cells)
    shown = ", ".join(heads)
    return Relation(f"SELECT {shown} FROM (VALUES {body}) AS {alias}({shown})", columns)


def _is_unbound(term: object) -> bool:
    """Whether it is the UNDEF of rdflib, plain text: terms, of which one may read "UNDEF", have types of their own."""
    return term is None or type(term) is str


def _column(name: str, values: Sequence[Value | None]) -> Column:
    """The column for the values of a variable, None where it is unbound."""
    known = [value for value in values if value is not None]
    form = NUMBER if all(value.form == NUMBER for value in known) else ID
    first = column_name(name)
    certain = len(known) == len(values)
    iris = {value.term.value for value in known if isinstance(value.term, NamedNode)}
    only_iris = certain and all(isinstance(value.term, NamedNode) for value in known)
    return Column(
        first,
        form,
        first + "_2" if form == NUMBER else "",
        frozenset[int]().union(*(value.kinds for value in known)),
        certain,
        among=frozenset(iris) if only_iris else None,
    )
