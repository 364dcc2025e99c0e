from __future__ import annotations

from pathlib import Path

import pytest

from tests.entry_world import ORGANIZATIONS, finding, findings, load

HEAD = "id: partnership/x\ntype: MemorandumOfUnderstanding\nlabel: x\n"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("organization/interpoll", "organization/interpol"),
        ("organisation/interpol", "organization/interpol"),
        ("body/wco", "organization/wco"),
        ("organization/world-customs-organization", "organization/wco"),
        ("organization/icpo", "organization/interpol"),
        ("secretariat/lantren", "secretariat/lantern"),
    ],
)
def test_an_undefined_reference_names_the_nearest(tmp_path: Path, written: str, meant: str) -> None:
    fault = finding(tmp_path, x=f"{HEAD}participants: [secretariat/lantern, {written}]\n")
    assert (fault.rule, fault.line, fault.field, fault.found) == (
        "undefined-reference",
        4,
        "participants",
        written,
    )
    assert fault.entity == "x (partnership/x)"
    assert meant in fault.hint


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Interpol", "organization/interpol"),
        ("World Customs Organisation", "organization/wco"),
        ("WCO", "organization/wco"),
        ("the Customs Organization", "organization/wco"),
        ("https://w3id.org/mea-kg/id/organization/wco", "organization/wco"),
        ("organization/WCO", "organization/wco"),
        ("organization/wco ltd", "organization/wco"),
        ("../organization/wco", "organization/wco"),
    ],
)
def test_a_name_is_no_reference_but_leads_to_one(tmp_path: Path, written: str, meant: str) -> None:
    fault = finding(tmp_path, x=f"{HEAD}participants: [secretariat/lantern, {written}]\n")
    assert (fault.rule, fault.found) == ("reference-form", written)
    assert f"Did you mean {meant}" in fault.hint


@pytest.mark.parametrize("written", ["organization/zzzzz", "a b", "https://example.org/x", '"<>"', "#wco"])
def test_what_is_like_nothing(tmp_path: Path, written: str) -> None:
    fault = finding(tmp_path, x=f"{HEAD}participants: [secretariat/lantern, '{written}']\n")
    assert fault.rule in ("undefined-reference", "reference-form")
    assert "wco" not in fault.hint or written == "#wco"


@pytest.mark.parametrize(
    ("lines", "found", "words"),
    [
        ("status: etablished", "etablished", "established"),
        ("themes: [capacity-building, capacity-bilding]", "capacity-bilding", "capacity-building"),
        (
            "acts: [{type: Request, verb: implores}]",
            "implores",
            "one of calls-on, encourages, requests, welcomes",
        ),
        ("memberships: [{member: organization/wco, role: membre}]", "membre", "member"),
        ("qualityNotes: [{qualityKind: speling}]", "speling", "spelling"),
        ("sourceKind: statement", "statement", "own-statement"),
    ],
)
def test_a_concept_outside_its_scheme(tmp_path: Path, lines: str, found: str, words: str) -> None:
    fault = finding(tmp_path, x=f"{HEAD}{lines}\n")
    assert (fault.rule, fault.found, fault.line) == ("unknown-concept", found, 4)
    assert words in fault.hint + fault.expected


def test_a_concept_of_another_scheme_is_none_of_this(tmp_path: Path) -> None:
    assert finding(tmp_path, x=f"{HEAD}status: member\n").rule == "unknown-concept"


def test_nested_nodes_can_be_referred_to(tmp_path: Path) -> None:
    text = """\
id: decision/x
type: Decision
label: x
paragraphs:
  - type: OperativeParagraph
    locator: "5"
    items:
      - {type: OperativeParagraph, locator: 5(a), inheritsFrom: decision/x/5}
"""
    load(tmp_path, x=text, y="id: decision/y\ntype: Decision\nlabel: y\nabout: decision/x/5/a\n")
    fault = finding(tmp_path, x=text, y="id: decision/y\ntype: Decision\nlabel: y\nabout: decision/x/5/b\n")
    assert "decision/x/5/a" in fault.hint


def test_an_id_in_two_files_names_both_places(tmp_path: Path) -> None:
    fault = finding(tmp_path, wco="# again\nid: organization/wco\ntype: Organization\nlabel: WCO\n")
    assert (fault.file, fault.line, fault.rule) == ("data/wco.yaml", 2, "id-twice")
    assert "data/organizations.yaml:2" in fault.message


def test_a_file_that_is_not_yaml_makes_no_other_file_wrong(tmp_path: Path) -> None:
    broken = ORGANIZATIONS.replace("label: World", "label: World: ")
    text = f"{HEAD}participants: [organization/interpol, organization/wco/name/x, organization/zzz]\n"
    found = findings(tmp_path, organizations=broken, x=text)
    assert [(fault.rule, fault.found) for fault in found if fault.file == "data/x.yaml"] == [
        ("undefined-reference", "organization/zzz")
    ]
    assert [fault.rule for fault in found if fault.file == "data/organizations.yaml"] == ["syntax"]


def test_many_undefined_references_are_found_quickly(tmp_path: Path) -> None:
    many = "graph:\n" + "".join(
        f"  - {{id: organization/o{n}, type: Organization, label: Organization {n}, partOf: organization/nobody-{n}}}\n"
        for n in range(300)
    )
    assert len(findings(tmp_path, many=many)) == 300
