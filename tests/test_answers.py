from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Store

from mea_kg import resources
from mea_kg.answers import Given, ask, bound_text, run, run_text, scope_of
from mea_kg.building import Build
from mea_kg.errors import AmbiguousName, QueryError, UnknownName, UnknownQuery
from mea_kg.names import find_entities
from mea_kg.namespaces import AUTHORED, ID, INFERRED, MEA, XSD
from mea_kg.results import Answer, Statements, Truth, plain
from mea_kg.saved_queries import SOURCE_PARAMETER, find_query
from tests.small_world import small_world

FOLDER = resources.queries_folder()
HERE = Path("own.rq")


@pytest.fixture(scope="module")
def store() -> Store:
    return small_world()


def test_rows_are_dicts_of_plain_values(toy: Build) -> None:
    answer = ask(toy.store, FOLDER, "trust-funds")
    assert [row["startDate"] for row in answer] == [date(2031, 1, 1)]
    assert [row["years"] for row in answer] == [3]
    assert {row["fund"] for row in answer} == {ID + "fund/marsh"}
    assert {row["purpose"] for row in answer} == {None}
    assert len(answer) == 1


def test_parameters_by_position_and_by_name_are_one(toy: Build) -> None:
    by_position = ask(toy.store, FOLDER, "members-of", ["Night Consortium"])
    by_name = ask(toy.store, FOLDER, "members-of", parameters={"group": "group/night-consortium"})
    assert by_position == by_name
    assert by_position.parameters["group"][0].label == "Night Consortium"


def test_several_values_of_one_parameter_are_asked_together(toy: Build) -> None:
    groups = ["group/dawn", "group/un-marshes", "group/dawn"]
    answer = ask(toy.store, FOLDER, "members-of", parameters={"group": groups})
    assert {row["group"] for row in answer} == {ID + "group/dawn", ID + "group/un-marshes"}


def test_remarks_say_how_complete_the_answer_is(toy: Build) -> None:
    def remarks(group: str, source: str | None = None) -> str:
        return " ".join(ask(toy.store, FOLDER, "members-of", [group], source=source).remarks)

    assert "the source says 7 members; 1 is named here, and the rest are not stated" in remarks(
        "Marsh Liaison Group"
    )
    assert "gives the whole list" in remarks("Night Consortium")
    assert "who signed it is not stated; its date is not stated" in remarks("Night Consortium")
    assert "whether the list is complete is not stated" in remarks("Dawn Partnership")
    assert "whole list" not in remarks("Night Consortium", source="document/mm-ii-3")


def test_an_empty_answer_says_what_was_searched(toy: Build) -> None:
    answer = ask(toy.store, FOLDER, "mandates-of", ["HU"])
    assert not answer.rows
    assert "What has an actor been asked" in answer.searched
    assert "actor: Harbour Union" in answer.searched
    assert "does not mean no" in answer.searched


@pytest.mark.parametrize(
    ("query", "values", "named", "message"),
    [
        ("members-of", [], {}, "needs group"),
        ("members-of", ["a", "b"], {}, "takes 1 parameter, not 2"),
        ("members-of", ["group/dawn"], {"group": "group/dawn"}, "given twice"),
        ("members-of", [], {"groop": "group/dawn"}, "no parameter 'groop'"),
        ("members-of", [], {"group": []}, "needs group"),
    ],
)
def test_wrong_parameters_are_errors_that_show_the_usage(
    toy: Build, query: str, values: list[str], named: dict[str, str], message: str
) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        ask(toy.store, FOLDER, query, values, named)
    assert caught.value.hint is not None
    assert "mea-kg query members-of GROUP" in caught.value.hint


def test_errors_of_names_come_through(toy: Build) -> None:
    with pytest.raises(UnknownQuery):
        ask(toy.store, FOLDER, "members")
    with pytest.raises(UnknownName):
        ask(toy.store, FOLDER, "members-of", ["Night"])
    with pytest.raises(UnknownName):
        ask(toy.store, FOLDER, "members-of", ["Night Consortium"], source="nowhere")
    with pytest.raises((UnknownName, AmbiguousName)):
        ask(toy.store, FOLDER, "members-of", ["group/night-consortium"], source="HU")


def test_a_query_of_ones_own_is_asked_of_both_graphs(store: Store) -> None:
    count = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"
    both = run_text(store, FOLDER, count.format(""), HERE)
    authored = run_text(store, FOLDER, count.format(f"FROM <{AUTHORED}>"), HERE)
    inferred = run_text(store, FOLDER, count.format(f"from <{INFERRED}>"), HERE)
    assert isinstance(both, Answer) and isinstance(authored, Answer) and isinstance(inferred, Answer)
    numbers = [next(iter(answer))["n"] for answer in (both, authored, inferred)]
    assert numbers[0] == numbers[1] + numbers[2]  # type: ignore[operator]
    assert 0 not in numbers


def test_the_word_from_in_other_places_names_no_graph(store: Store) -> None:
    text = """# FROM <http://nowhere.example/>
        PREFIX from: <http://example.org/from/>
        SELECT ?from WHERE { ?from ?p "from <x>" . OPTIONAL { ?from from:b ?c } }"""
    result = run_text(store, FOLDER, text.replace('"from <x>"', "?o"), HERE)
    assert isinstance(result, Answer)
    assert result.rows


def test_ask_and_construct_have_results_of_their_own(store: Store) -> None:
    assert run_text(store, FOLDER, "ASK { ?s ?p ?o }", HERE) == Truth(True)
    made = run_text(store, FOLDER, f"CONSTRUCT WHERE {{ ?s <{MEA}symbol> ?o }}", HERE)
    assert isinstance(made, Statements) and len(made.triples) == 1
    described = run_text(store, FOLDER, f"DESCRIBE <{ID}decision/bs-ii-6>", HERE)
    assert isinstance(described, Statements) and described.triples


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } }",
        "SELECT * { { SELECT * { service silent <http://127.0.0.1:9/x> { ?s ?p ?o } } } }",
        "SELECT * { ?s ?p 5.SERVICE ?g { ?s ?p ?o } }",
        "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } }",
        "#+ question: x\nSELECT * { SERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } }",
    ],
)
def test_a_query_that_calls_another_server_is_refused(store: Store, text: str) -> None:
    with pytest.raises(QueryError, match=r"own\.rq: SERVICE is refused"):
        run_text(store, FOLDER, text, HERE)


def test_the_word_service_alone_is_not_refused(store: Store) -> None:
    text = "SELECT ?service { ?service ?p 'SERVICE <x> {}' } # SERVICE"
    assert isinstance(run_text(store, FOLDER, text, HERE), Answer)


@pytest.mark.parametrize("text", ["SELECT * { broken", "INSERT DATA { <a:a> <a:a> <a:a> }", ""])
def test_what_is_no_query_is_an_error_that_names_the_file(store: Store, text: str) -> None:
    with pytest.raises(QueryError, match=r"^own\.rq: "):
        run_text(store, FOLDER, text, HERE)


def test_a_file_with_a_header_takes_parameters_and_one_without_none(toy: Build, tmp_path: Path) -> None:
    own = tmp_path / "mine.rq"
    own.write_text(find_query(FOLDER, "members-of").text.replace("#+ remarks: how-complete-is-a-group\n", ""))
    saved = ask(toy.store, FOLDER, "members-of", ["group/dawn"])
    assert ask(toy.store, FOLDER, str(own), ["group/dawn"]).rows == saved.rows
    own.write_text("SELECT * { ?s ?p ?o } LIMIT 1")
    assert len(ask(toy.store, FOLDER, str(own))) == 1
    assert len(ask(toy.store, FOLDER, str(own), [], {})) == 1
    wrong: list[tuple[list[str], dict[str, str], str | None]] = [
        (["x"], {}, None),
        ([], {"a": "x"}, None),
        ([], {}, "x"),
    ]
    for values, named, source in wrong:
        with pytest.raises(QueryError, match="has no parameters"):
            run(toy.store, FOLDER, str(own), Given(values, named, source))
    own.write_text("ASK {}")
    with pytest.raises(QueryError, match="is not a SELECT"):
        ask(toy.store, FOLDER, str(own))


def test_a_file_that_cannot_be_read_is_an_error(store: Store, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="cannot be read"):
        run(store, FOLDER, str(tmp_path / "none.rq"))
    (tmp_path / "latin.rq").write_bytes(b"SELECT * { ?s ?p '\xe9' }")
    with pytest.raises(QueryError, match="cannot be read"):
        run(store, FOLDER, str(tmp_path / "latin.rq"))


def test_a_byte_order_mark_is_passed_over(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "own.rq"
    path.write_text("#+ question: Is it?\nSELECT ?a { VALUES ?a { 1 } }", encoding="utf-8-sig")
    assert len(ask(store, FOLDER, str(path))) == 1


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("#+ key: [nobody]", "there is no column 'nobody'"),
        ("#+ hide: [b, nobody]", "there is no column 'nobody'"),
        ("#+ remarks: trust-funds", "gives no remarks"),
    ],
)
def test_a_header_that_does_not_fit_its_query_is_an_error(toy: Build, header: str, message: str) -> None:
    text = f"#+ question: Is it?\n{header}\nSELECT ?a ?b {{ VALUES (?a ?b) {{ (1 2) }} }}"
    with pytest.raises(QueryError, match=message):
        run_text(toy.store, FOLDER, text, HERE)


def test_the_text_that_is_sent_holds_the_terms(toy: Build) -> None:
    query = find_query(FOLDER, "members-of")
    text = bound_text(toy.store, query.text, query.path, Given(["Night Consortium"], {}, "The toy documents"))
    assert f"VALUES ?group {{ <{ID}group/night-consortium> }}" in text
    assert f"VALUES ?source {{ <{ID}collection/toy> }}" in text


def test_scope_counts_documents_and_knows_the_newest_year(store: Store, toy: Build) -> None:
    assert str(scope_of(store, None)) == "from 2 documents, the newest of 2025 or later; not stated is not no"
    (page,) = find_entities(store, "document/page", SOURCE_PARAMETER)
    assert str(scope_of(store, page)) == "from 1 document (Page) of 2020; not stated is not no"
    (collection,) = find_entities(toy.store, "collection/toy", SOURCE_PARAMETER)
    assert scope_of(toy.store, collection).documents == 4


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (None, None),
        (NamedNode("a:b"), "a:b"),
        (Literal("x", language="en"), "x"),
        (Literal("12", datatype=NamedNode(XSD + "integer")), 12),
        (Literal("1.50", datatype=NamedNode(XSD + "decimal")), Decimal("1.50")),
        (Literal("true", datatype=NamedNode(XSD + "boolean")), True),
        (Literal("0", datatype=NamedNode(XSD + "boolean")), False),
        (Literal("2005-02-28", datatype=NamedNode(XSD + "date")), date(2005, 2, 28)),
        (Literal("2005-02-30", datatype=NamedNode(XSD + "date")), "2005-02-30"),
        (Literal("x", datatype=NamedNode(XSD + "decimal")), "x"),
        (Literal("2005", datatype=NamedNode(XSD + "gYear")), "2005"),
    ],
)
def test_plain_values(term: NamedNode | Literal | None, value: object) -> None:
    assert plain(term) == value
    assert type(plain(term)) is type(value)


def test_to_pandas_needs_pandas(toy: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(QueryError, match="pandas is not installed"):
        ask(toy.store, FOLDER, "trust-funds").to_pandas()


def test_to_pandas_gives_a_column_for_each_variable(toy: Build) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = ask(toy.store, FOLDER, "members-of", ["group/dawn"]).to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame["memberLabel"]) == ["Lantern Secretariat"]
