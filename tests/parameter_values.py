"""What a test asks a saved query for: as much as a world has."""

from __future__ import annotations

from collections import Counter

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from mea_kg.errors import UnknownName
from mea_kg.names import find_entities
from mea_kg.namespaces import MEA, SKOS
from mea_kg.saved_queries import Parameter, SavedQuery
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH

Bound = dict[str, list[NamedNode | Literal]]


def all_fitting(store: Store, parameter: Parameter) -> list[NamedNode | Literal]:
    """Every entity that a parameter takes; every organization, where it takes any; of days, those of beginnings."""
    if parameter.datatype:
        pattern = f"?any <{MEA}startDate> ?entity"
    elif parameter.scheme:
        pattern = f"?entity <{SKOS}inScheme> <{parameter.scheme}>"
    else:
        classes = " ".join(f"<{name}>" for name in parameter.classes or [MEA + "Organization"])
        pattern = f"VALUES ?class {{ {classes} }} ?entity a ?class"
    query = f"SELECT DISTINCT ?entity {{ {pattern} }} ORDER BY ?entity"
    return _column(store.query(query, default_graph=[AUTHORED_GRAPH, INFERRED_GRAPH]), "entity")


def widest(store: Store, query: SavedQuery) -> Bound:
    """Values of the parameters that ask for much: all of the last one's, and one of each before it.

    That one is the example, or in a world without it the one that has the most rows.
    """
    bound = {parameter.name: all_fitting(store, parameter) for parameter in query.parameters}
    for parameter in query.parameters[:-1]:
        try:
            entities = find_entities(store, parameter.example, parameter)
        except UnknownName:
            bound[parameter.name] = most_frequent(store, query, bound, parameter.name)
        else:
            bound[parameter.name] = [entity.node for entity in entities]
    return bound


def most_frequent(
    store: Store, query: SavedQuery, bound: Bound, name: str, number: int = 1
) -> list[NamedNode | Literal]:
    """Of the values of a parameter, those with the most rows."""
    found = Counter(_column(store.query(query.bound(dict(bound))), name))
    return [value for value, _ in found.most_common(number)]


def _column(solutions: object, name: str) -> list[NamedNode | Literal]:
    assert isinstance(solutions, QuerySolutions)
    values = [row[name] for row in solutions]
    return [value for value in values if isinstance(value, NamedNode | Literal)]
