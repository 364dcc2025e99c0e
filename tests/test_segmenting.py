from __future__ import annotations

from pathlib import Path

import pytest

from mea_kg.segmenting.blocks import Block, blocks_of
from mea_kg.segmenting.drafts import BULLET, HEADING, ITEM, NOTE, PARAGRAPH, PROSE, ROW
from mea_kg.segmenting.lines import lines_of
from mea_kg.segmenting.numbering import Numbering
from mea_kg.texts import normalised
from tests.invented import DECISION, PAGE

Place = tuple[str, str, str]


def places(raw: str) -> list[Place]:
    """Kind, path and first words of each block."""
    text = normalised(raw)
    return [
        (block.kind, "/".join(block.path), " ".join(text.text[block.start : block.end].split()[:2]))
        for block in blocks_of(text)
    ]


def test_an_invented_decision() -> None:
    assert places(DECISION) == [
        (HEADING, "title", "R-III/4. Cooperation"),
        (PROSE, "enacting", "The Conference"),
        (PROSE, "preamble/1", "Recalling decision"),
        (PROSE, "preamble/2", "Aware of"),
        (PARAGRAPH, "para/1", "Welcomes the"),
        (PARAGRAPH, "para/2", "Requests the"),
        (ITEM, "para/2/a", "Cooperate with"),
        (ITEM, "para/2/b", "Prepare, subject"),
        (ITEM, "para/2/b/i", "For the"),
        (ITEM, "para/2/b/ii", "For the"),
        (ITEM, "para/2/c", "Report to"),
        (PARAGRAPH, "para/3", "Approves a"),
        (HEADING, "table/1", "Table. 1"),
        (ROW, "table/1/row/1", "| Expenditures"),
        (ROW, "table/1/row/2", "I. |"),
        (ROW, "table/1/row/3", "| Staff"),
        (ROW, "table/1/row/4", "| Meetings"),
        (NOTE, "note/6//1", "The designation"),
        (NOTE, "note/*/1", "The Executive"),
    ]


def test_an_invented_page() -> None:
    assert places(PAGE) == [
        (HEADING, "heading", "The Eel"),
        (PROSE, "text/1", "The Eel"),
        (PROSE, "text/2", "It has"),
        (BULLET, "list/1/1", "Memorandum with"),
        (PROSE, "text/3", "The two"),
        (BULLET, "list/1/2", "Memorandum with"),
        (PROSE, "text/4", "They share"),
    ]


def blocks(raw: str) -> list[Block]:
    return blocks_of(normalised(raw))


def test_items_have_their_chapeau() -> None:
    found = {"/".join(block.path): block for block in blocks(DECISION)}
    order = list(found)
    assert found["para/2/a"].chapeau == order.index("para/2")
    assert found["para/2/b/ii"].chapeau == order.index("para/2/b")
    assert found["table/1/row/3"].chapeau == order.index("table/1")
    assert found["para/1"].chapeau is None


def test_prose_between_bullets_continues_the_first() -> None:
    found = blocks(PAGE)
    assert [(block.chapeau, block.item) for block in found[2:]] == [
        (None, None),
        (2, 3),
        (None, 3),
        (2, 5),
        (None, 5),
    ]


def test_prose_after_a_plain_list_is_its_own() -> None:
    found = blocks("It does:\n\n- one thing;\n- another.\n\nThis is new.\n")
    assert [block.item for block in found] == [None, 1, 2, None]


def test_a_line_that_begins_with_a_number_inside_a_sentence_begins_nothing() -> None:
    raw = "1. Notes the list of paragraph\n17. It is long;\n2. Decides on rule\n(f) of the rules;\n"
    assert [path for _, path, _ in places(raw)] == ["para/1", "para/2"]


def test_a_missing_number_is_no_hindrance() -> None:
    raw = "1. Notes one thing;\n3. Decides another;\n1 of them is\n4. Agrees\n"
    assert [path for _, path, _ in places(raw)] == ["para/1", "para/3", "para/4"]


@pytest.mark.parametrize(
    ("marks", "accepted"),
    [
        (["a", "b", "c"], [("a",), ("b",), ("c",)]),
        (["a", "i", "ii", "b", "i"], [("a",), ("a", "i"), ("a", "ii"), ("b",), ("b", "i")]),
        (["a", "c"], [("a",), None]),
        (["b"], [None]),
        (["i", "ii", "iii", "iv", "v"], [("i",), ("ii",), ("iii",), ("iv",), ("v",)]),
        (list("abcdefghij"), [(letter,) for letter in "abcdefghij"]),
    ],
)
def test_letters_follow_one_another(marks: list[str], accepted: list[tuple[str, ...] | None]) -> None:
    numbering = Numbering()
    assert [numbering.accept_letters(mark, boundary=True, capital=True) for mark in marks] == accepted


def test_the_first_letter_needs_an_end_before_it_or_a_capital() -> None:
    assert Numbering().accept_letters("a", boundary=False, capital=False) is None
    assert Numbering().accept_letters("i", boundary=False, capital=False) is None
    assert Numbering().accept_letters("a", boundary=False, capital=True) == ("a",)


@pytest.mark.parametrize(
    ("raw", "rows"),
    [
        ("| a | b |\n| c | d |\n", ["| a | b |", "| c | d |"]),
        ("| a long\nname | 1 |\n| c | d |\n", ["| a long name | 1 |", "| c | d |"]),
        ("a | 1 |\nanother long\nname | 2 |\nThe end.\n", ["a | 1 |", "another long name | 2 |"]),
        ("Home|Portal  News\n\nText\n", ["Home|Portal  News"]),
        ("| a\n\nText | b |\n", ["| a", "Text | b |"]),
    ],
)
def test_rows_over_several_lines(raw: str, rows: list[str]) -> None:
    assert [line.text for line in lines_of(raw) if line.row] == rows


def test_lines_that_are_not_wrapped_are_paragraphs() -> None:
    long = "This is one long paragraph, " * 5 + "which ends here."
    assert [path for _, path, _ in places(f"A page\n{long}\nThis is another.\n")] == [
        "heading",
        "text/1",
        "text/2",
    ]
    assert len(places("This is a short line\nof one paragraph.\n")) == 1


def test_no_text_no_block() -> None:
    assert places("") == []
    assert places("\n \n") == []


def test_blocks_hold_all_of_the_text_but_the_marks(source_folder: Path) -> None:
    for path in source_folder.iterdir():
        text = normalised(path.read_bytes().decode())
        found = blocks_of(text)
        end = 0
        for block in found:
            assert len(text.text[end : block.start].strip()) <= 5, path.name
            assert block.end >= block.start >= end
            end = block.end
        assert end == len(text.text)


def test_the_paragraphs_of_the_real_decisions(source_folder: Path) -> None:
    paragraphs = {}
    for path in sorted(source_folder.iterdir()):
        found = blocks_of(normalised(path.read_bytes().decode()))
        paragraphs[path.name[:3]] = [block.path[1:] for block in found if block.path[:1] == ("para",)]
    assert paragraphs["000"] == [("1",), ("2",), ("3",), ("4",), ("5",), ("5", "a"), ("5", "b"), ("5", "c")]
    assert [path[0] for path in paragraphs["002"] if len(path) == 1] == [str(n) for n in range(1, 20)]
    assert [path for path in paragraphs["002"] if path[0] in ("2", "9", "14") and len(path) > 1] == [
        ("2", "a"), ("2", "b"), ("2", "c"), ("9", "a"), ("9", "b"), ("14", "a"), ("14", "b"),
    ]  # fmt: skip
    assert [path for path in paragraphs["003"] if len(path) > 1] == [("3", "a"), ("3", "b"), ("3", "c")]
    assert not paragraphs["001"] and not paragraphs["004"]
