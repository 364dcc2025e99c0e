"""`mea-kg validate --watch`: a save is checked at once, and Ctrl-C ends it without a trace."""

from __future__ import annotations

import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from mea_kg.watching import changes

TOY = Path(__file__).parent / "toy" / "data"
ENTRY = """\
id: organization/new-body
type: Organization
label: New Body
evidence:
  - source: document/lantern-statement
    pinpoint: text, para. 2
    phrase: the Harbour Union (HU)
"""
SECONDS = 60


class Watching:
    """A process that watches, and the lines that it prints."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mea_kg", "validate", "--watch", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._printed, self._complained = self._lines(self.process.stdout), self._lines(self.process.stderr)

    def _lines(self, stream: IO[str] | None) -> queue.Queue[str]:
        lines: queue.Queue[str] = queue.Queue()

        def read() -> None:
            for line in stream or ():
                lines.put(line.rstrip("\n"))

        threading.Thread(target=read, daemon=True).start()
        return lines

    def until(self, beginning: str) -> list[str]:
        """The lines printed up to the first one that begins so, once the check is over."""
        lines = self._until(self._printed, beginning)
        self.complaints()
        return lines

    def complaints(self) -> list[str]:
        """What one check says on stderr, to its end."""
        return self._until(self._complained, "watching for changes")

    def _until(self, lines: queue.Queue[str], beginning: str) -> list[str]:
        found: list[str] = []
        while not found or not found[-1].startswith(beginning):
            found.append(lines.get(timeout=SECONDS))
        return found

    def interrupted(self) -> tuple[int, str]:
        """The exit status after Ctrl-C, and what is left on stderr."""
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(timeout=SECONDS)
        left = []
        while not self._complained.empty():
            left.append(self._complained.get())
        return status, "\n".join(left)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return shutil.copytree(TOY, tmp_path / "data")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
def test_a_file_is_checked_again_when_it_is_saved(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    path.write_text(ENTRY, encoding="utf-8")
    watching = Watching(str(path), "--data", str(data))
    try:
        assert watching.until("conforms")
        path.write_text(ENTRY.replace("label:", "lable:"), encoding="utf-8")
        lines = watching.until("does not conform")
        assert "new.yaml changed" in lines
        assert f"{path}:3:1: Violation: unknown key `lable`" in lines
        replacement = tmp_path / "replacement"
        replacement.write_text(ENTRY, encoding="utf-8")
        replacement.replace(path)
        assert "new.yaml changed" in watching.until("conforms")
        (data / "context.jsonld").write_text("{", encoding="utf-8")
        assert "not a JSON-LD context" in watching.complaints()[0]
        (data / "context.jsonld").unlink()
        watching.until("conforms")
    finally:
        status, complaints = watching.interrupted()
    assert status == 0
    assert "Traceback" not in complaints


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
def test_the_whole_graph_is_checked_again_when_an_entry_is_saved(data: Path) -> None:
    watching = Watching("--data", str(data))
    try:
        assert watching.until("conforms")
        path = data / "treaties.yaml"
        path.write_text(path.read_text(encoding="utf-8") + "  - id: treaty/x\n", encoding="utf-8")
        assert any(
            "treaties.yaml" in line and "no `type`" in line for line in watching.until("does not conform")
        )
        shutil.copy(TOY / "treaties.yaml", path)
        assert "treaties.yaml changed" in watching.until("conforms")
        costs = data / "costs.csv"
        costs.write_text(costs.read_text(encoding="utf-8").replace("387.2", "487.2"), encoding="utf-8")
        assert any("costs.csv:4:15: Warning" in line for line in watching.until("conforms"))
    finally:
        status, complaints = watching.interrupted()
    assert status == 0
    assert "Traceback" not in complaints


def after_the_first(found: Iterator[set[str]]) -> Iterator[set[str]]:
    assert next(found) == set()
    return found


def test_what_is_saved_before_one_asks_again_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    found = after_the_first(changes([], [folder]))
    (folder / "a.yaml").write_text("a", encoding="utf-8")
    (folder / ".a.yaml.swp").write_text("a", encoding="utf-8")
    (folder / "a.yaml~").write_text("a", encoding="utf-8")
    assert next(found) == {"a.yaml"}


def test_neighbours_of_a_file_are_not_watched(tmp_path: Path) -> None:
    found = after_the_first(changes([tmp_path / "mine.yaml"], []))
    (tmp_path / "other.yaml").write_text("a", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("a", encoding="utf-8")
    assert next(found) == {"mine.yaml"}


def test_a_new_folder_is_watched(tmp_path: Path) -> None:
    found = after_the_first(changes([], [tmp_path]))
    (tmp_path / "new").mkdir()
    assert next(found) == {"new"}
    assert next(found) == set()
    (tmp_path / "new" / "a.yaml").write_text("a", encoding="utf-8")
    assert next(found) == {"a.yaml"}
