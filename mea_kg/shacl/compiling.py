"""From shapes to queries: each shape with targets is compiled whole, or refused whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import NamedNode, Triple

from mea_kg.namespaces import RDF, RDFS
from mea_kg.shacl.checks import Shape, component
from mea_kg.shacl.errors import NotCompiledError
from mea_kg.shacl.queries import Query, Question, Scan, Source, combined
from mea_kg.shacl.reading import TARGETS, ShapesGraph
from mea_kg.shacl.selects import Select
from mea_kg.shacl.shapes import ShapeReader
from mea_kg.shacl.targets import Domain, Targets, targets, values_of
from mea_kg.shacl.terms import Node
from mea_kg.shacl.trials import refused_texts

_VALUE_SENTENCE = "The value {?value} "


@dataclass(frozen=True)
class Refused:
    """A shape that is not compiled, and why."""

    shape: Node
    reason: str


@dataclass(frozen=True)
class Compiled:
    """The queries of the shapes that were compiled, and the shapes that were not."""

    queries: tuple[Query, ...]
    refused: tuple[Refused, ...]
    triples: tuple[Triple, ...]

    @property
    def rest(self) -> tuple[Triple, ...]:
        """The shapes for another engine: as they were given, but that only those refused have targets."""
        refused = {one.shape for one in self.refused}
        return tuple(
            triple for triple in self.triples if triple.subject in refused or not _makes_target(triple)
        )


def compile_shapes(triples: Iterable[Triple]) -> Compiled:
    """Compile all shapes with targets in a graph of shapes, which is done once in a process.

    Never raises for what a shape says: a shape with anything that is not compiled is refused whole.
    """
    return _compiled(tuple(triples))


@lru_cache(maxsize=16)
def _compiled(triples: tuple[Triple, ...]) -> Compiled:
    shapes = ShapesGraph(triples)
    asked: dict[Node, list[Question | Query]] = {}
    refused: list[Refused] = []
    for node in shapes.targeted():
        try:
            asked[node] = list(_Compiler(shapes).questions(node))
        except NotCompiledError as error:
            refused.append(Refused(node, error.message))
    for node, reason in refused_texts(asked).items():
        refused.append(Refused(node, reason))
        del asked[node]
    everything = [question for questions in asked.values() for question in questions]
    queries = [
        *combined(question for question in everything if isinstance(question, Question)),
        *(query for query in everything if isinstance(query, Query)),
    ]
    return Compiled(tuple(queries), tuple(refused), shapes.triples)


def _makes_target(triple: Triple) -> bool:
    implicit = triple.predicate.value == RDF + "type" and triple.object == NamedNode(RDFS + "Class")
    return implicit or triple.predicate.value in TARGETS


class _Compiler:
    """Compiles one shape with all that hangs on it."""

    def __init__(self, shapes: ShapesGraph) -> None:
        self._shapes = shapes
        self._reader = ShapeReader(shapes)

    def questions(self, node: Node) -> Iterator[Question | Query]:
        """All that is to be asked for a shape with targets."""
        shape, aims = self._reader.read(node), targets(self._shapes, node)
        yield from self._ask(shape, aims.pattern, aims)

    def _ask(self, shape: Shape, domain: Domain, aims: Targets | None = None) -> Iterator[Question | Query]:
        this = domain("?this")
        steps = shape.path.steps("?this", "?value", this) if shape.path else this
        read = shape.path.only_property if shape.path else None
        values = (
            Scan(shape.path.steps("?this", "?value"), (read,), aims) if shape.path and read and aims else None
        )
        for check in shape.checks:
            of_values = check.of_values and shape.path is not None
            test = check.holds("?this", "?value" if of_values else "?this")
            message = _VALUE_SENTENCE + check.found + "." if check.of_values else check.found
            about_focus = check.of_values and shape.path is None
            source = _source(shape, check.component, message, about_focus)
            if of_values:
                yield Question(steps, this, of_values, test, source, values)
            else:
                yield Question(this, this, of_values, test, source)
        for listing in shape.listings:
            message = _VALUE_SENTENCE + listing.found + "."
            pattern = listing.pattern("?this", "?value", "?path", this)
            yield Query(
                f"SELECT DISTINCT ?this ?value ?path {{ {pattern} }}",
                this,
                (_source(shape, listing.component, message),),
            )
        for select in shape.selects:
            severity, message = select.severity or shape.severity, select.message or shape.message
            source = Source(
                component("SPARQL"),
                shape.node,
                shape.path_text,
                severity,
                message or "The query of the shape finds this.",
                constraint=select.node,
                about_focus=shape.path is None,
            )
            for_all, for_few = select.about_all(this), select.about_few(this)
            yield Query(
                for_all,
                this,
                (source,),
                worded_for_few="" if for_few == for_all else for_few,
                scan=_scan(select, aims) if aims else None,
            )
        inner = values_of(domain, shape.path) if shape.path else domain
        for child in shape.shapes:
            yield from self._ask(child, inner, None if shape.path else aims)


def _scan(select: Select, aims: Targets) -> Scan | None:
    properties = select.binding_properties
    return None if properties is None else Scan(select.about_all(""), properties, aims)


def _source(shape: Shape, kind: str, message: str, about_focus: bool = False) -> Source:
    return Source(
        kind, shape.node, shape.path_text, shape.severity, shape.message or message, None, about_focus
    )
