"""The checks that count or compare: cardinality, qualified values, languages, given values, other properties."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pyoxigraph import NamedNode

from mea_kg.namespaces import shortened
from mea_kg.shacl.checks import Check, Listing, component
from mea_kg.shacl.errors import NotCompiledError
from mea_kg.shacl.paths import Path
from mea_kg.shacl.reading import ShapesGraph
from mea_kg.shacl.terms import Node, compared, written

Fresh = Callable[[], str]
Test = Callable[[str], str]


def cardinalities(shapes: ShapesGraph, node: Node, path: Path | None, fresh: Fresh) -> Iterator[Check]:
    """sh:minCount, sh:maxCount and sh:uniqueLang."""
    least, most = shapes.number(node, "minCount"), shapes.number(node, "maxCount")
    unique = shapes.truth(node, "uniqueLang")
    if path is None:
        if least is not None or most is not None or shapes.objects(node, "uniqueLang"):
            raise NotCompiledError("a node shape cannot count values")
        return
    if least is not None:
        yield _of_focus("MinCount", at_least(path, least, fresh), f"There are fewer than {least} values.")
    if most is not None:
        too_many = at_least(path, most + 1, fresh)
        yield _of_focus(
            "MaxCount", lambda focus: f"(!{too_many(focus)})", f"There are more than {most} values."
        )
    if unique:
        test = _unique(path, fresh)
        yield _of_focus("UniqueLang", test, "There are two values in one language.")


def at_least(path: Path, count: int, fresh: Fresh, also: Test | None = None) -> Test:
    """A test that a focus node has that many values, for which a further test holds."""

    def test(focus: str) -> str:
        if count == 0:
            return "true"
        one, other = fresh(), fresh()
        first = path.steps(focus, one) + (f" FILTER ({also(one)})" if also else "")
        if count == 1:
            return f"EXISTS {{ {first} }}"
        if count == 2 and not also:
            second = path.steps(focus, other)
            return f"EXISTS {{ {{ {first} }} {{ {second} }} FILTER (!sameTerm({one}, {other})) }}"
        counted = f"GROUP BY {focus} HAVING (COUNT(DISTINCT {one}) >= {count})"
        return f"EXISTS {{ {{ SELECT {focus} {{ {first} }} {counted} }} }}"

    return test


def given_values(shapes: ShapesGraph, node: Node, path: Path | None, fresh: Fresh) -> Iterator[Check]:
    """sh:hasValue."""
    for term in shapes.objects(node, "hasValue"):
        text = written(term)

        def test(focus: str, text: str = text) -> str:
            if path is None:
                return f"sameTerm({focus}, {text})"
            if text.startswith("<") and not path.stays:
                return f"EXISTS {{ {path.steps(focus, text)} }}"
            value = fresh()
            return f"EXISTS {{ {{ {path.steps(focus, value)} }} FILTER (sameTerm({value}, {text})) }}"

        yield _of_focus("HasValue", test, f"The value {shortened(term.value)} is missing.")


def pairs(shapes: ShapesGraph, node: Node, path: Path | None, fresh: Fresh) -> Iterator[Check | Listing]:
    """sh:equals, sh:disjoint, sh:lessThan and sh:lessThanOrEquals."""
    for other in shapes.names(node, "equals"):
        found = f"is not a value of both properties, the other being {shortened(other.value)}"
        yield Check(component("Equals"), _has(other), found=found)
        yield Listing(component("Equals"), _lacking(other, path, fresh), found=found)
    for other in shapes.names(node, "disjoint"):
        yield Check(
            component("Disjoint"), _has_not(other), found=f"is also a value of {shortened(other.value)}"
        )
    for name, operator in (("lessThan", "<"), ("lessThanOrEquals", "<=")):
        if path is None and shapes.objects(node, name):
            raise NotCompiledError(f"a node shape cannot have sh:{name}")
        for other in shapes.names(node, name):
            yield Check(
                component(name[0].upper() + name[1:]),
                _before(other, operator, fresh),
                found=f"is not {operator} {shortened(other.value)}",
            )


def qualified(
    shapes: ShapesGraph, node: Node, path: Path | None, conforming: Sequence[Test], fresh: Fresh
) -> Iterator[Check]:
    """sh:qualifiedValueShape with its counts; `conforming` are the tests of a value to be counted."""
    least, most = shapes.number(node, "qualifiedMinCount"), shapes.number(node, "qualifiedMaxCount")
    if path is None:
        raise NotCompiledError("a node shape cannot count values")

    def also(value: str) -> str:
        return " && ".join(test(value) for test in conforming)

    if least is not None:
        words = f"There are fewer than {least} values of the kind asked for."
        yield _of_focus("QualifiedMinCount", at_least(path, least, fresh, also), words)
    if most is not None:
        too_many = at_least(path, most + 1, fresh, also)
        words = f"There are more than {most} values of the kind asked for."
        yield _of_focus("QualifiedMaxCount", lambda focus: f"(!{too_many(focus)})", words)


def _of_focus(name: str, test: Test, found: str) -> Check:
    return Check(component(name), lambda focus, value: test(focus), of_values=False, found=found)


def _unique(path: Path, fresh: Fresh) -> Test:
    def test(focus: str) -> str:
        one, other = fresh(), fresh()
        both = f"{{ {path.steps(focus, one)} }} {{ {path.steps(focus, other)} }}"
        same = f'LANG({one}) = LANG({other}) && LANG({one}) != "" && !sameTerm({one}, {other})'
        return f"(!EXISTS {{ {both} FILTER ({same}) }})"

    return test


def _has(other: NamedNode) -> Callable[[str, str], str]:
    return lambda focus, value: f"EXISTS {{ {focus} {other} {value} }}"


def _has_not(other: NamedNode) -> Callable[[str, str], str]:
    return lambda focus, value: f"(!EXISTS {{ {focus} {other} {value} }})"


def _lacking(other: NamedNode, path: Path | None, fresh: Fresh) -> Callable[[str, str, str, str], str]:
    def pattern(focus: str, value: str, predicate: str, domain: str) -> str:
        stated = f"{domain} {focus} {other} {value} ."
        if path is None:
            return f"{stated} FILTER (!sameTerm({focus}, {value}))"
        if not path.stays:
            return f"{stated} FILTER NOT EXISTS {{ {path.steps(focus, value)} }}"
        reached = fresh()
        there = f"{{ {path.steps(focus, reached)} }} FILTER (sameTerm({reached}, {value}))"
        return f"{stated} FILTER NOT EXISTS {{ {there} }}"

    return pattern


def _before(other: NamedNode, operator: str, fresh: Fresh) -> Callable[[str, str], str]:
    def test(focus: str, value: str) -> str:
        later = fresh()
        return f"(!EXISTS {{ {focus} {other} {later} FILTER (!{compared(value, operator, later)}) }})"

    return test
