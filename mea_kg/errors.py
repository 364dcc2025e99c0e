"""What can go wrong, as exceptions whose text a user can act on.

MeaKgError
├── InputError          a file or argument cannot be read or used
│   └── EntryErrors     one or more findings in curated files
├── OntologyError       an axiom that the closure does not implement
├── ContradictionError  the closed graph contradicts the ontology
├── QueryError          a query or its metadata is wrong
│   └── UnknownQuery    no saved query of that name
├── RemoteError         a server cannot be reached, refuses, or answers what cannot be used
│   └── RemoteTimeout   it gave no answer in time, and may still be at work
└── EntityNameError     a name that does not lead to exactly one entity
    ├── UnknownName
    └── AmbiguousName
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mea_kg.findings import Finding


_QUOTED = 100


def quoted(text: str) -> str:
    """What somebody typed, between quotes, for a message: one line, without control characters, not too long.

    >>> quoted("two\\nlines"), len(quoted("x" * 1000))
    ("'two\\\\nlines'", 105)
    """
    return repr(text if len(text) <= _QUOTED else text[:_QUOTED] + "...")


class MeaKgError(Exception):
    """Base of all errors of this package: a message, and a hint that says what to do."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n\nhint: {self.hint}" if self.hint else self.message


class InputError(MeaKgError):
    """A file or an argument cannot be read or used."""


class EntryErrors(InputError):
    """Findings in curated files that keep them from being loaded."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(finding.as_text() for finding in self.findings))


class OntologyError(MeaKgError):
    """An axiom that the closure does not implement, so that it is refused rather than ignored."""


class ContradictionError(MeaKgError):
    """The closed graph contradicts the ontology (a member of two disjoint classes, say)."""

    def __init__(self, message: str, hint: str | None = None, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message, hint)
        self.findings = tuple(findings)


class QueryError(MeaKgError):
    """A query, its metadata or one of its parameters is wrong."""


class UnknownQuery(QueryError):
    """No saved query has that name."""


class RemoteError(MeaKgError):
    """A server cannot be reached, refuses, or gives an answer that cannot be used.

    `status` is the HTTP status, where there was one; `transient` says that the same may work a little later.
    """

    def __init__(
        self, message: str, hint: str | None = None, status: int | None = None, transient: bool = False
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.transient = transient


class RemoteTimeout(RemoteError):
    """A server gave no answer in time; it may still be at work on what it was asked."""


class EntityNameError(MeaKgError):
    """A name does not lead to exactly one entity."""


class UnknownName(EntityNameError):
    """No entity has that name; the hint lists the nearest."""


class AmbiguousName(EntityNameError):
    """Several entities have that name; the hint lists them."""
