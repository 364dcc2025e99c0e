"""What to ask each saved query with parameters of an invented world, so that it has an answer there."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from benchmarks.world.systems import HUB, System, state
from mea_kg.namespaces import ID, VOCAB


def examples() -> Iterator[tuple[str, str, str]]:
    """Query, parameter and value, an IRI or a date; all of the first system, which every world has."""
    s = System(0, Random(0), 1)
    consortium = f"group/{s.slug}-consortium"
    entities = {
        "acts-of": {"text": s.decision},
        "asked-to-work-with": {"actor": s.office},
        "budget-lines": {"fund": s.fund},
        "contributions-of": {"party": state(0)},
        "dealt-with-by-both": {"first": s.secretariat, "second": HUB},
        "described-in-terms-of": {"organization": s.treaty},
        "due-at": {"of": s.body},
        "groups-of": {"actor": s.secretariat},
        "how-complete-is-a-group": {"group": consortium},
        "is-assessed": {"party": state(0)},
        "largest-contributions": {"fund": s.fund},
        "mandates-of": {"actor": s.office},
        "members-of": {"group": consortium},
        "participants-of": {"instrument": f"partnership/{s.slug}-1"},
        "partnerships-of": {"actor": s.secretariat},
        "relation-between": {"first": s.secretariat, "second": HUB},
        "said-of": {"entity": HUB},
        "themes-of": {"programme": f"partnership/{s.slug}-joint-work-programme"},
        "what-cites": {"text": s.short_decision},
        "what-is-cited-by": {"text": s.decision},
        "who-adopted": {"adopted": s.decision},
        "who-cooperates-with": {"organization": HUB},
    }
    for query, parameters in entities.items():
        for parameter, entity in parameters.items():
            yield query, parameter, ID + entity
    yield "partnerships-on-theme", "theme", VOCAB + "theme/capacity-building"
    yield "quality-notes", "kind", VOCAB + "quality-kind/ambiguous"
    yield "what-holds-on", "date", "2005-06-01"
