"""Puts the graph on a server so that readers see the old one or the new one, whole.

Where little differs, one update adds and removes that. Else each graph is written beside the old one under a name of
its own, read back and compared; then one update puts all of them in their places.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from mea_kg.errors import RemoteError
from mea_kg.remote.changing import change
from mea_kg.remote.comparing import Comparison
from mea_kg.remote.contents import NOTHING, LocalGraph
from mea_kg.remote.differing import Changes, Difference, changes, counted
from mea_kg.remote.graph_store import GraphStore
from mea_kg.remote.locking import Lock, alone
from mea_kg.remote.protocol import SparqlService
from mea_kg.remote.retrying import patiently
from mea_kg.remote.servers import STRATEGIES, Addresses
from mea_kg.remote.staging import forget, remove_left_behind, staged_name
from mea_kg.remote.switching import switch
from mea_kg.remote.uploading import Uploads

# Before each try to put the graphs there, in seconds.
_PAUSES = (0.0, 1.0, 4.0, 10.0, 20.0)
# How long a push may give no sign of life, beyond what an update may take.
_LIFE = 60.0
_ANSWERS = 2


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
        self._there = Comparison(self._server, service, store)

    def differences(self, graphs: Sequence[LocalGraph]) -> list[Difference]:
        """What a push of these graphs would change. Nothing is changed. Raises `RemoteError`."""
        return [
            counted(graph.name, graph.triples(), self._there.triples(graph.name), graph.content.triples)
            for graph in graphs
        ]

    def push(self, graphs: Sequence[LocalGraph], strategy: str | None = None) -> Pushed:
        """Make the server hold these graphs, and nothing else under their names.

        Raises `RemoteError`; the old content is then still there, but for what `docs/stores.md` says of a server that
        does not carry out an update as one transaction.
        """
        self._check(strategy)
        seconds: dict[str, float] = {}
        done: dict[str, None] = {}
        used = strategy or self._server.strategy
        changed = self._different(graphs, seconds, "compare before")
        for pause in _PAUSES:
            if not changed:
                return Pushed(used, tuple(done), seconds)
            # Two that push at the same time should not meet again.
            time.sleep(pause * random.uniform(0.2, 2.0))
            done |= dict.fromkeys(graph.name for graph in changed)
            used, changed = self._pushed(graphs, changed, strategy, seconds)
        if changed:
            raise self._there.unlike(changed[0], self._there.count(changed[0].name))
        return Pushed(used, tuple(done), seconds)

    def _check(self, strategy: str | None) -> None:
        if strategy is not None and strategy not in STRATEGIES:
            raise RemoteError(f"no strategy {strategy!r}", f"one of: {', '.join(STRATEGIES)}")
        used = strategy or self._server.strategy
        if used in ("staged", "put") and self._store is None:
            raise RemoteError(
                f"the strategy {used} needs a graph store, and none is known for this server",
                "use --strategy update, or name the store's address with --store-url",
            )
        if used == "changes" and not self._server.one_transaction:
            raise RemoteError(
                "the strategy changes needs a server that carries out an update whole or not at all",
                "leave --strategy out",
            )

    def _pushed(
        self,
        graphs: Sequence[LocalGraph],
        changed: Sequence[LocalGraph],
        strategy: str | None,
        seconds: dict[str, float],
    ) -> tuple[str, list[LocalGraph]]:
        """Try it once: in which way, and which of the graphs differ afterwards."""
        if strategy != "put":
            remove_left_behind(self._service, self._server, [graph.name for graph in graphs])
        if strategy == "changes" or (strategy is None and self._may_be_few(changed)):
            left = self._change(graphs, seconds)
            if left is not None:
                return "changes", left
            if strategy is not None:
                raise RemoteError(
                    f"more than {self._most_changes:,} triples differ, or some have no name: too much for one update",
                    "leave --strategy out, or use staged",
                )
        used = strategy or self._server.strategy
        if used == "put":
            return used, self._put_in_place(graphs, changed, seconds)
        return used, self._stage_and_switch(graphs, changed, used, seconds)

    def _different(
        self,
        graphs: Sequence[LocalGraph],
        seconds: dict[str, float],
        step: str,
        beat: Callable[[], object] = lambda: None,
    ) -> list[LocalGraph]:
        """Those that the server does not hold: of all, since another push may have changed what needed no change."""
        with _timed(seconds, step):
            self._say("comparing what is there")
            return [graph for graph in graphs if not self._there.holds(graph, beat)]

    @property
    def _most_changes(self) -> int:
        return self._server.changes or self._server.batch

    def _may_be_few(self, graphs: Sequence[LocalGraph]) -> bool:
        """Whether it is worth reading what is there to see how much differs: the numbers alone may tell."""
        if not self._server.changes:
            return False
        apart = sum(abs(graph.content.triples - self._there.count(graph.name)) for graph in graphs)
        return apart <= self._most_changes

    def _change(self, graphs: Sequence[LocalGraph], seconds: dict[str, float]) -> list[LocalGraph] | None:
        """Add and remove what differs, and which graphs differ after it; None where it is too much for one update."""
        with self._alone() as lock:
            with _timed(seconds, "find changes"):
                self._say("looking for what differs")
                found = self._changes(graphs, lock)
            if found is None:
                return None
            lock.keep()
            if found:
                with _timed(seconds, "switch"), self._interrupts_told():
                    self._say(f"adding and removing {sum(map(len, found)):,} triples")
                    change(self._service, self._server, found)
            return self._different(graphs, seconds, "compare after", lock.keep)

    def _changes(self, graphs: Sequence[LocalGraph], lock: Lock) -> list[Changes] | None:
        found: list[Changes] = []
        for graph in graphs:
            most = self._most_changes - sum(map(len, found))
            one = patiently(lambda: self._changes_of(graph, most, lock))  # noqa: B023
            if one is None:
                return None
            found.append(one)
        return [one for one in found if len(one)]

    def _changes_of(self, graph: LocalGraph, most: int, lock: Lock) -> Changes | None:
        theirs = self._there.triples(graph.name, lock.keep)
        return changes(graph.name, graph.triples(), theirs, graph.content.triples, most)

    def _put_in_place(
        self, graphs: Sequence[LocalGraph], changed: Sequence[LocalGraph], seconds: dict[str, float]
    ) -> list[LocalGraph]:
        assert self._store is not None
        store = self._store
        patiently(lambda: store.authenticate(staged_name(changed[0].name)))
        for graph in changed:
            with _timed(seconds, "upload"):
                self._say(f"writing {graph.name}")
                patiently(lambda: store.put(graph.name, graph.file), after_timeout=False)  # noqa: B023
            with _timed(seconds, "compare"):
                self._there.check(graph, graph.name)
        return self._different(graphs, seconds, "compare after")

    def _stage_and_switch(
        self,
        graphs: Sequence[LocalGraph],
        changed: Sequence[LocalGraph],
        strategy: str,
        seconds: dict[str, float],
    ) -> list[LocalGraph]:
        uploads = Uploads(self._server, self._service, self._store, self._say)
        unsure = False
        try:
            staged = self._staged(changed, strategy, uploads, seconds)
            with self._alone() as lock:
                unsure = True
                with _timed(seconds, "switch"), self._interrupts_told():
                    self._say("switching to the new graphs")
                    switch(self._service, self._server, changed, staged)
                unsure = False
                return self._different(graphs, seconds, "compare after", lock.keep)
        except RemoteError as error:
            unsure = unsure and error.status is None
            raise
        finally:
            # What may still be moved must stay: the next push removes it when it is old.
            if not unsure:
                with _timed(seconds, "clear away"):
                    forget(self._service, self._server, uploads.names)

    def _staged(
        self, graphs: Sequence[LocalGraph], strategy: str, uploads: Uploads, seconds: dict[str, float]
    ) -> dict[str, str]:
        """Write these graphs beside the old ones; by what names, each compared with what was sent."""
        staged: dict[str, str] = {}
        for graph in graphs:
            if graph.content == NOTHING:
                continue
            with _timed(seconds, "upload"):
                self._say(f"writing {graph.content.triples:,} triples for {graph.name}")
                staged[graph.name] = uploads.insert(graph) if strategy == "update" else uploads.put(graph)
            with _timed(seconds, "compare"):
                self._say(f"comparing {graph.name}")
                self._there.check(graph, staged[graph.name])
        return staged

    def _alone(self) -> AbstractContextManager[Lock]:
        return alone(self._service, self._say, _LIFE + _ANSWERS * self._service.timeout)

    @contextmanager
    def _interrupts_told(self) -> Iterator[None]:
        try:
            yield
        except KeyboardInterrupt:
            self._say(
                "interrupted during the switch, which the server may still carry out: push again to be sure"
            )
            raise


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds[step] = seconds.get(step, 0.0) + time.perf_counter() - started
