"""Patterns of SPARQL, as rdflib's algebra has them, as SELECTs of SQL."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from itertools import count
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from mea_kg.columnar.aggregates import aggregated
from mea_kg.columnar.algebra import (
    conjuncts,
    group,
    is_plain,
    merged,
    names_in,
    only_exists,
    pattern_key,
    variable,
)
from mea_kg.columnar.database import Database, nothing
from mea_kg.columnar.expressions import Expressions
from mea_kg.columnar.joining import held, joined, joins_values, narrowed_to, selected, stored, united
from mea_kg.columnar.kinds import Term, in_the_stores_form
from mea_kg.columnar.listing import listed
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.relations import ID, Column, Relation, column_name
from mea_kg.columnar.scopes import Scope
from mea_kg.columnar.steps import Steps
from mea_kg.columnar.values import Value, constant

_UNIT = Relation("SELECT 1 AS one", {})


def _bare(column: Column) -> Column:
    """A column without what was looked up."""
    return replace(column, lexical="", tag="")


class Patterns:
    """Translates the patterns of one query, over the given parts of a graph."""

    def __init__(self, database: Database, parts: Sequence[str]) -> None:
        self._database = database
        self._parts = parts
        self._aliases = count(1)
        self._tables = ExitStack()
        self._steps = Steps(database, parts, self._number, self._alias)
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
            try:
                return NamedNode(str(node))
            except ValueError:
                raise NotTranslatedError(f"the relative IRI <{node}>") from None
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

    def _number(self, node: Any) -> int:
        return self._database.number(self.term(node))

    def _alias(self) -> str:
        return f"r{next(self._aliases)}"

    def close(self) -> None:
        """Drop the tables that hold parts of the query."""
        self._tables.close()

    def _materialised(self, found: Relation) -> Relation:
        """The same rows in a table: its statistics tell the database in which order to join what follows."""
        name = self._tables.enter_context(self._database.temporary(found.sql))
        return replace(found, sql=f"SELECT * FROM {name}")

    def _bgp(self, node: Any, around: Scope | None, seed: Relation | None = None) -> Relation:
        """The solutions of triple patterns, joined with `seed` if it is given.

        The join is one with those of the patterns where it can be, so that the database chooses the order of all.
        """
        import rdflib

        tables: list[str] = []
        tests: list[str] = []
        places: dict[str, str] = {}
        kinds: dict[str, frozenset[int]] = {}
        staying = []
        inside = seed is not None and all(
            column.form == ID and column.certain
            for name, column in seed.columns.items()
            if name in names_in(node)
        )
        passed: list[str] = []
        if seed is not None and inside:
            alias = self._alias()
            tables.append(f"({seed.sql}) AS {alias}")
            passed = [f"{alias}.{part}" for column in seed.columns.values() for part in column.names()]
            for name, column in seed.columns.items():
                places[name], kinds[name] = f"{alias}.{column.first}", column.kinds

        def join(term: Any, place: str, possible: frozenset[int]) -> None:
            if not isinstance(term, rdflib.Variable | rdflib.BNode):
                tests.append(f"{place} = {self._number(term)}")
                return
            name = variable(term)
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
                    f"{self._database.relation(str(predicate), self._parts) or nothing()} AS {alias}"
                )
                of_subject, of_object = self._database.kinds(str(predicate), self._parts)
            elif isinstance(predicate, rdflib.Variable):
                table, of_subject, of_object = self._any_predicate(predicate, seed)
                tables.append(f"{table} AS {alias}")
                join(predicate, f"{alias}.p", frozenset({0}))
            else:
                tables.append(f"({self._steps.pairs(predicate)}) AS {alias}")
                of_subject, of_object = self._steps.ends(predicate)
            join(subject, f"{alias}.s", of_subject)
            join(value, f"{alias}.o", of_object)
        if not tables and not staying:
            return seed or _UNIT
        own = seed.columns if seed is not None and inside else {}
        columns = {
            name: replace(own[name], kinds=kinds[name])
            if name in own
            else Column(column_name(name), kinds=kinds[name])
            for name in places
        }
        added = [f"{place} AS {columns[name].first}" for name, place in places.items() if name not in own]
        shown = ", ".join([*passed, *added]) or "1 AS one"
        where = f" WHERE {' AND '.join(tests)}" if tests else ""
        found = Relation(f"SELECT {shown} FROM {', '.join(tables)}{where}", columns) if tables else _UNIT
        if seed is not None and not inside:
            found = joined(found, seed, "JOIN", self._alias) if tables else seed
        for triple in staying:
            found = self._steps.stay(found, triple, around)
        return found

    def _any_predicate(
        self, predicate: Any, seed: Relation | None
    ) -> tuple[str, frozenset[int], frozenset[int]]:
        """The triples that a pattern with a variable as predicate is about, and the kinds of their ends."""
        column = seed.columns.get(variable(predicate)) if seed else None
        among = column.among if column and column.certain else None
        return (
            self._database.everything(self._parts, among),
            *self._database.all_kinds(self._parts, among),
        )

    def _join(self, node: Any, around: Scope | None) -> Relation:
        return self._tested_early(node, [], around)[0]

    def _leftjoin(self, node: Any, around: Scope | None) -> Relation:
        if node.expr.name != "TrueFilter":
            raise NotTranslatedError("OPTIONAL with a FILTER of its own")
        return joined(
            self.relation(node.p1, around), self.relation(node.p2, around), "LEFT JOIN", self._alias
        )

    def _union(self, node: Any, around: Scope | None) -> Relation:
        return united([self.relation(part, around) for part in (node.p1, node.p2)], self._alias)

    def _filter(self, node: Any, around: Scope | None) -> Relation:
        tests = conjuncts(node.expr)
        early = [test for test in tests if "EXISTS" not in repr(test)]
        found, left = self._tested_early(node.p, early, around)
        return self._tested(found, [test for test in tests if test not in early or test in left], around)

    def _tested_early(self, node: Any, tests: list[Any], around: Scope | None) -> tuple[Relation, list[Any]]:
        """A pattern with each test asked as soon as its variables are bound, and the tests that are left."""
        left, node = tests, merged(node)
        if node.name == "Join" and "BGP" in (node.p1.name, node.p2.name):
            plain, other_node = (node.p2, node.p1) if node.p2.name == "BGP" else (node.p1, node.p2)
            other, left = self._tested_early(other_node, left, around)
            found = self._bgp(plain, around, other)
        elif node.name == "Join":
            one, left = self._tested_early(node.p1, left, around)
            other, left = self._tested_early(node.p2, left, around)
            found = joined(one, other, "JOIN", self._alias)
        elif node.name == "Extend":
            inner, left = self._tested_early(node.p, left, around)
            found = self._extended(node, inner, around)
        else:
            found = self.relation(node, around)
        certain = {name for name, column in found.columns.items() if column.certain or column.form != ID}
        now = [test for test in left if (names := names_in(test)) and names <= certain]
        if not now:
            return found, left
        found = self._tested(found, now, around)
        if node.name in ("Join", "BGP") and around is None and any(joins_values(test, found) for test in now):
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
            if alone := only_exists(part):
                texts.append(f"{'NOT ' if alone[1] else ''}{self._found(alone[0], scope)}")
            else:
                texts.append(self._expressions.truth(part, scope))
        where = f" WHERE {' AND '.join(f'({text})' for text in texts)}"
        if around is None and any(joins_values(test, found) for test in tests):
            # The texts are looked up first: as a part of the join, the test is tried on all pairs of texts.
            whole = selected(scope, [], "")
            name = f"m_{self._alias()}"
            read = f"SELECT {scope.alias}.* FROM {name} AS {scope.alias}{where}"
            sql = f"WITH {name} AS MATERIALIZED ({whole.sql}) {read}"
            return replace(whole, sql=sql)
        return selected(scope, [], where)

    def _extend(self, node: Any, around: Scope | None) -> Relation:
        return self._extended(node, self.relation(node.p, around), around)

    def _extended(self, node: Any, inner: Relation, around: Scope | None) -> Relation:
        scope = self._scope(inner, around)
        name = str(node.var)
        if name in scope.columns:
            raise NotTranslatedError(f"?{name} is bound twice")
        value = self._expressions.value(node.expr, scope)
        column, shown = stored(name, value)
        found = selected(scope, shown, "")
        own = repr(node.var)
        tested = {key: kept for key, kept in found.tested.items() if own not in key}
        return Relation(found.sql, {**found.columns, name: column}, tested)

    def _scope(self, relation: Relation, around: Scope | None) -> Scope:
        return Scope(self._alias(), relation, around)

    def _exists(self, node: Any, scope: Scope) -> str:
        """The test of a pattern for the rows of a scope, which is kept in a column and asked once."""
        key = pattern_key(group(node))
        return scope.known(key) or scope.keep(key, self._found(node, scope))

    def _found(self, node: Any, scope: Scope) -> str:
        """The test of a pattern for the rows of a scope."""
        inner, given = self._alone(group(node), scope) or (self.relation(group(node), scope), set())
        alias = self._alias()
        tests = []
        for name, column in inner.columns.items():
            if name in given:
                # It is what the row has, also where that has no value.
                tests += [
                    f"{scope.alias}.{first} IS NOT DISTINCT FROM {alias}.{other}"
                    for first, other in zip(
                        _bare(scope.columns[name]).names(), _bare(column).names(), strict=True
                    )
                ]
                continue
            outer = scope.value(name)
            if outer.sql == "NULL::UBIGINT":
                continue
            own = held(column, alias)
            one, other = outer.id(), own.id()
            test = f"{one} = {other}"
            if not outer.certain:
                test = f"({one} IS NULL OR {test})"
            if not column.certain:
                test = f"({other} IS NULL OR {test})"
            tests.append(test)
        return f"EXISTS (SELECT 1 FROM ({inner.sql}) AS {alias} WHERE {' AND '.join(tests) or 'true'})"

    def _alone(self, node: Any, scope: Scope) -> tuple[Relation, set[str]] | None:
        """The pattern of an EXISTS, joined with what its tests need from around, and the variables it has from there.

        The database can ask a pattern of the rows around it, but takes long where a test needs more of them than the
        variables that both have, or a pattern within looks two levels up. None where this is not possible.
        """
        if node.name != "Filter" or not is_plain(node.p):
            return None
        own = names_in(node.p)
        if not (names_in(node.expr) - own) & scope.visible():
            with suppress(NotTranslatedError):
                return self._for_look_up(self.relation(node, None), node, scope), set()
        if scope.around is not None:
            return None
        needed = (names_in(node.expr) - own) & set(scope.columns)
        if not needed or not (own & set(scope.columns) or "EXISTS" in repr(node.expr)):
            return None
        shared = own & set(scope.columns)
        if not all(scope.columns[name].certain for name in shared):
            return None
        wanted = sorted(needed | shared)
        if not scope.materialised:
            scope.relation = self._materialised(scope.relation)
            scope.materialised = True
        seed = self._distinct_rows(narrowed_to(scope.relation, wanted, self._alias()))
        found = self._tested(self._seeded(node.p, seed), conjuncts(node.expr), None)
        return self._for_look_up(found, node, scope), needed - shared

    def _for_look_up(self, found: Relation, node: Any, scope: Scope) -> Relation:
        """What a scope shares with a relation, in a table where patterns are nested: the database joins them badly."""
        if "EXISTS" not in repr(node.expr):
            return found
        shared = [name for name in found.columns if name in scope.visible()]
        return self._materialised(self._distinct_rows(narrowed_to(found, shared, self._alias())))

    def _seeded(self, node: Any, seed: Relation) -> Relation:
        """A plain pattern joined with a relation."""
        if node.name == "Join":
            return self._seeded(node.p2, self._seeded(node.p1, seed))
        if node.name == "Union":
            return united([self._seeded(part, seed) for part in (node.p1, node.p2)], self._alias)
        return self._bgp(node, None, seed)

    def _tomultiset(self, node: Any, around: Scope | None) -> Relation:
        if node.p.name == "values":
            return listed(node.p.res, self.constant, self._database.number, self._alias())
        return self.relation(node.p, None)

    def _project(self, node: Any, around: Scope | None) -> Relation:
        return narrowed_to(self.relation(node.p, around), [str(name) for name in node.PV], self._alias())

    def _selectquery(self, node: Any, around: Scope | None) -> Relation:
        return self.relation(node.p, around)

    def _distinct(self, node: Any, around: Scope | None) -> Relation:
        return self._distinct_rows(self.relation(node.p, around))

    def _distinct_rows(self, found: Relation) -> Relation:
        bare = {name: _bare(column) for name, column in found.columns.items()}
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
            column, texts = aggregated(aggregate, scope, self._expressions)
            columns[str(aggregate.res)] = column
            shown += texts
        grouped = f" GROUP BY {', '.join(by)}" if by else ""
        return Relation(f"SELECT {', '.join(shown)} FROM {scope.source()}{grouped}", columns)
