"""Which statements a query can match: a graph of these alone gives it the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import NamedNode

from mea_kg.sparql.parsing import NotReadError, parsed
from mea_kg.sparql.patterns import (
    Choice,
    Group,
    Inverse,
    Link,
    Path,
    Pattern,
    Repeated,
    Same,
    Sequence,
    Var,
)

Wanted = Mapping[str, frozenset[str] | None]
"""Predicates, each with the objects that matter, or None for all of them."""


class _Everything(Exception):
    """A pattern that any statement can match."""


def wanted(text: str) -> Wanted | None:
    """The statements that a SELECT or a CONSTRUCT can match; None where it may be any of the graph.

    >>> wanted("SELECT ?x { ?x <urn:p> <urn:a> ; <urn:q>+ ?y }")
    {'urn:p': frozenset({'urn:a'}), 'urn:q': None}
    >>> wanted("SELECT ?x { ?x ?p <urn:a> }") is None
    True
    """
    found: dict[str, frozenset[str] | None] = {}
    try:
        for predicate, objects in _of(parsed(text).group, frozenset()):
            before = found.get(predicate, frozenset())
            found[predicate] = None if before is None or objects is None else before | objects
    except (NotReadError, _Everything):
        return None
    return found


def _of(group: Group, outside: frozenset[str]) -> Iterator[tuple[str, frozenset[str] | None]]:
    """What a group matches, whose rows are asked for with these variables bound."""
    joined = [pattern for one in group.level() for pattern in one.patterns]
    bound = outside | {
        name for pattern in joined if not _may_stay(pattern.path) for name in pattern.variables()
    }
    limits = group.limits()
    for one in group.level():
        for pattern in one.patterns:
            yield from _of_pattern(pattern, bound, limits)
        for inner in (*(branch for branches in one.unions for branch in branches), *one.optional, *one.minus):
            yield from _of(inner, frozenset())
        for inner in one.exists:
            yield from _of(inner, bound)


def _of_pattern(
    pattern: Pattern, bound: frozenset[str], limits: Mapping[str, frozenset[NamedNode]]
) -> Iterator[tuple[str, frozenset[str] | None]]:
    ends = (pattern.subject, pattern.object)
    if isinstance(pattern.path, Same):
        return
    if _may_stay(pattern.path) and all(isinstance(end, Var) and end.name not in bound for end in ends):
        # Every node of the graph is then joined with itself.
        raise _Everything
    objects = None
    if isinstance(pattern.path, Link):
        if isinstance(pattern.object, NamedNode):
            objects = frozenset({pattern.object.value})
        elif pattern.object.name in limits:
            objects = frozenset(iri.value for iri in limits[pattern.object.name])
        if isinstance(pattern.path.predicate, Var):
            if (allowed := limits.get(pattern.path.predicate.name)) is None:
                raise _Everything
            yield from ((iri.value, objects) for iri in allowed)
            return
    for iri in _predicates(pattern.path):
        yield iri, objects


def _may_stay(path: Path) -> bool:
    """Whether a path may join a node with itself without a statement."""
    if isinstance(path, Sequence):
        return _may_stay(path.first) and _may_stay(path.second)
    if isinstance(path, Choice):
        return any(map(_may_stay, path.ways))
    if isinstance(path, Inverse):
        return _may_stay(path.inner)
    return isinstance(path, Same) or (
        isinstance(path, Repeated) and (path.maybe_none or _may_stay(path.inner))
    )


def _predicates(path: Path) -> Iterator[str]:
    if isinstance(path, Link):
        if isinstance(path.predicate, Var):
            raise _Everything
        yield path.predicate.value
    elif isinstance(path, Sequence):
        yield from _predicates(path.first)
        yield from _predicates(path.second)
    elif isinstance(path, Choice):
        for way in path.ways:
            yield from _predicates(way)
    elif isinstance(path, Inverse | Repeated):
        yield from _predicates(path.inner)
