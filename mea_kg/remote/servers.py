"""What differs between servers: where they listen, and what their writing can promise.

Measured on Oxigraph 0.5 and Virtuoso 7.2; the others as their documentation has it (docs/stores.md says which).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from mea_kg.errors import RemoteError

STRATEGIES = ("changes", "staged", "update", "put")


@dataclass(frozen=True)
class Server:
    """A kind of server.

    `query`, `update` and `store` are paths below the base address; `store` (Graph Store Protocol) is None where there
    is none. `batch` is how many triples one INSERT DATA may hold. `one_transaction`: an UPDATE of several operations
    happens whole or not at all, whatever breaks. `sends_all`: a GET of a graph is not cut. `changes` is how many
    triples one update may add and remove at once (0 where that has not been tried). `merges`: to add and remove what
    a staged graph has otherwise is better than to move it. `quick` are parameters of a PUT that need not be atomic.
    `tails` are what people add to the base, and `open_query` is where it answers those who give no password, if
    that is another place than `query`.
    """

    name: str
    query: str
    update: str
    store: str | None
    one_transaction: bool
    sends_all: bool = True
    changes: int = 0
    merges: bool = False
    quick: tuple[tuple[str, str], ...] = ()
    batch: int = 5_000
    tails: tuple[str, ...] = ()
    open_query: str | None = None

    @property
    def strategy(self) -> str:
        """How a graph is best put there."""
        return "staged" if self.store else "update"


SERVERS = {
    server.name: server
    for server in (
        Server(
            "oxigraph",
            "/query",
            "/update",
            "/store",
            True,
            changes=20_000,
            # Three times as long to move, with three times the memory.
            merges=True,
            # The bulk loader: six times as quick.
            quick=(("no_transaction", ""),),
            tails=("/query", "/update", "/store"),
        ),
        Server(
            "virtuoso",
            "/sparql-auth",
            "/sparql-auth",
            "/sparql-graph-crud-auth",
            True,
            # A GET of a graph stops at the limit of rows, with status 200 and without a word.
            sends_all=False,
            changes=20_000,
            # 5,000 are refused by its SQL compiler.
            batch=1_000,
            open_query="/sparql",
            tails=("/sparql", "/sparql-auth", "/sparql-graph-crud", "/sparql-graph-crud-auth"),
        ),
        Server(
            "fuseki",
            "/query",
            "/update",
            "/data",
            True,
            tails=("/query", "/sparql", "/update", "/data"),
        ),
        Server("graphdb", "", "/statements", "/rdf-graphs/service", True, tails=("/statements",)),
        Server("stardog", "/query", "/update", "", True, tails=("/query", "/update")),
        Server("blazegraph", "", "", None, True),
        Server("neptune", "/sparql", "/sparql", "/sparql/gsp/", False, tails=("/sparql",)),
        Server("qlever", "", "", None, False),
        Server("standard", "", "", None, False, sends_all=False, batch=1_000),
    )
}


@dataclass(frozen=True)
class Addresses:
    """Where one server answers: queries, updates, and its graph store (None where it has none)."""

    server: Server
    query: str
    update: str
    store: str | None


def addresses(endpoint: str, server: Server, known: bool = False) -> Addresses:
    """The addresses of a server of that kind from the one that a person gives, whichever of them it is.

    `known` says that we have credentials.

    >>> addresses("http://localhost:7878/query", SERVERS["oxigraph"]).store
    'http://localhost:7878/store'
    """
    base = endpoint.rstrip("/")
    for tail in sorted(server.tails, key=len, reverse=True):
        if base.endswith(tail):
            base = base[: -len(tail)]
            break
    store = None if server.store is None else base + server.store
    query = server.query if known or server.open_query is None else server.open_query
    return Addresses(server, base + query, base + server.update, store)


def checked_endpoint(text: str) -> str:
    """The address, if it can be one. Raises `RemoteError`."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RemoteError(
            f"{text!r} is not the address of an endpoint", "give one such as http://localhost:7878"
        )
    if parts.username is not None or parts.password is not None:
        raise RemoteError(
            "the address holds a password, which other users of this machine can read",
            "leave it out and set MEA_KG_USER and MEA_KG_PASSWORD, or name a file with --credentials",
        )
    return urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, ""))


def server_named(name: str) -> Server:
    """The kind of server of that name. Raises `RemoteError`."""
    if name not in SERVERS:
        raise RemoteError(f"no kind of server {name!r}", f"one of: {', '.join(SERVERS)}")
    return SERVERS[name]


def guessed_server(endpoint: str, headers: str) -> Server:
    """The kind of server from its `Server` header and the form of its address; `standard` where nothing tells.

    >>> guessed_server("http://localhost/repositories/mea", "").name
    'graphdb'
    """
    said = headers.lower()
    for name in ("oxigraph", "virtuoso", "fuseki", "stardog", "blazegraph", "qlever"):
        if name in said:
            return SERVERS[name]
    path = urlsplit(endpoint).path
    if re.search(r"/repositories/[^/]+(/statements)?/?$", path):
        return SERVERS["graphdb"]
    if "/bigdata/" in path:
        return SERVERS["blazegraph"]
    if ".neptune.amazonaws.com" in endpoint:
        return SERVERS["neptune"]
    return SERVERS["standard"]
