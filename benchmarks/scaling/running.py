"""Runs each engine in a process of its own, with a limit of time, and reads what it says of its steps.

As a module it is that process: python -m benchmarks.scaling.running ENGINE FOLDER prints one line of JSON a step.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROCESS = "process"
"""The step that stands for the whole process, from its start to its end."""


@dataclass(frozen=True)
class Measured:
    """A step of an engine in one run: seconds, how much it found, its digest; `peak` is in MiB, by the end of the step.

    `ended` says why the process ended before its work was done, and is empty where it was.
    """

    size: int
    engine: str
    run: int
    step: str
    seconds: float
    count: int
    digest: str
    peak: float
    ended: str = ""


def run_engine(engine: str, folder: Path, size: int, run: int, limit: float) -> Iterator[Measured]:
    """Run an engine once; the steps that it did before it ended are measured in any case."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.scaling.running", engine, str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            output, errors = process.communicate(timeout=limit)
            ended = "" if process.returncode == 0 else _last_line(errors) or f"exit {process.returncode}"
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
            ended = f"over {limit:.0f} s"
    seconds = time.perf_counter() - start
    peak = 0.0
    for line in output.splitlines():
        if line.startswith("{"):
            said = json.loads(line)
            peak = said["peak"]
            yield Measured(
                size, engine, run, said["name"], said["seconds"], said["count"], said["digest"], peak
            )
    yield Measured(size, engine, run, PROCESS, seconds, 0, "", peak, ended)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else ""


def usable(engines: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Which of these engines can run here, and why the others cannot."""
    from benchmarks.scaling.engines import why_not

    reasons = {name: why_not(name) for name in engines}
    return [name for name, reason in reasons.items() if not reason], {n: r for n, r in reasons.items() if r}


def _peak() -> float:
    # Of processes that it started, the largest that has ended.
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return _own_peak() + children


def _own_peak() -> float:
    # What getrusage says begins, on Linux, at the peak of the process that started this one.
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    from benchmarks.scaling.engines import ENGINES

    for step in ENGINES[sys.argv[1]](Path(sys.argv[2])):
        said = {"name": step.name, "seconds": step.seconds, "count": step.count, "digest": step.digest}
        print(json.dumps({**said, "peak": _peak()}), flush=True)


if __name__ == "__main__":
    main()
