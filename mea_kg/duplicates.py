"""Entities of given entries that the graph has already, under an acronym or another spelling of the name.

That two have the same name but for the case of its letters, a shape says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Store

from mea_kg.findings import VIOLATION, WARNING, Finding
from mea_kg.names import normalised
from mea_kg.namespaces import ID, MEA, RDF, RDFS, SKOS, shortened
from mea_kg.places import Places
from mea_kg.stores import AUTHORED_GRAPH

_KEYS = {SKOS + "prefLabel": "label", SKOS + "altLabel": "aliases", MEA + "acronym": "acronym"}
_FAMILIES = tuple(
    MEA + name
    for name in (
        *(
            "Treaty",
            "NonTreatyInstrument",
            "Organization",
            "Office",
            "DescribedActors",
            "Meeting",
            "Programme",
        ),
        *("Publication", "DeliberativeDocument", "Instrument", "Group", "TrustFund", "SourceDocument"),
    )
)
_ALIKE = tuple(MEA + name for name in ("Treaty", "NonTreatyInstrument", "Organization", "Group", "TrustFund"))
"""Families whose names are compared by spelling: those of decisions and instruments differ in a word or a number."""
_STATE = MEA + "State"
_LEAST_LETTERS = 6
_LEAST_ALIKE = 0.8
_SMALL = {"a", "an", "and", "at", "for", "in", "of", "on", "the", "to"}
_SPELLINGS = (("programme", "program"), ("centre", "center"), ("labour", "labor"), ("defence", "defense"))
_SOURCE = "One entity, all its spellings (docs/modelling.md, rule 23)"


@dataclass(frozen=True)
class _Name:
    node: str
    key: str
    text: str

    @property
    def words(self) -> tuple[str, ...]:
        return folded(self.text)


def folded(text: str) -> tuple[str, ...]:
    """The words of a name without what spellings differ in: case, accents, signs, small words, -ise and -ize.

    >>> folded("World Customs Organisation") == folded("the World-Customs organization")
    True
    """
    plain = normalised(text)
    for british, american in _SPELLINGS:
        plain = re.sub(rf"\b{british}", american, plain)
    words = tuple(word.replace("z", "s") for word in plain.split() if word not in _SMALL)
    return words or tuple(plain.split())


def duplicates(store: Store, places: Places) -> Iterator[Finding]:
    """The findings on the nodes that have a place; the store has them beside the others."""
    names = list(_names(store))
    own = [name for name in names if name.node in places.nodes]
    if not own:
        return
    kinds = _Kinds(store)
    by_words: dict[tuple[str, ...], list[_Name]] = {}
    for name in names:
        by_words.setdefault(name.words, []).append(name)
    found: set[tuple[str, str]] = set()
    for name in own:
        for other in by_words[name.words]:
            pair = (name.node, other.node)
            if name.node == other.node or pair in found or _is_left_to_shapes(name, other):
                continue
            if kinds.families(name.node) & kinds.families(other.node):
                found.add(pair)
                yield _finding(name, other, places, VIOLATION)
    gaps = _gaps(by_words)
    for name in own:
        near = {words for gap in _without_one(name.words) for words in gaps[gap]}
        for words in sorted(near):
            for other in by_words[words] if are_alike(name.words, words) else ():
                pair = (name.node, other.node)
                if name.node != other.node and pair not in found and kinds.may_be_one(name, other):
                    found.add(pair)
                    yield _finding(name, other, places, WARNING)


def _without_one(words: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The words with one left out, each in turn, and which."""
    return ((index, words[:index] + words[index + 1 :]) for index in range(len(words)))


def _gaps(names: Iterable[tuple[str, ...]]) -> dict[tuple[int, tuple[str, ...]], list[tuple[str, ...]]]:
    """The names by what is left of them without one word: those that differ in one word only meet there."""
    gaps: dict[tuple[int, tuple[str, ...]], list[tuple[str, ...]]] = {}
    for words in names:
        for gap in _without_one(words):
            gaps.setdefault(gap, []).append(words)
    return gaps


def are_alike(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether two names differ in the spelling of one long word.

    >>> are_alike(folded("Ozone Secretariat"), folded("Ozone Secretariate"))
    True
    >>> are_alike(folded("Basel Secretariat"), folded("Bamako Secretariat"))
    False
    """
    if len(first) != len(second) or first == second:
        return False
    differing = [(one, two) for one, two in zip(first, second, strict=True) if one != two]
    if len(differing) != 1 or any(len(word) < _LEAST_LETTERS or not word.isalpha() for word in differing[0]):
        return False
    from difflib import SequenceMatcher

    return SequenceMatcher(None, *differing[0], autojunk=False).ratio() >= _LEAST_ALIKE


def _names(store: Store) -> Iterator[_Name]:
    for predicate, key in _KEYS.items():
        for quad in store.quads_for_pattern(None, NamedNode(predicate), None, AUTHORED_GRAPH):
            node, text = quad.subject, quad.object
            if isinstance(node, NamedNode) and isinstance(text, Literal) and node.value.startswith(ID):
                yield _Name(node.value, key, text.value)


def _is_left_to_shapes(name: _Name, other: _Name) -> bool:
    acronyms = [one.key == "acronym" for one in (name, other)]
    return all(acronyms) or (not any(acronyms) and name.text.lower() == other.text.lower())


class _Kinds:
    """The families of nodes, by their classes and those above."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, set[str]] = {}

    def families(self, node: str) -> set[str]:
        return {kind for kind in self._kinds(node) if kind in _FAMILIES}

    def may_be_one(self, name: _Name, other: _Name) -> bool:
        """Whether two that are spelt nearly alike may be one: States with such names are not."""
        shared = self.families(name.node) & self.families(other.node) & set(_ALIKE)
        is_state = _STATE in self._kinds(name.node) | self._kinds(other.node)
        return bool(shared) and not is_state and "acronym" not in (name.key, other.key)

    def _kinds(self, node: str) -> set[str]:
        if node not in self._known:
            waiting, reached = self._objects(node, RDF + "type"), set()
            while waiting:
                kind = waiting.pop()
                if kind not in reached:
                    reached.add(kind)
                    waiting += self._objects(kind, RDFS + "subClassOf")
            self._known[node] = reached
        return self._known[node]

    def _objects(self, node: str, predicate: str) -> list[str]:
        quads = self._store.quads_for_pattern(NamedNode(node), NamedNode(predicate), None, AUTHORED_GRAPH)
        return [quad.object.value for quad in quads if isinstance(quad.object, NamedNode)]


def _finding(name: _Name, other: _Name, places: Places, severity: str) -> Finding:
    place = places.of(name.node, name.key)
    assert place is not None
    whose = f"{other.text} ({shortened(other.node)})"
    certain = severity == VIOLATION
    what = f"is another spelling of {whose}" if certain else f"is spelt nearly as {whose}"
    if certain and "acronym" in (name.key, other.key):
        what = f"is a name of {whose}, where it is the {'acronym' if other.key == 'acronym' else 'name'}"
    hint = f"Use {shortened(other.node)}, and add the spelling to its aliases."
    return Finding(
        place.file,
        place.line,
        place.column,
        severity,
        "another-spelling" if certain else "similar-name",
        f"the name {name.text} {what}",
        entity=shortened(name.node),
        field=name.key,
        found=name.text,
        expected="a name that no other entity of its kind has",
        hint=hint if certain else f"If it is the same, use {shortened(other.node)}; if not, leave it.",
        source=_SOURCE,
    )
