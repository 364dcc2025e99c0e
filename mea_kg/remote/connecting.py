"""From the address that a person gives to services that can be used: which server it is, and where it listens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from mea_kg.remote.credentials import Credentials
from mea_kg.remote.graph_store import GraphStore
from mea_kg.remote.protocol import SparqlService
from mea_kg.remote.refusals import unreachable
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


def _asked(endpoint: str, timeout: float) -> Server:
    """The kind of server, from what it says of itself when asked nothing."""
    import httpx

    try:
        response = httpx.head(endpoint, timeout=timeout, headers={"User-Agent": "mea-kg"})
    except httpx.HTTPError as error:
        raise unreachable(error, endpoint, timeout) from error
    return guessed_server(endpoint, response.headers.get("server", ""))
