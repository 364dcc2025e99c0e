"""The worlds that tests share: the toy world and the real graph, each built once a run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from mea_kg import resources
from mea_kg.building import Build, build
from mea_kg.graph import KnowledgeGraph

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
