from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mea_kg.mentions import DATE, NAME, NUMBER, VERB, Verbs, key_of, keys_of, mentions_in

VERBS = Verbs.of(
    ["requests", "calls on", "takes note", "notes", "shall", "may", "approves", "agrees", "urges"]
)


def found(text: str) -> list[tuple[str, str]]:
    return [(mention.kind, mention.text) for mention in mentions_in(text, 0, VERBS)]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        (
            "Requests the Secretariat to cooperate with the IAEA",
            [(VERB, "Requests"), (NAME, "Secretariat"), (NAME, "IAEA")],
        ),
        (
            "the Convention on the Conservation of Migratory Species, and Canada",
            [(NAME, "Convention on the Conservation of Migratory Species"), (NAME, "Canada")],
        ),
        ("In decision BS-V/9 the Secretariat asked", [(NAME, "BS-V/9"), (NAME, "Secretariat")]),
        ("The cooperation is good", []),
        ("Cooperation is good", []),
        ("CITES is good", [(NAME, "CITES")]),
        ("World Bank funds are small", [(NAME, "World Bank")]),
        ("beginning 1 January 2005 or May 2021", [(DATE, "1 January 2005"), (DATE, "May 2021")]),
        ("the years 2005-2006", [(DATE, "2005"), (DATE, "2006")]),
        ("US $1,000,000 and US$3,326,600", [(NUMBER, "US $1,000,000"), (NUMBER, "US$3,326,600")]),
        ("the third meeting of 15, five (5) per cent", [
            (NUMBER, "third"), (NUMBER, "15"), (NUMBER, "five"), (NUMBER, "5"),
        ]),
        ("in its 73th meeting", [(NUMBER, "73th")]),
        ("the fund)*6 holds", []),
        ("the Parties shall, as they may have agreed,", [
            (NAME, "Parties"), (VERB, "shall"), (VERB, "may"), (VERB, "agreed"),
        ]),
        ("to note that the note of one request", []),
        ("and calls upon States", [(VERB, "calls upon"), (NAME, "States")]),
        ("Takes note of it", [(VERB, "Takes note")]),
        ("promptly, andurges all", [(VERB, "urges")]),
        ("Noting with care", [(VERB, "Noting")]),
        ("by noting with care", []),
        ("for Approved Activities", [(NAME, "Approved Activities")]),
        ("", []),
    ],
)  # fmt: skip
def test_what_is_found(text: str, mentions: list[tuple[str, str]]) -> None:
    assert found(text) == mentions


def test_words_have_their_places() -> None:
    (mention,) = mentions_in("of the Treaty of Rome", 100, VERBS)
    assert mention.words == ((107, 113, "treaty"), (117, 121, "rome"))


def test_without_verbs() -> None:
    assert mentions_in("Requests it", 0, Verbs()) == []


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Parties", "party"),
        ("Party", "party"),
        ("Convention's", "convention"),
        ("CITES’", "cite"),
        ("access", "access"),
        ("1,000,000", "1000000"),
        ("2,166.50", "2166.5"),
        ("525.0", "525"),
        ("third", "3"),
        ("Three", "3"),
        ("100", "100"),
    ],
)
def test_keys(word: str, key: str) -> None:
    assert key_of(word) == key


def test_keys_of_a_text_hold_the_verb_of_each_form() -> None:
    assert {"requests", "3", "party"} <= keys_of("three Parties were requested", VERBS)


def test_both_forms_of_a_name_and_number_are_one() -> None:
    assert keys_of("BS-II/6", VERBS) == keys_of("BS II/6", VERBS)


@given(st.text(st.sampled_from("AbC 1.,$-/'|"), max_size=50))
def test_mentions_are_apart_and_in_order(text: str) -> None:
    end = 0
    for mention in mentions_in(text, 0, VERBS):
        for start, last, key in mention.words:
            assert end <= start < last
            assert key
            end = last
