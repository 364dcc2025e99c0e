from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from mea_kg.folding import Evidence, fold, link_to
from mea_kg.names import Entity
from mea_kg.namespaces import ID, VOCAB
from mea_kg.results import Answer

VARIABLES = ("who", "whoLabel", "partner", "partnerLabel", "status", "document", "documentLabel", "pinpoint")
A, B, C = (Entity(f"{ID}organization/{name}", name.upper(), "organization") for name in "abc")


def row(who: Entity, partner: Entity, status: str, pinpoint: str) -> tuple[NamedNode | Literal | None, ...]:
    return (
        who.node,
        Literal(who.label),
        partner.node,
        Literal(partner.label) if partner.label else None,
        NamedNode(f"{VOCAB}status/{status}") if status else None,
        NamedNode(ID + "document/x"),
        Literal("X"),
        Literal(pinpoint),
    )


def answer(*rows: tuple[NamedNode | Literal | None, ...], asked: tuple[Entity, ...] = (A,)) -> Answer:
    return Answer("Who?", VARIABLES, rows, key=("who", "partner"), parameters={"who": asked})


def test_rows_of_one_key_are_one_fact_with_all_its_evidence() -> None:
    folded = fold(answer(row(A, B, "ongoing", "1"), row(A, C, "ongoing", "1"), row(A, B, "established", "2")))
    assert folded.columns == ("partner", "status")
    (group,) = folded.groups
    assert group.heading == "who: A (organization, organization/a)"
    first, second = group.facts
    assert [value.text for value in first.cells[0]] == ["B"]
    assert [(value.text, value.evidence) for value in first.cells[1]] == [
        ("ongoing", frozenset({0})),
        ("established", frozenset({1})),
    ]
    assert first.evidence == (Evidence("X", "", "1", "", ""), Evidence("X", "", "2", "", ""))
    assert [value.text for value in second.cells[0]] == ["C"]


def test_each_entity_that_was_asked_for_has_its_group_in_order_even_an_empty_one() -> None:
    folded = fold(answer(row(C, B, "", "1"), row(A, B, "", "1"), asked=(A, B, C)))
    assert [group.heading[:6] for group in folded.groups] == ["who: A", "who: B", "who: C"]
    assert [len(group.facts) for group in folded.groups] == [1, 0, 1]


def test_a_thing_without_label_is_shown_by_its_id() -> None:
    nameless = Entity(ID + "organization/n", "", "organization")
    (group,) = fold(answer(row(A, nameless, "", "1"))).groups
    assert group.facts[0].cells[0][0].text == "organization/n"


def test_without_key_each_row_is_a_fact_but_for_its_evidence() -> None:
    rows = (row(A, B, "", "1"), row(A, B, "", "2"), row(A, C, "", "1"))
    folded = fold(Answer("Who?", VARIABLES, rows))
    assert folded.columns == ("who", "partner", "status")
    assert [len(fact.evidence) for fact in folded.groups[0].facts] == [2, 1]


def test_hidden_columns_and_empty_facts_are_left_out() -> None:
    rows = ((A.node, None), (B.node, Literal("x")))
    folded = fold(Answer("?", ("who", "note"), rows, key=("who",), groups=("who",)))
    assert [len(group.facts) for group in folded.groups] == [0, 1]
    assert fold(Answer("?", ("who", "note"), rows, hide=("note",))).columns == ("who",)


def test_links_open_the_page_at_the_phrase() -> None:
    assert link_to("https://example.org/a", "co-operation, trade") == (
        "https://example.org/a#:~:text=co%2Doperation%2C%20trade"
    )
    assert link_to("https://example.org/a#part", "x") == "https://example.org/a#part:~:text=x"
    assert link_to("https://example.org/a", "") == "https://example.org/a"
    assert link_to("", "x") == ""
