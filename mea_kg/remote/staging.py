"""Where graphs lie before the switch: beside the old ones, under names that say when, and what killed pushes left."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress

from mea_kg.errors import RemoteError
from mea_kg.remote.protocol import SparqlService
from mea_kg.remote.retrying import patiently
from mea_kg.remote.servers import Server

_STAGED = "/staged-"
_LEFT_SECONDS = 24 * 3600
_PIECE = 20_000
_STAMP = "%Y%m%dT%H%M%SZ"


def staged_name(graph: str) -> str:
    """A name beside that graph which no other push has, nor another try of this one."""
    return f"{graph}{_STAGED}{time.strftime(_STAMP, time.gmtime())}-{secrets.token_hex(4)}"


def forget(service: SparqlService, server: Server, names: Iterable[str]) -> None:
    """Remove what was staged, as far as the server lets us; what stays is under names of its own."""
    for name in names:
        with suppress(RemoteError):
            if server.merges:
                _empty(service, name)
            service.update(f"DROP SILENT GRAPH <{name}>")


def _empty(service: SparqlService, graph: str) -> None:
    """In pieces, since a server that keeps an update in memory until its end would keep the whole graph."""
    some = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} LIMIT {_PIECE}"
    while service.query(f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}").parsed():
        service.update(f"DELETE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} WHERE {{ {some} }}")


def remove_left_behind(service: SparqlService, server: Server, graphs: Sequence[str]) -> None:
    """Remove what killed pushes had staged beside these graphs, when it is so old that none can be at work on it.

    Raises `RemoteError`.
    """
    latest = time.strftime(_STAMP, time.gmtime(time.time() - _LEFT_SECONDS))
    is_staged = " || ".join(f'STRSTARTS(STR(?g), "{graph}{_STAGED}")' for graph in graphs)
    # Some triple of it, not each: a graph that was written half may hold no statement of a class.
    query = f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER({is_staged}) }}"
    names = [row["g"].value for row in patiently(lambda: service.query(query)).solutions()]
    forget(service, server, (name for name in names if name.rpartition(_STAGED)[2] < latest))
