"""`mea-kg diff`: what changed between two states of the graph."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mea_kg.cli._cache import cache_folder
from mea_kg.cli._endpoint import add_server_options, connection_of
from mea_kg.cli._streams import progress, write
from mea_kg.errors import InputError

if TYPE_CHECKING:
    from pyoxigraph import Quad

HELP = "say what changed between two releases, or from one to the graph of now or of a server"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument(
        "old", type=Path, metavar="OLD", help="a release: its folder, or its N-Quads, TriG or JSON-LD"
    )
    parser.add_argument(
        "new", type=Path, nargs="?", metavar="NEW", help="another (default: the graph of now)"
    )
    parser.add_argument(
        "--endpoint", metavar="URL", help="compare with what this server holds, in place of NEW"
    )
    add_server_options(parser)
    parser.add_argument(
        "--format",
        choices=("text", "added", "removed"),
        default="text",
        help="in words (default), or the N-Quads that were added, or removed",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print what changed; 0 also where nothing did."""
    from mea_kg.release.diffing import difference, read_state

    if arguments.endpoint and arguments.new:
        raise InputError("two states are compared, and three are named", "leave out NEW, or --endpoint")
    old = read_state(arguments.old)
    if arguments.endpoint:
        found = difference(old, _on_server(arguments))
    else:
        found = difference(old, _now() if arguments.new is None else read_state(arguments.new))
    if arguments.format == "text":
        write(found.as_text())
    else:
        write(found.as_nquads()[arguments.format == "removed"].decode())
    return 0


def _now() -> Iterable[Quad]:
    from mea_kg.graph import KnowledgeGraph
    from mea_kg.release.files import quads_of

    return quads_of(KnowledgeGraph.load(cache=cache_folder()).store)


def _on_server(arguments: argparse.Namespace) -> list[Quad]:
    from mea_kg.release.describing import DESCRIPTION_GRAPH
    from mea_kg.remote.fetching import fetched
    from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH

    graphs = [AUTHORED_GRAPH, INFERRED_GRAPH, DESCRIPTION_GRAPH]
    with (
        connection_of(arguments, arguments.endpoint) as connection,
        fetched(connection, graphs, progress) as store,
    ):
        return list(store)
