"""Writing a graph beside the old one, under a name that nobody reads."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from mea_kg.remote.contents import LocalGraph
from mea_kg.remote.graph_store import GraphStore
from mea_kg.remote.protocol import SparqlService
from mea_kg.remote.retrying import patiently
from mea_kg.remote.servers import Server
from mea_kg.remote.staging import staged_name


class Uploads:
    """What one push writes beside the graphs; `names` are all that it has tried."""

    def __init__(
        self, server: Server, service: SparqlService, store: GraphStore | None, say: Callable[[str], None]
    ) -> None:
        self._server = server
        self._service = service
        self._store = store
        self._say = say
        self.names: list[str] = []

    def put(self, graph: LocalGraph) -> str:
        """By the Graph Store Protocol; the name that the graph has there. Raises `RemoteError`."""
        assert self._store is not None
        store = self._store
        # Nobody reads it yet, so that it need not be written whole or not at all; a bulk loader is slow to start.
        options = self._server.quick if graph.content.triples > self._server.changes else ()

        def written() -> str:
            name = self._new_name(graph)
            store.authenticate(staged_name(graph.name))
            store.put(name, graph.file, options)
            return name

        return patiently(written, after_timeout=False)

    def insert(self, graph: LocalGraph) -> str:
        """In batches, each of which may be sent twice: a set of triples without blank nodes stays the same.

        Raises `RemoteError`.
        """
        name = self._new_name(graph)
        triples = graph.triples()
        done = 0
        while batch := list(islice(triples, self._server.batch)):
            lines = "\n".join(f"{triple} ." for triple in batch)
            patiently(lambda: self._service.update(f"INSERT DATA {{ GRAPH <{name}> {{\n{lines}\n}} }}"))  # noqa: B023
            done += len(batch)
            self._say(f"{done:,} of {graph.content.triples:,} triples for {graph.name}")
        return name

    def _new_name(self, graph: LocalGraph) -> str:
        # One for each try: what the server still has of a broken one may come after the next.
        self.names.append(staged_name(graph.name))
        return self.names[-1]
