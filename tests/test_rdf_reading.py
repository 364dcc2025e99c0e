"""Entries in RDF formats: the same findings, at the same nodes and fields, each with its line."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from mea_kg import resources
from mea_kg.errors import EntryErrors
from mea_kg.findings import VIOLATION, Finding
from mea_kg.namespaces import AUTHORED, ID, INFERRED
from mea_kg.rdf.reading import FORMATS
from mea_kg.validation import validate_files

TOY = Path(__file__).parent / "toy" / "data"
PREFIXES = f"""\
@prefix mea: <https://w3id.org/mea-kg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix org: <{ID}organization/> .
@base <{ID}> .

"""
GOOD = (
    PREFIXES
    + """\
# A body that the graph has not; its label is in one language, and that suffices.
org:new-body a mea:Organization ;
    skos:prefLabel "Le nouvel organisme"@fr ;
    mea:hasEvidence <organization/new-body/evidence/a> .

<organization/new-body/evidence/a> a mea:Evidence ;
    mea:source <document/mm-ii-3> ;
    mea:pinpoint "para. 3(a)" ;
    mea:phrase "Cooperate with the Lamp Office" .
"""
)
SYNTAXES = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


def written(text: str, ending: str) -> str:
    """Turtle in another syntax."""
    if ending == "ttl":
        return text
    syntax = SYNTAXES[ending]
    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    content = ox.serialize(
        quads if syntax.supports_datasets else [quad.triple for quad in quads],
        format=syntax,
    )
    assert content is not None
    text = content.decode()
    return text.replace("},{", "},\n{").replace(',"http', ',\n"http') if ending == "jsonld" else text


def findings(tmp_path: Path, text: str, ending: str) -> list[Finding]:
    """What is found in a file; each finding has a line that is there, in that file."""
    path = tmp_path / f"given.{ending}"
    path.write_text(text, encoding="utf-8")
    try:
        found = list(
            validate_files([path], TOY, resources.ontology_folder(), resources.shapes_folder()).findings
        )
    except EntryErrors as errors:
        found = list(errors.findings)
    for finding in found:
        assert finding.file == path.as_posix()
        assert 1 <= finding.line <= text.count("\n") + 1
    return [finding for finding in found if finding.rule != "phrase-not-checked"]


@pytest.mark.parametrize("ending", ["ttl", *SYNTAXES])
def test_an_entry_is_accepted_in_each_format(tmp_path: Path, ending: str) -> None:
    assert findings(tmp_path, written(GOOD, ending), ending) == []


@pytest.mark.parametrize("ending", ["ttl", *SYNTAXES])
@pytest.mark.parametrize(
    ("right", "wrong", "rule", "entity", "where"),
    [
        ("mea:pinpoint ", "mea:pinpont ", "unknown-key", "organization/new-body/evidence/a", "pinpont"),
        ("mea:Organization", "mea:Organisation", "unknown-type", "organization/new-body", "Organisation"),
        ("<document/mm-ii-3>", "<document/mm-ii-4>", "undefined-reference", "evidence/a", "mm-ii-4"),
        ("org:new-body a", "<https://example.org/x> a", "other-namespace", "https://example.org/x", "org/x"),
        ('"para. 3(a)"', "<organization/hu>", "not-text", "evidence/a", "organization/hu"),
        ("<document/mm-ii-3>", '"document/mm-ii-3"', "not-a-reference", "evidence/a", "document/mm-ii-3"),
        (
            'skos:prefLabel "Le nouvel organisme"@fr',
            'skos:prefLabel "<b>New</b>"@fr',
            "Labelled-label",
            "organization/new-body",
            "New",
        ),
        (
            "mea:phrase ",
            "mea:supportsStatus <organization/hu> ; mea:phrase ",
            "unknown-key",
            "a",
            "supportsS",
        ),
    ],
)
def test_a_mistake_has_its_line_in_each_format(
    tmp_path: Path, ending: str, right: str, wrong: str, rule: str, entity: str, where: str
) -> None:
    text = written(GOOD.replace(right, wrong), ending)
    [finding] = [one for one in findings(tmp_path, text, ending) if one.rule == rule]
    assert finding.entity.endswith(entity) or entity in finding.entity
    assert finding.severity == VIOLATION and finding.message and finding.hint
    line = text.splitlines()[finding.line - 1]
    assert where in line, (finding.as_text(), line)


@pytest.mark.parametrize("ending", ["ttl", "rdf", "jsonld"])
def test_a_class_of_another_namespace_is_one_mistake(tmp_path: Path, ending: str) -> None:
    text = written(GOOD.replace("mea:Organization", "<https://example.org/ontology/Organization>"), ending)
    [finding] = findings(tmp_path, text, ending)
    assert (finding.rule, finding.field) == ("unknown-type", "type")
    assert finding.hint == "Did you mean mea:Organization?"


@pytest.mark.parametrize("ending", ["ttl", "nt", "rdf", "jsonld"])
def test_blank_nodes_are_refused(tmp_path: Path, ending: str) -> None:
    text = written(GOOD.replace("<document/mm-ii-3>", '[ skos:prefLabel "x"@en ]'), ending)
    assert [finding.rule for finding in findings(tmp_path, text, ending)][:1] == ["blank-node"]


def test_every_format_has_a_name_that_people_give_files() -> None:
    assert set(FORMATS.values()) == {*SYNTAXES.values(), ox.RdfFormat.TURTLE}


def test_other_graphs_are_refused(tmp_path: Path) -> None:
    body = GOOD.removeprefix(PREFIXES)
    authored = f"{PREFIXES}<{AUTHORED}> {{ {body} }}"
    assert findings(tmp_path, authored, "trig") == []
    [finding] = findings(tmp_path, f"{PREFIXES}GRAPH <{INFERRED}> {{\n{body} }}", "trig")
    assert (finding.rule, finding.line) == ("other-graph", 8)


def test_what_the_graph_says_already_is_passed_over_and_a_change_to_it_refused(tmp_path: Path) -> None:
    text = PREFIXES + "<document/mm-ii-3> a mea:SourceDocument .\n" + GOOD.removeprefix(PREFIXES)
    assert findings(tmp_path, text, "ttl") == []
    more = PREFIXES + '<document/mm-ii-3> skos:altLabel "Another name" .\n'
    assert "id-twice" in [finding.rule for finding in findings(tmp_path, more, "ttl")]


def test_json_ld_with_the_context_of_the_entries(tmp_path: Path) -> None:
    text = """{"@context": "https://w3id.org/mea-kg/context.jsonld",
 "id": "organization/new-body",
 "type": "Organization",
 "label": {"en": "New Body"},
 "evidence": {
   "id": "organization/new-body/evidence/a", "type": "Evidence",
   "source": "document/nowhere",
   "pinpoint": "para. 1", "phrase": "a phrase"}
}"""
    [finding] = findings(tmp_path, text, "jsonld")
    assert (finding.rule, finding.line, finding.field) == ("undefined-reference", 7, "source")


def test_prefixes_bases_and_escapes_in_turtle(tmp_path: Path) -> None:
    text = f"""PREFIX m: <https://w3id.org/mea-kg/ontology#>
BASE <{ID}organization/>
PREFIX s: <http://www.w3.org/2004/02/skos/core#>
PREFIX : <>
:new\\-body a m:Organization; s:prefLabel \"\"\"New
"Body" # no comment; \\" m:x\"\"\"@en ; # <organization/new-body>
  m:nothing 'x' , "y" ; m:acronym 5.

"""
    rules = {finding.rule: finding.line for finding in findings(tmp_path, text, "ttl")}
    assert rules["unknown-key"] == 7
