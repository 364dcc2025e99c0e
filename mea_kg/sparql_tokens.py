"""The tokens of SPARQL: as regular expressions that its readers share and of which none captures, and of a query."""

from __future__ import annotations

import re
from dataclasses import dataclass

IRI = r"""<[^<>"{}|^`\\\x00-\x20]*>"""
TEXT = r"""(?:\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
TAG = r"@[A-Za-z][A-Za-z0-9-]*"
VARIABLE = r"[?$]\w+"
BLANK = r"_:[\w.-]*\w"
_LETTER = r"[\w:]|%[0-9A-Fa-f]{2}|\\."
_INSIDE = r"[\w.:-]|%[0-9A-Fa-f]{2}|\\."
_LAST = r"[\w:-]|%[0-9A-Fa-f]{2}|\\."
NAME = rf"(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:{_LETTER})(?:(?:{_INSIDE})*(?:{_LAST}))?)?"
WORD = r"[^\W\d]\w*"
_TOKEN = re.compile(
    rf"""
    (?P<space>\s+|\#[^\n]*)
    | (?P<iri>{IRI})
    | (?P<text>{TEXT}(?:{TAG})?)
    | (?P<variable>{VARIABLE})
    | (?P<blank>{BLANK})
    | (?P<name>{NAME})
    | (?P<number>[+-]?(?:(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+|\d*\.\d+|\d+))
    | (?P<word>{WORD})
    | (?P<other>\^\^|.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A token of SPARQL: what kind it is, its text, and where in the query it ends."""

    kind: str
    text: str
    end: int

    def says(self, *words: str) -> bool:
        """Whether it is one of these keywords."""
        return self.kind == "word" and self.text.upper() in words

    def signs(self, *signs: str) -> bool:
        """Whether it is one of these signs."""
        return self.kind == "other" and self.text in signs


def tokens_of(text: str) -> list[Token]:
    """The tokens of a query without spaces and comments, and one of the kind `end` behind them."""
    found = [
        Token(match.lastgroup or "other", match.group(), match.end())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "space"
    ]
    return [*found, Token("end", "", len(text))]
