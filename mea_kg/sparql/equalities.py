"""Reads where a query compares what it makes of two values: such a comparison joins them, as a pattern does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode

from mea_kg.sparql.patterns import Choice, Computed, Group, Key, Link, Matching, Pattern, Var
from mea_kg.sparql.tokens import Token

_OF_STRINGS = (
    "STR",
    "LCASE",
    "UCASE",
    "REPLACE",
    "SUBSTR",
    "CONCAT",
    "STRBEFORE",
    "STRAFTER",
    "ENCODE_FOR_URI",
)
"""Functions that give the same string for the same values, or an error: two strings are equal as terms are."""


def computed(tokens: Sequence[Token]) -> Computed | None:
    """What these tokens make of one variable, if it is a string."""
    tokens = bare(tokens)
    if not tokens:
        return None
    if len(tokens) == 1 and tokens[0].kind == "variable":
        return Computed(tokens[0].text[1:], "")
    names = {token.text[1:] for token in tokens if token.kind == "variable"}
    known = all(
        token.kind in ("variable", "number")
        or (token.kind == "text" and "?it" not in token.text)
        or token.says(*_OF_STRINGS)
        or token.signs("(", ")", ",")
        for token in tokens
    )
    if len(names) != 1 or not known or not tokens[0].says(*_OF_STRINGS):
        return None
    return Computed(
        names.pop(), " ".join("?it" if token.kind == "variable" else token.text for token in tokens)
    )


def equalities(tokens: Sequence[Token]) -> list[tuple[Computed, Computed]]:
    """The comparisons of which each must hold for a filter to hold."""
    found = []
    for part in _parts(bare(tokens), "&"):
        sides = [computed(side) for side in _parts(bare(part), "=")]
        if len(sides) == 2 and sides[0] and sides[1]:
            found.append((sides[0], sides[1]))
    return found


def matching(group: Group) -> Iterator[Pattern]:
    """The joins that a group's comparisons make between values of properties."""
    for sides in group.equal:
        one, other = (_resolved(side, group) for side in sides)
        keys = [Key(side.expression, _properties(side.variable, group)) for side in (one, other)]
        if one.variable != other.variable and all(key.expression and key.predicates for key in keys):
            yield Pattern(Var(one.variable), Matching(*keys), Var(other.variable))


def _resolved(side: Computed, group: Group) -> Computed:
    """The same with what BIND gave the variable."""
    inner = group.computed.get(side.variable)
    if inner is None or not inner.expression:
        return side
    return Computed(inner.variable, side.expression.replace("?it", inner.expression) or inner.expression)


def _properties(name: str, group: Group) -> frozenset[NamedNode]:
    """Properties of which one has each value of a variable; none where that cannot be said."""
    limits = group.limits()
    for pattern in group.required():
        if pattern.object == Var(name):
            ways = pattern.path.ways if isinstance(pattern.path, Choice) else (pattern.path,)
            links = [way.predicate for way in ways if isinstance(way, Link)]
            found = set[NamedNode]()
            for link in links:
                found |= {link} if isinstance(link, NamedNode) else limits.get(link.name, frozenset())
            if len(links) == len(ways) and found:
                return frozenset(found)
    return frozenset()


def _parts(tokens: Sequence[Token], sign: str) -> Iterator[Sequence[Token]]:
    """What stands between these signs outside of brackets; nothing where another operator stands there."""
    depth, start = 0, 0
    cuts = []
    for index, token in enumerate(tokens):
        depth += token.signs("(") - token.signs(")")
        if depth:
            continue
        if token.signs("|", "!", "<", ">") and (sign == "=" or token.signs("|")):
            return
        if token.signs(sign):
            cuts.append(index)
    for cut in [*cuts, len(tokens)]:
        if cut > start:
            yield tokens[start:cut]
        start = cut + 1


def bare(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens without brackets around all of them."""
    while len(tokens) > 1 and tokens[0].signs("(") and _closes(tokens):
        tokens = tokens[1:-1]
    return tokens


def _closes(tokens: Sequence[Token]) -> bool:
    """Whether the first bracket is closed by the last token."""
    depth = 0
    for index, token in enumerate(tokens):
        depth += token.signs("(") - token.signs(")")
        if not depth:
            return index == len(tokens) - 1
    return False
