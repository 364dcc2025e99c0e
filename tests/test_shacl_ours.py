"""Our own shapes: all are compiled, and our report is pySHACL's on the worlds and on what is wrong in them."""

from __future__ import annotations

import logging
import random
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store, Triple

from mea_kg import resources
from mea_kg.building import Build
from mea_kg.namespaces import SH
from mea_kg.ontology import read_ontology, read_turtle
from mea_kg.shacl import Compiled, compile_shapes, validate
from mea_kg.shacl.paths import read_path
from mea_kg.shacl.reading import ShapesGraph
from mea_kg.shacl.selects import SELECT_ALL
from mea_kg.shapes import ABOUT_ONTOLOGY, PREFIXES, WHOLE, authored_modules, whole_modules
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store, triples_of
from tests.shacl_mistakes import mistaken
from tests.shacl_oracle import as_stored, key, of_pyshacl, ours

FOLDER = resources.shapes_folder()
PAIRS = Path(__file__).parent / "shapes"
FILES = sorted(PAIRS.rglob("*.ttl"))


@pytest.fixture(autouse=True)
def quiet() -> None:
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)


@cache
def shapes_of(whole: bool) -> tuple[Triple, ...]:
    files = whole_modules(FOLDER) if whole else authored_modules(FOLDER)
    return tuple(triple for path in files for triple in read_turtle(path))


@cache
def ontology() -> tuple[Triple, ...]:
    return tuple(read_ontology(resources.ontology_folder()))


def test_every_shape_is_compiled() -> None:
    compiled = compile_shapes(triple for path in sorted(FOLDER.glob("*.ttl")) for triple in read_turtle(path))
    assert not compiled.refused
    assert len(compiled.queries) > 200


def only(compiled: Compiled, rule: NamedNode) -> Compiled:
    """The queries that a rule has a part in."""
    queries = tuple(q for q in compiled.queries if rule in {source.shape for source in q.sources})
    return Compiled(queries, compiled.refused, compiled.triples)


@pytest.fixture(scope="module")
def vocabulary() -> Store:
    return new_store(in_graph(ontology(), INFERRED_GRAPH))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_pair(path: Path, vocabulary: Store) -> None:
    """What a file expects, messages too: `test_shapes.py` has pySHACL give the same."""
    triples = read_turtle(path)
    graph = ShapesGraph(triples)
    stated = {t.subject for t in triples if t.object == NamedNode(SH + "ValidationResult")}
    rule = NamedNode(f"https://w3id.org/mea-kg/shapes#{path.name.split('.')[0]}")
    compiled = compile_shapes(shapes_of(path.parent.name + ".ttl" == WHOLE))
    expected = set()
    for node in stated:
        place, message = graph.one(node, "resultPath"), graph.one(node, "resultMessage")
        said = [as_stored(graph.one(node, name)) for name in ("focusNode", "value", "resultSeverity")]
        expected.add((*said, read_path(graph, place).text if place else "", message.value if message else ""))
    data = NamedNode("file:data")
    vocabulary.extend(in_graph((t for t in triples if t.subject not in stated), data))
    try:
        results = validate(vocabulary, [data, INFERRED_GRAPH], only(compiled, rule))
    finally:
        vocabulary.remove_graph(data)
    found = {
        (str(one.focus_node), as_stored(one.value), f"<{one.severity}>", one.path, one.message)
        for one in results
        if one.source_shape == rule
    }
    assert found == expected
    assert bool(found) == path.stem.endswith(".fail")


def test_all_that_fails_at_once() -> None:
    """The data of all pairs as one graph: hundreds of violations, and pySHACL has the same."""
    data = dict.fromkeys(ontology())
    for path in FILES:
        if path.stem.endswith(".fail"):
            data |= dict.fromkeys(t for t in read_turtle(path) if "#expected" not in str(t.subject))
    shapes = [*shapes_of(False), *shapes_of(True)]
    found = ours(data, shapes)
    assert len(found) > 300
    assert found == of_pyshacl(data, shapes, embedded=True)


def graphs_of(world: Build) -> tuple[list[Triple], list[Triple]]:
    authored = list(triples_of(world.store, AUTHORED_GRAPH))
    return authored, authored + list(triples_of(world.store, INFERRED_GRAPH))


def test_the_toy_world(toy: Build) -> None:
    for whole, data in enumerate(graphs_of(toy)):
        shapes = shapes_of(bool(whole))
        compiled = compile_shapes(shapes)
        store = new_store(in_graph(data, AUTHORED_GRAPH))
        found = {key(result) for result in validate(store, [AUTHORED_GRAPH], compiled)}
        assert found == of_pyshacl(data, shapes, embedded=True)


@pytest.mark.filterwarnings("ignore:Parsing weird boolean")
@pytest.mark.parametrize("seed", range(3))
def test_mistakes(toy: Build, seed: int) -> None:
    """A toy world with many mistakes at once: the same report as pySHACL's."""
    dice = random.Random(seed)
    for whole, data in enumerate(graphs_of(toy)):
        wrong = mistaken(data, dice, 400)
        found = ours(wrong, shapes_of(bool(whole)))
        assert len(found) > (5 if whole else 80)
        assert found == of_pyshacl(wrong, shapes_of(bool(whole)), embedded=True)


@pytest.mark.filterwarnings("ignore:Parsing weird boolean")
@pytest.mark.parametrize("seed", range(10, 18))
def test_the_wording_for_all_nodes_says_what_that_for_one_says(toy: Build, seed: int) -> None:
    wrong = mistaken(graphs_of(toy)[0], random.Random(seed), 600)
    without = [triple for triple in shapes_of(False) if triple.predicate.value != SELECT_ALL]
    assert len(without) < len(shapes_of(False))
    assert ours(wrong, shapes_of(False)) == ours(wrong, without)


@pytest.mark.parametrize(("name", "least"), [("toy", 700), ("real", 800)])
def test_rdflib_finds_the_same_mistakes(name: str, least: int, request: pytest.FixtureRequest) -> None:
    """pySHACL as it is, with rdflib to answer the queries: what no embedded store has a part in."""
    for whole, data in enumerate(graphs_of(request.getfixturevalue(name))):
        wrong = mistaken(data, random.Random(0), 400, for_rdflib=True)
        found = ours(wrong, shapes_of(bool(whole)))
        assert len(found) > (5 if whole else least)
        assert found == of_pyshacl(wrong, shapes_of(bool(whole)))


def test_the_ontology_is_valid_by_its_own_shapes() -> None:
    shapes = [*read_turtle(FOLDER / PREFIXES), *read_turtle(FOLDER / ABOUT_ONTOLOGY)]
    broken = [t for index, t in enumerate(ontology()) if index % 7]
    found = ours(broken, shapes)
    assert len(found) > 100
    assert found == of_pyshacl(broken, shapes, embedded=True)
