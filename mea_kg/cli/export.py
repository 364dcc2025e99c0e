"""`mea-kg export`: the graph in a standard format."""

from __future__ import annotations

import argparse

from mea_kg import resources
from mea_kg.cli._cache import cache_folder
from mea_kg.cli._files import add_output, save
from mea_kg.errors import InputError

HELP = "write the graph in a standard format, or the shapes as one file"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument(
        "--format",
        choices=("turtle", "ntriples", "rdfxml", "trig", "nquads", "jsonld", "graphml"),
        help="default: trig; graphml has the network of cooperation",
    )
    parser.add_argument(
        "--graph", choices=("all", "authored", "inferred"), default="all", help="default: all"
    )
    parser.add_argument(
        "--shapes",
        action="store_true",
        help="the SHACL shapes for a graph in one Turtle file, in place of it (--graph authored, or all)",
    )
    add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the graph, sorted, or the shapes for it; the same input gives the same bytes."""
    if arguments.shapes:
        save(_shapes(arguments.graph, arguments.format), arguments.output)
        return 0
    from mea_kg.graph import KnowledgeGraph

    graph = KnowledgeGraph.load(cache=cache_folder())
    if arguments.format == "graphml":
        from mea_kg.release.networks import graphml

        if arguments.graph != "all":
            raise InputError("a network is made of the whole graph", "leave out --graph")
        save(graphml(graph.store), arguments.output)
        return 0
    save(graph.export(arguments.format or "trig", arguments.graph), arguments.output)
    return 0


def _shapes(graph: str, format: str | None) -> bytes:
    from mea_kg.shapes import authored_modules, merged, whole_modules

    if format not in (None, "turtle"):
        raise InputError(f"shapes are not written as {format}", "leave out --format: they are Turtle")
    if graph == "inferred":
        raise InputError(
            "no shapes are for the inferred graph alone",
            "--graph authored has the rules for what was curated, --graph all those for the whole",
        )
    modules = authored_modules if graph == "authored" else whole_modules
    return merged(modules(resources.shapes_folder())).encode()
