"""The kinds of identifiers: declared in the ontology, one place for all, and refused where they are others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from mea_kg import resources
from mea_kg.building import Build
from mea_kg.errors import EntryErrors
from mea_kg.findings import Finding
from mea_kg.identifiers import Identifier
from mea_kg.loading import load_files, read_context
from mea_kg.namespaces import ID, MEA, RDF, RDFS, SH
from mea_kg.ontology import read_ontology, read_turtle
from mea_kg.stores import AUTHORED_GRAPH, triples_of
from mea_kg.vocabulary import Vocabulary

ONTOLOGY = read_ontology(resources.ontology_folder())
VOCABULARY = Vocabulary(ONTOLOGY)


def refusals(folder: Path, text: str) -> tuple[Finding, ...]:
    path = folder / "new.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EntryErrors) as caught:
        load_files([path], ONTOLOGY, read_context(resources.data_folder()))
    return caught.value.findings


def accepted(folder: Path, text: str) -> None:
    path = folder / "new.yaml"
    path.write_text(text, encoding="utf-8")
    load_files([path], ONTOLOGY, read_context(resources.data_folder()))


@pytest.mark.parametrize(
    ("written", "kind", "expected"),
    [
        ("partner/x", "MemorandumOfUnderstanding", "partnership/x"),
        ("organisation/x", "IntergovernmentalOrganization", "organization/x"),
        ("secretariat/x", "Treaty", "treaty/x"),
        ("organization/x", "GoverningBody", "body/x"),
        ("organization/x", "TreatyRegime", "regime/x"),
        ("partnership/x", "AcknowledgedPartnership", "relation/x"),
        ("decision/x", "Resolution", "resolution/x"),
        ("zzz/x/y", "Meeting", "meeting/x/y"),
    ],
)
def test_an_id_of_another_kind_is_refused_with_the_kinds_of_its_class(
    tmp_path: Path, written: str, kind: str, expected: str
) -> None:
    found = refusals(tmp_path, f"# new\nid: {written}\ntype: {kind}\nlabel: x\n")
    assert [(one.rule, one.line, one.field, one.found) for one in found] == [
        ("id-kind", 2, "id", written.split("/", maxsplit=1)[0])
    ]
    assert expected in found[0].hint
    accepted(tmp_path, f"id: {expected}\ntype: {kind}\nlabel: x\n")


def test_an_unknown_kind_of_a_nested_node_names_the_nearest(tmp_path: Path) -> None:
    text = """\
id: treaty/x
type: Convention
label: x
provisions:
  - id: provison/x-1
    locator: Article 1
  - locator: Article 2
"""
    (found,) = refusals(tmp_path, text)
    assert (found.rule, found.line, found.expected) == ("id-kind", 5, "the kind provision")
    accepted(tmp_path, text.replace("provison", "provision"))


def test_a_kind_is_that_of_the_nearest_class() -> None:
    assert VOCABULARY.kinds(MEA + "Secretariat") == ("secretariat",)
    assert VOCABULARY.kinds(MEA + "StateAgency") == ("body", "organization")
    assert VOCABULARY.kinds(MEA + "Convention") == ("treaty",)
    assert VOCABULARY.kinds(MEA + "Evidence") == ()


def test_classes_below_each_other_have_no_kind_but_an_end() -> None:
    below = NamedNode(RDFS + "subClassOf")
    one, other = NamedNode(MEA + "One"), NamedNode(MEA + "Other")
    round_ = Vocabulary([Triple(one, below, other), Triple(other, below, one)])
    assert round_.kinds(one.value) == ()


@pytest.mark.parametrize("world", ["real", "toy"])
def test_every_node_has_a_known_kind(request: pytest.FixtureRequest, world: str) -> None:
    build: Build = request.getfixturevalue(world)
    kinds = {Identifier.from_iri(iri).kind for iri in nodes(build)}
    assert kinds <= set(VOCABULARY.kinds())
    assert len(kinds) > 20


def test_every_kind_is_used(real: Build) -> None:
    used = {Identifier.from_iri(iri).kind for iri in nodes(real)}
    assert set(VOCABULARY.kinds()) - used == {"cooperation", "discrepancy"}, "only rules make these"


def test_the_shape_that_knows_an_id_in_the_place_of_words_knows_every_kind() -> None:
    shapes = read_turtle(resources.shapes_folder() / "shared.ttl")
    (pattern,) = (
        triple.object.value
        for triple in shapes
        if str(triple.subject).endswith("#IdentifierOrAddress>") and isinstance(triple.object, Literal)
        if triple.predicate.value == SH + "pattern"
    )
    assert {kind for kind in VOCABULARY.kinds() if not re.search(pattern, f"{kind}/a-name")} == set()


def nodes(build: Build) -> set[str]:
    typed = (
        t.subject for t in triples_of(build.store, AUTHORED_GRAPH) if t.predicate == NamedNode(RDF + "type")
    )
    return {node.value for node in typed if isinstance(node, NamedNode) and node.value.startswith(ID)}
