from __future__ import annotations

import argparse
import json
import string
from pathlib import Path
from types import SimpleNamespace

import pytest

from mea_kg.as_printed import ABSENT, BESIDE, ELSEWHERE, UNKNOWN, printed_values
from mea_kg.building import Build
from mea_kg.cli import evidence as command
from mea_kg.documents import read_copies, source_documents
from mea_kg.errors import InputError
from mea_kg.evidence import FOUND, NOT_CHECKED, NOT_FOUND, EvidenceReport, check_evidence, named_places
from mea_kg.findings import VIOLATION, WARNING
from mea_kg.graph import KnowledgeGraph
from mea_kg.phrases import evidence_of, spans_of
from mea_kg.places import Place, Places
from tests.invented import DECISION, PAGE, copies_in, evidence, store_of

ID = "https://w3id.org/mea-kg/id/"

ACT = """
<decision/r/1> mea:hasAct <decision/r/1/act/welcomes> .
<decision/r/2/a> mea:hasAct <decision/r/2/a/act/requests> .
<decision/r/3> mea:hasAmount <decision/r/3/amount/2031> .
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copies_in(tmp_path, decision=DECISION, page=PAGE)


def check(folder: Path, *turtle: str, places: Places | None = None) -> EvidenceReport:
    store = store_of(*turtle)
    return check_evidence(store, read_copies(folder, source_documents(store)), places)


def rules(report: EvidenceReport) -> list[str]:
    return [finding.rule for finding in report.findings]


def test_all_is_found(folder: Path) -> None:
    report = check(
        folder,
        evidence("decision/r/1", "1", "decision", "para. 1", "Welcomes the partnership of the Secretariat"),
        evidence(
            "organization/eel", "1", "page", "text, para. 1", "The Eel Office works with the Harbour Union"
        ),
        evidence("organization/far", "1", "elsewhere", "", "who knows"),
        evidence("organization/far", "2", "elsewhere", "p. 1", None),
    )
    assert report.findings == ()
    assert report.conforms
    assert report.phrases == {
        (ID + "document/decision", FOUND): 1,
        (ID + "document/page", FOUND): 1,
        (ID + "document/elsewhere", NOT_CHECKED): 2,
    }
    assert report.pinpoints == {True: 2}


def test_a_changed_letter_is_found_out_and_shown(folder: Path) -> None:
    places = Places({ID + "decision/r/1/evidence/1": Place("data/r.yaml", 7, 5)})
    report = check(
        folder,
        evidence("decision/r/1", "1", "decision", "para. 1", "with a view to saving the Gray Eel"),
        places=places,
    )
    (finding,) = report.findings
    assert not report.conforms
    assert (finding.file, finding.line, finding.column) == ("data/r.yaml", 7, 5)
    assert (finding.severity, finding.rule) == (VIOLATION, "evidence-phrase-verbatim")
    assert finding.entity == "decision/r/1"
    assert finding.found == "with a view to saving the Gray Eel"
    assert finding.expected == "with a view to saving the Grey Eel (para. 1, line 9)"
    assert finding.hint == '"Gray" where the source has "Grey"'
    assert finding.source == "document/decision, para. 1"
    assert report.phrases == {(ID + "document/decision", NOT_FOUND): 1}


@pytest.mark.parametrize(
    ("phrase", "part"),
    [
        ("Welcomes the partnership of the Secretaria", "Secretariat"),
        ("elcomes the partnership", "Welcomes"),
        ("budget of US $1,250", "1,250,000"),
    ],
)
def test_a_phrase_is_of_whole_words(folder: Path, phrase: str, part: str) -> None:
    (finding,) = check(folder, evidence("decision/r", "1", "decision", "", phrase)).findings
    assert "inside a word" in finding.message
    assert part in finding.expected


def test_a_phrase_of_another_document_is_recognised(folder: Path) -> None:
    report = check(folder, evidence("organization/eel", "1", "decision", "", "maps of the Grey Delta"))
    assert report.findings[0].hint == "it stands in document/page"


def test_a_phrase_like_nothing(folder: Path) -> None:
    report = check(folder, evidence("organization/eel", "1", "decision", "", "zebra qqq"))
    assert "is `source` right?" in report.findings[0].hint


def test_a_long_phrase(folder: Path) -> None:
    words = "Welcomes the partnership of the Secretariat with the Fisheries Board, with a view to saving"
    assert rules(check(folder, evidence("decision/r", "1", "decision", "para. 1", words))) == []
    longer = words + " the"
    assert rules(check(folder, evidence("decision/r", "1", "decision", "para. 1", longer))) == [
        "evidence-phrase-length"
    ]


def test_a_phrase_is_needed_where_the_text_is_at_hand(folder: Path) -> None:
    report = check(folder, evidence("decision/r", "1", "decision", "para. 1", None))
    assert rules(report) == ["evidence-phrase-absent"]
    assert report.phrases == {(ID + "document/decision", NOT_CHECKED): 1}


def test_a_wrong_pinpoint(folder: Path) -> None:
    (finding,) = check(
        folder, evidence("decision/r", "1", "decision", "para. 3", "Welcomes the partnership")
    ).findings
    assert (finding.rule, finding.severity, finding.field) == ("evidence-pinpoint", VIOLATION, "pinpoint")
    assert (finding.found, finding.expected) == ("para. 3", "para. 1")


def test_a_doubtful_pinpoint_is_a_warning(folder: Path) -> None:
    report = check(folder, evidence("group/x", "1", "page", "list of members, FB", "exchange notes on"))
    assert [finding.severity for finding in report.findings] == [WARNING]
    assert report.conforms


@pytest.mark.parametrize(
    ("document", "pinpoint", "phrase", "severity", "nearest"),
    [
        ("page", "list of memberz, FB", "maps of the Grey Delta", VIOLATION, "list of members, FB"),
        ("page", "list of members, FBX", "maps of the Grey Delta", VIOLATION, "list of members, FB"),
        ("decision", "para. 8", "Welcomes the partnership", VIOLATION, "para. 1"),
        ("page", "table 3", "maps of the Grey Delta", WARNING, ""),
    ],
)
def test_a_place_that_is_not_there_is_told_with_the_nearest_that_is(
    folder: Path, document: str, pinpoint: str, phrase: str, severity: str, nearest: str
) -> None:
    report = check(
        folder,
        evidence("group/x", "1", document, pinpoint, phrase),
        evidence("group/x", "2", "page", "list of members, FB", "maps of the Grey Delta"),
    )
    (finding,) = report.findings
    assert (finding.rule, finding.severity, finding.field) == (
        "evidence-pinpoint-place",
        severity,
        "pinpoint",
    )
    assert finding.found == pinpoint
    assert nearest in finding.expected
    assert report.pinpoints == {False: 1, True: 1}


def test_the_entry_of_a_document_can_name_a_place(folder: Path) -> None:
    used = evidence("group/x", "1", "page", "second partner", "maps of the Grey Delta")
    assert rules(check(folder, used)) == ["evidence-pinpoint-place"]
    named = evidence("document/page", "1", "page", "second partner", "Memorandum with the Fisheries Board")
    assert check(folder, used, named).pinpoints == {True: 2}
    elsewhere = evidence("group/x", "2", "page", "second partner", "exchange notes on")
    assert rules(check(folder, used, named, elsewhere)) == ["evidence-pinpoint"]


def test_any_place_of_a_repeated_phrase_will_do(folder: Path) -> None:
    assert check(folder, evidence("x/y", "1", "decision", "preamble, para. 2", "Fisheries Board")).conforms
    assert not check(folder, evidence("x/y", "1", "decision", "para. 3", "Harbour Union")).conforms


def test_a_missing_copy(tmp_path: Path) -> None:
    turtle = evidence("decision/r/1", "1", "decision", "para. 1", "Welcomes the partnership")
    report = check(copies_in(tmp_path, page=PAGE), turtle)
    assert rules(report) == ["evidence-document-missing"]
    assert report.findings[0].entity == "document/decision"
    assert report.phrases == {(ID + "document/decision", NOT_CHECKED): 1}
    assert not report.conforms


def test_evidence_that_is_or_backs_some_nodes(real: Build) -> None:
    every = evidence_of(real.store)
    chosen = every[::40]
    nodes = {one.node for one in chosen[::2]} | {one.iri for one in chosen[1::2]}
    assert evidence_of(real.store, nodes) == [one for one in every if nodes & {one.node, one.iri}]
    assert evidence_of(real.store, []) == []


def test_evidence_of_two_nodes_is_checked_once(folder: Path) -> None:
    turtle = evidence("decision/r/1", "1", "decision", "para. 1", "nothing of the kind")
    report = check(folder, turtle, "<decision/r> mea:hasEvidence <decision/r/1/evidence/1> .")
    assert len(report.findings) == 1


def outcomes(folder: Path, *turtle: str) -> list[tuple[str, str]]:
    store = store_of(ACT, *turtle)
    copies = read_copies(folder, source_documents(store))
    found = printed_values(store, evidence_of(store), copies.by_document)
    return [(value.value, value.outcome) for value in found]


@pytest.mark.parametrize(
    ("value", "outcome"),
    [("Welcomes", BESIDE), ("welcomes", ABSENT), ("Welcome", ABSENT), ("urges", ELSEWHERE)],
)
def test_a_verb_as_printed_stands_beside_its_phrase(folder: Path, value: str, outcome: str) -> None:
    phrase = evidence(
        "decision/r/1/act/welcomes", "1", "decision", "para. 1", "with the Fisheries Board, with"
    )
    verb = f'<decision/r/1/act/welcomes> mea:verbAsPrinted "{value}" .'
    assert outcomes(folder, phrase, verb) == [(value, outcome)]


def test_the_verb_of_an_item_stands_in_its_chapeau(folder: Path) -> None:
    phrase = evidence("decision/r/2/a/act/requests", "1", "decision", "para. 2(a)", "with the Harbour Union")
    assert outcomes(folder, phrase, '<decision/r/2/a/act/requests> mea:verbAsPrinted "Requests" .') == [
        ("Requests", BESIDE)
    ]


def test_evidence_of_the_whole_backs_its_parts(folder: Path) -> None:
    phrase = evidence("decision/r/3", "1", "decision", "para. 3", "Approves a budget of US $1,250,000")
    amount = '<decision/r/3/amount/2031> mea:printed "US $1,250,000" .'
    assert outcomes(folder, phrase, amount) == [("US $1,250,000", BESIDE)]
    assert outcomes(folder, amount) == [("US $1,250,000", ABSENT)]


def test_values_that_evidence_gives(folder: Path) -> None:
    phrase = evidence("relation/x", "1", "page", "text, para. 1", "The Eel Office works with")
    gives = '<relation/x/evidence/1> mea:gives <relation/x/v> . <relation/x/v> mea:verbAsPrinted "works" .'
    assert outcomes(folder, phrase, gives) == [("works", BESIDE)]


def test_a_symbol_may_stand_elsewhere(folder: Path) -> None:
    phrase = evidence("decision/r", "1", "decision", "para. 1", "Welcomes the partnership")
    assert outcomes(folder, phrase, '<decision/r> mea:symbol "R-III/4" .') == [("R-III/4", BESIDE)]


def test_values_from_documents_that_are_not_at_hand(folder: Path) -> None:
    phrase = evidence("decision/r", "1", "elsewhere", "p. 1", None)
    assert outcomes(folder, phrase, '<decision/r> mea:symbol "R-X/4" .') == [("R-X/4", UNKNOWN)]


def test_findings_on_values_as_printed(folder: Path) -> None:
    phrase = evidence("decision/r/1/act/welcomes", "1", "decision", "para. 1", "Welcomes the partnership")
    verbs = '<decision/r/1/act/welcomes> mea:verbAsPrinted "Welcommes" ; mea:dueText "by 15 March 2032" .'
    absent, elsewhere = sorted(check(folder, ACT, phrase, verbs).findings, key=lambda one: one.severity)
    if absent.severity == WARNING:
        absent, elsewhere = elsewhere, absent
    assert (absent.rule, absent.severity, absent.field) == ("as-printed", VIOLATION, "verbAsPrinted")
    assert absent.expected == "Welcomes"
    assert (elsewhere.rule, elsewhere.severity) == ("as-printed-beside", WARNING)


def test_a_phrase_that_stands_often_is_taken_at_its_pinpoint(folder: Path) -> None:
    store = store_of(evidence("x/y", "1", "decision", "preamble, para. 2", "Fisheries Board"))
    copies = read_copies(folder, source_documents(store)).by_document
    (one,) = evidence_of(store)
    ((start, _),) = spans_of(copies[one.source], one)
    assert copies[one.source].text.text[:start].endswith("Aware of the work of the ")


# --- the real graph


def test_every_phrase_of_the_real_graph_is_found(real: Build, source_folder: Path) -> None:
    report = check_evidence(real.store, read_copies(source_folder, source_documents(real.store)))
    assert [finding.as_text() for finding in report.findings if finding.severity == VIOLATION] == []
    assert not report.copies.missing
    assert set(report.pinpoints) == {True}, "every pinpoint is checked"
    assert sum(count for (_, outcome), count in report.phrases.items() if outcome == FOUND) > 500


def test_a_changed_letter_of_any_real_pinpoint_is_found_out(real: Build, source_folder: Path) -> None:
    every = evidence_of(real.store)
    copies = read_copies(source_folder, source_documents(real.store)).by_document
    places = {iri: named_places(copy, every) for iri, copy in copies.items()}
    tried = {(one.source, one.pinpoint) for one in every if one.source in copies}
    survivors = []
    for source, pinpoint in sorted(tried):
        letters = [at for at, character in enumerate(pinpoint) if character.isalpha()]
        for at in letters[:: max(1, len(letters) // 4)]:
            changed = pinpoint[:at] + ("q" if pinpoint[at] != "q" else "z") + pinpoint[at + 1 :]
            if places[source].has(changed):
                survivors.append(changed)
    assert len(tried) > 200
    assert survivors == []


def test_a_changed_letter_of_any_real_phrase_is_found_out(real: Build, source_folder: Path) -> None:
    copies = read_copies(source_folder, source_documents(real.store)).by_document
    alphabet = string.ascii_lowercase
    survivors = []
    for number, one in enumerate(evidence_of(real.store)):
        if one.source not in copies or not one.phrase:
            continue
        letters = [at for at, character in enumerate(one.phrase) if character.isalpha()]
        position = letters[number * 7 % len(letters)]
        letter = alphabet[(alphabet.find(one.phrase[position].lower()) + 1 + number % 25) % 26]
        changed = one.phrase[:position] + letter + one.phrase[position + 1 :]
        if copies[one.source].text.find_whole(changed):
            survivors.append(changed)
    assert survivors == []


# --- the command


@pytest.fixture
def command_line(monkeypatch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    turtle = evidence("decision/r/1", "1", "decision", "para. 1", "Welcomes the partnership")
    loaded = SimpleNamespace(store=store_of(turtle), places=Places())
    monkeypatch.setattr(KnowledgeGraph, "load", classmethod(lambda cls, **_: loaded))
    parser = argparse.ArgumentParser()
    command.configure(parser)
    return parser


def run(parser: argparse.ArgumentParser, *arguments: str) -> int:
    return command.run(parser.parse_args(arguments))


def test_the_command_counts(
    command_line: argparse.ArgumentParser, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command_line, str(folder)) == 0
    assert "document/decision: 1 phrases found, 0 not found (decision.txt)" in capsys.readouterr().out


def test_the_command_fails_without_a_copy(
    command_line: argparse.ArgumentParser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command_line, str(copies_in(tmp_path, page=PAGE))) == 1
    printed = capsys.readouterr().out
    assert "document/decision:1:1: Violation: no file in " in printed
    assert "document/decision: 1 not checked, no copy" in printed


def test_the_command_checks_one_document(command_line: argparse.ArgumentParser, tmp_path: Path) -> None:
    assert run(command_line, str(copies_in(tmp_path, page=PAGE)), "--document", "page") == 0


def test_the_command_writes_json(
    command_line: argparse.ArgumentParser, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command_line, str(folder), "--format", "json") == 0
    content = json.loads(capsys.readouterr().out)
    assert content["conforms"] is True
    assert content["phrases"] == [{"document": ID + "document/decision", "outcome": "found", "count": 1}]


def test_the_command_needs_a_folder(command_line: argparse.ArgumentParser, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        run(command_line, str(tmp_path / "none"))
    with pytest.raises(InputError):
        run(command_line, str(tmp_path), "--document", "unknown")
