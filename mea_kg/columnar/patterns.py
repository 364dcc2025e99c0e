"""Patterns of SPARQL, as rdflib's algebra has them, as SELECTs of SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from mea_kg.columnar.database import Database
from mea_kg.columnar.expressions import Expressions
from mea_kg.columnar.kinds import KINDS, NUMBERS, Term, in_the_stores_form
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.relations import ID, NAME, NUMBER, TEXT, TRUTH, Column, Relation, column_name
from mea_kg.columnar.scopes import Scope
from mea_kg.columnar.steps import Steps
from mea_kg.columnar.values import Value, constant

_UNIT = Relation("SELECT 1 AS one", {})
_AGGREGATES = ("Aggregate_Count", "Aggregate_Sum", "Aggregate_Sample")


class Patterns:
    """Translates the patterns of one query, over the given parts of a graph."""

    def __init__(self, database: Database, parts: Sequence[str]) -> None:
        self._database = database
        self._parts = parts
        self._aliases = count(1)
        self._steps = Steps(lambda iri: database.relation(iri, parts), database.closed)
        self._expressions = Expressions(self.constant, self._exists)

    def relation(self, node: Any, around: Scope | None = None) -> Relation:
        """The solutions of a pattern; raises `NotTranslatedError`."""
        handler = getattr(self, "_" + node.name.lower(), None)
        if handler is None:
            raise NotTranslatedError(node.name)
        found = handler(node, around)
        assert isinstance(found, Relation)
        return found

    def term(self, node: Any) -> Term:
        """A term of a query, in the store's form."""
        import rdflib

        if isinstance(node, rdflib.URIRef):
            return NamedNode(str(node))
        if isinstance(node, rdflib.Literal):
            if node.language:
                return Literal(str(node), language=node.language.lower())
            if node.datatype is None:
                return Literal(str(node))
            return in_the_stores_form([Literal(str(node), datatype=NamedNode(str(node.datatype)))])[0]
        raise NotTranslatedError("a blank node that stands for a value")

    def constant(self, node: Any) -> Value:
        """The value of a term of a query."""
        term = self.term(node)
        assert not isinstance(term, BlankNode)
        number = self._database.number(term)
        return constant(term, number % 16, number)

    def _alias(self) -> str:
        return f"r{next(self._aliases)}"

    def _bgp(self, node: Any, around: Scope | None) -> Relation:
        import rdflib

        tables: list[str] = []
        tests: list[str] = []
        places: dict[str, str] = {}
        kinds: dict[str, frozenset[int]] = {}
        staying = []

        def join(term: Any, place: str, possible: frozenset[int]) -> None:
            if not isinstance(term, rdflib.Variable | rdflib.BNode):
                tests.append(f"{place} = {self._database.number(self.term(term))}")
                return
            name = _variable(term)
            if name in places:
                tests.append(f"{place} = {places[name]}")
                kinds[name] &= possible
            else:
                places[name], kinds[name] = place, possible

        for subject, predicate, value in sorted(node.triples, key=str):
            more = (
                self._steps.moving(predicate) if not isinstance(predicate, rdflib.term.Identifier) else None
            )
            if more is not None:
                staying.append((subject, more, value))
                continue
            alias = self._alias()
            if isinstance(predicate, rdflib.URIRef):
                tables.append(
                    f"{self._database.relation(str(predicate), self._parts) or _NOTHING} AS {alias}"
                )
                of_subject, of_object = self._database.kinds(str(predicate), self._parts)
            elif isinstance(predicate, rdflib.Variable):
                tables.append(f"{self._database.everything(self._parts)} AS {alias}")
                of_subject, of_object = self._database.all_kinds(self._parts)
                join(predicate, f"{alias}.p", frozenset({0}))
            else:
                tables.append(f"({self._steps.pairs(predicate)}) AS {alias}")
                of_subject, of_object = self._ends(predicate)
            join(subject, f"{alias}.s", of_subject)
            join(value, f"{alias}.o", of_object)
        if not tables and not staying:
            return _UNIT
        columns = {name: Column(column_name(name), kinds=kinds[name]) for name in places}
        shown = ", ".join(f"{place} AS {columns[name].first}" for name, place in places.items()) or "1 AS one"
        where = f" WHERE {' AND '.join(tests)}" if tests else ""
        found = Relation(f"SELECT {shown} FROM {', '.join(tables)}{where}", columns) if tables else _UNIT
        for triple in staying:
            found = self._stay(found, triple)
        return found

    def _ends(self, path: Any) -> tuple[frozenset[int], frozenset[int]]:
        """The kinds at both ends of a path."""
        import rdflib
        from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

        if isinstance(path, rdflib.URIRef):
            return self._database.kinds(str(path), self._parts)
        if isinstance(path, InvPath):
            subjects, objects = self._ends(path.arg)
            return objects, subjects
        if isinstance(path, AlternativePath):
            ends = [self._ends(part) for part in path.args]
            return (
                frozenset[int]().union(*(one for one, _ in ends)),
                frozenset[int]().union(*(other for _, other in ends)),
            )
        if isinstance(path, MulPath) and path.mod == "+":
            return self._ends(path.path)
        if isinstance(path, SequencePath) and not isinstance(path.args[0], MulPath):
            first = self._ends(path.args[0])[0]
            return first, self._ends(path.args[-1])[1] if not isinstance(path.args[-1], MulPath) else KINDS
        return KINDS, KINDS

    def _stay(self, found: Relation, triple: tuple[Any, str, Any]) -> Relation:
        """Join a path that may stay where it is, one end of which is bound already."""
        import rdflib

        subject, more, value = triple
        ends = [
            _variable(end) if isinstance(end, rdflib.Variable | rdflib.BNode) else None
            for end in (subject, value)
        ]
        one, other = ends
        alias = self._alias()
        if one in found.columns and other in found.columns:
            first, last = (f"{alias}.{found.columns[end].first}" for end in (one, other) if end)
            tests = f"{first} = {last} OR EXISTS (SELECT 1 FROM ({more}) AS m WHERE m.s = {first} AND m.o = {last})"
            return Relation(f"SELECT * FROM ({found.sql}) AS {alias} WHERE {tests}", found.columns)
        if one in found.columns and one is not None:
            bound, new, near, far, end = one, other, "s", "o", value
        elif other in found.columns and other is not None:
            bound, new, near, far, end = other, one, "o", "s", subject
        else:
            raise NotTranslatedError("a path that may stay where it is, with no end bound by another triple")
        here = f"{alias}.{found.columns[bound].first}"
        joined = f"({found.sql}) AS {alias} JOIN ({more}) AS m ON m.{near} = {here}"
        if new is None:
            number = self._database.number(self.term(end))
            there = f"EXISTS (SELECT 1 FROM ({more}) AS m WHERE m.{near} = {here} AND m.{far} = {number})"
            return Relation(
                f"SELECT * FROM ({found.sql}) AS {alias} WHERE {here} = {number} OR {there}", found.columns
            )
        name = column_name(new)
        sql = (
            f"SELECT {alias}.*, {here} AS {name} FROM ({found.sql}) AS {alias}"
            f" UNION ALL SELECT {alias}.*, m.{far} AS {name} FROM {joined}"
        )
        return Relation(sql, {**found.columns, new: Column(name, kinds=KINDS)})

    def _join(self, node: Any, around: Scope | None) -> Relation:
        left, right = self.relation(node.p1, around), self.relation(node.p2, around)
        return self._joined(left, right, "JOIN")

    def _joined(self, left: Relation, right: Relation, how: str) -> Relation:
        shared = [name for name in left.columns if name in right.columns]
        one, other = self._alias(), self._alias()
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
            both = _value(column, one).id(), _value(right.columns[name], other).id()
            sure = right.columns[name].certain
            kinds = column.kinds | right.columns[name].kinds
            columns[name] = Column(column.first, kinds=kinds, certain=sure)
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

    def _leftjoin(self, node: Any, around: Scope | None) -> Relation:
        if node.expr.name != "TrueFilter":
            raise NotTranslatedError("OPTIONAL with a FILTER of its own")
        return self._joined(self.relation(node.p1, around), self.relation(node.p2, around), "LEFT JOIN")

    def _union(self, node: Any, around: Scope | None) -> Relation:
        sides = [self.relation(part, around) for part in (node.p1, node.p2)]
        columns: dict[str, Column] = {}
        shown: list[list[str]] = [[], []]
        for name in dict.fromkeys([*sides[0].columns, *sides[1].columns]):
            both = [side.columns.get(name) for side in sides]
            known = [column for column in both if column is not None]
            form = known[0].form if len({column.form for column in known}) == 1 else ID
            first = column_name(name)
            second = first + "_2" if form in (TEXT, NUMBER) else ""
            for texts, column in zip(shown, both, strict=True):
                texts.append(f"{_as_form(column, form)} AS {first}")
                if second:
                    texts.append(f"{(column and column.second) or 'NULL'} AS {second}")
            columns[name] = Column(
                first,
                form,
                second,
                frozenset[int]().union(*(column.kinds for column in known)),
                len(known) == 2 and all(column.certain for column in known),
            )
        parts = [
            f"SELECT {', '.join(texts) or '1 AS one'} FROM ({side.sql}) AS {self._alias()}"
            for texts, side in zip(shown, sides, strict=True)
        ]
        return Relation(" UNION ALL ".join(parts), columns)

    def _filter(self, node: Any, around: Scope | None) -> Relation:
        tests = _conjuncts(node.expr)
        early = [test for test in tests if "EXISTS" not in repr(test)]
        found, left = self._tested_early(node.p, early, around)
        return self._tested(found, [test for test in tests if test not in early or test in left], around)

    def _tested_early(self, node: Any, tests: list[Any], around: Scope | None) -> tuple[Relation, list[Any]]:
        """A pattern with each test asked as soon as its variables are bound, and the tests that are left."""
        left = tests
        if node.name == "Join":
            one, left = self._tested_early(node.p1, left, around)
            other, left = self._tested_early(node.p2, left, around)
            found = self._joined(one, other, "JOIN")
        elif node.name == "Extend":
            inner, left = self._tested_early(node.p, left, around)
            found = self._extended(node, inner, around)
        else:
            found = self.relation(node, around)
        certain = {name for name, column in found.columns.items() if column.certain or column.form != ID}
        now = [test for test in left if (names := _names(test)) and names <= certain]
        if not now:
            return found, left
        found = self._tested(found, now, around)
        if (
            node.name in ("Join", "BGP")
            and around is None
            and any(_joins_values(test, found) for test in now)
        ):
            # Without this the database may first do a join that many more rows pass.
            name = f"m_{self._alias()}"
            found = replace(found, sql=f"WITH {name} AS MATERIALIZED ({found.sql}) SELECT * FROM {name}")
        return found, [test for test in left if test not in now]

    def _tested(self, found: Relation, tests: Sequence[Any], around: Scope | None) -> Relation:
        if not tests:
            return found
        scope = self._scope(found, around)
        texts = []
        for part in tests:
            if alone := _only_exists(part):
                texts.append(f"{'NOT ' if alone[1] else ''}{self._found(alone[0], scope)}")
            else:
                texts.append(self._expressions.truth(part, scope))
        return _selected(scope, [], f" WHERE {' AND '.join(f'({text})' for text in texts)}")

    def _extend(self, node: Any, around: Scope | None) -> Relation:
        return self._extended(node, self.relation(node.p, around), around)

    def _extended(self, node: Any, inner: Relation, around: Scope | None) -> Relation:
        scope = self._scope(inner, around)
        name = str(node.var)
        if name in scope.columns:
            raise NotTranslatedError(f"?{name} is bound twice")
        value = self._expressions.value(node.expr, scope)
        column, shown = stored(name, value)
        found = _selected(scope, shown, "")
        own = repr(node.var)
        tested = {key: kept for key, kept in found.tested.items() if own not in key}
        return Relation(found.sql, {**found.columns, name: column}, tested)

    def _scope(self, relation: Relation, around: Scope | None) -> Scope:
        return Scope(self._alias(), relation, around)

    def _exists(self, node: Any, scope: Scope) -> str:
        """The test of a pattern for the rows of a scope, which is kept in a column and asked once."""
        key = _key(_group(node))
        return scope.known(key) or scope.keep(key, self._found(node, scope))

    def _found(self, node: Any, scope: Scope) -> str:
        """The test of a pattern for the rows of a scope."""
        inner = self.relation(_group(node), scope)
        alias = self._alias()
        tests = []
        for name, column in inner.columns.items():
            outer = scope.value(name)
            if outer.sql == "NULL::UBIGINT":
                continue
            own = _value(column, alias)
            one, other = outer.id(), own.id()
            test = f"{one} = {other}"
            if not outer.certain:
                test = f"({one} IS NULL OR {test})"
            if not column.certain:
                test = f"({other} IS NULL OR {test})"
            tests.append(test)
        return f"EXISTS (SELECT 1 FROM ({inner.sql}) AS {alias} WHERE {' AND '.join(tests) or 'true'})"

    def _tomultiset(self, node: Any, around: Scope | None) -> Relation:
        if node.p.name == "values":
            return self._values(node.p.res)
        return self.relation(node.p, None)

    def _values(self, rows: Sequence[dict[Any, Any]]) -> Relation:
        names = list(dict.fromkeys(str(name) for row in rows for name in row))
        table: dict[str, list[Value | None]] = {name: [] for name in names}
        for row in rows:
            known = {str(name): term for name, term in row.items()}
            for name in names:
                term = known.get(name)
                table[name].append(None if term is None or str(term) == "UNDEF" else self.constant(term))
        columns: dict[str, Column] = {}
        cells: list[list[str]] = [[] for _ in rows]
        heads: list[str] = []
        for name, values in table.items():
            known_values = [value for value in values if value is not None]
            form = NUMBER if all(value.form == NUMBER for value in known_values) else ID
            first = column_name(name)
            second = first + "_2" if form == NUMBER else ""
            kinds = frozenset[int]().union(*(value.kinds for value in known_values))
            columns[name] = Column(first, form, second, kinds, len(known_values) == len(values))
            heads += [first, second] if second else [first]
            for cell, value in zip(cells, values, strict=True):
                if value is None:
                    cell += ["NULL", "NULL"] if second else ["NULL"]
                elif second:
                    cell += [value.sql, value.second]
                else:
                    number = self._database.number(value.term)  # type: ignore[arg-type]
                    cell.append(f"{number}::UBIGINT")
        if not rows:
            raise NotTranslatedError("VALUES without rows")
        body = ", ".join(f"({', '.join(cell)})" for cell in cells)
        alias = self._alias()
        return Relation(
            f"SELECT {', '.join(heads)} FROM (VALUES {body}) AS {alias}({', '.join(heads)})", columns
        )

    def _project(self, node: Any, around: Scope | None) -> Relation:
        return _only(self.relation(node.p, around), [str(name) for name in node.PV], self._alias())

    def _selectquery(self, node: Any, around: Scope | None) -> Relation:
        return self.relation(node.p, around)

    def _distinct(self, node: Any, around: Scope | None) -> Relation:
        found = self.relation(node.p, around)
        bare = {
            name: Column(c.first, c.form, c.second, c.kinds, c.certain) for name, c in found.columns.items()
        }
        shown = ", ".join(part for column in bare.values() for part in column.names()) or "1 AS one"
        return Relation(f"SELECT DISTINCT {shown} FROM ({found.sql}) AS {self._alias()}", bare)

    def _aggregatejoin(self, node: Any, around: Scope | None) -> Relation:
        scope = self._scope(self.relation(node.p.p, around), around)
        groups = node.p.expr or []
        by: list[str] = []
        shown: list[str] = []
        columns: dict[str, Column] = {}
        for expression in groups:
            column = scope.columns.get(str(expression))
            if column is None:
                raise NotTranslatedError("GROUP BY something other than a variable")
            by += [f"{scope.alias}.{part}" for part in (column.first, column.second) if part]
        for aggregate in node.A:
            if aggregate.name not in _AGGREGATES:
                raise NotTranslatedError(aggregate.name)
            column, texts = self._aggregate(aggregate, scope)
            columns[str(aggregate.res)] = column
            shown += texts
        grouped = f" GROUP BY {', '.join(by)}" if by else ""
        return Relation(f"SELECT {', '.join(shown)} FROM {scope.source()}{grouped}", columns)

    def _aggregate(self, node: Any, scope: Scope) -> tuple[Column, list[str]]:
        first = column_name(str(node.res))
        if node.name == "Aggregate_Sample":
            column = scope.columns[str(node.vars)]
            texts = [f"any_value({scope.alias}.{column.first}) AS {first}"]
            second = first + "_2" if column.second else ""
            if second:
                texts.append(f"any_value({scope.alias}.{column.second}) AS {second}")
            return Column(first, column.form, second, column.kinds, column.certain), texts
        second = first + "_2"
        if node.name == "Aggregate_Count":
            counted = "*"
            if str(node.vars) != "*":
                counted = self._expressions.value(node.vars, scope).id()
            elif node.distinct:
                raise NotTranslatedError("COUNT(DISTINCT *)")
            distinct = "DISTINCT " if node.distinct else ""
            texts = [
                f"count({distinct}{counted})::HUGEINT * 1000000000000000000 AS {first}",
                f"true AS {second}",
            ]
            return Column(first, NUMBER, second, NUMBERS), texts
        if node.distinct:
            raise NotTranslatedError("SUM(DISTINCT ...)")
        value, whole = self._expressions.value(node.vars, scope).as_number()
        total = f"CASE WHEN count(*) = count({value}) THEN coalesce(sum({value}), 0) END"
        texts = [
            f"held({total}, coalesce(bool_and({whole}), true)) AS {first}",
            f"coalesce(bool_and({whole}), true) AS {second}",
        ]
        return Column(first, NUMBER, second, NUMBERS, certain=False), texts


_NOTHING = "(SELECT NULL::UBIGINT AS s, NULL::UBIGINT AS o WHERE false)"


def stored(name: str, value: Value) -> tuple[Column, list[str]]:
    """The column that holds a computed value, and what to select for it."""
    first = column_name(name)
    shown = [f"{value.sql} AS {first}"]
    second = ""
    if value.form in (TEXT, NUMBER) and value.second:
        second = first + "_2"
        shown.append(f"{value.second} AS {second}")
    return Column(first, value.form, second, value.kinds, value.certain), shown


def _variable(term: Any) -> str:
    import rdflib

    return f"_blank_{term}" if isinstance(term, rdflib.BNode) else str(term)


def _value(column: Column, alias: str) -> Value:
    second = f"{alias}.{column.second}" if column.second else ""
    return Value(column.form, f"{alias}.{column.first}", second, column.kinds)


def _same(left: Column, one: str, right: Column, other: str) -> str:
    """The test that two columns hold one term."""
    if left.form == right.form and left.form in (ID, TRUTH, NAME):
        return f"{one}.{left.first} = {other}.{right.first}"
    if left.form == right.form == NUMBER:
        first = f"{one}.{left.first} = {other}.{right.first}"
        return f"{first} AND {one}.{left.second} = {other}.{right.second}"
    return f"{_value(left, one).id()} = {_value(right, other).id()}"


def _as_form(column: Column | None, form: str) -> str:
    if column is None:
        return "NULL"
    return (
        column.first
        if column.form == form
        else Value(column.form, column.first, column.second, column.kinds).id()
    )


def _narrowed(left: Column, right: Column, optional: bool) -> Column:
    kinds = left.kinds if optional else left.kinds & right.kinds
    return Column(left.first, left.form, left.second, kinds, left.certain, left.lexical, left.tag)


def _selected(scope: Scope, added: Sequence[str], where: str) -> Relation:
    shown = ", ".join([f"{scope.alias}.*", *added])
    tested = {**scope.relation.tested, **scope.kept}
    return Relation(f"SELECT {shown} FROM {scope.source()}{where}", scope.columns, tested)


def _conjuncts(node: Any) -> list[Any]:
    """The tests that must all hold."""
    name = getattr(node, "name", "")
    if name == "ConditionalAndExpression":
        return [one for part in (node.expr, *node.other) for one in _conjuncts(part)]
    return [node]


def _only_exists(node: Any) -> tuple[Any, bool] | None:
    """The EXISTS that a test consists of, and whether it is denied."""
    name = getattr(node, "name", "")
    if name == "UnaryNot":
        inner = _only_exists(node.expr)
        return (inner[0], not inner[1]) if inner else None
    return (node, name == "Builtin_NOTEXISTS") if name in ("Builtin_EXISTS", "Builtin_NOTEXISTS") else None


def _only(found: Relation, names: Sequence[str], alias: str) -> Relation:
    columns = {name: found.columns[name] for name in names if name in found.columns}
    shown = ", ".join(part for column in columns.values() for part in column.names()) or "1 AS one"
    return Relation(f"SELECT {shown} FROM ({found.sql}) AS {alias}", columns)


def _names(node: Any) -> set[str]:
    """The variables in an expression."""
    import rdflib
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, rdflib.Variable):
        return {str(node)}
    if isinstance(node, CompValue):
        return set[str]().union(*(_names(getattr(node, name)) for name in node if name != "_vars"))
    if isinstance(node, list | tuple):
        return set[str]().union(*(_names(one) for one in node))
    return set()


def _joins_values(test: Any, found: Relation) -> bool:
    """Whether a test is that two computed values, of different variables, are equal."""
    if getattr(test, "name", "") != "RelationalExpression" or str(test.op) != "=":
        return False
    sides = [_names(test.expr), _names(test.other)]
    computed = any(len(side) > 0 and any(found.columns[name].form != ID for name in side) for side in sides)
    computed = computed or any(hasattr(side, "name") for side in (test.expr, test.other))
    return computed and all(sides) and not sides[0] & sides[1]


def _group(node: Any) -> Any:
    """The pattern of an EXISTS, as an attribute that rdflib sets: the item of that name is what was parsed."""
    if node.graph.name.startswith("GroupGraph"):
        raise NotTranslatedError("EXISTS outside of FILTER and BIND")
    return node.graph


def _key(node: Any) -> str:
    """The same text for the same pattern."""
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, CompValue):
        if node.name == "BGP":
            return f"BGP({sorted(str(triple) for triple in node.triples)})"
        inside = ",".join(
            f"{name}:{_key(node[name])}" for name in sorted(node) if name not in ("_vars", "lazy")
        )
        return f"{node.name}({inside})"
    if isinstance(node, list | tuple):
        return f"[{','.join(_key(one) for one in node)}]"
    return repr(node)
