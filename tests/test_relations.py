from __future__ import annotations

import pytest

from mea_kg import resources
from mea_kg.building import Build
from mea_kg.errors import QueryError, UnknownName
from mea_kg.graph import KnowledgeGraph
from mea_kg.namespaces import ID
from mea_kg.relations import relation
from mea_kg.rendering import render
from mea_kg.results import Answer

FOLDER = resources.queries_folder()


def found(toy: Build, first: str, second: str, source: str | None = None) -> Answer:
    return relation(toy.store, FOLDER, first, second, source)


def verdicts(answer: Answer) -> set[object]:
    return {row["verdict"] for row in answer}


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ("HU", "Lamp Office", "stated by co-participation"),
        ("secretariat/marsh", "HU", "stated"),
        ("secretariat/lantern", "Night Consortium", "stated"),
        ("secretariat/lantern", "UN-Marshes", "stated"),
        ("secretariat/marsh", "Lamp Office", "stated only as requested"),
        ("secretariat/marsh", "Relevant fishing communities", "stated only as encouraged"),
        ("secretariat/lantern", "Lighthouse keepers", "stated only as required"),
        ("Marsh Director", "Tide Council", "stated only as an effort"),
        ("Marsh Director", "Tide Council Committee on Night Tides", "stated only as sought"),
        ("regime/lantern", "Tide Council", "stated only as a framework"),
        ("Lamp Office", "Tide Council", "not stated"),
        ("World Heron Society", "Marsh Liaison Group", "not stated"),
        ("World Heron Society", "Night Consortium", "no"),
        ("regime/lantern", "Night Consortium", "not stated"),
        ("Relevant fishing communities", "Night Consortium", "not stated"),
        ("Marsh Director", "Night Consortium", "not stated"),
    ],
)
def test_the_verdict_is_the_same_both_ways(toy: Build, first: str, second: str, verdict: str) -> None:
    assert verdicts(found(toy, first, second)) == {verdict}
    assert verdicts(found(toy, second, first)) == {verdict}


def test_two_in_one_instrument_are_not_said_to_have_more_than_that(toy: Build) -> None:
    text = render(found(toy, "HU", "Lamp Office"), "table", 100)
    assert text.startswith(
        "Harbour Union and Lamp Office: stated by co-participation (both take part in what"
    )
    assert verdicts(found(toy, "secretariat/lantern", "Lamp Office")) == {"stated by co-participation"}


def test_a_pair_without_statements_has_one_row_without_passage(toy: Build) -> None:
    (row,) = found(toy, "Lamp Office", "Tide Council")
    assert row["first"] == ID + "organization/lamp-office"
    assert row["secondLabel"] == "Tide Council"
    assert row["document"] is None
    text = render(found(toy, "Lamp Office", "Tide Council"), "table", 100)
    assert text.startswith("Lamp Office and Tide Council: not stated (which does not mean no).")


def test_a_source_that_is_silent_leaves_it_not_stated(toy: Build) -> None:
    assert verdicts(found(toy, "HU", "Lamp Office", "document/mm-ii-3")) == {"not stated"}
    assert verdicts(found(toy, "World Heron Society", "Night Consortium", "document/mm-ii-3")) == {
        "not stated"
    }
    assert verdicts(found(toy, "secretariat/marsh", "HU", "document/portal-page")) == {"stated"}


def test_a_treaty_is_compared_actor_by_actor(toy: Build) -> None:
    answer = found(toy, "Lantern Protocol", "Night Consortium")
    assert len(answer.preface) == 4
    assert {row["firstLabel"] for row in answer if row["verdict"] == "stated"} == {"Lantern Secretariat"}
    assert verdicts(answer) == {"stated", "not stated", "no"}


def test_rows_have_the_passages(toy: Build) -> None:
    rows = [row for row in found(toy, "secretariat/marsh", "HU") if row["what"] == "cooperation"]
    passages = {(str(row["basis"]).rpartition("/")[2], row["pinpoint"], row["direction"]) for row in rows}
    assert passages == {
        ("acknowledged", "para. 1", "symmetric"),
        ("acknowledged", "text, para. 1", "symmetric"),
        ("mandate", "para. 3(a)", "to"),
    }


def test_actors_described_in_terms_of_one_of_the_two_are_named(graph: KnowledgeGraph) -> None:
    said = graph.relation("UNEP", "secretariat/bamako").remarks
    assert said == (
        "Not United Nations Environment Programme, but described in terms of it: relevant Offices of the United "
        "Nations Environment Programme (Bamako Convention decision on cooperation) "
        "(actors/bamako-relevant-unep-offices).",
    )
    assert not graph.relation("UNEP", "secretariat/bamako", source="document/bs-iv-6").remarks
    assert not graph.relation("WCO", "secretariat/bamako").remarks


def test_an_unknown_name_is_an_error(toy: Build) -> None:
    with pytest.raises(UnknownName):
        found(toy, "HU", "Nobody at all")


def test_two_names_of_one_entity_are_an_error(toy: Build) -> None:
    with pytest.raises(QueryError, match="'HU' and 'Harbour Union' are the same"):
        relation(toy.store, FOLDER, "HU", "Harbour Union")
