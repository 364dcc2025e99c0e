from __future__ import annotations

import re

import pytest

from mea_kg import resources
from mea_kg.building import Build
from mea_kg.context import Context
from mea_kg.entities import portrait
from mea_kg.errors import AmbiguousName, UnknownName
from mea_kg.namespaces import AUTHORED, ID, MEA
from mea_kg.rendering import FORMATS, render
from mea_kg.results import Answer
from mea_kg.saved_queries import find_query
from mea_kg.selecting import select
from tests.small_world import small_world

FOLDER = resources.queries_folder()


@pytest.fixture(scope="module")
def context() -> Context:
    return Context.load(resources.data_folder() / "context.jsonld")


def rows(answer: Answer, part: str) -> set[tuple[object, object, object]]:
    return {
        (row["property"], row["valueLabel"] or row["value"], row["pinpoint"])
        for row in answer
        if row["part"] == part
    }


def test_names_of_every_kind_are_shown(toy: Build, context: Context) -> None:
    harbour = rows(portrait(toy.store, FOLDER, context, "HU"), "names")
    assert {
        ("label", "Harbour Union", None),
        ("acronym", "HU", None),
        ("alias", "Hafen-Union", None),
    } <= harbour
    assert ("id", "organization/harbour-union", None) in harbour
    lamp = rows(portrait(toy.store, FOLDER, context, "Office of Lamps"), "names")
    assert {("label", "Lamp Office", None), ("dated name", "Office of Lamps", None)} <= lamp


def test_a_stated_value_has_the_passages_that_support_it(toy: Build, context: Context) -> None:
    stated = rows(portrait(toy.store, FOLDER, context, "relation/marsh-partnership"), "stated of it")
    assert ("subject", "Secretariat of the Convention on Moonlit Marshes", "para. 1") in stated
    assert ("counterparts", "Harbour Union", "text, para. 1") in stated
    assert not [name for name, _, _ in stated if name in ("label", "type", "evidence")]


def test_what_is_derived_is_marked_and_left_out_of_a_limited_view(toy: Build, context: Context) -> None:
    whole = portrait(toy.store, FOLDER, context, "HU")
    assert ("cooperates with", "Lamp Office", None) in rows(whole, "derived")
    assert not rows(whole, "stated of it") & rows(whole, "derived")
    assert not rows(portrait(toy.store, FOLDER, context, "HU", "document/mm-ii-3"), "derived")


def test_statements_with_it_name_its_part_and_their_source(toy: Build, context: Context) -> None:
    mentions = rows(portrait(toy.store, FOLDER, context, "HU"), "stated with it")
    assert ("is counterpart in", "request: work together on standards for lanterns", "para. 3(a)") in mentions
    assert ("is member in", "membership: Night Consortium", "text, para. 4") in mentions
    limited = rows(portrait(toy.store, FOLDER, context, "HU", "document/portal-page"), "stated with it")
    assert {pinpoint for _, _, pinpoint in limited} == {"text, para. 1"}


def test_each_part_in_a_statement_has_words_of_its_own(toy: Build) -> None:
    listed = re.findall(r"\(mea:(\w+) \"\w+\"\)", find_query(FOLDER, "said-of").text)
    worded = select(toy.store, f"SELECT ?p FROM <{AUTHORED}> {{ ?p <{MEA}inverseLabel> ?words }}")
    assert {MEA + name for name in listed} <= {row["p"].value for row in worded}


def test_queries_that_take_the_entity_are_named(toy: Build, context: Context) -> None:
    remarks = portrait(toy.store, FOLDER, context, "Night Consortium").remarks
    assert "More: mea-kg query members-of group/night-consortium" in remarks
    assert not [remark for remark in remarks if "who-cooperates-with" in remark]


def test_a_treaty_and_its_regime_of_one_name_are_the_treaty(context: Context) -> None:
    answer = portrait(small_world(), FOLDER, context, "CITES")
    assert answer.preface == ("Convention on Trade in Endangered Species (convention, treaty/cites)",)
    assert answer.remarks[0] == "Of the same name: CITES (organ not stated) (treaty regime, regime/cites)."
    assert ("id", "treaty/cites", None) in rows(answer, "names")


def test_names_that_lead_nowhere_or_to_several_are_errors(context: Context) -> None:
    store = small_world()
    with pytest.raises(UnknownName):
        portrait(store, FOLDER, context, "Nobody")
    with pytest.raises(AmbiguousName):
        portrait(store, FOLDER, context, "AC")


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"turtle"}))
def test_every_kind_of_entity_can_be_shown(toy: Build, context: Context, format: str) -> None:
    for name in (
        "decision/mm-ii-3",
        "decision/mm-ii-3/3/a",
        "document/portal-page",
        "group/dawn",
        "fund/marsh",
    ):
        written = render(portrait(toy.store, FOLDER, context, name), format)
        assert (ID + name if format in ("csv", "tsv", "json") else name) in written.replace("\\_", "_")
