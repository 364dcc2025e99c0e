"""Mutants of tables: what share of them is caught, that each survivor has a reason, and that a trial tells the truth.

`benchmarks/mutations.py` tries all of them; here a sample of those of the toy world.
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from mea_kg import resources
from mea_kg.building import build
from mea_kg.documents import read_copies, source_documents
from mea_kg.errors import EntryErrors
from mea_kg.evidence import check_evidence
from mea_kg.findings import INFO
from mea_kg.loading import read_context
from mea_kg.validation import validate
from tests.conftest import TOY
from tests.mutant_trials import CAUGHT, FIGURES, FORM, REMARK, SAME, SHAPES, SOURCE, SURVIVES, Outcome, Trials
from tests.table_mutants import TABLE_OPERATIONS, TableMutant
from tests.table_trials import TableTrials

SAMPLE = 100


@pytest.fixture(scope="module")
def world() -> Trials:
    return Trials(TOY / "data", TOY / "sources")


@pytest.fixture(scope="module")
def trials(world: Trials) -> TableTrials:
    return TableTrials(world)


@pytest.fixture(scope="module")
def every(trials: TableTrials) -> list[TableMutant]:
    return list(trials.mutants())


def one(every: list[TableMutant], where: str, operation: str) -> TableMutant:
    table, line, column = where.split()
    return next(
        mutant
        for mutant in every
        if (mutant.file, mutant.line) == (f"data/{table}.csv", int(line))
        and mutant.key == column.strip("-")
        and mutant.operation == operation
    )


def test_each_cell_row_and_column_is_spoilt(every: list[TableMutant]) -> None:
    assert {mutant.operation for mutant in every} == set(TABLE_OPERATIONS)
    counted = Counter((mutant.file, mutant.operation) for mutant in every)
    for path in (TOY / "data").glob("*.csv"):
        header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
        file, filled = f"data/{path.name}", sum(bool(cell) for row in rows for cell in row)
        assert counted[file, "header misspelt"] == len(header)
        assert counted[file, "row dropped"] == counted[file, "row doubled"] == len(rows)
        for operation in ("cell emptied", "value misspelt", "wrong kind"):
            assert counted[file, operation] == filled


def test_a_mutant_differs_in_one_line_and_can_be_repeated(
    trials: TableTrials, every: list[TableMutant]
) -> None:
    assert list(trials.mutants()) == every
    for mutant in every:
        path, text = trials.text(mutant)
        before, after = path.read_text(encoding="utf-8").splitlines(), text.splitlines()
        assert before != after, mutant
        last = mutant.line - 1 + len(mutant.lines)
        assert before[: mutant.line - 1] == after[: mutant.line - 1]
        assert before[mutant.line :] == after[last:]


@pytest.mark.parametrize(
    ("where", "operation", "expected"),
    [
        ("shares 1 party", "header misspelt", Outcome(FORM, "table-header")),
        ("shares 2 -", "row doubled", Outcome(FORM, "row-twice")),
        ("shares 2 contribution_2031", "wrong kind", Outcome(FORM, "table-cell")),
        ("shares 2 adds_to", "value misspelt", Outcome(FORM, "undefined-reference")),
        ("shares 5 row", "value misspelt", Outcome(FORM, "undefined-reference")),
        ("shares 2 party", "neighbour's value", Outcome(SHAPES, "PartyAsPrinted")),
        ("costs 2 amount_2031", "value misspelt", Outcome(FIGURES, "check/sum-of-lines")),
    ],
)
def test_what_catches_a_mutant(
    trials: TableTrials, every: list[TableMutant], where: str, operation: str, expected: Outcome
) -> None:
    assert trials.outcome(one(every, where, operation)) == expected


def test_arithmetic_catches_figures_without_the_source(every: list[TableMutant]) -> None:
    trials = TableTrials(Trials(TOY / "data", None))
    figures = [mutant for mutant in every if mutant.sort == "figure" and mutant.operation == "value misspelt"]
    stages = Counter(trials.outcome(mutant).stage for mutant in figures)
    assert stages[FIGURES] > stages[SURVIVES], stages


def test_most_mutants_are_caught_and_each_survivor_has_a_reason(
    world: Trials, trials: TableTrials, every: list[TableMutant]
) -> None:
    stages: Counter[str] = Counter()
    for mutant in Random(0).sample(every, SAMPLE):
        outcome = trials.outcome(mutant)
        stages[outcome.stage] += 1
        if outcome.stage in (SURVIVES, REMARK):
            assert world.reasons.of_cell(mutant), mutant
    # Of the source of these tables there is no copy: what else is printed there is not known.
    assert sum(stages[stage] for stage in CAUGHT) >= 0.7 * (SAMPLE - stages[SAME]), stages


def test_a_trial_leaves_the_graph_as_it_was(trials: TableTrials, every: list[TableMutant]) -> None:
    mutant = one(every, "shares 2 row", "value misspelt")
    assert trials.outcome(mutant) == trials.outcome(mutant)
    for second in Random(1).sample(every, 10):
        trials.outcome(second)
    same = TableMutant(mutant.file, 1, "", "", "", "", "", (trials.text(mutant)[1].splitlines()[0],))
    assert trials.outcome(same) == Outcome(SAME)


def test_a_trial_finds_what_building_and_validating_the_folder_finds(
    trials: TableTrials, every: list[TableMutant], tmp_path: Path
) -> None:
    before = findings(TOY / "data")
    assert before is not None
    for number, mutant in enumerate(Random(2).sample(every, 8)):
        folder = tmp_path / str(number) / "data"
        shutil.copytree(TOY / "data", folder)
        path, text = trials.text(mutant)
        (folder / path.name).write_text(text, encoding="utf-8")
        found, outcome = findings(folder), trials.outcome(mutant)
        if found is None:
            assert outcome.stage == FORM, mutant
        elif outcome.stage != SAME:
            assert bool(found - before) == (outcome.stage in (SHAPES, SOURCE, FIGURES)), (mutant, outcome)


def findings(data: Path) -> set[tuple[str, ...]] | None:
    """What the form (None), the shapes and the sources have to say of a folder, but for remarks."""
    try:
        made = build(data, resources.ontology_folder())
    except EntryErrors:
        return None
    context = read_context(data)
    report = validate(made.store, made.places, resources.shapes_folder(), context)
    copies = read_copies(TOY / "sources", source_documents(made.store))
    found = [*report.findings, *check_evidence(made.store, copies).findings]
    return {
        (one.rule, one.entity, one.field, one.found, one.message) for one in found if one.severity != INFO
    }
