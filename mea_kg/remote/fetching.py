"""What a server holds, brought into the embedded store: in memory, or on disk where it is large."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import NamedNode, Store

from mea_kg.errors import RemoteError
from mea_kg.remote.connecting import Connection
from mea_kg.remote.contents import count_on, triples_on
from mea_kg.remote.retrying import patiently
from mea_kg.stores import in_graph, load_stream, new_store, new_store_on_disk

IN_MEMORY = 3_000_000
"""Up to how many triples are held in memory: about two gigabytes."""


@contextmanager
def fetched(
    connection: Connection,
    graphs: Sequence[NamedNode],
    say: Callable[[str], None] = lambda _: None,
    in_memory: int = IN_MEMORY,
) -> Iterator[Store]:
    """A store with these graphs as the server has them now, for as long as the context lasts.

    They come as streams, or in pages of bounded size from a server that cuts its answers. Raises `RemoteError`, also
    where the server has none of them.
    """
    service = connection.service
    counts = {graph: patiently(lambda: count_on(service, graph.value)) for graph in graphs}  # noqa: B023
    if not any(counts.values()):
        raise RemoteError(
            f"{service.query_address}: it holds nothing in {' or '.join(map(str, graphs))}",
            "`mea-kg push` puts the graph there",
        )
    whole = connection.store if connection.addresses.server.sends_all else None
    with TemporaryDirectory(prefix="mea-kg-") as folder:
        on_disk = sum(counts.values()) > in_memory
        store = new_store_on_disk(Path(folder, "store")) if on_disk else new_store()
        for graph, number in counts.items():
            say(f"reading {number:,} triples of {graph.value}")
            load_stream(store, in_graph(triples_on(service, whole, graph.value), graph))
        yield store
