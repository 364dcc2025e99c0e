"""`mea-kg validate`: check the graph, or entries together with it, against the shapes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mea_kg import resources
from mea_kg.cli import _streams
from mea_kg.cli._cache import cache_folder
from mea_kg.cli._endpoint import add_server_options, connection_of
from mea_kg.cli._files import add_folders
from mea_kg.errors import ContradictionError, EntryErrors, InputError, MeaKgError
from mea_kg.reporting import FORMATS, written

if TYPE_CHECKING:
    from mea_kg.findings import Finding
    from mea_kg.reports import Report

HELP = "check the graph, or entries together with it, against the shapes"
TURTLE = "turtle"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument(
        "files",
        nargs="*",
        type=_path,
        metavar="FILE",
        help="entries in YAML, CSV or RDF (Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML), or folders of "
        "them, checked against the graph (default: the whole graph)",
    )
    parser.add_argument(
        "--today", type=_day, metavar="DATE", help="compare the dates of entries with this day, YYYY-MM-DD"
    )
    parser.add_argument(
        "--sources",
        type=Path,
        metavar="FOLDER",
        help="copies of the sources, to look phrases of entries up in",
    )
    parser.add_argument(
        "--format",
        choices=(*FORMATS, TURTLE),
        default="text",
        help="text (default), json, sarif (2.1.0), junit (XML), github (annotations), turtle (W3C SHACL report)",
    )
    parser.add_argument("--watch", action="store_true", help="check again on every save, until Ctrl-C")
    parser.add_argument(
        "--release",
        type=_path,
        metavar="PATH",
        help="check the graph of a release: its folder, or its N-Quads, TriG or JSON-LD",
    )
    parser.add_argument("--endpoint", metavar="URL", help="check the graph that this server holds")
    add_server_options(parser)
    add_folders(parser)
    parser.add_argument(
        "--engine",
        choices=("sparql", "pyshacl"),
        default="sparql",
        help="shapes compiled to SPARQL, or by the reference engine pySHACL (slow)",
    )
    parser.add_argument("--shapes", type=Path, metavar="FOLDER", help="shapes (default: the package's)")


def run(arguments: argparse.Namespace) -> int:
    """Print what is wrong; 1 if anything is, 0 if there are only warnings and remarks, or nothing."""
    return _watch(arguments) if arguments.watch else _check(arguments, _report)


def _watch(arguments: argparse.Namespace) -> int:
    """Check now and on every save; Ctrl-C ends it, with the status of the last check."""
    status = 2
    report: Callable[[argparse.Namespace], Report] = _report
    try:
        for changed in _changes(arguments):
            if changed:
                _streams.write(f"\n{', '.join(sorted(changed))} changed\n\n")
                # The first check is quicker by the compiled graph, and refuses what does not go together.
                report = _followed(arguments) if report is _report else report
            try:
                status = _check(arguments, report)
            except MeaKgError as error:
                _streams.complain(str(error))
                status = 2
            _streams.complain("watching for changes; Ctrl-C ends")
            sys.stdout.flush()
    except KeyboardInterrupt:
        pass
    return status


def _followed(arguments: argparse.Namespace) -> Callable[[argparse.Namespace], Report]:
    """What reports on the state after a save, and checks of the whole graph what the save concerns alone."""
    refused = arguments.today or arguments.sources or arguments.endpoint or arguments.release
    if arguments.files or refused or arguments.engine != "sparql":
        return _report
    from mea_kg.following import FollowedFolder

    folder = FollowedFolder(_data(arguments), _ontology(arguments), _shapes(arguments))
    return lambda _: folder.report()


def _changes(arguments: argparse.Namespace) -> Iterator[set[str]]:
    from mea_kg.watching import changes

    folders = (_data(arguments), _ontology(arguments), _shapes(arguments))
    return changes(arguments.files, [folder for folder in folders if folder.is_dir()])


def _check(arguments: argparse.Namespace, reported: Callable[[argparse.Namespace], Report]) -> int:
    try:
        report = reported(arguments)
    except (EntryErrors, ContradictionError) as error:
        # What keeps the graph from being made has no results of shapes.
        if arguments.format == TURTLE:
            from mea_kg.reports import Report

            _streams.write(Report.of_findings(error.findings).as_turtle())
        else:
            _print(error.findings, arguments.format)
        return 1
    for shape in report.handed_on:
        _streams.complain(f"checked by pySHACL, as it is not compiled: {shape}")
    if arguments.format == TURTLE:
        _streams.write(report.as_turtle())
    else:
        _print(report.findings, arguments.format)
    return 0 if report.conforms else 1


def _print(findings: Sequence[Finding], format: str) -> None:
    if format == "text" and _streams.takes_colour():
        from mea_kg.reporting.as_text import write

        _streams.write_painted(write(findings, colour=True))
    else:
        _streams.write(written(findings, format))


def _data(arguments: argparse.Namespace) -> Path:
    return arguments.data or resources.data_folder()


def _ontology(arguments: argparse.Namespace) -> Path:
    return arguments.ontology or resources.ontology_folder()


def _shapes(arguments: argparse.Namespace) -> Path:
    return arguments.shapes or resources.shapes_folder()


def _path(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("an empty name, which would mean all files of this folder")
    return Path(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day of the calendar, YYYY-MM-DD") from None


def _report(arguments: argparse.Namespace) -> Report:
    from mea_kg.graph import KnowledgeGraph
    from mea_kg.loading import read_context
    from mea_kg.validation import validate, validate_files

    data, ontology, shapes = _data(arguments), _ontology(arguments), _shapes(arguments)
    if arguments.endpoint and (arguments.files or arguments.watch):
        raise InputError("--endpoint is for what a server holds", "leave out the files and --watch")
    if arguments.release and (arguments.files or arguments.watch or arguments.endpoint):
        raise InputError("--release is for a whole graph", "leave out the files, --watch and --endpoint")
    for path in arguments.files:
        if not os.path.lexists(path):
            raise InputError(f"{path}: no such file", "name files or folders that exist")
    if arguments.files:
        return validate_files(
            *(arguments.files, data, ontology, shapes, arguments.engine),
            today=arguments.today,
            sources=arguments.sources,
            cache=cache_folder(),
        )
    if arguments.today or arguments.sources:
        raise InputError(
            "--today and --sources are for entries",
            "name the files; for the whole graph: mea-kg evidence FOLDER",
        )
    if arguments.endpoint:
        return _report_on_server(arguments, data, shapes)
    if arguments.release:
        return _report_on_release(arguments, data, shapes)
    graph = KnowledgeGraph.load(data, ontology, cache=cache_folder())
    return validate(
        *(graph.in_memory(), graph.places, shapes, read_context(data)),
        engine=arguments.engine,
        ontology=ontology,
    )


def _report_on_release(arguments: argparse.Namespace, data: Path, shapes: Path) -> Report:
    from mea_kg.loading import read_context
    from mea_kg.places import Places
    from mea_kg.release.diffing import read_state
    from mea_kg.stores import AUTHORED_GRAPH, load_stream, new_store, triples_of
    from mea_kg.validation import validate

    store = new_store()
    load_stream(store, read_state(arguments.release))
    if next(triples_of(store, AUTHORED_GRAPH), None) is None:
        raise InputError(
            f"{arguments.release}: nothing is in {AUTHORED_GRAPH}",
            "name a release, which has its graphs by their names; for new entries leave --release out",
        )
    return validate(
        *(store, Places(), shapes, read_context(data)),
        engine=arguments.engine,
        ontology=_ontology(arguments),
    )


def _report_on_server(arguments: argparse.Namespace, data: Path, shapes: Path) -> Report:
    from mea_kg.loading import read_context
    from mea_kg.places import Places
    from mea_kg.remote.fetching import fetched
    from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH
    from mea_kg.validation import validate

    graphs = [AUTHORED_GRAPH, INFERRED_GRAPH]
    with (
        connection_of(arguments, arguments.endpoint) as connection,
        fetched(connection, graphs, _streams.progress) as store,
    ):
        return validate(
            *(store, Places(), shapes, read_context(data)),
            engine=arguments.engine,
            ontology=_ontology(arguments),
        )
