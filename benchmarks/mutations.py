"""What share of the mutants of the curated files is caught by loading, shapes and sources; and which survive, and why.

Each field of each entry is dropped, misspelt, of the wrong kind, or has the value of a neighbour (`tests/mutants.py`).
Run: python benchmarks/mutations.py [--sample 2000] [--sources FOLDER] [--survivors FILE]. All take an hour or more.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mea_kg import resources  # noqa: E402
from tests.mutant_reasons import REASONS  # noqa: E402
from tests.mutant_trials import REMARK, SAME, SURVIVES, Trials  # noqa: E402
from tests.mutants import OPERATIONS  # noqa: E402


def main() -> None:
    """Print the counts by operation and outcome, and the survivors by reason and field."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=resources.data_folder())
    parser.add_argument("--sources", type=Path, help="copies of the source documents")
    parser.add_argument("--sample", type=int, help="how many mutants, drawn with the seed (default: all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--survivors", type=Path, help="write each survivor to this file")
    arguments = parser.parse_args()
    start = time.perf_counter()
    trials = Trials(arguments.data, arguments.sources)
    mutants = list(trials.mutants(arguments.seed))
    number = len(mutants)
    if arguments.sample:
        mutants = Random(arguments.seed).sample(mutants, min(arguments.sample, number))
    outcomes: Counter[tuple[str, str]] = Counter()
    survivors: Counter[tuple[str, str, str]] = Counter()
    lines = []
    for mutant in mutants:
        outcome = trials.outcome(mutant)
        outcomes[mutant.operation, outcome.stage] += 1
        if outcome.stage in (SURVIVES, REMARK):
            why = trials.reasons.of(mutant) or "not explained"
            survivors[why, mutant.operation, mutant.key] += 1
            lines.append(f"{why}: {mutant}")
    if arguments.survivors:
        arguments.survivors.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(mutants)} of {number} mutants, seed {arguments.seed}, {time.perf_counter() - start:.0f} s")
    _print_outcomes(outcomes)
    for why in [*REASONS, "not explained"]:
        chosen = {key: count for key, count in survivors.items() if key[0] == why}
        print(f"\n{why}: {sum(chosen.values())}")
        for (_, operation, key), count in sorted(chosen.items(), key=lambda item: -item[1]):
            print(f"  {count:5} {operation}: {key}")


def _print_outcomes(outcomes: Counter[tuple[str, str]]) -> None:
    stages = ("form", "shapes", "source", REMARK, SURVIVES, SAME)
    print(f"{'':30}" + "".join(f"{stage:>10}" for stage in stages) + f"{'caught':>10}")
    for name in (*OPERATIONS, "all"):
        row = [
            sum(
                count
                for (operation, at), count in outcomes.items()
                if at == stage and name in (operation, "all")
            )
            for stage in stages
        ]
        # What leaves the same triples is no mistake.
        changed = sum(row[:5]) or 1
        print(f"{name:30}" + "".join(f"{count:10}" for count in row) + f"{sum(row[:3]) / changed:10.1%}")


if __name__ == "__main__":
    main()
