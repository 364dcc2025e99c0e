"""Where nodes and fields stand in the curated files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Place:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Places:
    """The place of each node, by its IRI, and of each field, by the node's IRI and the key.

    `values` has the places of values that stand apart from their key, by the node's IRI, the key and their own IRI.
    """

    nodes: Mapping[str, Place] = field(default_factory=dict)
    fields: Mapping[tuple[str, str], Place] = field(default_factory=dict)
    values: Mapping[tuple[str, str, str], Place] = field(default_factory=dict)

    def of(self, node: str, key: str | None = None) -> Place | None:
        """The place of a field, or else of its node, or None if neither is in a file."""
        if key is not None and (place := self.fields.get((node, key))):
            return place
        return self.nodes.get(node)

    def of_value(self, node: str, key: str, value: str) -> Place | None:
        """The place of one value of a field, where it is known apart from that of the field."""
        return self.values.get((node, key, value))

    def to_json(self) -> str:
        """All places, as JSON that `from_json` reads."""
        return json.dumps(
            {
                "nodes": [[node, place.file, place.line, place.column] for node, place in self.nodes.items()],
                "fields": [
                    [node, key, place.file, place.line, place.column]
                    for (node, key), place in self.fields.items()
                ],
                "values": [
                    [*value, place.file, place.line, place.column] for value, place in self.values.items()
                ],
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Places:
        """The places that `to_json` wrote."""
        content = json.loads(text)
        return cls(
            {node: Place(*place) for node, *place in content["nodes"]},
            {(node, key): Place(*place) for node, key, *place in content["fields"]},
            {(node, key, iri): Place(*place) for node, key, iri, *place in content["values"]},
        )
