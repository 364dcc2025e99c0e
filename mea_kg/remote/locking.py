"""One push at a time: a note on the server says who is at it.

It does not rely on a server that carries out one update after the other, which some do not: each writes its own note,
then reads; who reads another's takes its own away and waits. Of two, the one whose note came last reads the other's.
"""

from __future__ import annotations

import os
import random
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from mea_kg.errors import RemoteError
from mea_kg.remote.protocol import SparqlService
from mea_kg.remote.retrying import patiently

LOCK_GRAPH = "https://w3id.org/mea-kg/graph/push-lock"
_WHO = "http://purl.org/dc/terms/creator"
_SINCE = "http://purl.org/dc/terms/created"
_BEAT = "http://purl.org/dc/terms/modified"
# How long we wait before we look again, in seconds.
_PAUSE = 1.0
# So many times the life of a note somebody who is alive may keep us waiting.
_PATIENCE = 3
# We say that we wait so many times in the life of a note.
_REMINDERS = 10
# Clocks differ, but not by this much.
_LONG = 24 * 3600
_STAMP = "%Y-%m-%dT%H:%M:%SZ"


class Lock:
    """The note of one push on a server. A note that stays as it is for `life` seconds is of a push that was killed."""

    def __init__(self, service: SparqlService, life: float, say: Callable[[str], None]) -> None:
        self._service = service
        self._life = life
        self._say = say
        self._token = secrets.token_hex(8)
        self._node = f"<{LOCK_GRAPH}/{self._token}>"
        self._beaten = 0.0

    def take(self) -> None:
        """Wait until nobody else is at it. Raises `RemoteError` where somebody keeps us waiting for very long."""
        began = time.monotonic()
        watched: dict[tuple[str, str], float] = {}
        told, told_at = "", began
        while True:
            others = self._others()
            if not others:
                self._write(taken=True)
                others = self._others()
                if not others:
                    return
                self.give_back()
            now = time.monotonic()
            long_ago = time.strftime(_STAMP, time.gmtime(time.time() - _LONG))
            watched = {note: watched.get(note, now) for note in others}
            for note, since in watched.items():
                if now - since > self._life or note[1] < long_ago:
                    self._break(note[0], others[note])
            who = next(iter(others.values()))
            if now - began > self._life * _PATIENCE:
                raise RemoteError(
                    f"{self._service.update_address}: somebody else pushes there: {who}",
                    "nothing was changed: try again when they are done",
                    409,
                )
            if who != told or now - told_at > self._life / _REMINDERS:
                told, told_at = who, now
                self._say(
                    f"waiting for another push: {who}; this one goes on when that has ended, or gave no sign of life "
                    f"for {self._life:.0f} seconds; if you know that it was killed or failed, the update "
                    f"CLEAR GRAPH <{LOCK_GRAPH}> on that server lets this one go on at once"
                )
            time.sleep(_PAUSE * random.uniform(0.2, 2.0))

    def keep(self) -> None:
        """Say that we are alive, if we have not said so lately. Raises `RemoteError`."""
        if time.monotonic() - self._beaten > self._life / 4:
            self._write()

    def give_back(self) -> None:
        """Take our note away, as far as the server lets us; what stays is broken by the next push."""
        with suppress(RemoteError):
            patiently(lambda: self._remove(self._node))

    def _write(self, taken: bool = False) -> None:
        now = time.strftime(_STAMP, time.gmtime())
        who = f"{socket.gethostname()}, process {os.getpid()}".replace("\\", " ").replace('"', " ")
        note = f'{self._node} <{_WHO}> "{who}" ; <{_BEAT}> "{now} {secrets.token_hex(4)}"'
        if taken:
            note += f' ; <{_SINCE}> "{now}"'
        self._beaten = time.monotonic()
        patiently(
            lambda: self._service.update(f"INSERT DATA {{ GRAPH <{LOCK_GRAPH}> {{ {note} }} }}"),
            after_timeout=False,
        )

    def _others(self) -> dict[tuple[str, str], str]:
        """Whose notes there are: node and last sign of life, and who it is in words."""
        text = (
            f"SELECT ?note ?who (MIN(?at) AS ?since) (MAX(?sign) AS ?beat) FROM <{LOCK_GRAPH}> WHERE {{ "
            f"?note <{_WHO}> ?who . ?note <{_SINCE}> ?at . ?note <{_BEAT}> ?sign }} GROUP BY ?note ?who"
        )
        rows = list(patiently(lambda: self._service.query(text)).solutions())
        return {
            (row["note"].value, row["beat"].value): f"{row['who'].value}, since {row['since'].value}"
            for row in rows
            if f"<{row['note'].value}>" != self._node
        }

    def _break(self, note: str, who: str) -> None:
        self._say(f"a push that gave no sign of life is taken for dead: {who}")
        patiently(lambda: self._remove(f"<{note}>"))

    def _remove(self, node: str) -> None:
        self._service.update(f"DELETE WHERE {{ GRAPH <{LOCK_GRAPH}> {{ {node} ?p ?o }} }}")


@contextmanager
def alone(service: SparqlService, say: Callable[[str], None], life: float) -> Iterator[Lock]:
    """Our turn to change what is on that server. Raises `RemoteError`."""
    lock = Lock(service, life, say)
    try:
        lock.take()
        yield lock
    finally:
        lock.give_back()
