"""Two versions of two graphs, and what readers see of them: the old or the new, whole."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode, Triple

from mea_kg.errors import RemoteError
from mea_kg.namespaces import AUTHORED, INFERRED
from mea_kg.remote.connecting import Connection, connected
from mea_kg.remote.contents import LocalGraph, written
from mea_kg.remote.locking import LOCK_GRAPH
from mea_kg.remote.pushing import Pushed, Pusher
from tests.servers.faulty import FaultyProxy
from tests.servers.running import RunningServer

GRAPHS = (AUTHORED, INFERRED)
Versions: TypeAlias = "dict[str, list[LocalGraph]]"
PATIENCE = 30.0
"""Seconds that a server may take to its end with what a client that is gone asked for."""
# What one query finds: of each graph, how many triples say which version they are of.
View: TypeAlias = "frozenset[tuple[str, str, int]]"
PUSH = """
import sys
from pathlib import Path
from mea_kg.remote.connecting import connected
from mea_kg.remote.contents import content_of, LocalGraph
from mea_kg.remote.credentials import Credentials
from mea_kg.remote.pushing import Pusher

endpoint, kind, user, strategy, *files = sys.argv[1:]
with connected(endpoint, Credentials(user or None, user or None), kind) as found:
    graphs = [LocalGraph(name, Path(file), None) for name, file in zip(files[::2], files[1::2])]
    graphs = [LocalGraph(graph.name, graph.file, content_of(graph.triples())) for graph in graphs]
    Pusher(found.addresses, found.service, found.store).push(graphs, strategy or None)
"""


def version(folder: Path, tag: str, size: int) -> list[LocalGraph]:
    """Both graphs in a version: so many triples (one more in the second), each of which says its tag."""
    return [
        written(
            name,
            [
                Triple(NamedNode(f"urn:s{i}"), NamedNode(f"urn:p{i % 7}"), Literal(tag))
                for i in range(size + extra)
            ],
            folder / f"{tag}{extra}-{size}.nt",
        )
        for extra, name in enumerate(GRAPHS)
    ]


def directly(server: RunningServer) -> AbstractContextManager[Connection]:
    """The server itself."""
    return connected(server.endpoint, server.credentials, server.kind)


def push(
    server: RunningServer,
    graphs: list[LocalGraph],
    proxy: FaultyProxy | None = None,
    strategy: str | None = None,
) -> Pushed:
    """Push, through the proxy if one is given. Raises `RemoteError`."""
    endpoint = proxy.address + urlsplit(server.endpoint).path if proxy else server.endpoint
    with connected(endpoint, server.credentials, server.kind) as found:
        return Pusher(found.addresses, found.service, found.store).push(graphs, strategy)


def view_of(connection: Connection) -> View:
    """What a reader sees in one query."""
    rows = connection.service.query(
        f"SELECT ?g ?o (COUNT(?s) AS ?n) WHERE {{ VALUES ?g {{ <{AUTHORED}> <{INFERRED}> }} "
        "GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ?o"
    ).solutions()
    return frozenset((row["g"].value, row["o"].value, int(row["n"].value)) for row in rows)


def whole(graphs: list[LocalGraph]) -> View:
    """What a reader must see of these graphs."""
    return frozenset(
        (graph.name, next(iter(graph.triples())).object.value, graph.content.triples)  # type: ignore[union-attr]
        for graph in graphs
    )


def staged_on(connection: Connection) -> list[str]:
    """The names of what is staged there."""
    rows = connection.service.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }").solutions()
    names = [row["g"].value for row in rows]
    return [name for name in names if name.startswith(tuple(f"{graph}/staged-" for graph in GRAPHS))]


def restarted(server: RunningServer) -> None:
    """Kill it, and start it on what it kept."""
    server.kill()
    server.start()


class Readers:
    """Threads that look all the time, and what they have seen."""

    def __init__(self, server: RunningServer, number: int = 2) -> None:
        self.seen: Counter[View] = Counter()
        self._server = server
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._look) for _ in range(number)]

    def _look(self) -> None:
        with directly(self._server) as connection:
            while not self._stop.is_set():
                # A server that is being killed gives no answer; an answer must be right.
                with suppress(RemoteError):
                    self.seen[view_of(connection)] += 1

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def view_after(server: RunningServer, versions: Versions, what: object, still_at_work: bool = False) -> View:
    """What is there after a fault: one version, whole; anything else fails the test.

    `still_at_work` says that the server may be in the midst of a switch whose client is gone. A server whose readers
    may see both versions meanwhile is looked at until it is done.
    """
    expected = whole(versions["old"]), whole(versions["new"])
    with directly(server) as connection:
        view = view_of(connection)
        end = time.monotonic() + PATIENCE
        while still_at_work and server.kind == "virtuoso" and view not in expected and time.monotonic() < end:
            time.sleep(0.1)
            view = view_of(connection)
        # What could not be taken away would keep the next push waiting for minutes.
        connection.service.update(f"DROP SILENT GRAPH <{LOCK_GRAPH}>")
    assert view in expected, what
    return view
