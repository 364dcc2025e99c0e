"""`mea-kg push`: put the graph into a triple store."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mea_kg.cli._cache import cache_folder
from mea_kg.cli._conforming import conforms
from mea_kg.cli._endpoint import add_server_options, connection_of
from mea_kg.cli._files import add_folders
from mea_kg.cli._streams import progress, write
from mea_kg.errors import InputError

if TYPE_CHECKING:
    from mea_kg.remote.differing import Difference
    from mea_kg.remote.pushing import Pushed

HELP = "put the graph into a triple store, so that readers see the old one or the new one, whole"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("endpoint", nargs="?", metavar="ENDPOINT", help="such as http://localhost:7878")
    parser.add_argument(
        "--strategy",
        metavar="NAME",
        help="changes (one update of what differs), staged (graph store, then one switch), update (INSERT DATA, then "
        "one switch), or put (in place); without it, changes where little differs",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    parser.add_argument(
        "--recipe", metavar="STORE", help="print how that store's bulk loader takes the release files"
    )
    add_folders(parser)
    add_server_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Push, or say what a push would change; 1 where the graph does not validate."""
    if arguments.recipe is not None:
        from mea_kg.remote.recipes import recipe

        write(recipe(arguments.recipe))
        return 0
    if arguments.endpoint is None:
        raise InputError("push where to?", "give the address of an endpoint, such as http://localhost:7878")
    from mea_kg.graph import KnowledgeGraph

    graph = KnowledgeGraph.load(arguments.data, arguments.ontology, cache=cache_folder())
    if not conforms(graph, "pushed"):
        return 1
    from mea_kg.release.describing import DESCRIPTION_GRAPH, description
    from mea_kg.remote.contents import graph_of, written
    from mea_kg.remote.pushing import Pusher
    from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH

    with (
        tempfile.TemporaryDirectory(prefix="mea-kg-") as folder,
        connection_of(arguments, arguments.endpoint) as connection,
    ):
        graphs = [
            graph_of(graph.store, name.value, Path(folder, f"{number}.nt"))
            for number, name in enumerate((AUTHORED_GRAPH, INFERRED_GRAPH))
        ]
        described = Path(folder, "description.nt")
        graphs.append(written(DESCRIPTION_GRAPH.value, description(graph.store), described))
        pusher = Pusher(connection.addresses, connection.service, connection.store, progress)
        if arguments.dry_run:
            write(_in_words(pusher.differences(graphs)))
        else:
            write(_done(pusher.push(graphs, arguments.strategy)))
    return 0


def _in_words(differences: list[Difference]) -> str:
    lines = []
    for difference in differences:
        if difference.added or difference.removed:
            change = f"{difference.added:,} triples would be added, {difference.removed:,} removed"
        else:
            change = "nothing would change"
        lines.append(f"{difference.graph}: {change}; {difference.triples:,} then\n")
    return "".join(lines)


def _done(pushed: Pushed) -> str:
    if not pushed.written:
        return "nothing to do: the server holds this graph already\n"
    steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in pushed.seconds.items())
    return "".join(f"written: {name}\n" for name in pushed.written) + f"{steps}\n"
