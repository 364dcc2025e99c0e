"""Aggregates: what COUNT, SUM, MIN and SAMPLE are in SQL."""

from __future__ import annotations

from typing import Any

from mea_kg.columnar.expressions import Expressions
from mea_kg.columnar.kinds import NUMBERS
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.relations import NUMBER, TEXT, Column, column_name
from mea_kg.columnar.scopes import Scope


def aggregated(node: Any, scope: Scope, expressions: Expressions) -> tuple[Column, list[str]]:
    """The column of an aggregate over the rows of a scope, and what to select for it."""
    first = column_name(str(node.res))
    if node.name == "Aggregate_Sample":
        column = scope.columns.get(str(node.vars))
        if column is None:
            raise NotTranslatedError("SAMPLE of something other than a variable of the pattern")
        texts = [f"any_value({scope.alias}.{column.first}) AS {first}"]
        second = first + "_2" if column.second else ""
        if second:
            texts.append(f"any_value({scope.alias}.{column.second}) AS {second}")
        found = Column(first, column.form, second, column.kinds, column.certain, listed=column.listed)
        return found, texts
    second = first + "_2"
    if node.name == "Aggregate_Count":
        counted = "*"
        if str(node.vars) != "*":
            counted = expressions.value(node.vars, scope).id()
        elif node.distinct:
            raise NotTranslatedError("COUNT(DISTINCT *)")
        distinct = "DISTINCT " if node.distinct else ""
        texts = [
            f"count({distinct}{counted})::HUGEINT * 1000000000000000000 AS {first}",
            f"true AS {second}",
        ]
        return Column(first, NUMBER, second, NUMBERS), texts
    if node.name == "Aggregate_Min":
        least = expressions.value(node.vars, scope)
        if least.form != TEXT or least.second or not least.certain:
            raise NotTranslatedError("MIN of what may be no text")
        # Without rows there is no value.
        return Column(first, TEXT, "", least.kinds, certain=False), [f"min({least.sql}) AS {first}"]
    if node.name != "Aggregate_Sum" or node.distinct:
        raise NotTranslatedError(f"{node.name}{' DISTINCT' if node.distinct else ''}")
    value, whole = expressions.value(node.vars, scope).as_number()
    total = f"CASE WHEN count(*) = count({value}) THEN coalesce(sum({value}), 0) END"
    texts = [
        f"held({total}, coalesce(bool_and({whole}), true)) AS {first}",
        f"coalesce(bool_and({whole}), true) AS {second}",
    ]
    return Column(first, NUMBER, second, NUMBERS, certain=False), texts
