from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mea_kg.clauses import CELL, CLAUSE, Outline, cut
from mea_kg.segmenting.drafts import HEADING
from mea_kg.texts import normalised
from tests.invented import DECISION, PAGE


def texts(raw: str) -> list[str]:
    return [clause.text for clause in cut(normalised(raw))]


@pytest.mark.parametrize(
    ("raw", "clauses"),
    [
        (
            "One is here. Two is there; and three: four.",
            ["One is here.", "Two is there;", "and three:", "four."],
        ),
        ("Is it so? It is! Yes.", ["Is it so?", "It is!", "Yes."]),
        ("He said “one thing.” Then another.", ["He said “one thing.”", "Then another."]),
        ("See Resolution Conf. 18.3 (Rev. CoP14) on it.", ["See Resolution Conf. 18.3 (Rev. CoP14) on it."]),
        ("By Article XV, para. 2, b) of it.", ["By Article XV, para. 2, b) of it."]),
        ("Pays US$ 1,746.8 or 2.5 per cent.", ["Pays US$ 1,746.8 or 2.5 per cent."]),
        (
            "Notes No. 4, i.e. ports, e.g. Hull, by J. Smith.",
            ["Notes No. 4, i.e. ports, e.g. Hull, by J. Smith."],
        ),
        ("Due 1 Jan. 2005 to all.", ["Due 1 Jan. 2005 to all."]),
        ("Ports, roads etc. It ends.", ["Ports, roads etc.", "It ends."]),
        ("Ports, roads etc. are kept.", ["Ports, roads etc. are kept."]),
        ("The Vision: 2021-2030, as adopted, holds.", ["The Vision: 2021-2030, as adopted, holds."]),
        ("PART A: the results are here.", ["PART A: the results are here."]),
        ("It met (SC73; online, May 2021) and agreed.", ["It met (SC73; online, May 2021) and agreed."]),
        ("It is (open; and never ends.", ["It is (open;", "and never ends."]),
        ("For Activities;7/ and for others.", ["For Activities;7/", "and for others."]),
        ("For Activities;7/ and", ["For Activities;7/ and"]),
        ("The fund (BYP)*6; is set.", ["The fund (BYP)*6;", "is set."]),
        ("", []),
    ],
)
def test_where_clauses_are_cut(raw: str, clauses: list[str]) -> None:
    assert texts(raw) == clauses


def test_items_within_a_line() -> None:
    found = cut(normalised("It has parts: (a) eels; (b) ports; and (c) maps. The end is here."))
    assert [(clause.text, clause.path[-1:], clause.chapeau) for clause in found] == [
        ("It has parts:", ("1",), None),
        ("eels;", ("a",), 0),
        ("ports; and", ("b",), 0),
        ("maps.", ("c",), 0),
        ("The end is here.", ("1",), None),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        "In line with paragraph (f) of it, and (g) too.",
        "See, as in article 3 (a) and (b), the rest.",
        "It says, (a) alone, no more.",
    ],
)
def test_references_are_no_items(raw: str) -> None:
    assert texts(raw) == [raw]


def test_an_invented_decision() -> None:
    found = {clause.text: clause for clause in cut(normalised(DECISION))}
    chapeau = found["Requests the Executive Officer, as set out in para. 2, b) of Conf. 18.3, to:"]
    assert chapeau.path == ("para", "2")
    item = found["Prepare, subject to funds:"]
    assert (item.path, item.chapeau) == (("para", "2", "b"), chapeau.index)
    assert (found["a map; and"].path, found["a map; and"].chapeau) == (("para", "2", "b", "2"), item.index)
    assert found["For the delta, e.g. its ports"].path == ("para", "2", "b", "ii")
    assert found["Special attention should be given to No. 4 of the list;"].path == ("para", "3")
    assert found["R-III/4. Cooperation with other bodies and processes"].kind == HEADING


def test_rows_become_cells() -> None:
    cells = [clause for clause in cut(normalised(DECISION)) if clause.kind == CELL]
    assert [(cell.text, cell.path[3], cell.column) for cell in cells] == [
        ("Expenditures", "1", 2),
        ("2031", "1", 3),
        ("I.", "2", 1),
        ("Description", "2", 2),
        ("Staff costs*", "3", 2),
        ("525.3", "3", 3),
        ("Meetings of the Conference of the Parties to the Treaty", "4", 2),
        ("-", "4", 3),
    ]
    assert len({cell.item for cell in cells}) == 4


def test_columns_count_from_the_first_where_every_row_begins_with_a_bar() -> None:
    assert [clause.column for clause in cut(normalised("| a | b |\n| c | |\n"))] == [1, 2, 1]


def test_clauses_have_their_raw_text() -> None:
    text = normalised(PAGE)
    clause = next(clause for clause in cut(text) if "(three)" in clause.text)
    assert text.raw[clause.raw_start : clause.raw_end] == r"It has members \(three\):"


def test_what_stands_beside() -> None:
    outline = Outline.of(normalised(DECISION))
    by_text = {clause.text: clause for clause in outline.clauses}
    item = by_text["Prepare, subject to funds:"]
    beside = {outline.clauses[index].path for index in outline.beside([item])}
    assert beside == {("para", "2"), ("para", "2", "b")} | {("para", "2", "b", str(n)) for n in (1, 2, 3)}
    alone = by_text["Aware of the work of the Fisheries Board (FB),"]
    assert outline.beside([alone]) == {alone.index}


def test_touched_clauses() -> None:
    outline = Outline.of(normalised("One is here. Two is there."))
    assert [clause.text for clause in outline.touched(0, 3)] == ["One is here."]
    assert len(outline.touched(8, 15)) == 2
    assert outline.touched(12, 13) == ()


@given(st.text(st.sampled_from("aB1. ;:(),|\n-*"), max_size=80))
def test_clauses_are_ordered_and_apart(raw: str) -> None:
    text = normalised(raw)
    end = 0
    for clause in cut(text):
        assert end <= clause.start < clause.end
        assert clause.text == text.text[clause.start : clause.end] == clause.text.strip()
        assert clause.chapeau is None or clause.chapeau < clause.index
        end = clause.end


def test_no_word_of_the_real_documents_is_lost(source_folder: Path) -> None:
    for path in source_folder.iterdir():
        text = normalised(path.read_bytes().decode())
        clauses = cut(text)
        lost = text.text
        for clause in reversed(clauses):
            lost = lost[: clause.start] + lost[clause.end :]
        assert not [word for word in lost.split() if len(word.strip("|()*-./")) > 2], path.name
        assert {clause.kind for clause in clauses} <= {CLAUSE, CELL, HEADING}
