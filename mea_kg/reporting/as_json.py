"""Findings as JSON: whether the data conforms, the counts, and each finding with its fields."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from mea_kg.findings import VIOLATION, Finding


def write(findings: Sequence[Finding]) -> str:
    """One object with `conforms` and `findings`; a finding has all fields of `Finding`."""
    conforms = all(finding.severity != VIOLATION for finding in findings)
    content = {"conforms": conforms, "findings": [asdict(finding) for finding in findings]}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
