"""Places of subjects and properties in Turtle, TriG, N-Triples and N-Quads.

The parser gives triples without places. The text is gone through a second time, by its tokens: what begins a
statement is a subject, what follows it or a semicolon a property. Only texts that the parser has read come here.
"""

from __future__ import annotations

import re

from mea_kg.namespaces import RDF
from mea_kg.places import Place
from mea_kg.rdf.places import Found, Lines, resolved

_TOKEN = re.compile(
    r"""
    (?P<space>[\s]+|\#[^\n]*)
    | (?P<iri><[^<>"{}|^`\s]*>)
    | (?P<text>\"\"\"[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"\"\"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''
        |"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*')
    | (?P<blank>_:[^\s,;<>"'\[\](){}]+)
    | (?P<tag>@[A-Za-z][A-Za-z0-9-]*)
    | (?P<sign>\^\^|[\[\](){};,])
    | (?P<word>[^\s<>"'\[\](){};,#^@]+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SUBJECT, _PREDICATE, _OBJECT = "subject", "predicate", "object"


def find_places(text: str, file: str, base: str) -> Found:
    """The places in a text; `base` is what relative IRIs are relative to at its beginning."""
    scanner = _Scanner(Lines(file, text), base)
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            scanner.take(match.lastgroup or "other", match.group(), match.start())
    return scanner.found


class _Scanner:
    """Follows the statements of a text."""

    def __init__(self, lines: Lines, base: str) -> None:
        self.found = Found(lines.place(0))
        self._lines = lines
        self._base = base
        self._prefixes: dict[str, str] = {}
        self._declares: list[str] | None = None
        self._expects = _SUBJECT
        self._subject = ""
        self._depth = 0

    def take(self, kind: str, token: str, offset: int) -> None:
        """Take one token."""
        if self._declares is not None:
            self._declare(kind, token)
        elif self._begins_declaration(kind, token):
            self._declares = [token.lstrip("@").lower()]
        elif kind == "sign":
            self._sign(token, offset)
        elif kind == "word" and token.endswith(".") and self._depth == 0:
            # A dot that ends a statement may stand right behind the last word of it.
            if token != ".":
                self._term("word", token.rstrip("."), offset)
            self._expects = _SUBJECT
        elif kind in ("iri", "word", "blank", "text"):
            self._term(kind, token, offset)
            if kind == "blank" and token.endswith(".") and self._depth == 0:
                self._expects = _SUBJECT

    def _begins_declaration(self, kind: str, token: str) -> bool:
        named = token.lower() in ("@prefix", "@base") if kind == "tag" else False
        plain = kind == "word" and token.lower() in ("prefix", "base") and self._expects == _SUBJECT
        return self._depth == 0 and (named or plain)

    def _declare(self, kind: str, token: str) -> None:
        assert self._declares is not None
        if kind != "iri":
            self._declares.append(token)
            return
        iri = resolved(self._base, _unescaped(token[1:-1]))
        if self._declares[0] == "base":
            self._base = iri
        else:
            self._prefixes[self._declares[-1]] = iri
        self._declares = None

    def _sign(self, sign: str, offset: int) -> None:
        if sign in "[(":
            self._see_blank(self._lines.place(offset))
            self._depth += 1
        elif sign in "])":
            self._depth -= 1
            if self._depth == 0 and self._expects == _SUBJECT:
                self._subject, self._expects = "", _PREDICATE
        elif self._depth == 0 and sign in "{}":
            self._expects = _SUBJECT
        elif self._depth == 0 and sign == ";":
            self._expects = _PREDICATE

    def _term(self, kind: str, token: str, offset: int) -> None:
        place = self._lines.place(offset)
        if kind == "blank":
            self._see_blank(place)
        if self._depth:
            return
        iri = self._iri(kind, token)
        if self._expects == _SUBJECT:
            if token.upper() == "GRAPH":
                return
            self._subject, self._expects = iri, _PREDICATE
            self.found.nodes.setdefault(iri, place)
        elif self._expects == _PREDICATE:
            self._expects = _OBJECT
            self.found.fields.setdefault((self._subject, RDF + "type" if token == "a" else iri), place)

    def _see_blank(self, place: Place) -> None:
        self.found.blank = self.found.blank or place

    def _iri(self, kind: str, token: str) -> str:
        if kind == "iri":
            return resolved(self._base, _unescaped(token[1:-1]))
        prefix, colon, local = token.partition(":")
        return self._prefixes.get(prefix + colon, "") + re.sub(r"\\(.)", r"\1", local)


def _unescaped(iri: str) -> str:
    return _ESCAPE.sub(lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), iri)
