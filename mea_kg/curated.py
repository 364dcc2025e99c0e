"""The curated graph as given entries are checked against it: in memory, without what those entries replace."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from mea_kg.compiled import CompiledGraph
from mea_kg.context import Context
from mea_kg.loading import read_context
from mea_kg.namespaces import DCTERMS, ID, MEA, SKOS, shortened
from mea_kg.ontology import read_ontology
from mea_kg.places import Place
from mea_kg.references import Catalogue
from mea_kg.stated import Stated
from mea_kg.stores import AUTHORED_GRAPH
from mea_kg.tables.metadata import SUFFIX
from mea_kg.tables.reading import ENDING

NAMING = (
    SKOS + "prefLabel",
    SKOS + "altLabel",
    MEA + "acronym",
    MEA + "symbol",
    DCTERMS + "title",
)
"""The properties whose values are names."""


@dataclass
class Curated:
    """What given entries are checked against.

    `store` has the authored graph with the ontology, whose triples are `terms`; `nodes` the place of each curated
    node, by IRI. `tables` has the paths of the curated tables, by the name of the file.
    """

    store: Store
    nodes: dict[str, Place]
    context: Context
    terms: list[Triple]
    tables: dict[str, Path]

    @classmethod
    def load(cls, data: Path, ontology: Path, given: Sequence[Path], cache: Path | None = None) -> Curated:
        """The curated entries of a folder, less the files that are given: those are checked anew.

        The compiled graph is used, or made, unless one of the given files lies in the folder.
        Raises `EntryErrors`, `InputError`, `OntologyError` or `ContradictionError`.
        """
        if any(_name_in(path, data) for path in given):
            stated = Stated.read(data, ontology)
            terms, context = stated.terms, stated.loaded.context
            store, nodes = stated.in_store(), dict(stated.loaded.places.nodes)
        else:
            terms, context = read_ontology(ontology), read_context(data)
            graph = CompiledGraph.load(data, ontology, cache)
            store, nodes = graph.in_memory(inferred=False), dict(graph.node_places)
        curated = cls(store, nodes, context, terms, _tables(data, nodes))
        curated._leave_out({name for path in given for name in curated._replaced(path, data)})
        return curated

    def _replaced(self, path: Path, data: Path) -> Iterable[str]:
        """The names in messages of the curated files that a given one stands for."""
        name = _name_in(path, data)
        if name is None and path.suffix == ENDING and path.name in self.tables:
            name = _name_in(self.tables[path.name], data)
        return () if name is None else (name, name + SUFFIX)

    def _leave_out(self, files: set[str]) -> None:
        """Take what these files define out of the graph."""
        if not files:
            return
        for iri in [iri for iri, place in self.nodes.items() if place.file in files]:
            del self.nodes[iri]
            for quad in list(self.store.quads_for_pattern(NamedNode(iri), None, None, AUTHORED_GRAPH)):
                self.store.remove(quad)

    def has(self, triple: Triple) -> bool:
        """Whether the curated graph says this already."""
        return Quad(triple.subject, triple.predicate, triple.object, AUTHORED_GRAPH) in self.store

    def catalogue(self) -> Catalogue:
        """The curated nodes, for references to them."""
        places = {shortened(iri): place for iri, place in self.nodes.items()}
        ends = {name.rpartition("/")[2]: name for name in reversed(places)}
        return Catalogue(places, ends=ends, spellings=self._spellings)

    def _spellings(self) -> Iterable[tuple[str, str]]:
        for predicate in NAMING:
            for quad in self.store.quads_for_pattern(None, NamedNode(predicate), None, AUTHORED_GRAPH):
                node, text = quad.subject, quad.object
                if isinstance(node, NamedNode) and isinstance(text, Literal) and node.value.startswith(ID):
                    yield text.value, shortened(node.value)


def _name_in(path: Path, data: Path) -> str | None:
    """The name in messages of a file that lies in the folder of entries; None for another."""
    root = Path(os.path.realpath(data))
    inside = Path(os.path.realpath(path))
    return f"{root.name}/{inside.relative_to(root).as_posix()}" if inside.is_relative_to(root) else None


def _tables(data: Path, nodes: dict[str, Place]) -> dict[str, Path]:
    """The curated tables by the name of their files, where that name is only of one."""
    files = {place.file for place in nodes.values() if place.file.endswith(ENDING)}
    paths = [data.resolve().parent / file for file in sorted(files)]
    names = [path.name for path in paths]
    return {path.name: path for path in paths if names.count(path.name) == 1}
