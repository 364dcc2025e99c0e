"""A folder that is followed has, after each save, the report of a graph that is built anew."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mea_kg import resources
from mea_kg.building import build
from mea_kg.errors import ContradictionError, EntryErrors, InputError, MeaKgError
from mea_kg.following import FollowedFolder
from mea_kg.loading import read_context
from mea_kg.reports import Report
from mea_kg.updating import LiveGraph
from mea_kg.validation import validate

TOY = Path(__file__).parent / "toy" / "data"


class World:
    """Copies of the three folders, the data followed."""

    def __init__(self, folder: Path) -> None:
        self.data = shutil.copytree(TOY, folder / "data")
        self.ontology = shutil.copytree(resources.ontology_folder(), folder / "ontology")
        self.shapes = shutil.copytree(resources.shapes_folder(), folder / "shapes")
        self.followed = FollowedFolder(self.data, self.ontology, self.shapes)

    def anew(self) -> Report:
        built = build(self.data, self.ontology)
        context = read_context(self.data)
        return validate(built.store, built.places, self.shapes, context, ontology=self.ontology)

    def check(self) -> Report | None:
        """Both ways say the same; the report, None where both refuse the entries."""
        told: list[object] = []
        reports: list[Report] = []
        for way in (self.followed.report, self.anew):
            try:
                reports.append(way())
                told.append((len(reports[-1].results), reports[-1].findings, reports[-1].handed_on))
            except (EntryErrors, ContradictionError) as error:
                told.append((type(error), str(error), error.findings))
            except MeaKgError as error:
                told.append((type(error), str(error)))
        assert told[0] == told[1]
        return reports[0] if reports else None

    def edit(self, file: str, change: Callable[[str], str]) -> None:
        path = self.data / file
        text = path.read_text(encoding="utf-8")
        assert change(text) != text
        path.write_text(change(text), encoding="utf-8")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_saves_with_and_without_mistakes(world: World) -> None:
    first = world.check()
    assert first is not None
    assert first.conforms
    world.edit("treaties.yaml", lambda text: text + "  - id: treaty/x\n")
    assert world.check() is None
    world.edit("treaties.yaml", lambda text: text.removesuffix("  - id: treaty/x\n"))
    world.edit("costs.csv", lambda text: text.replace("387.2", "487.2"))
    world.edit("organizations.yaml", lambda text: text.replace("label: ", "label: Another ", 2))
    changed = world.check()
    assert changed is not None
    assert changed.findings
    shutil.copy(TOY / "costs.csv", world.data / "costs.csv")
    shutil.copy(TOY / "organizations.yaml", world.data / "organizations.yaml")
    last = world.check()
    assert last is not None
    assert last.findings == first.findings


def test_lines_that_are_left_out(world: World) -> None:
    """Whatever is left, both ways say the same of it."""
    chance = random.Random(3)
    world.check()
    reports = 0
    files = sorted(path.name for path in TOY.glob("*.yaml"))
    for _ in range(8):
        name = chance.choice(files)
        lines = (TOY / name).read_text(encoding="utf-8").splitlines(keepends=True)
        del lines[chance.randrange(1, len(lines))]
        (world.data / name).write_text("".join(lines), encoding="utf-8")
        reports += world.check() is not None
        shutil.copy(TOY / name, world.data / name)
    assert reports > 0


def test_a_changed_shape_and_a_broken_one_are_seen(world: World) -> None:
    world.check()
    path = world.shapes / "printed.ttl"
    stated = path.read_text(encoding="utf-8")
    path.write_text(stated + "\n broken", encoding="utf-8")
    with pytest.raises(InputError):
        world.followed.report()
    rule = (
        "\n<urn:s> a sh:NodeShape ; sh:targetClass mea:Treaty ; sh:property [ sh:path skos:prefLabel ;"
        ' sh:minCount 9 ; sh:name "names" ; sh:message "too few" ] .\n'
    )
    path.write_text(stated + rule, encoding="utf-8")
    changed = world.check()
    assert changed is not None
    assert not changed.conforms
    path.write_text(stated, encoding="utf-8")
    last = world.check()
    assert last is not None
    assert last.conforms


def test_a_shape_that_is_left_to_pyshacl(world: World) -> None:
    path = world.shapes / "printed.ttl"
    rule = (
        '\n<urn:s> a sh:NodeShape ; sh:targetClass mea:Treaty ; sh:sparql [ sh:message "many" ; sh:select'
        ' """SELECT $this WHERE { $this ?path ?value } LIMIT 1""" ] .\n'
    )
    path.write_text(path.read_text(encoding="utf-8") + rule, encoding="utf-8")
    report = world.check()
    assert report is not None
    assert report.handed_on


def test_a_contradiction_is_told_each_time_until_it_is_mended(world: World) -> None:
    world.check()
    path = world.ontology / "contradicting.ttl"
    path.write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix mea: <https://w3id.org/mea-kg/ontology#> .\n"
        "mea:Treaty owl:disjointWith mea:Entity .\n",
        encoding="utf-8",
    )
    assert world.check() is None
    world.edit("organizations.yaml", lambda text: text.replace("label: ", "label: Another ", 1))
    assert world.check() is None
    path.unlink()
    assert world.check() is not None


def with_article(text: str) -> str:
    return text.replace("label: ", "label: The ", 1)


def test_the_first_look_is_the_only_one_at_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    look = LiveGraph.__init__

    def counted(self: LiveGraph, *given: object) -> None:
        looks.append(self)
        look(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(LiveGraph, "__init__", counted)
    for _ in range(3):
        world.followed.report()
        world.edit("organizations.yaml", with_article)
    assert len(looks) == 1
