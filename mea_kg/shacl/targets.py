"""The focus nodes of a shape, as a pattern."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from mea_kg.namespaces import RDF
from mea_kg.shacl.errors import NotCompiledError
from mea_kg.shacl.paths import Path
from mea_kg.shacl.reading import ShapesGraph
from mea_kg.shacl.terms import Node, focus, members, written

Domain = Callable[[str], str]
"""Gives the pattern for the name of a variable; each solution binds it to another node.

Of ?this it has places for the nodes that are asked about, where these are not all."""


@dataclass(frozen=True)
class Targets:
    """What a shape is about: nodes by name, those of classes, subjects and objects of properties."""

    nodes: tuple[str, ...]
    classes: tuple[NamedNode, ...]
    subjects_of: tuple[NamedNode, ...]
    objects_of: tuple[NamedNode, ...]

    def pattern(self, variable: str) -> str:
        """The `Domain` of the targets."""
        ways = [f"{variable} {one} {variable}_to" for one in self.subjects_of]
        ways += [f"{variable}_from {one} {variable}" for one in self.objects_of]
        if self.nodes:
            ways.append(f"VALUES {variable} {{ {' '.join(self.nodes)} }}")
        if self.classes:
            kind = f"{variable}_class"
            ways.append(f"{members(kind, self.classes, rows=True)} {variable} <{RDF}type> {kind} .")
        return _distinct(variable, " UNION ".join(f"{{ {focus(variable)} {way} }}" for way in ways))


def targets(shapes: ShapesGraph, node: Node) -> Targets:
    """The targets that a shape states, or is as a class; raises `NotCompiledError` for other kinds of target."""
    classes = shapes.names(node, "targetClass")
    if isinstance(node, NamedNode) and shapes.is_class_shape(node):
        classes.append(node)
    if shapes.objects(node, "target"):
        raise NotCompiledError("sh:target is of the advanced features")
    return Targets(
        tuple(written(term) for term in shapes.objects(node, "targetNode")),
        tuple(classes),
        tuple(shapes.names(node, "targetSubjectsOf")),
        tuple(shapes.names(node, "targetObjectsOf")),
    )


def values_of(domain: Domain, path: Path) -> Domain:
    """The values of a path at the focus nodes, as focus nodes of their own."""

    def pattern(variable: str) -> str:
        above = f"{variable}_above"
        return _distinct(variable, f"{focus(variable)} {path.steps(above, variable, domain(above))}")

    return pattern


def _distinct(variable: str, body: str) -> str:
    return f"{{ SELECT DISTINCT {variable} {{ {body} }} }}"
