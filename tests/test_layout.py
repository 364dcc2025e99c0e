from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mea_kg.layout import column_widths, one_line, safe, table, width_of, wrapped

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("héron", 5), ("e\u0301", 1), ("海关", 4), ("ﾊ", 1), ("", 0)]
)
def test_width_counts_columns_and_not_characters(text: str, width: int) -> None:
    assert width_of(text) == width


@given(TEXT, st.integers(min_value=2, max_value=30))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    line = one_line(text)
    lines = wrapped(line, width)
    assert all(width_of(part) <= width for part in lines)
    assert "".join(lines).replace(" ", "") == line.replace(" ", "")


@given(TEXT)
def test_no_control_character_is_left(text: str) -> None:
    for cleaned in (one_line(text), safe(text).replace("\n", "").replace("\t", "")):
        assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in cleaned)
        assert not set(cleaned) & set("\u202a\u202e\u2066\u2069\u2028\u200e")
    assert "\n" not in one_line(text)


def test_control_characters_are_shown_as_escapes() -> None:
    assert one_line("\x1b[31mred\x1b[0m\x9b\u202e") == "\\u001B[31mred\\u001B[0m\\u009B\\u202E"
    assert safe("a\tb\nc\r\x07") == "a\tb\nc\\u000D\\u0007"


def test_a_table_that_fits_is_as_wide_as_its_cells() -> None:
    assert table(["a", "bb"], [["xyz", ""], ["", "y"]], 80) == "a    bb\n---  --\nxyz\n     y"
    assert table(["a"], [["one two three"]], None).splitlines()[2] == "one two three"


def test_the_widest_column_gives_way_first() -> None:
    rows = [["short", "a long text of many words that must be wrapped somewhere"]]
    assert column_widths([["x", "y"], *rows], 30) == [5, 23]
    lines = table(["x", "y"], rows, 30).splitlines()
    assert max(map(len, lines)) <= 30
    assert len(lines) > 3


def test_a_table_too_wide_for_its_words_is_written_as_blocks() -> None:
    header = ["first", "second", "third"]
    rows = [["Understanding", "Memorandum", ""], ["x", "y", "z"]]
    assert column_widths([header, *rows], 20) is None
    assert table(header, rows, 20).splitlines() == [
        "first   Understanding",
        "second  Memorandum",
        "",
        "first   x",
        "second  y",
        "third   z",
    ]


@given(
    st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=4), st.integers(min_value=70, max_value=120)
)
def test_every_table_fits_the_terminal(rows: list[tuple[str, str, str]], width: int) -> None:
    cells = [[one_line(cell) for cell in row] for row in rows]
    for line in table(["a", "b", "c"], cells, width).splitlines():
        assert width_of(line) <= width
