"""Findings as text: for each its lines, at the end the verdict and the counts; in colour if asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mea_kg.findings import INFO, VIOLATION, WARNING, Finding
from mea_kg.layout import safe

_WORDS = ((VIOLATION, "violation"), (WARNING, "warning"), (INFO, "remark"))
_COLOURS = {VIOLATION: "31", WARNING: "33", INFO: "36"}
_BOLD, _FAINT, _GREEN = "1", "2", "32"


def write(findings: Sequence[Finding], colour: bool = False) -> str:
    """The text; with `colour` it has escape sequences for a terminal, and no other control characters."""
    parts = [_coloured(finding) if colour else finding.as_text() for finding in findings]
    verdict = summary(findings)
    if colour:
        grave = any(finding.severity == VIOLATION for finding in findings)
        verdict = _paint(verdict, f"{_BOLD};{_COLOURS[VIOLATION] if grave else _GREEN}")
    return "\n\n".join([*parts, f"{verdict}\n"])


def summary(findings: Sequence[Finding]) -> str:
    """The verdict, and how many findings there are of each severity."""
    counts = Counter(finding.severity for finding in findings)
    words = (f"{counts[severity]} {word}{'' if counts[severity] == 1 else 's'}" for severity, word in _WORDS)
    return f"{'does not conform' if counts[VIOLATION] else 'conforms'}: {', '.join(words)}"


def _coloured(finding: Finding) -> str:
    place, first, rest = safe(finding.place), safe(finding.as_text()).partition("\n")[0], finding.body
    said = first.removeprefix(f"{place}: {finding.severity}: ")
    severity = _paint(finding.severity, f"{_BOLD};{_COLOURS.get(finding.severity, _BOLD)}")
    lines = [f"{_paint(place, _BOLD)}: {severity}: {said}"]
    for line in map(safe, rest):
        name, colon, text = line.partition(": ")
        lines.append(f"{_paint(f'{name}:', _FAINT)} {text}" if colon else line)
    return "\n".join(lines)


def _paint(text: str, codes: str) -> str:
    return f"\033[{codes}m{text}\033[0m"
