"""Entries with one mistake each are refused with a message that says what, where and what to do; sound ones pass.

`tests/entries/refuse` and `accept` are entries for the curated graph, `mistakes` and `sound` for the toy world.
`tests/entries/expected.yaml` says what each is refused for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from mea_kg import resources
from mea_kg.errors import EntryErrors
from mea_kg.findings import INFO, VIOLATION, Finding
from mea_kg.validation import validate_files

ENTRIES = Path(__file__).parent / "entries"
TOY = Path(__file__).parent / "toy"
EXPECTED: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(
    (ENTRIES / "expected.yaml").read_text(encoding="utf-8")
)
IN_SOURCES = ("evidence-", "as-printed")
"""How the rules begin that compare with the text of a source."""
BORROWED = "evidence-names"
"""What is found, too, in mistakes that have their phrase from another entity of the toy world."""


def files_in(kind: str) -> dict[str, Path]:
    return {
        path.stem: path for path in sorted((ENTRIES / kind).iterdir()) if path.suffix in (".yaml", ".csv")
    }


def each_of(findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """The findings, and those that stand under others as following from the same mistake."""
    for finding in findings:
        yield finding
        yield from each_of(getattr(finding, "also", ()))


def found_in(paths: list[Path], data: Path, sources: Path | None) -> tuple[Finding, ...]:
    folders = (data, resources.ontology_folder(), resources.shapes_folder())
    try:
        return tuple(each_of(validate_files(paths, *folders, sources=sources).findings))
    except EntryErrors as errors:
        return tuple(each_of(errors.findings))


@cache
def found(kind: str, sources: Path | None) -> dict[str, list[Finding]]:
    """What is found in all entries of a kind: those whose form is wrong are read together, and then the others."""
    data = TOY / "data" if kind == "mistakes" else resources.data_folder()
    files = files_in(kind)
    by_form = [name for name in files if is_form(EXPECTED[kind][name]["rule"])]
    both = [[files[name] for name in by_form], [files[name] for name in files if name not in by_form]]
    findings = [finding for paths in both for finding in found_in(paths, data, sources)]
    return {
        name: [finding for finding in findings if finding.file == path.as_posix()]
        for name, path in files.items()
    }


def is_form(rule: str) -> bool:
    return rule[0].islower() and not rule.startswith(IN_SOURCES)


def check(kind: str, name: str, findings: list[Finding], with_sources: bool) -> None:
    expected = EXPECTED[kind][name]
    rules = {finding.rule for finding in findings if finding.severity != INFO} - {expected["rule"]}
    also = {rule for rule in expected.get("also", ()) if with_sources or not rule.startswith(IN_SOURCES)}
    also |= {BORROWED} if kind == "mistakes" else set()
    assert rules <= also, findings
    finding = next(finding for finding in findings if finding.rule == expected["rule"])
    assert finding.severity == expected.get("severity", VIOLATION)
    assert finding.line == expected["line"]
    assert finding.field == expected["field"]
    assert expected["found"] in finding.found
    said = f"{finding.message} {finding.expected} {finding.hint}"
    for words in [expected["says"]] if isinstance(expected["says"], str) else expected["says"]:
        assert words in said
    assert finding.hint
    assert "w3id.org" not in finding.message
    if finding.rule != "syntax" and "entity" in expected:
        assert expected["entity"] in finding.entity


def test_each_entry_has_its_expectation() -> None:
    assert {kind: set(EXPECTED[kind]) for kind in EXPECTED} == {
        kind: set(files_in(kind)) for kind in EXPECTED
    }
    assert len(EXPECTED["refuse"]) == 13
    assert len(EXPECTED["mistakes"]) >= 40


@pytest.mark.parametrize("name", EXPECTED["mistakes"])
def test_mistake_is_found(name: str) -> None:
    check("mistakes", name, found("mistakes", TOY / "sources")[name], with_sources=True)


@pytest.mark.parametrize(
    "name", [name for name, row in EXPECTED["refuse"].items() if not row["rule"].startswith(IN_SOURCES)]
)
def test_entry_is_refused(name: str) -> None:
    check("refuse", name, found("refuse", None)[name], with_sources=False)


def test_entry_is_refused_by_its_source(source_folder: Path) -> None:
    for name, findings in found("refuse", source_folder).items():
        check("refuse", name, findings, with_sources=True)


@pytest.mark.parametrize("name", files_in("accept"))
def test_entry_is_accepted(name: str) -> None:
    path = files_in("accept")[name]
    findings = found_in([path], resources.data_folder(), path.parent)
    assert [finding.as_text() for finding in findings if finding.severity != INFO] == []


def test_sound_entries_are_accepted() -> None:
    findings = found_in(list(files_in("sound").values()), TOY / "data", TOY / "sources")
    assert [finding.as_text() for finding in findings] == []
