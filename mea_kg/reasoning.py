"""Closes a graph under its ontology's axioms, and finds what contradicts them, by SPARQL on the store.

Reads the graphs that it is given and writes only to the target graph. Types follow from rdfs:subClassOf and
owl:equivalentClass alone. Literals are carried along rdfs:subPropertyOf, and never become subjects.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from mea_kg.axioms import ANNOTATION_PROPERTIES, RESERVED, Axioms, Role, Stratum, written
from mea_kg.namespaces import RDF, XSD, shortened
from mea_kg.stores import predicates_of, scratch_graph
from mea_kg.stores import triples_of as triples_in

if TYPE_CHECKING:
    import rdflib

_TYPE = NamedNode(RDF + "type")
_Graph = TypeVar("_Graph", bound=NamedNode | BlankNode)
_Ask = Callable[[str], Iterable[Any]]


def close(store: Store, source_graphs: Sequence[NamedNode], target_graph: NamedNode, axioms: Axioms) -> int:
    """Add to the target graph all that follows from the graphs and is in none of them; how many triples."""
    before = _size(store, target_graph)
    occurring = predicates_of(store, target_graph)
    for step in _steps(axioms):
        # Each further graph makes each pattern slower.
        read = source_graphs if occurring.isdisjoint(step.reads) else [*source_graphs, target_graph]
        using = " ".join(f"USING {graph}" for graph in read)
        made = f"GRAPH {target_graph} {{ ?s {step.makes} ?o }}"
        store.update(f"INSERT {{ {made} }} {using} WHERE {{ {step.pattern} }}")
        occurring.add(step.makes.value)
    return _size(store, target_graph) - before


def _size(store: Store, graph: NamedNode) -> int:
    ((count,),) = _rows(store, "SELECT (COUNT(*) AS ?count) { ?s ?p ?o }", [graph])
    return int(count.value)


def unclosed(store: Store, graphs: Sequence[NamedNode], axioms: Axioms) -> list[Triple]:
    """What closing these graphs (again) would add, sorted: nothing, where they are closed."""
    scratch = scratch_graph()
    try:
        close(store, graphs, scratch, axioms)
        return sorted(triples_in(store, scratch), key=str)
    finally:
        store.remove_graph(scratch)


@dataclass(frozen=True)
class _Step:
    """A pattern that gives subjects and objects (?s, ?o) which a predicate lacks, and the predicates that it reads."""

    makes: NamedNode
    reads: frozenset[str]
    pattern: str


def _steps(axioms: Axioms) -> Iterator[_Step]:
    """The steps of a closure in their order."""
    for stratum in axioms.strata:
        yield from _relation(stratum)
    if axioms.superclasses:
        pairs = [(lower, upper) for lower, above in axioms.superclasses.items() for upper in sorted(above)]
        held = f"{_values('?o', sorted({(upper,) for _, upper in pairs}))} ?s a ?o"
        pattern = f"{_values('?lower ?o', pairs)} ?s a ?lower MINUS {{ {held} }}"
        yield _Step(_TYPE, frozenset({_TYPE.value}), pattern)


def _relation(stratum: Stratum) -> Iterator[_Step]:
    """Fill the relation's first property (a transitive one by a path), then copy it to the others."""
    first, *others = stratum.roles
    everything = [*stratum.roles, *stratum.below]
    if stratum.transitive:
        yield _filling(first.iri, everything, "+")
    elif len(everything) > 1:
        yield _filling(first.iri, everything[1:])
    for role in others:
        if not role.inverse:
            yield _filling(role.iri, [first])
        elif role.flipped() not in stratum.roles:
            # A triple whose object is a literal is not in the first property: it would be its subject there.
            forwards = [other.flipped() for other in everything if other.inverse and other != role]
            yield _filling(role.iri, [first.flipped(), *forwards])


def _filling(iri: str, roles: Sequence[Role], repeat: str = "") -> _Step:
    path = "|".join(f"^<{role.iri}>" if role.inverse else f"<{role.iri}>" for role in roles)
    no_literal = "FILTER (!isLiteral(?s))" if any(role.inverse for role in roles) else ""
    pattern = f"?s ({path}){repeat} ?o MINUS {{ ?s <{iri}> ?o }} {no_literal}"
    return _Step(NamedNode(iri), frozenset({iri, *(role.iri for role in roles)}), pattern)


def _values(variables: str, rows: Iterable[Iterable[str]]) -> str:
    """A VALUES clause of IRIs."""
    lines = " ".join(f"({' '.join(f'<{iri}>' for iri in row)})" for row in rows)
    return f"VALUES ({variables}) {{ {lines} }}"


def _rows(store: Store, query: str, graphs: Sequence[NamedNode | BlankNode]) -> Iterator[Any]:
    """The solutions of a SELECT over the union of these graphs."""
    return iter(store.query(query, default_graph=list(graphs)))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Contradiction:
    """What the ontology forbids and the graph holds.

    `kind` is disjoint-classes, disjoint-properties, irreflexive or asymmetric; `subject` and `object` are the
    individuals (the object is empty where only one is involved). `clash` is what the axiom forbids together;
    `statements` are the triples of the earliest graph from which it follows, so that a person can find them.
    """

    kind: str
    message: str
    subject: str
    object: str
    axiom: str
    clash: tuple[Triple, ...]
    statements: tuple[Triple, ...]


def contradictions(
    store: Store,
    axioms: Axioms,
    graphs: Sequence[NamedNode | BlankNode],
    about: Collection[NamedNode] | None = None,
) -> list[Contradiction]:
    """All contradictions in the union of these graphs, which must be closed; sorted by their messages.

    Give the graph of what people state first: `statements` are looked for in the order of the graphs. With `about`
    only those whose subject is one of these nodes.
    """

    def holds(triple: Triple, graph: NamedNode | BlankNode) -> bool:
        return Quad(triple.subject, triple.predicate, triple.object, graph) in store

    return contradictions_in(lambda query: _rows(store, query, graphs), holds, axioms, graphs, about)


def contradictions_in(
    ask: _Ask,
    holds: Callable[[Triple, _Graph], bool],
    axioms: Axioms,
    graphs: Sequence[_Graph],
    about: Collection[NamedNode] | None = None,
) -> list[Contradiction]:
    """The same for another engine: `ask` gives the rows of a SELECT by names, `holds` says what a graph has."""
    found = []
    for kind, axiom, clash in dict.fromkeys(_clashes(ask, axioms, about)):
        grounds = (ground for triple in clash for ground in _grounds(holds, axioms, graphs, triple))
        found.append(_contradiction(kind, axiom, clash, tuple(dict.fromkeys(grounds))))
    return sorted(found, key=lambda contradiction: contradiction.message)


def _clashes(
    ask: _Ask,
    axioms: Axioms,
    about: Collection[NamedNode] | None,
) -> Iterator[tuple[str, str, tuple[Triple, ...]]]:
    """Each violated axiom: its kind, its wording, and the triples that it forbids together."""
    only = "" if about is None else f"VALUES ?x {{ {' '.join(map(str, about))} }}"
    if axioms.disjoint_classes:
        for x, c, d in _in_disjoint_classes(ask, axioms, about):
            axiom = f"{shortened(c.value)} owl:disjointWith {shortened(d.value)}"
            yield "disjoint-classes", axiom, (Triple(x, _TYPE, c), Triple(x, _TYPE, d))
    for one, other in axioms.disjoint_properties:
        axiom = f"{shortened(one)} owl:propertyDisjointWith {shortened(other)}"
        p, q = NamedNode(one), NamedNode(other)
        for row in ask(f"SELECT DISTINCT ?x ?y {{ {only} ?x <{one}> ?y . ?x <{other}> ?y }}"):
            x, y = row["x"], row["y"]
            yield "disjoint-properties", axiom, (Triple(x, p, y), Triple(x, q, y))
    for iri in axioms.irreflexive:
        axiom = f"{shortened(iri)} a owl:IrreflexiveProperty"
        for row in ask(f"SELECT DISTINCT ?x {{ {only} ?x <{iri}> ?x }}"):
            yield "irreflexive", axiom, (Triple(row["x"], NamedNode(iri), row["x"]),)
    for iri in axioms.asymmetric:
        axiom, p = f"{shortened(iri)} a owl:AsymmetricProperty", NamedNode(iri)
        once = "STR(?x) <= STR(?y)" if about is None else "isIRI(?y)"
        both_ways = f"{only} ?x <{iri}> ?y . ?y <{iri}> ?x FILTER ({once})"
        for row in ask(f"SELECT DISTINCT ?x ?y {{ {both_ways} }}"):
            x, y = sorted((row["x"], row["y"]), key=_name)
            yield "asymmetric", axiom, (Triple(x, p, y), Triple(y, p, x)) if x != y else (Triple(x, p, x),)


def _in_disjoint_classes(
    ask: _Ask, axioms: Axioms, about: Collection[NamedNode] | None
) -> Iterator[tuple[Any, Any, Any]]:
    """Nodes with two classes of which one is disjoint with the other."""
    disjoint = set(axioms.disjoint_classes)
    if about is None:
        counts = ask("SELECT ?class (COUNT(*) AS ?number) { ?x a ?class } GROUP BY ?class")
        sizes = {row["class"].value: int(row["number"].value) for row in counts}
        # The store goes through the first class of a pair, and looks its nodes up in the other.
        pairs = [sorted(pair, key=lambda name: sizes[name]) for pair in disjoint if sizes.keys() >= set(pair)]
        if not pairs:
            return
        for row in ask(f"SELECT DISTINCT ?x ?c ?d {{ {_values('?c ?d', pairs)} ?x a ?c . ?x a ?d }}"):
            in_order = (row["c"].value, row["d"].value) in disjoint
            yield (row["x"], row["c"], row["d"]) if in_order else (row["x"], row["d"], row["c"])
        return
    # With the pairs in the query the store tries each for each node.
    for x in about:
        found = [row["class"] for row in ask(f"SELECT DISTINCT ?class {{ {x} a ?class }}")]
        classes = [one for one in found if isinstance(one, NamedNode)]
        for c in classes:
            yield from ((x, c, d) for d in classes if (c.value, d.value) in disjoint)


def _contradiction(
    kind: str, axiom: str, clash: tuple[Triple, ...], statements: tuple[Triple, ...]
) -> Contradiction:
    message = f"{' and '.join(written(triple) for triple in clash)}, against the axiom {axiom}"
    if set(statements) != set(clash):
        message += f"; this follows from: {', '.join(written(triple) for triple in statements)}"
    subject, other = clash[0].subject, clash[0].object
    alone = kind == "disjoint-classes" or other == subject
    return Contradiction(
        kind, message, _name(subject), "" if alone else _name(other), axiom, clash, statements
    )


def _grounds(
    holds: Callable[[Triple, _Graph], bool], axioms: Axioms, graphs: Sequence[_Graph], triple: Triple
) -> list[Triple]:
    """Triples of the first graph that has any, from which this one follows but by transitivity."""
    x, p, y = triple.subject, triple.predicate, triple.object
    if p == _TYPE and isinstance(y, NamedNode):
        candidates = [Triple(x, _TYPE, NamedNode(name)) for name in sorted(axioms.subclasses(y.value))]
    else:
        roles = sorted(axioms.subroles(p.value))
        candidates = [Triple(x, NamedNode(role.iri), y) for role in roles if not role.inverse]
        if not isinstance(y, Literal):
            candidates += [Triple(y, NamedNode(role.iri), x) for role in roles if role.inverse]
    for graph in graphs:
        if found := [one for one in candidates if holds(one, graph)]:
            return found
    return [triple]


def _name(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def close_with_owlrl(triples: Iterable[Triple]) -> set[Triple]:
    """What owlrl, the reference implementation of OWL 2 RL, derives from ontology and data: only what is new.

    Left out are its messages, and what it says of literals and of the vocabularies of RDF, RDFS, OWL and XSD.
    Slow: minutes for 100,000 triples.
    """
    given = set(triples)
    graph, _ = _expanded(given)
    return {triple for triple in triples_of(graph) if triple not in given and _of_the_domain(triple)}


def contradictions_with_owlrl(triples: Iterable[Triple]) -> list[str]:
    """The messages of the contradictions that owlrl finds in ontology and data, sorted."""
    return sorted(_expanded(triples)[1])


def comparable(triples: Iterable[Triple], *namespaces: str) -> set[Triple]:
    """What two engines must agree on: triples between IRIs with predicate, or class, in these namespaces."""
    return {
        triple
        for triple in triples
        if isinstance(triple.subject, NamedNode)
        and isinstance(triple.object, NamedNode)
        and (triple.object if triple.predicate == _TYPE else triple.predicate).value.startswith(namespaces)
    }


def _of_the_domain(triple: Triple) -> bool:
    term = triple.object if triple.predicate == _TYPE else triple.predicate
    if not isinstance(term, NamedNode):
        return False
    return term.value in ANNOTATION_PROPERTIES or not term.value.startswith(RESERVED)


def _expanded(triples: Iterable[Triple]) -> tuple[rdflib.Graph, list[str]]:
    """The graph that owlrl closed, and the messages that it left there."""
    import owlrl
    from owlrl.Namespaces import ERRNS

    graph = rdflib_graph(triples)
    owlrl.OWLRL_Semantics(graph, False, False).closure()
    messages = list(graph.subject_objects(ERRNS.error))
    for node, _ in messages:
        graph.remove((node, None, None))
    return graph, [str(message) for _, message in messages]


def rdflib_graph(triples: Iterable[Triple]) -> rdflib.Graph:
    """The triples as an rdflib graph, each literal with its text unchanged."""
    import rdflib

    def term(value: object) -> rdflib.term.Node:
        if isinstance(value, NamedNode):
            return rdflib.URIRef(value.value)
        if isinstance(value, BlankNode):
            return rdflib.BNode(value.value)
        assert isinstance(value, Literal)
        # In rdflib a string with its datatype written out is another term than the plain string.
        plain = value.language or value.datatype.value == XSD + "string"
        datatype = None if plain else rdflib.URIRef(value.datatype.value)
        return rdflib.Literal(value.value, lang=value.language, datatype=datatype, normalize=False)

    graph = rdflib.Graph()
    for triple in triples:
        graph.add((term(triple.subject), term(triple.predicate), term(triple.object)))
    return graph


def triples_of(graph: rdflib.Graph) -> Iterator[Triple]:
    """The triples of an rdflib graph, except those that RDF does not allow (a literal as subject)."""
    import rdflib

    def term(value: object) -> NamedNode | BlankNode | Literal:
        if isinstance(value, rdflib.URIRef):
            return NamedNode(str(value))
        if isinstance(value, rdflib.BNode):
            return BlankNode(str(value))
        assert isinstance(value, rdflib.Literal)
        if value.language:
            return Literal(str(value), language=value.language)
        return Literal(str(value), datatype=NamedNode(str(value.datatype or XSD + "string")))

    for subject, predicate, value in graph:
        if not isinstance(subject, rdflib.Literal):
            yield Triple(term(subject), term(predicate), term(value))  # type: ignore[arg-type]
