"""What a server's refusal means, in words, with what to do."""

from __future__ import annotations

import re
import ssl
from urllib.error import HTTPError

from mea_kg.errors import RemoteError, RemoteTimeout

# These say that the server, or what stands before it, is busy or starting.
_TRANSIENT = {408, 425, 429, 502, 503, 504}
_DISK_FULL = re.compile("no space left|out of disk", re.IGNORECASE)
_MAKE_ROOM = "make room on the server's disk"
# What Virtuoso writes behind a log whose end is torn is forgotten when it is started again.
_MAKE_ROOM_FOR_A_LOG = (
    f"{_MAKE_ROOM}, and in its isql run `checkpoint;` before you push again: until then it confirms what it "
    "forgets when it is killed"
)
_SHOWN = 300


def refusal(status: int, body: str, address: str, what: str, location: str | None = None) -> RemoteError:
    """The error for an HTTP status: `what` was asked of `address`, and `body` came back.

    `location` is where the server says that it is; nobody goes there by themselves, since that would carry the
    password to wherever an answer points.
    """
    said = readable_body(body)
    shown = f": {said}" if said else ""
    if 300 <= status < 400:
        there = readable_body(location) if location else "another address"
        return RemoteError(
            f"{address}: the server sends us on to {there} (status {status})",
            "give that address, if you trust it",
            status,
        )
    if status == 401:
        return RemoteError(
            f"{address}: {what} needs a user and password, or those given are wrong (status 401)",
            "set MEA_KG_USER and MEA_KG_PASSWORD, or MEA_KG_TOKEN, or name a file with --credentials",
            status,
        )
    if status == 403:
        return RemoteError(
            f"{address}: {what} is forbidden (status 403){shown}",
            "this user may not: ask who runs the server",
            status,
        )
    if status in (404, 405, 501):
        return RemoteError(
            f"{address}: {what} is not offered there (status {status}){shown}",
            "check the address, and name the kind of server with --server",
            status,
        )
    if status == 400:
        return RemoteError(f"{address}: {what} was refused (status 400){shown}", None, status)
    if status == 413:
        return RemoteError(
            f"{address}: {what} is too large for the server (status 413){shown}",
            "try --strategy update",
            status,
        )
    return RemoteError(
        f"{address}: {what} failed on the server (status {status}){shown}",
        _advice(status, body),
        status,
        status in _TRANSIENT,
    )


def _advice(status: int, body: str) -> str:
    if status == 507 or _DISK_FULL.search(body):
        return _MAKE_ROOM_FOR_A_LOG if "SR174" in body else _MAKE_ROOM
    return "try again later" if status in _TRANSIENT else "the server's log says more"


def unreachable(error: Exception, address: str, seconds: float) -> RemoteError:
    """The error for a server that gave no HTTP answer at all."""
    reason = _root(error)
    if isinstance(reason, ssl.SSLError) or "certificate" in str(reason).lower():
        return RemoteError(
            f"{address}: the server's certificate cannot be trusted ({_plain(reason)})",
            "SSL_CERT_FILE can name the certificate of your house's own authority",
        )
    if (
        isinstance(reason, TimeoutError)
        or "timed out" in str(error).lower()
        or "timeout" in type(error).__name__.lower()
    ):
        return RemoteTimeout(
            f"{address}: no answer within {seconds:g} seconds",
            "give more with --timeout SECONDS",
            transient=True,
        )
    if isinstance(reason, ConnectionRefusedError) or "refused" in str(reason).lower():
        return RemoteError(
            f"{address}: nothing listens there (connection refused)",
            "check the address, and that the server runs",
            transient=True,
        )
    return RemoteError(
        f"{address}: the connection broke ({_plain(reason)})",
        "check the address and the network",
        transient=True,
    )


def readable_body(body: str) -> str:
    """The words of an error's body, HTML or not: one line, not too long.

    >>> readable_body("<html><head><title>500</title></head><body><h1>Out of  memory</h1></body></html>")
    '500 Out of memory'
    """
    text = body
    if re.search(r"<(html|body|title|h1|p|pre)\b", body, re.IGNORECASE):
        text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL | re.IGNORECASE)
        text = re.sub(r"<[^>]*>", " ", text)
    text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def _root(error: BaseException) -> BaseException:
    seen = {id(error)}
    while True:
        inner = getattr(error, "reason", None)
        following = inner if isinstance(inner, BaseException) else error.__cause__
        # Before the connection broke the server may have asked for a password, which is another matter.
        if following is None or id(following) in seen or isinstance(following, HTTPError):
            return error
        seen.add(id(following))
        error = following


def _plain(error: BaseException) -> str:
    return " ".join(str(getattr(error, "strerror", None) or error or type(error).__name__).split())
