"""Puts the graph on a server so that readers see the old one or the new one, whole.

Each graph is written beside the old one under a name of its own, read back and compared; then one update moves all of
them to their places.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store, Triple

from mea_kg.errors import RemoteError
from mea_kg.remote.contents import Content, LocalGraph, content_of, count_on, triples_on
from mea_kg.remote.graph_store import GraphStore
from mea_kg.remote.protocol import SparqlService
from mea_kg.remote.retrying import patiently
from mea_kg.remote.servers import STRATEGIES, Addresses

_STAGED = "/staged-"
_LEFT_SECONDS = 24 * 3600
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Difference:
    """What a push would change in one graph: triples added and removed, of how many there are then."""

    graph: str
    added: int
    removed: int
    triples: int


@dataclass(frozen=True)
class Pushed:
    """What a push did: the graphs that it wrote (none where the server had them), and the seconds of its steps."""

    strategy: str
    written: tuple[str, ...]
    seconds: dict[str, float]


class Pusher:
    """One server to which graphs are pushed. `say` is told of progress, in words."""

    def __init__(
        self,
        addresses: Addresses,
        service: SparqlService,
        store: GraphStore | None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._server = addresses.server
        self._service = service
        self._store = store
        self._say = say

    def differences(self, graphs: Sequence[LocalGraph], local: Store) -> list[Difference]:
        """What a push of these graphs, which `local` holds, would change. Nothing is changed. Raises `RemoteError`."""
        found = []
        for graph in graphs:
            name = NamedNode(graph.name)
            there = common = 0
            for triple in self._triples(graph.name):
                there += 1
                common += Quad(triple.subject, triple.predicate, triple.object, name) in local
            triples = graph.content.triples
            found.append(Difference(graph.name, triples - common, there - common, triples))
        return found

    def push(self, graphs: Sequence[LocalGraph], strategy: str | None = None) -> Pushed:
        """Make the server hold these graphs, and nothing else under their names.

        Raises `RemoteError`; the old content is then still there, but for what `docs/stores.md` says of a server that
        does not carry out an update as one transaction.
        """
        strategy = self._strategy(strategy)
        seconds: dict[str, float] = {}
        with _timed(seconds, "compare before"):
            changed = [graph for graph in graphs if not self._holds(graph.name, graph.content)]
        if not changed:
            return Pushed(strategy, (), seconds)
        if strategy == "put":
            self._put_in_place(changed, seconds)
        else:
            self._stage_and_switch(changed, strategy, seconds)
        return Pushed(strategy, tuple(graph.name for graph in changed), seconds)

    def _strategy(self, asked: str | None) -> str:
        strategy = asked or self._server.strategy
        if strategy not in STRATEGIES:
            raise RemoteError(f"no strategy {strategy!r}", f"one of: {', '.join(STRATEGIES)}")
        if strategy != "update" and self._store is None:
            raise RemoteError(
                f"the strategy {strategy} needs a graph store, and none is known for this server",
                "use --strategy update, or name the store's address with --store-url",
            )
        return strategy

    def _put_in_place(self, graphs: Sequence[LocalGraph], seconds: dict[str, float]) -> None:
        assert self._store is not None
        store = self._store
        store.authenticate(_staged_name(graphs[0].name, secrets.token_hex(8)))
        for graph in graphs:
            with _timed(seconds, "upload"):
                self._say(f"writing {graph.name}")
                patiently(lambda: store.put(graph.name, graph.file))  # noqa: B023
            with _timed(seconds, "compare"):
                self._compare(graph.name, graph.content)

    def _stage_and_switch(
        self, graphs: Sequence[LocalGraph], strategy: str, seconds: dict[str, float]
    ) -> None:
        mark = f"{time.strftime(_STAMP, time.gmtime())}-{secrets.token_hex(4)}"
        staged = {graph.name: _staged_name(graph.name, mark) for graph in graphs}
        try:
            self._remove_left_behind(graphs)
            for graph in graphs:
                with _timed(seconds, "upload"):
                    self._say(f"writing {graph.content.triples:,} triples for {graph.name}")
                    self._upload(graph, staged[graph.name], strategy)
                with _timed(seconds, "compare"):
                    self._say(f"comparing {graph.name}")
                    self._compare(staged[graph.name], graph.content)
        except BaseException:
            self._forget(staged.values())
            raise
        with _timed(seconds, "switch"):
            self._say("switching to the new graphs")
            self._switch(graphs, staged)
        with _timed(seconds, "compare after"):
            for graph in graphs:
                if self._server.one_transaction:
                    self._compare_counts(graph.name, graph.content)
                else:
                    self._compare(graph.name, graph.content)

    def _upload(self, graph: LocalGraph, name: str, strategy: str) -> None:
        if strategy == "update":
            self._insert(graph, name)
            return
        assert self._store is not None
        store = self._store
        store.authenticate(name)
        patiently(lambda: store.put(name, graph.file))

    def _insert(self, graph: LocalGraph, name: str) -> None:
        """In batches, each of which may be sent twice: a set of triples without blank nodes stays the same."""
        triples = graph.triples()
        done = 0
        while batch := list(islice(triples, self._server.batch)):
            lines = "\n".join(f"{triple} ." for triple in batch)
            patiently(lambda: self._service.update(f"INSERT DATA {{ GRAPH <{name}> {{\n{lines}\n}} }}"))  # noqa: B023
            done += len(batch)
            self._say(f"{done:,} of {graph.content.triples:,} triples for {graph.name}")

    def _switch(self, graphs: Sequence[LocalGraph], staged: dict[str, str]) -> None:
        """Move all at once. A broken connection does not tell whether it was done: the graphs themselves do.

        Nothing staged is removed here: an update that is still under way would move what is no longer there.
        """
        moves = " ;\n".join(f"MOVE <{staged[graph.name]}> TO <{graph.name}>" for graph in graphs)
        try:
            self._service.update(moves)
        except RemoteError as error:
            if patiently(lambda: self._switched(graphs, staged)):
                return
            raise RemoteError(
                f"the switch to the new graphs did not come to its end: {error.message}",
                "run the same push again: it goes on from what the server holds then"
                if self._server.one_transaction
                else "this server may have switched some graphs and not others, each whole: run the same push again",
                error.status,
            ) from error

    def _switched(self, graphs: Sequence[LocalGraph], staged: dict[str, str]) -> bool:
        return all(
            count_on(self._service, staged[graph.name]) == 0
            and count_on(self._service, graph.name) == graph.content.triples
            for graph in graphs
        )

    def _triples(self, graph: str) -> Iterator[Triple]:
        store = self._store if self._server.sends_all else None
        return triples_on(self._service, store, graph)

    def _holds(self, name: str, content: Content) -> bool:
        return (
            patiently(lambda: count_on(self._service, name)) == content.triples
            and patiently(lambda: content_of(self._triples(name))) == content
        )

    def _compare_counts(self, name: str, content: Content) -> None:
        found = patiently(lambda: count_on(self._service, name))
        if found != content.triples:
            raise RemoteError(
                f"the server holds {found:,} triples in <{name}>, and {content.triples:,} were sent",
                "somebody else may be writing there: try again",
            )

    def _compare(self, name: str, content: Content) -> None:
        self._compare_counts(name, content)
        if patiently(lambda: content_of(self._triples(name))) != content:
            raise RemoteError(
                f"the server does not hold in <{name}> what was sent, though the counts agree: it rewrites terms",
                "`mea-kg diff` shows which; docs/stores.md says which stores keep all terms",
            )

    def _forget(self, names: Iterable[str]) -> None:
        """Remove what was staged, as far as the server lets us; what stays is under names of its own."""
        for name in names:
            with suppress(RemoteError):
                self._service.update(f"DROP SILENT GRAPH <{name}>")

    def _remove_left_behind(self, graphs: Sequence[LocalGraph]) -> None:
        """Remove what pushes that were killed had staged, when it is so old that none can be at work on it."""
        latest = time.strftime(_STAMP, time.gmtime(time.time() - _LEFT_SECONDS))
        prefixes = [f"{graph.name}{_STAGED}" for graph in graphs]
        is_staged = " || ".join(f'STRSTARTS(STR(?g), "{prefix}")' for prefix in prefixes)
        rows = patiently(
            lambda: self._service.query(
                f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s a ?class }} FILTER({is_staged}) }}"
            ).parsed()
        )
        assert isinstance(rows, QuerySolutions)
        names = [row["g"].value for row in rows]
        self._forget(name for name in names if name.rpartition(_STAGED)[2] < latest)


def _staged_name(graph: str, mark: str) -> str:
    return f"{graph}{_STAGED}{mark}"


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds[step] = seconds.get(step, 0.0) + time.perf_counter() - started
