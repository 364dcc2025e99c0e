"""CONTRIBUTING's "Add a decision in ten minutes", followed to the letter in a copy of the project."""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("mea_kg", "ontology", "data", "shapes", "queries")
CUT = "..."


def section() -> str:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.partition("## Add a decision in ten minutes\n")[2].partition("\n## ")[0]


def steps() -> Iterator[tuple[str, str, list[str]]]:
    """What is to be done: write a file (its name, its text) or run a command (what it prints)."""
    file = ""
    for prose, language, block in re.findall(
        r"(.*?)^```(\w+)\n(.*?)^```", section(), re.MULTILINE | re.DOTALL
    ):
        named = re.findall(r"`(data/[^`]+\.yaml)`", prose)
        file = named[0] if named else file
        if language == "yaml":
            yield "write", file, [block]
            continue
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *printed = part.splitlines()
            yield "run", command, printed


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def follow(project: Path, command: str, printed: list[str]) -> None:
    words = shlex.split(command)
    if words[0] == "sha256sum":
        record_copy(project, project / words[1])
        return
    assert words[0] == "mea-kg"
    done = subprocess.run(
        [sys.executable, "-m", "mea_kg", *words[1:]],
        cwd=project,
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
        env={"COLUMNS": "100", "HOME": str(project), "PATH": "/usr/bin:/bin"},
    )
    is_refused = any(line.startswith("does not conform") for line in printed)
    assert done.returncode == is_refused, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    if CUT in printed:
        start, end = printed[: printed.index(CUT)], printed[printed.index(CUT) + 1 :]
        assert lines[: len(start)] == start
        assert lines[len(lines) - len(end) :] == end
    else:
        assert lines == printed


def record_copy(project: Path, copy: Path) -> None:
    """Keep a text in which the phrases stand (that of the page is not ours), and its digest in the entry."""
    decision = yaml.safe_load((project / "data/decisions/bs-v-6.yaml").read_text(encoding="utf-8"))
    title, opening = (evidence["phrase"] for evidence in decision["evidence"])
    (paragraph,) = decision["paragraphs"]
    phrases = re.findall(r"'phrase': '([^']+)'", str(paragraph))
    copy.parent.mkdir()
    copy.write_text(f"{title}\n\n{opening},\n\n1. {', '.join(phrases)};\n", encoding="utf-8")
    digest = hashlib.sha256(copy.read_bytes()).hexdigest()
    with (project / "data/documents/bs-v-6.yaml").open("a", encoding="utf-8") as stream:
        stream.write(f"sha256: {digest}\n")


def test_the_walk_through(project: Path) -> None:
    done = list(steps())
    assert [kind for kind, _, _ in done].count("write") == 2
    for kind, what, content in done:
        if kind == "write":
            assert (project / what).exists(), "the file was started by `mea-kg new`"
            (project / what).write_text(content[0], encoding="utf-8")
        else:
            follow(project, what, content)
    for _, file, (text,) in (step for step in done if step[0] == "write"):
        # What is shown is in canonical form; the digest was added.
        assert (project / file).read_text(encoding="utf-8").startswith(text)


def test_the_sought_statuses_are_in_the_answer(project: Path) -> None:
    """The last query is not empty: the entries are part of the graph."""
    for kind, what, content in steps():
        if kind == "write":
            (project / what).write_text(content[0], encoding="utf-8")
    command = next(what for kind, what, _ in steps() if kind == "run" and "observer-statuses" in what)
    done = subprocess.run(
        [sys.executable, "-m", "mea_kg", *shlex.split(command)[1:], "--format", "csv"],
        cwd=project,
        capture_output=True,
        check=True,
        text=True,
        timeout=300,
        env={"HOME": str(project), "PATH": "/usr/bin:/bin"},
    )
    assert len(done.stdout.splitlines()) == 3


def test_the_example_is_no_part_of_the_data() -> None:
    assert not (ROOT / "data/decisions/bs-v-6.yaml").exists()
