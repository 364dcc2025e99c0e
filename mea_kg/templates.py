"""What a CONSTRUCT makes: its template, as an INSERT, and as the patterns that each triple made from it fits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from mea_kg.namespaces import RDF
from mea_kg.sparql_tokens import BLANK, IRI, NAME, TAG, TEXT, VARIABLE, WORD

_TOKEN = re.compile(
    rf"""
    (?P<space>\s+|\#[^\n]*)
    | (?P<iri>{IRI})
    | (?P<text>{TEXT}(?:{TAG}|\^\^(?:{IRI}|{NAME}))?)
    | (?P<variable>{VARIABLE})
    | (?P<blank>{BLANK})
    | (?P<name>{NAME})
    | (?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>{WORD})
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PREFIX = re.compile(r"PREFIX\s*([^\s:<]*):\s*<([^>]*)>", re.IGNORECASE)
_ANY = "?s ?p ?o"


@dataclass(frozen=True)
class Template:
    """The template of a CONSTRUCT, and the query around it.

    `patterns` are triple patterns with the variables ?s, ?p and ?o and the prefixes of the prologue: each triple that
    is made fits exactly one. `may_be_blank` says whether the query can make a blank node by itself.
    """

    prologue: str
    text: str
    rest: str
    patterns: tuple[str, ...]
    may_be_blank: bool

    def as_update(self, graphs: Sequence[NamedNode], target: NamedNode) -> str:
        """An INSERT into the target of what the query constructs from the union of the graphs."""
        variables = [token for kind, token in _tokens(self.text) if kind == "variable"]
        names = " ".join(dict.fromkeys(f"?{variable[1:]}" for variable in variables)) or "*"
        using = " ".join(f"USING {graph}" for graph in graphs)
        # The query within lets GROUP BY, ORDER BY and the like stay where they are.
        return (
            f"{self.prologue} INSERT {{ GRAPH {target} {{ {self.text}\n}} }} {using} "
            f"WHERE {{ {{ SELECT {names} {self.rest}\n}} }}"
        )


def read_template(text: str, form: int) -> Template:
    """The template of a query with its word CONSTRUCT at this place, also of the short form CONSTRUCT WHERE."""
    prologue, text = text[:form], text[form + len("CONSTRUCT") :]
    at = 0
    opening = closing = -1
    is_short = False
    for kind, token in _tokens(text, spaces=True):
        at += len(token)
        if kind == "word" and opening < 0:
            is_short = True
        if kind == "sign" and token == "{" and opening < 0:
            opening = at
        if kind == "sign" and token == "}":
            closing = at - 1
            break
    template = text[opening:closing]
    # Collections, and what is said of a triple, make blank nodes too.
    may_be_blank = any(
        kind == "blank" or (kind == "sign" and token not in ".;,") for kind, token in _tokens(template)
    )
    may_be_blank = may_be_blank or "BNODE" in text.upper()
    rest = text if is_short else text[closing + 1 :]
    return Template(prologue, template, rest, _patterns(template, prologue), may_be_blank)


def _tokens(text: str, spaces: bool = False) -> list[tuple[str, str]]:
    found = [(match.lastgroup or "", match.group()) for match in _TOKEN.finditer(text)]
    return [one for one in found if spaces or one[0] != "space"]


def _patterns(template: str, prologue: str) -> tuple[str, ...]:
    """The patterns of the triples of a template; one for everything where it is not of plain triples."""
    found: dict[str, set[str]] = {}
    prefixes = dict(_PREFIX.findall(prologue))
    place, predicate = 0, ""
    for kind, token in _tokens(template):
        if kind == "sign" and token in ".;,":
            place = {".": 0, ";": 1, ",": 2}[token]
        elif kind == "sign" or place > 2 or (place == 1 and kind == "variable"):
            return (_ANY,)
        else:
            if place == 1:
                predicate = _in_full(kind, token, prefixes)
            if place == 2:
                value = _in_full(kind, token, prefixes) if kind in ("iri", "name") else "?o"
                found.setdefault(predicate, set()).add(value)
            place += 1
    return tuple(
        f"?s {predicate} {value}"
        for predicate, values in found.items()
        for value in (["?o"] if "?o" in values else sorted(values))
    )


def _in_full(kind: str, token: str, prefixes: Mapping[str, str]) -> str:
    """An IRI in its one form, so that two triples with the same predicate are seen to have it."""
    if kind == "word":
        return f"<{RDF}type>"
    if kind != "name":
        return token
    prefix, _, local = token.partition(":")
    if prefix not in prefixes:
        return token
    local = re.sub(r"\\(.)", r"\1", local)
    return f"<{prefixes[prefix]}{local}>"
