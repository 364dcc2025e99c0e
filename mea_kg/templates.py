"""What a CONSTRUCT makes: its template, as an INSERT, and as the patterns that each triple made from it fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pyoxigraph import NamedNode

from mea_kg.namespaces import RDF
from mea_kg.sparql.tokens import Token, tokens_of

_EVERYTHING = "?s ?p ?o"


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

    @property
    def predicates(self) -> frozenset[str] | None:
        """The IRIs of the predicates that are made; None where they may be any."""
        if _EVERYTHING in self.patterns:
            return None
        return frozenset(pattern.split()[1].strip("<>") for pattern in self.patterns)

    def as_update(self, graphs: Sequence[NamedNode], target: NamedNode) -> str:
        """An INSERT into the target of what the query constructs from the union of the graphs."""
        variables = [token.text for token in tokens_of(self.text) if token.kind == "variable"]
        names = " ".join(dict.fromkeys(f"?{variable[1:]}" for variable in variables)) or "*"
        using = " ".join(f"USING {graph}" for graph in graphs)
        # The query within lets ORDER BY, LIMIT and the like stay where they are.
        return (
            f"{self.prologue} INSERT {{ GRAPH {target} {{ {self.text}\n}} }} {using} "
            f"WHERE {{ {{ SELECT {names} {self.rest}\n}} }}"
        )


def read_template(text: str, form: int) -> Template:
    """The template of a query with its word CONSTRUCT at this place, also of the short form CONSTRUCT WHERE."""
    prologue, text = text[:form], text[form + len("CONSTRUCT") :]
    tokens = tokens_of(text)
    opening, closing = (
        next(index for index, token in enumerate(tokens) if token.signs(sign)) for sign in "{}"
    )
    template, made = text[tokens[opening].end : tokens[closing].end - 1], tokens[opening + 1 : closing]
    # Collections, and what is said of a triple, make blank nodes too.
    may_be_blank = any(
        token.kind == "blank" or (token.kind == "other" and not token.signs(".", ";", ",", "^^"))
        for token in made
    )
    return Template(
        prologue,
        template,
        text if opening else text[tokens[closing].end :],
        _patterns(made, prologue),
        may_be_blank or "BNODE" in text.upper(),
    )


def _patterns(template: Iterable[Token], prologue: str) -> tuple[str, ...]:
    """The patterns of the triples of a template; one for everything where these are not plain, or IRIs are relative."""
    found: dict[str, set[str]] = {}
    declared = tokens_of(prologue)
    if any(token.says("BASE") for token in declared):
        # One IRI may then be written in two ways.
        return (_EVERYTHING,)
    prefixes = {
        name.text.removesuffix(":"): iri.text[1:-1]
        for name, iri in pairwise(declared)
        if (name.kind, iri.kind) == ("name", "iri")
    }
    place, predicate = 0, ""
    tokens = iter(template)
    for token in tokens:
        if token.signs("^^"):
            next(tokens)
        elif token.signs(".", ";", ","):
            place = {".": 0, ";": 1, ",": 2}[token.text]
        elif token.kind == "other" or place > 2 or (place == 1 and token.kind == "variable"):
            return (_EVERYTHING,)
        else:
            if place == 1:
                predicate = _in_full(token, prefixes)
            if place == 2:
                value = _in_full(token, prefixes) if token.kind in ("iri", "name") else "?o"
                found.setdefault(predicate, set()).add(value)
            place += 1
    return tuple(
        f"?s {predicate} {value}"
        for predicate, values in found.items()
        for value in (["?o"] if "?o" in values else sorted(values))
    )


def _in_full(token: Token, prefixes: Mapping[str, str]) -> str:
    """An IRI in its one form, so that two triples with the same predicate are seen to have it."""
    if token.kind == "word":
        return f"<{RDF}type>"
    iri = token.in_full(prefixes)
    return token.text if iri is None else f"<{iri}>"
