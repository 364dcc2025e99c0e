"""What breaks while a graph is pushed: the old one stays whole, and readers see the old or the new one."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from mea_kg.errors import RemoteError
from mea_kg.remote import changing, switching
from mea_kg.remote.connecting import connected
from mea_kg.remote.credentials import Credentials
from mea_kg.remote.graph_store import GraphStore
from mea_kg.remote.pushing import Pusher
from tests.servers.faulty import Fault, FaultyProxy, Seen
from tests.servers.running import RunningServer
from tests.servers.versions import (
    PUSH,
    Versions,
    directly,
    push,
    restarted,
    staged_on,
    view_after,
    view_of,
    whole,
)


def _steps(server: RunningServer, proxy: FaultyProxy, versions: Versions, way: str) -> list[Seen]:
    """The requests of a push where nothing breaks; the server then holds the old version again."""
    proxy.spoil(lambda _: None)
    push(server, versions["new"], proxy, way)
    steps = list(proxy.seen)
    push(server, versions["old"])
    # A request that only learns how the server wants the password is no step.
    return [step for step in steps if step.authorized]


pytestmark = pytest.mark.usefixtures("no_pauses")


@pytest.fixture(params=["changes", "staged"])
def way(request: pytest.FixtureRequest) -> str:
    """The strategies by which readers see one version whole."""
    return str(request.param)


_STEPS = pytest.mark.parametrize(
    ("step", "way"), [("upload", "staged"), ("switch", "staged"), ("switch", "changes")]
)


@pytest.mark.parametrize(
    ("way", "kind"),
    [
        *(("changes", kind) for kind in ("500", "503", "closed", "lost")),
        *(("staged", kind) for kind in ("507", "closed", "cut")),
    ],
)
def test_a_server_that_fails_from_any_step_on_keeps_one_version_whole(
    server: RunningServer, proxy: FaultyProxy, ready: Versions, kind: str, way: str
) -> None:
    if server.kind == "virtuoso" and kind in ("507", "500", "lost", "cut"):
        pytest.skip("tried on the quicker server")
    steps = _steps(server, proxy, ready, way)
    switches = [step.number for step in steps if step.is_switch]
    assert len(steps) > 12
    assert len(switches) >= 1
    for step in steps:
        proxy.spoil(lambda seen: Fault(kind) if seen.number >= step.number else None)  # noqa: B023
        try:
            push(server, ready["new"], proxy, way)
            done = True
        except RemoteError:
            done = False
        view = view_after(server, ready, (kind, step))
        # What comes after the last comparison only clears away.
        assert not done or (step.number > switches[-1] and view == whole(ready["new"])), (kind, step)
        if step.number < switches[0]:
            assert view == whole(ready["old"]), (kind, step)
        if view != whole(ready["old"]):
            push(server, ready["old"])


@pytest.mark.parametrize(
    ("way", "kind"),
    [
        *(("changes", kind) for kind in ("500", "503", "lost", "cut")),
        *(("staged", kind) for kind in ("503", "lost")),
    ],
)
def test_a_server_that_fails_once_at_any_step_keeps_one_version_whole(
    server: RunningServer, proxy: FaultyProxy, ready: Versions, kind: str, way: str
) -> None:
    if server.kind == "virtuoso" and kind in ("500", "cut", "closed"):
        pytest.skip("tried on the quicker server")
    for step in _steps(server, proxy, ready, way):
        proxy.spoil(lambda seen: Fault(kind) if seen.number == step.number else None)  # noqa: B023
        try:
            push(server, ready["new"], proxy, way)
            done = True
        except RemoteError:
            done = False
        # What may be asked twice is asked twice: only a refusal, and a switch, are not.
        assert done or kind == "500" or (step.is_switch and server.kind == "virtuoso" and way == "staged")
        view = view_after(server, ready, (kind, step))
        assert not done or view == whole(ready["new"]), (kind, step)
        if view != whole(ready["old"]):
            push(server, ready["old"])


def test_an_answer_to_the_switch_that_is_lost_is_found_out(
    server: RunningServer, proxy: FaultyProxy, ready: Versions, way: str
) -> None:
    proxy.spoil(lambda seen: Fault("lost") if seen.is_switch else None)
    push(server, ready["new"], proxy, way)
    assert view_after(server, ready, "lost") == whole(ready["new"])
    with directly(server) as connection:
        assert staged_on(connection) == []


def test_a_switch_that_was_not_done_is_told_and_the_next_push_does_it(
    server: RunningServer, proxy: FaultyProxy, ready: Versions, way: str
) -> None:
    proxy.spoil(lambda seen: Fault("closed") if seen.is_switch else None)
    with pytest.raises(RemoteError, match="the switch to the new graphs was not done, or not yet"):
        push(server, ready["new"], proxy, way)
    assert view_after(server, ready, "closed") == whole(ready["old"])
    push(server, ready["new"])
    assert view_after(server, ready, "again") == whole(ready["new"])


def test_a_server_that_is_gone_after_the_switch_was_sent_leaves_it_unknown_and_says_so(
    server: RunningServer, proxy: FaultyProxy, ready: Versions, way: str
) -> None:
    gone = threading.Event()

    def fault(seen: Seen) -> Fault | None:
        if seen.is_switch:
            gone.set()
        return Fault("closed") if gone.is_set() else None

    proxy.spoil(fault)
    with pytest.raises(RemoteError, match="is not known"):
        push(server, ready["new"], proxy, way)
    assert view_after(server, ready, "unknown") == whole(ready["old"])


@_STEPS
def test_what_a_slow_server_is_still_at_work_on_is_not_sent_again(
    server: RunningServer, proxy: FaultyProxy, ready: Versions, step: str, way: str
) -> None:
    def fault(seen: Seen) -> Fault | None:
        is_meant = seen.is_switch if step == "switch" else seen.method == "PUT" and seen.authorized
        return Fault("during", lambda: time.sleep(3)) if is_meant else None

    proxy.spoil(fault)
    with (
        connected(
            proxy.address + urlsplit(server.endpoint).path, server.credentials, server.kind, timeout=1.5
        ) as found,
        suppress(RemoteError),
    ):
        Pusher(found.addresses, found.service, found.store).push(ready["new"], way)
    assert sum(fault(seen) is not None for seen in proxy.seen) == 1
    view_after(server, ready, step)


def test_a_disk_that_fills_up_while_the_second_graph_is_written_keeps_the_old_version(
    server: RunningServer, proxy: FaultyProxy, ready: Versions
) -> None:
    room = ready["new"][0].file.stat().st_size + 100

    def fault(_: Seen) -> Fault | None:
        sent = sum(len(request.body) for request in proxy.seen if request.method == "PUT")
        return Fault("507") if sent > room else None

    proxy.spoil(fault)
    with pytest.raises(RemoteError, match="507"):
        push(server, ready["new"], proxy, "staged")
    assert view_after(server, ready, "disk") == whole(ready["old"])


@_STEPS
def test_a_client_that_is_killed_leaves_the_old_version_or_the_new_one(
    server: RunningServer, proxy: FaultyProxy, ready: Versions, step: str, way: str
) -> None:
    reached, killed = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        assert killed.wait(30)

    def fault(seen: Seen) -> Fault | None:
        if reached.is_set():
            return None
        if step == "upload" and seen.method == "PUT" and seen.body:
            return Fault("half", wait)
        return Fault("during", wait) if step == "switch" and seen.is_switch else None

    proxy.spoil(fault)
    endpoint = proxy.address + urlsplit(server.endpoint).path
    files = [text for graph in ready["new"] for text in (graph.name, str(graph.file))]
    client = subprocess.Popen(
        [sys.executable, "-c", PUSH, endpoint, server.kind, server.credentials.user or "", way, *files],
        stderr=subprocess.PIPE,
    )
    try:
        assert reached.wait(60), client.communicate(timeout=10)
    finally:
        client.send_signal(signal.SIGKILL)
        client.communicate()
        killed.set()
    view = view_after(server, ready, step, still_at_work=step == "switch")
    assert step == "switch" or view == whole(ready["old"])
    push(server, ready["new"])
    assert view_after(server, ready, step) == whole(ready["new"])


def test_a_server_that_is_killed_during_the_upload_has_the_old_version_when_it_is_back(
    server: RunningServer, proxy: FaultyProxy, ready: Versions
) -> None:
    uploads = iter(range(100))

    def fault(seen: Seen) -> Fault | None:
        is_second = seen.method == "PUT" and seen.body and next(uploads) == 1
        return Fault("half", lambda: restarted(server)) if is_second else None

    proxy.spoil(fault)
    with suppress(RemoteError):
        # It may come to its end after all: the server is back before the last try.
        push(server, ready["new"], proxy, "staged")
        assert view_after(server, ready, "new") == whole(ready["new"])
        push(server, ready["old"])
    assert view_after(server, ready, "killed") == whole(ready["old"])
    push(server, ready["new"])
    assert view_after(server, ready, "again") == whole(ready["new"])


@pytest.mark.parametrize("milliseconds", [0, 15, 60, 200])
def test_a_server_that_is_killed_during_the_switch_has_one_version_whole_when_it_is_back(
    server: RunningServer, proxy: FaultyProxy, large: Versions, milliseconds: int, way: str
) -> None:
    push(server, large["old"])

    def kill() -> None:
        time.sleep(milliseconds / 1000)
        restarted(server)

    proxy.spoil(lambda seen: Fault("during", kill) if seen.is_switch else None)
    with suppress(RemoteError):
        push(server, large["new"], proxy, way)
    view_after(server, large, milliseconds)
    push(server, large["new"])
    assert view_after(server, large, "again") == whole(large["new"])


def test_a_server_that_loses_what_was_staged_keeps_the_old_version(
    server: RunningServer, proxy: FaultyProxy, ready: Versions
) -> None:
    steps = _steps(server, proxy, ready, "staged")
    # After the last comparison, before the last look.
    last = next(step.number for step in steps if step.is_switch) - 2

    def fault(seen: Seen) -> None:
        if seen.number == last:
            _lose_staged(server)

    proxy.spoil(fault)
    with pytest.raises(RemoteError, match=r"no longer there \(0 triples of 6[12]\)"):
        push(server, ready["new"], proxy, "staged")
    assert view_after(server, ready, "lost") == whole(ready["old"])


def test_virtuoso_alone_empties_a_graph_when_what_was_staged_is_lost_in_the_very_last_moment(
    server: RunningServer, proxy: FaultyProxy, ready: Versions
) -> None:
    def fault(seen: Seen) -> None:
        if seen.is_switch:
            _lose_staged(server)

    proxy.spoil(fault)
    with pytest.raises(RemoteError):
        push(server, ready["new"], proxy, "staged")
    with directly(server) as connection:
        assert view_of(connection) == (frozenset() if server.kind == "virtuoso" else whole(ready["old"]))


def _lose_staged(server: RunningServer) -> None:
    with directly(server) as connection:
        for name in staged_on(connection):
            connection.service.update(f"DROP SILENT GRAPH <{name}>")


@_STEPS
def test_an_interrupt_leaves_one_version_whole_and_nothing_staged_before_the_switch(
    server: RunningServer, ready: Versions, monkeypatch: pytest.MonkeyPatch, step: str, way: str
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if step == "upload":
            patch.setattr(GraphStore, "put", interrupted)
        else:
            patch.setattr(switching, "_step", interrupted)
            patch.setattr(changing, "_steps", interrupted)
        with pytest.raises(KeyboardInterrupt):
            push(server, ready["new"], None, way)
    assert view_after(server, ready, step) == whole(ready["old"])


def test_a_wrong_password_changes_nothing_at_any_step(
    server: RunningServer, ready: Versions, way: str
) -> None:
    if not server.credentials:
        pytest.skip(f"{server.kind} knows no passwords")
    for who in (Credentials("dba", "not the word"), Credentials("nobody", "dba"), Credentials()):
        with (
            connected(server.endpoint, who, server.kind) as found,
            pytest.raises(RemoteError, match=r"status 40[13]") as raised,
        ):
            Pusher(found.addresses, found.service, found.store).push(ready["new"], way)
        assert "not the word" not in str(raised.value)
    assert view_after(server, ready, "password") == whole(ready["old"])
    with directly(server) as connection:
        assert staged_on(connection) == []
