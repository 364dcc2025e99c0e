"""The invented world of the benchmarks: its size, its shape, that it is valid, and that its mistakes are found."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store, Triple, parse

from benchmarks.generate import generate
from benchmarks.world.breaking import Breaker, Mistake
from benchmarks.world.building import write_world
from benchmarks.world.comparing import missing, profile
from benchmarks.world.mistakes import NOT_ALONE, mistakes
from benchmarks.world.words import name
from mea_kg import reasoning, resources
from mea_kg.axioms import compile_axioms
from mea_kg.building import Build, derive
from mea_kg.namespaces import ELI, ID, MEA, ORG, OWL, PROV, RDF, RDFS, XSD
from mea_kg.ontology import read_ontology, read_turtle
from mea_kg.saved_queries import list_queries
from mea_kg.shacl import Compiled, compile_shapes, validate
from mea_kg.shapes import authored_modules, whole_modules
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store, triples_of
from tests.test_shapes import ALL_RULES

TRIPLES = 10_000
BOTH = [AUTHORED_GRAPH, INFERRED_GRAPH]
ONTOLOGY = read_ontology(resources.ontology_folder())


@cache
def shapes(whole: bool) -> Compiled:
    folder = resources.shapes_folder()
    modules = whole_modules(folder) if whole else authored_modules(folder)
    return compile_shapes(triple for path in modules for triple in read_turtle(path))


def written(triples: int, seed: int = 0, breaker: Breaker | None = None) -> bytes:
    stream = io.StringIO()
    write_world(stream, triples, seed, breaker)
    return stream.getvalue().encode()


def authored(world: bytes) -> Store:
    store = new_store(in_graph(ONTOLOGY, AUTHORED_GRAPH))
    store.extend(in_graph((quad.triple for quad in parse(world, RdfFormat.N_TRIPLES)), AUTHORED_GRAPH))
    return store


def found(store: Store) -> set[tuple[str, str]]:
    """Rule and node of each result of the authored graph, and of the whole with what follows."""
    results = [*validate(store, [AUTHORED_GRAPH], shapes(False))]
    derive(store, ONTOLOGY, resources.ontology_folder())
    results += validate(store, BOTH, shapes(True))
    return {
        (str(result.source_shape).rpartition("#")[2].rstrip(">"), str(result.focus_node).strip("<>"))
        for result in results
    }


@pytest.fixture(scope="module")
def world() -> Store:
    """A world without mistakes, with what follows."""
    store = authored(written(TRIPLES))
    derive(store, ONTOLOGY, resources.ontology_folder())
    return store


def difference(
    given: Iterable[tuple[str, str]], expected: Iterable[tuple[str, str]]
) -> tuple[object, object]:
    given, expected = set(given), set(expected)
    return sorted(given - expected), sorted(expected - given)


@pytest.mark.parametrize("triples", [2_000, TRIPLES, 100_000])
def test_a_world_has_as_many_triples_as_were_asked_for(triples: int) -> None:
    lines = written(triples).splitlines()
    assert triples * 0.99 <= len(lines) <= triples
    assert len(set(lines)) == len(lines)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    assert written(TRIPLES, 3) == written(TRIPLES, 3)
    assert written(TRIPLES, 3) != written(TRIPLES, 4)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_world_has_each_class_and_property_of_the_curated_graph(real: Build, seed: int) -> None:
    ontology = set(ONTOLOGY)
    curated = profile(triple for triple in triples_of(real.store, AUTHORED_GRAPH) if triple not in ontology)
    invented = profile(quad.triple for quad in parse(written(TRIPLES, seed), RdfFormat.N_TRIPLES))
    assert missing(curated, invented, {}) == []


@pytest.mark.parametrize("seed", [0, 1])
def test_a_world_without_mistakes_is_valid(seed: int) -> None:
    store = authored(written(TRIPLES, seed))
    assert found(store) == set()
    assert reasoning.contradictions(store, compile_axioms(ONTOLOGY), BOTH) == []


@pytest.mark.parametrize(
    ("seed", "triples", "every"), [(0, TRIPLES, 40), (1, TRIPLES, 200), (2, 2 * TRIPLES, 100)]
)
def test_exactly_the_injected_mistakes_are_found(seed: int, triples: int, every: int) -> None:
    breaker = Breaker(mistakes(), every)
    store = authored(written(triples, seed, breaker))
    injected = {(one.rule, one.node) for one in breaker.injected}
    assert len({rule for rule, _ in injected}) > 40
    assert difference(found(store), injected) == ([], [])


def test_a_citation_of_a_broken_decision_stays_whole() -> None:
    symbol = Mistake("Decision", "put", ("symbol",), ("",), "", ("DeliberativeDocument-symbol",))
    cited = Mistake("Citation", "put", ("citedAs",), ("decision 99",), "", ("CitedSymbol",))
    breaker = Breaker([symbol, cited], 1)
    breaker("decision/bababa-i-2", "Decision", {"symbol": ["Bababa I/2"]})
    for citation in (
        "decision/babebe-ii-4/1/citation/bababa-i-2",
        "decision/babebe-ii-4/1/citation/bababa-1",
    ):
        breaker(citation, "Citation", {"citedAs": ["decision I/2"]})
    breaker.keep()
    assert [one.node.removeprefix(ID) for one in breaker.injected] == [
        "decision/bababa-i-2",
        "decision/babebe-ii-4/1/citation/bababa-1",
    ]


def test_no_invented_treaty_has_the_name_of_a_real_one() -> None:
    names = [name(number) for number in range(5000)]
    assert len(set(names)) == len(names)
    assert names[2123] == "Babamako"
    assert not set(names) & {"Bamako", "Basel", "Minamata", "Ramsar"}


def test_each_rule_has_a_mistake_or_a_reason() -> None:
    rules = {rule.rpartition("#")[2] for _, rule in ALL_RULES}
    broken = {found.partition("@")[0] for mistake in mistakes() for found in mistake.found}
    assert broken <= rules
    assert sorted(rules - broken) == sorted(NOT_ALONE)


def test_the_closure_is_that_of_owlrl() -> None:
    # Without labels and definitions, which owlrl would take long over.
    axioms = {triple for triple in ONTOLOGY if triple.predicate.value.startswith((RDF, RDFS, OWL))}
    triples = {quad.triple for quad in parse(written(2_000), RdfFormat.N_TRIPLES)} | axioms
    store = new_store(in_graph(triples, AUTHORED_GRAPH))
    reasoning.close(store, [AUTHORED_GRAPH], INFERRED_GRAPH, compile_axioms(ONTOLOGY))
    ours = triples | set(triples_of(store, INFERRED_GRAPH))
    theirs = triples | reasoning.close_with_owlrl(triples)
    names = (MEA, ORG, ELI, PROV)
    assert len(ours) > len(triples)
    assert _of_entities(reasoning.comparable(ours, *names)) == _of_entities(
        reasoning.comparable(theirs, *names)
    )


def _of_entities(triples: Iterable[Triple]) -> set[Triple]:
    return {
        triple
        for triple in triples
        if isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(ID)
    }


def test_each_saved_query_has_rows(world: Store, tmp_path: Path) -> None:
    generate(tmp_path, 2_000)
    with (tmp_path / "examples.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    empty = []
    for query in list_queries(resources.queries_folder()):
        terms: dict[str, list[NamedNode | Literal]] = {}
        for row in rows:
            if row["query"] == query.name:
                value = row["value"]
                is_iri = value.startswith("https://")
                term = NamedNode(value) if is_iri else Literal(value, datatype=NamedNode(XSD + "date"))
                terms.setdefault(row["parameter"], []).append(term)
        assert set(terms) == {parameter.name for parameter in query.parameters}, query.name
        answer = world.query(query.bound(terms))
        assert isinstance(answer, QuerySolutions)
        if not list(answer):
            empty.append(query.name)
    assert empty == []


def test_the_folder_says_what_was_injected(tmp_path: Path) -> None:
    written_triples = generate(tmp_path, TRIPLES, share=0.005)
    assert len((tmp_path / "authored.nt").read_text().splitlines()) == written_triples
    with (tmp_path / "mistakes.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert 30 <= len({(row["node"], row["kind"]) for row in rows}) <= 90
    assert all(row["path"] and row["rule"] for row in rows)
