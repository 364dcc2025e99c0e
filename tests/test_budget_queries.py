"""The questions on money and posts: the answers are those of the document, worked out from its text."""

from __future__ import annotations

from itertools import groupby

import pytest
from pyoxigraph import Literal, NamedNode

from mea_kg.graph import KnowledgeGraph
from mea_kg.namespaces import ID, VOCAB
from mea_kg.selecting import select

FIVE = "collection/five-documents"


def rows(graph: KnowledgeGraph, query: str, values: list[str], *columns: str) -> set[tuple[str, ...]]:
    """The columns of an answer: ids and names of concepts without their namespaces, "" for nothing."""
    answer = graph.query(query, *values, source=FIVE)
    positions = [answer.variables.index(column) for column in columns]
    return {tuple(text_of(row[position]) for position in positions) for row in answer.rows}


def text_of(term: object) -> str:
    if not isinstance(term, NamedNode | Literal):
        return ""
    return term.value.removeprefix(ID).removeprefix(VOCAB).rpartition("#")[2]


def test_q45_funds(graph: KnowledgeGraph) -> None:
    dates = ("2005-01-01", "2007-12-31", "3")
    assert rows(graph, "trust-funds", [], "fund", "startDate", "endDate", "years") == {
        (f"fund/{name}", *dates) for name in ("byp", "bep", "bzp")
    }


def test_q47_what_holds_on_a_day(graph: KnowledgeGraph) -> None:
    def holding(day: str) -> set[str]:
        found = rows(graph, "what-holds-on", [day], "entity")
        return {entity for (entity,) in found if entity.startswith(("fund/", "budget/"))}

    funds = {"fund/byp", "fund/bep", "fund/bzp"}
    assert holding("2007-06-30") == funds
    assert holding("2006-12-31") == funds | {"budget/core-2005-2006"}
    assert holding("2007-12-31") == funds
    assert holding("2008-01-01") == holding("2004-12-31") == set()


def test_what_holds_on_a_day_has_its_dates_and_the_passages_that_print_them(graph: KnowledgeGraph) -> None:
    """The stated periods of the five documents: the plan, the vision, the work programme and one membership."""
    forests = (
        "CITES Secretariat in Collaborative Partnership on Forests",
        "2018",
        "",
        "list of groups, CPF",
    )
    plan = ("Capacity-building Action Plan (2012-2020)", "2012", "2020", "text, para. 3")
    vision = ("CITES Strategic Vision: 2021-2030", "2021", "2030", "Strategic Vision")
    work = (
        "Joint Work Programme 2021-2025 of the CITES Secretariat and the Convention on the Conservation of "
        "Migratory Species of Wild Animals",
        "2021",
        "2025",
        "list of instruments, CMS",
    )
    held = {
        "2011-12-31": set(),
        "2012-01-01": {plan},
        "2017-12-31": {plan},
        "2018-01-01": {plan, forests},
        "2020-12-31": {plan, forests},
        "2021-01-01": {forests, vision, work},
        "2025-12-31": {forests, vision, work},
        "2026-01-01": {forests, vision},
        "2031-01-01": {forests},
    }
    for day, expected in held.items():
        columns = ("entityLabel", "from", "to", "pinpoint")
        assert rows(graph, "what-holds-on", [day], *columns) == expected, day


def test_what_holds_is_shown_by_the_passages_on_its_dates_alone(graph: KnowledgeGraph) -> None:
    assert rows(graph, "what-holds-on", ["2022-01-01"], "phrase") == {
        ("The CITES Secretariat is member of the CPF since 2018",),
        ("CITES Strategic Vision: 2021-2030",),
        ("the current Joint Work Programme 2021-2025",),
    }


def test_q48_gross_and_net(graph: KnowledgeGraph) -> None:
    assert rows(graph, "core-budget", [], "fund", "year", "gross", "offset", "net", "unit") == {
        ("fund/byp", "2005", "2166500", "165000", "2001500", "http://qudt.org/vocab/unit/CCY_USD"),
        ("fund/byp", "2006", "1878700", "165000", "1713700", "http://qudt.org/vocab/unit/CCY_USD"),
    }


def test_q49_who_is_assessed_most(graph: KnowledgeGraph) -> None:
    answer = graph.query("largest-contributions", "BYP", source=FIVE)
    ranked: dict[str, list[tuple[str, str]]] = {}
    for row in answer:
        ranked.setdefault(str(row["years"]), []).append((str(row["partyLabel"]), str(row["printed"])))
    assert {years: len(parties) for years, parties in ranked.items()} == dict.fromkeys(
        ("2005", "2006", "2005-2006"), 91
    )
    assert ranked["2005-2006"][:5] == [
        ("Japan", "817,344"),
        ("Germany", "562,509"),
        ("United Kingdom", "397,887"),
        ("France", "391,587"),
        ("Italy", "317,231"),
    ]
    assert ranked["2005"][0] == ("Japan", "440,330")
    assert ranked["2006"][0] == ("Japan", "377,014")


def test_q50_parties_and_columns(graph: KnowledgeGraph) -> None:
    columns = ("measure", "years", "parties", "sum", "printed", "difference")
    assert rows(graph, "column-totals", [], *columns) == {
        ("measure/un-scale", "2005", "91", "65.166", "65.166", "0"),
        ("measure/un-scale", "2006", "91", "65.166", "65.166", "0"),
        ("measure/adjusted-scale", "2005", "91", "99.999", "100.000", "0.001"),
        ("measure/adjusted-scale", "2006", "91", "99.999", "100.000", "0.001"),
        ("measure/contribution", "2005", "91", "2001504", "2,001,500", "-4"),
        ("measure/contribution", "2006", "91", "1713702", "1,713,700", "-2"),
        ("measure/contribution", "2005-2006", "91", "3715211", "3,715,210", "-1"),
    }


def test_q53_marked_rows(graph: KnowledgeGraph) -> None:
    owed = {
        "belgium": ("37,399", "32,021", "69,421"),
        "estonia": ("420", "359", "779"),
        "greece": ("18,542", "15,876", "34,418"),
        "italy": ("170,903", "146,328", "317,231"),
    }
    assert rows(graph, "parties-not-yet-parties", [], "party", "mark", "years", "printed") == {
        (f"state/{party}", "1/", years, printed)
        for party, figures in owed.items()
        for years, printed in zip(("2005", "2006", "2005-2006"), figures, strict=True)
    }


def test_q57_posts(graph: KnowledgeGraph) -> None:
    posts = {"P-5": "1", "P-4": "1", "P-3": "1", "General Service Category": "2", "": "5"}
    assert rows(graph, "posts-by-grade", [], "fund", "grade", "year", "posts") == {
        ("fund/byp", grade, year, number) for grade, number in posts.items() for year in ("2005", "2006")
    }


def test_totals_by_fund_keep_the_printed_unit(graph: KnowledgeGraph) -> None:
    assert rows(graph, "totals-by-fund", [], "acronym", "year", "printed", "multiplier", "amount") == {
        ("BYP", "2005", "2,166.5", "1000", "2166500"),
        ("BYP", "2006", "1,878.7", "1000", "1878700"),
        ("BYP", "2005", "2,001.5", "1000", "2001500"),
        ("BYP", "2006", "1,713.7", "1000", "1713700"),
        ("BEP", "2005", "542,118", "1", "542118"),
        ("BEP", "2006", "282,500", "1", "282500"),
        ("BZP", "2005", "1,672.4", "1000", "1672400"),
        ("BZP", "2006", "1,672.4", "1000", "1672400"),
    }


def test_contributions_of_one_party(graph: KnowledgeGraph) -> None:
    expected = {
        ("measure/un-scale", "2005", "0.010"),
        ("measure/un-scale", "2006", "0.010"),
        ("measure/adjusted-scale", "2005", "0.017"),
        ("measure/adjusted-scale", "2006", "0.017"),
        ("measure/contribution", "2005", "350"),
        ("measure/contribution", "2006", "300"),
        ("measure/contribution", "2005-2006", "649"),
    }
    for name in ("Korea, Democratic Republic", "Democratic People's Republic of Korea"):
        assert rows(graph, "contributions-of", [name], "measure", "years", "printed") == expected


def test_contributions_have_due_dates_and_their_scale_a_year(graph: KnowledgeGraph) -> None:
    found = rows(graph, "contributions-of", ["Japan"], "measure", "years", "scaleYear", "dueDate")
    assert found == {
        ("measure/un-scale", "2005", "2004", ""),
        ("measure/un-scale", "2006", "2004", ""),
        ("measure/adjusted-scale", "2005", "", ""),
        ("measure/adjusted-scale", "2006", "", ""),
        ("measure/contribution", "2005", "", "2005-01-01"),
        ("measure/contribution", "2006", "", "2006-01-01"),
        ("measure/contribution", "2005-2006", "", ""),
    }


def test_lines_of_a_fund_keep_blank_zero_and_dash_apart(graph: KnowledgeGraph) -> None:
    def cell(fund: str, line: str, year: str) -> set[tuple[str, ...]]:
        found = rows(graph, "budget-lines", [fund], "line", "year", "printed", "amount", "state")
        return {row[2:] for row in found if row[0].endswith(line) and row[1] == year}

    assert cell("BYP", "table-1/working-capital-reserve", "2006") == {("", "", "cell-state/blank")}
    assert cell("BYP", "table-1/sub-total-3", "2006") == {("0.0", "0", "cell-state/zero")}
    assert cell("BZP", "table-4/article-18-working-group", "2006") == {("-", "", "cell-state/dash")}
    assert cell("BYP", "table-1/staff-costs", "2005") == {("525.3", "525300", "cell-state/figure")}


def test_errors_come_first(graph: KnowledgeGraph) -> None:
    answer = list(graph.query("figures-that-do-not-add-up", source=FIVE))
    assert [(row["row"], row["printed"]) for row in answer[:2]] == [("TOTAL", "3,715,210"), ("Uganda", "381")]
    assert {str(row["kind"]).rpartition("/")[2] for row in answer[2:]} == {"rounding"}
    assert len(answer) == 186
    assert rows(graph, "figures-that-do-not-add-up", [], "pinpoint") > {
        ("table 5, Uganda, Total contributions 2005-2006 (US$)",)
    }


def test_assessed_contributions_are_plain_views(graph: KnowledgeGraph) -> None:
    query = """PREFIX mea: <https://w3id.org/mea-kg/ontology#>
    SELECT ?view ?amount ?share ?due FROM <https://w3id.org/mea-kg/graph/inferred> WHERE {
      ?view a mea:AssessedContribution ; mea:party <https://w3id.org/mea-kg/id/state/france> ;
        mea:year ?year ; mea:value ?amount ; mea:share ?share ; mea:dueDate ?due ;
        mea:derivedFrom ?cell }"""
    found = {
        tuple(text_of(row[name]) for name in ("view", "amount", "share", "due"))
        for row in select(graph.store, query)
    }
    assert found == {
        ("contribution/byp/state.france/2005", "210961", "10.54", "2005-01-01"),
        ("contribution/byp/state.france/2006", "180626", "10.54", "2006-01-01"),
    }


def test_paragraphs_cite_the_tables_that_they_print(graph: KnowledgeGraph) -> None:
    query = """PREFIX mea: <https://w3id.org/mea-kg/ontology#>
    SELECT ?paragraph ?table FROM <https://w3id.org/mea-kg/graph/authored>
    FROM <https://w3id.org/mea-kg/graph/inferred> WHERE {
      ?text mea:locator ?paragraph ; mea:hasCitation ?citation .
      ?citation mea:cites ?table . ?table a mea:BudgetTable }"""
    found = {(text_of(row["paragraph"]), text_of(row["table"])[-1]) for row in select(graph.store, query)}
    assert found == {("3", "1"), ("4", "2"), ("6", "5"), ("8", "1"), ("9(a)", "3"), ("9(b)", "4")}


@pytest.mark.parametrize(
    ("query", "paragraphs"),
    [
        ("acknowledgements", ["1", "5", "9(a)", "9(b)", "14"]),
        ("acts-without-addressee", ["2", "4", "10", "19", "note 7/"]),
        ("what-acts-depend-on", ["2", "6", "8", "10", "12", "14", "17", "19"]),
    ],
)
def test_acts_stand_in_the_order_of_their_paragraphs(
    graph: KnowledgeGraph, query: str, paragraphs: list[str]
) -> None:
    found = [
        str(row["paragraph"])
        for row in graph.query(query)
        if str(row["statedIn"]).removeprefix(ID) == "decision/budget-2005-2006"
    ]
    assert [one for one, _ in groupby(found)] == paragraphs


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (
            "contradiction",
            {
                ("budget-2005-2006", "table 5, TOTAL"),
                ("budget-2005-2006", "table 5, Uganda"),
                ("budget-2005-2006", "table 5, United Republic of Tanzania"),
                ("cites-response-2025", "list of instruments"),
                ("cites-response-2025", "list of instruments, enforcement"),
                ("customs-portal", "text, para. 3"),
            },
        ),
        (
            "cited-thing-absent",
            {
                ("cites-response-2025", "closing sentence"),
                ("cites-response-2025", "heading"),
                ("cites-response-2025", "list of groups, ICCWC"),
                ("customs-portal", "text, para. 2"),
                ("customs-portal", "text, para. 4"),
            },
        ),
        (
            "mark-without-note",
            {
                ("budget-2005-2006", "note 6/"),
                ("budget-2005-2006", "para. 2(a)"),
                ("budget-2005-2006", "table 5"),
            },
        ),
    ],
)
def test_what_is_odd_in_the_five_documents(
    graph: KnowledgeGraph, kind: str, expected: set[tuple[str, str]]
) -> None:
    found = rows(graph, "quality-notes", [kind], "document", "pinpoint")
    assert found == {(f"document/{document}", pinpoint) for document, pinpoint in expected}
