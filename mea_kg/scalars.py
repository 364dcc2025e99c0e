"""Text -> YAML that every YAML reader takes for that text: plain where it can be, in quotes where it must."""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.resolver import Resolver

WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
"""What may stand in a list between brackets."""

_RESOLVER: Any = Resolver()
_NODE: Any = yaml.ScalarNode
_STRING = "tag:yaml.org,2002:str"
# What YAML 1.2, or YAML 1.1 by the letter, takes for a number or a truth value, and PyYAML for text.
_OTHER = re.compile(r"[yYnN]|0o[0-7]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_FIRST = re.compile(r"[^\s,\[\]{}#&*!|>'\"%@`?:-]|[?:-][^\s?:-]")
_INSIDE = re.compile(
    r": | #|:$|\s\s|[^\x20-\x7e\xa0-\u167f\u1681-\u1fff\u200c\u200d\u2010-\u2027"
    r"\u202f-\u205e\u2070-\u2fff\u3001-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def is_plain(text: str) -> bool:
    """Whether text can stand without quotes, after a key or a dash.

    >>> [is_plain(text) for text in ("5(c)", "2005-01-01", "no", "a: b", "[a]", "-")]
    [True, False, False, False, False, False]
    """
    return (
        bool(_FIRST.match(text))
        and not _INSIDE.search(text)
        and not text.endswith(" ")
        and not _OTHER.fullmatch(text)
        and bool(_RESOLVER.resolve(_NODE, text, (True, False)) == _STRING)
    )


def in_one_line(text: str) -> str:
    """Text as one line of YAML.

    >>> print(in_one_line("3"), in_one_line('the "Secretariat": it'))
    "3" 'the "Secretariat": it'
    """
    if is_plain(text):
        return text
    if ('"' in text or "\\" in text) and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def block_lines(text: str) -> list[str] | None:
    """The lines of a text of several, to stand below `|-`; None where YAML would not read them as they are."""
    lines = text.split("\n")
    if len(lines) < 2 or not lines[0] or not lines[-1] or lines[0].startswith(" "):
        return None
    if any(line != line.rstrip() or (line and not line.isprintable()) for line in lines):
        return None
    return lines


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
