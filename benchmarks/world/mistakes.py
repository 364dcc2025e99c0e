"""The mistakes that can be injected, read from the table beside this module: at least one for each rule that can."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from benchmarks.world.breaking import Mistake

NOT_ALONE: Mapping[str, str] = {
    **dict.fromkeys(
        ("Cooperation-basis", "Cooperation-via", "Cooperation-derivedFrom", "Cooperation-status",
         "Cooperation-evidence", "CooperationEnds"),
        "only the rules of derivation make cooperation nodes, and they make them whole",
    ),
    "SelfCooperation": "the rules of derivation leave out a pair of the same",
    "CooperatesWithBack": "the closure mirrors each shortcut",
    "DeprecatedTerm": "no term of the ontology is deprecated",
}  # fmt: skip
"""Rules that no change of authored nodes breaks, with the reason."""


def mistakes() -> list[Mistake]:
    """All mistakes of the table, in its order."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as stream:
        return [
            Mistake(
                row["kind"],
                row["edit"],
                tuple(row["keys"].split()),
                tuple(row["values"].split(";")) if row["values"] else (),
                row["where"],
                tuple(row["found"].split()),
            )
            for row in csv.DictReader(stream)
        ]
