"""What the commands share that ask the graph: their options, and how an answer is written."""

from __future__ import annotations

import argparse
import shutil

from mea_kg.asking import AskedGraph
from mea_kg.cli import _streams
from mea_kg.cli._cache import cache_folder
from mea_kg.cli._endpoint import credentials_of
from mea_kg.graph import KnowledgeGraph
from mea_kg.rendering import OF_ROWS, READABLE, render
from mea_kg.results import Answer, Result

_WIDTH_OF_A_FILE = 100


def add_format(parser: argparse.ArgumentParser, formats: tuple[str, ...] = OF_ROWS) -> None:
    """The option `--format`, with those formats that the command can write."""
    parser.add_argument(
        "--format",
        choices=formats,
        default="table",
        metavar="FORMAT",
        help=f"one of {', '.join(formats)} (default: table)",
    )


def add_source(parser: argparse.ArgumentParser) -> None:
    """The option `--source`."""
    parser.add_argument(
        "--source",
        metavar="NAME",
        help="limit to a source document or a collection, by name or id (collection/five-documents)",
    )


def load() -> KnowledgeGraph:
    """The knowledge graph of this installation."""
    return KnowledgeGraph.load(cache=cache_folder())


def asked(arguments: argparse.Namespace) -> AskedGraph:
    """The graph that a command asks: that of this installation, or that of the server which `--endpoint` names."""
    if arguments.endpoint is None:
        return load()
    return KnowledgeGraph.connect(
        arguments.endpoint,
        credentials_of(arguments, arguments.endpoint),
        server=arguments.server,
        timeout=arguments.timeout,
    )


def write(result: Result, format: str) -> None:
    """Data to stdout; in the formats for programs, scope and remarks to stderr."""
    _streams.write(render(result, format, _width()))
    if isinstance(result, Answer) and format not in READABLE:
        for line in (*result.preface, *result.remarks):
            _streams.complain(line)
        if not result.rows:
            _streams.complain(result.searched)
        if result.scope:
            _streams.complain(str(result.scope))


def _width() -> int:
    """The width of the terminal, or what `COLUMNS` says; a pipe or a file gets lines that a page can hold."""
    return shutil.get_terminal_size((_WIDTH_OF_A_FILE, 24)).columns
