"""Asking the authored and the inferred graph as a whole: the same rows as by FROM, and only where it is the same."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, Store

from mea_kg import resources
from mea_kg.building import Build
from mea_kg.namespaces import AUTHORED, INFERRED
from mea_kg.saved_queries import SavedQuery, list_queries
from mea_kg.selecting import ask_both, without_from
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, new_store
from tests.row_sets import row_set

QUERIES = list_queries(resources.queries_folder())
A, B, C = (NamedNode(f"https://example.org/{name}") for name in "abc")
FROM_BOTH = f"SELECT ?s\nFROM <{AUTHORED}>\nFROM <{INFERRED}>\n"
EVERY = "WHERE { ?s ?p ?o }"
GRAPHS = AUTHORED.removesuffix("authored")


@pytest.fixture
def small() -> Store:
    return new_store([Quad(A, A, A, AUTHORED_GRAPH), Quad(B, B, B, INFERRED_GRAPH)])


def _subjects(found: object) -> list[str]:
    assert isinstance(found, QuerySolutions)
    return sorted(row["s"].value[-1] for row in found)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_saved_query_has_the_rows_that_it_has_by_from(real: Build, query: SavedQuery) -> None:
    found = row_set(ask_both(real.store, query.text))
    assert found
    assert found == row_set(real.store.query(query.text))


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_saved_query_can_be_asked_of_the_whole(query: SavedQuery) -> None:
    found = without_from(query.text)
    assert found is not None
    assert "FROM" not in found
    assert found.count("\n") == query.text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT ?s {EVERY}",
        f"SELECT ?s\nFROM <{AUTHORED}>\n{EVERY}",
        f"SELECT ?s\nFROM <{AUTHORED}>\nFROM <{AUTHORED}>\n{EVERY}",
        f"{FROM_BOTH}FROM <{C.value}>\n{EVERY}",
        f"{FROM_BOTH}FROM NAMED <{AUTHORED}>\n{EVERY}",
        f"{FROM_BOTH}WHERE {{ ?s ?p ?o GRAPH ?g {{}} }}",
        f"{FROM_BOTH}WHERE {{ ?s ?p 1GRAPH ?g {{}} }}",
        f"{FROM_BOTH}WHERE {{ graph<{AUTHORED}>{{ ?s ?p ?o }} }}",
        f"PREFIX : <{GRAPHS}> {FROM_BOTH}WHERE {{ GRAPH:authored {{ ?s ?p ?o }} }}",
        f"PREFIX g: <{GRAPHS}> {FROM_BOTH}WHERE {{ GRAPHg:authored {{ ?s ?p ?o }} }}",
        f"{FROM_BOTH}WHERE {{ FILTER ('a' != '\\'') GRAPH ?g {{ ?s ?p ?o }} FILTER ('b' != 'c') }}",
        f'SELECT ("""\nFROM <{AUTHORED}>\nFROM <{INFERRED}>\n""" AS ?s) WHERE {{}}',
    ],
)
def test_another_choice_of_graphs_stays(text: str) -> None:
    assert without_from(text) is None


def test_both_graphs_are_asked_where_there_is_no_other(small: Store) -> None:
    for text in (f"{FROM_BOTH}{EVERY}", f"SELECT ?s {EVERY}"):
        assert _subjects(ask_both(small, text)) == ["a", "b"]


@pytest.mark.parametrize("graph", [C, DefaultGraph()])
def test_a_third_graph_is_not_asked(small: Store, graph: NamedNode | DefaultGraph) -> None:
    small.add(Quad(C, C, C, graph))
    for text in (f"{FROM_BOTH}{EVERY}", f"SELECT ?s {EVERY}"):
        assert _subjects(ask_both(small, text)) == ["a", "b"]


def test_the_graphs_that_a_text_names_are_asked(small: Store) -> None:
    small.add(Quad(C, C, C, C))
    assert _subjects(ask_both(small, f"{FROM_BOTH}FROM <{C.value}>\n{EVERY}")) == ["a", "b", "c"]
    assert _subjects(ask_both(small, f"SELECT ?s\nFROM <{C.value}>\n{EVERY}")) == ["c"]


def test_a_word_may_stand_before_a_name_without_a_space(small: Store) -> None:
    """The store reads it so; FROM makes these graphs one that has no name."""
    text = f"PREFIX : <{GRAPHS}> {FROM_BOTH}WHERE {{ GRAPH:authored {{ ?s ?p ?o }} }}"
    assert _subjects(small.query(text)) == _subjects(ask_both(small, text)) == []


def test_an_error_has_the_number_of_its_line(small: Store) -> None:
    with pytest.raises(SyntaxError, match="4"):
        ask_both(small, f"{FROM_BOTH}WHERE {{ ?s ?p }}")
