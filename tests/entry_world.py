"""A small world of entries for the tests of loading: a vocabulary, a few nodes, and what is wrong with files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from mea_kg import resources
from mea_kg.context import Context
from mea_kg.errors import EntryErrors
from mea_kg.findings import Finding
from mea_kg.loading import Loaded, load_folder

_CONCEPTS = {
    "verb": "requests encourages welcomes calls-on",
    "status": "established ongoing sought requested",
    "theme": "capacity-building illegal-wildlife-trade",
    "role": "member participant observer",
    "source-kind": "decision own-statement",
    "quality-kind": "spelling breaks-off",
}
_EDITORIAL = (
    *(
        "skos:prefLabel",
        "skos:altLabel",
        "mea:acronym",
        "mea:note",
        "mea:order",
        "mea:locator",
        "mea:hasEvidence",
    ),
    *("mea:sourceKind", "mea:sha256"),
)

DOCUMENT = """\
id: document/statement
type: SourceDocument
label: Statement
title: Statement of a secretariat
sourceKind: own-statement
"""

ORGANIZATIONS = """\
graph:
  - id: organization/wco
    type: IntergovernmentalOrganization
    label: World Customs Organization
    acronym: WCO
    aliases: [the Customs Organization]
  - id: organization/interpol
    type: IntergovernmentalOrganization
    label: International Criminal Police Organization
    aliases: [INTERPOL, ICPO]
  - id: secretariat/lantern
    type: Secretariat
    label: Secretariat of the Lantern Convention
"""


@cache
def context() -> Context:
    return Context.load(resources.data_folder() / "context.jsonld")


@cache
def ontology() -> tuple[ox.Triple, ...]:
    """A vocabulary of a few concepts, and which keys are editorial."""
    lines = [
        "@prefix mea: <https://w3id.org/mea-kg/ontology#> .",
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
    ]
    for scheme, names in _CONCEPTS.items():
        lines += [
            f"<https://w3id.org/mea-kg/vocab/{scheme}/{name}> a skos:Concept ." for name in names.split()
        ]
    lines += [f"{name} mea:needsNoEvidence true ." for name in _EDITORIAL]
    return tuple(quad.triple for quad in ox.parse("\n".join(lines), format=ox.RdfFormat.TURTLE))


def write(folder: Path, **files: str) -> Path:
    """A data folder with these files (name -> text), beside the document and the organizations."""
    data = folder / "data"
    for name, text in {"document": DOCUMENT, "organizations": ORGANIZATIONS, **files}.items():
        path = data / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return data


def load(folder: Path, **files: str) -> Loaded:
    return load_folder(write(folder, **files), ontology(), context())


def findings(folder: Path, **files: str) -> tuple[Finding, ...]:
    with pytest.raises(EntryErrors) as caught:
        load(folder, **files)
    return caught.value.findings


def finding(folder: Path, **files: str) -> Finding:
    (only,) = findings(folder, **files)
    return only
