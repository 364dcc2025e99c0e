from __future__ import annotations

import argparse
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from mea_kg.building import Build
from mea_kg.cli import coverage as command
from mea_kg.coverage import CoveredClause, DocumentCoverage, coverage_of
from mea_kg.documents import read_copies, source_documents
from mea_kg.errors import InputError
from mea_kg.graph import KnowledgeGraph
from mea_kg.places import Places
from mea_kg.wording import Wording, operative_verbs
from tests.invented import DECISION, PAGE, copies_in, evidence, store_of

ID = "https://w3id.org/mea-kg/id/"

WELCOMES = """
<decision/r/1/act/welcomes> a mea:Acknowledgement ; mea:concerns <secretariat/rivers> ;
  mea:action "to save the eel"@en ; mea:note "About Canada."@en .
<secretariat/rivers> skos:prefLabel "Secretariat of the Three Rivers"@en ;
  dcterms:description "It sits in Paris."@en .
""" + evidence("decision/r/1/act/welcomes", "1", "decision", "para. 1", "partnership of the Secretariat with")


def coverage(folder: Path, *turtle: str) -> DocumentCoverage:
    store = store_of(*turtle)
    copies_in(folder, decision=DECISION)
    (found,) = coverage_of(store, read_copies(folder, source_documents(store)))
    return found


def clause(found: DocumentCoverage, start: str) -> CoveredClause:
    return next(one for one in found.clauses if one.clause.text.startswith(start))


def missing(found: DocumentCoverage, start: str) -> list[str]:
    return [mention.text for mention in clause(found, start).unaccounted]


def test_without_evidence_nothing_is_covered(tmp_path: Path) -> None:
    found = coverage(tmp_path)
    assert found.uncovered == found.clauses
    assert found.share_of_characters[0] == 0
    assert missing(found, "Welcomes the partnership") == ["Secretariat", "Fisheries Board", "Grey Eel"]
    assert missing(found, "Approves a budget") == [
        "US $1,250,000",
        "Eel Fund",
        "2031",
        "urges",
        "Parties",
        "15 March 2032",
    ]


def test_a_phrase_covers_its_clause(tmp_path: Path) -> None:
    found = coverage(tmp_path, WELCOMES)
    one = clause(found, "Welcomes the partnership")
    assert (one.place, one.line, one.column) == ("para. 1", 8, 4)
    assert one.characters == (35, len(one.clause.text))
    assert one.facts == (ID + "decision/r/1/act/welcomes",)
    assert one not in found.uncovered
    assert found.share_of_clauses(cells=False) == (1, 19)
    assert found.share_of_clauses(cells=True) == (0, 8)


def test_what_a_node_beside_names_is_accounted_for(tmp_path: Path) -> None:
    assert missing(coverage(tmp_path, WELCOMES), "Welcomes the partnership") == [
        "Fisheries Board",
        "Grey Eel",
    ]
    board = "<decision/r/1/act/welcomes> mea:concerns <organization/board> ." + (
        '<organization/board> mea:acronym "FB" ; skos:altLabel "Fisheries Boards" .'
    )
    assert missing(coverage(tmp_path, WELCOMES, board), "Welcomes the partnership") == ["Grey Eel"]


def test_a_node_elsewhere_accounts_for_nothing(tmp_path: Path) -> None:
    found = coverage(tmp_path, WELCOMES, '<secretariat/rivers> skos:altLabel "Treaty of the Three Rivers" .')
    assert missing(found, "The Conference of the Parties") == [
        "Conference of the Parties",
        "Treaty of the Three Rivers",
    ]


REQUEST = (
    "<decision/r/2/a/act/requests> mea:verb verb:requests ; mea:addressee <office/x> . "
    '<office/x> skos:prefLabel "Executive Officer (Three Rivers)"@en .'
)


def test_an_item_and_its_chapeau_are_read_together(tmp_path: Path) -> None:
    phrase = evidence(
        "decision/r/2/a/act/requests", "1", "decision", "para. 2(a)", "Cooperate with the Harbour Union"
    )
    found = coverage(tmp_path, REQUEST, phrase)
    assert missing(found, "Requests the Executive Officer") == ["2", "Conf", "18.3"]
    chapeau = evidence("decision/r/2/a/act/requests", "1", "decision", "para. 2", "Requests the Executive")
    more = '<decision/r/2/a/act/requests> mea:action "to work with the Harbour Union"@en .'
    assert missing(coverage(tmp_path, REQUEST, chapeau, more), "Cooperate with") == ["R-I/2"]


def test_figures_and_dates_are_named_by_values(tmp_path: Path) -> None:
    act = (
        '<x/y> mea:dueDate "2032-03-15"^^xsd:date ; mea:verb verb:urges ; mea:hasAmount <x/y/amount> .'
        '<x/y/amount> mea:value 1250000.0 ; mea:year "2031"^^xsd:gYear .'
    )
    phrase = evidence("x/y", "1", "decision", "para. 3", "Approves a budget of")
    assert missing(coverage(tmp_path, act, phrase), "Approves a budget") == ["Eel Fund", "Parties"]


def test_cells_of_a_row_are_read_together(tmp_path: Path) -> None:
    row = '<x/line> mea:printed "525.3" .' + evidence(
        "x/line", "1", "decision", "table 1", "| Staff costs* |"
    )
    found = coverage(tmp_path, row)
    assert clause(found, "Staff costs").covered
    assert not clause(found, "525.3").covered
    assert clause(found, "525.3").unaccounted == ()


def test_a_phrase_over_two_clauses_covers_both(tmp_path: Path) -> None:
    phrase = evidence("x/y", "1", "decision", "para. 2(b)", "(2) a map; and (3) notes")
    found = coverage(tmp_path, phrase)
    assert clause(found, "a map; and").characters == (10, 10)
    assert clause(found, "notes;").characters == (5, 6)


def test_overlapping_phrases_count_once(tmp_path: Path) -> None:
    found = coverage(
        tmp_path,
        evidence("x/y", "1", "decision", "para. 1", "Welcomes the partnership"),
        evidence("x/y", "2", "decision", "para. 1", "the partnership of the Secretariat"),
    )
    assert len(clause(found, "Welcomes the partnership").covered) == 1
    assert found.share_of_characters[0] == 43


def test_what_a_node_names(tmp_path: Path) -> None:
    part = (
        "<decision/r/1/act/welcomes> mea:hasCitation <decision/r/1/citation/x> , <decision/r/1/citation/y> ."
        '<decision/r/1/citation/x> mea:citedAs "Grey Paper" ; mea:cites <treaty/t> .'
        '<treaty/t> skos:prefLabel "Moon Treaty"@en .'
        '<decision/r/1/citation/y> mea:cites <treaty/u> . <treaty/u> skos:prefLabel "Sun Treaty"@en .'
    ) + evidence("decision/r/1/citation/y", "1", "decision", "para. 1", "Welcomes")
    store = store_of(WELCOMES, part)
    wording = Wording(store, operative_verbs(store))
    named = wording.of(ID + "decision/r/1/act/welcomes")
    assert {"acknowledgement", "save", "secretariat", "3", "grey", "moon"} <= named
    assert not {"canada", "paris", "sun", "partnership"} & named
    assert wording.of(ID + "nobody") == frozenset()


def test_the_verbs_of_the_vocabulary() -> None:
    verbs = operative_verbs(store_of())
    assert verbs.forms["requested"] == "requests"
    assert "strongly urges" not in verbs.forms


def test_the_real_documents(real: Build, source_folder: Path) -> None:
    copies = read_copies(source_folder, source_documents(real.store))
    found = {one.copy.path.name[:3]: one for one in coverage_of(real.store, copies)}
    assert set(found) == {"000", "001", "002", "003", "004"}
    for name in ("000", "001", "003", "004"):
        some, every = found[name].share_of_clauses(cells=False)
        assert some / every > 0.7, name


def test_what_stays_uncovered_is_listed_with_the_reason(real: Build, source_folder: Path) -> None:
    listed = (Path(__file__).parents[1] / "docs" / "curation.md").read_text(encoding="utf-8")
    copies = read_copies(source_folder, source_documents(real.store))
    for one in coverage_of(real.store, copies):
        document = one.copy.document.iri.removeprefix(ID)
        for left in one.uncovered:
            assert f'"{left.clause.text.strip()}" (`{document}`)' in listed
        assert [each for found in one.clauses for each in found.unaccounted] == [], document


# --- the command


@pytest.fixture
def command_line(monkeypatch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    loaded = SimpleNamespace(store=store_of(WELCOMES), places=Places())
    monkeypatch.setattr(KnowledgeGraph, "load", classmethod(lambda cls, **_: loaded))
    parser = argparse.ArgumentParser()
    command.configure(parser)
    return parser


def run(parser: argparse.ArgumentParser, *arguments: str) -> int:
    return command.run(parser.parse_args(arguments))


def test_the_command_shows_what_is_not_covered(
    command_line: argparse.ArgumentParser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command_line, str(copies_in(tmp_path, decision=DECISION))) == 0
    printed = capsys.readouterr().out
    assert "with evidence: 1 of 19 clauses and headings (5%), 0 of 8 table cells (0%), 35 of " in printed
    assert "para. 1, line 8\n" in printed
    assert "  not accounted for: name Fisheries Board, name Grey Eel\n" in printed
    assert (
        "table 1, row 4, line 23\n  Meetings of the Conference of the Parties to the Treaty | -\n  no evidence"
        in (printed)
    )
    assert "document/page: no file in" in printed


def test_the_command_shows_facts(
    command_line: argparse.ArgumentParser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run(command_line, str(copies_in(tmp_path, decision=DECISION)), "--facts", "--document", "decision")
        == 0
    )
    assert "  - decision/r/1/act/welcomes\n" in capsys.readouterr().out


def test_the_command_writes_json(
    command_line: argparse.ArgumentParser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command_line, str(copies_in(tmp_path, decision=DECISION)), "--format", "json") == 0
    (document,) = json.loads(capsys.readouterr().out)["documents"]
    covered = [one for one in document["clauses"] if one["covered"]]
    assert [(one["place"], one["line"]) for one in covered] == [("para. 1", 8)]
    assert DECISION[covered[0]["start"] : covered[0]["end"]].startswith("Welcomes the partnership")
    assert covered[0]["not accounted for"][0] == {"kind": "name", "text": "Fisheries Board"}


@pytest.mark.parametrize("arguments", [["none"], ["."], [".", "--document", "unknown"]])
def test_the_command_needs_copies(
    command_line: argparse.ArgumentParser, tmp_path: Path, arguments: list[str]
) -> None:
    with pytest.raises(InputError):
        run(command_line, str(tmp_path / arguments[0]), *arguments[1:])


def test_the_page_is_read_too(tmp_path: Path) -> None:
    turtle = evidence("x/y", "1", "page", "list of instruments, HU", "The two bodies exchange notes")
    store = store_of(turtle)
    (found,) = coverage_of(store, read_copies(copies_in(tmp_path, page=PAGE), source_documents(store)))
    assert [one.clause.text for one in found.clauses if one.covered] == [
        "The two bodies exchange notes on (a) eels, (b) ports."
    ]
