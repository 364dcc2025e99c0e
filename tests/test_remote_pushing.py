"""Pushing to real servers: what is there afterwards is what was sent, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from mea_kg.building import Build
from mea_kg.errors import RemoteError
from mea_kg.namespaces import AUTHORED, INFERRED
from mea_kg.remote.connecting import Connection, connected
from mea_kg.remote.contents import NOTHING, LocalGraph, content_of, graph_of, triples_on, written
from mea_kg.remote.credentials import Credentials
from mea_kg.remote.pushing import Pusher
from tests.servers.running import RunningServer


@pytest.fixture
def connection(server: RunningServer) -> Iterator[Connection]:
    with connected(server.endpoint, server.credentials) as found:
        for graph in _graphs_on(found):
            found.service.update(f"DROP SILENT GRAPH <{graph}>")
        yield found


def pusher(connection: Connection) -> Pusher:
    return Pusher(connection.addresses, connection.service, connection.store)


def _graphs_on(connection: Connection) -> list[str]:
    rows = connection.service.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }").parsed()
    names = [row["g"].value for row in rows]  # type: ignore[union-attr]
    return [name for name in names if name.startswith(("https://w3id.org/mea-kg/", "urn:"))]


def _content_on(connection: Connection, graph: str) -> object:
    return content_of(triples_on(connection.service, None, graph))


@pytest.fixture(scope="module")
def toy_graphs(toy: Build, tmp_path_factory: pytest.TempPathFactory) -> list[LocalGraph]:
    folder = tmp_path_factory.mktemp("graphs")
    return [
        graph_of(toy.store, name, folder / f"{name.rpartition('/')[2]}.nt") for name in (AUTHORED, INFERRED)
    ]


@pytest.mark.parametrize("strategy", ["changes", "staged", "update", "put"])
def test_each_strategy_brings_the_whole_graph_and_leaves_nothing_else(
    connection: Connection, toy_graphs: list[LocalGraph], strategy: str
) -> None:
    assert pusher(connection).push(toy_graphs, strategy).written == (AUTHORED, INFERRED)
    assert [_content_on(connection, graph.name) for graph in toy_graphs] == [
        graph.content for graph in toy_graphs
    ]
    assert sorted(_graphs_on(connection)) == [AUTHORED, INFERRED]


def test_a_second_push_of_the_same_writes_nothing(
    connection: Connection, toy_graphs: list[LocalGraph]
) -> None:
    pusher(connection).push(toy_graphs)
    refused = pusher(connection)
    # A push that wrote would need its graph store.
    refused._store = None
    assert refused.push(toy_graphs, "update").written == ()


def test_only_what_differs_is_written(
    connection: Connection, toy_graphs: list[LocalGraph], tmp_path: Path
) -> None:
    pusher(connection).push(toy_graphs)
    triples = [*toy_graphs[0].triples(), Triple(_node("new"), _node("p"), Literal("and one more"))]
    changed = written(AUTHORED, triples, tmp_path / "changed.nt")
    assert pusher(connection).push([changed, toy_graphs[1]]).written == (AUTHORED,)
    assert _content_on(connection, AUTHORED) == changed.content


def test_other_graphs_of_the_house_stay(connection: Connection, toy_graphs: list[LocalGraph]) -> None:
    connection.service.update('INSERT DATA { GRAPH <urn:house:own> { <urn:a> <urn:b> "kept" } }')
    pusher(connection).push(toy_graphs)
    assert sorted(_graphs_on(connection)) == [AUTHORED, INFERRED, "urn:house:own"]


def test_a_dry_run_counts_what_would_change_and_changes_nothing(
    connection: Connection, toy_graphs: list[LocalGraph], tmp_path: Path
) -> None:
    pusher(connection).push(toy_graphs)
    connection.service.update(
        f'INSERT DATA {{ GRAPH <{AUTHORED}> {{ <urn:a> <urn:b> "stray", "another" }} }}'
    )
    missing = Triple(_node("only-here"), _node("p"), Literal("new"))
    graphs = [written(AUTHORED, [*toy_graphs[0].triples(), missing], tmp_path / "changed.nt")]
    [difference] = pusher(connection).differences(graphs)
    assert (difference.added, difference.removed) == (1, 2)
    assert difference.triples == toy_graphs[0].content.triples + 1
    assert _content_on(connection, INFERRED) == toy_graphs[1].content


def test_every_kind_of_term_survives(connection: Connection, tmp_path: Path) -> None:
    literals = [
        Literal('quotes " and \\ and\nlines\tand tabs'),
        Literal("Zusammenarbeit – 合作 – تعاون – 🌍", language="de"),
        Literal("", language="en"),
        Literal("7.5", datatype=_xsd("decimal")),
        Literal("-3715210", datatype=_xsd("integer")),
        Literal("true", datatype=_xsd("boolean")),
        Literal("false", datatype=_xsd("boolean")),
        Literal("2004-02-27", datatype=_xsd("date")),
        Literal("2008", datatype=_xsd("gYear")),
        Literal("2004-02-27T10:00:00Z", datatype=_xsd("dateTime")),
        Literal("https://example.org/?a=1&b=2", datatype=_xsd("anyURI")),
        Literal("x" * 20_000),
    ]
    triples = [Triple(_node("s"), _node(f"p{number}"), literal) for number, literal in enumerate(literals)]
    graph = written("https://w3id.org/mea-kg/graph/terms", triples, tmp_path / "terms.nt")
    for strategy in ("changes", "staged", "update"):
        connection.service.update(f"DROP SILENT GRAPH <{graph.name}>")
        assert pusher(connection).push([graph], strategy).written == (graph.name,)
        assert set(triples_on(connection.service, None, graph.name)) == set(triples)


def test_more_than_the_server_gives_in_one_answer_is_compared_whole(
    connection: Connection, tmp_path: Path
) -> None:
    triples = [
        Triple(_node(f"s{number}"), _node("p"), Literal(f"value {number}")) for number in range(11_000)
    ]
    graph = written(AUTHORED, triples, tmp_path / "large.nt")
    assert pusher(connection).push([graph]).written == (AUTHORED,)
    assert sum(1 for _ in triples_on(connection.service, None, AUTHORED)) == 11_000


def test_much_is_switched_to_and_little_is_changed(connection: Connection, tmp_path: Path) -> None:
    def graph(tag: str, size: int) -> LocalGraph:
        triples = [
            Triple(_node(f"s{number}"), _node("p"), Literal(f"{tag if number % 3 else ''} {number}"))
            for number in range(size)
        ]
        return written(AUTHORED, triples, tmp_path / f"{tag}{size}.nt")

    # As where 20,000 are few.
    addresses = replace(connection.addresses, server=replace(connection.addresses.server, changes=1_000))
    # Into an empty graph; over another, of which a third stays; with few more; with many fewer.
    graphs = [graph("one", 2_100), graph("two", 2_100), graph("two", 2_190), graph("two", 60)]
    for new, way in zip(graphs, ("staged", "staged", "changes", "staged"), strict=True):
        pushed = Pusher(addresses, connection.service, connection.store).push([new])
        assert (pushed.strategy, pushed.written) == (way, (AUTHORED,))
        assert _content_on(connection, AUTHORED) == new.content
        assert _graphs_on(connection) == [AUTHORED]


def test_what_is_too_much_for_one_update_is_refused_and_changes_nothing(
    connection: Connection, toy_graphs: list[LocalGraph], tmp_path: Path
) -> None:
    pusher(connection).push(toy_graphs)
    triples = [Triple(_node(f"s{number}"), _node("p"), Literal("x")) for number in range(21_000)]
    large = written(AUTHORED, triples, tmp_path / "large.nt")
    with pytest.raises(RemoteError, match="more than 20,000 triples differ"):
        pusher(connection).push([large], "changes")
    assert _content_on(connection, AUTHORED) == toy_graphs[0].content


def test_nodes_without_a_name_that_somebody_put_there_are_gone_after_a_push(
    connection: Connection, toy_graphs: list[LocalGraph]
) -> None:
    pusher(connection).push(toy_graphs)
    connection.service.update(
        f"INSERT {{ GRAPH <{AUTHORED}> {{ [] a ?type }} }} WHERE {{ VALUES ?type {{ <urn:a> }} }}"
    )
    assert pusher(connection).push(toy_graphs).strategy == "staged"
    assert _content_on(connection, AUTHORED) == toy_graphs[0].content


def test_a_graph_that_becomes_empty_is_empty_there(
    connection: Connection, toy_graphs: list[LocalGraph], tmp_path: Path
) -> None:
    pusher(connection).push(toy_graphs)
    empty = written(INFERRED, [], tmp_path / "empty.nt")
    assert pusher(connection).push([toy_graphs[0], empty]).written == (INFERRED,)
    assert _content_on(connection, INFERRED) == NOTHING


def test_what_a_killed_push_left_is_removed_when_it_is_old(
    connection: Connection, toy_graphs: list[LocalGraph]
) -> None:
    old, new = (f"{AUTHORED}/staged-{stamp}-0123abcd" for stamp in ("20200101T000000Z", "29990101T000000Z"))
    for name in (old, new):
        connection.service.update(f"INSERT DATA {{ GRAPH <{name}> {{ <urn:a> a <urn:b> }} }}")
    pusher(connection).push(toy_graphs)
    assert sorted(_graphs_on(connection)) == [AUTHORED, new, INFERRED]


def test_a_wrong_password_is_told_and_changes_nothing(
    server: RunningServer, connection: Connection, toy_graphs: list[LocalGraph]
) -> None:
    if not server.credentials:
        pytest.skip(f"{server.kind} knows no passwords")
    pusher(connection).push(toy_graphs)
    stranger = Credentials("dba", "not the password")
    with connected(server.endpoint, stranger) as theirs, pytest.raises(RemoteError, match="401") as raised:
        pusher(theirs).push(toy_graphs[:1])
    assert "not the password" not in str(raised.value)
    assert _content_on(connection, AUTHORED) == toy_graphs[0].content


def _node(name: str) -> NamedNode:
    return NamedNode(f"https://example.org/{name}")


def _xsd(name: str) -> NamedNode:
    return NamedNode(f"http://www.w3.org/2001/XMLSchema#{name}")


def test_the_content_does_not_depend_on_order_but_on_every_triple() -> None:
    triples = [Triple(_node("s"), _node("p"), Literal(str(number))) for number in range(50)]
    assert content_of(triples) == content_of(reversed(triples))
    assert content_of(triples[1:]) != content_of(triples[:-1])
    assert content_of([]) == NOTHING
