"""The benchmark of sizes: what its figures say, and that an engine is stopped at its limit."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import scale
from benchmarks.scale import prepare, size
from benchmarks.scaling.engines import ENGINES, IN_MEMORY, ON_DISK
from benchmarks.scaling.running import PROCESS, Measured, run_engine
from benchmarks.scaling.summary import OURS, TOTAL, Summary, readable
from benchmarks.scaling.writing import write_csv, write_markdown

PEER = "rdflib"


def measured(
    engine: str, triples: int, step: str, seconds: float, run: int = 0, digest: str = "a"
) -> Measured:
    return Measured(triples, engine, run, step, seconds, 7, digest, 50.0)


@pytest.fixture
def summary() -> Summary:
    return Summary(
        [
            *(measured(OURS, triples, "closure", triples / 1e6) for triples in (1_000, 10_000, 100_000)),
            measured(OURS, 10_000, "closure", 0.02, run=1),
            measured(PEER, 1_000, "closure", 1.0, digest="b"),
            measured(PEER, 10_000, "closure", 100.0),
        ]
    )


def test_an_exponent_is_the_slope_of_the_logarithms(summary: Summary) -> None:
    assert summary.exponent(PEER, "closure") == pytest.approx(2.0)


def test_the_last_exponent_is_that_of_the_two_largest_sizes() -> None:
    seconds = {1_000: 1.0, 10_000: 1.0, 100_000: 100.0}
    summary = Summary([measured(OURS, triples, "closure", value) for triples, value in seconds.items()])
    assert summary.exponent(OURS, "closure") == pytest.approx(1.0)
    assert summary.last_exponent(OURS, "closure") == pytest.approx(2.0)
    assert summary.last_exponent(OURS, "load") is None


def test_a_peer_is_not_run_where_it_would_take_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, int, int, float]] = []

    def run(engine: str, _: Path, triples: int, number: int, limit: float) -> Iterator[Measured]:
        ran.append((engine, triples, number, limit))
        yield measured(engine, triples, PROCESS, triples / 100 if engine == PEER else triples / 1000)

    monkeypatch.setattr(scale, "prepare", lambda folder, triples: None)
    monkeypatch.setattr(scale, "run_engine", run)
    found = list(scale.measure([10_000, 1_000, 100_000], [OURS, PEER], 2, 500.0, tmp_path))
    assert len(found) == len(ran)
    # The second round of a peer that takes more than half a minute is left out, and the peer at 100,000.
    assert ran == [
        (OURS, 1_000, 0, scale.OWN_LIMIT), (PEER, 1_000, 0, 500.0), (OURS, 1_000, 1, scale.OWN_LIMIT),
        (PEER, 1_000, 1, 500.0), (OURS, 10_000, 0, scale.OWN_LIMIT), (PEER, 10_000, 0, 500.0),
        (OURS, 10_000, 1, scale.OWN_LIMIT), (OURS, 100_000, 0, scale.OWN_LIMIT),
        (OURS, 100_000, 1, scale.OWN_LIMIT),
    ]  # fmt: skip
    in_columns = ON_DISK[-1]
    ran.clear()
    list(scale.measure([IN_MEMORY * 2], [OURS, in_columns], 2, 500.0, tmp_path))
    assert [(engine, number) for engine, _, number, _ in ran] == [(in_columns, 0)]


def test_what_was_not_run_follows_from_the_own_exponent_and_is_marked(summary: Summary) -> None:
    figure = summary.expected(100_000, PEER, "closure")
    assert figure is not None
    assert figure.extrapolated
    assert figure.median == pytest.approx(10_000.0)
    assert str(figure) == "~3 h"
    assert summary.ratio(100_000, PEER, "closure").startswith("~100000.0 ")


def test_nothing_follows_from_an_exponent_that_is_chance() -> None:
    seconds = {1_000: 0.1, 10_000: 1000.0}
    chance = Summary([measured(PEER, triples, "closure", value) for triples, value in seconds.items()])
    assert chance.exponent(PEER, "closure") == pytest.approx(4.0)
    assert chance.expected(100_000, PEER, "closure") is None


def test_a_ratio_has_the_spread_of_the_runs(summary: Summary) -> None:
    assert summary.ratio(10_000, PEER, "closure") == "6666.7 (5000.0–10000.0)"


def test_what_differs_from_ours_is_said(summary: Summary) -> None:
    assert summary.agrees(1_000, PEER, "closure") == "no (as many)"
    assert summary.agrees(10_000, PEER, "closure") == "yes"
    assert summary.agrees(100_000, PEER, "closure") == ""


def test_the_total_needs_all_of_its_steps(summary: Summary) -> None:
    assert summary.figure(10_000, OURS, TOTAL) is None


def test_the_tables_have_every_measurement(summary: Summary, tmp_path: Path) -> None:
    write_csv(tmp_path / "scale.csv", summary)
    write_markdown(tmp_path / "scale.md", summary, {"Jena": "Java is not installed"})
    with (tmp_path / "scale.csv").open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == len(summary.measured)
    page = (tmp_path / "scale.md").read_text(encoding="utf-8")
    assert "| rdflib | closure | ~3 h | ~100000.0 (100000.0–100000.0) |  |" in page
    assert "Jena was left out: Java is not installed." in page


def test_ours_finds_what_was_injected_and_is_the_first_to_write(tmp_path: Path) -> None:
    prepare(tmp_path, 5_000)
    steps = {one.step: one for one in run_engine(OURS, tmp_path, 5_000, 0, 120)}
    with (tmp_path / "mistakes.csv").open(encoding="utf-8", newline="") as stream:
        injected = {(row["rule"], row["node"]) for row in csv.DictReader(stream)}
    found = steps["validation, authored"].count + steps["validation, whole"].count
    assert found == len(injected) > 0
    assert steps[PROCESS].ended == ""
    assert (tmp_path / "closed.nt").stat().st_size > (tmp_path / "stated.nt").stat().st_size


def test_an_engine_is_stopped_at_its_limit(tmp_path: Path) -> None:
    (last,) = run_engine(OURS, tmp_path, 1, 0, 0.01)
    assert last.step == PROCESS
    assert last.ended == "over 0 s"
    assert last.seconds < 30


def test_an_engine_that_fails_says_why(tmp_path: Path) -> None:
    *_, last = run_engine(OURS, tmp_path, 1, 0, 60)
    assert "stated.nt" in last.ended or "No such file" in last.ended


@pytest.mark.parametrize(("text", "triples"), [("10k", 10_000), ("1M", 1_000_000), ("2500", 2_500)])
def test_sizes_are_read(text: str, triples: int) -> None:
    assert size(text) == triples


def test_engines_are_named_with_semicolons_since_some_names_have_commas() -> None:
    assert scale.chosen("; ".join([*ENGINES][::-1])) == list(ENGINES)
    with pytest.raises(SystemExit, match="no engine 'in columns'"):
        scale.chosen("ours; in columns")


def test_seconds_are_written_in_few_figures() -> None:
    assert [readable(value) for value in (0.0012, 0.5, 2.0, 75.0, 900.0, 36_000.0)] == [
        "1.2 ms", "500 ms", "2.0 s", "75 s", "15 min", "10 h",
    ]  # fmt: skip
