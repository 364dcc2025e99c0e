from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mea_kg.texts import NormalisedText, laid_out, normalised, text_fragment, word_count

MARKUP = st.text(st.sampled_from("ab* \n\t[]()#\\|.ñ 1n“"), max_size=60)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("one\n  two\tthree ", "one two three"),
        ("one\u00a0two\ufeff", "one two"),
        (r"Recalls:\n\n1.\t Requests", "Recalls: 1. Requests"),
        ("the **CITES Strategic Vision**, of", "the CITES Strategic Vision, of"),
        ("on *Cooperation and synergy*\n", "on Cooperation and synergy"),
        ("see [Resolution Conf. 18.3](#) on", "see Resolution Conf. 18.3 on"),
        ('[page](https://example.org/a_(b)?c=d "t")', "page"),
        (r"[Office \(UNODC\)](#)", "Office (UNODC)"),
        ("- **[UN-Oceans](#)**", "- UN-Oceans"),
        ("[*Title*](#)", "Title"),
        ("![sign](a.png)", "![sign](a.png)"),
        ("![sign](/a.png)", "sign"),
        ("**[the Secretariat] shall**", "[the Secretariat] shall"),
        (r"five\* stars", "five* stars"),
        ("a | b |", "a | b |"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_layout_and_markup_go(raw: str, expected: str) -> None:
    assert normalised(raw).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "(BYP Trust Fund)*6; and\n* The Executive Secretary will",
        "A. | Professional Category* | | |\n* The note",
        "[5](a) of the annex",
        "2 * 3 * 4",
        "*a |b* c",
    ],
)
def test_footnote_stars_and_brackets_of_the_text_stay(text: str) -> None:
    assert normalised(text).text == " ".join(text.split())


def test_emphasis_ends_with_its_paragraph() -> None:
    assert normalised("*one\n\ntwo* three").text == "*one two* three"
    assert normalised("*one\ntwo* three").text == "one two three"


def test_offsets_lead_back_to_the_raw_text() -> None:
    raw = "The **CITES\n Vision** of [Conf. 18.3](#)"
    text = normalised(raw)
    (start, end) = text.find("CITES Vision")[0]
    first, last = text.raw_span(start, end)
    assert raw[first:last] == "CITES\n Vision"
    assert text.span_of_raw(first, last) == (start, end)
    assert text.place_of(raw.index("Vision")) == (2, 2)


def test_all_positions_are_found() -> None:
    assert normalised("the eel and the eel").find("the eel") == ((0, 7), (12, 19))
    assert normalised("aaa").find("aa") == ((0, 2), (1, 3))


def test_search_is_exact() -> None:
    text = normalised("The Secretariat works with the Board")
    assert text.find("the Secretariat") == ()
    assert text.find("") == ()
    assert text.find("works  with\nthe") == text.find("works with the")
    assert normalised("a star* here").find("star*")


def test_a_phrase_may_carry_the_markup_of_the_source() -> None:
    raw = "- Memorandum with the **Food Board (FB)** and [others](#)"
    assert normalised(raw).find("the **Food Board (FB)** and [others](#)")
    assert normalised(raw).find("the Food Board (FB) and others")


@pytest.mark.parametrize(
    ("text", "phrase", "whole"),
    [
        ("sustained efforts to", "sustained effort", False),
        ("sustained efforts to", "ustained efforts", False),
        ("promptly, andurges Parties", "urges Parties", True),
        ("to theCartagena Protocol", "Cartagena Protocol", True),
        ("bandurges Parties", "urges Parties", False),
        ("US $1,000,000 from", "US $1,000", False),
        ("US $1,000,000 from", "000,000 from", False),
        ("in 2005. The", "in 2005", True),
        ("2005-2006", "2005", True),
        ("(BYP Trust Fund)*6;", "(BYP Trust Fund)", True),
    ],
)
def test_whole_words(text: str, phrase: str, whole: bool) -> None:
    assert bool(normalised(text).find_whole(phrase)) is whole


def test_words_are_made_whole() -> None:
    assert normalised("his sustained efforts to").whole_words(6, 15) == "sustained efforts"


@pytest.mark.parametrize(
    ("phrase", "count"),
    [("", 0), ("one two", 2), ("a - b | 1,746.8 |", 3), ("**one** [two](#)", 2), ("a\\nb", 2)],
)
def test_words_are_counted(phrase: str, count: int) -> None:
    assert word_count(phrase) == count


def test_fragments_escape_what_has_a_meaning_in_them() -> None:
    assert text_fragment("Biodiversity-related, & more\n(a)") == (
        "#:~:text=Biodiversity%2Drelated%2C%20%26%20more%20%28a%29"
    )
    assert text_fragment("| Staff | 525.3 |") == "#:~:text=Staff,525.3"


@given(MARKUP)
def test_the_layout_keeps_every_place(raw: str) -> None:
    assert len(laid_out(raw)) == len(raw)


@given(MARKUP)
def test_offsets_round_trip(raw: str) -> None:
    text = normalised(raw)
    assert len(text.text) == len(text.starts) == len(text.ends)
    assert list(text.starts) == sorted(text.starts)
    assert all(start < end for start, end in zip(text.starts, text.ends, strict=True))
    for position, character in enumerate(text.text):
        piece = raw[slice(*text.raw_span(position, position + 1))]
        assert piece == character or (character == " " and not laid_out(piece).strip())


@given(MARKUP)
def test_normalised_text_has_no_loose_white_space(raw: str) -> None:
    text = normalised(raw).text
    assert text == " ".join(text.split())


@given(MARKUP, st.integers(0, 60), st.integers(1, 20))
def test_every_piece_of_the_text_is_found_in_it(raw: str, start: int, length: int) -> None:
    text = normalised(raw)
    piece = text.text[start : start + length].strip()
    assume(piece)
    assert any(text.text[first:last] == piece for first, last in text.find(piece))


WORDS = st.lists(st.text(string.ascii_letters, min_size=1, max_size=8), min_size=3, max_size=12)


@given(WORDS, st.data())
def test_a_changed_letter_is_found_out(words: list[str], data: st.DataObject) -> None:
    text: NormalisedText = normalised(" ".join(words))
    position = data.draw(st.sampled_from([at for at, letter in enumerate(text.text) if letter != " "]))
    other = data.draw(
        st.sampled_from(string.ascii_letters).filter(lambda letter: letter != text.text[position])
    )
    assert text.find(text.text)
    assert not text.find(text.text[:position] + other + text.text[position + 1 :])
