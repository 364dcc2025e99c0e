"""Findings as JUnit XML, which most build servers show: a suite for each file, a case for each finding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from mea_kg.findings import VIOLATION, Finding

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(findings: Sequence[Finding]) -> str:
    """A violation is a failed case; a warning or a remark passes, with its text as output.

    Without findings there is one case that passes: build servers call a report without cases an error.
    """
    files: dict[str, list[Finding]] = {}
    for finding in findings:
        files.setdefault(finding.file, []).append(finding)
    root = ElementTree.Element("testsuites", {"name": "mea-kg validate", **_counts(findings)})
    for file, found in files.items():
        suite = ElementTree.SubElement(root, "testsuite", {"name": _xml(file), **_counts(found)})
        for finding in found:
            _case(suite, finding)
    if not files:
        root.set("tests", "1")
        suite = ElementTree.SubElement(
            root, "testsuite", {"name": "mea-kg validate", **_counts([]), "tests": "1"}
        )
        ElementTree.SubElement(suite, "testcase", {"classname": "mea-kg", "name": "conforms"})
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _case(suite: ElementTree.Element, finding: Finding) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        {
            "classname": _xml(finding.rule),
            "name": _xml(f"{finding.entity or finding.file}: {finding.message}"),
            "file": _xml(finding.file),
            "line": str(finding.line),
        },
    )
    if finding.severity == VIOLATION:
        said = {"type": _xml(finding.rule), "message": _xml(finding.message)}
        ElementTree.SubElement(case, "failure", said).text = _xml(finding.as_text())
    else:
        ElementTree.SubElement(case, "system-out").text = _xml(finding.as_text())


def _counts(findings: Sequence[Finding]) -> dict[str, str]:
    failed = sum(finding.severity == VIOLATION for finding in findings)
    return {"tests": str(len(findings)), "failures": str(failed), "errors": "0"}


def _xml(text: str) -> str:
    """The text without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
