"""A proxy that breaks: it passes requests on to a server, but for those that it is told to spoil."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from mea_kg.namespaces import AUTHORED, INFERRED
from tests.servers.serving import serving

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}
PAGE = b"<html><head><title>Sorry</title></head><body><h1>Something went wrong</h1></body></html>"


@dataclass(frozen=True)
class Fault:
    """How a request is spoiled.

    An HTTP status (`"500"`), unseen by the server; `closed`: the connection, unseen by the server; `lost`: the server
    does it and its answer is lost; `cut`: half of its answer comes; `half`: the server gets half of the request;
    `during`: the server gets the request, and nobody waits for the answer. `then` happens before the connections close.
    """

    kind: str
    then: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Seen:
    """A request: its number from 1, what it is, and whether it is more than the question how to say who we are."""

    number: int
    method: str
    path: str
    body: bytes
    authorized: bool

    @property
    def is_switch(self) -> bool:
        """Whether it is an update that changes a graph of ours, not what lies beside it."""
        if self.method != "POST" or not self.authorized:
            return False
        [update] = parse_qs(self.body.decode()).get("update", [""])
        return any(f"<{name}>" in update for name in (AUTHORED, INFERRED))


@dataclass
class FaultyProxy:
    """What stands before a server (which may ask who we are): its own address, what it has seen and spoils."""

    target: str
    address: str = ""
    asks: bool = False
    seen: list[Seen] = field(default_factory=list)
    fault: Callable[[Seen], Fault | None] = lambda _: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def spoil(self, fault: Callable[[Seen], Fault | None]) -> None:
        """Spoil from now on, with requests numbered anew."""
        self.seen.clear()
        self.fault = fault


@contextmanager
def faulty_proxy(target: str) -> Iterator[FaultyProxy]:
    """A proxy before the server at that base address."""
    proxy = FaultyProxy(target)

    class Handler(_Handler):
        to = proxy

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    proxy.address = f"http://127.0.0.1:{server.server_address[1]}"
    with serving(server):
        yield proxy


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    to: FaultyProxy

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.to.lock:
            seen = Seen(
                len(self.to.seen) + 1,
                self.command,
                self.path,
                body,
                "Authorization" in self.headers or not self.to.asks,
            )
            self.to.seen.append(seen)
            fault = self.to.fault(seen)
        if fault is None:
            self._pass_on(body)
        elif fault.kind.isdigit():
            self._answer(int(fault.kind), {"Content-Type": "text/html"}, PAGE)
        else:
            self._spoil(fault, body)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _any

    def _spoil(self, fault: Fault, body: bytes) -> None:
        self.close_connection = True
        if fault.kind in ("lost", "cut"):
            try:
                response, content = self._asked(body)
            except (OSError, HTTPException):
                return
            if fault.kind == "cut":
                self._answer(response.status, dict(response.getheaders()), content, len(content) // 2)
        elif fault.kind in ("half", "during"):
            self._send(body, len(body) // 2 if fault.kind == "half" else len(body), fault.then)
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _pass_on(self, body: bytes) -> None:
        try:
            response, content = self._asked(body)
        except (OSError, HTTPException):
            self.close_connection = True
            return
        self._answer(response.status, dict(response.getheaders()), content)

    def _asked(self, body: bytes) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection(urlsplit(self.to.target).netloc, timeout=60)
        try:
            headers = {name: text for name, text in self.headers.items() if name.lower() not in HOP_BY_HOP}
            connection.request(self.command, self.path, body, {**headers, "Content-Length": str(len(body))})
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def _send(self, body: bytes, length: int, then: Callable[[], object]) -> None:
        """Send the server so much of the body, and never wait for an answer."""
        parts = urlsplit(self.to.target)
        with socket.create_connection((str(parts.hostname), int(parts.port or 80))) as connection:
            lines = [f"{self.command} {self.path} HTTP/1.1", f"Host: {parts.netloc}"]
            lines += [f"{name}: {text}" for name, text in self.headers.items() if name.lower() != "host"]
            connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body[:length])
            then()

    def _answer(self, status: int, headers: dict[str, str], content: bytes, sent: int | None = None) -> None:
        self.send_response_only(status)
        for name, text in headers.items():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, text)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[:sent])

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests are quiet."""
