"""The embedded store: the only module that opens one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock
from typing import IO
from uuid import uuid4

from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, Triple

from mea_kg.errors import InputError
from mea_kg.namespaces import AUTHORED, INFERRED

AUTHORED_GRAPH = NamedNode(AUTHORED)
INFERRED_GRAPH = NamedNode(INFERRED)
_PIECE = 10_000_000
"""Bytes that a store on disk is given at once."""


def new_store(quads: Iterable[Quad] = ()) -> Store:
    """A store in memory that holds these quads."""
    store = Store()
    store.extend(quads)
    return store


def scratch_graph() -> NamedNode:
    """A name for a graph that no store has yet, for what is soon removed again."""
    return NamedNode(f"urn:uuid:{uuid4()}")


def new_store_on_disk(folder: Path) -> Store:
    """An empty store in a new folder, for what does not fit into memory."""
    return Store(str(folder))


def load_stream(store: Store, quads: Iterable[Quad]) -> None:
    """Add many quads in bounded memory: not all of them are there, where the stream breaks off."""
    store.bulk_extend(quads)


def open_read_only(folder: Path) -> Store:
    """A compiled store on disk, for reading; raises `InputError` where it is damaged or absent."""
    try:
        return Store.read_only(str(folder))
    except (OSError, RuntimeError) as error:
        # A RuntimeError is what pyoxigraph raises for a damaged file.
        raise InputError(
            f"{folder}: this compiled graph cannot be opened ({error})", "delete the folder; it is made anew"
        ) from error


def write_compiled(store: Store, folder: Path) -> None:
    """Write all quads of a store to a new store on disk, packed for reading."""
    compiled = Store(str(folder))
    # By way of a file: neither Python nor the store then has all quads in its hands at once.
    with tempfile.TemporaryFile(dir=folder.parent) as quads:
        store.dump(quads, RdfFormat.N_QUADS)
        quads.seek(0)
        Pieces(quads, RdfFormat.N_QUADS).load(compiled)
    finish(compiled)


def finish(store: Store) -> None:
    """Pack a store on disk for reading, when all is in it: it answers four times as fast then."""
    store.optimize()
    store.flush()


class Pieces:
    """N-Triples or N-Quads of any length, for a store to load piece by piece in little memory.

    They must have no blank nodes: one that stands in two pieces would become two. `size` is how many bytes are loaded
    at once: a store on disk sorts them in memory, where they take eight times as much. Several threads may load.
    """

    def __init__(
        self, lines: IO[bytes], format: RdfFormat, to_graph: NamedNode | None = None, size: int = _PIECE
    ) -> None:
        self._lines = lines
        self._format = format
        self._graph = to_graph
        self._size = size
        self._lock = Lock()

    def load(self, store: Store) -> None:
        """Load what no other thread has taken yet; raises `SyntaxError` for what is neither."""
        while piece := self._next():
            store.bulk_load(piece, format=self._format, to_graph=self._graph, lenient=True)

    def _next(self) -> bytes:
        with self._lock:
            return self._lines.read(self._size) + self._lines.readline()


def write_graph(store: Store, graph: NamedNode, path: Path) -> None:
    """Write one named graph as N-Triples."""
    store.dump(path, RdfFormat.N_TRIPLES, from_graph=graph)


def read_graphs(paths: Iterable[tuple[Path, NamedNode]]) -> Store:
    """A store in memory with what `write_graph` wrote; raises `InputError` where a file cannot be read."""
    store = Store()
    for path, graph in paths:
        try:
            # A copy of a store on disk, quad by quad, takes four times as long.
            store.load(path=path, format=RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)
        except (OSError, SyntaxError) as error:
            raise InputError(
                f"{path}: this compiled graph cannot be read ({error})", "delete its folder; it is made anew"
            ) from error
    return store


def in_graph(triples: Iterable[Triple], graph: NamedNode) -> Iterator[Quad]:
    """The triples as quads of one named graph."""
    return (Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples)


def predicates_of(store: Store, graph: NamedNode) -> set[str]:
    """The IRIs of the predicates that one named graph has."""
    rows = store.query("SELECT ?p { ?s ?p ?o } GROUP BY ?p", default_graph=[graph])
    assert isinstance(rows, QuerySolutions)
    return {row["p"].value for row in rows}


def triples_of(store: Store, graph: NamedNode) -> Iterator[Triple]:
    """The triples of one named graph."""
    return (quad.triple for quad in store.quads_for_pattern(None, None, None, graph))
