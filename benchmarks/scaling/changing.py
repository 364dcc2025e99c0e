"""Changes as somebody makes who edits one entry of an invented world, by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from mea_kg.namespaces import ID, MEA, SKOS
from mea_kg.stores import AUTHORED_GRAPH

Difference: TypeAlias = tuple[set[Triple], set[Triple]]
"""The triples that a change adds, and those that it removes."""


@dataclass(frozen=True)
class Change:
    """The kind of a change, and the triples that it adds and removes."""

    kind: str
    added: set[Triple]
    removed: set[Triple]


def changes(store: Store, number: int, seed: int = 0) -> Iterator[Change]:
    """So many changes of each kind, each followed by the one that takes it back, so that the world stays as it is."""
    for kind, back, made in KINDS:
        chance = Random(f"{seed}/{kind}")
        for _, (added, removed) in zip(range(number), made(store, chance), strict=False):
            yield Change(kind, added, removed)
            yield Change(back, removed, added)


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

KINDS = (
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
