"""The tree of a curated file: mappings, sequences and scalars with their places, and findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from mea_kg.findings import VIOLATION, Finding
from mea_kg.places import Place

Report = Callable[..., None]
"""Adds a finding: place, rule, message, and by name further fields of `Finding`."""


@dataclass(slots=True)
class Scalar:
    """A piece of text."""

    text: str
    place: Place


@dataclass(slots=True)
class Sequence:
    """A list."""

    items: list[Tree]
    place: Place


@dataclass(slots=True)
class Entry:
    """A key of a mapping, and its value."""

    key: Scalar
    value: Tree


@dataclass(slots=True)
class Mapping:
    """Keys and values, in the order of the file; each key once."""

    entries: dict[str, Entry]
    place: Place


Tree = Scalar | Sequence | Mapping


@dataclass(slots=True)
class EntryFile:
    """A file as read: `source` is its text, `root` its tree, if it could be read, `findings` what is wrong."""

    file: str
    source: str = ""
    root: Mapping | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text without a byte order mark."""
        return self.source.removeprefix("\ufeff")

    def report(self, place: Place, rule: str, message: str, **details: Any) -> None:
        """Add a finding at `place`; `details` are further fields of `Finding`."""
        self.findings.append(
            Finding(place.file, place.line, place.column, VIOLATION, rule, message, **details)
        )

    def has_no_value(self, key: str, place: Place) -> bool:
        """Whether a key from `place` on was refused because nothing stands behind it."""
        return any(
            finding.rule == "no-value" and finding.field == key and finding.line >= place.line
            for finding in self.findings
        )

    def reporter(self, entity: str, key: str = "") -> Report:
        """What adds findings about one field of one entity."""
        return partial(self.report, entity=entity, field=key)
