"""The axioms of an ontology, compiled: what each class and each property is below, and what they forbid.

Implemented, between IRIs: rdfs:subClassOf, rdfs:subPropertyOf, owl:equivalentClass, owl:equivalentProperty,
owl:inverseOf, owl:SymmetricProperty and owl:TransitiveProperty, which derive triples, and owl:disjointWith,
owl:propertyDisjointWith, owl:IrreflexiveProperty and owl:AsymmetricProperty, which forbid them. Anything else
of the OWL and RDFS vocabularies that has a meaning is refused, never ignored.

A role is a property read in one direction. All axioms about properties but transitivity say that one role is
below another: an inverse is the same role as its property read backwards, and a symmetric property is below
itself read backwards. Roles that are below each other are one relation and make one stratum. What a stratum
holds follows from itself and from the strata before it: one pass through them is the whole closure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from mea_kg.errors import OntologyError
from mea_kg.namespaces import OWL, RDF, RDFS, shortened

SUB_CLASS = RDFS + "subClassOf"
SUB_PROPERTY = RDFS + "subPropertyOf"
EQUIVALENT_CLASS = OWL + "equivalentClass"
EQUIVALENT_PROPERTY = OWL + "equivalentProperty"
INVERSE = OWL + "inverseOf"
DISJOINT_CLASSES = OWL + "disjointWith"
DISJOINT_PROPERTIES = OWL + "propertyDisjointWith"
SYMMETRIC = OWL + "SymmetricProperty"
TRANSITIVE = OWL + "TransitiveProperty"
IRREFLEXIVE = OWL + "IrreflexiveProperty"
ASYMMETRIC = OWL + "AsymmetricProperty"

RESERVED = (RDF, RDFS, OWL)
"""The namespaces whose terms may not be the subject or object of an axiom, annotation properties apart."""

ANNOTATION_PROPERTIES = frozenset(
    {RDFS + name for name in ("label", "comment", "isDefinedBy", "seeAlso")}
    | {OWL + name for name in ("versionInfo", "versionIRI", "priorVersion", "backwardCompatibleWith")}
    | {OWL + name for name in ("incompatibleWith", "deprecated")}
)
"""The properties of the RDFS and OWL namespaces that derive nothing."""

_BETWEEN_TWO = frozenset(
    {SUB_CLASS, SUB_PROPERTY, EQUIVALENT_CLASS, EQUIVALENT_PROPERTY, INVERSE, DISJOINT_CLASSES}
    | {DISJOINT_PROPERTIES}
)
_OF_ONE = frozenset({SYMMETRIC, TRANSITIVE, IRREFLEXIVE, ASYMMETRIC})
_DECLARATIONS = frozenset(
    {RDFS + "Class", RDFS + "Datatype"}
    | {OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
    | {OWL + name for name in ("OntologyProperty", "Ontology", "NamedIndividual", "Thing")}
    | {OWL + name for name in ("DeprecatedClass", "DeprecatedProperty")}
)
_EVERYTHING = frozenset({OWL + "Thing", RDFS + "Resource"})

_IN_A_SHAPE = "put what is expected in a shape, which finds a mistake instead of deriving from it"
_BY_NAME = "name the class with an IRI, and say what is below it with rdfs:subClassOf"
_PAIRWISE = "write it pair by pair, with owl:disjointWith or owl:propertyDisjointWith"
_ONE_IRI = "give one thing one IRI, and use skos:exactMatch for IRIs that others gave it"
_ADVICE = {
    RDFS + "domain": f"{_IN_A_SHAPE}; schema:domainIncludes documents it",
    RDFS + "range": f"{_IN_A_SHAPE}; schema:rangeIncludes documents it",
    OWL + "FunctionalProperty": _IN_A_SHAPE,
    OWL + "InverseFunctionalProperty": _IN_A_SHAPE,
    OWL + "ReflexiveProperty": "leave it out: a query can use a path with *",
    OWL + "propertyChainAxiom": "write a CONSTRUCT rule in the ontology's folder rules/",
    OWL + "Restriction": _IN_A_SHAPE,
    OWL + "onProperty": _IN_A_SHAPE,
    OWL + "hasKey": _IN_A_SHAPE,
    OWL + "unionOf": _BY_NAME,
    OWL + "intersectionOf": _BY_NAME,
    OWL + "complementOf": "use owl:disjointWith between two named classes",
    OWL + "oneOf": "list the members as concepts of a scheme",
    OWL + "disjointUnionOf": f"{_BY_NAME}; {_PAIRWISE}",
    OWL + "AllDisjointClasses": _PAIRWISE,
    OWL + "AllDisjointProperties": _PAIRWISE,
    OWL + "sameAs": _ONE_IRI,
    OWL + "differentFrom": "leave it out: two IRIs are two things",
    OWL + "AllDifferent": "leave it out: two IRIs are two things",
    OWL + "imports": "put the axioms that are needed in a module of this ontology",
}
_OTHERWISE = "leave it out, or say it with a shape or a rule"

Node = TypeVar("Node", bound=Hashable)


@dataclass(frozen=True, order=True)
class Role:
    """A property, read forwards or (`inverse`) from object to subject."""

    inverse: bool
    iri: str

    def flipped(self) -> Role:
        """The same property in the other direction."""
        return Role(not self.inverse, self.iri)


@dataclass(frozen=True)
class Stratum:
    """Roles that are one relation, those directly below it, and whether it is transitive.

    `roles` holds the relation in one direction; the first is a property read forwards. A symmetric relation
    holds each of its properties in both directions. `below` are roles of earlier strata.
    """

    roles: tuple[Role, ...]
    below: tuple[Role, ...]
    transitive: bool


@dataclass(frozen=True)
class Axioms:
    """A compiled ontology. All names are IRIs; pairs and names are sorted."""

    superclasses: Mapping[str, frozenset[str]]
    strata: tuple[Stratum, ...]
    disjoint_classes: tuple[tuple[str, str], ...]
    disjoint_properties: tuple[tuple[str, str], ...]
    irreflexive: tuple[str, ...]
    asymmetric: tuple[str, ...]
    roles_below: Mapping[Role, frozenset[Role]]

    def subclasses(self, name: str) -> frozenset[str]:
        """The class and all that are below it."""
        return frozenset({name} | {lower for lower, upper in self.superclasses.items() if name in upper})

    def subroles(self, name: str) -> frozenset[Role]:
        """The property, read forwards, and all roles that are below it."""
        return self.roles_below.get(Role(False, name), frozenset({Role(False, name)}))


def compile_axioms(ontology: Iterable[Triple]) -> Axioms:
    """The axioms among these triples, compiled.

    Raises `OntologyError` that names each statement which is not implemented, and what to do instead.
    """
    said: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    refused: dict[str, str] = {}
    for triple in ontology:
        axiom = _axiom(triple)
        if axiom is None:
            continue
        if advice := _objection(axiom, triple):
            form = " in this form" if axiom in _BETWEEN_TWO | _OF_ONE else ""
            refused[f"{written(triple)}: {shortened(axiom)} is not implemented{form}"] = advice
        elif isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode):
            said[axiom].add((triple.subject.value, triple.object.value))
    if refused:
        raise OntologyError("\n".join(sorted(refused)), "; ".join(sorted(set(refused.values()))))
    superclasses = _superclasses(said)
    directly_below = _inclusions(said)
    return Axioms(
        superclasses=superclasses,
        strata=_strata(directly_below, {name for name, _ in said[TRANSITIVE]}),
        disjoint_classes=_unordered(said[DISJOINT_CLASSES]),
        disjoint_properties=_unordered(said[DISJOINT_PROPERTIES]),
        irreflexive=tuple(sorted(name for name, _ in said[IRREFLEXIVE])),
        asymmetric=tuple(sorted(name for name, _ in said[ASYMMETRIC])),
        roles_below=_reachable(directly_below),
    )


def _axiom(triple: Triple) -> str | None:
    """The term of the OWL or RDFS vocabulary that gives this triple a meaning, if one does."""
    term, harmless = triple.predicate.value, ANNOTATION_PROPERTIES
    if term == RDF + "type" and isinstance(triple.object, NamedNode):
        term, harmless = triple.object.value, _DECLARATIONS
    return term if term.startswith((RDFS, OWL)) and term not in harmless else None


def _objection(axiom: str, triple: Triple) -> str | None:
    """Why the axiom cannot be taken as it stands, as what to do instead; None where it can."""
    terms: list[object]
    if axiom in _OF_ONE and triple.predicate.value == RDF + "type":
        terms = [triple.subject]
    elif axiom in _BETWEEN_TWO and triple.predicate.value == axiom:
        trivial = axiom == SUB_CLASS and getattr(triple.object, "value", None) in _EVERYTHING
        terms = [triple.subject] if trivial else [triple.subject, triple.object]
    else:
        return _ADVICE.get(axiom, _OTHERWISE)
    for term in terms:
        if isinstance(term, BlankNode):
            return f"{_BY_NAME}; {_IN_A_SHAPE}"
        if not isinstance(term, NamedNode):
            return "name a class or a property, with an IRI"
        if term.value.startswith(RESERVED) and term.value not in ANNOTATION_PROPERTIES:
            return f"say nothing about {shortened(term.value)}: it is no class or property of a domain"
    return None


def written(triple: Triple) -> str:
    """The triple as a person would write it, with short names; a node without IRI is `[...]`."""

    def word(term: object) -> str:
        if isinstance(term, NamedNode):
            return shortened(term.value)
        return str(term) if isinstance(term, Literal) else "[...]"

    verb = "a" if triple.predicate.value == RDF + "type" else word(triple.predicate)
    return f"{word(triple.subject)} {verb} {word(triple.object)}"


def _superclasses(said: Mapping[str, set[tuple[str, str]]]) -> dict[str, frozenset[str]]:
    directly: defaultdict[str, set[str]] = defaultdict(set)
    for lower, upper in said[SUB_CLASS]:
        if upper not in _EVERYTHING:
            directly[lower].add(upper)
    for one, other in said[EQUIVALENT_CLASS]:
        directly[one].add(other)
        directly[other].add(one)
    return {name: found - {name} for name, found in sorted(_reachable(directly).items()) if found != {name}}


def _inclusions(said: Mapping[str, set[tuple[str, str]]]) -> dict[Role, set[Role]]:
    """For each role those directly below it, and the same for the roles of the other direction."""
    below: defaultdict[Role, set[Role]] = defaultdict(set)

    def include(lower: Role, upper: Role) -> None:
        below[upper].add(lower)
        below[upper.flipped()].add(lower.flipped())

    for lower, upper in said[SUB_PROPERTY]:
        include(Role(False, lower), Role(False, upper))
    for one, other in said[EQUIVALENT_PROPERTY]:
        include(Role(False, one), Role(False, other))
        include(Role(False, other), Role(False, one))
    for one, other in said[INVERSE]:
        include(Role(False, one), Role(True, other))
        include(Role(True, other), Role(False, one))
    for name, _ in said[SYMMETRIC]:
        include(Role(True, name), Role(False, name))
    for name, _ in said[TRANSITIVE]:
        include(Role(False, name), Role(False, name))
    return dict(below)


def _strata(directly_below: Mapping[Role, set[Role]], transitive: set[str]) -> tuple[Stratum, ...]:
    """The strata that derive something, each after those that it depends on."""
    reached = _reachable(directly_below)
    strata: list[Stratum] = []
    done: set[Role] = set()
    # A role reaches strictly more than one that is properly below it, so that this order respects "below".
    for role in sorted(reached, key=lambda role: (len(reached[role]), role)):
        if role in done:
            continue
        same = {other for other in reached[role] if role in reached[other]}
        done |= same | {other.flipped() for other in same}
        below = {lower for member in same for lower in directly_below.get(member, ())} - same
        closed = any(member.iri in transitive for member in same)
        if below or closed or len(same) > 1:
            strata.append(Stratum(tuple(sorted(same)), tuple(sorted(below)), closed))
    return tuple(strata)


def _reachable(edges: Mapping[Node, set[Node]]) -> dict[Node, frozenset[Node]]:
    """For each node of a graph all that a walk along its edges reaches, itself among them."""
    nodes = set(edges).union(*edges.values())
    found: dict[Node, frozenset[Node]] = {}
    for start in nodes:
        seen, open_ends = {start}, [start]
        while open_ends:
            new = edges.get(open_ends.pop(), set()) - seen
            seen |= new
            open_ends += new
        found[start] = frozenset(seen)
    return found


def _unordered(pairs: set[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({(min(pair), max(pair)) for pair in pairs}))
