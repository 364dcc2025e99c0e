"""The commands that write files: export, schema, build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from mea_kg import resources
from mea_kg.cli import main
from tests.conftest import TOY


def test_an_export_to_a_file_can_be_read_back(tmp_path: Path) -> None:
    file = tmp_path / "graph.nq"
    assert main(["export", "--format", "nquads", "--output", str(file)]) == 0
    assert len(list(parse(path=str(file), format=RdfFormat.N_QUADS))) > 5000


@pytest.mark.parametrize("command", ["export", "schema"])
def test_a_file_that_cannot_be_written_is_explained(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--output", str(tmp_path / "absent" / "file")]) == 2
    assert "hint: name a file that can be written" in capsys.readouterr().err


def test_the_schema_is_json_schema(tmp_path: Path) -> None:
    file = tmp_path / "entry.json"
    assert main(["schema", "--output", str(file)]) == 0
    assert json.loads(file.read_text(encoding="utf-8"))["$schema"].startswith("https://json-schema.org/")


def test_build_says_what_it_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--data", str(TOY / "data"), "--rules"]) == 0
    printed = capsys.readouterr().out
    assert "11 files" in printed
    assert "21-cooperation-group" in printed


def test_build_names_the_entry_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "entry.yaml").write_text("id: organization/x\ntyp: Organization\n", encoding="utf-8")
    assert main(["build", "--data", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert "entry.yaml:2:1" in error and "type" in error and "Traceback" not in error


def test_the_schema_is_installed_where_curated_files_name_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(resources, "schema_file", lambda: tmp_path / ".schema" / "entry.json")
    assert main(["schema", "--install"]) == 0
    written = json.loads((tmp_path / ".schema" / "entry.json").read_text(encoding="utf-8"))
    assert "label" in written["$defs"]["Decision"]["required"]
    assert main(["schema", "--install", "--output", "x"]) == 2
    assert "leave out" in capsys.readouterr().err


def test_every_curated_file_names_the_schema_on_its_first_line() -> None:
    for path in resources.data_folder().rglob("*.yaml"):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        named = first.partition("$schema=")[2]
        assert (path.parent / named).resolve() == resources.schema_file(), path
