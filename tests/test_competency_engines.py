"""The saved queries in rdflib and in the embedded store: the same rows, so that they are plain SPARQL 1.1."""

from __future__ import annotations

import re

import pytest
import rdflib

from mea_kg import reasoning, resources
from mea_kg.building import Build
from mea_kg.namespaces import RDF, XSD
from mea_kg.saved_queries import SavedQuery, list_queries
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, triples_of
from tests.parameter_values import most_frequent, widest
from tests.row_sets import Cell, Rows, literal_cell, row_set

QUERIES = list_queries(resources.queries_folder())
SLOW_IN_RDFLIB = {"contributions-of", "dealt-with-by-both"}
"""A minute each on the curated graph: rdflib joins in the written order. They are compared on the toy world alone."""


def _both_graphs(world: Build) -> rdflib.Graph:
    return reasoning.rdflib_graph(
        triple for graph in (AUTHORED_GRAPH, INFERRED_GRAPH) for triple in triples_of(world.store, graph)
    )


@pytest.fixture(scope="session")
def real_in_rdflib(real: Build) -> rdflib.Graph:
    return _both_graphs(real)


@pytest.fixture(scope="session")
def toy_in_rdflib(toy: Build) -> rdflib.Graph:
    return _both_graphs(toy)


def _in_rdflib(graph: rdflib.Graph, text: str) -> Rows:
    def cell(term: object) -> Cell:
        if term is None:
            return ()
        if isinstance(term, rdflib.Literal):
            datatype = term.datatype or (RDF + "langString" if term.language else XSD + "string")
            return literal_cell(str(term), term.language or "", str(datatype))
        return (str(term),)

    without_from = re.sub(r"^FROM <.*>$", "", text, flags=re.MULTILINE)
    return {tuple(cell(term) for term in row) for row in graph.query(without_from)}  # type: ignore[union-attr]


def _embedded(world: Build, text: str) -> Rows:
    return row_set(world.store.query(text))


@pytest.mark.parametrize(
    "query", [one for one in QUERIES if one.name not in SLOW_IN_RDFLIB], ids=lambda query: query.name
)
def test_the_example_has_the_same_rows_in_both_engines(
    real: Build, real_in_rdflib: rdflib.Graph, query: SavedQuery
) -> None:
    rows = _embedded(real, query.text)
    assert rows, "an example is to show what the query gives"
    assert _in_rdflib(real_in_rdflib, query.text) == rows


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_whatever_is_asked_of_the_toy_world_has_the_same_rows_in_both_engines(
    toy: Build, toy_in_rdflib: rdflib.Graph, query: SavedQuery
) -> None:
    bound = widest(toy.store, query)
    number = 3 if len(bound) == 1 else 1
    bound = {name: most_frequent(toy.store, query, bound, name, number) for name in bound}
    text = query.bound(dict(bound))
    rows = _embedded(toy, text)
    assert rows
    assert _in_rdflib(toy_in_rdflib, text) == rows
