"""The competency questions: each answer of the graph is the one that the five documents give, no more, no less."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyoxigraph import NamedNode

from mea_kg import resources
from mea_kg.answers import run_text
from mea_kg.graph import KnowledgeGraph
from mea_kg.names import find_entity
from mea_kg.namespaces import ID, PREFIXES, VOCAB, shortened
from mea_kg.results import Answer, Term
from mea_kg.saved_queries import find_query
from tests.conftest import SHARED
from tests.parameter_values import Bound, widest

ANSWERS = Path(__file__).parent / "answers"
FIVE = "collection/five-documents"
WCO = ID + "organization/wco"

Row = tuple[str, ...]
Fact = tuple[str, str, str]
Passage = tuple[str, str, str]

WCO_ANSWER: dict[Fact, set[Passage]] = {
    ("CITES Secretariat", "bilateral instrument", "CITES-WCO Memorandum of Understanding"): {
        ("established", "document/cites-response-2025", "list of instruments, enforcement")
    },
    **{
        (
            partner,
            "co-membership in a group",
            "International Consortium on Combating Wildlife Crime (ICCWC)",
        ): {("established", "document/cites-response-2025", "list of groups, ICCWC")}
        for partner in (
            "CITES Secretariat",
            "INTERPOL",
            "United Nations Office on Drugs and Crime (UNODC)",
            "World Bank",
        )
    },
    ("Secretariat (Cartagena Protocol)", "acknowledged partnership", "none printed (no instrument)"): {
        ("established", "document/bs-iv-6", "para. 1"),
        ("ongoing", "document/customs-portal", "text, para. 1"),
    },
    (
        "Secretariat of the Bamako Convention",
        "mandate only",
        "Bamako Convention COP decision on cooperation (unnumbered)",
    ): {("requested", "document/bamako-cooperation", "para. 3(a)")},
}

WORDS = {
    "CITES Secretariat": "secretariat/cites",
    "INTERPOL": "organization/interpol",
    "United Nations Office on Drugs and Crime (UNODC)": "organization/unodc",
    "World Bank": "organization/world-bank",
    "Secretariat (Cartagena Protocol)": "secretariat/cartagena-protocol",
    "Secretariat of the Bamako Convention": "secretariat/bamako",
    "bilateral instrument": "instrument",
    "co-membership in a group": "group",
    "acknowledged partnership": "acknowledged",
    "mandate only": "mandate",
    "CITES-WCO Memorandum of Understanding": "partnership/cites-wco",
    "International Consortium on Combating Wildlife Crime (ICCWC)": "group/iccwc",
    "Bamako Convention COP decision on cooperation (unnumbered)": "decision/bamako-cooperation",
    "none printed (no instrument)": "none printed",
}

NOT_PARTNERS_OF_WCO = {
    "Green Customs Initiative": "group/green-customs-initiative",
    "Secretariat of the Basel, Rotterdam and Stockholm Conventions": "secretariat/brs",
    "Secretariat of the Waigani Convention": "secretariat/waigani",
    "Executive Secretary": "office/executive-secretary-cartagena-protocol",
    "World Trade Organization": "organization/wto",
    "Lusaka Agreement Task Force": "organization/lusaka-agreement-task-force",
    "United States Fish and Wildlife Service": "organization/us-fws",
}

COOPERATIONS = """
SELECT ?first ?direction ?second ?basis ?via WHERE {
  ?cooperation a mea:Cooperation ;
    mea:basis ?basis ;
    mea:via ?via .
  {
    ?cooperation mea:between ?first , ?second .
    FILTER (STR(?first) < STR(?second))
    BIND ("--" AS ?direction)
  } UNION {
    ?cooperation mea:from ?first ;
      mea:to ?second .
    BIND ("->" AS ?direction)
  }
}
"""


@dataclass(frozen=True)
class Question:
    """One item of `answers/questions.yaml` or `answers/further-questions.yaml`."""

    id: str
    question: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    query: str = ""
    values: Sequence[str] = ()
    sparql: str = ""
    source: str = FIVE
    absent: Sequence[str] = ()
    remarks: Sequence[str] = ()

    @property
    def name(self) -> str:
        return "-".join([self.id, self.query or "sparql", *self.values]).replace(" ", "-").replace("/", "-")

    def asked_of(self, graph: KnowledgeGraph) -> Answer:
        if self.query == "relation":
            first, second = self.values
            return graph.relation(first, second, source=self.source)
        if self.query:
            return graph.query(self.query, *self.values, source=self.source)
        return _sparql(graph, self.sparql)


def _sparql(graph: KnowledgeGraph, text: str) -> Answer:
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    answer = run_text(graph.store, resources.queries_folder(), prefixes + text, Path("competency.rq"))
    assert isinstance(answer, Answer)
    return answer


def _questions() -> list[Question]:
    items: list[dict[str, Any]] = []
    for name in ("questions.yaml", "further-questions.yaml"):
        items += yaml.load((ANSWERS / name).read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    return [Question(**item) for item in items]


def written(term: Term | None) -> str:
    """A term as the answers write it: `kind/name`, a concept by its name, a literal by its text."""
    if term is None:
        return ""
    if isinstance(term, NamedNode) and term.value.startswith(VOCAB):
        return term.value.rpartition("/")[2]
    return shortened(term.value) if isinstance(term, NamedNode) else term.value


def projected(answer: Answer, columns: Sequence[str]) -> set[Row]:
    """The rows in these columns, without those that say less than another one.

    A passage of which the graph says no status adds nothing to the same passage with its status.
    """
    positions = [answer.variables.index(name) for name in columns]
    rows = {tuple(written(row[position]) for position in positions) for row in answer.rows}

    def says_less(row: Row, other: Row) -> bool:
        return row != other and all(one in ("", two) for one, two in zip(row, other, strict=True))

    statuses = [index for index, name in enumerate(columns) if name == "status"]
    weak = {row for row in rows if any(not row[index] for index in statuses)}
    return rows - {row for row in weak if any(says_less(row, other) for other in rows)}


def assert_absent(graph: KnowledgeGraph, answer: Answer, entities: Iterable[str]) -> None:
    """None of these entities is in a cell, and each is in the graph, so that this says something."""
    cells = {written(term) for row in answer.rows for term in row}
    for entity in entities:
        find_entity(graph.store, entity)
        assert entity not in cells


@pytest.mark.parametrize("question", _questions(), ids=lambda question: question.name)
def test_the_answer_is_exact(graph: KnowledgeGraph, question: Question) -> None:
    answer = question.asked_of(graph)
    expected = {tuple(row) for row in question.rows}
    assert len(expected) == len(question.rows)
    assert projected(answer, question.columns) == expected
    assert_absent(graph, answer, question.absent)
    said = "\n".join(answer.remarks)
    assert all(remark in said for remark in question.remarks), said
    assert bool(question.remarks) == bool(said)


def _folded(answer: Answer) -> dict[Fact, set[Passage]]:
    facts: dict[Fact, set[Passage]] = {}
    columns = ["partner", "basis", "via", "viaLabel", "status", "document", "pinpoint"]
    for partner, basis, via, label, *passage in projected(answer, columns):
        status, document, pinpoint = passage
        facts.setdefault((partner, basis, label if label == "none printed" else via), set()).add(
            (status, document, pinpoint)
        )
    return facts


@pytest.mark.parametrize("source", [None, FIVE])
def test_who_cooperates_with_the_world_customs_organization(
    graph: KnowledgeGraph, source: str | None
) -> None:
    answer = graph.query("who-cooperates-with", "WCO", source=source)
    expected = {
        (WORDS[partner], WORDS[basis], WORDS[via]): passages
        for (partner, basis, via), passages in WCO_ANSWER.items()
    }
    assert len(expected) == 7
    assert _folded(answer) == expected
    assert_absent(graph, answer, NOT_PARTNERS_OF_WCO.values())


@pytest.mark.parametrize(
    "spelling", ["World Customs Organization", "world customs organization", WCO, f"<{WCO}>"]
)
def test_every_spelling_of_the_organization_gives_the_same_answer(
    graph: KnowledgeGraph, spelling: str
) -> None:
    assert graph.query("who-cooperates-with", spelling).rows == graph.query("who-cooperates-with", "WCO").rows


def test_what_is_expected_of_the_first_question_is_what_was_asked() -> None:
    path = SHARED / "competency" / "questions.yaml"
    if not path.is_file():
        pytest.skip("no copy of the questions beside this checkout (../shared/competency)")
    questions = yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
    first = next(item for item in questions if item["id"] == "Q01")
    assert {(row["agent"], row["basis"], row["via"]) for row in first["expected"]} == set(WCO_ANSWER)
    for row in first["expected"]:
        passages = WCO_ANSWER[row["agent"], row["basis"], row["via"]]
        assert {status for status, _, _ in passages} == {
            part.split()[0] for part in row["status"].split(", ")
        }
    assert set(first["must_not_contain"]) == set(NOT_PARTNERS_OF_WCO)


def test_whether_the_organization_is_in_the_initiative_is_not_stated(graph: KnowledgeGraph) -> None:
    members = graph.query("members-of", "Green Customs Initiative")
    assert projected(members, ["member", "role"]) == {("secretariat/cartagena-protocol", "participant")}
    for pair in (("WCO", "Green Customs Initiative"), ("Green Customs Initiative", "WCO")):
        found = graph.relation(*pair)
        assert projected(found, ["verdict"]) == {("not stated",)}
        assert projected(found, ["document"]) == {("",)}


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ("WCO", "CITES Secretariat", "stated"),
        ("DEFRA", "CITES Secretariat", "stated"),
        ("WCO", "ICCWC", "stated"),
        ("WCO", "Secretariat of the Bamako Convention", "stated only as requested"),
        (
            "Secretariat of the Waigani Convention",
            "Secretariat of the Bamako Convention",
            "stated only as encouraged",
        ),
        ("body/wto-sps-committee", "office/executive-secretary-cartagena-protocol", "stated only as sought"),
        ("WCO", "World Trade Organization", "not stated"),
        ("FAO", "ICCWC", "no"),
        ("FAO", "CPF", "not stated"),
        ("FAO", "INTERPOL", "not stated"),
    ],
)
def test_not_stated_is_not_no(graph: KnowledgeGraph, first: str, second: str, verdict: str) -> None:
    for pair in ((first, second), (second, first)):
        found = graph.relation(*pair, source=FIVE)
        assert projected(found, ["verdict"]) == {(verdict,)}


def _reviewed(name: str) -> tuple[Row, list[Row]]:
    """The header and the rows of a file of answers, which are sorted and unlike."""
    with (ANSWERS / name).open(encoding="utf-8", newline="") as file:
        header, *rows = (tuple(row) for row in csv.reader(file))
    assert rows == sorted(set(rows))
    return header, rows


def test_the_edges_of_cooperation_are_those_that_were_reviewed(graph: KnowledgeGraph) -> None:
    """A new edge, or one that is gone, is to be a visible change of `answers/cooperation.csv`."""
    columns, rows = _reviewed("cooperation.csv")
    assert projected(_sparql(graph, COOPERATIONS), columns) == set(rows)


def test_each_edge_has_the_status_and_the_passages_that_the_documents_give_it(graph: KnowledgeGraph) -> None:
    _, edges = _reviewed("cooperation.csv")
    (*columns, _, _, _), rows = _reviewed("cooperation-passages.csv")
    assert {row[: len(columns)] for row in rows} == set(edges)
    query = find_query(resources.queries_folder(), "who-cooperates-with")
    bound: Bound = {**widest(graph.store, query), "source": [NamedNode(ID + FIVE)]}
    answer = _sparql(graph, query.bound(dict(bound)))
    names = ("organization", "direction", "partner", "basis", "via", "status", "document", "pinpoint")
    found = set()
    for first, direction, second, *rest in projected(answer, names):
        if direction == "to" or (direction == "symmetric" and first < second):
            found.add((first, "->" if direction == "to" else "--", second, *rest))
    assert found == set(rows)


def test_a_mandate_that_needs_the_concurrence_of_another_body_shows_it(graph: KnowledgeGraph) -> None:
    answer = graph.query("mandates-of", "office/executive-secretary-cartagena-protocol", source=FIVE)
    found = projected(answer, ["statedIn", "paragraph", "concurrenceOf"])
    assert {row for row in found if row[2]} == {("decision/budget-2005-2006", "12", "body/cartagena-bureau")}
