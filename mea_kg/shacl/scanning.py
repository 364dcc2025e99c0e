"""Finds what violates first, and asks then whether it is a target, where that reads less than all targets would."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode

from mea_kg.namespaces import RDF
from mea_kg.shacl.queries import Query
from mea_kg.shacl.targets import Targets
from mea_kg.shacl.terms import Term, with_hierarchy

Row = Mapping[str, Term]
Ask = Callable[[str], Sequence[Row]]
"""Gives the rows of a SELECT."""

_OF_CLASS = re.compile(
    r"(VALUES \?this \{[^{}]*\})\s*(VALUES \?this_class \{[^{}]*\}\s*\?this <[^<>]*> \?this_class \.)"
)
"""Given nodes of some classes. Where many are given the store would read all of each class instead of theirs."""
_MOST = 2000
"""Up to how many rows are asked about; a query with more is asked with its targets."""
_DEARER = 3
"""How many triples of a property are read in the time that one target and its values take."""


@dataclass(frozen=True)
class Extents:
    """How many triples there are of properties, and nodes of classes (without those below)."""

    of_properties: Mapping[str, int]
    of_classes: Mapping[str, int]

    @classmethod
    def read(cls, ask: Ask, queries: Iterable[Query], below: Mapping[str, Iterable[str]]) -> Extents:
        """Those that these queries need."""
        properties: set[str] = set()
        classes: set[str] = set()
        for scan in (query.scan for query in queries if query.scan):
            aims = scan.targets
            properties.update(one.value for one in (*scan.properties, *aims.subjects_of, *aims.objects_of))
            classes |= _with_below(aims.classes, below)
        # All are counted: to look for those that are wanted takes longer.
        return cls(
            _counts(ask, properties, "?any ?counted ?thing"),
            _counts(ask, classes, f"?any <{RDF}type> ?counted"),
        )

    def suit(self, query: Query, below: Mapping[str, Iterable[str]]) -> bool:
        """Whether a query is better asked without its targets."""
        if query.scan is None:
            return False
        read = sum(self.of_properties.get(one.value, 0) for one in query.scan.properties)
        return read <= _DEARER * self._size(query.scan.targets, below)

    def _size(self, aims: Targets, below: Mapping[str, Iterable[str]]) -> int:
        return (
            len(aims.nodes)
            + sum(self.of_classes.get(iri, 0) for iri in _with_below(aims.classes, below))
            + sum(self.of_properties.get(one.value, 0) for one in (*aims.subjects_of, *aims.objects_of))
        )


def _with_below(classes: Iterable[NamedNode], below: Mapping[str, Iterable[str]]) -> set[str]:
    return {iri for one in classes for iri in (one.value, *below.get(one.value, ()))}


def _counts(ask: Ask, wanted: Collection[str], pattern: str) -> dict[str, int]:
    if not wanted:
        return {}
    rows = ask(f"SELECT ?counted (COUNT(*) AS ?number) {{ {pattern} }} GROUP BY ?counted")
    return {row["counted"].value: int(row["number"].value) for row in rows}


def rows_about_all(
    query: Query, ask: Ask, extents: Extents, below: Mapping[str, Iterable[str]]
) -> Sequence[Row]:
    """The rows of a query about all its targets."""
    if query.scan and extents.suit(query, below):
        rows = ask(f"{with_hierarchy(query.scan.text, below)} LIMIT {_MOST + 1}")
        nodes = {row["this"] for row in rows}
        if len(rows) <= _MOST and not any(isinstance(node, BlankNode) for node in nodes):
            aims = targets_among(nodes, query.domain, ask, below)
            return [row for row in rows if row["this"] in aims]
    return ask(with_hierarchy(query.text, below))


def targets_among(
    nodes: Iterable[Term], domain: str, ask: Ask, below: Mapping[str, Iterable[str]]
) -> frozenset[Term]:
    """Those of some nodes, none of them blank, that are targets of a query, whose `domain` is given."""
    iris = [str(node) for node in nodes]
    if not iris:
        return frozenset()
    pattern = _OF_CLASS.sub(r"\1 FILTER EXISTS { \2 }", with_hierarchy(domain, below, iris))
    return frozenset(row["this"] for row in ask(f"SELECT DISTINCT ?this {{ {pattern} }}"))
