from __future__ import annotations

from pathlib import Path

import pytest

from tests.entry_world import finding, findings, load

HEAD = """\
id: partnership/x
type: MemorandumOfUnderstanding
label: x
status: {status}
participants: [secretariat/lantern, organization/wco]
evidence:
"""
ITEM = "  - {{source: document/statement, pinpoint: p{number}{rest}}}\n"


def entry(*rests: str, status: str = "established") -> str:
    """An entry with an evidence for each of `rests`, which is what stands behind its pinpoint."""
    items = (ITEM.format(number=number, rest=rest) for number, rest in enumerate(rests))
    return HEAD.format(status=status) + "".join(items)


@pytest.mark.parametrize(
    "text",
    [
        entry(""),
        entry("", ", supports: [status]"),
        entry(", supports: [status]", ", supports: [participants]"),
        entry(", supports: [status, participants, label, type]"),
        entry(
            ", supports: [status], gives: {status: established}",
            ", supports: [status, participants], gives: {status: ongoing}",
            status="[established, ongoing]",
        ),
        entry(", supports: [participants], gives: {status: established}"),
    ],
)
def test_what_fits(tmp_path: Path, text: str) -> None:
    load(tmp_path, x=text)


@pytest.mark.parametrize(
    ("supported", "words"),
    [
        ("statos", "`status`"),
        ("themes", "It has label, status"),
        ("participant", "`participants`"),
    ],
)
def test_supports_names_keys_of_the_node(tmp_path: Path, supported: str, words: str) -> None:
    fault = finding(tmp_path, x=entry("", f", supports: [{supported}]"))
    assert (fault.rule, fault.line, fault.found) == ("supports", 8, supported)
    assert words in fault.hint


def test_a_misspelt_key_is_one_mistake(tmp_path: Path) -> None:
    """The key that was meant is not reported as unsupported beside it."""
    fault = finding(tmp_path, x=entry(", supports: [status]", ", supports: [partcipants]"))
    assert (fault.rule, fault.found) == ("supports", "partcipants")


@pytest.mark.parametrize("key", ["members", "participents"])
def test_an_unknown_key_is_one_mistake(tmp_path: Path, key: str) -> None:
    """Evidence is not looked at while it is not known what the node states."""
    text = entry(", supports: [status]", ", supports: [participants]").replace(
        "participants: [sec", f"{key}: [sec"
    )
    fault = finding(tmp_path, x=text)
    assert (fault.rule, fault.found) == ("unknown-key", key)


def test_a_key_without_value_is_one_mistake(tmp_path: Path) -> None:
    """That evidence supports it is not reported beside it."""
    text = entry(", supports: [status, participants]", ", supports: [themes]").replace(
        "label: x", "label: x\nthemes:"
    )
    fault = finding(tmp_path, x=text)
    assert (fault.rule, fault.field) == ("no-value", "themes")


@pytest.mark.parametrize("supported", ["id", "key"])
def test_what_makes_no_statement_cannot_be_supported(tmp_path: Path, supported: str) -> None:
    assert finding(tmp_path, x=entry("", f", supports: [{supported}]")).rule == "supports"


def test_a_key_that_no_evidence_supports(tmp_path: Path) -> None:
    fault = finding(tmp_path, x=entry(", supports: [status]"))
    assert (fault.rule, fault.field, fault.line) == ("unsupported", "participants", 5)
    assert fault.entity == "x (partnership/x)"


def test_nested_nodes_with_evidence_of_their_own_need_none_here(tmp_path: Path) -> None:
    with_evidence = "{order: '1', printed: x, evidence: [{source: document/statement, pinpoint: text}]}"
    item = entry(", supports: [status, participants]")
    load(tmp_path, x=f"{item}themeStatements:\n  - {with_evidence}\n")
    fault = finding(
        tmp_path, x=f"{item}themeStatements:\n  - {with_evidence}\n  - {{order: '2', printed: y}}\n"
    )
    assert (fault.rule, fault.field) == ("unsupported", "themeStatements")


def test_nested_nodes_that_only_hold_such_nodes_need_none_either(tmp_path: Path) -> None:
    text = """\
id: decision/x
type: Decision
label: x
symbol: X
evidence: [{source: document/statement, pinpoint: title, supports: [symbol]}]
paragraphs:
  - type: OperativeParagraph
    locator: "1"
    acts:
      - type: Request
        verb: requests
        evidence: [{source: document/statement, pinpoint: para. 1}]
"""
    load(tmp_path, x=text)
    stated = text.replace('locator: "1"', 'locator: "1"\n    description: what it says')
    assert finding(tmp_path, x=stated).field == "paragraphs"


@pytest.mark.parametrize(
    ("rests", "field", "found"),
    [
        ([", gives: {status: ongoing}"], "status", ["ongoing", "established"]),
        ([", gives: {themes: capacity-building}"], "gives", ["themes"]),
    ],
)
def test_gives_fits_the_values_of_the_node(
    tmp_path: Path, rests: list[str], field: str, found: list[str]
) -> None:
    faults = findings(tmp_path, x=entry(*rests))
    assert {fault.rule for fault in faults} == {"gives"}
    assert {fault.field for fault in faults} == {field}
    assert sorted(fault.found for fault in faults) == sorted(found)


def test_together_the_evidence_gives_all_values(tmp_path: Path) -> None:
    fault = finding(tmp_path, x=entry(", gives: {status: ongoing}", "", status="[established, ongoing]"))
    assert (fault.rule, fault.line, fault.found) == ("gives", 4, "established")
