"""From the address that a person gives to services that can be used: which server it is, and where it listens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from mea_kg.errors import RemoteError
from mea_kg.namespaces import AUTHORED
from mea_kg.remote.credentials import Credentials
from mea_kg.remote.graph_store import GraphStore
from mea_kg.remote.protocol import SparqlService
from mea_kg.remote.refusals import unreachable
from mea_kg.remote.remote_store import RemoteStore
from mea_kg.remote.servers import Addresses, Server, addresses, checked_endpoint, guessed_server, server_named

TIMEOUT = 120.0


@dataclass(frozen=True)
class Connection:
    """One server: its addresses, and its services."""

    addresses: Addresses
    service: SparqlService
    store: GraphStore | None


@contextmanager
def connected(
    endpoint: str,
    credentials: Credentials,
    server: str | None = None,
    timeout: float = TIMEOUT,
    update_url: str | None = None,
    store_url: str | None = None,
) -> Iterator[Connection]:
    """The services of the server at that address; `server` names its kind where it cannot be told from its answers.

    `update_url` and `store_url` are for servers that keep them elsewhere. Raises `RemoteError`.
    """
    endpoint = checked_endpoint(endpoint)
    kind = server_named(server) if server else _asked(endpoint, timeout)
    found = addresses(endpoint, kind, bool(credentials))
    if update_url:
        found = replace(found, update=checked_endpoint(update_url))
    if store_url:
        found = replace(found, store=checked_endpoint(store_url))
    store = GraphStore(found.store, credentials, timeout) if found.store else None
    try:
        yield Connection(found, SparqlService(found.query, found.update, credentials, timeout), store)
    finally:
        if store is not None:
            store.close()


def reading(
    endpoint: str, credentials: Credentials | None = None, server: str | None = None, timeout: float = TIMEOUT
) -> RemoteStore:
    """The graph on the server at that address, for reading. Raises `RemoteError`, also where it is not there."""
    with connected(endpoint, credentials or Credentials(), server, timeout) as connection:
        store = RemoteStore(connection.service)
    if not store.query(f"ASK {{ GRAPH <{AUTHORED}> {{ ?s ?p ?o }} }}"):
        raise RemoteError(
            f"{connection.addresses.query}: the graph is not there: nothing is in <{AUTHORED}>",
            f"`mea-kg push {endpoint}` puts it there, or check the address",
        )
    return store


def _asked(endpoint: str, timeout: float) -> Server:
    """The kind of server, from what it says of itself when asked nothing."""
    import httpx

    try:
        response = httpx.head(endpoint, timeout=timeout, headers={"User-Agent": "mea-kg"})
    except httpx.HTTPError as error:
        raise unreachable(error, endpoint, timeout) from error
    return guessed_server(endpoint, response.headers.get("server", ""))
