"""Writes the graph in the standard formats; the same graph gives the same bytes."""

from __future__ import annotations

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize

from mea_kg.errors import QueryError
from mea_kg.namespaces import PREFIXES
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH

FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "jsonld": RdfFormat.JSON_LD,
}
GRAPHS = {
    "authored": (AUTHORED_GRAPH,),
    "inferred": (INFERRED_GRAPH,),
    "all": (AUTHORED_GRAPH, INFERRED_GRAPH),
}


def export(store: Store, format: str = "trig", graph: str = "all") -> bytes:
    """The graph in one format: `turtle` (no graph names), `trig`, `nquads` or `jsonld`.

    `graph` is `authored`, `inferred` or `all`. Statements are sorted. Raises `QueryError` for another name.
    """
    if format not in FORMATS:
        raise QueryError(f"no export format {format!r}", f"one of: {', '.join(FORMATS)}")
    if graph not in GRAPHS:
        raise QueryError(f"no graph {graph!r}", f"one of: {', '.join(GRAPHS)}")
    quads = [quad for name in GRAPHS[graph] for quad in _sorted(store, name)]
    if format == "turtle":
        merged = sorted({quad.triple for quad in quads}, key=str)
        written = serialize(merged, format=FORMATS[format], prefixes=PREFIXES)
    else:
        written = serialize(quads, format=FORMATS[format], prefixes=None if format == "nquads" else PREFIXES)
    assert written is not None
    return written


def _sorted(store: Store, graph: NamedNode) -> list[Quad]:
    return sorted(store.quads_for_pattern(None, None, None, graph), key=str)
