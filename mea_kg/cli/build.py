"""`mea-kg build`: compile the graph anew and say what it holds."""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mea_kg import resources
from mea_kg.cli._cache import cache_folder
from mea_kg.cli._conforming import conforms
from mea_kg.cli._endpoint import add_server_options, connection_of
from mea_kg.cli._files import add_folders
from mea_kg.cli._streams import complain, progress
from mea_kg.errors import ContradictionError, EntryErrors, InputError
from mea_kg.reporting import written

if TYPE_CHECKING:
    from mea_kg.pipeline import Outcome

HELP = "compile the graph: load, check form and references, close, derive"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_folders(parser)
    parser.add_argument(
        "--engine",
        choices=("sparql", "owlrl"),
        default="sparql",
        help="closure and rules by compiled SPARQL, or by the reference engines owlrl and rdflib (slow)",
    )
    parser.add_argument(
        "--release", type=Path, metavar="FOLDER", help="write the files of a release into this new folder"
    )
    parser.add_argument(
        "--endpoint",
        metavar="URL",
        help="derive what follows from the graph that this server holds, and put it there",
    )
    add_server_options(parser)
    parser.add_argument(
        "--statements",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="instead of entries, files of N-Triples; beyond 300 MB with mea-kg[columnar]",
    )
    parser.add_argument(
        "--into",
        type=Path,
        metavar="FOLDER",
        help="with --statements: the new folder for what follows from them, and for a compiled store",
    )
    parser.add_argument("--rules", action="store_true", help="list what each derivation rule added")


def run(arguments: argparse.Namespace) -> int:
    """Build the graph and print its counts; 1 where the entries are wrong or are not fit to be released."""
    if arguments.statements or arguments.into:
        return _from_statements(arguments)
    if arguments.endpoint:
        return _on_server(arguments)
    from mea_kg.building import build
    from mea_kg.graph import KnowledgeGraph
    from mea_kg.statistics import size

    data = arguments.data or resources.data_folder()
    try:
        built = build(
            data,
            arguments.ontology or resources.ontology_folder(),
            arguments.engine,
        )
    except (EntryErrors, ContradictionError) as error:
        complain(written(error.findings, "text").rstrip())
        return 1
    authored, inferred = size(built.store)
    print(f"{len(built.loaded.files)} files, {authored} authored statements, {inferred} inferred")
    _print_derived(built.closure, built.derived, arguments.rules)
    if arguments.release is not None:
        from mea_kg.release.files import release, write_release

        if not conforms(KnowledgeGraph.load(data, arguments.ontology, cache=cache_folder()), "released"):
            return 1
        files = release(built.store, data, resources.shapes_folder())
        print(f"{len(write_release(files, arguments.release))} files in {arguments.release}")
    return 0


def _from_statements(arguments: argparse.Namespace) -> int:
    if not (arguments.statements and arguments.into):
        raise InputError("--statements and --into belong together", "name the files, and a new folder")
    if arguments.data or arguments.release or arguments.endpoint:
        raise InputError("--statements stands for all entries", "leave out --data, --release and --endpoint")
    if arguments.engine != "sparql":
        raise InputError("--statements has an engine of its own", "leave out --engine")
    from mea_kg.loading import read_context
    from mea_kg.places import Places
    from mea_kg.stores import open_read_only
    from mea_kg.validation import report_on

    ontology, shapes = arguments.ontology or resources.ontology_folder(), resources.shapes_folder()
    built = _pipeline(arguments.statements)(
        arguments.statements, ontology, shapes, arguments.into, say=progress
    )
    assert built.store is not None
    inferred = built.closure + sum(built.derived.values())
    print(f"{len(arguments.statements)} files, {built.authored} authored statements, {inferred} inferred")
    _print_derived(built.closure, built.derived, arguments.rules)
    for contradiction in built.contradictions:
        complain(contradiction.message)
    context = read_context(resources.data_folder())
    found = zip(built.shapes, built.results, strict=True)
    report = report_on(open_read_only(built.store), found, Places(), context, ontology)
    print(written(report.findings, "text").rstrip())
    return 0 if report.conforms and not built.contradictions else 1


def _pipeline(files: Sequence[Path]) -> Callable[..., Outcome]:
    """The pipeline in memory, or for what does not fit there the one in columns."""
    from mea_kg.pipeline import fits_in_memory, pipeline

    if fits_in_memory(files):
        return pipeline
    if importlib.util.find_spec("duckdb") is None:
        raise InputError(
            "files of this size need DuckDB, which is not installed", "pip install 'mea-kg[columnar]'"
        )
    from mea_kg.columnar.pipeline import pipeline as in_columns

    return in_columns


def _on_server(arguments: argparse.Namespace) -> int:
    if arguments.data or arguments.release:
        raise InputError("--endpoint is for what a server holds", "leave out --data and --release")
    from mea_kg.axioms import compile_axioms
    from mea_kg.building import derive
    from mea_kg.ontology import read_ontology
    from mea_kg.reasoning import contradictions
    from mea_kg.remote.contents import graph_of
    from mea_kg.remote.fetching import fetched
    from mea_kg.remote.pushing import Pusher
    from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH

    ontology = arguments.ontology or resources.ontology_folder()
    terms = read_ontology(ontology)
    with (
        tempfile.TemporaryDirectory(prefix="mea-kg-") as folder,
        connection_of(arguments, arguments.endpoint) as connection,
        fetched(connection, [AUTHORED_GRAPH], progress) as store,
    ):
        closure, derived = derive(store, terms, ontology, arguments.engine)
        if found := contradictions(store, compile_axioms(terms), [AUTHORED_GRAPH, INFERRED_GRAPH]):
            complain("\n".join(contradiction.message for contradiction in found))
            complain("\nnothing was put there\n\nhint: mend the entries, and push the graph that they make")
            return 1
        inferred = graph_of(store, INFERRED_GRAPH.value, Path(folder, "inferred.nt"))
        pusher = Pusher(connection.addresses, connection.service, connection.store, progress)
        pushed = pusher.push([inferred])
    _print_derived(closure, derived, arguments.rules)
    if pushed.written:
        print(f"{inferred.content.triples} inferred statements put in {inferred.name}")
    else:
        print("nothing to do: the server holds what follows already")
    return 0


def _print_derived(closure: int, derived: Mapping[str, int], each_rule: bool) -> None:
    print(f"{closure} follow from the axioms, {sum(derived.values())} from {len(derived)} rules")
    if each_rule:
        for rule, added in derived.items():
            print(f"{added:>8}  {rule}")
