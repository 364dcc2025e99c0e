from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mea_kg.passages import nearest
from mea_kg.texts import normalised
from tests.invented import DECISION

TEXT = normalised(DECISION).text


@pytest.mark.parametrize(
    ("phrase", "words", "differences"),
    [
        (
            "Welcomes the partnershp of the Secretariat",
            "Welcomes the partnership of the Secretariat",
            ['"partnershp" where the source has "partnership"'],
        ),
        (
            "a view to save the Grey Eel",
            "a view to saving the Grey Eel",
            ['"save" where the source has "saving"'],
        ),
        ("Cooperate with Harbour Union", "Cooperate with the Harbour Union", ['"the" is left out']),
        (
            "Cooperate closely with the Harbour Union",
            "Cooperate with the Harbour Union",
            ['"closely" where the source has nothing'],
        ),
        ("Trusteee", "Trustee", ['"Trusteee" where the source has "Trustee"']),
    ],
)
def test_the_nearest_passage_and_the_difference(phrase: str, words: str, differences: list[str]) -> None:
    passage = nearest(TEXT, phrase)
    assert passage is not None
    assert passage.words == words == TEXT[passage.start : passage.end]
    assert list(passage.differences) == differences


@pytest.mark.parametrize(
    ("text", "phrase"), [(TEXT, "zzz qqq"), (TEXT, ""), ("", "one"), (TEXT, "xylophone")]
)
def test_where_nothing_is_like_it(text: str, phrase: str) -> None:
    assert nearest(text, phrase) is None


@given(st.integers(0, len(TEXT.split()) - 9), st.integers(3, 8), st.data())
def test_a_changed_letter_leads_to_its_passage(first: int, length: int, data: st.DataObject) -> None:
    phrase = " ".join(TEXT.split()[first : first + length])
    letters = [at for at, letter in enumerate(phrase) if letter.isalpha()]
    assume(letters)
    position = data.draw(st.sampled_from(letters))
    other = data.draw(st.sampled_from(string.ascii_letters))
    changed = phrase[:position] + other + phrase[position + 1 :]
    assume(changed not in TEXT)
    passage = nearest(TEXT, changed)
    assert passage is not None
    shared = {word.strip(",;.:()") for word in phrase.split()} & {
        word.strip(",;.:()") for word in passage.words.split()
    }
    assert len(shared) >= min(2, len(set(phrase.split())) - 1)
