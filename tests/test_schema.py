"""The JSON Schema of entry files, held against the loader: what one accepts the other accepts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from mea_kg import resources
from mea_kg.context import Context
from mea_kg.formatting import formatted
from mea_kg.ontology import read_ontology
from mea_kg.schema import json_schema


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    context = Context.load(resources.data_folder() / "context.jsonld")
    return json_schema(context, read_ontology(resources.ontology_folder()))


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
    assert json.dumps(json_schema(context, backwards)) == json.dumps(schema)


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


@pytest.mark.parametrize(
    "content",
    [
        MEMORANDUM,
        {"graph": [MEMORANDUM, MEMORANDUM]},
        changed(label={"en": "x", "fr": "y"}),
        changed(status=["established", "ongoing"]),
        changed(evidence={"id": "partnership/y"}),
        changed(evidence=[{"source": "document/x", "pinpoint": "text", "gives": {"status": "established"}}]),
        changed(startDate="2005-01-01", startYear="2005", startMonth="2005-01", participantsStated="false"),
        {"id": "decision/x", "type": ["Decision", "Resolution"], "label": "x"},
        {
            "id": "decision/x",
            "type": "Decision",
            "paragraphs": [
                {
                    "type": "OperativeParagraph",
                    "locator": "1",
                    "order": "1",
                    "acts": [{"type": "Request", "verb": "requests", "key": "one"}],
                }
            ],
        },
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
    ],
)
def test_what_does_not_conform(validator: Draft202012Validator, content: object) -> None:
    assert list(validator.iter_errors(content))


def test_an_editor_can_tell_what_a_key_means(schema: dict[str, Any]) -> None:
    key = schema["$defs"]["key participants"]
    assert key["title"] and key["description"]


def test_every_key_goes_with_some_class(schema: dict[str, Any]) -> None:
    context = Context.load(resources.data_folder() / "context.jsonld")
    used = {key for name in context.classes for key in schema["$defs"][name]["properties"]}
    assert used == {*context.terms, "id", "type", "key"}
