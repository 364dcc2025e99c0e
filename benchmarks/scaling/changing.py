"""Changes as somebody makes who edits one entry of an invented world, by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from mea_kg.namespaces import ID, MEA, RDF, SKOS
from mea_kg.stores import AUTHORED_GRAPH

_Name = TypeVar("_Name")
Difference: TypeAlias = tuple[set[Triple], set[Triple]]
"""The triples that a change adds, and those that it removes."""
Kind: TypeAlias = tuple[str, str, Callable[[Store, Random], Iterator[Difference]]]


@dataclass(frozen=True)
class Change:
    """The kind of a change, and the triples that it adds and removes."""

    kind: str
    added: set[Triple]
    removed: set[Triple]


def _stated(store: Store, chance: Random, predicate: str, folder: str) -> Iterator[Triple]:
    """The triples of a property about the entries of a folder (of any for an empty one), in any order."""
    quads = store.quads_for_pattern(None, NamedNode(predicate), None, AUTHORED_GRAPH)
    found = sorted((quad.triple for quad in quads if str(quad.subject).startswith(f"<{ID}{folder}")), key=str)
    chance.shuffle(found)
    yield from found


def _another_value(*predicates: str, folder: str = "") -> Callable[[Store, Random], Iterator[Difference]]:
    """A value of one of these properties, taken in turn, becomes the value that it has elsewhere."""

    def made(store: Store, chance: Random) -> Iterator[Difference]:
        all_stated = [list(_stated(store, chance, predicate, folder)) for predicate in predicates]
        while any(all_stated):
            for stated in filter(None, all_stated):
                one, other = stated.pop(), chance.choice(stated or [None])
                if other is not None and not _holds(
                    store, new := Triple(one.subject, one.predicate, other.object)
                ):
                    yield {new}, {one}

    return made


def _amended(store: Store, chance: Random) -> Iterator[Difference]:
    """The name of an entry gets another word."""
    for one in _stated(store, chance, SKOS + "prefLabel", ""):
        if isinstance(one.object, Literal):
            text = Literal(f"{one.object.value} amended", language=one.object.language)
            yield {Triple(one.subject, one.predicate, text)}, {one}


def _another_day(store: Store, chance: Random) -> Iterator[Difference]:
    """A meeting begins a year later."""
    for one in _stated(store, chance, MEA + "startDate", "meeting/"):
        if isinstance(one.object, Literal):
            year, rest = one.object.value[:4], one.object.value[4:]
            later = Literal(f"{int(year) + 1}{rest}", datatype=one.object.datatype)
            yield {Triple(one.subject, one.predicate, later)}, {one}


def _whole(having: str, folder: str) -> Callable[[Store, Random], Iterator[Difference]]:
    """An entry of a folder that has this property is taken away, with all that is part of it."""

    def made(store: Store, chance: Random) -> Iterator[Difference]:
        for one in _stated(store, chance, having, folder):
            if isinstance(one.subject, NamedNode) and (parts := _parts(store, one.subject)):
                yield set(), parts

    return made


def _any_field(store: Store, chance: Random) -> Iterator[Difference]:
    """A triple about an entry is taken away: one of each property, the properties in any order."""
    stated: dict[NamedNode, list[Triple]] = {}
    for quad in store.quads_for_pattern(None, None, None, AUTHORED_GRAPH):
        if str(quad.subject).startswith(f"<{ID}"):
            stated.setdefault(quad.predicate, []).append(quad.triple)
    for predicate in _in_any_order(stated, chance):
        yield set(), {chance.choice(sorted(stated[predicate], key=str))}


def _any_entry(store: Store, chance: Random) -> Iterator[Difference]:
    """An entry, or a node in one, is taken away with all that is part of it: one of each class, in any order."""
    found: dict[NamedNode | BlankNode | Literal | Triple, list[NamedNode]] = {}
    for quad in store.quads_for_pattern(None, NamedNode(RDF + "type"), None, AUTHORED_GRAPH):
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(ID):
            found.setdefault(quad.object, []).append(quad.subject)
    for name in _in_any_order(found, chance):
        yield set(), _parts(store, chance.choice(sorted(found[name], key=str)))


def _in_any_order(names: Iterable[_Name], chance: Random) -> list[_Name]:
    ordered = sorted(names, key=str)
    chance.shuffle(ordered)
    return ordered


def _holds(store: Store, triple: Triple) -> bool:
    return Quad(triple.subject, triple.predicate, triple.object, AUTHORED_GRAPH) in store


def _parts(store: Store, entry: NamedNode) -> set[Triple]:
    """What is said of an entry and of the nodes in it, whose IRIs begin with its own."""
    waiting, found = [entry], set[Triple]()
    while waiting:
        for quad in store.quads_for_pattern(waiting.pop(), None, None, AUTHORED_GRAPH):
            part = quad.object
            if (
                quad.triple not in found
                and isinstance(part, NamedNode)
                and part.value.startswith(f"{entry.value}/")
            ):
                waiting.append(part)
            found.add(quad.triple)
    return found


_ACTS = [MEA + name for name in ("addressee", "theme", "recipient", "dueDate", "counterpart", "action")]

KINDS: tuple[Kind, ...] = (
    ("a label", "a label", _amended),
    ("a cell of a table", "a cell of a table", _another_value(MEA + "value", folder="observation/")),
    ("a participant", "a participant", _another_value(MEA + "participant")),
    ("a field of an act", "a field of an act", _another_value(*_ACTS, folder="decision/")),
    ("a piece of evidence", "a piece of evidence", _another_value(MEA + "phrase", MEA + "pinpoint")),
    ("the date of a meeting", "the date of a meeting", _another_day),
    ("a decision removed", "a new decision", _whole(MEA + "hasParagraph", "decision/")),
    ("a partnership removed", "a new partnership", _whole(MEA + "participant", "partnership/")),
)
"""Kinds of changes: what they are called there and back, and what makes them."""

ANY: tuple[Kind, ...] = (
    ("any field removed", "any field", _any_field),
    ("any entry removed", "any entry", _any_entry),
)
"""Kinds that go over all properties and all classes, however rarely somebody changes them."""


def changes(store: Store, number: int, seed: int = 0, kinds: Sequence[Kind] = KINDS) -> Iterator[Change]:
    """So many changes of each kind, each followed by the one that takes it back, so that the world stays as it is."""
    for kind, back, made in kinds:
        chance = Random(f"{seed}/{kind}")
        for _, (added, removed) in zip(range(number), made(store, chance), strict=False):
            yield Change(kind, added, removed)
            yield Change(back, removed, added)
