"""SELECT and ASK on a store whose form is known beforehand, so that the type of the result is too."""

from __future__ import annotations

from pyoxigraph import QuerySolutions, Store


def select(store: Store, text: str) -> QuerySolutions:
    """The solutions of a SELECT."""
    solutions = store.query(text)
    assert isinstance(solutions, QuerySolutions)
    return solutions


def holds(store: Store, text: str) -> bool:
    """The answer of an ASK."""
    return bool(store.query(text))
