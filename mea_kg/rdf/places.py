"""Where subjects and their properties first stand in a text, by IRI."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from urllib.parse import urljoin

from mea_kg.places import Place

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Lines:
    """From offsets of a text to places in it."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._starts = [0]
        end = text.find("\n")
        while end >= 0:
            self._starts.append(end + 1)
            end = text.find("\n", end + 1)

    def place(self, offset: int) -> Place:
        """The line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return Place(self._file, line, offset - self._starts[line - 1] + 1)


@dataclass
class Found:
    """The first place of each subject and of each property of it; `blank` is that of the first node without IRI."""

    start: Place
    nodes: dict[str, Place] = field(default_factory=dict)
    fields: dict[tuple[str, str], Place] = field(default_factory=dict)
    blank: Place | None = None

    def of(self, node: str, predicate: str = "") -> Place:
        """The place of a property, or else of its node, or else the beginning of the file."""
        return self.fields.get((node, predicate)) or self.nodes.get(node) or self.start


def resolved(base: str, iri: str) -> str:
    """A relative IRI against a base; what cannot be resolved stays as it is.

    >>> resolved("https://example.org/id/", "organization/wco")
    'https://example.org/id/organization/wco'
    """
    if _SCHEME.match(iri):
        return iri
    try:
        # What joins addresses drops an empty fragment, and namespaces end in one.
        return urljoin(base, iri) + ("#" if iri.endswith("#") else "")
    except ValueError:
        return iri
