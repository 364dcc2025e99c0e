"""Who reads, and who else writes, while a graph is pushed."""

from __future__ import annotations

import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from mea_kg.errors import RemoteError
from mea_kg.namespaces import AUTHORED, INFERRED
from mea_kg.remote.contents import LocalGraph
from tests.servers.faulty import FaultyProxy, Seen
from tests.servers.running import VIRTUOSO, RunningServer
from tests.servers.versions import (
    GRAPHS,
    Readers,
    Versions,
    View,
    directly,
    push,
    staged_on,
    version,
    view_of,
    whole,
)

pytestmark = pytest.mark.usefixtures("no_pauses")

VIRTUOSO_OR_SKIPPED = pytest.param(
    "virtuoso", marks=pytest.mark.skipif(VIRTUOSO is None, reason="Virtuoso is not installed")
)
_SLOW_SECONDS = 4


@pytest.fixture(params=["changes", "staged"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _seen_while_switching(server: RunningServer, large: Versions, way: str) -> Counter[View]:
    push(server, large["old"])
    with Readers(server) as readers:
        for tag in ("new", "old", "new"):
            push(server, large[tag], None, way)
    return readers.seen


@pytest.mark.parametrize("server", [VIRTUOSO_OR_SKIPPED], indirect=True)
def test_readers_never_see_an_empty_graph(server: RunningServer, large: Versions, way: str) -> None:
    """Of Oxigraph the next test says more."""
    seen = _seen_while_switching(server, large, way)
    assert len(seen) > 1
    for view in seen:
        assert {name for name, _, _ in view} == set(GRAPHS), view


@pytest.mark.parametrize("server", ["oxigraph"], indirect=True)
def test_readers_never_see_half_a_graph_or_two_versions(
    server: RunningServer, large: Versions, way: str
) -> None:
    assert set(_seen_while_switching(server, large, way)) == {whole(large["old"]), whole(large["new"])}


@pytest.mark.parametrize("server", [VIRTUOSO_OR_SKIPPED], indirect=True)
def test_virtuoso_alone_lets_one_answer_mix_two_versions(
    server: RunningServer, ready: Versions, way: str
) -> None:
    """It reads what others commit while it runs: what a query has read before the switch, and what it reads after.

    A query that takes some seconds between two graphs shows it each time; a quick one hardly ever.
    """
    slow = (
        f"SELECT ?o (COUNT(?s) AS ?n) WHERE {{ {{ GRAPH <{AUTHORED}> {{ ?s ?p ?o }} "
        f"FILTER (?s != <urn:s1> || bif:delay(STRLEN(STR(?s)) - 6 + {_SLOW_SECONDS}) = 0) }} "
        f"UNION {{ GRAPH <{INFERRED}> {{ ?s ?p ?o }} }} }} GROUP BY ?o"
    )
    found: dict[str, int] = {}

    def read() -> None:
        with directly(server) as connection:
            rows = connection.service.query(slow).solutions()
            found.update((row["o"].value, int(row["n"].value)) for row in rows)

    reader = threading.Thread(target=read)
    reader.start()
    time.sleep(_SLOW_SECONDS / 4)
    push(server, ready["new"], None, way)
    assert reader.is_alive()
    reader.join()
    # The first graph of the old version with the second one of the new.
    assert found == {"old": ready["old"][0].content.triples, "new": ready["new"][1].content.triples}


@pytest.mark.parametrize("ways", [("changes", "changes"), ("staged", "staged"), ("changes", "staged")])
def test_two_pushes_at_once_end_with_one_version_whole_each_time(
    server: RunningServer, ready: Versions, tmp_path: Path, ways: tuple[str, str]
) -> None:
    # As large as the other one, so that no number tells them apart.
    other = version(tmp_path, "other", 61)
    told: list[str] = []

    def try_to(graphs: list[LocalGraph], way: str, together: threading.Barrier) -> None:
        together.wait(30)
        try:
            push(server, graphs, None, way)
        except RemoteError as error:
            told.append(str(error))

    for _ in range(4):
        push(server, ready["old"])
        together = threading.Barrier(2)
        threads = [
            threading.Thread(target=try_to, args=(graphs, way, together))
            for graphs, way in zip((ready["new"], other), ways, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with directly(server) as connection:
            assert view_of(connection) in (whole(ready["new"]), whole(other))
            assert staged_on(connection) == []
    assert told == []


def test_a_graph_that_somebody_changes_meanwhile_is_put_right(
    server: RunningServer, proxy: FaultyProxy, ready: Versions, tmp_path: Path, way: str
) -> None:
    """Ours changes one graph alone, and just before our switch somebody who waits for nobody puts both of theirs."""
    other = version(tmp_path, "other", 62)
    ours = [ready["new"][0], ready["old"][1]]
    theirs = iter(other)

    def fault(seen: Seen) -> None:
        if seen.is_switch:
            with directly(server) as connection:
                assert connection.store is not None
                connection.store.authenticate("urn:nothing")
                for graph in theirs:
                    connection.store.put(graph.name, graph.file)

    proxy.spoil(fault)
    push(server, ours, proxy, way)
    with directly(server) as connection:
        assert view_of(connection) == whole(ours)


def test_what_somebody_else_writes_there_meanwhile_is_told(
    server: RunningServer, proxy: FaultyProxy, ready: Versions
) -> None:
    switched = threading.Event()

    def fault(seen: Seen) -> None:
        if switched.is_set():
            with directly(server) as connection:
                connection.service.update(f'INSERT DATA {{ GRAPH <{AUTHORED}> {{ <urn:x> <urn:y> "z" }} }}')
        if seen.is_switch:
            switched.set()

    proxy.spoil(fault)
    with pytest.raises(RemoteError, match=r"62 triples .* and 61 were sent\n\nhint: somebody else"):
        push(server, ready["new"], proxy)
