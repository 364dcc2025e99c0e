"""The SPARQL 1.1 Graph Store HTTP Protocol, through httpx: whole graphs, written and read as streams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mea_kg.errors import RemoteError
from mea_kg.remote.credentials import Credentials
from mea_kg.remote.protocol import N_TRIPLES
from mea_kg.remote.refusals import refusal, unreachable

if TYPE_CHECKING:
    import httpx


_CHUNK = 1 << 20


class GraphStore:
    """The graph store at an address; nothing is sent before the first call."""

    def __init__(self, address: str, credentials: Credentials, timeout: float) -> None:
        self.address = address
        self._credentials = credentials
        self._timeout = timeout
        self._client: httpx.Client | None = None

    def put(self, graph: str, content: Path, options: Sequence[tuple[str, str]] = ()) -> None:
        """Replace that graph by a file of N-Triples; `options` are parameters of this server. Raises `RemoteError`."""
        # With a length, not in chunks: Virtuoso answers 204 to a chunked PUT and empties the graph.
        length = str(content.stat().st_size)
        headers = {"Content-Length": length}
        self._send("PUT", graph, "writing a graph", _File(content), headers, options=options)

    def delete(self, graph: str) -> bool:
        """Remove that graph; whether it was there, as far as the server tells. Raises `RemoteError`."""
        return self._send("DELETE", graph, "removing a graph", allowed=(404,)).status_code != 404

    @contextmanager
    def read(self, graph: str) -> Iterator[Iterator[bytes]]:
        """The N-Triples of that graph, in chunks; none where there is no such graph. Raises `RemoteError`."""
        import httpx

        client = self._opened()
        try:
            with client.stream(
                "GET", self.address, params={"graph": graph}, headers={"Accept": N_TRIPLES}
            ) as response:
                if response.status_code == 404:
                    yield iter(())
                    return
                if response.status_code != 200:
                    response.read()
                    raise refusal(
                        response.status_code,
                        response.text,
                        self.address,
                        "reading a graph",
                        response.headers.get("location"),
                    )
                yield response.iter_bytes(_CHUNK)
        except httpx.HTTPError as error:
            raise unreachable(error, self.address, self._timeout) from error

    def close(self) -> None:
        """Give back the connections."""
        if self._client is not None:
            self._client.close()

    def authenticate(self, graph: str) -> None:
        """Learn how the server wants to be told who we are, by removing a graph that does not exist.

        A large body must not be sent twice, and a server may only ask for a password when something is written.
        """
        import httpx

        if self._credentials.user is None:
            return
        client = self._opened()
        try:
            response = client.delete(self.address, params={"graph": graph})
        except httpx.HTTPError as error:
            raise unreachable(error, self.address, self._timeout) from error
        if response.status_code == 401:
            client.auth = _answer_to(response.headers.get("www-authenticate", ""), self._credentials)
            # Digest authentication learns the server's number from the first answer, which must cost no large body.
            self.delete(graph)

    def _send(
        self,
        method: str,
        graph: str,
        what: str,
        content: Iterable[bytes] | None = None,
        headers: dict[str, str] | None = None,
        allowed: tuple[int, ...] = (),
        options: Sequence[tuple[str, str]] = (),
    ) -> httpx.Response:
        import httpx

        try:
            response = self._opened().request(
                method,
                self.address,
                params={"graph": graph, **dict(options)},
                content=content,
                headers={"Content-Type": N_TRIPLES, **headers} if headers else None,
            )
        except httpx.HTTPError as error:
            raise unreachable(error, self.address, self._timeout) from error
        if response.status_code not in allowed and not response.is_success:
            raise refusal(
                response.status_code, response.text, self.address, what, response.headers.get("location")
            )
        return response

    def _opened(self) -> httpx.Client:
        import httpx

        if self._client is None:
            headers = {"User-Agent": "mea-kg"}
            if self._credentials.token:
                headers["Authorization"] = f"Bearer {self._credentials.token}"
            self._client = httpx.Client(timeout=self._timeout, headers=headers)
        return self._client


def _answer_to(challenge: str, credentials: Credentials) -> httpx.Auth:
    import httpx

    user, password = credentials.user or "", credentials.password or ""
    if "digest" in challenge.lower():
        return httpx.DigestAuth(user, password)
    if "basic" in challenge.lower():
        return httpx.BasicAuth(user, password)
    raise RemoteError(
        f"the server asks for a way of authentication that is not known here: {challenge!r}",
        "basic, digest and bearer tokens are",
    )


class _File:
    """The bytes of a file, from its beginning each time that they are asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
