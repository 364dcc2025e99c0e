"""Writes the graph in the standard formats; the same graph gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, Quad, RdfFormat, Store, Triple, serialize

from mea_kg.errors import InputError, QueryError
from mea_kg.namespaces import PREFIXES
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH

FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "jsonld": RdfFormat.JSON_LD,
}
_OF_ONE_GRAPH = {RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML}
_WITHOUT_PREFIXES = {RdfFormat.N_TRIPLES, RdfFormat.N_QUADS}
GRAPHS = {
    "authored": (AUTHORED_GRAPH,),
    "inferred": (INFERRED_GRAPH,),
    "all": (AUTHORED_GRAPH, INFERRED_GRAPH),
}


def export(store: Store, format: str = "trig", graph: str = "all") -> bytes:
    """The graph in one format: `trig`, `nquads` or `jsonld`, or without graph names `turtle`, `ntriples` or `rdfxml`.

    `graph` is `authored`, `inferred` or `all`. Statements are sorted. Raises `QueryError` for another name.
    """
    if graph not in GRAPHS:
        raise QueryError(f"no graph {graph!r}", f"one of: {', '.join(GRAPHS)}")
    quads = (quad for name in GRAPHS[graph] for quad in store.quads_for_pattern(None, None, None, name))
    return written(quads, format)


def written(quads: Iterable[Quad], format: str) -> bytes:
    """These statements in one of `FORMATS`, graph by graph, sorted.

    Raises `QueryError` for another format, `InputError` for a blank node: loaded twice, it would be two.
    """
    if format not in FORMATS:
        raise QueryError(f"no export format {format!r}", f"one of: {', '.join(FORMATS)}")
    syntax = FORMATS[format]
    ordered = sorted(quads, key=lambda quad: (str(quad.graph_name), str(quad.triple)))
    for quad in ordered:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            raise InputError(f"a blank node cannot be exported: {quad.triple}", "give the node an id")
    statements: list[Quad] | list[Triple] = ordered
    if syntax in _OF_ONE_GRAPH:
        statements = sorted({quad.triple for quad in ordered}, key=str)
    content = serialize(statements, format=syntax, prefixes=None if syntax in _WITHOUT_PREFIXES else PREFIXES)
    assert content is not None
    return content
