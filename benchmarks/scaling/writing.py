"""Writes the results: every measurement as CSV, the tables as Markdown, the growth as a plot."""

from __future__ import annotations

import csv
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import astuple, fields
from pathlib import Path

from benchmarks.scaling.running import PROCESS, Measured
from benchmarks.scaling.steps import MISTAKES
from benchmarks.scaling.summary import COMPILING, OURS, PIPELINE, TOTAL, Summary, readable

QUERY = "query "


def write_csv(path: Path, summary: Summary) -> None:
    """One line for each step of each run."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow([field.name for field in fields(Measured)])
        table.writerows(astuple(one) for one in summary.measured)


def write_markdown(path: Path, summary: Summary, absent: Mapping[str, str]) -> None:
    """The tables that people read."""
    path.write_text("\n".join(_page(summary, absent)) + "\n", encoding="utf-8")


def _page(summary: Summary, absent: Mapping[str, str]) -> Iterator[str]:
    yield "# Our pipeline and its peers on an invented world"
    yield ""
    yield "Medians of the runs; ratios to ours with the least and the most that the runs allow. `~` marks what follows"
    yield "from the engine's own exponent, where it was not run. The last column compares closures, reports (shape and"
    yield "node of each result) and rows with ours."
    for name, reason in absent.items():
        yield f"{name} was left out: {reason}."
    for size in summary.sizes:
        yield from _pipeline(summary, size)
        yield from _queries(summary, size)
    yield from _growth(summary)


def _pipeline(summary: Summary, size: int) -> Iterator[str]:
    yield ""
    yield f"## {size:,} triples"
    yield ""
    yield "| engine | step | time | times ours | same |"
    yield "|---|---|---|---|---|"
    for engine in summary.engines:
        for step in (*PIPELINE, TOTAL, *_further(summary, engine)):
            figure = summary.expected(size, engine, step)
            if figure is not None:
                ratio = "" if engine == OURS else summary.ratio(size, engine, step)
                same = "" if engine == OURS else summary.agrees(size, engine, step)
                yield f"| {engine} | {step} | {figure} | {ratio} | {same} |"
    yield ""
    for engine in summary.engines:
        for run in summary.runs(size, engine, MISTAKES)[:1]:
            yield f"Of {run.count} mistakes in that world, {engine} reports {run.digest}."
    yield ""
    yield "| engine | peak memory | whole process | ended |"
    yield "|---|---|---|---|"
    for engine in summary.engines:
        runs = summary.runs(size, engine, PROCESS)
        if runs:
            seconds = readable(min(one.seconds for one in runs))
            yield f"| {engine} | {summary.peak(size, engine):.0f} MiB | {seconds} | {summary.ended(size, engine)} |"


def _further(summary: Summary, engine: str) -> list[str]:
    """The steps that this engine has beside those that are compared."""
    known = (*PIPELINE, *COMPILING, PROCESS, MISTAKES)
    measured = {one.step for one in summary.measured if one.engine == engine}
    return [step for step in summary.steps if step in measured - {*known} and not step.startswith(QUERY)]


def _queries(summary: Summary, size: int) -> Iterator[str]:
    asked = [step for step in summary.steps if step.startswith(QUERY)]
    engines = [
        engine for engine in summary.engines if any(summary.runs(size, engine, step) for step in asked)
    ]
    if not engines:
        return
    yield ""
    yield f"Saved queries, warm, {size:,} triples:"
    yield ""
    yield f"| query | rows | {' | '.join(engines)} |"
    yield "|---|---|" + "---|" * len(engines)
    for step in asked:
        cells = []
        for engine in engines:
            figure = summary.figure(size, engine, step)
            same = summary.agrees(size, engine, step)
            cells.append("" if figure is None else f"{figure}{'' if same in ('', 'yes') else ', other rows'}")
        runs = summary.runs(size, OURS, step)
        yield f"| {step.removeprefix(QUERY)} | {runs[0].count if runs else ''} | {' | '.join(cells)} |"
    for name, reduced in (("median", statistics.median), ("worst", max)):
        cells = []
        for engine in engines:
            figures = [figure.median for step in asked if (figure := summary.figure(size, engine, step))]
            cells.append(f"**{readable(reduced(figures))}**" if figures else "")
        yield f"| **{name}** | | {' | '.join(cells)} |"


def _growth(summary: Summary) -> Iterator[str]:
    yield ""
    yield "## Growth"
    yield ""
    yield "Exponents: time grows as the number of triples to this power, over the sizes that were measured; in brackets"
    yield "over the two largest of them, where what does not grow with the world weighs least."
    yield ""
    steps = [step for step in (*PIPELINE, TOTAL) if any(summary.points(e, step) for e in summary.engines)]
    yield f"| engine | {' | '.join(steps)} |"
    yield "|---|" + "---|" * len(steps)
    for engine in summary.engines:
        found = [(summary.exponent(engine, step), summary.last_exponent(engine, step)) for step in steps]
        if any(exponent is not None for exponent, _ in found):
            cells = ("" if None in pair else "{:.2f} ({:.2f})".format(*pair) for pair in found)
            yield f"| {engine} | {' | '.join(cells)} |"


def write_plot(path: Path, summary: Summary) -> None:
    """Time against triples, both logarithmic, one field a step, with the exponents in the legends."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    steps = [step for step in PIPELINE if any(summary.points(engine, step) for engine in summary.engines)]
    # The ten colours of the usual cycle are fewer than the engines.
    shades = pyplot.get_cmap("tab20")
    colours = {engine: shades(index) for index, engine in enumerate(summary.engines)}
    figure, axes = pyplot.subplots(2, 3, figsize=(15, 9), layout="constrained")
    for axis, step in zip(axes.flat, [*steps, TOTAL], strict=False):
        for engine in summary.engines:
            points = summary.points(engine, step)
            if points:
                exponent = summary.exponent(engine, step)
                label = engine if exponent is None else f"{engine}, exponent {exponent:.2f}"
                axis.plot(*zip(*points, strict=True), "o-", color=colours[engine], label=label)
                guessed = [points[-1]] + [
                    (size, expected.median)
                    for size in summary.sizes
                    if (expected := summary.expected(size, engine, step)) and expected.extrapolated
                ]
                axis.plot(*zip(*guessed, strict=True), ":", color=colours[engine])
        axis.set(xscale="log", yscale="log", title=step, xlabel="triples", ylabel="seconds")
        axis.grid(visible=True, which="major", alpha=0.3)
        axis.legend(fontsize="small")
    for axis in axes.flat[len(steps) + 1 :]:
        axis.set_visible(False)
    figure.suptitle("Time against triples; dotted: extrapolated by the engine's own exponent")
    figure.savefig(path, dpi=110, metadata={"Software": None})
    pyplot.close(figure)
