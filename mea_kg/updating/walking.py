"""Walks from what changed along the patterns of a query to the nodes whose rows may change."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Store, Triple

from mea_kg.sparql.patterns import Choice, End, Inverse, Link, Matching, Path, Pattern, Repeated, Same, Var
from mea_kg.sparql.patterns import Sequence as Steps
from mea_kg.updating.dependencies import Entry
from mea_kg.updating.keys import Keys
from mea_kg.updating.layers import Graph

Term = Any
"""A term of RDF. pyoxigraph's own types say per place which kinds may stand there, which is no use for a walk."""
MANY = 5000
"""From how many nodes on a query is rather asked as a whole."""
_SAMPLE, _FAR = 40, 2000
_COUNTED = 5000


class TooManyError(Exception):
    """The walk leads to more nodes than it is worth following."""


class Walker:
    """Walks on the union of some graphs (None: all of the store)."""

    def __init__(
        self, store: Store, graphs: Sequence[Graph] | None, fans: Fans, most: float = math.inf
    ) -> None:
        """With `most`, a step that reads more quads than that raises `TooManyError`."""
        self._store = store
        self._graphs = graphs
        self._fans = fans
        self._most = self._left = most

    def reading_at_most(self, most: int) -> Walker:
        """A walker on the same graphs, no step of which reads more quads than that."""
        return Walker(self._store, self._graphs, self._fans, most)

    def begin_step(self) -> None:
        """Count what is read from here on."""
        self._left = self._most

    def reached(self, entry: Entry, triples: Iterable[Triple], goal: str) -> set[Term] | None:
        """The values of a variable in all that the triples can matter for; a superset. None: no way leads there.

        Raises `TooManyError`.
        """
        bound: dict[str, set[Term]] = {}
        for triple in triples:
            for name, term in (entry.bindings(triple) or {}).items():
                bound.setdefault(name, set()).add(term)
        return self.completed(entry.required, bound, goal)

    def completed(
        self, patterns: Sequence[Pattern], bound: dict[str, set[Term]], *goals: str
    ) -> set[Term] | None:
        """Bind variable after variable, the nearest first, until one of the goals is; `bound` is filled.

        An empty set where some pattern has no match at all. Raises `TooManyError`.
        """
        waiting = list(dict.fromkeys(patterns))
        too_many = False
        while not any(goal in bound for goal in goals):
            self.begin_step()
            edge = self._cheapest(waiting, bound)
            if edge is None:
                if too_many:
                    raise TooManyError
                return None
            pattern, known, new, forward = edge
            try:
                if len(bound[known]) > MANY:
                    raise TooManyError
                found = self._along(pattern, bound, known, forward)
                bound[new] = self._fitting(found, new, pattern, waiting, bound)
            except TooManyError:
                # There may be another way.
                too_many = True
                waiting.remove(pattern)
                continue
            if not bound[new]:
                return set()
        return min((bound[goal] for goal in goals if goal in bound), key=len)

    def _cheapest(
        self, patterns: Sequence[Pattern], bound: dict[str, set[Term]]
    ) -> tuple[Pattern, str, str, bool] | None:
        best: tuple[float, Pattern, str, str, bool] | None = None
        for pattern in patterns:
            for known, new, forward in _directions(pattern):
                if known in bound and new not in bound:
                    cost = len(bound[known]) * self._fans.of(pattern.path, forward)
                    if self._is_rare(pattern, bound):
                        cost = 0.0
                    if best is None or cost < best[0]:
                        best = (cost, pattern, known, new, forward)
        return best[1:] if best else None

    def _fitting(
        self,
        found: Iterator[Term],
        name: str,
        by: Pattern,
        patterns: Sequence[Pattern],
        bound: dict[str, set[Term]],
    ) -> set[Term]:
        """Those values that match what else joins the variable with values that are known."""
        tests = []
        for pattern in patterns:
            if pattern is by or not isinstance(pattern.path, Link):
                continue
            if not isinstance(pattern.path.predicate, NamedNode):
                continue
            for here, there, forward in (
                (pattern.subject, pattern.object, True),
                (pattern.object, pattern.subject, False),
            ):
                if here == Var(name) and here != there:
                    others = {there} if isinstance(there, NamedNode) else bound.get(there.name)
                    if others is not None:
                        tests.append((pattern.path.predicate, others, forward))
        kept: set[Term] = set()
        for term in found:
            if term not in kept and all(self._joins(term, *test) for test in tests):
                kept.add(term)
                if len(kept) > MANY:
                    raise TooManyError
        return kept

    def _is_rare(self, pattern: Pattern, bound: dict[str, set[Term]]) -> bool:
        """Whether the pattern's predicate is known to be one of some terms of which no triple has any."""
        link = pattern.path
        if (
            not isinstance(link, Link)
            or not isinstance(link.predicate, Var)
            or link.predicate.name not in bound
        ):
            return False
        terms = (term for term in bound[link.predicate.name] if isinstance(term, NamedNode))
        return not any(next(self.quads(None, term, None), None) for term in terms)

    def _along(
        self, pattern: Pattern, bound: dict[str, set[Term]], known: str, forward: bool
    ) -> Iterator[Term]:
        """The ends of a pattern from one that is known; from its predicate, its subjects or objects."""
        link = pattern.path
        if not isinstance(link, Link) or not isinstance(link.predicate, Var):
            yield from self.follow(pattern.path, bound[known], forward)
            return
        predicates = bound.get(link.predicate.name)
        for predicate in [None] if predicates is None else predicates:
            if predicate is not None and not isinstance(predicate, NamedNode):
                continue
            if known == link.predicate.name:
                for quad in self.quads(None, predicate, None):
                    yield quad.object if forward else quad.subject
            else:
                for node in bound[known]:
                    ends = (node, predicate, None) if forward else (None, predicate, node)
                    for quad in self.quads(*ends):
                        yield quad.object if forward else quad.subject

    def _joins(self, term: Term, predicate: NamedNode, others: set[Term], forward: bool) -> bool:
        if len(others) <= 4:
            return any(
                next(self.quads(*((term, predicate, one) if forward else (one, predicate, term))), None)
                for one in others
            )
        return any(node in others for node in self._ends(predicate, term, forward))

    def follow(self, path: Path, nodes: Iterable[Term], forward: bool = True) -> Iterator[Term]:
        """The nodes that a path leads to from some nodes; a node may come several times."""
        if isinstance(path, Same):
            yield from nodes
        elif isinstance(path, Matching):
            yield from self._fans.keys.matching(path, nodes, forward)
        elif isinstance(path, Link):
            for node in nodes:
                yield from self._ends(path.predicate, node, forward)
        elif isinstance(path, Inverse):
            yield from self.follow(path.inner, nodes, not forward)
        elif isinstance(path, Choice):
            nodes = set(nodes)
            for way in path.ways:
                yield from self.follow(way, nodes, forward)
        elif isinstance(path, Steps):
            one, other = (path.first, path.second) if forward else (path.second, path.first)
            yield from self.follow(other, _few(self.follow(one, nodes, forward)), forward)
        elif isinstance(path, Repeated):
            seen = set(nodes) if path.maybe_none else set()
            yield from seen
            new = set(nodes)
            while new:
                new = {node for node in self.follow(path.inner, new, forward) if node not in seen}
                seen |= new
                yield from new

    def _ends(self, predicate: End, node: Term, forward: bool) -> Iterator[Term]:
        link = predicate if isinstance(predicate, NamedNode) else None
        quads = self.quads(node, link, None) if forward else self.quads(None, link, node)
        return (quad.object if forward else quad.subject for quad in quads)

    def quads(self, subject: Term, predicate: Term, value: Term) -> Iterator[Any]:
        """The quads of a pattern (None: any) in the graphs that are walked on."""
        if subject is not None and not isinstance(subject, NamedNode | BlankNode):
            return
        for graph in [None] if self._graphs is None else self._graphs:
            for quad in self._store.quads_for_pattern(subject, predicate, value, graph):
                self._left -= 1
                if self._left < 0:
                    raise TooManyError
                yield quad


def _few(nodes: Iterator[Term]) -> set[Term]:
    found: set[Term] = set()
    for node in nodes:
        found.add(node)
        if len(found) > MANY:
            raise TooManyError
    return found


def _directions(pattern: Pattern) -> Iterator[tuple[str, str, bool]]:
    """From which variable to which other a pattern leads, and whether that is from subject to object."""
    subject, value = pattern.subject, pattern.object
    if isinstance(subject, Var) and isinstance(value, Var) and subject != value:
        yield subject.name, value.name, True
        yield value.name, subject.name, False
    if isinstance(pattern.path, Link) and isinstance(pattern.path.predicate, Var):
        if isinstance(subject, Var):
            yield pattern.path.predicate.name, subject.name, False
        if isinstance(value, Var):
            yield pattern.path.predicate.name, value.name, True


class Fans:
    """How many nodes one step leads to, by a sample of the store; and where to, if values are joined by `keys`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.keys = Keys(store)
        self._known: dict[tuple[NamedNode, bool], float] = {}
        self._numbers: dict[NamedNode, int] = {}

    def of(self, path: Path, forward: bool) -> float:
        """About how many nodes a path leads to from one."""
        if isinstance(path, Same):
            return 1.0
        if isinstance(path, Matching):
            return 2.0
        if isinstance(path, Link):
            return self._link(path.predicate, forward) if isinstance(path.predicate, NamedNode) else 50.0
        if isinstance(path, Inverse):
            return self.of(path.inner, not forward)
        if isinstance(path, Choice):
            return sum(self.of(way, forward) for way in path.ways)
        if isinstance(path, Steps):
            return self.of(path.first, forward) * self.of(path.second, forward)
        return 3 * self.of(path.inner, forward)

    def number(self, predicate: NamedNode | None) -> int:
        """How many triples of a predicate there are, up to some thousands; one for any predicate."""
        if predicate is None:
            return _COUNTED
        if predicate not in self._numbers:
            quads = self._store.quads_for_pattern(None, predicate, None, None)
            self._numbers[predicate] = 1 + sum(1 for _ in _first(quads, _COUNTED))
        return self._numbers[predicate]

    def _link(self, predicate: NamedNode, forward: bool) -> float:
        if (predicate, forward) not in self._known:
            sizes = []
            for quad in _first(self._store.quads_for_pattern(None, predicate, None, None), _SAMPLE):
                subject, value = (quad.subject, None) if forward else (None, quad.object)
                quads = self._store.quads_for_pattern(subject, predicate, value, None)
                size = sum(1 for _ in _first(quads, _FAR))
                # What is not counted to its end may be anything: a year, a unit, a status.
                sizes.append(size if size < _FAR else 100 * _FAR)
                if sum(sizes) > 10 * _FAR:
                    break
            self._known[predicate, forward] = max(1.0, math.fsum(sizes) / len(sizes)) if sizes else 1.0
        return self._known[predicate, forward]


def _first(items: Iterator[Any], number: int) -> Iterator[Any]:
    for _, item in zip(range(number), items, strict=False):
        yield item
