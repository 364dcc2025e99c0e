"""The documents' commands run, and print what the documents say they print."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mea_kg import cli

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
DOCUMENTS = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
CUT = "..."


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def commands(path: Path) -> list[tuple[str, list[str]]]:
    """Each `$ command` of the console blocks, with the lines that it is said to print."""
    found: list[tuple[str, list[str]]] = []
    for block in blocks(path, "console"):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


CONSOLE = [(path, command, output) for path in DOCUMENTS for command, output in commands(path)]


@pytest.mark.parametrize(
    ("path", "command", "output"), CONSOLE, ids=[f"{path.name}: {command}" for path, command, _ in CONSOLE]
)
def test_a_command_prints_what_the_document_says(
    path: Path, command: str, output: list[str], tmp_path: Path
) -> None:
    words = shlex.split(command)
    if words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        return
    assert words[0] == "mea-kg", f"{path.name} shows a command that this test cannot run: {command}"
    done = subprocess.run(
        [sys.executable, "-m", "mea_kg", *words[1:]],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
        env={"COLUMNS": "100", "HOME": str(Path.home()), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    if CUT in output:
        output, rest = output[: output.index(CUT)], output[output.index(CUT) + 1 :]
        assert printed[len(printed) - len(rest) :] == rest
        printed = printed[: len(output)]
    if output:
        assert [line.rstrip() for line in printed] == [line.rstrip() for line in output]


@pytest.mark.parametrize("code", blocks(README, "python"))
def test_the_library_example_runs(code: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "CITES Secretariat" in done.stdout


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_a_document_names_is_there(path: Path) -> None:
    named = set(re.findall(r"mea-kg ([a-z]+)", path.read_text(encoding="utf-8")))
    assert named <= set(cli.commands()), path


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_there(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_page_on_queries_names_those_that_there_are_and_that_hold_a_question() -> None:
    page = (ROOT / "docs" / "queries.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| ")]
    named = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row[2])}
    assert named <= {path.stem for path in (ROOT / "queries").glob("*.rq")}
    questions = yaml.safe_load((ROOT / "tests/answers/questions.yaml").read_text(encoding="utf-8"))
    for question in questions:
        if "query" in question and question["id"].startswith("Q"):
            assert any(f"`{question['query']}`" in row[2] and question["id"] in row[3] for row in rows), (
                question["id"]
            )
