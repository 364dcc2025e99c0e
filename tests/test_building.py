"""The pipeline as a whole, against its oracles: owlrl for the closure, rdflib for the rules."""

from __future__ import annotations

import shutil
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from mea_kg import reasoning, resources, rules
from mea_kg.axioms import compile_axioms
from mea_kg.building import Build, build, derive
from mea_kg.errors import ContradictionError, EntryErrors, InputError, OntologyError, QueryError
from mea_kg.jsonld import triples_by_pyld, triples_by_rdflib
from mea_kg.namespaces import MEA
from mea_kg.ontology import read_ontology
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store, triples_of
from tests.conftest import TOY


@pytest.fixture(params=["toy", "real"])
def world(request: pytest.FixtureRequest) -> Build:
    built: Build = request.getfixturevalue(request.param)
    return built


def test_closure_and_rules_equal_those_of_the_reference_engines(world: Build) -> None:
    authored = set(triples_of(world.store, AUTHORED_GRAPH))
    closed = reasoning.close_with_owlrl(authored)
    reference = reasoning.rdflib_graph(authored | closed)
    rules.apply_rules_with_rdflib(reference, rules.load_rules(resources.ontology_folder() / "rules"))
    ours = authored | set(triples_of(world.store, INFERRED_GRAPH))
    theirs = set(reasoning.triples_of(reference))
    assert reasoning.comparable(ours, MEA) == reasoning.comparable(theirs, MEA)


def test_every_entry_gives_the_same_graph_through_three_readers_of_json_ld(world: Build) -> None:
    for file in (file for file in world.loaded.files if file.nodes):
        ours = set(file.triples)
        assert ours == triples_by_rdflib(file.document), file.file
        assert ours == triples_by_pyld(file.document), file.file


def test_no_triple_is_both_authored_and_inferred(world: Build) -> None:
    assert not set(triples_of(world.store, AUTHORED_GRAPH)) & set(triples_of(world.store, INFERRED_GRAPH))


def test_closing_again_after_the_rules_adds_nothing(world: Build) -> None:
    axioms = compile_axioms(read_ontology(resources.ontology_folder()))
    assert reasoning.unclosed(world.store, [AUTHORED_GRAPH, INFERRED_GRAPH], axioms) == []


def test_every_node_of_the_entries_has_a_line(world: Build) -> None:
    subjects = {
        triple.subject.value
        for file in world.loaded.files
        for triple in file.triples
        if hasattr(triple.subject, "value")
    }
    assert subjects == set(world.places.nodes)


def test_the_reference_engines_give_the_same_cooperations(toy: Build) -> None:
    def cooperations(built: Build) -> set[str]:
        query = f"SELECT ?c FROM <{INFERRED_GRAPH.value}> {{ ?c a <{MEA}Cooperation> }}"
        return {row["c"].value for row in built.store.query(query)}  # type: ignore[union-attr]

    reference = build(TOY / "data", resources.ontology_folder(), "owlrl")
    assert cooperations(reference) == cooperations(toy)
    assert len(cooperations(toy)) == 20


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(QueryError, match="no engine 'pellet'"):
        build(TOY / "data", resources.ontology_folder(), "pellet")


def test_what_contradicts_the_ontology_is_refused(tmp_path: Path) -> None:
    data = shutil.copytree(TOY / "data", tmp_path / "data")
    entry = data / "treaties.yaml"
    text = entry.read_text(encoding="utf-8")
    entry.write_text(text.replace("type: Convention\n", "type: [Convention, Meeting]\n", 1), encoding="utf-8")
    with pytest.raises(ContradictionError, match=r"treaty/marsh a mea:\w+ and treaty/marsh a mea:\w+"):
        build(data, resources.ontology_folder())


def test_an_axiom_that_is_not_implemented_is_refused(tmp_path: Path) -> None:
    ontology = shutil.copytree(resources.ontology_folder(), tmp_path / "ontology")
    (ontology / "extra.ttl").write_text(
        f"<{MEA}member> <http://www.w3.org/2000/01/rdf-schema#range> <{MEA}Organization> .", encoding="utf-8"
    )
    with pytest.raises(OntologyError, match="mea:member rdfs:range mea:Organization"):
        build(TOY / "data", ontology)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("<a> <b>", InputError, r"extra\.ttl:1"),
        (f"<{MEA}member> <{MEA}about> [] .", OntologyError, r"extra\.ttl: a blank node"),
    ],
)
def test_a_broken_module_is_named(tmp_path: Path, text: str, error: type[Exception], message: str) -> None:
    ontology = shutil.copytree(resources.ontology_folder(), tmp_path / "ontology")
    (ontology / "extra.ttl").write_text(text, encoding="utf-8")
    with pytest.raises(error, match=message):
        build(TOY / "data", ontology)


def test_all_mistakes_in_entries_are_told_at_once(tmp_path: Path) -> None:
    data = shutil.copytree(TOY / "data", tmp_path / "data")
    (data / "new.yaml").write_text(
        "id: organization/new\ntype: Organisation\nlabell: New\npartOf: organization/harbor-union\n",
        encoding="utf-8",
    )
    with pytest.raises(EntryErrors) as caught:
        build(data, resources.ontology_folder())
    text = str(caught.value)
    assert "data/new.yaml:2" in text and "Organization" in text
    assert "data/new.yaml:3" in text and "label" in text
    assert "data/new.yaml:4" in text and "organization/harbour-union" in text


def test_no_folder_no_graph(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        build(tmp_path / "absent", resources.ontology_folder())
    with pytest.raises(InputError, match="no Turtle file"):
        build(TOY / "data", tmp_path)


def test_a_derivation_can_be_ended_before_each_rule(toy: Build) -> None:
    """What the rules before have derived stays."""
    rule_names, store, calls = list(toy.derived), new_store(), 0
    store.extend(in_graph(triples_of(toy.store, AUTHORED_GRAPH), AUTHORED_GRAPH))

    def stop_at_third() -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise CancelledError

    ontology = resources.ontology_folder()
    with pytest.raises(CancelledError):
        derive(store, read_ontology(ontology), ontology, before_each=stop_at_third)
    derived = len(list(triples_of(store, INFERRED_GRAPH)))
    assert derived == toy.closure + sum(toy.derived[name] for name in rule_names[:2])
