"""Findings about the form of entries, in the words of people: entities by their labels, fields by those of terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mea_kg.context import Context
from mea_kg.findings import Finding
from mea_kg.namespaces import ID
from mea_kg.nodes import Node
from mea_kg.vocabulary import Vocabulary

FORM = "The form of entries (CONTRIBUTING.md)"
"""The source of rules that no shape states."""


def in_words(
    findings: Iterable[Finding], nodes: Iterable[Node], context: Context, vocabulary: Vocabulary
) -> list[Finding]:
    """The findings with what they leave out: entity, label of the field, IRI of the node, source of the rule.

    An entity that a finding does not name is that of the block of YAML in which it stands.
    """
    names = _Names(nodes)
    return [_in_words(finding, names, context, vocabulary) for finding in findings]


def _in_words(finding: Finding, names: _Names, context: Context, vocabulary: Vocabulary) -> Finding:
    block = names.around(finding)
    name = finding.entity or (block.name if block else "")
    term = context.term(finding.field)
    return replace(
        finding,
        entity=names.full(name, block),
        field_label=finding.field_label or (vocabulary.label(term.iri) if term else ""),
        node=finding.node or (ID + name if name in names.labels else ""),
        source=finding.source or FORM,
    )


class _Names:
    """The labels of nodes, and the blocks in which they stand."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.labels: dict[str, str] = {}
        self._blocks: dict[str, list[Node]] = {}
        for node in nodes:
            self._blocks.setdefault(node.place.file, []).append(node)
            if node.name:
                self.labels.setdefault(node.name, _label(node))

    def full(self, name: str, block: Node | None) -> str:
        """Label and identifier; of a node without a label, the label of what holds it."""
        parts = name.split("/")
        holding = ("/".join(parts[:length]) for length in range(len(parts), 0, -1))
        own = _label(block) if block and block.name == name else ""
        label = own or next((label for above in holding if (label := self.labels.get(above))), "")
        if block and not name:
            return self._holding(block)
        return f"{label} ({name})" if label and name else label or name

    def _holding(self, block: Node) -> str:
        """The nearest node with an identifier that holds one without."""
        column = block.place.column
        for node in reversed(self._blocks[block.place.file]):
            if node.place.line <= block.place.line and node.place.column < column:
                column = node.place.column
                if node.name:
                    return self.full(node.name, node)
        return ""

    def around(self, finding: Finding) -> Node | None:
        """The last node that begins before the finding and is not indented further."""
        for node in reversed(self._blocks.get(finding.file, ())):
            place = node.place
            if (place.line, place.column) <= (
                finding.line,
                finding.column,
            ) and place.column <= finding.column:
                return node
        return None


def _label(node: Node) -> str:
    return next(iter(node.texts("label")), "")
