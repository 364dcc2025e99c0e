"""What a shape asks of its nodes, each as a piece of SPARQL that is written for given variables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from mea_kg.namespaces import SH
from mea_kg.shacl.paths import Path
from mea_kg.shacl.selects import Select
from mea_kg.shacl.terms import Node


@dataclass(frozen=True)
class Check:
    """A test that holds or not, and never fails: of each value node (`of_values`), or of the focus node.

    `holds` takes the variables of focus node and value node; that of a focus node does not use the second.
    """

    component: str
    holds: Callable[[str, str], str]
    of_values: bool = True
    found: str = ""


@dataclass(frozen=True)
class Listing:
    """A pattern whose solutions are violations.

    It takes the variables of focus node, value and predicate (which may be left unbound), and the pattern that
    gives the focus node its values, empty where it has one.
    """

    component: str
    pattern: Callable[[str, str, str, str], str]
    found: str = ""


@dataclass(frozen=True)
class Shape:
    """A shape as it is asked: `path` is None for a node shape, whose value node is its focus node.

    `shapes` are those of `sh:property`. A shape that is deactivated has no checks at all.
    """

    node: Node
    path: Path | None
    severity: str
    message: str
    checks: tuple[Check, ...] = ()
    listings: tuple[Listing, ...] = ()
    selects: tuple[Select, ...] = ()
    shapes: tuple[Shape, ...] = ()

    @cached_property
    def path_text(self) -> str:
        """The path in reports, empty for a node shape."""
        return self.path.text if self.path else ""


def component(name: str) -> str:
    """The IRI of a constraint component by its short name.

    >>> component("MinCount")
    'http://www.w3.org/ns/shacl#MinCountConstraintComponent'
    """
    return f"{SH}{name}ConstraintComponent"
