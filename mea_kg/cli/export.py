"""`mea-kg export`: the graph in a standard format."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mea_kg.errors import InputError

HELP = "write the graph as Turtle, TriG, N-Quads or JSON-LD"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("--format", choices=("turtle", "trig", "nquads", "jsonld"), default="trig")
    parser.add_argument(
        "--graph", choices=("all", "authored", "inferred"), default="all", help="default: all"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")


def run(arguments: argparse.Namespace) -> int:
    """Write the graph, sorted, so that the same graph gives the same bytes."""
    from mea_kg.graph import KnowledgeGraph

    content = KnowledgeGraph.load().export(arguments.format, arguments.graph)
    if arguments.output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return 0
    try:
        arguments.output.write_bytes(content)
    except OSError as error:
        raise InputError(
            f"{arguments.output}: cannot be written ({error.strerror})", "name a file in a folder that exists"
        ) from error
    return 0
