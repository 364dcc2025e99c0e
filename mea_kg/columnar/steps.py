"""Property paths as relations of `s` and `o`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mea_kg.columnar.refusing import NotTranslatedError

_EMPTY = "SELECT NULL::UBIGINT AS s, NULL::UBIGINT AS o WHERE false"


class Steps:
    """Translates paths. `table` gives what to select the pairs of a predicate from, None for none.

    `closed` names the table of all pairs that one step or more join, for a SELECT of the pairs of one step.
    """

    def __init__(self, table: Callable[[str], str | None], closed: Callable[[str], str]) -> None:
        self._table = table
        self._closed = closed

    def pairs(self, path: Any) -> str:
        """A SELECT of the pairs that a path joins; raises `NotTranslatedError` where it may stay on any node."""
        import rdflib
        from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

        if isinstance(path, rdflib.URIRef):
            table = self._table(str(path))
            return f"SELECT s, o FROM {table}" if table else _EMPTY
        if isinstance(path, InvPath):
            return f"SELECT o AS s, s AS o FROM ({self.pairs(path.arg)})"
        if isinstance(path, AlternativePath):
            # By the standard a pair that two ways join counts twice; the embedded store counts it once.
            return f"SELECT DISTINCT s, o FROM ({' UNION ALL '.join(self.pairs(part) for part in path.args)})"
        if isinstance(path, SequencePath):
            return self._sequence(path.args)
        if isinstance(path, MulPath) and path.mod == "+":
            return f"SELECT s, o FROM {self._closed(self.pairs(path.path))}"
        raise NotTranslatedError(f"the path {path}, which may stay on any node")

    def moving(self, path: Any) -> str | None:
        """Of a path that may stay where it is, the pairs of two nodes; None for one that moves."""
        from rdflib.paths import MulPath

        if not isinstance(path, MulPath) or path.mod not in ("*", "?"):
            return None
        once = self.pairs(path.path)
        pairs = (
            f"SELECT s, o FROM {self._closed(once)}"
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
