"""Findings as SARIF 2.1.0, the OASIS format that code-scanning services and editors show."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from mea_kg.findings import INFO, VIOLATION, WARNING, Finding

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {VIOLATION: "error", WARNING: "warning", INFO: "note"}


def write(findings: Sequence[Finding]) -> str:
    """One run of this tool: its rules, and one result for each finding, with the others in `relatedLocations`."""
    from mea_kg import __version__

    rules = sorted({finding.rule for finding in findings})
    first = {finding.rule: finding for finding in reversed(findings)}
    driver = {
        "name": "mea-kg",
        "semanticVersion": __version__,
        "rules": [_rule(first[rule]) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, rules.index(finding.rule)) for finding in findings],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(finding: Finding) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": finding.rule, "defaultConfiguration": {"level": _level(finding)}}
    if finding.source:
        rule["fullDescription"] = {"text": finding.source}
    if finding.hint:
        rule["help"] = {"text": finding.hint}
    return rule


def _result(finding: Finding, index: int) -> dict[str, Any]:
    details = [f"{name}: {text}" for name, text in finding.details]
    text = "\n".join([finding.message, *details, *([f"hint: {finding.hint}"] if finding.hint else [])])
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _level(finding),
        "message": {"text": text},
        "locations": [_location(finding)],
        "partialFingerprints": {"mea-kg/v1": _fingerprint(finding)},
    }
    if finding.also:
        result["relatedLocations"] = [
            {"id": number, **_location(other), "message": {"text": other.message}}
            for number, other in enumerate(finding.also, 1)
        ]
    return result


def _level(finding: Finding) -> str:
    return _LEVELS.get(finding.severity, "error")


def _location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(finding.file)},
            "region": {"startLine": finding.line, "startColumn": finding.column},
        }
    }
    if finding.entity:
        named = {"name": finding.entity, "fullyQualifiedName": finding.node}
        location["logicalLocations"] = [{key: text for key, text in named.items() if text}]
    return location


def _fingerprint(finding: Finding) -> str:
    """What stays the same when lines move."""
    said = (finding.rule, finding.file, finding.node or finding.entity, finding.field, finding.found)
    return hashlib.sha256("\n".join(said).encode(errors="surrogatepass")).hexdigest()[:32]
