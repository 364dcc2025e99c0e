"""`mea-kg path`: how two entities are connected."""

from __future__ import annotations

import argparse

from mea_kg.cli._endpoint import add_endpoint
from mea_kg.cli._output import add_format, add_source, asked, write
from mea_kg.paths import MOST_PATHS, MOST_STEPS, path

HELP = "say how two entities are connected, shortest first, with the sources of each step"

_DESCRIPTION = """\
The shortest connections of two entities, step by step. A step is a cooperation, with its basis, or a link that a
source states: a membership, a participant, a treaty that a secretariat services, an addressee, a citation and the
like. That two share a document, a theme or a kind is no step. Each step has its status and its passages; what a
chain of steps means for its two ends is not stated by it.

The acronym of a treaty stands for the treaty and all who act under it; an id (treaty/cites) for that node alone."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("first", metavar="A", help="an entity, by name, acronym, alias, id or IRI")
    parser.add_argument("second", metavar="B", help="the other")
    parser.add_argument(
        "--by",
        choices=("all", "cooperation"),
        default="all",
        help="the steps to take: all, or cooperation alone (default: all)",
    )
    parser.add_argument(
        "--max-steps",
        type=int,
        default=MOST_STEPS,
        metavar="N",
        help=f"look no further (default: {MOST_STEPS})",
    )
    parser.add_argument(
        "--max-paths",
        type=int,
        default=MOST_PATHS,
        metavar="N",
        help=f"of paths of the same length, show so many (default: {MOST_PATHS})",
    )
    add_source(parser)
    add_format(parser)
    add_endpoint(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the paths, or that there is none."""
    found = path(
        asked(arguments).store,
        arguments.first,
        arguments.second,
        arguments.source,
        max_steps=arguments.max_steps,
        max_paths=arguments.max_paths,
        cooperation_only=arguments.by == "cooperation",
    )
    write(found, arguments.format)
    return 0
