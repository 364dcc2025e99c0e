"""What entries need of the ontology: its concepts, its classes, and which keys go with which class."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import pyoxigraph as ox

from mea_kg.namespaces import MEA, RDFS, SCHEMA, SKOS

_NEEDS_NO_EVIDENCE = MEA + "needsNoEvidence"
_ID_KIND = MEA + "idKind"
_SUBCLASS = RDFS + "subClassOf"
_DOMAIN = SCHEMA + "domainIncludes"
_WORDS = (RDFS + "label", SKOS + "definition", SKOS + "example")


class Vocabulary:
    """The ontology and its vocabularies, as far as entries need them; all names are IRIs."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        """Take the triples of the ontology and its vocabularies."""
        self.iris: set[str] = set()
        self.needs_no_evidence: set[str] = set()
        self.domains: dict[str, set[str]] = {}
        self._kinds: dict[str, set[str]] = {}
        self._parents: dict[str, set[str]] = {}
        self._words: dict[tuple[str, str], str] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        for triple in triples:
            if isinstance(triple.subject, ox.NamedNode):
                self._take(triple.subject.value, triple.predicate.value, triple.object)

    def _take(self, subject: str, predicate: str, value: object) -> None:
        self.iris.add(subject)
        if predicate == _SUBCLASS and isinstance(value, ox.NamedNode):
            self._parents.setdefault(subject, set()).add(value.value)
        elif predicate == _DOMAIN and isinstance(value, ox.NamedNode):
            self.domains.setdefault(subject, set()).add(value.value)
        elif predicate == _ID_KIND and isinstance(value, ox.Literal):
            self._kinds.setdefault(subject, set()).add(value.value)
        elif predicate == _NEEDS_NO_EVIDENCE and isinstance(value, ox.Literal) and value.value == "true":
            self.needs_no_evidence.add(subject)
        elif predicate in _WORDS and isinstance(value, ox.Literal):
            self._words.setdefault((subject, predicate), value.value)

    def concepts(self, base: str) -> tuple[str, ...]:
        """The names of what is defined below `base`, sorted."""
        if base not in self._names:
            self._names[base] = tuple(sorted(iri[len(base) :] for iri in self.iris if iri.startswith(base)))
        return self._names[base]

    def kinds(self, iri: str | None = None) -> tuple[str, ...]:
        """The kinds of the identifiers of a class, by itself or by the nearest above it; all without a class."""
        if iri is None:
            found = {kind for kinds in self._kinds.values() for kind in kinds}
        else:
            level, found = {iri}, self._kinds.get(iri, set())
            seen = set(level)
            while level and not found:
                # Classes that are below each other are met once.
                level = {parent for one in level for parent in self._parents.get(one, ())} - seen
                seen |= level
                found = {kind for one in level for kind in self._kinds.get(one, ())}
        return tuple(sorted(found))

    def superclasses(self, iri: str) -> frozenset[str]:
        """A class and all classes above it."""
        return self._above.get(iri, frozenset({iri}))

    @cached_property
    def _above(self) -> dict[str, frozenset[str]]:
        return {iri: self._reach(iri) for iri in self._parents}

    def _reach(self, iri: str) -> frozenset[str]:
        reached, waiting = {iri}, [iri]
        while waiting:
            for parent in self._parents.get(waiting.pop(), ()):
                if parent not in reached:
                    reached.add(parent)
                    waiting.append(parent)
        return frozenset(reached)

    def label(self, iri: str) -> str:
        """The label of a term; empty if it has none."""
        return self._words.get((iri, _WORDS[0]), "")

    def definition(self, iri: str) -> str:
        """The definition of a term; empty if it has none."""
        return self._words.get((iri, _WORDS[1]), "")

    def example(self, iri: str) -> str:
        """An example of a term's use; empty if it has none."""
        return self._words.get((iri, _WORDS[2]), "")
