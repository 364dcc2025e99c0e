"""Nodes of a graph for people: label, id and kind, as far as the graph has them."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Store

from mea_kg.namespaces import ID, MEA, RDF, RDFS, SKOS, shortened
from mea_kg.shacl.terms import Term

_TYPE = NamedNode(RDF + "type")
_LABELS = (NamedNode(SKOS + "prefLabel"), NamedNode(RDFS + "label"))


class Labels:
    """The names of nodes, read from a store that has the entries and the ontology."""

    def __init__(self, store: Store) -> None:
        """Take the store; it is read when a name is asked for."""
        self._store = store

    def name(self, node: Term) -> str:
        """A node for people: label, id and kind, as far as it has them."""
        if not isinstance(node, NamedNode):
            return node.value
        parts = [shortened(node.value), self._kind(node)]
        label = self.label(node)
        inside = ", ".join(part for part in (parts if label else parts[1:]) if part)
        return f"{label or parts[0]} ({inside})" if inside else label or parts[0]

    def brief(self, node: NamedNode) -> str:
        """A node inside a sentence: label and id, or the label of a term in quotation marks."""
        label = self.label(node)
        if node.value.startswith(ID):
            return f"{label} ({shortened(node.value)})" if label else shortened(node.value)
        return f'"{label or shortened(node.value)}"'

    def label(self, node: NamedNode) -> str:
        """The label, the English one first; empty if there is none."""
        labels = [
            quad.object
            for predicate in _LABELS
            for quad in self._store.quads_for_pattern(node, predicate, None, None)
            if isinstance(quad.object, Literal)
        ]
        labels.sort(key=lambda label: (label.language != "en", label.value))
        return labels[0].value if labels else ""

    def _kind(self, node: NamedNode) -> str:
        kinds = {
            quad.object
            for quad in self._store.quads_for_pattern(node, _TYPE, None, None)
            if isinstance(quad.object, NamedNode) and quad.object.value.startswith(MEA)
        }
        above = {wider for kind in kinds for wider in self._wider(kind)}
        return ", ".join(sorted(self.label(kind) or shortened(kind.value) for kind in kinds - above))

    def _wider(self, kind: NamedNode) -> set[NamedNode]:
        found: set[NamedNode] = set()
        waiting = [kind]
        while waiting:
            for quad in self._store.quads_for_pattern(
                waiting.pop(), NamedNode(RDFS + "subClassOf"), None, None
            ):
                if isinstance(quad.object, NamedNode) and quad.object not in found | {kind}:
                    found.add(quad.object)
                    waiting.append(quad.object)
        return found
