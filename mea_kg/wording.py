"""Which words a node of the graph names: its own literal values, and the names and values of what it refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Store

from mea_kg.as_printed import PARTS
from mea_kg.mentions import MONTHS, Verbs, keys_of
from mea_kg.namespaces import AUTHORED, DCTERMS, MEA, RDF, SKOS, VOCAB, XSD

_GRAPH = NamedNode(AUTHORED)
_TYPE, _EVIDENCE = RDF + "type", MEA + "hasEvidence"
_DESCRIPTION = DCTERMS + "description"
_SILENT = {MEA + name for name in ("note", "order", "pinpoint", "phrase", "supports", "sha256")} | {
    SKOS + name for name in ("definition", "example", "scopeNote")
}
_OF_OTHERS = {*_SILENT, _DESCRIPTION}
# Alternative labels of a verb hold whole turns of phrase, with names in them.
_OF_CONCEPTS = {*_OF_OTHERS, SKOS + "altLabel"}
_PARTS = {MEA + name for name in PARTS}
_DATES = {XSD + name for name in ("date", "gYearMonth", "gYear")}
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def operative_verbs(store: Store) -> Verbs:
    """The verbs of the vocabulary, by their labels of one or two words."""
    labels = set()
    for concept in store.quads_for_pattern(
        None, NamedNode(SKOS + "inScheme"), NamedNode(VOCAB + "verb"), _GRAPH
    ):
        for predicate, longest in (("prefLabel", 2), ("altLabel", 1)):
            for quad in store.quads_for_pattern(concept.subject, NamedNode(SKOS + predicate), None, _GRAPH):
                if isinstance(quad.object, Literal) and len(quad.object.value.split()) <= longest:
                    labels.add(quad.object.value)
    return Verbs.of(labels)


class Wording:
    """The keys (`mea_kg.mentions.key_of`) of the words that nodes name, looked up once for each node."""

    def __init__(self, store: Store, verbs: Verbs) -> None:
        self._store = store
        self._verbs = verbs
        self._of: dict[str, frozenset[str]] = {}

    def of(self, node: str) -> frozenset[str]:
        """The keys of what a node says itself, of what it refers to, and of its parts without evidence."""
        if node not in self._of:
            self._of[node] = frozenset(self._named(node, {node}))
        return self._of[node]

    def _named(self, node: str, seen: set[str]) -> set[str]:
        keys = self._said(node, _SILENT)
        for quad in self._store.quads_for_pattern(NamedNode(node), None, None, _GRAPH):
            if not isinstance(quad.object, NamedNode) or quad.predicate.value == _EVIDENCE:
                continue
            other = quad.object.value
            if quad.predicate.value == _TYPE:
                keys |= keys_of(_HUMP.sub(" ", re.split(r"[#/]", other)[-1]), self._verbs)
            elif quad.predicate.value in _PARTS and other not in seen and not self._has_evidence(quad.object):
                seen.add(other)
                keys |= self._named(other, seen)
            else:
                keys |= self._said(other, _OF_CONCEPTS if other.startswith(VOCAB) else _OF_OTHERS)
        return keys

    def _has_evidence(self, node: NamedNode) -> bool:
        return any(self._store.quads_for_pattern(node, NamedNode(_EVIDENCE), None, _GRAPH))

    def _said(self, node: str, silent: set[str]) -> set[str]:
        keys: set[str] = set()
        for quad in self._store.quads_for_pattern(NamedNode(node), None, None, _GRAPH):
            if isinstance(quad.object, Literal) and quad.predicate.value not in silent:
                for text in _texts(quad.object):
                    keys |= keys_of(text, self._verbs)
        return keys


def _texts(literal: Literal) -> Iterator[str]:
    yield literal.value
    if literal.datatype.value in _DATES:
        year, *rest = literal.value.split("-")
        month = MONTHS[int(rest[0]) - 1] if rest else ""
        day = str(int(rest[1])) if len(rest) > 1 else ""
        yield f"{day} {month} {year}"
