"""The graph as a library."""

from __future__ import annotations

from inspect import Parameter, signature
from pathlib import Path

import pytest

import mea_kg
from mea_kg import paths
from mea_kg.errors import QueryError, UnknownName
from mea_kg.graph import KnowledgeGraph


def test_the_package_gives_the_graph_and_its_errors() -> None:
    assert mea_kg.KnowledgeGraph is KnowledgeGraph
    assert issubclass(UnknownName, mea_kg.MeaKgError)
    assert mea_kg.__version__ == "0.1.0"
    with pytest.raises(AttributeError, match="Knowledge"):
        _ = mea_kg.Knowledge


def test_a_query_by_position_and_by_name_is_the_same(graph: KnowledgeGraph) -> None:
    assert graph.query("members-of", "ICCWC").rows == graph.query("members-of", group="group/iccwc").rows


def test_a_source_limits_an_answer(graph: KnowledgeGraph) -> None:
    everything = graph.query("who-cooperates-with", "WCO")
    limited = graph.query("who-cooperates-with", "WCO", source="document/bs-iv-6")
    assert 0 < len(limited.rows) < len(everything.rows)


def test_show_and_relation_and_stats(graph: KnowledgeGraph) -> None:
    assert graph.show("WCO").rows
    assert [row["verdict"] for row in graph.relation("WCO", "Green Customs Initiative")] == ["not stated"]
    assert graph.stats()["sources: documents"] >= 5
    with pytest.raises(UnknownName):
        graph.show("nobody in particular")


def test_a_path_is_the_same_for_the_library(graph: KnowledgeGraph) -> None:
    answer = graph.path("IUCN", "WCO")
    assert [row["toLabel"] for row in answer if row["step"] == 1] == ["CITES Secretariat"]
    assert {row["how"] for row in answer} == {"instrument", "co-membership of a group"}
    assert not graph.path("IUCN", "WCO", max_steps=1).rows
    assert not graph.path("IUCN", "WCO", source="document/bs-iv-6").rows


def test_of_paths_that_are_as_short_so_many_are_given_as_are_asked_for(graph: KnowledgeGraph) -> None:
    every = graph.path("IUCN", "UNEP", max_paths=100)
    number = max(int(str(row["path"])) for row in every)
    assert number > 2
    few = graph.path("IUCN", "UNEP", max_paths=2)
    assert {row["path"] for row in few} == {1, 2}
    assert f"And {number - 2} more of the same length." in few.remarks
    assert not any("more of the same length" in remark for remark in every.remarks)
    with pytest.raises(QueryError, match="at least one path"):
        graph.path("IUCN", "UNEP", max_paths=0)


def test_the_library_has_the_bounds_of_the_command() -> None:
    bounds = {
        name: parameter.default
        for name, parameter in signature(paths.path).parameters.items()
        if parameter.kind is Parameter.KEYWORD_ONLY
    }
    ours = signature(KnowledgeGraph.path).parameters
    assert bounds == {name: ours[name].default for name in bounds}
    assert {"max_steps", "max_paths"} <= bounds.keys()


def test_the_real_graph_conforms(graph: KnowledgeGraph) -> None:
    report = graph.validate()
    assert report.conforms, "\n".join(finding.as_text() for finding in report.findings)
    assert all(finding.line > 0 for finding in report.findings)


def test_every_phrase_is_found_and_every_clause_has_one(graph: KnowledgeGraph, source_folder: Path) -> None:
    report = graph.evidence(source_folder)
    assert report.conforms, "\n".join(finding.as_text() for finding in report.findings)
    coverages = {
        coverage.copy.document.iri.rpartition("/")[2]: coverage for coverage in graph.coverage(source_folder)
    }
    for name in ("bs-iv-6", "customs-portal", "bamako-cooperation", "cites-response-2025"):
        found, all_ = coverages[name].share_of_clauses(cells=False)
        assert all_ - found <= (name == "bamako-cooperation"), name
