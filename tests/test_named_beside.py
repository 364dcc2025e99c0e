"""Evidence that names what it is about, and evidence that is another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from mea_kg import resources
from mea_kg.findings import WARNING
from mea_kg.validation import validate_files

TOY = Path(__file__).parent / "toy"

EVIDENCE = """\
evidence:
  - source: document/lantern-statement
    pinpoint: text, para. {paragraph}
    phrase: {phrase}
"""
CONSORTIUM = """\
id: group/new-consortium
type: Consortium
label: Night Consortium of bodies
memberships:
  - member: {member}
    role: member
    evidence:
      - source: {source}
        pinpoint: {pinpoint}
        phrase: {phrase}
"""
STATEMENT = "document/lantern-statement"


def keys(tmp_path: Path, text: str) -> list[str]:
    """The keys of what evidence does not name."""
    path = tmp_path / "new.yaml"
    path.write_text(text, encoding="utf-8")
    folders = (TOY / "data", resources.ontology_folder(), resources.shapes_folder())
    found = validate_files([path], *folders, sources=TOY / "sources").findings
    named = [finding for finding in found if finding.rule == "evidence-names"]
    assert {finding.severity for finding in named} <= {WARNING}
    return [finding.field for finding in named]


@pytest.mark.parametrize(
    ("lines", "phrase", "paragraph", "expected"),
    [
        (
            "id: organization/kelp\ntype: Organization\nlabel: Kelp Agency\n",
            "the Delta Board",
            3,
            ["evidence"],
        ),
        (
            "id: treaty/kelp\ntype: Convention\nlabel: Kelp Accord\n",
            "the Convention on Tides",
            3,
            ["evidence"],
        ),
        # A word of a name is enough, of an alias too, and beside the phrase.
        ("id: organization/kelp\ntype: Organization\nlabel: Kelp Board\n", "the Delta Board", 3, []),
        (
            "id: organization/kelp\ntype: Organization\nlabel: Kelp\naliases: [Herons]\n",
            "Guidelines for cooperation with the World Heron Society",
            3,
            [],
        ),
        ("id: organization/kelp\ntype: Organization\nlabel: Heron Agency\n", "the Delta Board", 3, []),
        # A curator names these, and those whose name is in another language than the source.
        ("id: programme/kelp\ntype: Programme\nlabel: Kelp works\n", "the Delta Board", 3, []),
        ("id: organization/kelp\ntype: Organization\nlabel: {fr: Algues}\n", "the Delta Board", 3, []),
    ],
)
def test_names_of_a_node(
    tmp_path: Path, lines: str, phrase: str, paragraph: int, expected: list[str]
) -> None:
    assert keys(tmp_path, lines + EVIDENCE.format(phrase=phrase, paragraph=paragraph)) == expected


@pytest.mark.parametrize(
    ("source", "pinpoint", "phrase", "expected"),
    [
        (
            "document/mm-ii-3",
            "para. 2",
            "efforts to strengthen cooperation with the Tide Council",
            ["member"],
        ),
        (STATEMENT, "text, para. 3", "Guidelines for cooperation with the World Heron Society", []),
        # "It" may be the member.
        (STATEMENT, "text, para. 4", "with the Harbour Union and the Tide Council", []),
        # Nobody else of the group is named.
        (STATEMENT, "title", "Statement of the Lantern Secretariat", []),
    ],
)
def test_names_of_members(
    tmp_path: Path, source: str, pinpoint: str, phrase: str, expected: list[str]
) -> None:
    text = CONSORTIUM.format(
        member="organization/heron-society", source=source, pinpoint=pinpoint, phrase=phrase
    )
    other = CONSORTIUM.format(
        member="organization/tide-council",
        source=STATEMENT,
        pinpoint="text, para. 4",
        phrase="and the Tide Council",
    )
    assert keys(tmp_path, text + other.partition("memberships:\n")[2]) == expected


def test_what_is_not_at_hand_is_not_judged(tmp_path: Path) -> None:
    text = "id: organization/kelp\ntype: Organization\nlabel: Kelp Agency\n"
    text += EVIDENCE.format(phrase="the Delta Boards", paragraph=3)
    assert keys(tmp_path, text) == []
    other = "  - {source: document/reed-report, pinpoint: p. 1, phrase: of the Kelp Agency}\n"
    text = text.replace("Boards", "Board")
    assert keys(tmp_path, text) == ["evidence"]
    document = """\
  - id: document/reed-report
    type: SourceDocument
    label: Report on reeds
    sourceKind: decision
    collections: collection/all
    language: en
"""
    entry = "graph:\n  - " + (text + other).replace("\n", "\n    ").rstrip() + "\n" + document
    assert keys(tmp_path, entry) == []
