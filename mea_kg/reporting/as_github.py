"""Findings as workflow commands of GitHub Actions, which annotate the lines of a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from mea_kg.findings import INFO, VIOLATION, WARNING, Finding

_COMMANDS = {VIOLATION: "error", WARNING: "warning", INFO: "notice"}


def write(findings: Sequence[Finding]) -> str:
    """One line for each finding."""
    return "".join(f"{_command(finding)}\n" for finding in findings)


def _command(finding: Finding) -> str:
    properties = {
        "file": finding.file,
        "line": str(finding.line),
        "col": str(finding.column),
        "title": finding.rule,
    }
    named = ",".join(f"{name}={_property(text)}" for name, text in properties.items())
    said = _data("\n".join([finding.message, *finding.body]))
    return f"::{_COMMANDS.get(finding.severity, 'error')} {named}::{said}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
