"""A small server that asks who we are, and keeps what it was told: it holds nothing."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.servers.serving import serving

EMPTY = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"0"}}]}}'


@dataclass
class FakeServer:
    """Its address, what it wants to be told, where it sends people, and the headers of all that came."""

    address: str = ""
    wants: str = ""
    goes_to: str = ""
    status: int = 302
    seen: list[dict[str, str]] = field(default_factory=list)

    @property
    def authorizations(self) -> list[str]:
        return [headers["authorization"] for headers in self.seen if "authorization" in headers]


def basic(user: str, password: str) -> str:
    """What basic authentication sends."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@contextmanager
def fake_server(
    wants: str = "", goes_to: str = "", status: int = 302, certificate: Path | None = None
) -> Iterator[FakeServer]:
    """A server that wants that `Authorization`, or sends all to `goes_to`; with TLS where it has a certificate."""
    fake = FakeServer(wants=wants, goes_to=goes_to, status=status)

    class Handler(BaseHTTPRequestHandler):
        def any(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fake.seen.append({name.lower(): text for name, text in self.headers.items()})
            if fake.goes_to:
                self.answer(fake.status, {"Location": fake.goes_to})
            elif fake.wants and self.headers.get("Authorization") != fake.wants:
                self.answer(401, {"WWW-Authenticate": f'{fake.wants.split()[0]} realm="house"'})
            elif self.command == "POST":
                self.answer(200, {"Content-Type": "application/sparql-results+json"}, EMPTY)
            else:
                self.answer(204, {})

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = any

        def answer(self, status: int, headers: dict[str, str], content: bytes = b"") -> None:
            self.send_response(status)
            for name, text in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: tests are quiet."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Nothing: a client that does not trust us goes away."""

    server = Server(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    fake.address = f"{scheme}://127.0.0.1:{server.server_address[1]}"
    with serving(server):
        yield fake
