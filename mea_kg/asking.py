"""A graph that can be asked, wherever it is: the embedded one, or one on a server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mea_kg.selecting import Queryable

if TYPE_CHECKING:
    from mea_kg.answers import Answer


class AskedGraph:
    """What can be asked of a graph with `graph/authored` and `graph/inferred`: `store` answers the queries.

    `queries` has the saved queries, `data` the context with the keys of the curated entries.
    """

    def __init__(self, store: Queryable, data: Path, queries: Path) -> None:
        self.store: Queryable = store
        self._data = data
        self._queries = queries

    def query(self, query: str, *values: str, source: str | None = None, **parameters: str) -> Answer:
        """The answer of a saved query, or of a `.rq` file: parameters by position or by name.

        Raises `QueryError`, `UnknownName` or `AmbiguousName`.
        """
        from mea_kg.answers import ask

        return ask(self.store, self._queries, query, list(values), parameters, source)

    def show(self, name: str, source: str | None = None) -> Answer:
        """What is said of one entity. Raises `UnknownName` or `AmbiguousName`."""
        from mea_kg.entities import portrait
        from mea_kg.loading import read_context

        return portrait(self.store, self._queries, read_context(self._data), name, source)

    def relation(self, first: str, second: str, source: str | None = None) -> Answer:
        """What is stated between two actors, or between an actor and a group, with a verdict."""
        from mea_kg.relations import relation

        return relation(self.store, self._queries, first, second, source)

    def path(
        self,
        first: str,
        second: str,
        source: str | None = None,
        *,
        max_steps: int = 6,
        max_paths: int = 5,
        cooperation_only: bool = False,
    ) -> Answer:
        """The shortest ways in which two entities are connected, each step with its evidence.

        No way of more than `max_steps` steps is looked for; of several that are as short, `max_paths` are given and
        the others counted in a remark. Raises `UnknownName` or `AmbiguousName`, and `QueryError` where both names lead
        to one entity or a bound is below 1.
        """
        from mea_kg.paths import path

        return path(
            self.store,
            first,
            second,
            source,
            max_steps=max_steps,
            max_paths=max_paths,
            cooperation_only=cooperation_only,
        )

    def stats(self) -> Mapping[str, int]:
        """What the graph holds, counted."""
        from mea_kg.statistics import count

        return count(self.store)
