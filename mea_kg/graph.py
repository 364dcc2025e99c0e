"""The knowledge graph as a library: `KnowledgeGraph.load()`, then ask it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Store

from mea_kg import resources
from mea_kg.compiled import CompiledGraph

if TYPE_CHECKING:
    from mea_kg.answers import Answer
    from mea_kg.coverage import DocumentCoverage
    from mea_kg.evidence import EvidenceReport
    from mea_kg.places import Places
    from mea_kg.reports import Report


class KnowledgeGraph:
    """A compiled graph, for reading: the store with `graph/authored` and `graph/inferred`."""

    def __init__(self, compiled: CompiledGraph, data: Path, queries: Path) -> None:
        self.store = compiled.store
        self._compiled = compiled
        self._data = data
        self._queries = queries

    @classmethod
    def load(
        cls,
        data: Path | None = None,
        ontology: Path | None = None,
        queries: Path | None = None,
        cache: Path | None = None,
        engine: str = "sparql",
    ) -> KnowledgeGraph:
        """The graph of these folders (by default, those of the package), compiled or reused.

        A compiled graph is kept below `cache` (by default, the user's cache folder) and reused only
        when nothing that it was made from has changed.
        With another engine than `sparql` it is always made, in memory.
        Raises `EntryErrors`, `InputError`, `OntologyError` or `ContradictionError`.
        """
        data = data or resources.data_folder()
        ontology = ontology or resources.ontology_folder()
        queries = queries or resources.queries_folder()
        return cls(CompiledGraph.load(data, ontology, cache, engine), data, queries)

    @property
    def places(self) -> Places:
        """Where each node and field stands in the curated files."""
        return self._compiled.places

    def in_memory(self) -> Store:
        """A copy of the store in memory: many small queries are quicker on it."""
        return self._compiled.in_memory()

    def query(self, query: str, *values: str, source: str | None = None, **parameters: str) -> Answer:
        """The answer of a saved query, or of a `.rq` file: parameters by position or by name.

        Raises `QueryError`, `UnknownName` or `AmbiguousName`.
        """
        from mea_kg.answers import ask

        return ask(self.store, self._queries, query, list(values), parameters, source)

    def show(self, name: str, source: str | None = None) -> Answer:
        """What is said of one entity. Raises `UnknownName` or `AmbiguousName`."""
        from mea_kg.entities import portrait
        from mea_kg.loading import read_context

        return portrait(self.store, self._queries, read_context(self._data), name, source)

    def relation(self, first: str, second: str, source: str | None = None) -> Answer:
        """What is stated between two actors, or between an actor and a group, with a verdict."""
        from mea_kg.relations import relation

        return relation(self.store, self._queries, first, second, source)

    def path(
        self,
        first: str,
        second: str,
        source: str | None = None,
        *,
        max_steps: int = 6,
        cooperation_only: bool = False,
    ) -> Answer:
        """The shortest ways in which two entities are connected, each step with its evidence."""
        from mea_kg.paths import path

        return path(self.store, first, second, source, max_steps=max_steps, cooperation_only=cooperation_only)

    def validate(self, shapes: Path | None = None) -> Report:
        """What the shapes find in the whole graph."""
        from mea_kg.loading import read_context
        from mea_kg.validation import validate

        folder = shapes or resources.shapes_folder()
        return validate(self.in_memory(), self.places, folder, read_context(self._data))

    def evidence(self, folder: Path) -> EvidenceReport:
        """Whether each phrase stands in the copies of the source documents in a folder, at its pinpoint."""
        from mea_kg.documents import read_copies, source_documents
        from mea_kg.evidence import check_evidence

        return check_evidence(self.store, read_copies(folder, source_documents(self.store)), self.places)

    def coverage(self, folder: Path) -> list[DocumentCoverage]:
        """What each clause and table cell of the documents in a folder gave."""
        from mea_kg.coverage import coverage_of
        from mea_kg.documents import read_copies, source_documents

        return coverage_of(self.store, read_copies(folder, source_documents(self.store)))

    def export(self, format: str = "trig", graph: str = "all") -> bytes:
        """The graph in `turtle`, `trig`, `nquads` or `jsonld`; `graph` is `authored`, `inferred` or `all`."""
        from mea_kg.exporting import export

        return export(self.store, format, graph)

    def stats(self) -> Mapping[str, int]:
        """What the graph holds, counted."""
        from mea_kg.statistics import count

        return count(self.store)
