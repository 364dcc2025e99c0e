"""Triples and terms of the embedded store as those of rdflib, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple

from mea_kg.namespaces import XSD

if TYPE_CHECKING:
    from rdflib import Graph


def as_rdflib(triples: Iterable[Triple], store: Store | None = None) -> Graph:
    """The triples as a graph of rdflib, literals as they are written.

    With a `store` of the same triples, the graph answers queries about one node (`$this`) from it: each query
    is asked once, for all nodes. Without one rdflib answers, and parses each query once.
    """
    from rdflib import Graph, URIRef
    from rdflib.plugins.sparql import prepareQuery
    from rdflib.query import Result
    from rdflib.term import Variable

    this = Variable("this")
    rows: dict[str, dict[Any, list[dict[Any, Any]]]] = {}
    prepared: dict[str, Any] = {}
    terms: dict[Any, Any] = {}

    class AnsweringGraph(Graph):
        """A graph that pySHACL asks the same query for each of many nodes."""

        def query(
            self,
            query_object: Any,
            processor: Any = "sparql",
            result: Any = "sparql",
            initNs: Any = None,
            initBindings: Any = None,
            use_store_provided: bool = True,
            **options: Any,
        ) -> Any:
            bindings = initBindings or {}
            if store is not None and set(bindings) == {"this"}:
                if query_object not in rows:
                    rows[query_object] = _rows(store, query_object)
                answer = Result("SELECT")
                found = rows[query_object].get(bindings["this"], [])
                answer.vars = sorted({name for row in found for name in row})
                answer.bindings = cast("Any", found)
                return answer
            if query_object not in prepared:
                prepared[query_object] = prepareQuery(query_object)
            return super().query(prepared[query_object], initBindings=initBindings, **options)

    def _rows(asked: Store, query: str) -> dict[Any, list[dict[Any, Any]]]:
        solutions = asked.query(query, use_default_graph_as_union=True)
        assert isinstance(solutions, QuerySolutions)
        names = [(variable.value, Variable(variable.value)) for variable in solutions.variables]
        by_node: dict[Any, list[dict[Any, Any]]] = {}
        for solution in solutions:
            row = {name: converted(solution[text]) for text, name in names if solution[text] is not None}
            by_node.setdefault(row[this], []).append(row)
        return by_node

    def converted(term: Any) -> Any:
        if term not in terms:
            terms[term] = to_rdflib(term)
        return terms[term]

    graph = AnsweringGraph()
    for triple in triples:
        predicate = converted(triple.predicate)
        assert isinstance(predicate, URIRef)
        graph.add((converted(triple.subject), predicate, converted(triple.object)))
    return graph


def to_rdflib(term: NamedNode | BlankNode | Literal | Triple) -> Any:
    """A term of the store as one of rdflib, a literal as it is written."""
    from rdflib import BNode, URIRef
    from rdflib import Literal as RdflibLiteral

    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, BlankNode):
        return BNode(term.value)
    if isinstance(term, Triple):
        raise TypeError(f"a triple is not a term of the graph: {term}")
    plain = term.language is not None or term.datatype.value == XSD + "string"
    datatype = None if plain else URIRef(term.datatype.value)
    return RdflibLiteral(term.value, term.language, datatype, normalize=False)


def from_rdflib(term: Any) -> NamedNode | BlankNode | Literal | None:
    """A term of rdflib as one of the store; None for none."""
    from rdflib import BNode, URIRef
    from rdflib import Literal as RdflibLiteral

    if isinstance(term, URIRef):
        return NamedNode(str(term))
    if isinstance(term, RdflibLiteral):
        if term.language:
            return Literal(str(term), language=term.language)
        return Literal(str(term), datatype=NamedNode(str(term.datatype)) if term.datatype else None)
    return BlankNode(str(term)) if isinstance(term, BNode) else None
