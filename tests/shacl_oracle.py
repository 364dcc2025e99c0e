"""The report of pySHACL, in a form to compare with ours."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from mea_kg.namespaces import SH
from mea_kg.rdflib_bridge import as_rdflib
from mea_kg.reasoning import triples_of
from mea_kg.shacl import Result, compile_shapes, validate
from mea_kg.shacl.paths import read_path
from mea_kg.shacl.reading import ShapesGraph
from mea_kg.shacl.terms import Term
from mea_kg.stores import AUTHORED_GRAPH, in_graph, new_store

Key = tuple[str, str, str, str, str, str]
"""Focus node, path, value, component, severity and shape, as text."""

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix ex: <http://example.org/> .
@prefix : <http://example.org/> .
"""


def turtle(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE)]


@cache
def as_stored(term: object) -> str:
    """A term as the store keeps it: canonical numbers, lower case of language tags."""
    if not isinstance(term, Literal):
        return str(term) if term is not None else ""
    (kept,) = new_store([Quad(NamedNode("a:a"), NamedNode("a:a"), term, AUTHORED_GRAPH)])
    return str(kept.object)


def key(result: Result) -> Key:
    return (
        as_stored(result.focus_node),
        result.path,
        as_stored(result.value),
        result.component.removeprefix(SH),
        result.severity.removeprefix(SH),
        str(result.source_shape),
    )


def ours(data: Iterable[Triple], shapes: Iterable[Triple]) -> set[Key]:
    """Our report; fails where a shape is refused."""
    compiled = compile_shapes(shapes)
    assert not compiled.refused, compiled.refused
    store = new_store(in_graph(data, AUTHORED_GRAPH))
    return {key(result) for result in validate(store, [AUTHORED_GRAPH], compiled)}


def of_pyshacl(data: Iterable[Triple], shapes: Iterable[Triple], embedded: bool = False) -> set[Key]:
    """The report of pySHACL, without inference and advanced features.

    Its severity of queries' results is replaced by the declared one, which it ignores. With `embedded`, the
    queries of the shapes are asked of the store, which is quicker.
    """
    import pyshacl
    from pyshacl.graph_abstraction import DataGraph

    data, shapes = list(data), list(shapes)
    store = new_store(in_graph(data, AUTHORED_GRAPH)) if embedded else None
    graph = DataGraph.from_rdflib_graph(as_rdflib(data, store))
    _, report, _ = pyshacl.validate(graph, shacl_graph=as_rdflib(shapes), inference="none", inplace=True)
    assert not isinstance(report, Exception), report
    return report_keys(triples_of(report), shapes)


def report_keys(report: Iterable[Triple], shapes: Iterable[Triple]) -> set[Key]:
    """The results in a report."""
    graph, declared = ShapesGraph(report), ShapesGraph(shapes)
    found = set()
    for node in _results(graph):
        (focus,) = graph.objects(node, "focusNode")
        (component,) = graph.objects(node, "sourceConstraintComponent")
        (severity,) = graph.objects(node, "resultSeverity")
        shape = next(iter(graph.objects(node, "sourceShape")), None)
        for constraint in graph.objects(node, "sourceConstraint"):
            severity = next(iter(declared.objects(constraint, "severity")), severity)
        paths = [read_path(graph, path).text for path in graph.objects(node, "resultPath")]
        value = next(iter(graph.objects(node, "value")), None)
        found.add(
            (
                as_stored(focus),
                paths[0] if paths else "",
                as_stored(value),
                component.value.removeprefix(SH),
                severity.value.removeprefix(SH),
                str(shape),
            )
        )
    return found


def _results(graph: ShapesGraph) -> list[Term]:
    """The results of the report itself: not those that explain them (sh:detail)."""
    reports = [triple.subject for triple in graph.triples if triple.predicate.value == SH + "conforms"]
    return [result for report in reports for result in graph.objects(report, "result")]
