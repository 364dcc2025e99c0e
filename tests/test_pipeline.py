"""The pipeline in memory: what it builds of a world with mistakes is what its steps build one by one, or nothing."""

from __future__ import annotations

import csv
import shutil
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store, Triple, parse

from benchmarks.generate import generate
from mea_kg import pipeline as piped
from mea_kg import resources
from mea_kg.building import derive
from mea_kg.cli import main
from mea_kg.errors import InputError
from mea_kg.namespaces import ID, MEA, SH
from mea_kg.ontology import read_ontology
from mea_kg.pipeline import Outcome, fits_in_memory, pipeline, whole_or_nothing
from mea_kg.shacl import Result
from mea_kg.stores import (
    AUTHORED_GRAPH,
    INFERRED_GRAPH,
    Pieces,
    finish,
    in_graph,
    new_store,
    open_read_only,
    triples_of,
)

ONTOLOGY, SHAPES = resources.ontology_folder(), resources.shapes_folder()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    generate(folder, 10_000, seed=2, share=0.002)
    return folder / "authored.nt"


@pytest.fixture(scope="module")
def built(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return pipeline([world], ONTOLOGY, SHAPES, tmp_path_factory.mktemp("built") / "graph")


def read(path: Path) -> set[Triple]:
    return {quad.triple for quad in parse(path=path, format=RdfFormat.N_TRIPLES)}


def test_what_follows_is_what_the_steps_derive(world: Path, built: Outcome) -> None:
    terms = read_ontology(ONTOLOGY)
    stated = read(world) | set(terms)
    store = new_store(in_graph(stated, AUTHORED_GRAPH))
    assert (built.closure, built.derived) == derive(store, terms, ONTOLOGY)
    inferred = set(triples_of(store, INFERRED_GRAPH))
    assert built.authored == len(stated)
    assert read(built.inferred_file) == inferred
    assert built.store is not None
    on_disk = open_read_only(built.store)
    assert set(triples_of(on_disk, AUTHORED_GRAPH)) == stated
    assert set(triples_of(on_disk, INFERRED_GRAPH)) == inferred


def test_exactly_the_injected_mistakes_are_found(world: Path, built: Outcome) -> None:
    with (world.parent / "mistakes.csv").open(encoding="utf-8", newline="") as stream:
        injected = {(row["rule"], row["node"]) for row in csv.DictReader(stream)}
    found = {
        (str(one.source_shape).strip("<>").rpartition("#")[2], str(one.focus_node).strip("<>"))
        for results in built.results
        for one in results
    }
    assert injected
    assert found == injected


def test_a_result_of_a_shape_without_a_name_is_told_with_that_shape(world: Path, tmp_path: Path) -> None:
    """Read from its file again it would be another one."""
    shapes = shutil.copytree(SHAPES, tmp_path / "shapes")
    (shapes / "extra.ttl").write_text(
        f"""@prefix sh: <{SH}> .
        <urn:extra> a sh:NodeShape ; sh:targetClass <{MEA}BudgetLine> ;
            sh:property [ sh:path <urn:never> ; sh:minCount 1 ; sh:message "never" ] .
        """,
        encoding="utf-8",
    )
    outcome = pipeline([world], ONTOLOGY, shapes, tmp_path / "graph")
    unnamed = {one.source_shape for one in outcome.results[0] if isinstance(one.source_shape, BlankNode)}
    assert unnamed
    assert unnamed <= {triple.subject for triple in outcome.shapes[0].triples}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"<{ID}x> <{MEA}p> .", "file.nt: "),
        (f"_:x <{MEA}p> <{ID}x> .", "blank nodes"),
        (f"<{ID}x> <{MEA}p> <{ID}y> <{ID}z> .", "file.nt: "),
        ("\x00", "file.nt: "),
    ],
)
def test_what_cannot_be_used_leaves_nothing(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "file.nt"
    file.write_text(text + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        pipeline([file], ONTOLOGY, SHAPES, tmp_path / "graph")
    assert [path.name for path in tmp_path.iterdir()] == ["file.nt"]


def test_a_folder_that_is_there_is_left_alone(world: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this is there already"):
        pipeline([world], ONTOLOGY, SHAPES, tmp_path)
    with pytest.raises(InputError, match="no such file"):
        pipeline([tmp_path / "none.nt"], ONTOLOGY, SHAPES, tmp_path / "graph")
    assert not list(tmp_path.iterdir())


def test_of_two_that_make_one_folder_the_first_has_it(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    with (
        pytest.raises(InputError, match="made by another meanwhile") as caught,
        whole_or_nothing(folder) as second,
    ):
        (second / "mine").touch()
        with whole_or_nothing(folder) as first:
            (first / "theirs").touch()
    assert caught.value.hint == "name a new folder"
    assert [path.name for path in tmp_path.rglob("*")] == ["graph", "theirs"]


@pytest.mark.parametrize(
    "graph", [AUTHORED_GRAPH, INFERRED_GRAPH, None], ids=["authored", "inferred", "the end"]
)
def test_a_store_that_cannot_be_written_leaves_nothing(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, graph: NamedNode | None
) -> None:
    class PiecesOnAFullDisk(Pieces):
        def load(self, store: Store) -> None:
            if self._graph == graph:
                raise OSError(28, "No space left on device")
            super().load(store)

    def full_at_the_end(store: Store) -> None:
        if graph is None:
            raise OSError(28, "No space left on device")
        finish(store)

    monkeypatch.setattr(piped, "Pieces", PiecesOnAFullDisk)
    monkeypatch.setattr(piped, "finish", full_at_the_end)
    with pytest.raises(InputError, match="No space left"):
        pipeline([world], ONTOLOGY, SHAPES, tmp_path / "graph")
    assert not list(tmp_path.iterdir())


def test_a_disk_that_is_full_at_once_ends_all_other_work(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is derived and validated meanwhile would take long: here as long as nobody ends it."""
    ended_early: list[str] = []

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def until_ended(name: str, step: Callable[[], object]) -> None:
        deadline = time.monotonic() + 5
        try:
            while time.monotonic() < deadline:
                step()
        except (CancelledError, RuntimeError):
            ended_early.append(name)
            raise

    def endless_derive(
        *_: object, before_each: Callable[[], None] = lambda: None
    ) -> tuple[int, dict[str, int]]:
        def step() -> None:
            time.sleep(0.01)
            before_each()

        until_ended("derive", step)
        return 0, {}

    def endless_validate(*_: object, workers: Executor) -> list[Result]:
        until_ended("validate", lambda: workers.submit(time.sleep, 0.01).result())
        return []

    monkeypatch.setattr(piped, "_write_authored", full)
    monkeypatch.setattr(piped, "derive", endless_derive)
    monkeypatch.setattr(piped, "validate", endless_validate)
    with pytest.raises(InputError, match="No space left"):
        pipeline([world], ONTOLOGY, SHAPES, tmp_path / "graph")
    assert sorted(ended_early) == ["derive", "validate"]
    assert not list(tmp_path.iterdir())


def test_the_command_takes_what_fits_into_memory(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fits_in_memory([world])
    assert main(["build", "--statements", str(world), "--into", str(tmp_path / "graph")]) == 1
    assert "1 files, " in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "graph").iterdir()) == ["inferred.nt", "store"]
    monkeypatch.setattr(piped, "LARGEST", 1000)
    assert not fits_in_memory([world])
