"""What share of the mutants of the curated files is caught by loading, shapes and sources; and which survive, and why.

Each field of each entry and each cell of each table is dropped, misspelt, of the wrong kind, or has the value of a
neighbour (`tests/mutants.py`, `tests/table_mutants.py`). The outcome is the same with any number of jobs.
Run: python benchmarks/mutations.py [--sample 2000] [--jobs 2] [--sources FOLDER] [--survivors FILE].
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mea_kg import resources  # noqa: E402
from tests.mutant_reasons import REASONS  # noqa: E402
from tests.mutant_trials import CAUGHT, REMARK, SAME, SURVIVES, Trials  # noqa: E402
from tests.mutants import OPERATIONS, Mutant  # noqa: E402
from tests.table_mutants import TABLE_OPERATIONS, TableMutant  # noqa: E402
from tests.table_trials import TableTrials  # noqa: E402

FIELDS, CELLS = "fields", "cells"
_CHUNK = 50


class Trier:
    """All mutants of a folder, in one order, and the outcome of each by its number in it."""

    def __init__(self, data: Path, sources: Path | None, seed: int) -> None:
        self._trials = Trials(data, sources)
        self._tables = TableTrials(self._trials)
        self.mutants: list[Mutant | TableMutant] = [
            *self._trials.mutants(seed),
            *self._tables.mutants(seed),
        ]

    def outcome(self, number: int) -> tuple[str, str, str, str, str, str]:
        """What was changed (fields or cells), operation, stage, reason, key, and the mutant in words."""
        mutant = self.mutants[number]
        reasons, why = self._trials.reasons, ""
        if isinstance(mutant, TableMutant):
            of, stage = CELLS, self._tables.outcome(mutant).stage
            why = reasons.of_cell(mutant)
        else:
            of, stage = FIELDS, self._trials.outcome(mutant).stage
            why = reasons.of(mutant)
        return of, mutant.operation, stage, why or "not explained", mutant.key, str(mutant)


_trier: list[Trier] = []


def _start(data: Path, sources: Path | None, seed: int) -> None:
    _trier.append(Trier(data, sources, seed))


def _try(number: int) -> tuple[str, str, str, str, str, str]:
    return _trier[0].outcome(number)


def main() -> None:
    """Print the counts by operation and outcome, and the survivors by reason and field."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=resources.data_folder())
    parser.add_argument("--sources", type=Path, help="copies of the source documents")
    parser.add_argument("--sample", type=int, help="how many mutants, drawn with the seed (default: all)")
    parser.add_argument("--only", choices=(FIELDS, CELLS), help="those of entries, or those of tables")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="how many processes")
    parser.add_argument("--survivors", type=Path, help="write each survivor to this file")
    arguments = parser.parse_args()
    start = time.perf_counter()
    folders = arguments.data, arguments.sources, arguments.seed
    _start(*folders)
    every = _trier[0].mutants
    wanted = {FIELDS: Mutant, CELLS: TableMutant}.get(arguments.only, object)
    numbers = [number for number, mutant in enumerate(every) if isinstance(mutant, wanted)]
    total = len(numbers)
    if arguments.sample:
        numbers = Random(arguments.seed).sample(numbers, min(arguments.sample, total))
    outcomes: Counter[tuple[str, str, str]] = Counter()
    survivors: Counter[tuple[str, str, str, str]] = Counter()
    lines = []
    for of, operation, stage, why, key, text in _outcomes(numbers, arguments.jobs, folders):
        outcomes[of, operation, stage] += 1
        if stage in (SURVIVES, REMARK):
            survivors[of, why, operation, key] += 1
            lines.append(f"{why}: {text}")
    if arguments.survivors:
        arguments.survivors.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{len(numbers)} of {total} mutants, seed {arguments.seed}, {time.perf_counter() - start:.0f} s")
    for of, operations in ((FIELDS, OPERATIONS), (CELLS, TABLE_OPERATIONS)):
        if any(one == of for one, *_ in outcomes):
            _print_outcomes(of, operations, outcomes)
            _print_survivors(of, survivors)


def _outcomes(
    numbers: Sequence[int], jobs: int, folders: tuple[Path, Path | None, int]
) -> Iterator[tuple[str, str, str, str, str, str]]:
    if jobs == 1:
        yield from map(_try, numbers)
        return
    with get_context("spawn").Pool(jobs, _start, folders) as pool:
        yield from pool.imap(_try, numbers, _CHUNK)


def _print_outcomes(of: str, operations: Iterable[str], outcomes: Counter[tuple[str, str, str]]) -> None:
    stages = (*CAUGHT, REMARK, SURVIVES, SAME)
    print("\n| " + " | ".join((of, *stages, "caught")) + " |")
    print("|---" * (len(stages) + 2) + "|")
    for name in (*operations, "all"):
        row = [
            sum(
                count
                for (one, operation, at), count in outcomes.items()
                if one == of and at == stage and name in (operation, "all")
            )
            for stage in stages
        ]
        # What leaves the same triples is no mistake.
        changed = sum(row) - row[-1]
        share = f"{sum(row[: len(CAUGHT)]) / changed:.1%}" if changed else "-"
        print("| " + " | ".join((name, *map(str, row), share)) + " |")


def _print_survivors(of: str, survivors: Counter[tuple[str, str, str, str]]) -> None:
    every = sum(count for key, count in survivors.items() if key[0] == of)
    for why in [*REASONS, "not explained"]:
        chosen = {key: count for key, count in survivors.items() if key[:2] == (of, why)}
        if chosen:
            number = sum(chosen.values())
            print(f"\n{why}: {number} ({number / every:.0%})")
        for (_, _, operation, key), count in sorted(chosen.items(), key=lambda item: (-item[1], item[0])):
            print(f"  {count:5} {operation}: {key}")


if __name__ == "__main__":
    main()
