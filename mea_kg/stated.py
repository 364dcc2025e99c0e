"""What a graph is made of: the terms of an ontology, and the entries of a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store, Triple

from mea_kg.loading import Loaded, load_folder, read_context
from mea_kg.ontology import read_ontology
from mea_kg.stores import AUTHORED_GRAPH, in_graph, new_store


@dataclass(frozen=True)
class Stated:
    """All that is stated, and nothing that follows from it: the triples of the ontology, and the entries."""

    terms: list[Triple]
    loaded: Loaded

    @classmethod
    def read(cls, data: Path, ontology: Path) -> Stated:
        """Read both folders; raises `EntryErrors`, `InputError` or `OntologyError`."""
        terms = read_ontology(ontology)
        return cls(terms, load_folder(data, terms, read_context(data)))

    @property
    def triples(self) -> frozenset[Triple]:
        """Everything, each triple once."""
        return frozenset([*self.terms, *self.loaded.triples])

    def in_store(self) -> Store:
        """A new store in memory with all of it in `graph/authored`."""
        store = new_store(in_graph(self.terms, AUTHORED_GRAPH))
        store.extend(in_graph(self.loaded.triples, AUTHORED_GRAPH))
        return store
