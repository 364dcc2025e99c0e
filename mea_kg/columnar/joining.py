"""Joins and unions of relations, and how a variable is kept whose two sides have different forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from mea_kg.columnar.algebra import names_in
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.relations import ID, NAME, NUMBER, TEXT, TRUTH, Column, Relation, column_name
from mea_kg.columnar.scopes import Scope
from mea_kg.columnar.values import Value, unified


def joined(left: Relation, right: Relation, how: str, alias: Callable[[], str]) -> Relation:
    """Two relations where the variables of both agree; `how` is JOIN or LEFT JOIN."""
    shared = [name for name in left.columns if name in right.columns]
    one, other = alias(), alias()
    tests = []
    for name in shared:
        test = _same(left.columns[name], one, right.columns[name], other)
        if how == "LEFT JOIN" and not (left.columns[name].certain and right.columns[name].certain):
            raise NotTranslatedError(f"OPTIONAL on ?{name}, which may be unbound")
        for side, column in ((one, left.columns[name]), (other, right.columns[name])):
            if not column.certain:
                test = f"({side}.{column.first} IS NULL OR {test})"
        tests.append(test)
    optional = how == "LEFT JOIN"
    columns: dict[str, Column] = {}
    shown: list[str] = []
    for name, column in left.columns.items():
        columns[name] = column
        if column.certain or name not in shared:
            shown += [f"{one}.{part}" for part in column.names()]
            continue
        both = held(column, one).id(), held(right.columns[name], other).id()
        sure = right.columns[name].certain
        kinds = column.kinds | right.columns[name].kinds
        listed = all(one.form == ID and one.listed for one in (column, right.columns[name]))
        columns[name] = Column(column.first, kinds=kinds, certain=sure, listed=listed)
        shown.append(f"coalesce({', '.join(both)}) AS {column.first}")
    for name, column in right.columns.items():
        if name not in shared:
            columns[name] = column.possible() if optional else column
            shown += [f"{other}.{part}" for part in column.names()]
        elif (
            left.columns[name].form == ID
            and column.form == ID
            and left.columns[name].certain
            and column.certain
        ):
            columns[name] = _narrowed(left.columns[name], column, optional)
    on = " AND ".join(tests) or "true"
    text = ", ".join(shown) or "1 AS one"
    return Relation(
        f"SELECT {text} FROM ({left.sql}) AS {one} {how} ({right.sql}) AS {other} ON {on}", columns
    )


def united(sides: Sequence[Relation], alias: Callable[[], str]) -> Relation:
    """The rows of either of two relations."""
    scopes = [Scope(alias(), side) for side in sides]
    columns: dict[str, Column] = {}
    shown: list[list[str]] = [[], []]
    for name in dict.fromkeys([*sides[0].columns, *sides[1].columns]):
        known = [scope.value(name) if name in scope.columns else None for scope in scopes]
        values = _alike([value for value in known if value is not None])
        form = values[0].form
        first = column_name(name)
        second = first + "_2" if form in (TEXT, NUMBER) else ""
        waiting = iter(values)
        for texts, one in zip(shown, known, strict=True):
            value = None if one is None else next(waiting)
            texts.append(f"{value.sql if value else 'NULL'} AS {first}")
            if second:
                texts.append(f"{(value and value.second) or 'NULL'} AS {second}")
        columns[name] = Column(
            first,
            form,
            second,
            frozenset[int]().union(*(value.kinds for value in values)),
            len(values) == 2 and all(value.certain for value in known if value is not None),
            listed=all(value.listed for value in values),
        )
    parts = [
        f"SELECT {', '.join(texts) or '1 AS one'} FROM {scope.source()}"
        for texts, scope in zip(shown, scopes, strict=True)
    ]
    return Relation(" UNION ALL ".join(parts), columns)


def _alike(values: list[Value]) -> list[Value]:
    """The values in one form, if need be as terms that the dictionary may not have."""
    if len({value.form for value in values}) == 1:
        return values
    try:
        return unified(values)
    except NotTranslatedError:
        return [
            value if value.form == ID else Value(ID, value.id(), kinds=value.kinds, listed=False)
            for value in values
        ]


def narrowed_to(found: Relation, names: Sequence[str], alias: str) -> Relation:
    """A relation with some of its variables."""
    columns = {name: found.columns[name] for name in names if name in found.columns}
    shown = ", ".join(part for column in columns.values() for part in column.names()) or "1 AS one"
    return Relation(f"SELECT {shown} FROM ({found.sql}) AS {alias}", columns)


def held(column: Column, alias: str) -> Value:
    """What a column of a relation under an alias holds."""
    second = f"{alias}.{column.second}" if column.second else ""
    return Value(
        column.form,
        f"{alias}.{column.first}",
        second,
        column.kinds,
        certain=column.certain,
        listed=column.listed,
    )


def _same(left: Column, one: str, right: Column, other: str) -> str:
    """The test that two columns hold one term."""
    if left.form == right.form and left.form in (ID, TRUTH, NAME):
        return f"{one}.{left.first} = {other}.{right.first}"
    if left.form == right.form == NUMBER:
        first = f"{one}.{left.first} = {other}.{right.first}"
        return f"{first} AND {one}.{left.second} = {other}.{right.second}"
    if left.form == right.form == TEXT and not left.second and not right.second:
        return f"{one}.{left.first} = {other}.{right.first}"
    return f"{held(left, one).id()} = {held(right, other).id()}"


def _narrowed(left: Column, right: Column, optional: bool) -> Column:
    kinds = left.kinds if optional else left.kinds & right.kinds
    listed = left.listed or (right.listed and not optional)
    return replace(left, kinds=kinds, listed=listed)


def joins_values(test: Any, found: Relation) -> bool:
    """Whether a test is that two computed values, of different variables, are equal."""
    if getattr(test, "name", "") != "RelationalExpression" or str(test.op) != "=":
        return False
    sides = [names_in(test.expr), names_in(test.other)]
    bound = [side & set(found.columns) for side in sides]
    computed = any(found.columns[name].form != ID for side in bound for name in side)
    computed = computed or any(hasattr(side, "name") for side in (test.expr, test.other))
    return computed and all(sides) and not sides[0] & sides[1]


def stored(name: str, value: Value) -> tuple[Column, list[str]]:
    """The column that holds a computed value, and what to select for it."""
    first = column_name(name)
    shown = [f"{value.sql} AS {first}"]
    second = ""
    if value.form in (TEXT, NUMBER) and value.second:
        second = first + "_2"
        shown.append(f"{value.second} AS {second}")
    return Column(first, value.form, second, value.kinds, value.certain, listed=value.listed), shown


def selected(scope: Scope, added: Sequence[str], where: str) -> Relation:
    """The rows of a scope that a condition leaves, with what was looked up, and what is added."""
    shown = ", ".join([f"{scope.alias}.*", *added])
    tested = {**scope.relation.tested, **scope.kept}
    return Relation(f"SELECT {shown} FROM {scope.source()}{where}", scope.columns, tested)
