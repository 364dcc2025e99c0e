"""The SPARQL 1.1 Protocol, through SPARQLWrapper: queries and updates, and what can go wrong with them."""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from mea_kg.errors import RemoteError
from mea_kg.remote.credentials import Credentials
from mea_kg.remote.refusals import readable_body, refusal, unreachable

if TYPE_CHECKING:
    from SPARQLWrapper import SPARQLWrapper

N_TRIPLES = "application/n-triples"
# Virtuoso writes truth as a number. An unescaped quote cannot stand inside a JSON string, so only structure matches.
_NUMBER_FOR_TRUTH = re.compile(rb'("datatype"\s*:\s*"[^"]*#boolean"\s*,\s*"value"\s*:\s*)"([01])"')
# What Virtuoso says of a result that it cut at its limit, and of one that it broke off at its time limit.
_CUT, _BROKEN_OFF = "X-SPARQL-MaxRows", "X-SQL-State"


class Results:
    """The answer to a SELECT or ASK: the bytes as sent, and the limit of rows at which the server says it cut."""

    def __init__(self, content: bytes, limit: int | None, address: str, media_type: str = "") -> None:
        self.content = content
        self.limit = limit
        self._address = address
        self._media_type = media_type

    def parsed(self) -> QuerySolutions | QueryBoolean:
        """The solutions, to go through once, or the truth. Raises `RemoteError` where it cannot be one."""
        # Asked for JSON, a server may give XML, and may name JSON in its own way.
        is_xml = "xml" in self._media_type and "html" not in self._media_type
        try:
            if is_xml:
                return parse_query_results(self.content, format=QueryResultsFormat.XML)
            return parse_query_results(
                _NUMBER_FOR_TRUTH.sub(_truth, self.content), format=QueryResultsFormat.JSON
            )
        except (SyntaxError, ValueError) as error:
            raise self.unusable() from error

    def solutions(self) -> QuerySolutions:
        """The solutions of a SELECT. Raises `RemoteError` where it is something else."""
        parsed = self.parsed()
        if not isinstance(parsed, QuerySolutions):
            raise RemoteError(f"{self._address}: a truth value came where rows were asked for")
        return parsed

    def number(self) -> int:
        """How many solutions there are. Raises `RemoteError`, also where the answer breaks off."""
        try:
            return sum(1 for _ in self.solutions())
        except (SyntaxError, ValueError) as error:
            raise self.unusable() from error

    def rows(self) -> list[object]:
        """The solutions as the standard's JSON has them. Raises `RemoteError`."""
        try:
            written = self.solutions().serialize(format=QueryResultsFormat.JSON) or b""
        except (SyntaxError, ValueError) as error:
            raise self.unusable() from error
        rows: list[object] = json.loads(written)["results"]["bindings"]
        return rows

    def unusable(self) -> RemoteError:
        """The error for an answer that breaks off, or is something else than results."""
        if not self.content:
            return RemoteError(
                f"{self._address}: the answer is empty, though its status says that all went well",
                "check the address: it is to be that of a SPARQL service",
            )
        said = readable_body(self.content[-2000:].decode("utf-8", "replace"))
        kind = f" ({self._media_type})" if self._media_type else ""
        return RemoteError(
            f"{self._address}: the answer{kind} is not a whole SPARQL result, though its status says that all "
            "went well",
            f"check the address, or the server may have stopped; the answer ends: {said}",
        )


class SparqlService:
    """The query and update services of one server."""

    def __init__(self, query: str, update: str, credentials: Credentials, timeout: float) -> None:
        self.query_address = query
        self.update_address = update
        self._credentials = credentials
        self.timeout = timeout
        self._auth: str | None = None
        self._realm = ""

    def query(self, text: str, graphs: Sequence[str] = ()) -> Results:
        """The answer to a SELECT or ASK, of these graphs where the text names none. Raises `RemoteError`."""
        response = self._sent(text, self.query_address, "a query", "SELECT", graphs=graphs)
        return Results(self._read(response), _limit(response), self.query_address, _media_type(response))

    def construct(self, text: str, graphs: Sequence[str] = (), cut: bool = False) -> list[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE, asked for as N-Triples; `cut` allows a part of them.

        Raises `RemoteError`.
        """
        response = self._sent(text, self.query_address, "a query", "CONSTRUCT", N_TRIPLES, graphs)
        content, media_type = self._read(response), _media_type(response)
        limit = _limit(response)
        if limit is not None and not cut:
            raise RemoteError(
                f"{self.query_address}: the server cut the answer at its limit of {limit:,}",
                "ask for parts of it, or for rows with SELECT, which are put together from pages",
            )
        try:
            form = (RdfFormat.from_media_type(media_type) if media_type else None) or RdfFormat.N_TRIPLES
            return [quad.triple for quad in parse(content, format=form)]
        except (SyntaxError, ValueError) as error:
            raise Results(content, None, self.query_address, media_type).unusable() from error

    def update(self, text: str) -> None:
        """Carry out an update. Raises `RemoteError`."""
        self._read(self._sent(text, self.update_address, "an update", "INSERT"))

    def _read(self, response: Any) -> bytes:
        from http.client import HTTPException

        try:
            content: bytes = response.read()
        except (OSError, HTTPException) as error:
            raise unreachable(error, response.geturl(), self.timeout) from error
        if response.info().get(_BROKEN_OFF):
            raise RemoteError(
                f"{response.geturl()}: the server broke the query off at its limit of time and sent a part",
                "ask for less, or have the limit raised",
            )
        return content

    def _sent(
        self, text: str, address: str, what: str, kind: str, accept: str = "", graphs: Sequence[str] = ()
    ) -> Any:
        from http.client import HTTPException
        from urllib.error import HTTPError

        from SPARQLWrapper import SPARQLExceptions

        statuses = {
            SPARQLExceptions.QueryBadFormed: 400,
            SPARQLExceptions.Unauthorized: 401,
            SPARQLExceptions.EndPointNotFound: 404,
            SPARQLExceptions.URITooLong: 414,
            SPARQLExceptions.EndPointInternalError: 500,
        }
        try:
            with _opener_kept():
                response = self._wrapper(text, address, kind, accept, graphs).query().response
        except SPARQLExceptions.SPARQLWrapperException as error:
            status = statuses.get(type(error), 500)
            if status == 401 and self._credentials.user and self._auth is None:
                self._auth, self._realm = self._asked_for(address)
                return self._sent(text, address, what, kind, accept, graphs)
            raise refusal(status, _body(error), address, what) from error
        except HTTPError as error:
            body = error.read().decode("utf-8", "replace")
            raise refusal(error.code, body, address, what, error.headers.get("location")) from error
        except (OSError, HTTPException) as error:
            raise unreachable(error, address, self.timeout) from error
        # Digest authentication comes with an opener of its own, which follows a redirect.
        if response.geturl() != address:
            raise refusal(302, "", address, what, response.geturl())
        return response

    def _wrapper(
        self, text: str, address: str, kind: str, accept: str, graphs: Sequence[str]
    ) -> SPARQLWrapper:
        from SPARQLWrapper import BASIC, DIGEST, JSON, POST, TURTLE, URLENCODED, SPARQLWrapper

        wrapper = SPARQLWrapper(address, agent="mea-kg")
        wrapper.setTimeout(math.ceil(self.timeout))
        wrapper.setMethod(POST)
        # A form, since Virtuoso never answers to a POST of the bare query.
        wrapper.setRequestMethod(URLENCODED)
        wrapper.setOnlyConneg(True)
        wrapper.setReturnFormat(JSON if kind == "SELECT" else TURTLE)
        wrapper.setQuery(text)
        # It guesses the type from the text, wrongly where a comment or a name misleads it.
        wrapper.queryType = kind
        for graph in graphs:
            wrapper.addDefaultGraph(graph)
        if accept:
            wrapper.addCustomHttpHeader("Accept", accept)
        if self._credentials.token:
            wrapper.addCustomHttpHeader("Authorization", f"Bearer {self._credentials.token}")
        elif self._auth:
            wrapper.setHTTPAuth({"basic": BASIC, "digest": DIGEST}[self._auth])
            wrapper.setCredentials(self._credentials.user, self._credentials.password, self._realm)
        return wrapper

    def _asked_for(self, address: str) -> tuple[str, str]:
        """Whether the server wants basic or digest authentication, and what it calls itself."""
        import httpx

        try:
            response = httpx.post(address, data={"query": "ASK {}"}, timeout=self.timeout)
        except httpx.HTTPError as error:
            raise unreachable(error, address, self.timeout) from error
        challenge = response.headers.get("www-authenticate", "")
        realm = re.search(r'realm="([^"]*)"', challenge)
        return "digest" if "digest" in challenge.lower() else "basic", realm[1] if realm else ""


@contextmanager
def _opener_kept() -> Iterator[None]:
    """Keeps what urllib opens addresses with: SPARQLWrapper installs one that knows our password, for all who ask.

    Meanwhile it goes nowhere else by itself: urllib would take our password along to any host.
    """
    import urllib.request

    class Nowhere(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    module = vars(urllib.request)
    kept = module["_opener"]
    module["_opener"] = urllib.request.build_opener(Nowhere)
    try:
        yield
    finally:
        module["_opener"] = kept


def _limit(response: Any) -> int | None:
    limit = response.info().get(_CUT)
    return int(limit) if limit and limit.isdigit() else None


def _media_type(response: Any) -> str:
    return str(response.info().get_content_type()) if response.info().get("Content-Type") else ""


def _truth(match: re.Match[bytes]) -> bytes:
    return match[1] + (b'"true"' if match[2] == b"1" else b'"false"')


def _body(error: Exception) -> str:
    """The body of the server's answer, which SPARQLWrapper keeps as the text of a bytes literal in its message."""
    _, _, shown = str(error).partition("Response:\n")
    try:
        content = ast.literal_eval(shown.strip())
    except (SyntaxError, ValueError):
        return shown
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
