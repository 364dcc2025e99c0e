"""The worlds that tests share: the toy world and the real graph, each built once a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import settings

from mea_kg import resources
from mea_kg.building import Build, build
from mea_kg.graph import KnowledgeGraph
from mea_kg.remote import locking, pushing, retrying
from tests.servers.faulty import FaultyProxy, faulty_proxy
from tests.servers.running import VIRTUOSO, RunningServer, oxigraph, virtuoso
from tests.servers.versions import Versions, directly, push, staged_on, version

# A busy machine must not fail a property test.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

TOY = Path(__file__).parent / "toy"
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def toy() -> Build:
    return build(TOY / "data", resources.ontology_folder())


@pytest.fixture(scope="session")
def real() -> Build:
    return build(resources.data_folder(), resources.ontology_folder())


@pytest.fixture(scope="session")
def graph(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The real graph as users load it, with a cache of its own."""
    return KnowledgeGraph.load(cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def source_folder() -> Path:
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("no copies of the source documents beside this checkout (../shared/seeds)")
    return folder


@pytest.fixture(
    scope="module",
    params=[
        "oxigraph",
        pytest.param(
            "virtuoso", marks=pytest.mark.skipif(VIRTUOSO is None, reason="Virtuoso is not installed")
        ),
    ],
)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    start = {"oxigraph": oxigraph, "virtuoso": virtuoso}[request.param]
    with start(tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture(scope="module")
def proxy(server: RunningServer) -> Iterator[FaultyProxy]:
    parts = urlsplit(server.endpoint)
    with faulty_proxy(f"{parts.scheme}://{parts.netloc}") as before:
        before.asks = bool(server.credentials)
        yield before


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "_PAUSES", (0.0, 0.01, 0.05))
    monkeypatch.setattr(pushing, "_PAUSES", (0.0, 0.2, 0.8, 2.0, 4.0))
    monkeypatch.setattr(locking, "_PAUSE", 0.1)


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Versions:
    """Two versions of both graphs, which differ in each triple and in number."""
    folder = tmp_path_factory.mktemp("versions")
    return {"old": version(folder, "old", 60), "new": version(folder, "new", 61)}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Versions:
    """The same in a size of which a server takes some time to move."""
    folder = tmp_path_factory.mktemp("large")
    return {"old": version(folder, "old", 2_000), "new": version(folder, "new", 2_001)}


@pytest.fixture
def ready(server: RunningServer, proxy: FaultyProxy, versions: Versions) -> Versions:
    """The versions, of which the server holds the old one, and nothing else of ours."""
    proxy.spoil(lambda _: None)
    with directly(server) as connection:
        for name in staged_on(connection):
            connection.service.update(f"DROP SILENT GRAPH <{name}>")
        connection.service.update(f"DROP SILENT GRAPH <{locking.LOCK_GRAPH}>")
    push(server, versions["old"])
    return versions
