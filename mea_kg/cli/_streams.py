"""What the commands share that read and write the standard streams: no text that they write commands a terminal."""

from __future__ import annotations

import os
import sys

from mea_kg.errors import InputError
from mea_kg.layout import safe


def write(text: str) -> None:
    """Write to stdout: to a terminal with control characters as escapes, to a pipe or a file unchanged."""
    sys.stdout.write(safe(text) if sys.stdout.isatty() else text)


def takes_colour() -> bool:
    """Whether stdout is a terminal that shows colours, and `NO_COLOR` does not forbid them."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write_painted(text: str) -> None:
    """Write to stdout a text whose escape sequences are our own."""
    sys.stdout.write(text)


def complain(text: str) -> None:
    """Write a line to stderr, control characters as escapes."""
    if sys.stderr is not None:
        sys.stderr.write(safe(text) + "\n")


def progress(text: str) -> None:
    """Say how far something is, to somebody who looks on: nothing where stderr is no terminal."""
    if sys.stderr is not None and sys.stderr.isatty():
        complain(text)


def read() -> str:
    """All of standard input. Raises `InputError` where it is closed, or not UTF-8."""
    if sys.stdin is None:
        raise InputError("standard input is closed")
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise InputError(f"standard input: not UTF-8 ({error.reason})", "send text in UTF-8") from error


def prepare() -> None:
    """Make the streams say what they cannot take, and read UTF-8 with or without a byte order mark."""
    if sys.stdout is None:
        raise InputError("standard output is closed")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="strict")
