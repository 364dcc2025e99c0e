"""Property paths: from their triples to SPARQL."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode

from mea_kg.shacl.errors import NotCompiledError
from mea_kg.shacl.reading import ShapesGraph
from mea_kg.shacl.terms import Term

_REPEATED = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}
_STEP = re.compile(r"\^?<([^>]*)>")
_OPERAND = re.compile(r"<[^>]*>|\([^()]*\)")


@dataclass(frozen=True)
class Path:
    """A path, and what of it remains without the way of length zero.

    `text` is SPARQL with full IRIs, as in reports. `moving` is the part that takes at least one step. `stays`:
    the focus node is a value too. The two are asked apart, because `?x path* ?y` finds no ?x that is not in the
    graph.
    """

    text: str
    moving: str
    stays: bool = False

    @property
    def only_property(self) -> NamedNode | None:
        """The property of a path that is a single step, along it or against it."""
        step = _STEP.fullmatch(self.text)
        return NamedNode(step[1]) if step else None

    def steps(self, focus: str, value: str, domain: str = "") -> str:
        """The pattern from focus to value, each with the `domain` that gives the focus node its values."""
        moving = f"{domain} {focus} {self.moving} {value} ."
        if not self.stays:
            return moving
        return f"{{ {moving} }} UNION {{ {domain} BIND ({focus} AS {value}) }}"


def read_path(shapes: ShapesGraph, node: Term, within: tuple[Term, ...] = ()) -> Path:
    """The path at a node; raises `NotCompiledError` for what is none."""
    if isinstance(node, NamedNode):
        return Path(str(node), str(node))
    if not isinstance(node, BlankNode) or node in within:
        raise NotCompiledError(f"not a path: {node}")
    inside = (*within, node)
    kinds = [kind for kind in ("inversePath", "alternativePath", *_REPEATED) if shapes.objects(node, kind)]
    if len(kinds) > 1:
        raise NotCompiledError(f"a path of two kinds: {', '.join(kinds)}")
    if not kinds:
        return _sequence([read_path(shapes, member, inside) for member in shapes.items(node)])
    kind, operand = kinds[0], shapes.one(node, kinds[0])
    assert operand is not None
    if kind == "alternativePath":
        return _alternative([read_path(shapes, member, inside) for member in shapes.items(operand)])
    part = read_path(shapes, operand, inside)
    if kind == "inversePath":
        return Path(f"^{_one(part.text)}", f"^{_one(part.moving)}", part.stays)
    sign = _REPEATED[kind]
    moving = _one(part.moving) if sign == "?" else f"{_one(part.moving)}+"
    return Path(f"{_one(part.text)}{sign}", moving, part.stays or sign != "+")


def _one(text: str) -> str:
    """The text as an operand: in brackets, unless it is an IRI or in brackets already."""
    return text if _OPERAND.fullmatch(text) else f"({text})"


def _alternative(parts: list[Path]) -> Path:
    if len(parts) < 2:
        raise NotCompiledError("an alternative path of less than two")
    moving = "|".join(_one(part.moving) for part in parts)
    return Path(
        f"({'|'.join(part.text for part in parts)})", f"({moving})", any(part.stays for part in parts)
    )


def _sequence(parts: list[Path]) -> Path:
    if len(parts) < 2:
        raise NotCompiledError("a sequence path of less than two")
    text = "/".join(part.text for part in parts)
    if not all(part.stays for part in parts):
        steps = [f"({_one(part.moving)})?" if part.stays else _one(part.moving) for part in parts]
        return Path(text, f"({'/'.join(steps)})")
    # Every step may stay: one at least moves, so each in turn is the first to do so.
    ways = []
    for index, part in enumerate(parts):
        rest = [f"({_one(later.moving)})?" for later in parts[index + 1 :]]
        ways.append("/".join([_one(part.moving), *rest]))
    return Path(text, f"({'|'.join(f'({way})' for way in ways)})", stays=True)
