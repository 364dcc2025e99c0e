"""Puts the graph on a server so that readers see the old one or the new one, whole.

Each graph is written beside the old one under a name of its own, read back and compared; then one update moves all of
them to their places.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode, Quad, Store, Triple

from mea_kg.errors import RemoteError
from mea_kg.remote.contents import NOTHING, Content, LocalGraph, content_of, count_on, triples_on
from mea_kg.remote.graph_store import GraphStore
from mea_kg.remote.protocol import SparqlService
from mea_kg.remote.retrying import patiently
from mea_kg.remote.servers import STRATEGIES, Addresses
from mea_kg.remote.staging import forget, remove_left_behind, staged_name
from mea_kg.remote.switching import switch

# Before each try to put the graphs there, in seconds.
_PAUSES = (0.0, 1.0, 4.0, 10.0, 20.0)


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
        done: dict[str, None] = {}
        changed = self._different(graphs, seconds, "compare before")
        for pause in _PAUSES:
            if not changed:
                return Pushed(strategy, tuple(done), seconds)
            # Two that push at the same time should not meet again.
            time.sleep(pause * random.uniform(0.2, 2.0))
            if strategy == "put":
                self._put_in_place(changed, seconds)
            else:
                self._stage_and_switch(changed, strategy, seconds)
            done |= dict.fromkeys(graph.name for graph in changed)
            # All of them: another push may have changed meanwhile what needed no change before.
            changed = self._different(graphs, seconds, "compare after", changed)
        if changed:
            raise self._unlike(changed[0], count_on(self._service, changed[0].name))
        return Pushed(strategy, tuple(done), seconds)

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

    def _different(
        self,
        graphs: Sequence[LocalGraph],
        seconds: dict[str, float],
        step: str,
        switched: Sequence[LocalGraph] = (),
    ) -> list[LocalGraph]:
        """Those that the server does not hold; of one that was compared before it was switched, the count tells."""
        with _timed(seconds, step):
            self._say("comparing what is there")
            safe = self._server.one_transaction and self._server.refuses_absent
            return [
                graph
                for graph in graphs
                if not (
                    self._counts(graph.name, graph.content)
                    if safe and graph in switched
                    else self._holds(graph.name, graph.content)
                )
            ]

    def _put_in_place(self, graphs: Sequence[LocalGraph], seconds: dict[str, float]) -> None:
        assert self._store is not None
        store = self._store
        patiently(lambda: store.authenticate(staged_name(graphs[0].name)))
        for graph in graphs:
            with _timed(seconds, "upload"):
                self._say(f"writing {graph.name}")
                patiently(lambda: store.put(graph.name, graph.file), after_timeout=False)  # noqa: B023
            with _timed(seconds, "compare"):
                self._compare(graph, graph.name)

    def _stage_and_switch(
        self, graphs: Sequence[LocalGraph], strategy: str, seconds: dict[str, float]
    ) -> None:
        staged: dict[str, str] = {}
        used: list[str] = []
        try:
            remove_left_behind(self._service, [graph.name for graph in graphs])
            for graph in graphs:
                if graph.content == NOTHING:
                    continue
                with _timed(seconds, "upload"):
                    self._say(f"writing {graph.content.triples:,} triples for {graph.name}")
                    staged[graph.name] = self._upload(graph, strategy, used)
                with _timed(seconds, "compare"):
                    self._say(f"comparing {graph.name}")
                    self._compare(graph, staged[graph.name])
        except BaseException:
            forget(self._service, used)
            raise
        forget(self._service, set(used) - set(staged.values()))
        with _timed(seconds, "switch"):
            self._say("switching to the new graphs")
            self._switch(graphs, staged)

    def _switch(self, graphs: Sequence[LocalGraph], staged: dict[str, str]) -> None:
        try:
            switch(self._service, self._server, graphs, staged)
        except RemoteError as error:
            # What may still be moved must stay: the next push removes it when it is old.
            if error.status is not None:
                forget(self._service, staged.values())
            raise
        except KeyboardInterrupt:
            self._say(
                "interrupted during the switch, which the server may still carry out: push again to be sure"
            )
            raise

    def _upload(self, graph: LocalGraph, strategy: str, used: list[str]) -> str:
        """Write a graph beside the old one; the name that it has there. All names that were tried are in `used`."""

        def written() -> str:
            # A name for each try: what the server still has of a broken one may come after the next.
            used.append(staged_name(graph.name))
            if strategy == "update":
                self._insert(graph, used[-1])
            else:
                assert self._store is not None
                self._store.authenticate(staged_name(graph.name))
                self._store.put(used[-1], graph.file)
            return used[-1]

        return written() if strategy == "update" else patiently(written, after_timeout=False)

    def _insert(self, graph: LocalGraph, name: str) -> None:
        """In batches, each of which may be sent twice: a set of triples without blank nodes stays the same."""
        triples = graph.triples()
        done = 0
        while batch := list(islice(triples, self._server.batch)):
            lines = "\n".join(f"{triple} ." for triple in batch)
            patiently(lambda: self._service.update(f"INSERT DATA {{ GRAPH <{name}> {{\n{lines}\n}} }}"))  # noqa: B023
            done += len(batch)
            self._say(f"{done:,} of {graph.content.triples:,} triples for {graph.name}")

    def _triples(self, graph: str) -> Iterator[Triple]:
        store = self._store if self._server.sends_all else None
        return triples_on(self._service, store, graph)

    def _counts(self, name: str, content: Content) -> bool:
        return patiently(lambda: count_on(self._service, name)) == content.triples

    def _holds(self, name: str, content: Content) -> bool:
        return self._counts(name, content) and patiently(lambda: content_of(self._triples(name))) == content

    def _compare(self, graph: LocalGraph, name: str) -> None:
        """Whether the server has under that name what was sent for that graph. Raises `RemoteError`."""
        found = patiently(lambda: count_on(self._service, name))
        if found != graph.content.triples:
            raise self._unlike(graph, found)
        if patiently(lambda: content_of(self._triples(name))) != graph.content:
            raise RemoteError(
                f"the server rewrites terms: it does not hold for <{graph.name}> what was sent, but as many triples",
                "`mea-kg diff` shows which; docs/stores.md says which stores keep all terms",
            )

    def _unlike(self, graph: LocalGraph, found: int) -> RemoteError:
        return RemoteError(
            f"the server holds {found:,} triples for <{graph.name}>, and {graph.content.triples:,} were sent",
            "somebody else writes there at the same time: agree with them, and push again",
        )


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds[step] = seconds.get(step, 0.0) + time.perf_counter() - started
