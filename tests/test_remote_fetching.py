"""What a server holds is validated, and what follows from it derived, as if it were here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from mea_kg import resources
from mea_kg.building import Build
from mea_kg.cli import main
from mea_kg.errors import RemoteError
from mea_kg.exporting import written
from mea_kg.namespaces import AUTHORED, INFERRED, MEA
from mea_kg.places import Places
from mea_kg.remote import fetching
from mea_kg.remote.connecting import Connection, connected
from mea_kg.remote.contents import content_of, graph_of, triples_on
from mea_kg.remote.fetching import fetched
from mea_kg.remote.pushing import Pusher
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, new_store
from mea_kg.validation import validate
from tests.servers.running import RunningServer

GRAPHS = [AUTHORED_GRAPH, INFERRED_GRAPH]
WRONG = [
    Quad(
        NamedNode("https://w3id.org/mea-kg/id/organization/hu"), NamedNode(MEA + name), value, AUTHORED_GRAPH
    )
    for name, value in (
        ("startDate", Literal("soon")),
        ("noSuchProperty", Literal("x")),
        ("verb", Literal("1")),
    )
]


@pytest.fixture
def connection(server: RunningServer, toy: Build, tmp_path: Path) -> Iterator[Connection]:
    """A server that holds the toy world with some mistakes."""
    store = new_store([*toy.store, *WRONG])
    with connected(server.endpoint, server.credentials) as found:
        graphs = [
            graph_of(store, graph.value, tmp_path / f"{number}.nt") for number, graph in enumerate(GRAPHS)
        ]
        Pusher(found.addresses, found.service, found.store).push(graphs)
        yield found


@pytest.mark.parametrize("in_memory", [fetching.IN_MEMORY, 0])
def test_the_report_is_that_of_the_same_graph_here(
    connection: Connection, toy: Build, in_memory: int
) -> None:
    shapes = resources.shapes_folder()
    here = validate(new_store([*toy.store, *WRONG]), Places(), shapes)
    assert not here.conforms
    with fetched(connection, GRAPHS, in_memory=in_memory) as store:
        there = validate(store, Places(), shapes)
    assert there.results == here.results


def test_the_command_validates_what_a_server_holds(
    server: RunningServer, connection: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    assert connection
    assert main(["validate", "--endpoint", server.endpoint]) == 1
    out = capsys.readouterr().out
    assert "organization/hu" in out and "does not conform" in out
    assert main(["validate", "--endpoint", server.endpoint, "entry.yaml"]) == 2


def test_what_follows_is_derived_from_what_a_server_holds(
    server: RunningServer,
    toy: Build,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if server.credentials:
        monkeypatch.setenv("MEA_KG_USER", server.credentials.user or "")
        monkeypatch.setenv("MEA_KG_PASSWORD", server.credentials.password or "")
    with connected(server.endpoint, server.credentials) as found:
        authored = graph_of(toy.store, AUTHORED, tmp_path / "authored.nt")
        Pusher(found.addresses, found.service, found.store).push([authored])
        found.service.update(f"DROP SILENT GRAPH <{INFERRED}>")
        assert main(["build", "--endpoint", server.endpoint]) == 0
        assert "inferred statements put in" in capsys.readouterr().out
        expected = content_of(quad.triple for quad in toy.store if quad.graph_name == INFERRED_GRAPH)
        assert content_of(triples_on(found.service, None, INFERRED)) == expected
        assert main(["build", "--endpoint", server.endpoint]) == 0
        assert "nothing to do" in capsys.readouterr().out


def test_a_release_is_compared_with_what_a_server_holds(
    server: RunningServer,
    connection: Connection,
    toy: Build,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert connection
    state = tmp_path / "state.nq"
    state.write_bytes(written(toy.store, "nquads"))
    assert main(["diff", str(state), "--endpoint", server.endpoint, "--format", "added"]) == 0
    assert set(parse(capsys.readouterr().out, format=RdfFormat.N_QUADS)) == set(WRONG)
    assert main(["diff", str(state), "--endpoint", server.endpoint, "--format", "removed"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["diff", str(state), str(state), "--endpoint", server.endpoint]) == 2


def test_a_server_without_the_graph_is_told(connection: Connection) -> None:
    with (
        pytest.raises(RemoteError, match="it holds nothing in"),
        fetched(connection, [NamedNode("https://w3id.org/mea-kg/graph/none")]),
    ):
        pass
