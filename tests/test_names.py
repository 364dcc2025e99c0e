from __future__ import annotations

import pytest
from pyoxigraph import Store

from mea_kg.errors import AmbiguousName, UnknownName
from mea_kg.names import find_entities, find_entity, normalised, read_entities
from mea_kg.namespaces import ID, MEA, VOCAB
from mea_kg.saved_queries import Parameter
from tests.small_world import small_world

ACTOR = Parameter("actor", "an actor", classes=(MEA + "Actor",))
DECISION = Parameter("text", "a decision", classes=(MEA + "DeliberativeDocument",))
TREATY = Parameter("treaty", "a treaty", classes=(MEA + "Treaty",))
THEME = Parameter("theme", "a theme", scheme=VOCAB + "theme")
ANYTHING = Parameter("entity", "an entity")


@pytest.fixture(scope="module")
def store() -> Store:
    return small_world()


def ids(store: Store, text: str, parameter: Parameter) -> list[str]:
    return [entity.iri.removeprefix(ID) for entity in find_entities(store, text, parameter)]


@pytest.mark.parametrize(
    "text",
    [
        "WCO",
        "wco",
        " WCO ",
        "World Customs Organization",
        "world   customs\torganization",
        "WORLD CUSTOMS ORGANIZATION",
        "Organisation Mondiale des Douanes",
        "customs cooperation council".replace("coop", "co-op"),
        "organization/wco",
        ID + "organization/wco",
        f"<{ID}organization/wco>",
    ],
)
def test_every_spelling_leads_to_the_entity(store: Store, text: str) -> None:
    assert ids(store, text, ACTOR) == ["organization/wco"]


@pytest.mark.parametrize("text", ["BS-II/6", "BS II/6", "bs-ii/6", "BS–II/6", "Decision BS II/6"])
def test_hyphen_slash_and_blank_are_one(store: Store, text: str) -> None:
    assert ids(store, text, DECISION) == ["decision/bs-ii-6"]


def test_the_last_part_of_an_id_is_enough_where_it_is_no_name(store: Store) -> None:
    assert ids(store, "bs-ii-6", DECISION) == ["decision/bs-ii-6"]
    assert ids(store, "cites-cop", ACTOR) == ["body/cites-cop"]
    assert ids(store, "cites", TREATY) == ["treaty/cites"]


def test_a_former_name_is_a_name_with_or_without_its_accents(store: Store) -> None:
    for text in ("Office International des Épizooties", "office international des epizooties"):
        assert ids(store, text, ACTOR) == ["organization/woah"]


def test_a_replaced_id_leads_to_its_replacement(store: Store) -> None:
    assert ids(store, "organization/oie", ACTOR) == ["organization/woah"]


@pytest.mark.parametrize(
    "text", ["CITES", "cites", "treaty/cites", "Convention on Trade in Endangered Species"]
)
def test_a_treaty_given_for_an_actor_is_all_who_act_for_it_the_regime_first(store: Store, text: str) -> None:
    assert ids(store, text, ACTOR) == [
        "regime/cites",
        "secretariat/cites",
        "body/cites-cop",
        "office/cites-head",
    ]


def test_a_treaty_is_itself_where_a_treaty_is_asked_for(store: Store) -> None:
    assert ids(store, "CITES", TREATY) == ["treaty/cites"]


def test_of_a_treaty_and_its_actors_one_entity_is_the_treaty(store: Store) -> None:
    entity, others = find_entity(store, "CITES")
    assert entity.iri == ID + "treaty/cites"
    assert [other.iri for other in others] == [ID + "regime/cites"]


def test_one_class_of_actors_limits_a_treaty_to_it(store: Store) -> None:
    secretariat = Parameter("secretariat", "a secretariat", classes=(MEA + "Secretariat",))
    assert ids(store, "CITES", secretariat) == ["secretariat/cites"]


def test_a_treaty_without_actors_is_no_actor(store: Store) -> None:
    with pytest.raises(UnknownName, match=r"Convention of Nobody .* does not fit"):
        find_entities(store, "Convention of Nobody", ACTOR)


@pytest.mark.parametrize(
    "text", ["wildlife crime", "Wildlife-Crime", "wildlife-crime", "vocab/theme/wildlife-crime"]
)
def test_a_concept_is_named_by_label_or_name(store: Store, text: str) -> None:
    assert [entity.iri for entity in find_entities(store, text, THEME)] == [VOCAB + "theme/wildlife-crime"]


def test_an_ambiguous_name_lists_kind_and_id_of_each(store: Store) -> None:
    with pytest.raises(AmbiguousName) as caught:
        find_entities(store, "AC", ACTOR)
    assert caught.value.hint is not None
    assert "Arctic Council (intergovernmental organization, organization/arctic)" in caught.value.hint
    assert "organization/andean" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("World Custom Organisation", "organization/wco"),
        ("customs", "organization/wco"),
        ("Artic Council", "organization/arctic"),
    ],
)
def test_an_unknown_name_lists_the_nearest_first(store: Store, text: str, nearest: str) -> None:
    with pytest.raises(UnknownName) as caught:
        find_entities(store, text, ACTOR)
    assert caught.value.hint is not None
    assert nearest in caught.value.hint.splitlines()[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "?!",
        "zzzzzzzz",
        "organization/nobody",
        "http://example.org/x",
        "a>b/c",
        "://",
        "organization/wco%zz",
        "http://\udcff",
        "\udcff",
    ],
)
def test_what_names_nothing_is_unknown(store: Store, text: str) -> None:
    with pytest.raises(UnknownName):
        find_entities(store, text, ACTOR)


def test_a_very_long_name_is_not_repeated_whole(store: Store) -> None:
    with pytest.raises(UnknownName) as caught:
        find_entities(store, "z" * 100_000, ACTOR)
    assert len(str(caught.value)) < 1000


def test_a_name_of_the_wrong_kind_says_which_kind(store: Store) -> None:
    with pytest.raises(UnknownName) as caught:
        find_entities(store, "BS-II/6", ACTOR)
    assert "Decision BS-II/6 (decision, decision/bs-ii-6) does not fit" in str(caught.value)
    assert "of kind actor" in str(caught.value)


def test_classes_and_concepts_are_no_entities(store: Store) -> None:
    with pytest.raises(UnknownName):
        find_entities(store, MEA + "Decision", ANYTHING)


def test_an_entity_without_label_is_shown_by_its_id(store: Store) -> None:
    (entity,) = read_entities(store, [ID + "organization/oie"])
    assert str(entity) == "organization/oie (intergovernmental organization, organization/oie)"


def test_normalised_keeps_letters_of_every_script() -> None:
    assert normalised("Всемирная  ТАМОЖЕННАЯ-организация") == "всемирная таможенная организация"
    assert normalised("世界海关组织") == "世界海关组织"
