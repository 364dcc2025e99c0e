"""The JSON Schema of entry files, held against the loader: what one accepts the other accepts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from pyoxigraph import Triple

from mea_kg import resources
from mea_kg.context import Context
from mea_kg.errors import EntryErrors
from mea_kg.formatting import formatted
from mea_kg.ontology import read_ontology
from mea_kg.schema import json_schema
from mea_kg.shapes import Shapes, authored_modules
from mea_kg.validation import validate_files


def shapes() -> tuple[Triple, ...]:
    return Shapes.read(authored_modules(resources.shapes_folder())).triples


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    context = Context.load(resources.data_folder() / "context.jsonld")
    return json_schema(context, read_ontology(resources.ontology_folder()), shapes())


@pytest.fixture(scope="module")
def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema)


TOY = sorted((Path(__file__).parent / "toy" / "data").rglob("*.yaml"))
REAL = sorted(resources.data_folder().rglob("*.yaml"))


def test_it_is_a_json_schema(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)


def test_the_same_input_gives_the_same_bytes(schema: dict[str, Any]) -> None:
    context = Context.load(resources.data_folder() / "context.jsonld")
    backwards = reversed(read_ontology(resources.ontology_folder()))
    assert json.dumps(json_schema(context, backwards, reversed(shapes()))) == json.dumps(schema)


def test_all_files_conform(validator: Draft202012Validator) -> None:
    assert TOY and REAL
    for path in [*TOY, *REAL]:
        content = yaml.load(
            formatted(path.read_text(encoding="utf-8")), getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
        assert not [f"{path}: {error.json_path}: {error.message}" for error in validator.iter_errors(content)]


MEMORANDUM: dict[str, Any] = {
    "id": "partnership/x",
    "type": "MemorandumOfUnderstanding",
    "label": "x",
    "participants": ["secretariat/cites", "organization/wco"],
    "status": "established",
    "evidence": [{"source": "document/x", "pinpoint": "text", "supports": ["status"]}],
}


def changed(**fields: Any) -> dict[str, Any]:
    content = {**MEMORANDUM, **fields}
    return {key: value for key, value in content.items() if value is not None}


EVIDENCE = {"source": "document/x", "pinpoint": "para. 1", "phrase": "Requests the Secretariat"}
REQUEST: dict[str, Any] = {
    "type": "Request",
    "key": "one",
    "verb": "requests",
    "verbAsPrinted": "Requests",
    "addressees": "secretariat/cites",
    "action": "to report",
    "evidence": EVIDENCE,
}


def decision(**fields: Any) -> dict[str, Any]:
    """A decision with one paragraph and one act, which has these fields; None leaves one out."""
    act = {key: value for key, value in {**REQUEST, **fields}.items() if value is not None}
    paragraph = {"type": "OperativeParagraph", "locator": "1", "order": "1", "acts": [act]}
    return {
        "id": "decision/x",
        "type": "Decision",
        "label": "x",
        "evidence": EVIDENCE,
        "paragraphs": [paragraph],
    }


@pytest.mark.parametrize(
    "content",
    [
        MEMORANDUM,
        {"graph": [MEMORANDUM, MEMORANDUM]},
        changed(label={"en": "x", "fr": "y"}),
        changed(status=["established", "ongoing"]),
        changed(evidence={"id": "partnership/y", "source": "document/x", "pinpoint": "text"}),
        changed(evidence=[{"source": "document/x", "pinpoint": "text", "gives": {"status": "established"}}]),
        changed(startDate="2005-01-01", startYear="2005", startMonth="2005-01"),
        changed(participants=None, participantsStated="false"),
        changed(label="Todos los pueblos"),
        {"id": "decision/x", "type": ["Decision", "Resolution"], "label": "x"},
        decision(),
    ],
)
def test_what_conforms(validator: Draft202012Validator, content: object) -> None:
    assert not list(validator.iter_errors(content))


@pytest.mark.parametrize(
    "content",
    [
        [],
        "x",
        {},
        {"graph": []},
        {"graph": [MEMORANDUM], "id": "a/b"},
        {"graph": ["x"]},
        changed(id=None),
        changed(type=None),
        changed(id="WCO"),
        changed(id="partnership/a b"),
        changed(id="partner/x"),
        changed(id="organization/x"),
        changed(evidence={"id": "partner/x"}),
        changed(type="Memorandum"),
        changed(type=[]),
        changed(participant=["organization/wco"]),
        changed(verb="requests"),
        changed(label=""),
        changed(label=" x"),
        changed(label=["x"]),
        changed(label={}),
        changed(label={"english": "x"}),
        changed(status="etablished"),
        changed(status=[]),
        changed(status=["established", "established"]),
        changed(participants=["the WCO"]),
        changed(participants=[{"id": "organization/wco"}]),
        changed(startDate="2005-1-1"),
        changed(startYear=2005),
        changed(startMonth="2005-13"),
        changed(participantsStated=True),
        changed(participantsStated="yes"),
        changed(note=None, description=3),
        changed(evidence="document/x"),
        changed(evidence=[{"source": "document/x"}]),
        changed(evidence=[{"source": "document/x", "pinpoint": "x", "label": "x"}]),
        changed(evidence=[{"type": "Decision", "source": "document/x", "pinpoint": "x"}]),
        {"id": "decision/x", "type": "Decision", "paragraphs": [{"locator": "1"}]},
        {"id": "decision/x", "type": "Decision", "paragraphs": [{"type": "Decision", "locator": "1"}]},
        {"id": "organization/x", "type": "Organization", "homepage": "organization/x"},
        {"id": "fund/x", "type": "TrustFund", "amounts": [{"year": "2005", "unit": "dollars"}]},
        # What the shapes demand.
        changed(label=None),
        changed(status=None),
        changed(evidence=None),
        changed(participants=None),
        changed(participants=None, participantsStated="true"),
        changed(distributiveReading="false"),
        changed(label="<b>Memorandum</b>"),
        changed(label="x" * 201),
        changed(label={"en": "x" * 201}),
        changed(acronym="a" * 100),
        changed(evidence=[{**EVIDENCE, "phrase": "word " * 15 + "word"}]),
        changed(evidence=[{**EVIDENCE, "pinpoint": ["para. 1", "para. 2"]}]),
        changed(evidence=[{**EVIDENCE, "supports": ["the status"]}]),
        changed(evidence={"id": "a/b"}),
        changed(type="Partnership"),
        decision(verb=None),
        decision(verb="implores"),
        decision(verbAsPrinted=None),
        decision(action=None),
        decision(evidence=None),
        decision(status="established"),
        decision(type="Mandate"),
        decision(type="Acknowledgement", verb="welcomes"),
        decision(dueDate="as soon as possible"),
        decision(dueDate="2005-13-01"),
        decision(seeks={"role": "observer", "body": "body/x", "status": "established", "evidence": EVIDENCE}),
        decision(seeks={"body": "body/x", "status": "sought", "evidence": EVIDENCE}),
        {"id": "meeting/x", "type": "Meeting", "label": "x", "evidence": EVIDENCE},
        {"id": "office/x", "type": "Office", "label": "x", "evidence": EVIDENCE},
        {"id": "regime/x", "type": "TreatyRegime", "label": "x", "evidence": EVIDENCE},
        {"id": "state/x", "type": "State", "label": "x", "evidence": EVIDENCE, "isoAlpha2": "GER"},
        {"id": "document/x", "type": "SourceDocument", "label": "x"},
        {"id": "document/x", "type": "SourceDocument", "label": "x", "sourceKind": "decision", "sha256": "1"},
        {"id": "document/x", "type": "SourceDocument", "label": "x", "sourceKind": "blog"},
        {"id": "cooperation/x", "type": "Cooperation", "label": "x"},
        # What is still to be filled in.
        changed(id="partnership/TODO"),
        changed(id="partnership/todo"),
        changed(label="TODO"),
        changed(label={"en": "TODO: the label"}),
        changed(description="???"),
        changed(participants=["organization/wco", "organization/todo"]),
        changed(note="n/a"),
    ],
)
def test_what_does_not_conform(validator: Draft202012Validator, content: object) -> None:
    assert list(validator.iter_errors(content))


SOUND = changed(evidence=[EVIDENCE])
UNSEEN = [
    {**SOUND, "participants": ["organization/wco"]},
    {**SOUND, "participants": ["organization/wco", "organization/nobody"]},
    {**SOUND, "participants": ["organization/wco", "treaty/unclos"]},
    {**SOUND, "startDate": "2005-02-30"},
    {**SOUND, "startDate": "2006-01-01", "endDate": "2005-01-01"},
    {**SOUND, "evidence": [{**EVIDENCE, "supports": ["status"]}]},
    {"graph": [SOUND, SOUND]},
    decision(type="Request", verb="welcomes"),
    decision(counterparts="secretariat/cites"),
]
"""What a JSON Schema cannot see, which loading and validation do: other nodes, the calendar, two fields together."""


def is_valid(content: dict[str, Any], folder: Path) -> bool:
    document = {"id": "document/x", "type": "SourceDocument", "label": "x", "sourceKind": "decision"}
    file = folder / "entry.yaml"
    nodes = content.get("graph", [content])
    if nodes[0]["type"] == "Decision":
        document["textOf"] = nodes[0]["id"]
    file.write_text(json.dumps({"graph": [*nodes, document]}), encoding="utf-8")
    data, ontology = resources.data_folder(), resources.ontology_folder()
    try:
        return validate_files([file], data, ontology, resources.shapes_folder()).conforms
    except EntryErrors:
        return False


@pytest.mark.parametrize("content", UNSEEN)
def test_what_only_validation_sees(
    validator: Draft202012Validator, content: dict[str, Any], tmp_path: Path
) -> None:
    assert not list(validator.iter_errors(content))
    assert not is_valid(content, tmp_path)


@pytest.mark.parametrize("content", [SOUND, decision()])
def test_what_has_no_such_mistake_is_valid(content: dict[str, Any], tmp_path: Path) -> None:
    assert is_valid(content, tmp_path)


def test_an_editor_can_tell_what_a_key_means(schema: dict[str, Any]) -> None:
    key = schema["$defs"]["key participants"]
    assert key["title"] and key["description"]


def test_every_key_goes_with_some_class(schema: dict[str, Any]) -> None:
    context = Context.load(resources.data_folder() / "context.jsonld")
    used = {key for name in context.classes for key in schema["$defs"][name]["properties"]}
    assert used == {*context.terms, "id", "type", "key"}
