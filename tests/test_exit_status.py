"""Exit status: 0 done or conforms, 1 does not conform, 2 could not run; the same for all commands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mea_kg.cli import commands, main

TOY = Path(__file__).parent / "toy" / "data"


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """Data with an entry of which no graph can be made."""
    data = shutil.copytree(TOY, tmp_path / "data")
    (data / "wrong.yaml").write_text("id: organization/x\ntype: Organization\nlable: x\n", encoding="utf-8")
    return data


@pytest.fixture
def contradictory(tmp_path: Path) -> Path:
    """Data with a node of two classes that exclude each other."""
    data = shutil.copytree(TOY, tmp_path / "data")
    (data / "both.yaml").write_text(
        "id: organization/both\ntype: [Organization, Convention]\nlabel: Both\nevidence:\n"
        "  source: document/mm-ii-3\n  pinpoint: title\n",
        encoding="utf-8",
    )
    return data


@pytest.mark.parametrize("command", ["build", "validate"])
def test_entries_that_are_wrong_do_not_conform(
    command: str, wrong: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--data", str(TOY)]) == 0
    capsys.readouterr()
    assert main([command, "--data", str(wrong)]) == 1
    said = capsys.readouterr()
    assert "data/wrong.yaml:3:1: Violation: unknown key `lable`" in said.out + said.err


@pytest.mark.parametrize("command", ["build", "validate"])
def test_a_contradiction_does_not_conform_and_has_a_line(
    command: str, contradictory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--data", str(contradictory)]) == 1
    said = capsys.readouterr()
    assert "data/both.yaml:2:1: Violation: " in said.out + said.err
    assert "organization/both" in said.out + said.err


@pytest.mark.parametrize("command", ["coverage", "evidence"])
def test_a_folder_without_copies_cannot_be_checked(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(tmp_path)]) == 2
    assert "no file is the text of a source document" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        *([command, "--no-such-option"] for command in commands()),
        ["validate", "--format", "x"],
        ["validate", "absent.yaml"],
        ["validate", ""],
        ["validate", "--data", "absent"],
        ["validate", "--shapes", "absent"],
        ["validate", "--ontology", "absent"],
        ["build", "--data", "absent"],
        ["evidence", "absent"],
        ["coverage", "absent"],
        ["format", "absent.yaml"],
        ["query", "no-such-query"],
        ["no-such-command"],
    ],
    ids=" ".join,
)
def test_what_cannot_run(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.err
    assert "Traceback" not in said.err


def test_format_counts_what_was_in_form_and_what_was_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("type: Organization\nid: organization/x\nlabel: X\n", encoding="utf-8")
    assert main(["format", str(file)]) == 0
    assert "1 file formatted, 0 in form already" in capsys.readouterr().err
    assert main(["format", str(file)]) == 0
    assert "0 files formatted, 1 in form already" in capsys.readouterr().err
    assert main(["format", str(file), str(tmp_path / "absent.yaml")]) == 2
    assert "1 in form already, 1 that cannot be read or written" in capsys.readouterr().err


@pytest.mark.parametrize("format", ["text", "json", "sarif", "junit", "github", "turtle"])
def test_the_format_does_not_change_the_status(
    format: str, wrong: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "--data", str(wrong), "--format", format]) == 1
    said = capsys.readouterr()
    assert "lable" in said.out
    assert main(["validate", "--data", str(TOY), "--format", format]) == 0
