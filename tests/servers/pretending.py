"""A small HTTP server that gives the answers of a bad one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from tests.servers.serving import serving


@dataclass(frozen=True)
class Reply:
    """What comes back: a status, a body, headers, after some seconds; `broken` closes the connection instead."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    after: float = 0.0
    broken: bool = False


JSON = {"Content-Type": "application/sparql-results+json"}


@contextmanager
def pretending(answer: Callable[[str, dict[str, str]], Reply]) -> Iterator[str]:
    """The endpoint of a server that answers with what the function makes of the query and the headers."""
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
            reply = answer(form.get("query", [""])[0], dict(self.headers))
            ended.wait(reply.after)
            if reply.broken:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            # Who asked may have given up.
            with suppress(ConnectionError):
                self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with serving(server):
        try:
            yield f"http://127.0.0.1:{server.server_port}/sparql"
        finally:
            ended.set()
