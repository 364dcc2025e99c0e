"""One push at a time: who is at it says so on the server, and who was killed keeps nobody waiting for ever."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest

from mea_kg.errors import RemoteError
from mea_kg.remote import locking
from mea_kg.remote.contents import count_on
from mea_kg.remote.locking import LOCK_GRAPH, Lock, alone
from mea_kg.remote.protocol import SparqlService
from tests.servers.running import RunningServer
from tests.servers.versions import directly


@pytest.fixture
def service(server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[SparqlService]:
    monkeypatch.setattr(locking, "_PAUSE", 0.05)
    with directly(server) as connection:
        connection.service.update(f"DROP SILENT GRAPH <{LOCK_GRAPH}>")
        yield connection.service


def test_of_many_who_want_it_at_once_one_has_it_and_all_get_it(
    server: RunningServer, service: SparqlService
) -> None:
    at_it: list[int] = []
    most: list[int] = []

    def work() -> None:
        with directly(server) as own:
            for _ in range(3):
                with alone(own.service, lambda _: None, 60):
                    at_it.append(1)
                    most.append(len(at_it))
                    at_it.pop()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 9
    assert count_on(service, LOCK_GRAPH) == 0


def test_the_note_of_a_push_that_was_killed_is_broken_after_its_life_and_that_is_told(
    service: SparqlService,
) -> None:
    Lock(service, 60, lambda _: None).take()
    said: list[str] = []
    with alone(service, said.append, 0.3):
        assert "taken for dead" in " ".join(said)
        assert "process" in said[0]
    assert count_on(service, LOCK_GRAPH) == 0


def test_a_push_that_gives_signs_of_life_is_not_broken_but_told(
    service: SparqlService, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The other gives a sign of life each time that we say something.
    monkeypatch.setattr(locking, "_REMINDERS", 1000)
    alive = Lock(service, 0.01, lambda _: None)
    alive.take()
    said: list[str] = []

    def say(text: str) -> None:
        said.append(text)
        alive.keep()

    with (
        pytest.raises(RemoteError, match=r"somebody else pushes there: .*, process \d+, since 2"),
        alone(service, say, 1.0),
    ):
        pytest.fail("two at once")
    assert not any("dead" in text for text in said)
    alive.give_back()
    assert count_on(service, LOCK_GRAPH) == 0


def test_who_waits_is_told_once_and_how_to_go_on_at_once(
    server: RunningServer, service: SparqlService
) -> None:
    """A note may stay of a push that could not take it away, as on a full disk; its owner need not wait for its end."""
    Lock(service, 60, lambda _: None).take()
    said: list[str] = []

    def do_what_is_said() -> None:
        [command] = re.findall(r"CLEAR GRAPH <[^>]+>", said[0])
        with directly(server) as own:
            own.service.update(command)

    timer = threading.Timer(0.5, do_what_is_said)
    timer.start()
    with alone(service, said.append, 60):
        timer.join()
    assert len(said) == 1
    assert "60 seconds" in said[0]


def test_a_note_of_days_ago_is_broken_at_once(service: SparqlService) -> None:
    service.update(
        f'INSERT DATA {{ GRAPH <{LOCK_GRAPH}> {{ <{LOCK_GRAPH}/1> <{locking._WHO}> "host, process 1" ; '
        f'<{locking._SINCE}> "2020-01-01T00:00:00Z" ; <{locking._BEAT}> "2020-01-01T00:00:00Z 0" }} }}'
    )
    with alone(service, lambda _: None, 600):
        pass
    assert count_on(service, LOCK_GRAPH) == 0
