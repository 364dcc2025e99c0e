"""Exports: the same statements in each format, the same bytes each time."""

from __future__ import annotations

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from mea_kg.building import Build
from mea_kg.errors import QueryError
from mea_kg.exporting import FORMATS, GRAPHS, export
from mea_kg.stores import AUTHORED_GRAPH, new_store


@pytest.mark.parametrize("format", ["trig", "nquads", "jsonld"])
@pytest.mark.parametrize("graph", sorted(GRAPHS))
def test_quads_survive(toy: Build, format: str, graph: str) -> None:
    expected = {quad for quad in toy.store if quad.graph_name in GRAPHS[graph]}
    assert set(parse(export(toy.store, format, graph), format=FORMATS[format])) == expected


def test_turtle_merges_the_graphs(toy: Build) -> None:
    parsed = {quad.triple for quad in parse(export(toy.store, "turtle"), format=RdfFormat.TURTLE)}
    assert parsed == {quad.triple for quad in toy.store}


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_the_order_of_loading_does_not_show(toy: Build, format: str) -> None:
    backwards: list[Quad] = sorted(toy.store, key=str, reverse=True)
    assert export(new_store(backwards), format) == export(toy.store, format)


def test_there_is_no_blank_node(toy: Build) -> None:
    assert b"_:" not in export(toy.store, "nquads")


def test_n_quads_are_sorted(toy: Build) -> None:
    lines = export(toy.store, "nquads", "authored").decode().splitlines()
    assert lines == sorted(lines)
    assert all(line.endswith(f"<{AUTHORED_GRAPH.value}> .") for line in lines)


def test_other_names_are_refused(toy: Build) -> None:
    with pytest.raises(QueryError, match="no export format 'xml'"):
        export(toy.store, "xml")
    with pytest.raises(QueryError, match="no graph 'shapes'"):
        export(toy.store, "turtle", "shapes")
