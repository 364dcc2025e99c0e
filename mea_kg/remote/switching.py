"""The switch: one update that puts all staged graphs in the places of the old ones, and whether it was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mea_kg.errors import RemoteError
from mea_kg.remote.contents import NOTHING, LocalGraph, count_on
from mea_kg.remote.protocol import SparqlService
from mea_kg.remote.retrying import eventually, patiently
from mea_kg.remote.servers import Server


def switch(
    service: SparqlService, server: Server, graphs: Sequence[LocalGraph], staged: Mapping[str, str]
) -> None:
    """Put what is staged for each of these graphs in its place, all at once; one that is to be empty has none.

    Raises `RemoteError`, with `status` None where it is not known whether the server did it.
    """
    _check_staged(service, graphs, staged)
    text = " ;\n".join(_step(graph, staged) for graph in graphs)
    try:
        if server.refuses_absent:
            patiently(lambda: service.update(text), after_timeout=False)
        else:
            # Not again: what comes late would put the graph that the first time moved away, an empty one.
            service.update(text)
    except RemoteError as error:
        _settle(service, server, graphs, staged, error)


def _step(graph: LocalGraph, staged: Mapping[str, str]) -> str:
    if graph.content == NOTHING:
        # An empty graph is not there on some servers, and cannot be moved.
        return f"DROP SILENT GRAPH <{graph.name}>"
    return f"MOVE <{staged[graph.name]}> TO <{graph.name}>"


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


def _settle(
    service: SparqlService,
    server: Server,
    graphs: Sequence[LocalGraph],
    staged: Mapping[str, str],
    error: RemoteError,
) -> None:
    """After an error: nothing, where the switch was done all the same, else a `RemoteError` that says what is known.

    A broken connection does not tell whether an update was done, or still is under way: the graphs do.
    """
    refused = error.status is not None and error.status < 500 and not error.transient
    try:
        if eventually(lambda: _done(service, graphs, staged), once=refused):
            return
    except RemoteError as also:
        raise RemoteError(
            f"the connection broke while the new graphs were switched to, and whether they were is not known:"
            f" {error.message}; then {also.message}",
            "each graph is the old or the new one, whole"
            if server.one_transaction
            else "this server may have switched some graphs and not others, or a part",
        ) from error
    raise RemoteError(
        f"the switch to the new graphs was not done{'' if refused else ', or not yet'}: {error.message}",
        "the old graphs are as they were, and push may be run again; --timeout gives the server more time"
        if server.one_transaction
        else "this server may have switched some graphs and not others: run the same push again",
        error.status if refused else None,
    ) from error


def _done(service: SparqlService, graphs: Sequence[LocalGraph], staged: Mapping[str, str]) -> bool:
    return all(
        count_on(service, graph.name) == graph.content.triples
        and (graph.content == NOTHING or count_on(service, staged[graph.name]) == 0)
        for graph in graphs
    )
