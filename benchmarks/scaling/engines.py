"""Our pipeline, and the peers that run in Python: what each does with the files of a world.

`stated.nt` (and `stated.ttl`) is the ontology with the authored triples, `inferred.nt` what ours derived,
`closed.nt` both; `shapes-authored.nt` and `shapes-whole.nt` are the shapes.
"""

from __future__ import annotations

import logging
import statistics
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, QuerySolutions, RdfFormat, Store

from benchmarks.scaling.changing import changes
from benchmarks.scaling.steps import (
    PIPELINE_AT_ONCE,
    Step,
    cell,
    closure_step,
    mistakes_step,
    queries_for,
    query_steps,
    read,
    report_step,
    timed,
)
from mea_kg import reasoning, resources, rules
from mea_kg.axioms import compile_axioms
from mea_kg.namespaces import SH
from mea_kg.ontology import read_ontology
from mea_kg.pipeline import pipeline
from mea_kg.selecting import ask_both
from mea_kg.shacl import Compiled, Result, compile_shapes, validate
from mea_kg.stores import (
    AUTHORED_GRAPH,
    INFERRED_GRAPH,
    new_store,
    new_store_on_disk,
    open_read_only,
    triples_of,
    write_compiled,
    write_graph,
)
from mea_kg.updating import LiveGraph

if TYPE_CHECKING:
    import rdflib

BOTH = [AUTHORED_GRAPH, INFERRED_GRAPH]
COLD_QUERY = "who-cooperates-with"


def ours(folder: Path) -> Iterator[Step]:
    """The whole pipeline in memory; writes what it derived and a store on disk, for those that follow."""
    seconds, store = timed(lambda: _loaded(folder))
    yield Step("load", seconds, len(store))
    found = yield from _validation(store, folder, "authored", 1)
    terms = read_ontology(resources.ontology_folder())
    axioms = compile_axioms(terms)
    seconds, _ = timed(lambda: reasoning.close(store, [AUTHORED_GRAPH], INFERRED_GRAPH, axioms))
    yield closure_step(seconds, (triple for graph in BOTH for triple in triples_of(store, graph)))
    derivations = rules.load_rules(resources.ontology_folder() / "rules")
    seconds, derived = timed(lambda: rules.apply_rules(store, derivations, [AUTHORED_GRAPH], INFERRED_GRAPH))
    yield Step("rules", seconds, sum(derived.values()), str(sum(derived.values())))
    found += yield from _validation(store, folder, "whole", 2)
    yield mistakes_step(folder, found)
    yield from query_steps(lambda text: _rows(store, text), _text, queries_for(folder, with_graphs=True))
    if not (folder / "closed.nt").exists():
        write_graph(store, INFERRED_GRAPH, folder / "inferred.nt")
        seconds, _ = timed(lambda: write_compiled(store, folder / "store"))
        yield Step("write to disk", seconds, len(store))
        with (folder / "closed.nt").open("wb") as closed:
            for name in ("stated.nt", "inferred.nt"):
                with (folder / name).open("rb") as part:
                    while block := part.read(1 << 20):
                        closed.write(block)


def _validation(
    store: Store, folder: Path, which: str, graphs: int
) -> Generator[Step, None, list[tuple[str, str]]]:
    seconds, compiled = timed(lambda: _compiled(folder, which))
    yield Step(f"compile shapes, {which}", seconds, len(compiled.queries))
    seconds, results = timed(lambda: validate(store, BOTH[:graphs], compiled))
    found = _shapes_and_nodes(results)
    yield report_step(f"validation, {which}", seconds, found)
    return found


def _compiled(folder: Path, which: str) -> Compiled:
    compiled = compile_shapes(read(folder / f"shapes-{which}.nt"))
    assert not compiled.refused, compiled.refused
    return compiled


def _shapes_and_nodes(results: Iterable[Result]) -> list[tuple[str, str]]:
    return [(str(one.source_shape), str(one.focus_node)) for one in results]


def ours_at_once(folder: Path) -> Iterator[Step]:
    """The whole pipeline as `mea-kg build --statements` runs it: side by side what can be, and a store on disk."""
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        ontology, shapes = resources.ontology_folder(), resources.shapes_folder()
        built = Path(temporary, "graph")
        seconds, done = timed(lambda: pipeline([folder / "authored.nt"], ontology, shapes, built))
    found = _shapes_and_nodes([*done.results[0], *done.results[1]])
    yield Step(PIPELINE_AT_ONCE, seconds, len(found))
    yield mistakes_step(folder, found)


def _loaded(folder: Path) -> Store:
    store = new_store()
    store.bulk_load(path=str(folder / "stated.nt"), format=RdfFormat.N_TRIPLES, to_graph=AUTHORED_GRAPH)
    return store


def _rows(store: Store, text: str) -> list[tuple[Any, ...]]:
    answer = ask_both(store, text)
    assert isinstance(answer, QuerySolutions)
    return [tuple(row) for row in answer]


def _text(term: Any) -> str:
    if term is None:
        return ""
    return cell(term.value, term.datatype.value if isinstance(term, Literal) else "")


def ours_cold(folder: Path) -> Iterator[Step]:
    """Open the store on disk and ask one query: what counts is the time of the whole process."""
    store = open_read_only(folder / "store")
    text = dict(queries_for(folder, with_graphs=True))[COLD_QUERY]
    seconds, rows = timed(lambda: _rows(store, text))
    yield Step(f"first {COLD_QUERY}", seconds, len(rows))


def ours_disk(folder: Path) -> Iterator[Step]:
    """The saved queries on the store on disk."""
    seconds, store = timed(lambda: open_read_only(folder / "store"))
    yield Step("open", seconds, 0)
    yield from query_steps(lambda text: _rows(store, text), _text, queries_for(folder, with_graphs=True))


def ours_live(folder: Path) -> Iterator[Step]:
    """A built graph that follows changed entries: the median and the worst of one change of each kind and back."""
    store = new_store()
    for name, graph in (("stated.nt", AUTHORED_GRAPH), ("inferred.nt", INFERRED_GRAPH)):
        store.bulk_load(path=str(folder / name), format=RdfFormat.N_TRIPLES, to_graph=graph)
    first, live = timed(lambda: LiveGraph.of(store, resources.ontology_folder(), resources.shapes_folder()))
    yield Step("first look", first, len(store))
    taken = [timed(lambda one=one: live.update(one.added, one.removed))[0] for one in changes(store, 1)]  # type: ignore[misc]
    yield Step("one changed entry, median", statistics.median(taken), len(taken))
    yield Step("one changed entry, worst", max(taken), len(taken))


def ours_load_on_disk(folder: Path) -> Iterator[Step]:
    """The triples into a store on disk."""
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        yield _load_on_disk(folder / "stated.nt", Path(temporary, "store"))


def _load_on_disk(statements: Path, folder: Path) -> Step:
    # The store is closed in the end, so that its folder can be deleted.
    store = new_store_on_disk(folder)
    seconds, _ = timed(
        lambda: store.bulk_load(path=str(statements), format=RdfFormat.N_TRIPLES, to_graph=AUTHORED_GRAPH)
    )
    return Step("load", seconds, len(store))


def ours_in_columns(folder: Path) -> Iterator[Step]:
    """The whole pipeline in columns, with a store on disk beside it: what has no room in memory."""
    from mea_kg.columnar.pipeline import pipeline as in_columns

    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        done = in_columns(
            [folder / "authored.nt"],
            resources.ontology_folder(),
            resources.shapes_folder(),
            Path(temporary, "graph"),
        )
    derived = sum(done.derived.values())
    counts = {"load": done.authored, "closure": done.closure}
    for name, seconds in done.seconds.items():
        if name == "rules":
            yield Step(name, seconds, derived, str(derived))
        elif not name.startswith("validation"):
            yield Step(name, seconds, counts.get(name, 0))
    for which, results in zip(("authored", "whole"), done.results, strict=True):
        name = f"validation, {which}"
        yield report_step(name, done.seconds[name], _shapes_and_nodes(results))
    yield mistakes_step(folder, _shapes_and_nodes([*done.results[0], *done.results[1]]))


def owlrl_pyshacl(folder: Path) -> Iterator[Step]:
    """rdflib, owlrl and pySHACL: load, closure, rules, queries, validation."""
    import rdflib

    graph = rdflib.Graph()
    seconds, _ = timed(lambda: graph.parse(folder / "stated.nt", format="nt"))
    yield Step("load", seconds, len(graph))
    stated = set(read(folder / "stated.nt"))
    seconds, closed = timed(lambda: reasoning.close_with_owlrl(stated))
    yield closure_step(seconds, stated | closed)
    whole = reasoning.rdflib_graph(stated | closed)
    derivations = rules.load_rules(resources.ontology_folder() / "rules")
    seconds, derived = timed(lambda: rules.apply_rules_with_rdflib(whole, derivations))
    yield Step("rules", seconds, sum(derived.values()), str(sum(derived.values())))
    yield from _pyshacl(graph, folder, "authored")
    yield from _pyshacl(whole, folder, "whole")


def _pyshacl(graph: rdflib.Graph, folder: Path, which: str) -> Iterator[Step]:
    import pyshacl
    import rdflib

    shapes = rdflib.Graph().parse(folder / f"shapes-{which}.nt", format="nt")
    seconds, (_, report, _) = timed(
        lambda: pyshacl.validate(graph, shacl_graph=shapes, inference="none", inplace=True)
    )
    yield report_step(f"validation, {which}", seconds, _of_report(report))


def _of_report(report: Any) -> Iterator[tuple[str, str]]:
    from rdflib import URIRef

    for result in report.objects(None, URIRef(SH + "result")):
        yield (
            str(report.value(result, URIRef(SH + "sourceShape"))),
            str(report.value(result, URIRef(SH + "focusNode"))),
        )


def rdflib_alone(folder: Path) -> Iterator[Step]:
    """rdflib with what ours derived: load, queries."""
    import rdflib

    yield from _loaded_and_asked(rdflib.Graph(), "nt", folder)


def oxrdflib(folder: Path) -> Iterator[Step]:
    """rdflib's interface on Oxigraph with what ours derived: load, queries."""
    import rdflib

    yield from _loaded_and_asked(rdflib.Graph(store="Oxigraph"), "ox-nt", folder)


def _loaded_and_asked(graph: rdflib.Graph, format: str, folder: Path) -> Iterator[Step]:
    seconds, _ = timed(lambda: graph.parse(folder / "closed.nt", format=format))
    yield Step("load", seconds, len(graph))

    def written(term: object) -> str:
        return cell(term, str(getattr(term, "datatype", None) or ""))

    yield from query_steps(
        lambda text: [tuple(row) for row in graph.query(text)],  # type: ignore[arg-type]
        written,
        queries_for(folder, with_graphs=False),
    )


def reasonable(folder: Path) -> Iterator[Step]:
    """The reasoner `reasonable`: load and closure."""
    from reasonable import PyReasoner

    reasoner = PyReasoner()
    seconds, _ = timed(lambda: reasoner.load_file(str(folder / "stated.ttl")))
    yield Step("load", seconds, 0)
    seconds, closed = timed(reasoner.reason)
    import rdflib

    graph = rdflib.Graph()
    for triple in closed:
        graph.add(triple)
    yield closure_step(seconds, [*reasoning.triples_of(graph), *read(folder / "stated.nt")])


def pyshifty(folder: Path) -> Iterator[Step]:
    """The validator `pyshifty`, which reads files: with what ours derived."""
    import shifty

    for which, data in (("authored", "stated.nt"), ("whole", "closed.nt")):
        shapes, path = folder / f"shapes-{which}.nt", folder / data
        seconds, (_, report, _) = timed(
            lambda path=path, shapes=shapes: shifty.validate(path, shapes, graph_mode="data", infer=False)  # type: ignore[misc]
        )
        yield report_step(f"validation, {which}", seconds, _of_report(report))


def shacl_rust(folder: Path) -> Iterator[Step]:
    """The validator `shacl-rust`, which reads files: with what ours derived."""
    import shacl_rust as engine

    for which, data in (("authored", "stated.nt"), ("whole", "closed.nt")):
        shapes, path = folder / f"shapes-{which}.nt", folder / data
        seconds, report = timed(
            lambda path=path, shapes=shapes: engine.validate_file(str(path), str(shapes))  # type: ignore[misc]
        )
        # A result of a shape without a name has no such key.
        results = (
            (str(one.get("source_shape", "")), str(one.get("focus_node", ""))) for one in report["results"]
        )
        yield report_step(f"validation, {which}", seconds, results)


def jena(folder: Path) -> Iterator[Step]:
    """Apache Jena in this process: load in memory what ours derived, queries, validation."""
    from benchmarks.scaling.with_jena import steps

    yield from steps(folder)


ENGINES: Mapping[str, Callable[[Path], Iterator[Step]]] = {
    "ours": ours,
    "ours at once": ours_at_once,
    "ours cold": ours_cold,
    "ours on disk": ours_disk,
    "ours live": ours_live,
    "ours, load on disk": ours_load_on_disk,
    "ours, in columns": ours_in_columns,
    "rdflib + owlrl + pySHACL": owlrl_pyshacl,
    "rdflib": rdflib_alone,
    "oxrdflib": oxrdflib,
    "reasonable": reasonable,
    "pyshifty": pyshifty,
    "shacl-rust": shacl_rust,
    "Jena": jena,
}
"""The engines by name; ours comes first, since the others need what it derived."""
ON_DISK = ("ours, load on disk", "ours, in columns")
"""The engines for worlds that have no room in memory."""
IN_MEMORY = 2_000_000
"""Up to how many triples the others are tried."""
NEEDS: Mapping[str, str] = {
    "ours, in columns": "duckdb",
    "oxrdflib": "oxrdflib",
    "reasonable": "reasonable",
    "pyshifty": "shifty",
    "shacl-rust": "shacl_rust",
}
"""The modules of peers that are not installed with this project."""


def why_not(name: str) -> str:
    """Why an engine cannot run here; empty where it can."""
    import importlib.util

    if name == "Jena":
        from tests.servers import tdb2

        return tdb2.why_not() or ""
    module = NEEDS.get(name)
    if module and importlib.util.find_spec(module) is None:
        return "not installed"
    return ""


logging.getLogger("rdflib.term").setLevel(logging.ERROR)
