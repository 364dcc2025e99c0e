"""What the measurements say: medians and spreads, ratios to ours, exponents, and what agrees."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.scaling.running import PROCESS, Measured

OURS = "ours"
PIPELINE = ("load", "closure", "rules", "validation, authored", "validation, whole")
COMPILING = ("compile shapes, authored", "compile shapes, whole")
TOTAL = "load + closure + validation"
STEEPEST = 3.0
"""An exponent beyond this is the chance of a few runs, from which nothing follows."""


@dataclass(frozen=True)
class Figure:
    """Seconds of a step: median, least and most of the runs; `extrapolated` from smaller sizes, and then one figure."""

    median: float
    least: float
    most: float
    extrapolated: bool = False

    def __str__(self) -> str:
        return f"{'~' if self.extrapolated else ''}{readable(self.median)}"


def readable(seconds: float) -> str:
    """Seconds in a few figures, with their unit.

    >>> readable(0.0123), readable(75.0), readable(36000.0)
    ('12 ms', '75 s', '10 h')
    """
    if seconds >= 7200:
        return f"{seconds / 3600:.0f} h"
    if seconds >= 600:
        return f"{seconds / 60:.0f} min"
    if seconds >= 10:
        return f"{seconds:.0f} s"
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


class Summary:
    """The measurements of one run of the benchmark, asked by size, engine and step."""

    def __init__(self, measured: Iterable[Measured]) -> None:
        self.measured = list(measured)
        self.sizes = sorted({one.size for one in self.measured})
        self.engines = list(dict.fromkeys(one.engine for one in self.measured))
        self.steps = list(dict.fromkeys(one.step for one in self.measured))
        self._by: dict[tuple[int, str, str], list[Measured]] = {}
        for one in self.measured:
            self._by.setdefault((one.size, one.engine, one.step), []).append(one)

    def runs(self, size: int, engine: str, step: str) -> list[Measured]:
        """The measurements of a step."""
        return self._by.get((size, engine, step), [])

    def figure(self, size: int, engine: str, step: str) -> Figure | None:
        """The seconds of a step, or of the pipeline in all; None where they were not measured."""
        if step == TOTAL:
            seconds = self._totals(size, engine)
        else:
            seconds = [one.seconds for one in self.runs(size, engine, step) if not one.ended]
        if not seconds:
            return None
        return Figure(statistics.median(seconds), min(seconds), max(seconds))

    def _totals(self, size: int, engine: str) -> list[float]:
        needed = [step for step in PIPELINE if step != "rules"]
        if any(not self.runs(size, engine, step) for step in needed):
            return []
        steps = [*needed, *(step for step in COMPILING if self.runs(size, engine, step))]
        number = min(len(self.runs(size, engine, step)) for step in steps)
        return [sum(self.runs(size, engine, step)[run].seconds for step in steps) for run in range(number)]

    def exponent(self, engine: str, step: str) -> float | None:
        """How time grows with size: the slope of the logarithms, over the sizes that were measured."""
        return _exponent(self.points(engine, step))

    def last_exponent(self, engine: str, step: str) -> float | None:
        """The same over the two largest sizes, where a part that does not grow weighs least."""
        return _exponent(self.points(engine, step)[-2:])

    def points(self, engine: str, step: str) -> list[tuple[int, float]]:
        """Size and median seconds, where measured."""
        found = ((size, self.figure(size, engine, step)) for size in self.sizes)
        return [(size, figure.median) for size, figure in found if figure is not None and figure.median > 0]

    def expected(self, size: int, engine: str, step: str) -> Figure | None:
        """The figure that was measured, or for a larger size one that follows from the engine's own exponent."""
        figure = self.figure(size, engine, step)
        exponent = self.exponent(engine, step)
        if figure is not None or exponent is None or exponent > STEEPEST:
            return figure
        last, seconds = self.points(engine, step)[-1]
        if size < last:
            return None
        guess = seconds * (size / last) ** exponent
        return Figure(guess, guess, guess, extrapolated=True)

    def ratio(self, size: int, engine: str, step: str) -> str:
        """How many times longer than ours, with the least and the most that the runs allow."""
        theirs, own = self.expected(size, engine, step), self.figure(size, OURS, step)
        if theirs is None or own is None:
            return ""
        mark = "~" if theirs.extrapolated else ""
        least, most = theirs.least / own.most, theirs.most / own.least
        return f"{mark}{theirs.median / own.median:.1f} ({least:.1f}–{most:.1f})"

    def agrees(self, size: int, engine: str, step: str) -> str:
        """Whether the engine found what ours found: `yes`, `no (theirs of ours)`, or empty where nobody can say."""
        own = {one.digest for one in self.runs(size, OURS, step)}
        theirs = {one.digest for one in self.runs(size, engine, step) if one.digest}
        if not own or not theirs:
            return ""
        if theirs == own:
            return "yes"
        counts = self.runs(size, engine, step)[0].count, self.runs(size, OURS, step)[0].count
        return f"no ({counts[0]} of {counts[1]})" if counts[0] != counts[1] else "no (as many)"

    def peak(self, size: int, engine: str) -> float:
        """The most memory of its process, in MiB."""
        return max((one.peak for step in self.steps for one in self.runs(size, engine, step)), default=0.0)

    def ended(self, size: int, engine: str) -> str:
        """Why a process of it ended before its work was done."""
        return next((one.ended for one in self.runs(size, engine, PROCESS) if one.ended), "")


def _exponent(points: Sequence[tuple[int, float]]) -> float | None:
    if len(points) < 2:
        return None
    return slope([(math.log(size), math.log(seconds)) for size, seconds in points])


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the line that fits best."""
    return statistics.linear_regression([x for x, _ in points], [y for _, y in points]).slope
