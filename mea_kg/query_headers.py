"""The `#+` lines at the top of a query: a small, strict part of YAML.

What is read is what a YAML parser reads, but without one: its import alone takes 15 to 20 ms of every query.
Allowed are `key: text`, `key: [a, b]`, `key: >-` with a folded text below it, and `key:` with keys below it;
a text that YAML could read in another way is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

from mea_kg.errors import QueryError

Value: TypeAlias = "str | list[str] | Header"

_MARK = "#+"
_KEY = re.compile(r"(?P<key>[A-Za-z][A-Za-z0-9_-]*):(?: +(?P<value>.*))?$")
_LIST = re.compile(r"\[(?P<items>[^\[\]{}\"'#]*)\]$")
_AMBIGUOUS = re.compile(r"^[-?:,\[\]{}#&*!|>'\"%@`]|: |:$| #")


class Header(dict[str, "Value"]):
    """The keys of a header, or of a part of it; `lines` tells where each stands."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


class _Line(NamedTuple):
    number: int
    indent: int
    text: str


def read_header(text: str, path: Path) -> Header:
    """What the `#+` lines at the top of a query say; empty where there are none.

    Raises `QueryError` with file and line.
    """
    lines: list[_Line] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith(_MARK):
            break
        content = line[len(_MARK) :].rstrip()
        if content and not content.startswith(" "):
            raise _error(path, number, f"a space is missing after {_MARK}")
        if content.strip():
            content = content[1:]
            stripped = content.lstrip(" ")
            lines.append(_Line(number, len(content) - len(stripped), stripped))
    header, rest = _mapping(lines, 0, path)
    if rest:
        raise _error(path, rest[0].number, "this line is indented too far")
    return header


def _mapping(lines: Sequence[_Line], indent: int, path: Path) -> tuple[Header, Sequence[_Line]]:
    header = Header()
    while lines and lines[0].indent == indent:
        line = lines[0]
        match = _KEY.match(line.text)
        if match is None:
            raise _error(path, line.number, f"expected `key: value`, found {line.text!r}")
        key, value = match["key"], match["value"] or ""
        if key in header:
            raise _error(path, line.number, f"the key {key!r} stands here twice")
        below = lines[1:]
        count = next((index for index, other in enumerate(below) if other.indent <= indent), len(below))
        block, lines = below[:count], below[count:]
        header.lines[key] = line.number
        header[key] = _value(value, block, line, path)
    return header, lines


def _value(value: str, block: Sequence[_Line], line: _Line, path: Path) -> Value:
    if value == ">-":
        if not block:
            raise _error(path, line.number, "a text is missing below >-")
        if len({other.indent for other in block}) > 1:
            raise _error(path, line.number, "the lines of the text below >- are not indented alike")
        return " ".join(other.text for other in block)
    if not value:
        if not block:
            raise _error(path, line.number, "a value is missing")
        header, rest = _mapping(block, block[0].indent, path)
        if rest:
            raise _error(path, rest[0].number, "this line is not indented as its neighbours")
        return header
    if block:
        raise _error(path, block[0].number, "this line is indented too far")
    if match := _LIST.match(value):
        return [item.strip() for item in match["items"].split(",") if item.strip()]
    if _AMBIGUOUS.search(value):
        raise _error(path, line.number, f"this text must stand below >-: {value!r}")
    return value


def _error(path: Path, line: int, message: str) -> QueryError:
    return QueryError(
        f"{path}:{line}: {message}", "the lines with #+ at the top of a query are a small part of YAML"
    )
