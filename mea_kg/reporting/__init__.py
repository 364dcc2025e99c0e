"""Findings in the formats of people and of programs; each module writes one format, as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from mea_kg.findings import Finding

FORMATS = ("text", "json", "sarif", "junit", "github")
"""The formats of findings; the W3C report in Turtle is one of results (`Report.as_turtle`)."""


def written(findings: Sequence[Finding], format: str) -> str:
    """The findings in one of `FORMATS`, ending with a line end."""
    write: Callable[[Sequence[Finding]], str] = import_module(f"{__name__}.as_{format}").write
    return write(findings)
