"""Where what is wrong comes from: the curated nodes from which something was derived, and places for all nodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store

from mea_kg.context import Context
from mea_kg.namespaces import MEA, shortened
from mea_kg.ontology import place_of_term
from mea_kg.places import Place, Places
from mea_kg.shacl.terms import Term
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH

_DERIVED_FROM = NamedNode(MEA + "derivedFrom")
_ENDS = tuple(NamedNode(MEA + name) for name in ("between", "from", "to"))


class Origins:
    """The origins of results on one graph, and the places of nodes, also of those that stand in no file."""

    def __init__(self, store: Store, places: Places, context: Context | None, ontology: Path) -> None:
        self._store = store
        self._places = places
        self._context = context
        self._ontology = ontology

    def of(self, focus: Term, path: str, value: Term | None) -> tuple[str, ...]:
        """The IRIs of the curated nodes from which a node was derived, or a statement of it; sorted."""
        found = set(self._behind(focus))
        if not found and isinstance(focus, NamedNode) and isinstance(value, NamedNode):
            found = {iri for node in self._joining(focus, path, value) for iri in self._behind(node)}
        return tuple(sorted(found))

    def place(self, focus: Term, keys: Sequence[str], value: Term | None, origins: Sequence[str]) -> Place:
        """Where a value, a field or else its node stands; what was derived stands where its first origin does."""
        if origins:
            known = sorted(place for iri in origins if (place := self._places.of(iri)))
            if known:
                return known[0]
        if isinstance(focus, NamedNode):
            return self._place(focus.value, keys, value) or self._around(focus)
        return self._naming(focus) or Place(str(focus), 1, 1)

    def _behind(self, node: Term) -> Iterator[str]:
        if isinstance(node, NamedNode):
            for quad in self._store.quads_for_pattern(node, _DERIVED_FROM, None, None):
                if isinstance(quad.object, NamedNode):
                    yield quad.object.value

    def _joining(self, focus: NamedNode, path: str, value: NamedNode) -> Iterator[NamedNode]:
        """The derived nodes between two, where a statement that joins the two was inferred."""
        if not path.startswith("<") or path.count("<") > 1:
            return
        predicate = NamedNode(path.strip("<>"))
        if Quad(focus, predicate, value, AUTHORED_GRAPH) in self._store:
            return
        if Quad(focus, predicate, value, INFERRED_GRAPH) in self._store:
            yield from self._with_end(focus) & self._with_end(value)

    def _with_end(self, node: NamedNode) -> set[NamedNode]:
        quads = (quad for end in _ENDS for quad in self._store.quads_for_pattern(None, end, node, None))
        return {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}

    def _place(self, node: str, keys: Sequence[str], value: Term | None) -> Place | None:
        for key in keys:
            if isinstance(value, NamedNode) and (place := self._places.of_value(node, key, value.value)):
                return place
        fields = (self._places.fields.get((node, key)) for key in keys)
        return next((place for place in fields if place), None) or self._places.of(node)

    def _around(self, node: NamedNode) -> Place:
        """A place for a node that stands in no file: what holds it, what names it, or the ontology."""
        parts = node.value.split("/")
        holding = ("/".join(parts[:length]) for length in range(len(parts) - 1, 4, -1))
        found = next((place for iri in holding if (place := self._places.of(iri))), None)
        found = found or self._naming(node) or place_of_term(self._ontology, node.value)
        return found or Place(shortened(node.value), 1, 1)

    def _naming(self, node: Term) -> Place | None:
        """The first field whose value the node is."""
        known = []
        for quad in self._store.quads_for_pattern(None, None, node, None):
            if isinstance(quad.subject, NamedNode):
                key = self._context.key_of(quad.predicate.value) if self._context else None
                if place := self._place(quad.subject.value, [key] if key else [], node):
                    known.append(place)
        return min(known, default=None)
