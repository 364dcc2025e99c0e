"""From a result of SHACL to a finding: whose, which field, what was found, what is expected, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Store

from mea_kg.context import Context
from mea_kg.findings import Finding
from mea_kg.labels import Labels
from mea_kg.namespaces import ID, MEA, RDF, SH, VOCAB, shortened
from mea_kg.origins import Origins
from mea_kg.places import Places
from mea_kg.shacl import Result
from mea_kg.shacl.terms import Term
from mea_kg.shapes import Rule, Shapes
from mea_kg.suggesting import nodes_meant

_TYPE = NamedNode(RDF + "type")
_OURS = re.compile(rf"(?:{re.escape(ID)}|{re.escape(VOCAB)}|{re.escape(MEA)})[^\s<>\"]*[^\s<>\".,:;]")
_SHOWN = 5


class Explainer:
    """Explains results on one graph: the names of things from the store, the lines from the places."""

    def __init__(
        self, store: Store, places: Places, shapes: Shapes, context: Context | None, ontology: Path
    ) -> None:
        self._store = store
        self._labels = Labels(store)
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
            message=_OURS.sub(lambda match: self._labels.brief(NamedNode(match[0])), result.message)
            or rule.local_name,
            entity=self._labels.name(result.focus_node),
            field=" or ".join(field_keys),
            found=self._found(result, rule),
            expected=self._expected(result, rule),
            hint=rule.hint,
            source=rule.source,
            field_label=" or ".join(dict.fromkeys(self._labels.label(NamedNode(iri)) for iri in properties)),
            node=result.focus_node.value,
            follows_from=origins,
        )

    def _expected(self, result: Result, rule: Rule) -> str:
        """What the rule expects, and what may have been meant where a value is of another class."""
        classes = self._shapes.classes(result.source_shape)
        if not classes or not isinstance(result.value, NamedNode):
            return rule.description
        meant = nodes_meant(self._store, classes, result.value)
        nearest = " or ".join(self._labels.brief(node) for node in meant)
        return f"{rule.description} Nearest: {nearest}." if meant else rule.description

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
            return self._labels.name(result.value)
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
            return self._counted([self._labels.name(value) for value in values])
        stated = {
            value for iri in self._properties(result, rule) for value in self._values(result.focus_node, iri)
        }
        return self._counted([self._labels.name(v) if isinstance(v, NamedNode) else v.value for v in stated])

    def _counted(self, values: list[str]) -> str:
        if not values:
            return "nothing"
        shown = sorted(values)[:_SHOWN]
        more = ", ..." if len(values) > _SHOWN else ""
        return f"{len(values)} ({', '.join(shown)}{more})"
