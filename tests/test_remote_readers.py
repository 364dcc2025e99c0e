"""Who reads, and who else writes, while a graph is pushed."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import pytest

from mea_kg.errors import RemoteError
from mea_kg.namespaces import AUTHORED
from mea_kg.remote.contents import LocalGraph
from tests.servers.faulty import FaultyProxy, Seen
from tests.servers.running import RunningServer
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


def _seen_while_switching(server: RunningServer, large: Versions) -> Counter[View]:
    push(server, large["old"])
    with Readers(server) as readers:
        for tag in ("new", "old", "new"):
            push(server, large[tag])
    return readers.seen


def test_readers_never_see_an_empty_graph(server: RunningServer, large: Versions) -> None:
    seen = _seen_while_switching(server, large)
    assert len(seen) > 1
    for view in seen:
        assert {name for name, _, _ in view} == set(GRAPHS), view


def test_readers_never_see_half_a_graph_or_two_versions(
    request: pytest.FixtureRequest, server: RunningServer, large: Versions
) -> None:
    if server.kind == "virtuoso":
        request.applymarker(
            pytest.mark.xfail(
                reason="Virtuoso reads what is committed meanwhile: one query may see both versions",
                strict=False,
            )
        )
    assert set(_seen_while_switching(server, large)) == {whole(large["old"]), whole(large["new"])}


def test_two_pushes_at_once_end_with_one_version_whole(
    server: RunningServer, ready: Versions, tmp_path: Path
) -> None:
    other = version(tmp_path, "other", 62)
    ends: list[str] = []
    told: list[str] = []

    def try_to(graphs: list[LocalGraph], name: str) -> None:
        try:
            push(server, graphs)
            ends.append(name)
        except RemoteError as error:
            told.append(str(error))

    threads = [
        threading.Thread(target=try_to, args=(graphs, name))
        for name, graphs in (("new", ready["new"]), ("other", other))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends
    # Both errors that tell of another writer say so.
    assert all("somebody" in text for text in told), told
    with directly(server) as connection:
        assert view_of(connection) in (whole(ready["new"]), whole(other))
        assert staged_on(connection) == []


def test_a_graph_that_another_push_changes_meanwhile_is_put_right(
    server: RunningServer, proxy: FaultyProxy, ready: Versions, tmp_path: Path
) -> None:
    """Ours changes one graph alone, and just before our switch somebody puts their version of both there."""
    other = version(tmp_path, "other", 62)
    ours = [ready["new"][0], ready["old"][1]]
    theirs = iter([lambda: push(server, other)])

    def fault(seen: Seen) -> None:
        if seen.is_switch:
            next(theirs, lambda: None)()

    proxy.spoil(fault)
    push(server, ours, proxy)
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
