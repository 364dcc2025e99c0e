"""The compiled graph: made from the folders, or reused from the cache where nothing has changed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Store

from mea_kg import resources
from mea_kg.snapshots import (
    digest_of,
    open_snapshot,
    read_into_memory,
    read_nodes,
    read_places,
    write_snapshot,
)
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, new_store

if TYPE_CHECKING:
    from mea_kg.places import Place, Places


class CompiledGraph:
    """A store with `graph/authored` and `graph/inferred`, and where its nodes stand in the curated files."""

    def __init__(self, store: Store, places: Places | None, cached: tuple[Path, str] | None) -> None:
        """`places` may be None for a graph that is `cached`: in this folder, under this digest."""
        self.store = store
        self._places = places
        self._cached = cached

    @classmethod
    def load(
        cls, data: Path, ontology: Path, cache: Path | None = None, engine: str = "sparql"
    ) -> CompiledGraph:
        """The graph of these folders, kept below `cache` (by default, the user's cache folder).

        With another engine than `sparql` it is always made, in memory.
        Raises `EntryErrors`, `InputError`, `OntologyError` or `ContradictionError`.
        """
        cache = cache or resources.cache_folder()
        key = None
        if engine == "sparql" and cache is not None:
            key = cache, digest_of([ontology, data, resources.package_folder()])
            store = open_snapshot(*key)
            if store is not None:
                return cls(store, None, key)
        from mea_kg.building import build

        built = build(data, ontology, engine)
        if key is not None:
            # A cache that cannot be written costs time at the next start, and nothing else.
            with suppress(OSError):
                write_snapshot(*key, built.store, built.places)
        return cls(built.store, built.places, None)

    @cached_property
    def places(self) -> Places:
        """Where each node and field stands in the curated files."""
        if self._places is not None:
            return self._places
        assert self._cached is not None
        return read_places(*self._cached)

    @property
    def node_places(self) -> Mapping[str, Place]:
        """Where each node stands in the curated files, by IRI: quicker than `places`."""
        return self.places.nodes if self._cached is None else read_nodes(*self._cached)

    def in_memory(self, inferred: bool = True) -> Store:
        """A copy of the store in memory, with or without the inferred graph: small queries are quicker on it."""
        graphs = [AUTHORED_GRAPH, INFERRED_GRAPH] if inferred else [AUTHORED_GRAPH]
        if self._cached is not None:
            return read_into_memory(*self._cached, graphs)
        return new_store(
            quad for graph in graphs for quad in self.store.quads_for_pattern(None, None, None, graph)
        )
