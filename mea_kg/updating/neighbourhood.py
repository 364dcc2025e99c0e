"""The part of a graph that decides the rows of a query about some nodes: small, so that any way to join it is quick."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from pyoxigraph import BlankNode, NamedNode, Quad

from mea_kg.sparql.patterns import Choice, End, Inverse, Link, Matching, Path, Pattern, Repeated, Same, Var
from mea_kg.sparql.patterns import Sequence as Steps
from mea_kg.updating.dependencies import Limits, Scope
from mea_kg.updating.walking import MANY, Fans, Term, TooManyError, Walker

_Bound = dict[str, set[Term]]


def neighbourhood(walker: Walker, fans: Fans, scope: Scope, bound: _Bound) -> set[Quad]:
    """The quads, of the graphs that are walked on, that a query can match where variables have one of these values.

    `scope` is the query's outermost. Asked of these alone, for these values, it gives the rows that it gives when
    asked of all: what an OPTIONAL, a MINUS or an EXISTS can match is among them too. Raises `TooManyError` where
    they are more than some thousands, or as many must be read for one pattern, or no way leads to what it may match.
    """
    found: set[Quad] = set()
    walker = walker.reading_at_most(4 * MANY)
    for quad in _of(walker, fans, scope, bound):
        found.add(quad)
        if len(found) > 4 * MANY:
            raise TooManyError
    return found


def _of(walker: Walker, fans: Fans, scope: Scope, bound: _Bound) -> Iterator[Quad]:
    bound = dict(bound)
    try:
        if walker.completed(scope.required, bound) is not None:
            # A pattern has no match, and so what is matched at once has none.
            return
    except TooManyError:
        # What is not bound may lie at the end of a pattern whose other end is.
        pass
    if any(not values for values in bound.values()):
        return
    for pattern in scope.patterns:
        yield from _matches(walker, fans, pattern, bound, scope.limits)
    for inner in scope.inner:
        yield from _of(walker, fans, inner, bound)


def _matches(walker: Walker, fans: Fans, pattern: Pattern, bound: _Bound, limits: Limits) -> Iterator[Quad]:
    """The quads that a pattern matches, read from the end with fewer."""
    if not pattern.binds:
        return
    ends: list[tuple[float, bool, set[Term]]] = []
    for end, forward in ((pattern.subject, True), (pattern.object, False)):
        if (nodes := _known(end, bound)) is not None:
            ends.append((len(nodes) * fans.of(pattern.path, forward), forward, nodes))
    for cost, forward, nodes in sorted(ends, key=lambda one: one[0]):
        if cost > 4 * MANY:
            break
        walker.begin_step()
        try:
            yield from _from_one_end(walker, pattern, bound, limits, nodes, forward)
        except TooManyError:
            # At this end stands a node with more than others have.
            continue
        return
    raise TooManyError


def _from_one_end(
    walker: Walker, pattern: Pattern, bound: _Bound, limits: Limits, nodes: set[Term], forward: bool
) -> Iterator[Quad]:
    if not isinstance(pattern.path, Link):
        yield from _along(walker, pattern.path, nodes, forward)[0]
        return
    other = _known(pattern.object if forward else pattern.subject, bound)
    predicate = pattern.path.predicate
    allowed = None
    if isinstance(predicate, Var):
        allowed = bound.get(predicate.name, limits.get(predicate.name))
    for quad in _steps(walker, predicate, nodes, forward):
        there = quad.object if forward else quad.subject
        if (other is None or there in other) and (allowed is None or quad.predicate in allowed):
            yield quad


def _known(end: End, bound: _Bound) -> set[Term] | None:
    return {end} if isinstance(end, NamedNode) else bound.get(end.name)


def _steps(walker: Walker, predicate: End, nodes: Iterable[Term], forward: bool) -> Iterator[Quad]:
    link = predicate if isinstance(predicate, NamedNode) else None
    for node in nodes:
        yield from walker.quads(node, link, None) if forward else walker.quads(None, link, node)


def _along(walker: Walker, path: Path, nodes: set[Term], forward: bool) -> tuple[set[Quad], set[Term]]:
    """The quads on all ways along a path from some nodes, and the nodes that they lead to."""
    if isinstance(path, Same):
        return set(), nodes
    if isinstance(path, Matching):
        return set(), set(walker.follow(path, nodes, forward))
    if isinstance(path, Link):
        quads = set[Quad]()
        for quad in _steps(walker, path.predicate, nodes, forward):
            quads.add(quad)
            if len(quads) > 4 * MANY:
                raise TooManyError
        return quads, {quad.object if forward else quad.subject for quad in quads}
    if isinstance(path, Inverse):
        return _along(walker, path.inner, nodes, not forward)
    if isinstance(path, Choice):
        ways = [_along(walker, way, nodes, forward) for way in path.ways]
        return set(chain.from_iterable(way[0] for way in ways)), set().union(*(way[1] for way in ways))
    if isinstance(path, Steps):
        one, other = (path.first, path.second) if forward else (path.second, path.first)
        quads, middle = _along(walker, one, nodes, forward)
        more, ends = _along(walker, other, middle, forward)
        return quads | more, ends
    return _repeatedly(walker, path, nodes, forward)


def _repeatedly(
    walker: Walker, path: Repeated, nodes: set[Term], forward: bool
) -> tuple[set[Quad], set[Term]]:
    quads = set[Quad]()
    reached = set(nodes) if path.maybe_none else set[Term]()
    new = {node for node in nodes if isinstance(node, NamedNode | BlankNode) or not forward}
    while new:
        more, ends = _along(walker, path.inner, new, forward)
        quads |= more
        new = ends - reached
        reached |= ends
        if len(quads) > 4 * MANY:
            raise TooManyError
    return quads, reached
