from __future__ import annotations

import pytest

from mea_kg.clauses import Outline
from mea_kg.pinpoints import parsed, place_name, stands_at
from mea_kg.texts import normalised
from tests.invented import DECISION, PAGE


@pytest.mark.parametrize(
    ("pinpoint", "path"),
    [
        ("title", ("title",)),
        ("heading", ("heading",)),
        ("preamble", ("preamble",)),
        ("enacting words", ("enacting",)),
        ("preamble, para. 2", ("preamble", "2")),
        ("text, para. 12", ("text", "12")),
        ("para. 3", ("para", "3")),
        ("paragraph 3", ("para", "3")),
        ("para. 3(a)(ii)", ("para", "3", "a", "ii")),
        ("table 2", ("table", "2")),
        ("table 2, note *", ("note", "*", "2")),
        ("note 7/", ("note", "7/")),
        ("paras. 1 and 2", None),
        ("list of groups, ICCWC", None),
        ("", None),
    ],
)
def test_pinpoints_are_read(pinpoint: str, path: tuple[str, ...] | None) -> None:
    assert parsed(pinpoint) == path


@pytest.mark.parametrize(
    "pinpoint",
    [
        "title",
        "heading",
        "enacting words",
        "preamble, para. 2",
        "text, para. 12",
        "para. 3(a)(ii)",
        "table 2",
    ],
)
def test_names_of_places_are_read_back(pinpoint: str) -> None:
    path = parsed(pinpoint)
    assert path is not None
    assert place_name(path) == pinpoint


def stands(raw: str, phrase: str, pinpoint: str) -> bool | None:
    text = normalised(raw)
    outline = Outline.of(text)
    (span, *others) = text.find_whole(phrase)
    assert not others
    return stands_at(pinpoint, outline, outline.touched(*span))


@pytest.mark.parametrize(
    ("phrase", "pinpoint", "expected"),
    [
        ("Cooperation with other bodies", "title", True),
        ("Treaty of the Three Rivers", "title", False),
        ("Treaty of the Three Rivers", "enacting words", True),
        ("Treaty of the Three Rivers", "preamble", True),
        ("work of the Fisheries Board", "preamble, para. 2", True),
        ("work of the Fisheries Board", "preamble, para. 1", False),
        ("Welcomes the partnership", "para. 1", True),
        ("Welcomes the partnership", "para. 2", False),
        ("Cooperate with the Harbour Union", "para. 2(a)", True),
        ("Cooperate with the Harbour Union", "para. 2", True),
        ("Cooperate with the Harbour Union", "para. 2(b)", False),
        ("Cooperate with the Harbour Union", "para. 2(d)", False),
        ("For the upper river", "para. 2(b)(i)", True),
        ("For the upper river", "para. 2(b)", True),
        ("Requests the Executive Officer", "para. 2(a)", False),
        ("18.3, to: (a) Cooperate with", "para. 2(a)", True),
        ("18.3, to: (a) Cooperate with", "para. 2", True),
        ("as set out in para. 2", "para. 2", True),
        ("Staff costs*", "table 1", True),
        ("review the staff costs", "table 1, note *", True),
        ("review the staff costs", "note *", True),
        ("review the staff costs", "table 1", True),
        ("review the staff costs", "note 6/", False),
        ("changed by the Trustee", "note 6/", True),
        ("Welcomes the partnership", "text, para. 1", None),
        ("Welcomes the partnership", "the whole", None),
    ],
)
def test_places_in_a_decision(phrase: str, pinpoint: str, expected: bool | None) -> None:
    assert stands(DECISION, phrase, pinpoint) is expected


@pytest.mark.parametrize(
    ("phrase", "pinpoint", "expected"),
    [
        ("Eel Office works", "text, para. 1", True),
        ("Eel Office works", "text, para. 2", False),
        ("About", "heading", True),
        ("Eel Office works", "heading", False),
        ("exchange notes", "list of instruments, HU", True),
        ("exchange notes", "list of instruments, Harbour Union", True),
        ("exchange notes", "list of instruments, FB", False),
        ("maps of the Grey Delta", "list of instruments, FB", True),
        ("maps of the Grey Delta", "list of instruments, whales", None),
        ("maps of the Grey Delta", "maps", True),
        ("maps of the Grey Delta", "list of instruments, IUCN", None),
        ("maps of the Grey Delta", "para. 3", None),
    ],
)
def test_places_in_a_page(phrase: str, pinpoint: str, expected: bool | None) -> None:
    assert stands(PAGE.replace("# The Eel Office", "# About"), phrase, pinpoint) is expected


def test_where_nothing_is_touched_nothing_is_said() -> None:
    assert stands_at("para. 1", Outline.of(normalised(DECISION)), ()) is None
    assert stands_at("para. 1", Outline.of(normalised("")), ()) is None
