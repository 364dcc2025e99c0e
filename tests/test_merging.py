"""One mistake, one finding: what leads, what stands under it, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from mea_kg import resources
from mea_kg.building import build
from mea_kg.errors import EntryErrors
from mea_kg.findings import INFO, VIOLATION, WARNING, Finding
from mea_kg.merging import one_per_mistake
from mea_kg.namespaces import ID
from mea_kg.validation import validate

TOY = Path(__file__).parent / "toy" / "data"


def found(
    rule: str, node: str, field: str = "", severity: str = VIOLATION, line: int = 1, **others: str
) -> Finding:
    message = others.pop("message", rule)
    return Finding("f", line, 1, severity, rule, message, node=ID + node, field=field, **others)  # type: ignore[arg-type]


def derived(rule: str, *origins: str, severity: str = VIOLATION, line: int = 1) -> Finding:
    follows_from = tuple(ID + origin for origin in origins)
    return Finding("f", line, 1, severity, rule, rule, node=ID + "c/" + rule, follows_from=follows_from)


def shown(findings: Iterable[Finding]) -> list[tuple[str, list[str]]]:
    return [(finding.rule, [other.rule for other in finding.also]) for finding in one_per_mistake(findings)]


def test_what_is_said_of_one_field_stands_under_the_first() -> None:
    assert shown([found("Plain", "a", "x"), found("Query", "a", "x")]) == [("Plain", ["Query"])]


def test_the_gravest_leads() -> None:
    given = [found("Odd", "a", "x", WARNING), found("Wrong", "a", "x"), found("Nice", "a", "x", INFO)]
    assert shown(given) == [("Wrong", ["Nice", "Odd"])]


@pytest.mark.parametrize(
    "other",
    [
        found("B", "b", "x", line=2),
        found("B", "a", "y", line=2),
        found("A", "a", "x", line=2, found="two"),
        found("B", "a", "x", line=2, found="two"),
    ],
    ids=["another node", "another field", "another value", "another rule on another value"],
)
def test_two_mistakes_stay_two(other: Finding) -> None:
    assert shown([found("A", "a", "x", found="one"), other]) == [("A", []), (other.rule, [])]


def test_a_heading_in_the_place_of_a_kind_is_one_mistake() -> None:
    """That a heading has none of the properties that its kinds have follows from it."""
    wrong = [
        found("PropertyOfClass", "a", field, line=2, found=field) for field in ("status", "participants")
    ]
    elsewhere = found("PropertyOfClass", "b", "status", line=3)
    assert shown([*wrong, found("Classified-type", "a", "type"), elsewhere]) == [
        ("Classified-type", ["PropertyOfClass", "PropertyOfClass"]),
        ("PropertyOfClass", []),
    ]


def test_what_was_derived_stands_under_its_origin() -> None:
    given = [derived("Cooperation", "p/a"), found("Participant", "p/a", "participants", line=9)]
    assert shown(given) == [("Participant", ["Cooperation"])]
    evidence = found("Evidence", "p/a/evidence/1", line=9)
    assert shown([derived("Cooperation", "p/z", "p/a"), evidence]) == [("Evidence", ["Cooperation"])]


def test_what_was_derived_from_one_place_stands_together() -> None:
    assert shown([derived("A", "p/a"), derived("B", "p/a"), derived("C", "p/c", line=2)]) == [
        ("A", ["B"]),
        ("C", []),
    ]


def test_nothing_grave_stands_under_a_warning() -> None:
    given = [found("Odd", "p/a", severity=WARNING), derived("Cooperation", "p/a")]
    assert shown(given) == [("Cooperation", []), ("Odd", [])]


def test_two_nodes_that_name_each_other_are_one_mistake() -> None:
    given = [
        found("Twice", "p/a", "x", message="The same as P (p/b)."),
        found("Twice", "p/b", "x", line=2, message="The same as P (p/a)."),
        found("Twice", "p/c", "x", line=3, message="The same as P (p/a)."),
    ]
    assert shown(given) == [("Twice", ["Twice"]), ("Twice", [])]


def test_an_undefined_name_is_one_mistake() -> None:
    given = [found("undefined-reference", node, "x", line=line) for line, node in enumerate("abc", 1)]
    assert shown(given) == [("undefined-reference", ["undefined-reference"] * 2)]


def test_no_finding_is_lost() -> None:
    given = [
        *(found("A", node, "x") for node in "ab"),
        *(found("B", node, "x") for node in "ab"),
        *(derived(rule, "a", line=line) for rule, line in (("C", 1), ("D", 2))),
        found("A", "a", "x"),
    ]
    merged = one_per_mistake(given)
    flat = [lead.rule + lead.node for lead in merged] + [
        o.rule + o.node for lead in merged for o in lead.also
    ]
    assert sorted(flat) == sorted({one.rule + one.node for one in given})


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        # A treaty as participant: the cooperation and the shortcut that follow have no actor either.
        ("[secretariat/lantern, organization/harbour-union, ", "[treaty/marsh, ", "Instrument-participant"),
        ("    pinpoint:", "    pnpoint:", "unknown-key"),
        ("    verb: ", "    vrb: ", "unknown-key"),
        ("    type: ", "    tpe: ", "unknown-key"),
        ("  - id: secretariat/lantern\n", "  - id: secretariat/lantrn\n", "undefined-reference"),
    ],
)
def test_one_mistake_in_the_toy_world(tmp_path: Path, before: str, after: str, rule: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    changed = 0
    for path in sorted(TOY.iterdir()):
        text = path.read_text(encoding="utf-8")
        if not changed and before in text and path.suffix == ".yaml":
            text, changed = text.replace(before, after, 1), 1
        (data / path.name).write_text(text, encoding="utf-8")
    assert changed
    findings = of_folder(data)
    assert [finding.rule for finding in findings] == [rule], "\n".join(one.as_text() for one in findings)


def test_a_misspelt_key_is_not_missed_by_supports(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for path in TOY.iterdir():
        (data / path.name).write_bytes(path.read_bytes())
    (data / "new.yaml").write_text(
        "id: organization/new\ntype: Organization\nlable: New Body\nevidence:\n"
        "  - source: document/lantern-statement\n    pinpoint: text\n    supports: [label]\n",
        encoding="utf-8",
    )
    assert [(finding.rule, finding.line) for finding in of_folder(data)] == [("unknown-key", 3)]


def of_folder(data: Path) -> tuple[Finding, ...]:
    try:
        built = build(data, resources.ontology_folder())
    except EntryErrors as errors:
        return errors.findings
    return validate(built.store, built.places, resources.shapes_folder(), built.loaded.context).findings
