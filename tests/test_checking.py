"""Given entries: phrases, spellings, dates, tables and the graph that they are checked against."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mea_kg import resources
from mea_kg.curated import Curated
from mea_kg.errors import EntryErrors
from mea_kg.findings import INFO, VIOLATION, WARNING, Finding
from mea_kg.loading import load_files, load_folder
from mea_kg.namespaces import ID
from mea_kg.shacl import validate as ask
from mea_kg.shacl.compiling import compile_shapes
from mea_kg.shapes import Shapes, authored_modules
from mea_kg.stores import AUTHORED_GRAPH, in_graph, new_store
from mea_kg.validation import validate_files

TOY = Path(__file__).parent / "toy"
DATA = TOY / "data"
ONTOLOGY = resources.ontology_folder()
SHAPES = resources.shapes_folder()


def body(name: str, label: str, kind: str = "Organization", **fields: str) -> str:
    further = "".join(f"\n    {key}: {value}" for key, value in fields.items())
    return f"""  - id: {name}
    type: {kind}
    label: {label}{further}
    evidence:
      - source: document/mm-ii-3
        pinpoint: para. 3(a)
        phrase: Cooperate with the Lamp Office
"""


def check(
    tmp_path: Path, text: str, today: date | None = None, sources: Path | None = TOY / "sources"
) -> list[Finding]:
    path = tmp_path / "new.yaml"
    path.write_text("graph:\n" + text, encoding="utf-8")
    report = validate_files([path], DATA, ONTOLOGY, SHAPES, today=today, sources=sources)
    assert all(finding.file == path.as_posix() and finding.line > 0 for finding in report.findings)
    # All bodies that are made up here have the Lamp Office's evidence.
    return [finding for finding in report.findings if finding.rule != "evidence-names"]


def named(findings: list[Finding]) -> dict[str, Finding]:
    """The findings by their rules, those too that stand under others."""
    return {one.rule: one for finding in findings for one in (finding, *finding.also)}


def test_each_finding_names_its_entity_and_its_field(tmp_path: Path) -> None:
    text = body("organization/new-body", "Harboor Union", startDate="2031-01-01", status="established")
    text = text.replace("Cooperate with", "Cooperates with")
    found = named(check(tmp_path, text, today=date(2026, 1, 1)))
    for rule, field in {
        "similar-name": "label",
        "evidence-phrase-verbatim": "phrase (has phrase)",
        "after-today": "startDate (has start date)",
    }.items():
        assert found[rule].entity == "Harboor Union (organization/new-body, organization)"
        assert (found[rule].field_name, found[rule].node) == (field, ID + "organization/new-body")


@pytest.mark.parametrize(
    ("label", "rule", "severity"),
    [
        ("the Harbour-Unión", "another-spelling", VIOLATION),
        ("HU", "another-spelling", VIOLATION),
        ("Harbour Unoin", "", ""),
        ("Harboor Union", "similar-name", WARNING),
        ("Mountain Union", "", ""),
    ],
)
def test_spellings(tmp_path: Path, label: str, rule: str, severity: str) -> None:
    found = named(check(tmp_path, body("organization/new-body", label)))
    # The shapes have a word of their own on an acronym in the place of a name.
    assert set(found) - {"AcronymAsName"} == ({rule} if rule else set())
    if rule:
        finding = found[rule]
        assert (finding.severity, finding.field, finding.found, finding.line) == (severity, "label", label, 4)
        assert "organization/hu" in finding.hint or "organization/harbour-union" in finding.hint


def test_a_name_that_shapes_and_spelling_are_against_is_one_mistake(tmp_path: Path) -> None:
    [finding] = check(tmp_path, body("organization/new-body", "HU"))
    assert (finding.rule, finding.severity) == ("AcronymAsName", VIOLATION)
    assert [other.rule for other in finding.also] == ["another-spelling"]


def test_another_spelling_of_several_names_is_one_mistake(tmp_path: Path) -> None:
    text = body("organization/new-body", "the Harbour-Unión", aliases='["HARBOUR, union"]')
    [finding] = check(tmp_path, text)
    assert finding.rule == "DuplicateName"
    assert [other.rule for other in finding.also] == ["another-spelling"]


def test_a_date_in_the_future_where_none_belongs_is_one_mistake(tmp_path: Path) -> None:
    text = body("organization/new-body", "New body", startDate="2031-01-01", status="established")
    found = check(tmp_path, text, today=date(2026, 1, 1))
    [finding] = [finding for finding in found if finding.field == "startDate"]
    assert (finding.rule, [other.rule for other in finding.also]) == ("PropertyOfClass", ["after-today"])


def test_an_alias_of_another_kind_is_no_duplicate(tmp_path: Path) -> None:
    assert (
        check(tmp_path, body("office/new-office", "HU", "Office", officeOf="organization/lamp-office")) == []
    )


def test_phrases_and_pinpoints_are_looked_up(tmp_path: Path) -> None:
    right = body("organization/new-body", "New body")
    assert check(tmp_path, right) == []
    wrong = named(check(tmp_path, right.replace("the Lamp", "a Lamp")))
    assert wrong["evidence-phrase-verbatim"].line == 8
    elsewhere = named(check(tmp_path, right.replace("3(a)", "1")))
    assert elsewhere["evidence-pinpoint"].line == 7


def test_without_copies_each_document_is_named_once(tmp_path: Path) -> None:
    text = body("organization/new-body", "New body") + body("organization/newer-body", "Newer body")
    [finding] = check(tmp_path, text, sources=None)
    assert (finding.rule, finding.severity, finding.line) == ("phrase-not-checked", INFO, 8)
    assert finding.message.startswith("2 phrases of document/mm-ii-3 are not checked")
    assert "--sources" in finding.hint
    [finding] = check(tmp_path, text, sources=tmp_path)
    assert "into that folder" in finding.hint


@pytest.mark.parametrize(
    ("today", "fields", "line"),
    [
        (date(2031, 6, 1), {"startYear": '"2032"', "status": "established"}, 5),
        (date(2031, 6, 1), {"startMonth": '"2031-07"', "status": "ongoing"}, 5),
        (date(2031, 6, 1), {"startMonth": '"2031-06"', "status": "established"}, 0),
        (date(2031, 6, 1), {"startYear": '"2032"', "status": "sought"}, 0),
        (None, {"startYear": '"2032"', "status": "established"}, 0),
    ],
)
def test_dates_against_today(tmp_path: Path, today: date | None, fields: dict[str, str], line: int) -> None:
    text = body(
        "partnership/new",
        "New memorandum",
        "MemorandumOfUnderstanding",
        **fields,
        participants="[secretariat/lantern, organization/delta-board]",
    )
    found = [finding for finding in check(tmp_path, text, today) if finding.rule == "after-today"]
    assert [(finding.severity, finding.line) for finding in found] == ([(VIOLATION, line)] if line else [])


def test_a_changed_copy_of_a_table_takes_the_place_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"
    original = (DATA / "costs.csv").read_text(encoding="utf-8")
    path.write_text(original, encoding="utf-8")
    before = validate_files([path], DATA, ONTOLOGY, SHAPES)
    assert {finding.rule for finding in before.findings} <= {"phrase-not-checked"}
    assert "387.2" in original
    path.write_text(original.replace("387.2", "378.2"), encoding="utf-8")
    found = [one for one in validate_files([path], DATA, ONTOLOGY, SHAPES).findings if one.severity != INFO]
    assert {finding.rule for finding in found} == {"FiguresAddUp"}
    assert {finding.file for finding in found} == {path.as_posix()}
    assert all(finding.line > 1 and finding.column > 1 for finding in found)


def test_a_table_without_metadata(tmp_path: Path) -> None:
    path = tmp_path / "unknown.csv"
    path.write_text("row,printed\n", encoding="utf-8")
    with pytest.raises(EntryErrors) as caught:
        validate_files([path], DATA, ONTOLOGY, SHAPES)
    [finding] = caught.value.findings
    assert finding.rule == "table-file" and "unknown.csv-metadata.json" in finding.hint


def test_a_folder_stands_for_its_files(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "a.yaml").write_text("graph:\n" + body("organization/a", "Body a"), encoding="utf-8")
    (tmp_path / "below" / "b.yaml").write_text(
        "graph:\n" + body("organization/b", "Body b", partOf="organization/a"), encoding="utf-8"
    )
    (tmp_path / ".hidden.yaml").write_text("no entry", encoding="utf-8")
    report = validate_files([tmp_path], DATA, ONTOLOGY, SHAPES)
    assert {finding.rule for finding in report.findings} == {"phrase-not-checked"}


def test_a_circle_of_parts_in_new_entries(tmp_path: Path) -> None:
    text = body("organization/a", "Body a", partOf="organization/b")
    text += body("organization/b", "Body b", partOf="organization/a")
    assert {finding.rule for finding in check(tmp_path, text)} == {"PartCycle"}


def test_nothing_that_is_given_stays_in_the_graph(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for path in DATA.iterdir():
        (data / path.name).write_bytes(path.read_bytes())
    given = [data / "costs.csv", data / "treaties.yaml"]
    curated = Curated.load(data, ONTOLOGY, given, tmp_path / "cache")
    files = {place.file for place in curated.nodes.values()}
    assert "data/decisions.yaml" in files
    assert not files & {"data/costs.csv", "data/costs.csv-metadata.json", "data/treaties.yaml"}
    loaded = load_files(
        given, curated.terms, curated.context, curated.catalogue(), curated.has, curated.tables
    )
    curated.store.extend(in_graph(loaded.triples, AUTHORED_GRAPH))
    everything = new_store(in_graph(curated.terms, AUTHORED_GRAPH))
    everything.extend(in_graph(load_folder(data, curated.terms, curated.context).triples, AUTHORED_GRAPH))
    assert set(curated.store) == set(everything)


def test_the_compiled_graph_is_the_loaded_one(tmp_path: Path) -> None:
    outside = tmp_path / "new.yaml"
    quick = Curated.load(DATA, ONTOLOGY, [outside], tmp_path)
    again = Curated.load(DATA, ONTOLOGY, [outside], tmp_path)
    loaded = load_folder(DATA, quick.terms, quick.context)
    everything = new_store(in_graph(quick.terms, AUTHORED_GRAPH))
    everything.extend(in_graph(loaded.triples, AUTHORED_GRAPH))
    assert set(quick.store) == set(again.store) == set(everything)
    assert quick.nodes == again.nodes == dict(loaded.places.nodes)


def test_asked_about_some_nodes_the_shapes_find_what_they_find_of_them_among_all(tmp_path: Path) -> None:
    curated = Curated.load(DATA, ONTOLOGY, [], tmp_path)
    # Without a label, a verb, a status and a source there is something to find at many nodes.
    removed = [
        quad
        for quad in curated.store
        if quad.predicate.value.rpartition("#")[2] in ("verb", "status", "source", "prefLabel", "partOf")
        and quad.subject.value.startswith(ID)
    ]
    for quad in removed[::3]:
        curated.store.remove(quad)
    compiled = compile_shapes(Shapes.read(authored_modules(SHAPES)).triples)
    everything = ask(curated.store, [AUTHORED_GRAPH], compiled)
    assert len({result.source_shape for result in everything}) > 5
    nodes = sorted(curated.nodes)
    for step in (2, 7, 40):
        some = set(nodes[::step])
        expected = [result for result in everything if getattr(result.focus_node, "value", "") in some]
        assert ask(curated.store, [AUTHORED_GRAPH], compiled, some) == expected
