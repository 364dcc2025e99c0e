"""The knowledge graph as a library: `KnowledgeGraph.load()` or `KnowledgeGraph.connect(URL)`, then ask it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Store

from mea_kg import resources
from mea_kg.asking import AskedGraph
from mea_kg.compiled import CompiledGraph

if TYPE_CHECKING:
    from mea_kg.coverage import DocumentCoverage
    from mea_kg.evidence import EvidenceReport
    from mea_kg.places import Places
    from mea_kg.remote.credentials import Credentials
    from mea_kg.reports import Report


class KnowledgeGraph(AskedGraph):
    """A compiled graph, for reading: the store with `graph/authored` and `graph/inferred`."""

    store: Store

    def __init__(self, compiled: CompiledGraph, data: Path, queries: Path) -> None:
        super().__init__(compiled.store, data, queries)
        self._compiled = compiled

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

    @staticmethod
    def connect(
        endpoint: str,
        credentials: Credentials | None = None,
        *,
        server: str | None = None,
        timeout: float = 120.0,
        queries: Path | None = None,
    ) -> AskedGraph:
        """The graph that a server holds, to be asked there: the address of the server, or of its query service.

        `server` names its kind where its answers do not tell, `timeout` is in seconds. Raises `RemoteError` where
        the server cannot be reached, or does not hold the graph.
        """
        from mea_kg.remote.connecting import reading

        store = reading(endpoint, credentials, server, timeout)
        return AskedGraph(store, resources.data_folder(), queries or resources.queries_folder())

    @property
    def places(self) -> Places:
        """Where each node and field stands in the curated files."""
        return self._compiled.places

    def in_memory(self) -> Store:
        """A copy of the store in memory: many small queries are quicker on it."""
        return self._compiled.in_memory()

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
