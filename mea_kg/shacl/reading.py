"""Reads a graph of shapes: the values of a node, lists, and the shapes that have targets."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from mea_kg.namespaces import RDF, RDFS, SH, XSD
from mea_kg.shacl.errors import NotCompiledError
from mea_kg.shacl.terms import Node, Term

TARGETS = frozenset(
    SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")
)
_RDF_TYPE = RDF + "type"
_NIL = NamedNode(RDF + "nil")


class ShapesGraph:
    """Shapes as triples, by subject and predicate; predicates of SHACL are named without their namespace."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = tuple(dict.fromkeys(triples))
        self._objects: dict[object, dict[str, list[Term]]] = {}
        self._subjects: dict[tuple[str, object], list[Node]] = {}
        for triple in self.triples:
            subject, value = triple.subject, triple.object
            if isinstance(subject, Triple) or isinstance(value, Triple):
                continue
            self._objects.setdefault(subject, {}).setdefault(triple.predicate.value, []).append(value)
            self._subjects.setdefault((triple.predicate.value, value), []).append(subject)
        self.custom = self._custom_parameters()

    def predicates(self, node: object) -> list[str]:
        """The predicates that a node has, as IRIs."""
        return sorted(self._objects.get(node, {}))

    def objects(self, node: object, predicate: str) -> list[Term]:
        """The values of a node for a predicate of SHACL (its local name) or for a whole IRI; sorted."""
        iri = predicate if ":" in predicate else SH + predicate
        return sorted(self._objects.get(node, {}).get(iri, []), key=str)

    def subjects(self, predicate: str, value: object) -> list[Node]:
        """The nodes that have this value for a predicate of SHACL (its local name)."""
        return sorted(self._subjects.get((SH + predicate, value), []), key=str)

    def one(self, node: object, predicate: str) -> Term | None:
        """The only value, or None; raises `NotCompiledError` where there are several."""
        found = self.objects(node, predicate)
        if len(found) > 1:
            raise NotCompiledError(f"sh:{predicate} is stated {len(found)} times")
        return found[0] if found else None

    def nodes(self, node: object, predicate: str) -> list[Node]:
        """The values, none of which may be a literal."""
        found = self.objects(node, predicate)
        if any(isinstance(value, Literal) for value in found):
            raise NotCompiledError(f"a literal stands as value of sh:{predicate}")
        return [value for value in found if not isinstance(value, Literal)]

    def names(self, node: object, predicate: str) -> list[NamedNode]:
        """The values, all of which must be IRIs."""
        found = self.objects(node, predicate)
        if not all(isinstance(value, NamedNode) for value in found):
            raise NotCompiledError(f"what is not an IRI stands as value of sh:{predicate}")
        return [value for value in found if isinstance(value, NamedNode)]

    def number(self, node: object, predicate: str) -> int | None:
        """A count of zero or more, or None."""
        value = self.one(node, predicate)
        if value is None:
            return None
        if isinstance(value, Literal) and value.datatype.value == XSD + "integer" and value.value.isdecimal():
            return int(value.value)
        raise NotCompiledError(f"sh:{predicate} is not a whole number: {value}")

    def truth(self, node: object, predicate: str) -> bool:
        """Whether the value is `true`; as in the standard, "1" is not."""
        value = self.one(node, predicate)
        if value is not None and (not isinstance(value, Literal) or value.datatype.value != XSD + "boolean"):
            raise NotCompiledError(f"sh:{predicate} is not true or false: {value}")
        return value is not None and value.value == "true"

    def items(self, node: object) -> list[Term]:
        """The members of an RDF list; raises `NotCompiledError` for what is none."""
        members: list[Term] = []
        seen: set[object] = set()
        while node != _NIL:
            first, rest = self.objects(node, RDF + "first"), self.objects(node, RDF + "rest")
            if len(first) != 1 or len(rest) != 1 or node in seen:
                raise NotCompiledError(f"not a list: {node}")
            seen.add(node)
            members.append(first[0])
            node = rest[0]
        return members

    def targeted(self) -> list[Node]:
        """The shapes that have a target, or are classes; sorted."""
        found = {
            triple.subject
            for triple in self.triples
            if triple.predicate.value in TARGETS and not isinstance(triple.subject, Triple)
        }
        found |= {node for node in self._objects if isinstance(node, NamedNode) and self.is_class_shape(node)}
        return sorted(found, key=str)

    def is_class_shape(self, node: NamedNode) -> bool:
        """Whether a node is both a shape and a class, so that its members are targets."""
        types = self._objects.get(node, {}).get(_RDF_TYPE, [])
        kinds = {kind.value for kind in types if isinstance(kind, NamedNode)}
        classes = {RDFS + "Class"} | {
            below.value for below in self._subjects.get((RDFS + "subClassOf", NamedNode(RDFS + "Class")), [])
        }
        return bool(kinds & classes) and bool(kinds & {SH + "NodeShape", SH + "PropertyShape"})

    def lists_of(self, node: object, predicate: str) -> list[list[Term]]:
        """The members of each list that is a value."""
        return [self.items(value) for value in self.objects(node, predicate)]

    def _custom_parameters(self) -> frozenset[str]:
        """The parameters of constraint components that the shapes define themselves."""
        declared = self._subjects.get((_RDF_TYPE, NamedNode(SH + "ConstraintComponent")), [])
        return frozenset(
            path.value
            for component in declared
            for parameter in self.objects(component, "parameter")
            for path in self.objects(parameter, "path")
            if not isinstance(path, BlankNode)
        )
