from __future__ import annotations

import csv
import io
import json
from collections import Counter

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, RdfFormat, Triple

from mea_kg import resources
from mea_kg.answers import ask
from mea_kg.building import Build
from mea_kg.errors import QueryError
from mea_kg.names import Entity
from mea_kg.namespaces import ID, MEA, XSD
from mea_kg.rendering import FORMATS, render
from mea_kg.results import Answer, Scope, Statements, Truth

FOLDER = resources.queries_folder()
EVERYTHING = Entity(ID + "collection/all", "All documents", "collection")
ODD = Answer(
    "What?",
    ("thing", "text"),
    (
        (NamedNode("https://example.org/a"), Literal('a "quoted", text\nof two\tlines \\', language="en-gb")),
        (BlankNode("b"), Literal("7", datatype=NamedNode(XSD + "integer"))),
        (None, Literal("\x1b[31m\x9b|<b>*[x]_`")),
    ),
    Scope(EVERYTHING, 5, "2025"),
)


@pytest.fixture(scope="module")
def answer(toy: Build) -> Answer:
    return ask(toy.store, FOLDER, "who-cooperates-with", ["HU"])


def test_json_is_what_a_reader_of_the_standard_reads_back(answer: Answer) -> None:
    for each in (answer, ODD, Answer("?", ("x",), ())):
        read = pyoxigraph.parse_query_results(render(each, "json").encode(), format=QueryResultsFormat.JSON)
        assert isinstance(read, pyoxigraph.QuerySolutions)
        assert [variable.value for variable in read.variables] == list(each.variables)
        assert [tuple(row[name] for name in each.variables) for row in read] == list(each.rows)
    document = json.loads(render(ODD, "json"))
    assert set(document) == {"head", "results"}
    assert document["results"]["bindings"][0]["text"]["xml:lang"] == "en-gb"
    assert "datatype" not in document["results"]["bindings"][2]["text"]


def test_json_of_a_truth() -> None:
    assert json.loads(render(Truth(False), "json")) == {"head": {}, "boolean": False}
    assert render(Truth(True)) == "true\n"


def test_csv_has_a_row_for_each_piece_of_evidence_and_the_link(answer: Answer) -> None:
    header, *rows = csv.reader(io.StringIO(render(answer, "csv")))
    assert header == [*answer.variables, "link"]
    assert len(rows) == len(answer)
    linked = [row for row in rows if row[header.index("address")]]
    assert linked
    for row in linked:
        assert row[-1].startswith(row[header.index("address")] + "#:~:text=")
    assert all(row[header.index("partner")].startswith(ID) for row in rows)


def test_csv_and_tsv_keep_every_character() -> None:
    rows = list(csv.reader(io.StringIO(render(ODD, "csv"))))
    assert rows[1] == ["https://example.org/a", 'a "quoted", text\nof two\tlines \\']
    lines = render(ODD, "tsv").splitlines()
    assert lines[0] == "thing\ttext"
    assert lines[1].split("\t")[1] == 'a "quoted", text\\nof two\\tlines \\\\'


def test_a_table_folds_rows_and_notes_where_each_is_said(answer: Answer) -> None:
    text = render(answer, "table", 100)
    assert max(len(line) for line in text.splitlines() if "http" not in line) <= 100
    row = next(line for line in text.splitlines() if "acknowledged" in line)
    assert "none printed" in row
    assert text.count("acknowledged") == 1
    assert 'decision: Text of decision MM-II/3, para. 1: "the partnership of the Secretariat with' in text
    assert "https://example.org/mm-ii-3#:~:text=the%20partnership" in text
    assert "(no address known)" in text
    assert text.endswith("From 4 documents, the newest of 2030; not stated is not no.\n")


def test_values_that_sources_give_differently_are_marked_with_their_notes(answer: Answer) -> None:
    text = render(answer, "table", None)
    row = next(line for line in text.splitlines() if "acknowledged" in line)
    cell = next(part for part in row.split("  ") if "ongoing" in part)
    first, second = (part[part.index("[") :] for part in cell.split("; "))
    assert row.rstrip().endswith(f"{first} {second}")
    notes = {line.split(" ")[0]: line for line in text.splitlines() if line.startswith("[")}
    assert "Text of decision" in notes[first] and "Lantern Page" in notes[second]


def test_an_empty_answer_says_what_was_searched_and_that_this_is_no_no(toy: Build) -> None:
    empty = ask(toy.store, FOLDER, "mandates-of", ["HU"])
    for format in ("table", "markdown", "citation"):
        text = render(empty, format, 100)
        assert text.count("Nothing is stated") == 1
        assert "does not mean no" in text and "not stated is not no" in text
    assert render(empty, "csv").count("\n") == 1


def test_each_actor_of_a_treaty_has_its_table(toy: Build) -> None:
    text = render(ask(toy.store, FOLDER, "who-cooperates-with", ["Lantern Protocol"]), "table", 100)
    headings = [line for line in text.splitlines() if line.startswith("organization: ")]
    assert len(headings) == 4
    assert "organ not stated" in headings[0]
    assert text.count("Nothing is stated.") == 2


def test_markdown_has_a_footnote_for_each_mark(answer: Answer) -> None:
    text = render(answer, "markdown")
    marks = Counter(part.split("]")[0] for part in text.split("[^")[1:])
    assert all(f"\n[^{mark}]: " in text for mark in marks)
    assert len(marks) == 8
    assert "<https://example.org/mm-ii-3#:~:text=" in text


def test_markdown_escapes_what_would_be_markup() -> None:
    assert r"\\u001B\[31m\\u009B\|\<b\>\*\[x\]\_\`" in render(ODD, "markdown")


def test_citations_are_sentences_with_footnotes(answer: Answer) -> None:
    lines = render(answer, "citation").splitlines()
    assert lines[0].startswith("Harbour Union; Lamp Office; instrument; Memorandum of Understanding")
    assert lines[0].endswith(".[1]")
    assert any(line.startswith("[1] own statement: ") for line in lines)


@pytest.mark.parametrize("format", ["table", "markdown", "citation"])
def test_readable_formats_send_no_control_character(format: str) -> None:
    text = render(ODD, format, 80)
    assert "\x1b" not in text and "\x9b" not in text
    assert "\\u001B" in text


def test_triples_are_turtle() -> None:
    triples = (Triple(NamedNode(ID + "a"), NamedNode(MEA + "text"), Literal("x")),) * 2
    text = render(Statements(triples), "turtle")
    assert "@prefix mea:" in text and "@prefix skos:" not in text
    read = [quad.triple for quad in pyoxigraph.parse(text.encode(), format=RdfFormat.TURTLE)]
    assert read == [triples[0]]
    assert render(Statements(triples)) == text
    assert render(Statements(())) == ""


@pytest.mark.parametrize(
    ("result", "format"),
    [
        (Statements(()), "csv"),
        (Statements(()), "json"),
        (ODD, "turtle"),
        (Truth(True), "turtle"),
        (ODD, "xml"),
    ],
)
def test_a_format_that_does_not_fit_is_an_error(result: Answer | Statements | Truth, format: str) -> None:
    with pytest.raises(QueryError):
        render(result, format)


def test_every_format_writes_an_answer(answer: Answer) -> None:
    for format in set(FORMATS) - {"turtle"}:
        assert render(answer, format).endswith("\n")
