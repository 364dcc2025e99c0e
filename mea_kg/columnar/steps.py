"""Property paths as relations of `s` and `o`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mea_kg.columnar.algebra import variable
from mea_kg.columnar.database import Database, nothing
from mea_kg.columnar.kinds import KINDS
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.relations import ID, Column, Relation, column_name
from mea_kg.columnar.scopes import Scope
from mea_kg.columnar.values import unbound


class Steps:
    """Translates paths over the given parts of a graph.

    `number` gives the number of a term of the query, `alias` a name that no other relation has.
    """

    def __init__(
        self, database: Database, parts: Sequence[str], number: Callable[[Any], int], alias: Callable[[], str]
    ) -> None:
        self._database = database
        self._parts = parts
        self._number = number
        self._alias = alias

    def pairs(self, path: Any) -> str:
        """A SELECT of the pairs that a path joins; raises `NotTranslatedError` where it may stay on any node."""
        import rdflib
        from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

        if isinstance(path, rdflib.URIRef):
            return f"SELECT s, o FROM {self._database.relation(str(path), self._parts) or nothing()}"
        if isinstance(path, InvPath):
            return f"SELECT o AS s, s AS o FROM ({self.pairs(path.arg)})"
        if isinstance(path, AlternativePath):
            # By the standard a pair that two ways join counts twice; the embedded store counts it once.
            return f"SELECT DISTINCT s, o FROM ({' UNION ALL '.join(self.pairs(part) for part in path.args)})"
        if isinstance(path, SequencePath):
            return self._sequence(path.args)
        if isinstance(path, MulPath) and path.mod == "+":
            return f"SELECT s, o FROM {self._database.closed(self.pairs(path.path))}"
        raise NotTranslatedError(f"the path {path}, which may stay on any node")

    def moving(self, path: Any) -> str | None:
        """Of a path that may stay where it is, the pairs of two nodes; None for one that moves."""
        from rdflib.paths import MulPath

        if not isinstance(path, MulPath) or path.mod not in ("*", "?"):
            return None
        once = self.pairs(path.path)
        pairs = (
            f"SELECT s, o FROM {self._database.closed(once)}"
            if path.mod == "*"
            else f"SELECT DISTINCT s, o FROM ({once})"
        )
        return f"SELECT s, o FROM ({pairs}) WHERE s <> o"

    def _sequence(self, parts: Sequence[Any]) -> str:
        anchor = next((index for index, part in enumerate(parts) if self.moving(part) is None), None)
        if anchor is None:
            raise NotTranslatedError("a path all of whose steps may stay where they are")
        found = self.pairs(parts[anchor])
        for part in parts[anchor + 1 :]:
            found = self._after(found, part)
        for part in reversed(parts[:anchor]):
            found = self._before(found, part)
        return found

    def _after(self, found: str, part: Any) -> str:
        more = self.moving(part)
        joined = f"SELECT l.s, r.o FROM ({found}) AS l JOIN ({more or self.pairs(part)}) AS r ON l.o = r.s"
        return f"{found} UNION ALL {joined}" if more else joined

    def _before(self, found: str, part: Any) -> str:
        more = self.moving(part)
        joined = f"SELECT l.s, r.o FROM ({more or self.pairs(part)}) AS l JOIN ({found}) AS r ON l.o = r.s"
        return f"{found} UNION ALL {joined}" if more else joined

    def ends(self, path: Any) -> tuple[frozenset[int], frozenset[int]]:
        """The kinds at both ends of a path."""
        import rdflib
        from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

        if isinstance(path, rdflib.URIRef):
            return self._database.kinds(str(path), self._parts)
        if isinstance(path, InvPath):
            subjects, objects = self.ends(path.arg)
            return objects, subjects
        if isinstance(path, AlternativePath):
            ends = [self.ends(part) for part in path.args]
            return (
                frozenset[int]().union(*(one for one, _ in ends)),
                frozenset[int]().union(*(other for _, other in ends)),
            )
        if isinstance(path, MulPath) and path.mod == "+":
            return self.ends(path.path)
        if isinstance(path, SequencePath) and not isinstance(path.args[0], MulPath):
            first = self.ends(path.args[0])[0]
            return first, self.ends(path.args[-1])[1] if not isinstance(path.args[-1], MulPath) else KINDS
        return KINDS, KINDS

    def stay(self, found: Relation, triple: tuple[Any, str, Any], around: Scope | None) -> Relation:
        """Join a path that may stay where it is, one end of which is bound already, here or around."""
        import rdflib

        subject, more, value = triple
        ends = [
            variable(end) if isinstance(end, rdflib.Variable | rdflib.BNode) else None
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
            found = self._from_around(found, [end for end in ends if end is not None], around)
            return self.stay(found, triple, None)
        here = f"{alias}.{found.columns[bound].first}"
        joined = f"({found.sql}) AS {alias} JOIN ({more}) AS m ON m.{near} = {here}"
        if new is None:
            number = self._number(end)
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

    def _from_around(self, found: Relation, ends: Sequence[str], around: Scope | None) -> Relation:
        """A relation with one of these variables as it is bound around."""
        for end in ends:
            outer = around.value(end) if around else unbound()
            if outer.form == ID and outer.certain:
                name = column_name(end)
                bound = Column(name, kinds=outer.kinds, listed=outer.listed)
                alias = self._alias()
                sql = f"SELECT {alias}.*, {outer.sql} AS {name} FROM ({found.sql}) AS {alias}"
                return Relation(sql, {**found.columns, end: bound})
        raise NotTranslatedError("a path that may stay where it is, with no end bound by another triple")
