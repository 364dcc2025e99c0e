"""SELECT and ASK on a graph, whose form is known beforehand, so that the type of the result is too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, QueryBoolean, QuerySolutions, Store, Triple

from mea_kg.namespaces import AUTHORED, INFERRED
from mea_kg.sparql.tokens import tokens_of

Graphs: TypeAlias = "list[NamedNode | BlankNode | DefaultGraph]"
Found: TypeAlias = "QuerySolutions | QueryBoolean | Iterator[Triple]"

_BOTH: Graphs = [NamedNode(AUTHORED), NamedNode(INFERRED)]
_FROM_BOTH = f"\nFROM <{AUTHORED}>\nFROM <{INFERRED}>\n"


class Queryable(Protocol):
    """A graph that answers queries: the embedded store, or one on a server."""

    def query(self, query: str, *, default_graph: Graphs | None = None) -> Found:
        """The answer to a query, of which `default_graph` are the graphs where it names none."""


def select(store: Queryable, text: str) -> QuerySolutions:
    """The solutions of a SELECT."""
    solutions = store.query(text)
    assert isinstance(solutions, QuerySolutions)
    return solutions


def holds(store: Queryable, text: str) -> bool:
    """The answer of an ASK."""
    return bool(store.query(text))


def ask_both(store: Queryable, text: str) -> Found:
    """The answer to a query of any form, of the authored and the inferred graph where it names none.

    Where an embedded store holds nothing but these two, it is asked as a whole instead of FROM each: the same answer,
    and the store looks each pattern up once. No other thread may put further graphs into it meanwhile, as an update
    of a `LiveGraph` does. Raises `SyntaxError`.
    """
    rest = without_from(text)
    if rest is not None and isinstance(store, Store) and _holds_only_both(store):
        return store.query(rest, use_default_graph_as_union=True)
    if rest is None and not _names_its_graphs(text):
        return store.query(text, default_graph=_BOTH)
    return store.query(text)


def without_from(text: str) -> str | None:
    """A query without its FROM lines; None unless these are the authored and the inferred graph and it names no other.

    The lines stay, empty, so that an error has the number of its line.
    """
    rest = text.replace(_FROM_BOTH, "\n\n\n", 1)
    return None if rest == text or _may_tell_graphs_apart(rest) else rest


def _names_its_graphs(text: str) -> bool:
    """Whether the query has FROM, which gives it its graphs; else it is asked of authored and inferred."""
    return any(token.says("FROM") for token in tokens_of(text))


def _may_tell_graphs_apart(text: str) -> bool:
    """Whether FROM or GRAPH may be in a text; the lines that FROM stood on may be in a string of several lines."""
    # The store also reads GRAPH:name as the word and a name, which is otherwise one name.
    words = (token.text.upper() for token in tokens_of(text) if token.kind in ("word", "name"))
    return any(word.startswith(("FROM", "GRAPH")) for word in words) or '"""' in text or "'''" in text


def _holds_only_both(store: Store) -> bool:
    unnamed = next(store.quads_for_pattern(None, None, None, DefaultGraph()), None)
    return unnamed is None and all(graph in _BOTH for graph in store.named_graphs())
