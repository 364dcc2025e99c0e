"""Reads shapes with all that they refer to, and says as a test whether a node conforms to one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from pyoxigraph import NamedNode

from mea_kg.namespaces import SH
from mea_kg.shacl.checks import Check, Listing, Shape, component
from mea_kg.shacl.counts import cardinalities, given_values, pairs, qualified
from mea_kg.shacl.errors import NotCompiledError
from mea_kg.shacl.paths import Path, read_path
from mea_kg.shacl.reading import ShapesGraph
from mea_kg.shacl.selects import message_of, read_select
from mea_kg.shacl.terms import Node, Term, all_of, fresh_names
from mea_kg.shacl.values import value_checks

_KNOWN = frozenset(
    SH + name
    for name in [
        "path",
        "targetClass",
        "targetNode",
        "targetSubjectsOf",
        "targetObjectsOf",
        "target",
        "name",
        "description",
        "order",
        "group",
        "defaultValue",
        "message",
        "severity",
        "deactivated",
        "class",
        "datatype",
        "nodeKind",
        "minCount",
        "maxCount",
        "minExclusive",
        "minInclusive",
        "maxExclusive",
        "maxInclusive",
        "minLength",
        "maxLength",
        "pattern",
        "flags",
        "languageIn",
        "uniqueLang",
        "equals",
        "disjoint",
        "lessThan",
        "lessThanOrEquals",
        "not",
        "and",
        "or",
        "xone",
        "node",
        "property",
        "qualifiedValueShape",
        "qualifiedMinCount",
        "qualifiedMaxCount",
        "qualifiedValueShapesDisjoint",
        "closed",
        "ignoredProperties",
        "hasValue",
        "in",
        "sparql",
        "declare",
    ]
)


class ShapeReader:
    """Reads the shapes of one graph; raises `NotCompiledError` for anything that it does not know."""

    def __init__(self, shapes: ShapesGraph) -> None:
        self._shapes = shapes
        self._names = fresh_names()

    def read(self, node: Term, within: tuple[Node, ...] = ()) -> Shape:
        """The shape at a node, `within` those that lead to it."""
        if not isinstance(node, Node):
            raise NotCompiledError(f"a literal stands for a shape: {node}")
        if node in within:
            raise NotCompiledError("a shape refers to itself")
        unknown = [iri for iri in self._shapes.predicates(node) if self._is_unknown(iri)]
        if unknown:
            raise NotCompiledError(f"not compiled: {', '.join(unknown)}")
        place = self._shapes.one(node, "path")
        path = None if place is None else read_path(self._shapes, place)
        severity = self._shapes.one(node, "severity")
        described = partial(
            Shape,
            node=node,
            path=path,
            severity=severity.value if severity else SH + "Violation",
            message=message_of(self._shapes, node),
        )
        if self._shapes.truth(node, "deactivated"):
            return described()
        inside = (*within, node)
        selects = (read_select(self._shapes, select, path) for select in self._shapes.nodes(node, "sparql"))
        return described(
            checks=tuple(self._checks(node, path, inside)),
            listings=tuple(self._listings(node, path)),
            selects=tuple(select for select in selects if select is not None),
            shapes=tuple(self._properties(node, inside)),
        )

    def conforms(self, shape: Shape, node: str) -> str:
        """A test that what a variable is bound to conforms to a shape."""
        value = node if shape.path is None else self._fresh()
        of_values = [check.holds(node, value) for check in shape.checks if check.of_values]
        of_values += [self.conforms(child, value) for child in shape.shapes]
        tests = [check.holds(node, "") for check in shape.checks if not check.of_values]
        if shape.path is None:
            tests += of_values
        elif of_values:
            steps = shape.path.steps(node, value)
            tests.append(f"(!EXISTS {{ {steps} FILTER (!{all_of(of_values)}) }})")
        for listing in shape.listings:
            tests.append(f"(!EXISTS {{ {listing.pattern(node, self._fresh(), self._fresh(), '')} }})")
        tests += [f"(!EXISTS {{ {{ {select.about(node)} }} }})" for select in shape.selects]
        return all_of(tests)

    def _is_unknown(self, iri: str) -> bool:
        return (iri.startswith(SH) and iri not in _KNOWN) or iri in self._shapes.custom

    def _fresh(self) -> str:
        return next(self._names)

    def _checks(self, node: Node, path: Path | None, inside: tuple[Node, ...]) -> Iterator[Check]:
        yield from value_checks(self._shapes, node, self._fresh)
        yield from cardinalities(self._shapes, node, path, self._fresh)
        yield from given_values(self._shapes, node, path, self._fresh)
        yield from (one for one in pairs(self._shapes, node, path, self._fresh) if isinstance(one, Check))
        yield from self._logical(node, inside)
        shapes = self._shapes.objects(node, "qualifiedValueShape")
        if len(shapes) > 1:
            raise NotCompiledError("several sh:qualifiedValueShape on one shape")
        if shapes:
            conforming = [self._conforming(shapes[0], inside)]
            if self._shapes.truth(node, "qualifiedValueShapesDisjoint"):
                conforming += [self._failing(one, inside) for one in self._siblings(node, shapes[0])]
            yield from qualified(self._shapes, node, path, conforming, self._fresh)

    def _listings(self, node: Node, path: Path | None) -> Iterator[Listing]:
        yield from (one for one in pairs(self._shapes, node, path, self._fresh) if isinstance(one, Listing))
        if self._shapes.truth(node, "closed"):
            yield self._closed(node, path)

    def _properties(self, node: Node, inside: tuple[Node, ...]) -> Iterator[Shape]:
        for value in self._shapes.objects(node, "property"):
            shape = self.read(value, inside)
            if shape.path is None:
                raise NotCompiledError("sh:property leads to what has no path")
            yield shape

    def _logical(self, node: Node, inside: tuple[Node, ...]) -> Iterator[Check]:
        for value in self._shapes.objects(node, "node"):
            if self._shapes.objects(value, "path"):
                raise NotCompiledError("sh:node leads to a property shape")
            yield _check("Node", self._conforming(value, inside), "does not conform to the shape asked for")
        for value in self._shapes.objects(node, "not"):
            yield _check("Not", self._failing(value, inside), "conforms to a shape that is ruled out")
        for name, joined, found in (
            ("and", _every, "does not conform to all shapes asked for"),
            ("or", _some, "conforms to none of the shapes asked for"),
            ("xone", _exactly_one, "does not conform to exactly one of the shapes asked for"),
        ):
            for members in self._shapes.lists_of(node, name):
                tests = [self._conforming(member, inside) for member in members]
                yield _check(name.capitalize(), partial(joined, tests), found)

    def _conforming(self, node: Term, inside: tuple[Node, ...]) -> Callable[[str], str]:
        return partial(self.conforms, self.read(node, inside))

    def _failing(self, node: Term, inside: tuple[Node, ...]) -> Callable[[str], str]:
        shape = self.read(node, inside)
        return lambda value: f"(!{self.conforms(shape, value)})"

    def _siblings(self, node: Node, own: Term) -> list[Term]:
        """The qualified shapes of the other properties of the shapes that a property belongs to."""
        found = {
            shape
            for parent in self._shapes.subjects("property", node)
            for sibling in self._shapes.objects(parent, "property")
            for shape in self._shapes.objects(sibling, "qualifiedValueShape")
        }
        return sorted(found - {own}, key=str)

    def _closed(self, node: Node, path: Path | None) -> Listing:
        ignored = [term for members in self._shapes.lists_of(node, "ignoredProperties") for term in members]
        stated = [
            place
            for shape in self._shapes.objects(node, "property")
            for place in self._shapes.objects(shape, "path")
        ]
        allowed = sorted({str(term) for term in (*ignored, *stated) if isinstance(term, NamedNode)})

        def pattern(focus: str, value: str, predicate: str, domain: str = "") -> str:
            holder = focus if path is None else self._fresh()
            to_holder = domain if path is None else f"{{ {path.steps(focus, holder, domain)} }}"
            # The store finds nothing outside an empty list.
            outside = f"FILTER ({predicate} NOT IN ({', '.join(allowed)}))" if allowed else ""
            return f"{to_holder} {holder} {predicate} {value} . {outside}"

        return Listing(component("Closed"), pattern, found="is that of a property that is not allowed")


def _check(name: str, test: Callable[[str], str], found: str) -> Check:
    return Check(component(name), lambda focus, value: test(value), found=found)


def _every(tests: list[Callable[[str], str]], value: str) -> str:
    return all_of(test(value) for test in tests)


def _some(tests: list[Callable[[str], str]], value: str) -> str:
    return f"({' || '.join(test(value) for test in tests) or 'false'})"


def _exactly_one(tests: list[Callable[[str], str]], value: str) -> str:
    return f"({' + '.join(f'IF({test(value)}, 1, 0)' for test in tests) or '0'} = 1)"
