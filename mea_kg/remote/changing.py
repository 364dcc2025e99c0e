"""The switch where little differs: one update that adds and removes what does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mea_kg.errors import RemoteError
from mea_kg.remote.differing import Changes
from mea_kg.remote.protocol import SparqlService
from mea_kg.remote.retrying import patiently
from mea_kg.remote.servers import Server
from mea_kg.remote.settling import settle


def change(service: SparqlService, server: Server, all_changes: Sequence[Changes]) -> None:
    """Make all these changes in one update, which may be sent twice: a set of triples stays the same.

    Raises `RemoteError`, with `status` None where it is not known whether the server did it.
    """
    # What is new comes first, so that nobody sees an empty graph where a server shows an update under way.
    steps = [
        *(step for changes in all_changes for step in _steps("INSERT", changes.graph, changes.added, server)),
        *(
            step
            for changes in all_changes
            for step in _steps("DELETE", changes.graph, changes.removed, server)
        ),
    ]
    text = " ;\n".join(steps)
    try:
        patiently(lambda: service.update(text), after_timeout=False)
    except RemoteError as error:
        settle(server, lambda: all(_done(service, changes) for changes in all_changes), error)


def _steps(what: str, graph: str, triples: Sequence[str], server: Server) -> Iterator[str]:
    for start in range(0, len(triples), server.batch):
        lines = " .\n".join(triples[start : start + server.batch])
        yield f"{what} DATA {{ GRAPH <{graph}> {{\n{lines} .\n}} }}"


def _done(service: SparqlService, changes: Changes) -> bool:
    """Whether the last thing that was asked for is there; on a server that does all or nothing that tells of all."""
    present, triple = (False, changes.removed[-1]) if changes.removed else (True, changes.added[-1])
    return bool(service.query(f"ASK {{ GRAPH <{changes.graph}> {{ {triple} }} }}").parsed()) == present
