"""Which triples a query reads, and what joins each with the rest: the entries through which a change comes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import count

from pyoxigraph import NamedNode, Triple

from mea_kg.namespaces import RDF
from mea_kg.sparql.parsing import NotReadError, parsed
from mea_kg.sparql.patterns import (
    Choice,
    End,
    Group,
    Inverse,
    Link,
    Parsed,
    Path,
    Pattern,
    Repeated,
    Sequence,
    Var,
)

TYPE = NamedNode(RDF + "type")
_FEW = 12
Limits = Mapping[str, frozenset[NamedNode]]


@dataclass(frozen=True)
class Entry:
    """A place where a triple may match.

    `required` are patterns that the graph must match as well for the triple to matter: they share variables with
    `triple` or with each other. `limits` are the IRIs among which some values are.
    """

    triple: Pattern
    required: tuple[Pattern, ...]
    limits: Limits

    @cached_property
    def predicate(self) -> NamedNode | None:
        """The predicate of the triples that match, None for any."""
        link = self.triple.path
        return link.predicate if isinstance(link, Link) and isinstance(link.predicate, NamedNode) else None

    def predicates(self) -> frozenset[NamedNode] | None:
        """All predicates of triples that match, None for any."""
        link = self.triple.path
        assert isinstance(link, Link)
        if isinstance(link.predicate, Var):
            return self.limits.get(link.predicate.name)
        return frozenset({link.predicate})

    def classes(self) -> frozenset[NamedNode] | None:
        """The objects that a triple may have, None for any."""
        if isinstance(self.triple.object, NamedNode):
            return frozenset({self.triple.object})
        return self.limits.get(self.triple.object.name)

    @cached_property
    def _ends(self) -> tuple[str, str] | None:
        """Its two variables where these may have any values, so that the predicate alone decides."""
        one, other = self.triple.subject, self.triple.object
        if (
            self.predicate is None
            or isinstance(one, NamedNode)
            or isinstance(other, NamedNode)
            or one == other
        ):
            return None
        return None if {one.name, other.name} & self.limits.keys() else (one.name, other.name)

    def bindings(self, triple: Triple) -> dict[str, object] | None:
        """The values of its variables where it is this triple, None where it cannot be."""
        if self._ends:
            if triple.predicate != self.predicate:
                return None
            return dict(zip(self._ends, (triple.subject, triple.object), strict=True))
        link = self.triple.path
        assert isinstance(link, Link)
        found: dict[str, object] = {}
        for end, term in (
            (self.triple.subject, triple.subject),
            (link.predicate, triple.predicate),
            (self.triple.object, triple.object),
        ):
            if isinstance(end, NamedNode):
                if end != term:
                    return None
            elif found.setdefault(end.name, term) != term or term not in self.limits.get(end.name, (term,)):
                return None
        return found


@dataclass(frozen=True)
class Scope:
    """What is matched at once: the patterns of a group and of all that is joined with it in any case.

    `required` are patterns that the graph must match for these to matter, first their own; `inner` are the scopes
    in it: branches of a UNION, OPTIONAL, MINUS and EXISTS. A variable of one name means the same in all of them.
    """

    patterns: tuple[Pattern, ...]
    required: tuple[Pattern, ...]
    limits: Limits
    inner: tuple[Scope, ...]

    def entries(self) -> Iterator[Entry]:
        """The places where a triple may match, in it and in those inside."""
        for pattern in self.patterns:
            for triple, rest in _within(pattern.path, pattern.subject, pattern.object):
                yield Entry(triple, (*_limited(rest, self.limits), *self.required), self.limits)
        for scope in self.inner:
            yield from scope.entries()


@dataclass(frozen=True)
class Reading:
    """A query with its entries."""

    query: Parsed
    scope: Scope
    entries: tuple[Entry, ...]
    required: tuple[Pattern, ...]
    limits: Limits

    @property
    def joins(self) -> Iterator[Pattern]:
        """All that is required anywhere around a triple that it reads, each once."""
        yield from dict.fromkeys(one for entry in self.entries for one in entry.required)


@lru_cache(maxsize=2048)
def reading(text: str) -> Reading:
    """What a query reads; raises `NotReadError` where it cannot be said."""
    query = parsed(text)
    scope = _scope(query.group, [], {}, None, set())
    group = query.group
    required = tuple(_limited(group.required(), group.limits()))
    return Reading(query, scope, tuple(scope.entries()), required, group.limits())


_names = count()


def _scope(
    group: Group,
    above: list[Pattern],
    limits: Limits,
    seen: set[str] | None,
    deep: set[str],
) -> Scope:
    """The scope of a group; `above` is what is required around it.

    `seen` are the variables that mean the same there (None: all), `deep` those that do so in any EXISTS inside.
    """
    own = group.required()
    apart = _names_of(own) & _names_of(above) - seen if seen is not None else set()
    if apart:
        # Of the same name further out, and joined later if at all: no step from the one to the other.
        group = group.renamed({name: f"{name}#{next(_names)}" for name in apart})
        own = group.required()
    required = [*own, *above]
    within = _both(group.limits(), limits)
    visible = _names_of(own)
    patterns: list[Pattern] = []
    inner: list[Scope] = []
    for one in group.level():
        patterns += one.patterns
        bound = deep | _names_of(one.required())
        inner += [_scope(way, required, within, None, deep) for branches in one.unions for way in branches]
        inner += [_scope(optional, required, within, visible, deep | visible) for optional in one.optional]
        inner += [_scope(minus, required, within, visible, deep) for minus in one.minus]
        inner += [_scope(exists, required, within, bound, bound) for exists in one.exists]
    return Scope(tuple(patterns), tuple(_limited(required, within)), within, tuple(inner))


def _limited(patterns: Iterable[Pattern], limits: Limits) -> Iterator[Pattern]:
    """The patterns, and those with a variable for predicate also with each of the few that it may be."""
    for pattern in patterns:
        yield pattern
        if isinstance(pattern.path, Link) and isinstance(pattern.path.predicate, Var):
            iris = limits.get(pattern.path.predicate.name, frozenset())
            if 0 < len(iris) <= _FEW:
                links = tuple(Link(iri) for iri in sorted(iris, key=str))
                yield replace(pattern, path=links[0] if len(links) == 1 else Choice(links))


def _names_of(patterns: Iterable[Pattern]) -> set[str]:
    return {name for pattern in patterns for name in pattern.variables()}


def _both(one: Limits, other: Limits) -> Limits:
    found = dict(other)
    for name, iris in one.items():
        found[name] = found[name] & iris if name in found else iris
    return found


def _within(path: Path, start: End, end: End) -> Iterator[tuple[Pattern, list[Pattern]]]:
    if isinstance(path, Link):
        yield Pattern(start, path, end), []
    elif isinstance(path, Inverse):
        yield from _within(path.inner, end, start)
    elif isinstance(path, Choice):
        for way in path.ways:
            yield from _within(way, start, end)
    elif isinstance(path, Sequence):
        middle = _fresh()
        for triple, rest in _within(path.first, start, middle):
            yield triple, [*rest, Pattern(middle, path.second, end)]
        for triple, rest in _within(path.second, middle, end):
            yield triple, [*rest, Pattern(start, path.first, middle)]
    elif isinstance(path, Repeated):
        one, other = _fresh(), _fresh()
        many = replace(path, maybe_none=True)
        for triple, rest in _within(path.inner, one, other):
            yield triple, [*rest, Pattern(start, many, one), Pattern(other, many, end)]


def _fresh() -> Var:
    return Var(f"#step{next(_names)}")


@dataclass
class Index:
    """Finds the entries of many queries that a triple may match. Queries go by their numbers."""

    by_predicate: dict[NamedNode | None, list[tuple[int, Entry]]] = field(default_factory=dict)
    by_class: dict[NamedNode, list[tuple[int, Entry]]] = field(default_factory=dict)
    whole: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Index:
        """The index of these queries; those that cannot be read match every triple."""
        index = cls()
        for number, text in enumerate(texts):
            try:
                entries = reading(text).entries
            except NotReadError:
                index.whole.add(number)
                continue
            for entry in entries:
                index._add(number, entry)
        return index

    @classmethod
    def of_entries(cls, entries: Iterable[Entry]) -> Index:
        """The index of some entries, of a query with the number 0."""
        index = cls()
        for entry in entries:
            index._add(0, entry)
        return index

    def _add(self, number: int, entry: Entry) -> None:
        predicates = entry.predicates()
        if predicates is None:
            self.by_predicate.setdefault(None, []).append((number, entry))
            return
        for predicate in predicates:
            classes = entry.classes() if predicate == TYPE else None
            if classes is None:
                self.by_predicate.setdefault(predicate, []).append((number, entry))
            else:
                for name in classes:
                    self.by_class.setdefault(name, []).append((number, entry))

    def hits(self, triples: Iterable[Triple]) -> dict[int, dict[int, tuple[Entry, list[Triple]]]]:
        """For each query that any of these triples may concern, its entries with the triples that match."""
        found: dict[int, dict[int, tuple[Entry, list[Triple]]]] = {}
        of_any = self.by_predicate.get(None, [])
        for triple in triples:
            predicate = triple.predicate
            places = self.by_predicate.get(predicate, [])
            if of_any:
                places = [*of_any, *places]
            if predicate == TYPE and isinstance(triple.object, NamedNode):
                places = [*places, *self.by_class.get(triple.object, ())]
            for number, entry in places:
                if entry.bindings(triple) is not None:
                    entries = found.setdefault(number, {})
                    entries.setdefault(id(entry), (entry, []))[1].append(triple)
        return found
