"""The tokens of a query in SPARQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

IRI = r"""<[^<>"{}|^`\\\x00-\x20]*>"""
_TEXT = r"""(?:\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_TAG = r"@[A-Za-z][A-Za-z0-9-]*"
_VARIABLE = r"[?$]\w+"
_BLANK = r"_:[\w.-]*\w"
_LETTER = r"[\w:]|%[0-9A-Fa-f]{2}|\\."
_INSIDE = r"[\w.:-]|%[0-9A-Fa-f]{2}|\\."
_LAST = r"[\w:-]|%[0-9A-Fa-f]{2}|\\."
_NAME = rf"(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:{_LETTER})(?:(?:{_INSIDE})*(?:{_LAST}))?)?"
_WORD = r"[^\W\d]\w*"
_TOKEN = re.compile(
    rf"""
    (?P<space>\s+|\#[^\n]*)
    | (?P<iri>{IRI})
    | (?P<text>{_TEXT}(?:{_TAG})?)
    | (?P<variable>{_VARIABLE})
    | (?P<blank>{_BLANK})
    | (?P<name>{_NAME})
    | (?P<number>[+-]?(?:(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+|\d*\.\d+|\d+))
    | (?P<word>{_WORD})
    | (?P<other>\^\^|.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A token of SPARQL: what kind it is, its text, and where in the query it begins and ends."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def variable(self) -> str:
        """The name of a variable without its mark, empty for another token."""
        return self.text[1:] if self.kind == "variable" else ""

    def in_full(self, prefixes: Mapping[str, str]) -> str | None:
        """The IRI of a name with a prefix; None where the prefix is not declared, and for another token."""
        prefix, _, local = self.text.partition(":")
        if self.kind != "name" or prefix not in prefixes:
            return None
        return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)

    def says(self, *words: str) -> bool:
        """Whether it is one of these keywords."""
        return self.kind == "word" and self.text.upper() in words

    def signs(self, *signs: str) -> bool:
        """Whether it is one of these signs."""
        return self.kind == "other" and self.text in signs


def tokens_of(text: str) -> list[Token]:
    """The tokens of a query without spaces and comments, and one of the kind `end` behind them."""
    found = [
        Token(match.lastgroup or "other", match.group(), match.start(), match.end())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "space"
    ]
    return [*found, Token("end", "", len(text), len(text))]
