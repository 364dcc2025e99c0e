"""What a graph holds, in two numbers: how many triples, and a digest that does not depend on their order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, RdfFormat, Store, Triple, parse, serialize

from mea_kg.errors import RemoteError
from mea_kg.remote.graph_store import GraphStore
from mea_kg.remote.protocol import SparqlService
from mea_kg.stores import triples_of

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PAGE = 10_000
_MODULUS = 1 << 256


@dataclass(frozen=True)
class Content:
    """The number of triples of a graph, and the sum of the SHA-256 of their N-Triples, modulo 2^256.

    Two graphs without blank nodes have the same content if, and but for a collision only if, these are equal.
    """

    triples: int
    digest: int


NOTHING = Content(0, 0)


def content_of(triples: Iterable[Triple]) -> Content:
    """The content of these triples, each of which comes once."""
    measured = _Measured(triples)
    for _ in measured:
        pass
    return measured.content


@dataclass(frozen=True)
class LocalGraph:
    """A graph to be put on a server: its name, its N-Triples in a file, and what it holds."""

    name: str
    file: Path
    content: Content

    def triples(self) -> Iterator[Triple]:
        """The triples, as a stream from the file."""
        return (quad.triple for quad in parse(path=str(self.file), format=RdfFormat.N_TRIPLES))


def written(name: str, triples: Iterable[Triple], file: Path) -> LocalGraph:
    """Write a graph's triples, each of which comes once and has no blank node, to a file of N-Triples."""
    measured = _Measured(triples)
    serialize(measured, str(file), RdfFormat.N_TRIPLES)
    return LocalGraph(name, file, measured.content)


def graph_of(store: Store, name: str, file: Path) -> LocalGraph:
    """One named graph of a store, written to a file of N-Triples."""
    return written(name, triples_of(store, NamedNode(name)), file)


class _Measured:
    """Triples that are counted and digested as they go by."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._triples = triples
        self.content = NOTHING

    def __iter__(self) -> Iterator[Triple]:
        count = digest = 0
        for triple in self._triples:
            count += 1
            digest += int.from_bytes(hashlib.sha256(str(triple).encode()).digest(), "big")
            yield triple
        self.content = Content(count, digest % _MODULUS)


def count_on(service: SparqlService, graph: str) -> int:
    """How many triples that graph has on the server. Raises `RemoteError`."""
    # FROM, since GRAPH makes Virtuoso a hundred times slower here.
    solutions = service.query(f"SELECT (COUNT(?s) AS ?n) FROM <{graph}> WHERE {{ ?s ?p ?o }}").solutions()
    return int(next(solutions)["n"].value)


def triples_on(service: SparqlService, store: GraphStore | None, graph: str) -> Iterator[Triple]:
    """The triples of that graph on the server, as a stream: from its graph store, else by pages of a query.

    Raises `RemoteError`, also where fewer or more come than the server counts.
    """
    expected = count_on(service, graph)
    received = 0
    for triple in _pages(service, graph, expected) if store is None else _read(store, graph):
        received += 1
        yield triple
    if received != expected:
        raise RemoteError(
            f"{service.query_address}: it has {expected:,} triples in <{graph}> and sent {received:,}",
            "somebody may be changing the graph: try again",
        )


def _read(store: GraphStore, graph: str) -> Iterator[Triple]:
    with store.read(graph) as chunks:
        try:
            for quad in parse(BufferedReader(_Chunks(chunks)), format=RdfFormat.N_TRIPLES):
                yield quad.triple
        except SyntaxError as error:
            raise RemoteError(
                f"{store.address}: what it sends for <{graph}> is not N-Triples ({error})", "try again"
            ) from error


def _pages(service: SparqlService, graph: str, expected: int) -> Iterator[Triple]:
    received = 0
    while received < expected:
        before = received
        # Not a SELECT: Virtuoso takes five times as long to write its rows as JSON, and writes truth as a number.
        for triple in service.construct(
            f"CONSTRUCT {{ ?s ?p ?o }} FROM <{graph}> WHERE {{ ?s ?p ?o }} LIMIT {_PAGE} OFFSET {received}",
            cut=True,
        ):
            received += 1
            yield triple
        if received == before:
            return


class _Chunks(RawIOBase):
    """Chunks of bytes as a file that can be read from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        if not self._left:
            self._left = memoryview(next(self._chunks, b""))
        view = memoryview(buffer).cast("B")
        size = min(len(view), len(self._left))
        view[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
