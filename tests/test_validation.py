"""Validation as a curator meets it: what is found in entries, where, and in which words."""

from __future__ import annotations

import argparse
import json
import re
import shutil
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode, Quad, Store, Triple

from mea_kg import resources
from mea_kg.building import Build
from mea_kg.cli import validate as command
from mea_kg.context import Context
from mea_kg.errors import EntryErrors, InputError, QueryError
from mea_kg.explaining import Explainer
from mea_kg.findings import INFO, VIOLATION, WARNING, Finding
from mea_kg.namespaces import ID, MEA, SH
from mea_kg.places import Place, Places
from mea_kg.reports import Report
from mea_kg.shacl import Result
from mea_kg.shapes import Shapes, authored_modules
from mea_kg.stores import INFERRED_GRAPH
from mea_kg.validation import check, validate, validate_files

SHAPES = resources.shapes_folder()
ONTOLOGY = resources.ontology_folder()
TOY = Path(__file__).parent / "toy" / "data"

REFUSED = """\
graph:
  - id: partnership/alone
    type: MemorandumOfUnderstanding
    label: Arrangement with nobody else
    participants: [secretariat/lantern]
    status: established
    evidence:
      - source: document/lantern-statement
        pinpoint: text, para. 2
        phrase: Memorandum of Understanding with the Harbour Union
  - id: partnership/promoted
    type: MemorandumOfUnderstanding
    label: Memorandum that was only requested
    participants: [secretariat/marsh, organization/lamp-office]
    status: established
    evidence:
      - source: document/mm-ii-3
        pinpoint: para. 3(a)
        phrase: Cooperate with the Lamp Office
  - id: decision/mm-ii-3-again
    type: Decision
    label: A decision that is there already
    symbol: MM II/3
    evidence:
      - source: document/mm-ii-3
        pinpoint: title
        phrase: MM-II/3. Cooperation with other bodies
    acts:
      - type: Instruction
        verb: requests
        verbAsPrinted: requests
        addressees: treaty/marsh
        action: report
        reportedBy: document/mm-ii-3
        evidence:
          - source: document/mm-ii-3
            pinpoint: para. 5
            phrase: Instructs the Marsh Director
  - id: organization/union-again
    type: Organization
    label: hafen-union
    evidence:
      - source: document/lantern-statement
        pinpoint: text, para. 2
        phrase: the Harbour Union (HU)
  - id: organization/script
    type: Organization
    label: <script>alert(1)</script>Body
    evidence:
      - source: document/lantern-statement
        pinpoint: text, para. 2
        phrase: the Harbour Union (HU)
  - id: fund/backwards
    type: TrustFund
    label: Fund that ends before it begins
    startDate: "2033-12-31"
    endDate: "2031-01-01"
    evidence:
      - source: document/mm-ii-3
        pinpoint: para. 7
"""
EXPECTED = {
    "InstrumentParticipants": ("partnership/alone", "participants", "Lantern Secretariat", 5),
    "NotEstablishedByMandate": ("partnership/promoted", "status", "established", 15),
    "DuplicateSymbol": ("decision/mm-ii-3-again", "symbol", "MM II/3", 23),
    "VerbMatchesClass": ("decision/mm-ii-3-again/act/requests", "verb", "requests", 30),
    "Act-addressee": (
        "decision/mm-ii-3-again/act/requests",
        "addressees",
        "Convention on Moonlit Marshes",
        32,
    ),
    "DuplicateName": ("organization/union-again", "label", "hafen-union", 41),
    "Labelled-label": ("organization/script", "label", "<script>alert(1)</script>Body", 48),
    "BeginningBeforeEnd": ("fund/backwards", "startDate", "2033-12-31", 56),
    "PhraseAtHand": ("fund/backwards/evidence", "phrase", "document/mm-ii-3", 59),
}
"""The rule that refuses it, with what the finding says: entity, field, what was found, and the line."""

ACCEPTED = """\
graph:
  - id: partnership/three
    type: MemorandumOfUnderstanding
    label: Memorandum of three
    participants: [secretariat/lantern, organization/heron-society, organization/delta-board]
    status: established
    evidence:
      - source: document/example
        pinpoint: line 1
  - id: document/example
    type: SourceDocument
    label: Example decision (text)
    sourceKind: decision
    textOf: decision/example-1
  - id: decision/example-1
    type: Decision
    label: Example Decision 1
    adoptedBy: body/marsh-cop
    evidence:
      - source: document/example
        pinpoint: title
    paragraphs:
      - type: OperativeParagraph
        locator: "2"
        order: "1"
        acts:
          - type: Request
            verb: requests
            verbAsPrinted: Requests
            addressees: secretariat/marsh
            counterparts: organization/lamp-office
            action: work together on guidance
            evidence:
              - source: document/example
                pinpoint: para. 2
      - type: OperativeParagraph
        locator: "3"
        order: "2"
        acts:
          - type: Request
            verb: requests
            verbAsPrinted: Requests
            action: fill all posts
            evidence:
              - source: document/example
                pinpoint: para. 3
"""


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Report:
    path = tmp_path_factory.mktemp("entries") / "new.yaml"
    path.write_text(REFUSED, encoding="utf-8")
    return validate_files([path], TOY, ONTOLOGY, SHAPES)


def test_toy_world_conforms(toy: Build) -> None:
    report = validate(toy.store, toy.loaded.places, SHAPES, toy.loaded.context)
    assert [finding.as_text() for finding in report.findings] == []


def test_curated_graph_conforms(real: Build) -> None:
    report = validate(real.store, real.loaded.places, SHAPES, real.loaded.context)
    assert [finding.as_text() for finding in report.findings if finding.severity == VIOLATION] == []
    assert all(finding.file.startswith("data/") and finding.line > 0 for finding in report.findings)


@pytest.mark.parametrize("rule", EXPECTED)
def test_refused_entry(refused: Report, rule: str) -> None:
    entity, field, found, line = EXPECTED[rule]
    [finding] = [finding for finding in refused.findings if finding.rule == rule]
    assert entity in finding.entity
    assert finding.field == field
    assert found in finding.found
    assert finding.line == line
    assert finding.file.endswith("new.yaml")
    assert finding.severity == VIOLATION
    assert finding.expected and finding.hint and "docs/modelling.md, rule " in finding.source
    assert "https://w3id.org" not in finding.message


def test_refused_entries_are_refused_for_nothing_else(refused: Report) -> None:
    assert not refused.conforms
    remarks = {"phrase-not-checked"}
    assert {finding.rule for finding in refused.findings} == set(EXPECTED) | remarks


def test_the_reference_engine_finds_the_same(refused: Report, tmp_path: Path) -> None:
    path = tmp_path / "entries.yaml"
    path.write_text(REFUSED, encoding="utf-8")
    reference = validate_files([path], TOY, ONTOLOGY, SHAPES, engine="pyshacl")
    assert [finding.rule for finding in reference.findings] == [finding.rule for finding in refused.findings]
    assert {result.sort_key for result in reference.results} == {
        result.sort_key for result in refused.results
    }


def test_another_engine_is_refused(toy: Build) -> None:
    with pytest.raises(QueryError, match="no engine 'jena'"):
        validate(toy.store, toy.loaded.places, SHAPES, engine="jena")


def test_what_is_not_compiled_is_handed_on_and_said(toy: Build, tmp_path: Path) -> None:
    for name in ("prefixes.ttl", "shared.ttl", "consistency.ttl"):
        (tmp_path / name).write_text((SHAPES / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "mea.ttl").write_text(
        """@prefix mea: <https://w3id.org/mea-kg/ontology#> . @prefix s: <https://w3id.org/mea-kg/shapes#> .
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        s:Odd a sh:NodeShape ; sh:targetClass mea:Treaty ; sh:name "odd"@en ; sh:severity sh:Warning ;
            sh:property s:Odd-label .
        s:Odd-label a sh:PropertyShape ; sh:path mea:locator ; sh:minCount 1 ; sh:pattern "^(?!x)" ;
            sh:name "odd"@en ; sh:message "No locator."@en ; sh:severity sh:Warning .""",
        encoding="utf-8",
    )
    report = validate(toy.store, toy.loaded.places, tmp_path)
    assert [shape for shape in report.handed_on if "Odd" in shape]
    assert {finding.message for finding in report.findings} == {"No locator."}


def test_a_term_has_its_place_in_the_ontology_that_is_given(toy: Build, tmp_path: Path) -> None:
    shapes, ontology = tmp_path / "shapes", tmp_path / "elsewhere"
    shapes.mkdir()
    shutil.copytree(ONTOLOGY, ontology)
    for name in ("prefixes.ttl", "shared.ttl"):
        shutil.copy(SHAPES / name, shapes)
    (shapes / "mea.ttl").write_text(
        """@prefix mea: <https://w3id.org/mea-kg/ontology#> . @prefix s: <https://w3id.org/mea-kg/shapes#> .
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        s:Verb a sh:NodeShape ; sh:targetNode <https://w3id.org/mea-kg/vocab/verb> ; sh:property s:Verb-x .
        s:Verb-x a sh:PropertyShape ; sh:path mea:locator ; sh:minCount 1 ; sh:message "No locator." .""",
        encoding="utf-8",
    )
    (finding,) = validate(toy.store, toy.loaded.places, shapes, ontology=ontology).findings
    assert finding.file == "elsewhere/vocabularies/verbs.ttl"


def test_accepted_entries(tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    path.write_text(ACCEPTED, encoding="utf-8")
    report = validate_files([path], TOY, ONTOLOGY, SHAPES)
    assert [finding.as_text() for finding in report.findings] == []
    assert report.conforms


def test_form_errors_come_first(tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    path.write_text("id: organization/x\ntype: Organization\nlable: x\n", encoding="utf-8")
    with pytest.raises(EntryErrors, match="lable"):
        validate_files([path], TOY, ONTOLOGY, SHAPES)


def test_file_that_is_curated_takes_its_own_place(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for path in TOY.iterdir():
        (data / path.name).write_bytes(path.read_bytes())
    report = validate_files([data / "treaties.yaml"], data, ONTOLOGY, SHAPES)
    assert {finding.rule for finding in report.findings} == {"phrase-not-checked"}


def test_shapes_folder_without_shapes(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no shapes here"):
        authored_modules(tmp_path)


@pytest.mark.parametrize(
    "shape",
    [
        "s:A a sh:NodeShape ; sh:targetNode s:B ; sh:sparql s:C . s:C sh:select 'SELECT $this WHERE {' .",
        "s:A a sh:NodeShape ; sh:targetNode s:B ; sh:sparql s:C . s:C sh:select 'SELECT $this {VALUES $this {1}}' .",
        "s:A a sh:PropertyShape ; sh:targetNode s:B ; sh:minCount 1 .",
        "s:A a sh:NodeShape ; sh:targetNode s:B ; sh:datatype s:C , s:D .",
    ],
)
def test_shape_that_cannot_be_used(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text(f"@prefix s: <https://example.org/> . @prefix sh: <{SH}> . {shape}", encoding="utf-8")
    with pytest.raises(InputError, match="a shape cannot be used"):
        check([], Shapes.read([path]))


def node(name: str) -> NamedNode:
    return NamedNode(ID + name)


def property_(name: str) -> NamedNode:
    return NamedNode(MEA + name)


def explained(rule: str, path: str, quads: list[Quad], places: Places, focus: str = "x/a") -> Finding:
    shapes = Shapes.read(SHAPES.glob("[!o]*.ttl"))
    context = Context.load(resources.data_folder() / "context.jsonld")
    store = Store()
    store.extend(quads)
    component = SH + "MinCountConstraintComponent"
    iri = "https://w3id.org/mea-kg/shapes#" + rule
    result = Result(
        node(focus), path, None, component, SH + VIOLATION, NamedNode(iri), None, "It is missing."
    )
    return Explainer(store, places, shapes, context, ONTOLOGY).finding(result)


def test_place_of_what_is_derived_is_that_of_its_origin() -> None:
    quads = [Quad(node("x/a"), property_("derivedFrom"), node(f"p/{name}"), INFERRED_GRAPH) for name in "zy"]
    places = Places({ID + "p/z": Place("data/z.yaml", 9, 1), ID + "p/y": Place("data/y.yaml", 3, 5)})
    finding = explained("Cooperation-via", f"<{MEA}via>", quads, places)
    assert (finding.file, finding.line, finding.column) == ("data/y.yaml", 3, 5)


def test_place_of_what_is_nowhere() -> None:
    finding = explained("Cooperation-via", f"<{MEA}via>", [], Places())
    assert (finding.file, finding.line) == ("x/a", 1)


def test_values_are_counted_and_named() -> None:
    quads = [Quad(node(f"p/{n}"), property_("hasAct"), node("x/a"), INFERRED_GRAPH) for n in range(7)]
    finding = explained("Act-holder", f"^<{MEA}hasAct>", quads, Places())
    assert finding.found == "7 (p/0, p/1, p/2, p/3, p/4, ...)"
    assert explained("Act-holder", f"^<{MEA}hasAct>", [], Places()).found == "nothing"


def test_field_of_alternatives_is_the_one_that_is_there() -> None:
    places = Places(
        {ID + "x/a": Place("data/a.yaml", 1, 1)}, {(ID + "x/a", "actsUnder"): Place("data/a.yaml", 4, 3)}
    )
    path = f"(<{MEA}actsUnder>|<{MEA}partOf>)"
    quads = [Quad(node("x/a"), property_("actsUnder"), node("t/b"), INFERRED_GRAPH)]
    finding = explained("IncompleteSubsidiaryBody-parent", path, quads, places)
    assert (finding.field, finding.line) == ("actsUnder", 4)
    assert explained("IncompleteSubsidiaryBody-parent", path, [], places).field == "actsUnder or partOf"


def test_severity_of_a_query_is_the_declared_one() -> None:
    triples = [
        Triple(
            node("p/a"), NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), property_("Instrument")
        ),
        Triple(
            node("p/b"), NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), property_("Instrument")
        ),
        *(Triple(node(f"p/{n}"), property_("participant"), node(f"o/{o}")) for n in "ab" for o in "cd"),
    ]
    found = check(triples, Shapes.read([SHAPES / "prefixes.ttl", SHAPES / "editorial.ttl"]))
    assert {(result.severity, str(result.focus_node)) for result in found} == {
        (SH + INFO, f"<{ID}p/a>"),
        (SH + INFO, f"<{ID}p/b>"),
    }


def test_report_in_the_vocabulary_of_shacl(refused: Report) -> None:
    graph = rdflib.Graph().parse(data=refused.as_turtle(), format="turtle")
    sh = rdflib.SH
    assert graph.value(predicate=rdflib.RDF.type, object=sh.ValidationReport) is not None
    assert len(set(graph.objects(None, sh.result))) == len(refused.results) + len(refused.beyond)
    assert set(graph.objects(None, sh.conforms)) == {rdflib.Literal(False)}
    for result in graph.objects(None, sh.result):
        stated = set(graph.predicates(result))
        assert {sh.focusNode, sh.resultSeverity, sh.sourceConstraintComponent} <= stated
        assert sh.sourceShape in stated or rdflib.DCTERMS.identifier in stated
    assert Report((), ()).as_turtle().endswith("sh:conforms true .\n")


def test_each_result_of_the_shacl_report_has_its_place(refused: Report) -> None:
    graph = rdflib.Graph().parse(data=refused.as_turtle(), format="turtle")
    results = list(graph.objects(None, rdflib.SH.result))
    assert results
    for result in results:
        place = str(graph.value(result, rdflib.DCTERMS.source))
        assert re.fullmatch(r".+:[1-9]\d*:[1-9]\d*", place)
        assert len(list(graph.objects(result, rdflib.SH.focusNode))) == 1


@pytest.mark.parametrize(
    ("text", "rule", "entity"),
    [
        ("id: organization/x\ntype: Organization\nlable: x\n", "unknown-key", ID + "organization/x"),
        ("id: [", "syntax", None),
    ],
)
def test_form_errors_stand_in_the_shacl_report(
    text: str, rule: str, entity: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new.yaml"
    path.write_text(text, encoding="utf-8")
    assert command.run(arguments_of(str(path), "--data", str(TOY), "--format", "turtle")) == 1
    graph = rdflib.Graph().parse(data=capsys.readouterr().out, format="turtle")
    [report] = graph.subjects(rdflib.RDF.type, rdflib.SH.ValidationReport)
    assert graph.value(report, rdflib.SH.conforms) == rdflib.Literal(False)
    [result] = graph.objects(report, rdflib.SH.result)
    focus = graph.value(result, rdflib.SH.focusNode)
    assert str(focus) == entity if entity else isinstance(focus, rdflib.BNode)
    assert graph.value(result, rdflib.SH.resultSeverity) == rdflib.SH.Violation
    assert str(graph.value(result, rdflib.DCTERMS.identifier)) == rule
    assert str(graph.value(result, rdflib.DCTERMS.source)).startswith(f"{path.as_posix()}:")
    component = graph.value(result, rdflib.SH.sourceConstraintComponent)
    assert (component, rdflib.RDF.type, rdflib.SH.ConstraintComponent) in graph


def test_a_folder_of_copies_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    path.write_text("id: [", encoding="utf-8")
    with pytest.raises(InputError, match="no such folder"):
        command.run(arguments_of(str(path), "--data", str(TOY), "--sources", str(tmp_path / "absent")))


def finding(severity: str, rule: str = "R") -> Finding:
    return Finding("data/a.yaml", 1, 2, severity, rule, "Something.", hint="Do it.")


@pytest.mark.parametrize(
    ("severities", "status", "summary"),
    [
        ((), 0, "conforms: 0 violations, 0 warnings, 0 remarks"),
        ((WARNING, INFO), 0, "conforms: 0 violations, 1 warning, 1 remark"),
        ((VIOLATION, WARNING, WARNING), 1, "does not conform: 1 violation, 2 warnings, 0 remarks"),
    ],
)
def test_command_says_whether_it_conforms(
    severities: tuple[str, ...],
    status: int,
    summary: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = Report((), tuple(finding(severity) for severity in severities))
    monkeypatch.setattr(command, "_report", lambda arguments: report)
    assert command.run(arguments_of()) == status
    assert capsys.readouterr().out.splitlines()[-1] == summary
    assert command.run(arguments_of("--format", "json")) == status
    content = json.loads(capsys.readouterr().out)
    assert content["conforms"] is (status == 0)
    assert [entry["severity"] for entry in content["findings"]] == list(severities)
    assert command.run(arguments_of("--format", "turtle")) == status
    assert "sh:ValidationReport" in capsys.readouterr().out


def arguments_of(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.configure(parser)
    return parser.parse_args(words)


@pytest.mark.parametrize("format", ["text", "json"])
def test_command_prints_form_errors_as_findings(
    format: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new.yaml"
    path.write_text("id: organization/x\ntype: Organization\nlable: x\n", encoding="utf-8")
    assert command.run(arguments_of(str(path), "--data", str(TOY), "--format", format)) == 1
    printed = capsys.readouterr().out
    assert "lable" in printed
    if format == "json":
        assert json.loads(printed)["conforms"] is False


def test_command_wants_files_that_exist_and_days_of_the_calendar(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        command.run(arguments_of(str(tmp_path / "new.yaml")))
    with pytest.raises(InputError, match="are for entries"):
        command.run(arguments_of("--today", "2026-01-31"))
    with pytest.raises(SystemExit):
        arguments_of("new.yaml", "--today", "2026-02-30")


def test_command_takes_entries_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "new.txt"
    path.write_text("id: organization/x", encoding="utf-8")
    assert command.run(arguments_of(str(path))) == 1
    assert "entries are not read from files that end so: new.txt" in capsys.readouterr().out
