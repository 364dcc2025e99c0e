"""`mea-kg export`: the graph in a standard format."""

from __future__ import annotations

import argparse

from mea_kg.cli._cache import cache_folder
from mea_kg.cli._files import add_output, save

HELP = "write the graph as Turtle, TriG, N-Quads or JSON-LD"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("--format", choices=("turtle", "trig", "nquads", "jsonld"), default="trig")
    parser.add_argument(
        "--graph", choices=("all", "authored", "inferred"), default="all", help="default: all"
    )
    add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the graph, sorted, so that the same graph gives the same bytes."""
    from mea_kg.graph import KnowledgeGraph

    save(
        KnowledgeGraph.load(cache=cache_folder()).export(arguments.format, arguments.graph), arguments.output
    )
    return 0
