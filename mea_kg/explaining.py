"""From a result of SHACL to a finding: whose, which field, what was found, what is expected, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Store

from mea_kg.context import Context
from mea_kg.findings import Finding
from mea_kg.namespaces import ID, MEA, RDF, RDFS, SH, SKOS, VOCAB, shortened
from mea_kg.origins import Origins
from mea_kg.places import Places
from mea_kg.shacl import Result
from mea_kg.shacl.terms import Term
from mea_kg.shapes import Rule, Shapes
from mea_kg.suggesting import nodes_meant

_TYPE = NamedNode(RDF + "type")
_LABELS = (NamedNode(SKOS + "prefLabel"), NamedNode(RDFS + "label"))
_OURS = re.compile(rf"(?:{re.escape(ID)}|{re.escape(VOCAB)}|{re.escape(MEA)})[^\s<>\"]*[^\s<>\".,:;]")
_SHOWN = 5


class Explainer:
    """Explains results on one graph: the names of things from the store, the lines from the places."""

    def __init__(
        self, store: Store, places: Places, shapes: Shapes, context: Context | None, ontology: Path
    ) -> None:
        self._store = store
        self._shapes = shapes
        self._context = context
        self._origins = Origins(store, places, context, ontology)

    def finding(self, result: Result) -> Finding:
        """The finding that a result is."""
        rule = self._shapes.rule(result.source_shape, result.path, result.component)
        properties = self._properties(result, rule)
        field_keys = [self._key(iri) for iri in properties]
        origins = self._origins.of(result.focus_node, result.path, result.value)
        place = self._origins.place(result.focus_node, field_keys, result.value, origins)
        return Finding(
            file=place.file,
            line=place.line,
            column=place.column,
            severity=result.severity.removeprefix(SH),
            rule=rule.local_name,
            message=_OURS.sub(lambda match: self._brief(NamedNode(match[0])), result.message)
            or rule.local_name,
            entity=self.name(result.focus_node),
            field=" or ".join(field_keys),
            found=self._found(result, rule),
            expected=self._expected(result, rule),
            hint=rule.hint,
            source=rule.source,
            field_label=" or ".join(dict.fromkeys(self._label(NamedNode(iri)) for iri in properties)),
            node=result.focus_node.value,
            follows_from=origins,
        )

    def name(self, node: Term) -> str:
        """A node for people: label, id and kind, as far as it has them."""
        if not isinstance(node, NamedNode):
            return node.value
        parts = [shortened(node.value), self._kind(node)]
        label = self._label(node)
        inside = ", ".join(part for part in (parts if label else parts[1:]) if part)
        return f"{label or parts[0]} ({inside})" if inside else label or parts[0]

    def _expected(self, result: Result, rule: Rule) -> str:
        """What the rule expects, and what may have been meant where a value is of another class."""
        classes = self._shapes.classes(result.source_shape)
        if not classes or not isinstance(result.value, NamedNode):
            return rule.description
        meant = nodes_meant(self._store, classes, result.value)
        nearest = " or ".join(self._brief(node) for node in meant)
        return f"{rule.description} Nearest: {nearest}." if meant else rule.description

    def _brief(self, node: NamedNode) -> str:
        label = self._label(node)
        if node.value.startswith(ID):
            return f"{label} ({shortened(node.value)})" if label else shortened(node.value)
        return f'"{label or shortened(node.value)}"'

    def _label(self, node: NamedNode) -> str:
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
        return ", ".join(sorted(self._label(kind) or shortened(kind.value) for kind in kinds - above))

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

    def _key(self, iri: str) -> str:
        key = "type" if iri == _TYPE.value else self._context.key_of(iri) if self._context else None
        return key or shortened(iri)

    def _properties(self, result: Result, rule: Rule) -> list[str]:
        """The properties of the field that a result is about; of several, those that the focus node has."""
        if result.path and result.path != rule.path:
            return [result.path.strip("<>")]
        present = [iri for iri in rule.properties if any(self._values(result.focus_node, iri))]
        return present or list(rule.properties)

    def _values(self, node: Term, iri: str) -> Iterator[NamedNode | Literal]:
        if isinstance(node, Literal):
            return
        for quad in self._store.quads_for_pattern(node, NamedNode(iri), None, None):
            if isinstance(quad.object, NamedNode | Literal):
                yield quad.object

    def _found(self, result: Result, rule: Rule) -> str:
        if isinstance(result.value, NamedNode) and result.value != result.focus_node:
            return self.name(result.value)
        if isinstance(result.value, Literal):
            return result.value.value
        if not result.path:
            return ""
        if result.path.startswith("^"):
            inverse = NamedNode(result.path.strip("^<>"))
            subjects = {
                quad.subject for quad in self._store.quads_for_pattern(None, inverse, result.focus_node, None)
            }
            values = {subject for subject in subjects if isinstance(subject, NamedNode)}
            return self._counted([self.name(value) for value in values])
        stated = {
            value for iri in self._properties(result, rule) for value in self._values(result.focus_node, iri)
        }
        return self._counted([self.name(v) if isinstance(v, NamedNode) else v.value for v in stated])

    def _counted(self, values: list[str]) -> str:
        if not values:
            return "nothing"
        shown = sorted(values)[:_SHOWN]
        more = ", ..." if len(values) > _SHOWN else ""
        return f"{len(values)} ({', '.join(shown)}{more})"
