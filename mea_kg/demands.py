"""What the shapes demand of the keys of a class, as far as one entry alone can show it.

Read from the property shapes whose targets are the class or one above it: keys that must, should or must not be
there, how many values, and of which form. What needs other nodes, or SPARQL, only validation says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from mea_kg.context import Context
from mea_kg.namespaces import RDF, SH
from mea_kg.shacl.reading import ShapesGraph
from mea_kg.shapes import Rule, Shapes
from mea_kg.vocabulary import Vocabulary


@dataclass
class Demand:
    """What is demanded of one key in entries of one class.

    `is_required`: the entry is refused without it; `is_expected`: a warning says that it is missing;
    `is_barred`: it must not be there. `values` are the only ones allowed, `patterns` regular expressions that each
    value matches, `classes` the labels of what a reference leads to, and `rules` say all this in words.
    """

    is_required: bool = False
    is_expected: bool = False
    is_barred: bool = False
    is_single: bool = False
    values: tuple[str, ...] = ()
    patterns: list[str] = field(default_factory=list)
    max_length: int | None = None
    classes: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


@dataclass(frozen=True)
class Choice:
    """Keys of which an entry of the class has at least one; without one it is refused, or else only warned of.

    With `or_inside`, a node that stands inside another needs none of them.
    """

    keys: tuple[str, ...]
    is_required: bool
    or_inside: bool
    rule: Rule


class Demands:
    """What shapes demand, by class and key of a context."""

    def __init__(self, triples: Iterable[Triple], context: Context, vocabulary: Vocabulary) -> None:
        """Take the triples of the shapes for the authored graph."""
        self._shapes = Shapes(triples)
        self._graph = ShapesGraph(self._shapes.triples)
        self._context = context
        self._vocabulary = vocabulary
        self._by_class: dict[str, list[NamedNode]] = {}
        self._by_property: dict[str, list[NamedNode]] = {}
        for triple in self._shapes.triples:
            if triple.predicate.value == SH + "property" and isinstance(triple.subject, NamedNode):
                for target in self._graph.objects(triple.subject, "targetClass"):
                    self._take(self._by_class, target, triple.object)
                for target in self._graph.objects(triple.subject, "targetSubjectsOf"):
                    self._take(self._by_property, target, triple.object)

    def _take(self, into: dict[str, list[NamedNode]], target: object, shape: object) -> None:
        if isinstance(target, NamedNode) and isinstance(shape, NamedNode):
            into.setdefault(target.value, []).append(shape)

    def of(self, name: str) -> tuple[dict[str, Demand], list[Choice]]:
        """What is demanded of a class of the context: by key, and of several keys together."""
        demands: dict[str, Demand] = {}
        choices: list[Choice] = []
        for shape in self._applying(name):
            rule = self._shapes.rules[shape.value]
            keys = [key for iri in rule.properties if (key := self._context.key_of(iri))]
            if keys and rule.path == f"<{rule.properties[0]}>":
                self._add(demands.setdefault(keys[0], Demand()), keys[0], shape, rule)
            elif keys and rule.path.startswith("(") and self._number(shape, "minCount"):
                choices.append(Choice(tuple(keys), self._refuses(shape), "^" in rule.path, rule))
        return demands, choices

    def headings(self) -> frozenset[str]:
        """The names of the classes that are only headings: an entry states one of their kinds."""
        names = {iri: name for name, iri in self._context.classes.items()}
        return frozenset(
            names[member.value]
            for shape in self._graph.subjects("path", NamedNode(RDF + "type"))
            for ruled_out in self._graph.objects(shape, "not")
            for members in self._graph.lists_of(ruled_out, "in")
            for member in members
            if isinstance(member, NamedNode) and member.value in names
        )

    def _applying(self, name: str) -> Iterator[NamedNode]:
        """The property shapes for a class, and those for a property that are about its own values."""
        above = self._vocabulary.superclasses(self._context.classes[name])
        found = {shape for iri in above for shape in self._by_class.get(iri, ())}
        for iri, shapes in self._by_property.items():
            found |= {shape for shape in shapes if NamedNode(iri) in self._graph.objects(shape, "path")}
        yield from sorted((shape for shape in found if shape.value in self._shapes.rules), key=str)

    def _add(self, demand: Demand, key: str, shape: NamedNode, rule: Rule) -> None:
        demand.rules.append(rule)
        refuses = self._refuses(shape)
        if self._number(shape, "minCount"):
            demand.is_required |= refuses
            demand.is_expected |= not refuses
        if not refuses:
            return
        most = self._number(shape, "maxCount")
        demand.is_barred |= most == 0
        demand.is_single |= most == 1
        demand.values += tuple(self._allowed(key, shape))
        demand.patterns += self._patterns(shape)
        longest = self._number(shape, "maxLength")
        if longest is not None:
            demand.max_length = min(longest, demand.max_length or longest)
        demand.classes += self._classes(shape)

    def _refuses(self, shape: NamedNode) -> bool:
        return self._graph.objects(shape, "severity") in ([], [NamedNode(SH + "Violation")])

    def _number(self, shape: NamedNode, name: str) -> int | None:
        return self._graph.number(shape, name)

    def _allowed(self, key: str, shape: NamedNode) -> Iterator[str]:
        """The values that `sh:in` lists, as an entry writes them."""
        base = self._context.terms[key].base or ""
        for members in self._graph.lists_of(shape, "in"):
            for member in members:
                if isinstance(member, Literal):
                    yield member.value
                elif isinstance(member, NamedNode):
                    yield member.value.removeprefix(base)

    def _patterns(self, shape: object) -> list[str]:
        """The regular expressions of a shape, and of those that its values conform to."""
        found = []
        if not self._graph.objects(shape, "flags"):
            texts = self._graph.objects(shape, "pattern")
            found = [text.value for text in texts if isinstance(text, Literal)]
        for node in self._graph.objects(shape, "node"):
            found += self._patterns(node)
        return found

    def _classes(self, shape: object) -> list[str]:
        """The labels of the classes that values belong to: `sh:class`, or several under `sh:or`."""
        found = [
            self._vocabulary.label(iri.value)
            for iri in self._graph.objects(shape, "class")
            if isinstance(iri, NamedNode)
        ]
        for members in self._graph.lists_of(shape, "or"):
            found += [label for member in members for label in self._classes(member)]
        return [label for label in found if label]
