"""Whether a server holds a graph as it is to be, triple by triple."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pyoxigraph import Triple

from mea_kg.errors import RemoteError
from mea_kg.remote.contents import LocalGraph, content_of, count_on, triples_on
from mea_kg.remote.graph_store import GraphStore
from mea_kg.remote.protocol import SparqlService
from mea_kg.remote.retrying import patiently
from mea_kg.remote.servers import Server

_BEAT = 10_000


class Comparison:
    """What a server holds, beside graphs of ours. `beat` is called again and again while much is read."""

    def __init__(self, server: Server, service: SparqlService, store: GraphStore | None) -> None:
        self._service = service
        self._store = store if server.sends_all else None

    def count(self, name: str) -> int:
        """How many triples it has under that name. Raises `RemoteError`."""
        return patiently(lambda: count_on(self._service, name))

    def triples(self, name: str, beat: Callable[[], object] = lambda: None) -> Iterator[Triple]:
        """What it has under that name, as a stream. Raises `RemoteError`."""
        for number, triple in enumerate(triples_on(self._service, self._store, name)):
            if number % _BEAT == 0:
                beat()
            yield triple

    def holds(self, graph: LocalGraph, beat: Callable[[], object] = lambda: None) -> bool:
        """Whether it has that graph, and nothing else under its name. Raises `RemoteError`."""
        if self.count(graph.name) != graph.content.triples:
            return False
        return patiently(lambda: content_of(self.triples(graph.name, beat))) == graph.content

    def check(self, graph: LocalGraph, name: str) -> None:
        """That it has under that name what was sent for that graph. Raises `RemoteError`."""
        found = self.count(name)
        if found != graph.content.triples:
            raise self.unlike(graph, found)
        if patiently(lambda: content_of(self.triples(name))) != graph.content:
            raise self.unlike(graph, found)

    def unlike(self, graph: LocalGraph, found: int) -> RemoteError:
        """The error for a graph of which the server has so many triples, and not those that were sent."""
        if found == graph.content.triples:
            return RemoteError(
                f"the server holds for <{graph.name}> as many triples as were sent, but others",
                "it rewrites terms (`mea-kg diff` shows which; docs/stores.md says which stores keep all), or "
                "somebody else writes there at the same time",
            )
        return RemoteError(
            f"the server holds {found:,} triples for <{graph.name}>, and {graph.content.triples:,} were sent",
            "somebody else writes there at the same time: agree with them, and push again",
        )
