"""Checks the graph against the SHACL shapes: first what was authored, without inference, then the whole.

The shapes are compiled to queries on the embedded store (`mea_kg.shacl`); pySHACL is the reference, and takes what
is not compiled. Results become findings in words, with file and line.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Store, Triple

from mea_kg import resources
from mea_kg.checking import further_findings, require_folder
from mea_kg.context import Context
from mea_kg.curated import Curated
from mea_kg.errors import InputError, QueryError
from mea_kg.explaining import Explainer
from mea_kg.findings import Finding
from mea_kg.loading import expanded, load_files
from mea_kg.merging import one_per_mistake
from mea_kg.places import Places
from mea_kg.rdflib_bridge import as_rdflib, from_rdflib
from mea_kg.reports import Report
from mea_kg.shacl import Result, compile_shapes
from mea_kg.shacl import validate as validate_compiled
from mea_kg.shapes import Shapes, authored_modules, whole_modules
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store, triples_of
from mea_kg.tables.reading import ENDING

ENGINES = ("sparql", "pyshacl")


def validate(
    store: Store,
    places: Places,
    shapes_folder: Path,
    context: Context | None = None,
    only: Collection[str] | None = None,
    engine: str = "sparql",
    whole: bool | None = None,
    ontology: Path | None = None,
) -> Report:
    """Check the authored graph, then the whole with the rules for it.

    Fields are named by the keys of `context`. With `only`, IRIs of nodes, nothing but these nodes is reported,
    and the whole is not checked, unless it is asked for.
    A finding about a term has its place in `ontology`, by default that of the package.
    `engine` is `sparql` (compiled) or `pyshacl` (the reference, slow). A store in memory is quickest.
    Raises `InputError` where the shapes cannot be read, `QueryError` for another engine.
    """
    results, findings, handed_on = _checked(
        store, places, shapes_folder, context, only, engine, whole, ontology
    )
    return _report(results, findings, handed_on)


def _report(
    results: Sequence[Result],
    findings: Sequence[Finding],
    handed_on: Sequence[str],
    beyond: Sequence[Finding] = (),
) -> Report:
    """The report on results, of which each has the finding at its place, and on findings that no shape made."""
    places = {result: finding.place for result, finding in zip(results, findings, strict=True)}
    return Report(
        tuple(sorted(results, key=lambda result: result.sort_key)),
        one_per_mistake([*findings, *beyond]),
        tuple(handed_on),
        places,
        tuple(sorted(set(beyond))),
    )


def _checked(
    store: Store,
    places: Places,
    shapes_folder: Path,
    context: Context | None,
    only: Collection[str] | None,
    engine: str,
    whole: bool | None,
    ontology: Path | None,
) -> tuple[list[Result], list[Finding], list[str]]:
    """The results, for each of them its finding, and what was handed to pySHACL."""
    if engine not in ENGINES:
        raise QueryError(f"no engine {engine!r}", f"one of: {', '.join(ENGINES)}")
    passes: list[tuple[list[Path], list[NamedNode]]] = [(authored_modules(shapes_folder), [AUTHORED_GRAPH])]
    if whole or (whole is None and only is None):
        passes.append((whole_modules(shapes_folder), [AUTHORED_GRAPH, INFERRED_GRAPH]))
    results: list[Result] = []
    findings: list[Finding] = []
    handed_on: list[str] = []
    for files, graphs in passes:
        shapes = Shapes.read(files)
        explainer = Explainer(store, places, shapes, context, ontology or resources.ontology_folder())
        if engine == "sparql":
            found, refused = _compiled(store, graphs, shapes, only)
            handed_on += refused
        else:
            found = check(_triples(store, graphs), shapes)
        for result in _in_order(found):
            if only is None or result.focus_node.value in only:
                results.append(result)
                findings.append(explainer.finding(result))
    return results, findings, handed_on


def _in_order(results: Iterable[Result]) -> list[Result]:
    """Of what two constraints find in one field, the plain one leads, and not the query."""
    return sorted(results, key=lambda result: (result.is_from_query, result.sort_key))


def report_on(
    store: Store,
    found: Iterable[tuple[Shapes, Iterable[Result]]],
    places: Places,
    context: Context | None = None,
    ontology: Path | None = None,
) -> Report:
    """The report on results that were found elsewhere, of some shapes; `places` are those of nodes and fields.

    The store is read for the names of things. The shapes are those that were checked, and not others read from the
    same files: a shape without a name is another each time.
    """
    results: list[Result] = []
    findings: list[Finding] = []
    for shapes, those in found:
        explainer = Explainer(store, places, shapes, context, ontology or resources.ontology_folder())
        for result in _in_order(those):
            results.append(result)
            findings.append(explainer.finding(result))
    return _report(results, findings, ())


def _triples(store: Store, graphs: Sequence[NamedNode]) -> list[Triple]:
    return [triple for graph in graphs for triple in triples_of(store, graph)]


def _compiled(
    store: Store, graphs: Sequence[NamedNode], shapes: Shapes, only: Collection[str] | None
) -> tuple[list[Result], list[str]]:
    """The results on the store, and what was refused and handed to pySHACL."""
    compiled = compile_shapes(shapes.triples)
    found = validate_compiled(store, graphs, compiled, only)
    if compiled.refused:
        found += check(_triples(store, graphs), Shapes(compiled.rest))
    return found, [f"{refused.shape}: {refused.reason}" for refused in compiled.refused]


def validate_files(
    paths: Iterable[Path],
    data: Path,
    ontology: Path,
    shapes_folder: Path,
    engine: str = "sparql",
    *,
    today: date | None = None,
    sources: Path | None = None,
    cache: Path | None = None,
) -> Report:
    """Check entries against the curated ones in `data`, of which they need not be part.

    The files are YAML, CSV tables or RDF; a folder stands for those in it. A file that is in `data`, or a changed
    copy of a table there, takes the place of what was loaded from there. Nothing is inferred, but for the
    arithmetic of tables: the other rules for the whole graph are for what is built from all entries.
    Dates are compared with `today` only where it is given; phrases with the copies in the folder `sources`.
    `cache` is where the compiled graph is kept, by default the user's cache folder.
    Raises `EntryErrors` with what is wrong with the form of entries, `InputError` (at once, where there is no such
    folder), `OntologyError` or `ContradictionError`.
    """
    if sources is not None:
        require_folder(sources)
    given = expanded(paths)
    curated = Curated.load(data, ontology, given, cache)
    loaded = load_files(
        given, curated.terms, curated.context, curated.catalogue(), curated.has, curated.tables
    )
    store, only = curated.store, set(loaded.places.nodes)
    store.extend(in_graph(loaded.triples, AUTHORED_GRAPH))
    has_tables = any(file.path.suffix == ENDING for file in loaded.files)
    if has_tables:
        from mea_kg.building import derive

        derive(store, curated.terms, ontology)
    results, findings, handed_on = _checked(
        store, loaded.places, shapes_folder, curated.context, only, engine, has_tables, ontology
    )
    return _report(results, findings, handed_on, list(further_findings(store, loaded, today, sources)))


def check(triples: Iterable[Triple], shapes: Shapes, embedded: bool = True) -> list[Result]:
    """The results of pySHACL on a graph, without inference.

    The queries in the shapes are asked once for all focus nodes, of the embedded store, unless not `embedded`:
    then of rdflib, once for each focus node, which is the reference and a hundred times slower.
    Raises `InputError` for shapes that pySHACL cannot use.
    """
    import pyshacl
    from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError
    from pyshacl.graph_abstraction import DataGraph
    from rdflib import Graph, URIRef
    from rdflib.namespace import SH as RDFLIB_SH

    triples = list(triples)
    store = new_store(in_graph(triples, AUTHORED_GRAPH)) if embedded else None
    try:
        with _quiet():
            _, report, text = pyshacl.validate(
                DataGraph.from_rdflib_graph(as_rdflib(triples, store)),
                shacl_graph=as_rdflib(shapes.triples),
                inference="none",
                inplace=True,
            )
    except (ShapeLoadError, ConstraintLoadError, ReportableRuntimeError, SyntaxError) as error:
        raise InputError(
            f"a shape cannot be used: {error}", "mend it: the message names what is wrong"
        ) from error
    if not isinstance(report, Graph):
        raise InputError(f"a shape cannot be used: {text}", "mend it: the message names what is wrong")
    results = set()
    for node in report.objects(None, RDFLIB_SH.result):
        said = dict(report.predicate_objects(node))
        path = said.get(RDFLIB_SH.resultPath)
        focus, shape = from_rdflib(said[RDFLIB_SH.focusNode]), from_rdflib(said[RDFLIB_SH.sourceShape])
        constraint = from_rdflib(said.get(RDFLIB_SH.sourceConstraint))
        assert focus is not None and isinstance(shape, NamedNode | BlankNode)
        rule = shapes.rules.get(shape.value)
        results.add(
            Result(
                focus_node=focus,
                path=f"<{path}>" if isinstance(path, URIRef) else rule.path if rule else "",
                value=from_rdflib(said.get(RDFLIB_SH.value)),
                component=str(said[RDFLIB_SH.sourceConstraintComponent]),
                severity=str(said[RDFLIB_SH.resultSeverity]),
                source_shape=shape,
                source_constraint=constraint if isinstance(constraint, NamedNode | BlankNode) else None,
                message=str(said.get(RDFLIB_SH.resultMessage, "")),
            )
        )
    return sorted(results, key=lambda result: result.sort_key)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps rdflib from writing a stack trace for each literal that is not of its datatype: a shape says it."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
