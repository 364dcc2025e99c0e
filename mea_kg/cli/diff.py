"""`mea-kg diff`: what changed between two states of the graph."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mea_kg.cli._cache import cache_folder
from mea_kg.cli._streams import write

if TYPE_CHECKING:
    from pyoxigraph import Quad

HELP = "say what changed between two releases, or between a release and the graph of now"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument(
        "old", type=Path, metavar="OLD", help="a release: its folder, or its N-Quads, TriG or JSON-LD"
    )
    parser.add_argument(
        "new", type=Path, nargs="?", metavar="NEW", help="another (default: the graph of now)"
    )
    parser.add_argument(
        "--format",
        choices=("text", "added", "removed"),
        default="text",
        help="in words (default), or the N-Quads that were added, or removed",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print what changed; 0 also where nothing did."""
    from mea_kg.release.diffing import difference, read_state

    new = _now() if arguments.new is None else read_state(arguments.new)
    found = difference(read_state(arguments.old), new)
    if arguments.format == "text":
        write(found.as_text())
    else:
        write(found.as_nquads()[arguments.format == "removed"].decode())
    return 0


def _now() -> Iterable[Quad]:
    from mea_kg.graph import KnowledgeGraph
    from mea_kg.release.files import quads_of

    return quads_of(KnowledgeGraph.load(cache=cache_folder()).store)
