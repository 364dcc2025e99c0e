"""The graph in other stores: each saved query, unchanged, has the same rows there, and a dump is the same graph."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    Quad,
    QueryResultsFormat,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)

from mea_kg import resources
from mea_kg.asking import AskedGraph
from mea_kg.building import Build
from mea_kg.errors import RemoteError
from mea_kg.graph import KnowledgeGraph
from mea_kg.remote.connecting import connected
from mea_kg.remote.contents import graph_of, triples_on
from mea_kg.remote.pushing import Pusher
from mea_kg.saved_queries import list_queries
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph
from tests.row_sets import Rows, row_set
from tests.servers import tdb2
from tests.servers.running import VIRTUOSO, oxigraph, virtuoso

QUERIES = list_queries(resources.queries_folder())
SERVERS = {"oxigraph": oxigraph, "virtuoso": virtuoso}
_NO_VIRTUOSO = pytest.mark.skipif(VIRTUOSO is None, reason="Virtuoso is not installed")
_NO_TDB2 = pytest.mark.skipif(tdb2.why_not() is not None, reason=f"{tdb2.why_not()}")


@dataclass(frozen=True)
class Loaded:
    """A store that holds the graph: what it answers to the text of a saved query, and what it holds."""

    kind: str
    rows: Callable[[str, str], Rows]
    quads: Callable[[], Iterable[Quad]]
    asked: AskedGraph | None = None


@contextmanager
def _on_a_server(kind: str, world: Build, folder: Path) -> Iterator[Loaded]:
    with SERVERS[kind](folder) as server, connected(server.endpoint, server.credentials) as connection:
        names = (AUTHORED_GRAPH, INFERRED_GRAPH)
        graphs = [
            graph_of(world.store, name.value, folder / f"{number}.nt") for number, name in enumerate(names)
        ]
        Pusher(connection.addresses, connection.service, connection.store).push(graphs)
        asked = KnowledgeGraph.connect(server.endpoint, timeout=60)

        def quads() -> Iterator[Quad]:
            store = connection.store if connection.addresses.server.sends_all else None
            for name in names:
                yield from in_graph(triples_on(connection.service, store, name.value), name)

        yield Loaded(kind, lambda _, text: row_set(asked.store.query(text)), quads, asked)


@contextmanager
def _in_tdb2(world: Build, folder: Path) -> Iterator[Loaded]:
    serialize(world.store, str(folder / "graph.nq"), RdfFormat.N_QUADS)
    for query in QUERIES:
        (folder / f"{query.name}.rq").write_text(query.text, encoding="utf-8")
    tdb2.run(folder)

    def rows(name: str, _: str) -> Rows:
        error = folder / f"{name}.error"
        assert not error.exists(), error.read_text(encoding="utf-8")
        content = (folder / f"{name}.json").read_bytes()
        return row_set(parse_query_results(content, format=QueryResultsFormat.JSON))

    yield Loaded("tdb2", rows, lambda: parse(path=str(folder / "dump.nq"), format=RdfFormat.N_QUADS))


@pytest.fixture(
    scope="module",
    params=["oxigraph", pytest.param("virtuoso", marks=_NO_VIRTUOSO), pytest.param("tdb2", marks=_NO_TDB2)],
)
def loaded(
    request: pytest.FixtureRequest, real: Build, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    kind, folder = request.param, tmp_path_factory.mktemp(request.param)
    with _in_tdb2(real, folder) if kind == "tdb2" else _on_a_server(kind, real, folder) as store:
        yield store


# One test for all queries, since each worker that had some of them would start the store for itself.
def test_each_saved_query_has_the_same_rows(loaded: Loaded, real: Build) -> None:
    different = {}
    for query in QUERIES:
        expected = row_set(real.store.query(query.text))
        assert expected
        try:
            found = loaded.rows(query.name, query.text)
        except (RemoteError, AssertionError) as error:
            different[query.name] = str(error)
            continue
        if found != expected:
            different[query.name] = f"missing: {sorted(expected - found)}, extra: {sorted(found - expected)}"
    assert not different


def test_what_is_dumped_is_what_was_loaded(loaded: Loaded, real: Build) -> None:
    assert _canonical_hash(loaded.quads()) == _canonical_hash(real.store)


def _canonical_hash(quads: Iterable[Quad]) -> str:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(f"{quad} .\n" for quad in dataset)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


QUESTIONS: list[Callable[[AskedGraph], object]] = [
    lambda asked: asked.stats(),
    lambda asked: asked.show("WCO"),
    lambda asked: asked.show("BS-IV/6", source="five-documents"),
    lambda asked: asked.relation("WCO", "INTERPOL"),
    lambda asked: asked.relation("WCO", "CITES", source="five-documents"),
    lambda asked: asked.path("WCO", "INTERPOL", cooperation_only=True),
    lambda asked: asked.query("members-of", "green customs initiative"),
]


def test_every_way_of_asking_has_the_same_answer(loaded: Loaded, graph: KnowledgeGraph) -> None:
    if loaded.asked is None:
        pytest.skip("no server, so nothing that could be asked by a command")
    for question in QUESTIONS:
        assert question(loaded.asked) == question(graph)
