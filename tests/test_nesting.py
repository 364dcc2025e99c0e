from __future__ import annotations

from hashlib import sha256

import pytest

from mea_kg.identifiers import Identifier
from mea_kg.nesting import NESTED, IncompleteNode

DECISION = "decision/bs-iv-6"


@pytest.mark.parametrize(
    ("key", "parent", "fields", "expected"),
    [
        ("gives", "a/b", {}, "values"),
        ("paragraphs", DECISION, {"locator": "5"}, "5"),
        ("paragraphs", DECISION, {"locator": "note 7/"}, "note-7"),
        ("items", f"{DECISION}/5", {"locator": "5(a)"}, "a"),
        ("items", f"{DECISION}/5", {"locator": "(a)"}, "a"),
        ("items", f"{DECISION}/5", {"locator": "55(a)"}, "55-a"),
        ("provisions", "treaty/cites", {"locator": "Article XV"}, "article-xv"),
        ("acts", f"{DECISION}/3", {"verb": "requests"}, "act/requests"),
        ("acts", f"{DECISION}/3", {"verb": "requests", "key": "report"}, "act/requests-report"),
        ("citations", DECISION, {"cites": "decision/bs-ii-6"}, "citation/bs-ii-6"),
        (
            "citations",
            DECISION,
            {"cites": "decision/bs-ii-6", "citedPinpoint": "paragraph (f)"},
            "citation/bs-ii-6-paragraph-f",
        ),
        ("memberships", "group/iccwc", {"member": "secretariat/cites"}, "member/secretariat.cites"),
        ("objectives", "programme/x", {"locator": "5.1"}, "objective/5-1"),
        ("amounts", "fund/x", {"year": "2005"}, "amount/2005"),
        ("amounts", "fund/x", {"key": "total"}, "amount/total"),
        ("themeStatements", "partnership/x", {"order": "2"}, "theme/2"),
        (
            "seeks",
            f"{DECISION}/3/act/requests",
            {"body": "body/wto-sps-committee"},
            "seeks/wto-sps-committee",
        ),
        (
            "names",
            "organization/wco",
            {"text": "Customs Co-operation Council"},
            "name/customs-co-operation-council",
        ),
        ("qualityNotes", "a/b", {"qualityKind": "spelling", "key": "two"}, "quality/spelling-two"),
    ],
)
def test_identifiers_by_the_table(key: str, parent: str, fields: dict[str, str], expected: str) -> None:
    assert str(NESTED[key].identifier(Identifier.parse(parent), fields)) == f"{parent}/{expected}"


def test_evidence_has_the_digest_of_source_pinpoint_and_phrase() -> None:
    nesting, parent = NESTED["evidence"], Identifier.parse("a/b")
    fields = {"source": "document/x", "pinpoint": "para. 1"}
    without = sha256(b"document/x\npara. 1\n").hexdigest()[:12]
    with_phrase = sha256(b"document/x\npara. 1\nWelcomes").hexdigest()[:12]
    assert str(nesting.identifier(parent, fields)) == f"a/b/evidence/{without}"
    assert str(nesting.identifier(parent, {**fields, "phrase": "Welcomes"})) == f"a/b/evidence/{with_phrase}"


@pytest.mark.parametrize(
    ("key", "fields", "message"),
    [
        ("evidence", {"source": "document/x"}, "`pinpoint` is missing"),
        ("evidence", {}, "`source` and `pinpoint` are missing"),
        ("acts", {}, "`verb` is missing"),
        ("amounts", {"value": "3"}, "neither `year` nor `key`"),
        ("paragraphs", {"locator": "***"}, "from `locator`"),
        ("memberships", {"member": "the WCO"}, "from `member`"),
        ("acts", {"verb": "calls on"}, "from `verb`"),
    ],
)
def test_fields_that_do_not_suffice(key: str, fields: dict[str, str], message: str) -> None:
    with pytest.raises(IncompleteNode, match=message):
        NESTED[key].identifier(Identifier.parse("a/b"), fields)


def test_only_paragraphs_items_and_acts_state_their_class() -> None:
    assert {key for key, nesting in NESTED.items() if nesting.default is None} == {
        "paragraphs",
        "items",
        "acts",
    }
