"""SELECT and ASK on a graph, whose form is known beforehand, so that the type of the result is too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, QueryBoolean, QuerySolutions, Triple

Graphs: TypeAlias = "list[NamedNode | BlankNode | DefaultGraph]"


class Queryable(Protocol):
    """A graph that answers queries: the embedded store, or one on a server."""

    def query(
        self, query: str, *, default_graph: Graphs | None = None
    ) -> QuerySolutions | QueryBoolean | Iterator[Triple]:
        """The answer to a query, of which `default_graph` are the graphs where it names none."""


def select(store: Queryable, text: str) -> QuerySolutions:
    """The solutions of a SELECT."""
    solutions = store.query(text)
    assert isinstance(solutions, QuerySolutions)
    return solutions


def holds(store: Queryable, text: str) -> bool:
    """The answer of an ASK."""
    return bool(store.query(text))
