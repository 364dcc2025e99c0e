"""Findings in each format, as their readers parse them."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest

from mea_kg.cli import _streams
from mea_kg.findings import INFO, VIOLATION, WARNING, Finding
from mea_kg.reporting import FORMATS, as_text, written

ODD = "100 %, a:b\nsecond line\r\x1b[31m <&\"'> \ufffe é"
PLAIN = Finding(
    *("data/a b.yaml", 3, 5, VIOLATION, "Act-addressee", "A treaty is no actor."),
    entity="Request (decision/x/act/requests)",
    field="addressees",
    field_label="has addressee",
    found="treaty/x",
    expected="An actor.",
    hint="Name the secretariat.",
    source="A treaty is a document (docs/modelling.md, rule 1)",
    node="https://w3id.org/mea-kg/id/decision/x/act/requests",
)
CONSEQUENCE = Finding("data/b.yaml", 9, 1, VIOLATION, "Cooperation-from", "Not an actor.")
FINDINGS = (
    replace(PLAIN, also=(CONSEQUENCE, CONSEQUENCE)),
    Finding("data/c.csv", 7, 14, WARNING, "FiguresAddUp", ODD, found=ODD, hint=ODD),
    Finding("data/c.csv", 8, 1, INFO, "SameInstrument", "A second look."),
)

REGION: dict[str, Any] = {
    "type": "object",
    "required": ["startLine", "startColumn"],
    "additionalProperties": False,
    "properties": {
        "startLine": {"type": "integer", "minimum": 1},
        "startColumn": {"type": "integer", "minimum": 1},
    },
}
MESSAGE: dict[str, Any] = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}},
    "additionalProperties": False,
}
LOCATION: dict[str, Any] = {
    "type": "object",
    "required": ["physicalLocation"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "minimum": 0},
        "message": MESSAGE,
        "logicalLocations": {"type": "array", "uniqueItems": True, "minItems": 1},
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "required": ["uri"],
                    "properties": {"uri": {"type": "string", "pattern": "^[^ \\\\]+$"}},
                },
                "region": REGION,
            },
        },
    },
}
LEVEL: dict[str, Any] = {"enum": ["none", "note", "warning", "error"]}
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "pattern": "^https://.*sarif-schema-2\\.1\\.0\\.json$"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "semanticVersion": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string"},
                                                "fullDescription": MESSAGE,
                                                "help": MESSAGE,
                                                "defaultConfiguration": {
                                                    "type": "object",
                                                    "properties": {"level": LEVEL},
                                                },
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": LEVEL,
                                "message": MESSAGE,
                                "locations": {"type": "array", "items": LOCATION, "minItems": 1},
                                "relatedLocations": {"type": "array", "items": LOCATION},
                                "partialFingerprints": {
                                    "type": "object",
                                    "additionalProperties": {"type": "string"},
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
"""What SARIF 2.1.0 asks of the objects that we write, and nothing that it does not know."""


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("findings", [(), FINDINGS], ids=["none", "some"])
def test_each_format_ends_its_last_line(format: str, findings: tuple[Finding, ...]) -> None:
    text = written(findings, format)
    assert text.endswith("\n") or (format == "github" and not findings and not text)


def test_json_has_every_field() -> None:
    content = json.loads(written(FINDINGS, "json"))
    assert content["conforms"] is False
    first, odd, _ = content["findings"]
    assert first["also"][0]["rule"] == "Cooperation-from"
    assert (first["file"], first["line"], first["column"]) == ("data/a b.yaml", 3, 5)
    assert first["field_label"] == "has addressee"
    assert odd["found"] == ODD
    assert json.loads(written(FINDINGS[1:], "json"))["conforms"] is True


@pytest.mark.parametrize("findings", [(), FINDINGS], ids=["none", "some"])
def test_sarif_is_what_the_standard_asks(findings: tuple[Finding, ...]) -> None:
    log = json.loads(written(findings, "sarif"))
    jsonschema.Draft7Validator(SARIF).validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result, finding in zip(run["results"], findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert unquote(physical["artifactLocation"]["uri"]) == finding.file
        assert physical["region"] == {"startLine": finding.line, "startColumn": finding.column}
        assert result["message"]["text"].startswith(finding.message)
        assert [related["message"]["text"] for related in result.get("relatedLocations", ())] == [
            other.message for other in finding.also
        ]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"][: len(findings)]


def test_a_sarif_fingerprint_stays_when_lines_move() -> None:
    def fingerprint(finding: Finding) -> str:
        (result,) = json.loads(written([finding], "sarif"))["runs"][0]["results"]
        return str(result["partialFingerprints"]["mea-kg/v1"])

    assert fingerprint(PLAIN) == fingerprint(replace(PLAIN, line=99))
    assert fingerprint(PLAIN) != fingerprint(replace(PLAIN, found="treaty/y"))


def test_junit_fails_a_case_for_each_violation() -> None:
    root = ElementTree.fromstring(written(FINDINGS, "junit"))
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "3", "1")
    assert [suite.get("name") for suite in root] == ["data/a b.yaml", "data/c.csv"]
    cases = list(root.iter("testcase"))
    assert [(case.get("classname"), case.get("line")) for case in cases] == [
        ("Act-addressee", "3"),
        ("FiguresAddUp", "7"),
        ("SameInstrument", "8"),
    ]
    (failure,) = root.iter("failure")
    assert failure.text == FINDINGS[0].as_text()
    assert all(case.find("system-out") is not None for case in cases[1:])


def test_junit_without_findings_has_a_case_that_passes() -> None:
    root = ElementTree.fromstring(written([], "junit"))
    assert root.get("tests") == "1"
    assert len(list(root.iter("testcase"))) == 1
    assert not list(root.iter("failure"))


def test_github_annotations_can_be_read_back() -> None:
    def plain(text: str) -> str:
        for code, sign in (("%3A", ":"), ("%2C", ","), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
            text = text.replace(code, sign)
        return text

    lines = written(FINDINGS, "github").split("\n")[:-1]
    assert len(lines) == len(FINDINGS)
    for line, finding, command in zip(lines, FINDINGS, ("error", "warning", "notice"), strict=True):
        parts = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line, re.DOTALL)
        assert parts and parts[1] == command
        properties = dict(part.split("=", 1) for part in parts[2].split(","))
        assert plain(properties["file"]) == finding.file
        assert (properties["line"], properties["col"]) == (str(finding.line), str(finding.column))
        assert plain(parts[3]).startswith(finding.message)
        assert not re.search(r"[\r\n]", line)


def test_text_says_where_what_and_what_to_do() -> None:
    assert written(FINDINGS[:1], "text") == (
        "data/a b.yaml:3:5: Violation: A treaty is no actor.\n"
        "  entity: Request (decision/x/act/requests)\n"
        "  field: addressees (has addressee)\n"
        "  found: treaty/x\n"
        "  expected: An actor.\n"
        "  rule: Act-addressee\n"
        "  source: A treaty is a document (docs/modelling.md, rule 1)\n"
        "  also: Not an actor. (data/b.yaml:9:1)\n"
        "\n"
        "hint: Name the secretariat.\n"
        "\n"
        "does not conform: 1 violation, 0 warnings, 0 remarks\n"
    )


def test_consequences_are_listed_up_to_a_point() -> None:
    many = tuple(replace(CONSEQUENCE, line=line) for line in range(1, 9))
    lines = replace(PLAIN, also=many).as_text().splitlines()
    assert [line for line in lines if line.startswith("  also: ")][-2:] == [
        "  also: Not an actor. (data/b.yaml:5:1)",
        "  also: 3 more",
    ]


def test_colour_only_paints() -> None:
    painted = as_text.write(FINDINGS[::2], colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == as_text.write(FINDINGS[::2])
    assert "\x1b[1;31mViolation\x1b[0m" in painted


def test_colour_lets_no_control_character_of_the_data_through() -> None:
    painted = as_text.write(FINDINGS[1:2], colour=True)
    assert "\x1b[31m <" not in painted
    assert "\\u001B[31m <" in painted


@pytest.mark.parametrize(
    ("terminal", "variables", "colour"),
    [
        (True, {}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
)
def test_colour_is_for_a_terminal_that_wants_it(
    terminal: bool, variables: dict[str, str], colour: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert _streams.takes_colour() is colour
