"""The compiled graph: reused when nothing changed, made anew when anything did, whole under two makers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mea_kg import resources, snapshots
from mea_kg.building import Build
from mea_kg.graph import KnowledgeGraph
from mea_kg.places import Place, Places
from tests.conftest import TOY


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return shutil.copytree(TOY / "data", tmp_path / "data")


def snapshots_in(cache: Path) -> set[str]:
    return {folder.name for folder in cache.iterdir() if not folder.name.startswith(".")}


def test_a_second_start_reuses_the_compiled_graph(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = KnowledgeGraph.load(data=data, cache=tmp_path / "cache")
    monkeypatch.setattr("mea_kg.building.build", lambda *_: pytest.fail("built again"))
    second = KnowledgeGraph.load(data=data, cache=tmp_path / "cache")
    assert set(map(str, second.store)) == set(map(str, first.store))
    assert second.places == first.places


def test_any_change_of_an_entry_makes_another(data: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    KnowledgeGraph.load(data=data, cache=cache)
    before = snapshots_in(cache)
    entry = data / "treaties.yaml"
    entry.write_text(
        entry.read_text(encoding="utf-8").replace("Code on Torches", "Code of Torches", 1), encoding="utf-8"
    )
    changed = KnowledgeGraph.load(data=data, cache=cache)
    assert len(snapshots_in(cache) - before) == 1
    assert any("Code of Torches" in str(quad) for quad in changed.store)


def test_a_file_that_is_renamed_added_or_removed_counts(data: Path) -> None:
    digests = [snapshots.digest_of([data])]
    (data / "budget.yaml").rename(data / "money.yaml")
    digests.append(snapshots.digest_of([data]))
    (data / "more.yaml").write_text("x", encoding="utf-8")
    digests.append(snapshots.digest_of([data]))
    (data / "money.yaml").unlink()
    digests.append(snapshots.digest_of([data]))
    assert len(set(digests)) == 4


@pytest.mark.parametrize("damage", ["no manifest", "empty manifest", "no store", "short store"])
def test_a_damaged_snapshot_is_made_anew(data: Path, tmp_path: Path, damage: str) -> None:
    cache = tmp_path / "cache"
    first = set(map(str, KnowledgeGraph.load(data=data, cache=cache).store))
    (name,) = snapshots_in(cache)
    if damage == "no manifest":
        (cache / name / "manifest.json").unlink()
    elif damage == "empty manifest":
        (cache / name / "manifest.json").write_text("")
    elif damage == "short store":
        for path in (cache / name / "store").glob("*.sst"):
            path.write_bytes(path.read_bytes()[:100])
    else:
        shutil.rmtree(cache / name / "store")
    assert set(map(str, KnowledgeGraph.load(data=data, cache=cache).store)) == first
    assert snapshots_in(cache) == {name}


def test_a_cache_that_cannot_be_written_costs_only_time(data: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("a file where the folder should be")
    graph = KnowledgeGraph.load(data=data, cache=blocked)
    assert len(graph.store) > 1000
    assert graph.places.nodes


def test_a_user_without_a_home_has_no_cache(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    graph = KnowledgeGraph.load(data=data)
    assert len(graph.store) > 1000
    assert graph.places.nodes


def test_two_processes_make_one_snapshot(data: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from mea_kg import KnowledgeGraph; "
        "print(len(KnowledgeGraph.load(data=Path(sys.argv[1]), cache=Path(sys.argv[2])).store))"
    )
    command = [sys.executable, "-c", code, str(data), str(tmp_path / "cache")]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    sizes = {process.communicate(timeout=120)[0] for process in started}
    assert [process.returncode for process in started] == [0, 0, 0]
    assert len(sizes) == 1
    assert len(snapshots_in(tmp_path / "cache")) == 1
    assert not [folder for folder in (tmp_path / "cache").iterdir() if folder.name.startswith(".making")]


def test_old_snapshots_are_forgotten(toy: Build, tmp_path: Path) -> None:
    for number in range(6):
        snapshots.write_snapshot(tmp_path, f"{number:064}", toy.store, toy.places)
    assert f"{5:064}" in snapshots_in(tmp_path)
    assert len(snapshots_in(tmp_path)) <= 4


def test_what_a_killed_process_left_is_removed_after_a_while(toy: Build, tmp_path: Path) -> None:
    for name in (".making-old", ".making-new", ".other"):
        (tmp_path / name / "store").mkdir(parents=True)
        os.utime(tmp_path / name, (0, 0) if name != ".making-new" else None)
    snapshots.write_snapshot(tmp_path, f"{1:064}", toy.store, toy.places)
    assert {path.name for path in tmp_path.iterdir()} == {f"{1:064}", ".making-new", ".other"}


def test_places_survive_writing() -> None:
    places = Places({"a": Place("f.yaml", 3, 1)}, {("a", "label"): Place("f.yaml", 4, 3)})
    assert Places.from_json(places.to_json()) == places
    assert places.of("a", "label") == Place("f.yaml", 4, 3)
    assert places.of("a", "absent") == Place("f.yaml", 3, 1)
    assert places.of("b") is None


def test_the_code_counts_too() -> None:
    assert snapshots.digest_of([resources.package_folder()]) != snapshots.digest_of([TOY])
