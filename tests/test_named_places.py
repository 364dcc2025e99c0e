from __future__ import annotations

import pytest

from mea_kg.clauses import Outline
from mea_kg.named_places import NamedPlaces
from mea_kg.texts import normalised
from tests.invented import DECISION, PAGE

CATALOGUE = """# The Grey Delta

Article 7, para. 2 of the Treaty of the Three Rivers speaks of the delta.

The Office has taken part in these Resolutions:

- Resolution 5.1 on eels
- Resolution 5.2 on ports

In line with its rules, the Office has made memoranda, including:

- Memorandum with the Harbour Union (HU)

The two exchange notes.

- Memorandum with the Fisheries Board (FB)

More is on the page of the Office.
"""


def places(raw: str, *used: str, **declared: str) -> NamedPlaces:
    """The named places of a text; `declared` gives the phrases that its own entry names a place by."""
    text = normalised(raw)
    outline = Outline.of(text)
    named = {
        name.replace("_", " "): outline.touched(*text.find_whole(phrase)[0])
        for name, phrase in declared.items()
    }
    return NamedPlaces(outline, named, used)


def stands(raw: str, phrase: str, pinpoint: str, **declared: str) -> bool | None:
    text = normalised(raw)
    (span,) = text.find_whole(phrase)
    return places(raw, **declared).stands_at(pinpoint, Outline.of(text).touched(*span))


@pytest.mark.parametrize(
    ("pinpoint", "there"),
    [
        ("", True),
        ("heading", True),
        ("closing sentence", True),
        ("Article 7", True),
        ("Article 8", False),
        ("Artcle 7", False),
        ("Treaty of the Three Rivers, second sentence", True),
        ("list of Resolutions", True),
        ("list of Resolutions, 5.2", True),
        ("list of Resolutions, 5.3", False),
        ("list of Resolutionz", False),
        ("list of Resolutionz, 5.2", False),
        ("list of instruments", False),
        ("list of memoranda, Harbour Union", True),
        ("list of memoranda, Harbor Union", False),
        ("text, para. 2", True),
        ("text, para. 9", False),
        ("para. 2", False),
        ("table 1", False),
        ("table 1, Staff", False),
        ("table 1, title", False),
    ],
)
def test_what_a_document_has(pinpoint: str, there: bool) -> None:
    assert places(CATALOGUE).has(pinpoint) is there


@pytest.mark.parametrize(
    ("pinpoint", "there"),
    [
        ("title", True),
        ("para. 2(b)(ii)", True),
        ("para. 2(z)", False),
        ("table 1", True),
        ("table 1, title", True),
        ("table 1, note *", True),
        ("table 1, Staff costs", True),
        ("table 1, Staf costs", False),
        ("table 2", False),
        ("table 2, title", False),
        ("note 6/", True),
        ("note 9/", False),
    ],
)
def test_what_a_decision_has(pinpoint: str, there: bool) -> None:
    assert places(DECISION).has(pinpoint) is there


@pytest.mark.parametrize(
    ("phrase", "pinpoint", "expected"),
    [
        ("Resolution 5.2 on ports", "list of Resolutions", True),
        ("Resolution 5.2 on ports", "list of Resolutions, 5.2", True),
        ("Resolution 5.2 on ports", "list of Resolutions, 5.1", False),
        ("exchange notes", "list of memoranda", True),
        ("exchange notes", "list of memoranda, HU", True),
        ("exchange notes", "list of memoranda, FB", False),
        ("exchange notes", "list of Resolutions", False),
        ("exchange notes", "list of Resolutions, HU", False),
        ("page of the Office", "closing sentence", True),
        ("exchange notes", "closing sentence", False),
        ("speaks of the delta", "Article 7", True),
        ("exchange notes", "Article 7", False),
    ],
)
def test_where_a_phrase_stands(phrase: str, pinpoint: str, expected: bool) -> None:
    assert stands(CATALOGUE, phrase, pinpoint) is expected


def test_the_title_of_a_table_is_not_its_rows() -> None:
    assert stands(DECISION, "Budget of the Eel Fund", "table 1, title") is True
    assert stands(DECISION, "Staff costs*", "table 1, title") is False
    assert stands(DECISION, "Staff costs*", "table 1, Staff costs") is True


def test_a_declared_place_is_its_item_and_what_it_introduces() -> None:
    whole = {"list_of_instruments": "In line with its rules"}
    for phrase in ("has made memoranda", "Memorandum with the Harbour Union", "exchange notes"):
        assert stands(CATALOGUE, phrase, "list of instruments", **whole) is True
        assert not stands(CATALOGUE, phrase, "list of instruments")
    assert stands(CATALOGUE, "Resolution 5.2 on ports", "list of instruments", **whole) is False
    assert stands(CATALOGUE, "Resolution 5.2 on ports", "list of instruments, 5.2", **whole) is False
    one = {"harbours": "Memorandum with the Harbour Union"}
    assert stands(CATALOGUE, "exchange notes", "harbours", **one) is True
    assert stands(CATALOGUE, "Memorandum with the Fisheries Board", "harbours", **one) is False


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("list of instrumentz", "list of instruments"),
        ("list of instruments, HV", "list of instruments, HU"),
        ("Artcle 7", "Article 7"),
        ("text, para. 22", "text, para. 2"),
    ],
)
def test_the_nearest_is_one_that_is_there(wrong: str, right: str) -> None:
    used = (
        "Article 7",
        "list of instruments, HU",
        "list of instruments, HV",
        "list of instrumentz",
        "Artcle 7",
    )
    near = places(CATALOGUE, *used, list_of_instruments="In line with its rules").nearest(wrong)
    assert near[0] == right
    assert not {"list of instrumentz", "list of instruments, HV", "Artcle 7"} & set(near)


def test_an_empty_text_has_nothing() -> None:
    empty = places("")
    assert not empty.has("para. 1")
    assert not empty.has("closing sentence")
    assert empty.stands_at("para. 1", ()) is None
    assert empty.nearest("para. 1") == []
    assert places(PAGE).has("Harbour Union")
