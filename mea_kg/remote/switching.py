"""The switch: one update that puts all staged graphs in the places of the old ones, and whether it was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mea_kg.errors import RemoteError
from mea_kg.remote.contents import NOTHING, LocalGraph, count_on
from mea_kg.remote.protocol import SparqlService
from mea_kg.remote.retrying import patiently
from mea_kg.remote.servers import Server
from mea_kg.remote.settling import settle

_ALL = "?s ?p ?o"


def switch(
    service: SparqlService, server: Server, graphs: Sequence[LocalGraph], staged: Mapping[str, str]
) -> None:
    """Put what is staged for each of these graphs in its place, all at once; one that is to be empty has none.

    Where the server `merges`, what is staged is still there afterwards. Raises `RemoteError`, with `status` None
    where it is not known whether the server did it.
    """
    _check_staged(service, graphs, staged)
    text = " ;\n".join(_step(graph, staged.get(graph.name), server.merges) for graph in graphs)
    try:
        if server.merges:
            patiently(lambda: service.update(text), after_timeout=False)
        else:
            # Not again: what comes late would put the graph that the first time moved away, an empty one.
            service.update(text)
    except RemoteError as error:
        settle(server, lambda: _done(service, server, graphs, staged), error)


def _step(graph: LocalGraph, staged: str | None, merges: bool) -> str:
    if staged is None:
        # An empty graph is not there on some servers, and cannot be moved.
        return f"DROP SILENT GRAPH <{graph.name}>"
    if not merges:
        return f"MOVE <{staged}> TO <{graph.name}>"
    # Where what was staged is gone, the old graph stays.
    return (
        f"DELETE {{ GRAPH <{graph.name}> {{ {_ALL} }} }} WHERE {{ {_in_one_alone(graph.name, staged)} "
        f"FILTER EXISTS {{ GRAPH <{staged}> {{ ?a ?b ?c }} }} }} ;\n"
        f"INSERT {{ GRAPH <{graph.name}> {{ {_ALL} }} }} WHERE {{ {_in_one_alone(staged, graph.name)} }}"
    )


def _in_one_alone(graph: str, other: str) -> str:
    return f"GRAPH <{graph}> {{ {_ALL} }} FILTER NOT EXISTS {{ GRAPH <{other}> {{ {_ALL} }} }}"


def _check_staged(service: SparqlService, graphs: Sequence[LocalGraph], staged: Mapping[str, str]) -> None:
    """Last look: to move a graph that is gone empties the old one on some servers."""
    for graph in graphs:
        if graph.content != NOTHING:
            found = patiently(lambda: count_on(service, staged[graph.name]))  # noqa: B023
            if found != graph.content.triples:
                raise RemoteError(
                    f"{service.update_address}: what was written for <{graph.name}> is no longer there"
                    f" ({found:,} triples of {graph.content.triples:,})",
                    "the old graphs are as they were: push again",
                    409,
                )


def _done(
    service: SparqlService, server: Server, graphs: Sequence[LocalGraph], staged: Mapping[str, str]
) -> bool:
    for graph in graphs:
        if count_on(service, graph.name) != graph.content.triples:
            return False
        if graph.name in staged:
            name = staged[graph.name]
            if server.merges and count_on(service, name) != graph.content.triples:
                return False
            left = _in_one_alone(name, graph.name) if server.merges else f"GRAPH <{name}> {{ {_ALL} }}"
            if service.query(f"ASK {{ {left} }}").parsed():
                return False
    return True
