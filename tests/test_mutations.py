"""Mutants of curated files: what share of them is caught, and that each survivor has a reason.

`benchmarks/mutations.py` tries all of them; here a sample of those of the toy world.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from mea_kg.trees import EntryFile, Mapping
from tests.mutant_reasons import REASONS
from tests.mutant_trials import FORM, REMARK, SAME, SHAPES, SOURCE, SURVIVES, Outcome, Trials
from tests.mutants import OPERATIONS, Mutant, mutants, plain, tops

TOY = Path(__file__).parent / "toy"
DOCS = Path(__file__).parent.parent / "docs"
SAMPLE = 100


@pytest.fixture(scope="module")
def trials() -> Trials:
    return Trials(TOY / "data", TOY / "sources")


@pytest.fixture(scope="module")
def every(trials: Trials) -> list[Mutant]:
    return list(trials.mutants())


def one(every: list[Mutant], file: str, way: str, operation: str) -> Mutant:
    return next(
        mutant
        for mutant in every
        if mutant.file == f"data/{file}.yaml"
        and "/".join(str(part) for part in (*mutant.path, mutant.key)) == way
        and mutant.operation == operation
    )


def test_each_operation_on_each_field(trials: Trials, every: list[Mutant]) -> None:
    assert {mutant.operation for mutant in every} == set(OPERATIONS)
    dropped = Counter(mutant.file for mutant in every if mutant.operation == "dropped")
    for entry in trials.entries:
        assert dropped[entry.file] == sum(fields(root) for root in tops(entry))


def fields(root: Mapping) -> int:
    """The keys in a node and in all below it, but those of languages."""
    found = 0
    for key, entry in root.entries.items():
        found += 1
        for item in getattr(entry.value, "items", [entry.value]):
            if isinstance(item, Mapping) and key not in ("label", "title"):
                found += fields(item)
    return found


def test_a_mutant_differs_in_one_field_only(trials: Trials, every: list[Mutant]) -> None:
    roots = {
        (entry.file, number): root for entry in trials.entries for number, root in enumerate(tops(entry))
    }
    for mutant in every:
        before, after = plain(roots[mutant.file, mutant.top]), plain(mutant.root)
        assert before != after, mutant
        if mutant.operation == "dropped":
            assert len(after) < len(before)


def test_mutants_are_the_same_each_time(trials: Trials, every: list[Mutant]) -> None:
    assert [str(mutant) for mutant in trials.mutants()] == [str(mutant) for mutant in every]


@pytest.mark.parametrize(
    ("file", "way", "operation", "expected"),
    [
        ("treaties", "id", "value misspelt", Outcome(FORM, "undefined-reference")),
        ("organizations", "servicesTreaty", "key misspelt", Outcome(FORM, "unknown-key")),
        ("organizations", "label", "dropped", Outcome(SHAPES, "Named-label")),
        ("partnerships", "participants", "dropped", Outcome(SHAPES, "InstrumentParticipantsMissing-either")),
        ("partnerships", "evidence/0/phrase", "value misspelt", Outcome(SOURCE, "evidence-phrase-verbatim")),
        ("budget", "fund", "wrong kind", Outcome(SHAPES, "OfFund-fund")),
        ("organizations", "acronym", "dropped", Outcome(SURVIVES)),
    ],
)
def test_what_catches_a_mutant(
    trials: Trials, every: list[Mutant], file: str, way: str, operation: str, expected: Outcome
) -> None:
    assert trials.outcome(one(every, file, way, operation)) == expected


def test_most_mutants_are_caught_and_each_survivor_has_a_reason(trials: Trials, every: list[Mutant]) -> None:
    stages: Counter[str] = Counter()
    for mutant in Random(0).sample(every, SAMPLE):
        outcome = trials.outcome(mutant)
        stages[outcome.stage] += 1
        if outcome.stage in (SURVIVES, REMARK):
            assert trials.reasons.of(mutant), mutant
    caught = sum(stages[stage] for stage in (FORM, SHAPES, SOURCE))
    assert caught >= 0.8 * (SAMPLE - stages[SAME]), stages


@pytest.mark.parametrize(
    ("file", "way", "needed"),
    [
        ("organizations", "label", True),
        ("organizations", "servicesTreaty", True),
        ("partnerships", "evidence/0/pinpoint", True),
        ("organizations", "acronym", False),
        ("partnerships", "evidence/0/phrase", False),
    ],
)
def test_the_shapes_say_what_is_needed(
    trials: Trials, every: list[Mutant], file: str, way: str, needed: bool
) -> None:
    mutant = one(every, file, way, "dropped")
    assert trials.reasons.is_needed(mutant) is needed
    assert trials.reasons.of(mutant) == ("" if needed else "optional")


def test_what_is_needed_is_missed_where_it_is_dropped(trials: Trials, every: list[Mutant]) -> None:
    dropped = [
        mutant for mutant in every if mutant.operation == "dropped" and trials.reasons.is_needed(mutant)
    ]
    assert len(dropped) > 300
    for mutant in Random(0).sample(dropped, SAMPLE):
        assert trials.outcome(mutant).stage in (FORM, SHAPES), mutant


def test_a_trial_leaves_the_graph_as_it_was(trials: Trials, every: list[Mutant]) -> None:
    dropped = one(every, "organizations", "servicesTreaty", "dropped")
    assert trials.outcome(dropped) == trials.outcome(dropped) == Outcome(SHAPES, dropped_rule())
    entry = next(entry for entry in trials.entries if entry.file == dropped.file)
    same = Mutant(dropped.file, dropped.top, (), "", (), (), "", "", "", tops(entry)[dropped.top])
    assert trials.outcome(same) == Outcome(SAME)


def dropped_rule() -> str:
    return "IncompleteSecretariat-servicesTreaty"


def test_reasons_are_documented() -> None:
    text = (DOCS / "validation-mutations.md").read_text(encoding="utf-8")
    assert [name for name in REASONS if f"| {name} |" not in text] == []


def test_a_file_of_one_node_has_one_top(trials: Trials) -> None:
    entry = EntryFile("a.yaml", "", Mapping({}, trials.entries[0].root.place))  # type: ignore[union-attr]
    assert len(tops(entry)) == 1
    assert list(mutants(entry, trials.context)) == []
