"""No finding without a line: of every rule, and of the real graph."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from mea_kg import resources
from mea_kg.building import Build
from mea_kg.context import Context
from mea_kg.explaining import Explainer
from mea_kg.findings import VIOLATION, Finding
from mea_kg.namespaces import ID, MEA, RDF, SH, VOCAB
from mea_kg.ontology import place_of_term, read_ontology, read_turtle
from mea_kg.places import Place, Places
from mea_kg.shacl import Compiled, Result, compile_shapes
from mea_kg.shacl import validate as validate_compiled
from mea_kg.shapes import WHOLE, Shapes, authored_modules, whole_modules
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store
from mea_kg.validation import validate

PAIRS = Path(__file__).parent / "shapes"
FILES = sorted(PAIRS.rglob("*.fail.ttl"))
ONTOLOGY = resources.ontology_folder()
COOPERATION = NamedNode(MEA + "Cooperation")


@cache
def shapes_of(whole: bool) -> Shapes:
    folder = resources.shapes_folder()
    return Shapes.read(whole_modules(folder) if whole else authored_modules(folder))


@cache
def ontology() -> tuple[Triple, ...]:
    return tuple(read_ontology(ONTOLOGY))


@cache
def context() -> Context:
    return Context.load(resources.data_folder() / "context.jsonld")


def lines_of(path: Path, triples: list[Triple]) -> Places:
    """Where each node of a Turtle file stands, but for those that rules derive: these stand in no file."""
    derived = {triple.subject for triple in triples if triple.object == COOPERATION}
    text = path.read_text(encoding="utf-8").splitlines()
    nodes = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode) and triple.subject not in derived:
            iri = triple.subject.value
            short = iri.removeprefix(ID)
            number = next(
                (n for n, line in enumerate(text, 1) if f"<{short}>" in line or f"<{iri}>" in line), None
            )
            if number:
                nodes[iri] = Place(path.name, number, 1)
    return Places(nodes)


@cache
def compiled(whole: bool) -> Compiled:
    return compile_shapes(shapes_of(whole).triples)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name.split('.')[0]}")
def test_a_finding_of_each_rule_has_a_line(path: Path) -> None:
    whole = path.parent.name == Path(WHOLE).stem
    triples = read_turtle(path)
    stated = {triple.subject for triple in triples if triple.object == NamedNode(SH + "ValidationResult")}
    data = [triple for triple in triples if triple.subject not in stated]
    expected = {t.object for t in triples if t.subject in stated and t.predicate.value == SH + "focusNode"}
    store = new_store(in_graph([*ontology(), *data], AUTHORED_GRAPH))
    places = lines_of(path, data)
    explainer = Explainer(store, places, shapes_of(whole), context(), ONTOLOGY)
    results = [
        one
        for one in validate_compiled(store, [AUTHORED_GRAPH], compiled(whole))
        if one.focus_node in expected
    ]
    assert {result.focus_node for result in results} == expected
    for result in results:
        finding = explainer.finding(result)
        assert finding.line > 0 and finding.column > 0
        assert finding.rule and finding.message and finding.entity and finding.expected and finding.source
        if finding.node in places.nodes or any(iri in places.nodes for iri in finding.follows_from):
            assert finding.file == path.name, finding.as_text()


def test_every_finding_of_the_real_graph_stands_in_a_file_of_the_data(real: Build) -> None:
    report = validate(real.store, real.loaded.places, resources.shapes_folder(), real.loaded.context)
    assert report.findings
    for finding in (one for lead in report.findings for one in (lead, *lead.also)):
        path = resources.data_folder().parent / finding.file
        assert 0 < finding.line <= len(path.read_text(encoding="utf-8").splitlines()), finding.as_text()
        assert finding.entity and finding.field_label and finding.expected and finding.source


def explained(result: Result, quads: list[Quad], places: Places) -> Finding:
    store = new_store([*in_graph(ontology(), AUTHORED_GRAPH), *quads])
    return Explainer(store, places, shapes_of(False), context(), ONTOLOGY).finding(result)


def result(
    focus: NamedNode | Literal, path: str = "", value: NamedNode | None = None, rule: str = "x"
) -> Result:
    shape = NamedNode("https://w3id.org/mea-kg/shapes#" + rule)
    component = SH + "ClassConstraintComponent"
    return Result(focus, path, value, component, SH + VIOLATION, shape, None, "")


def node(name: str) -> NamedNode:
    return NamedNode(ID + name)


def term(name: str) -> NamedNode:
    return NamedNode(MEA + name)


PARTICIPANT = f"<{MEA}participant>"


def test_a_value_has_a_place_of_its_own() -> None:
    places = Places(
        {ID + "p/a": Place("f", 1, 1)},
        {(ID + "p/a", "participants"): Place("f", 5, 3)},
        {(ID + "p/a", "participants", ID + "treaty/y"): Place("f", 7, 7)},
    )
    assert explained(result(node("p/a"), PARTICIPANT, node("treaty/y")), [], places).line == 7
    assert explained(result(node("p/a"), PARTICIPANT, node("treaty/z")), [], places).line == 5


def test_a_shortcut_stands_where_the_instrument_does() -> None:
    ends = [Quad(node("cooperation/c"), term("between"), node(f"o/{name}"), INFERRED_GRAPH) for name in "ab"]
    quads = [
        *ends,
        Quad(node("cooperation/c"), term("derivedFrom"), node("p/i"), INFERRED_GRAPH),
        Quad(node("o/a"), term("cooperatesWith"), node("o/b"), INFERRED_GRAPH),
    ]
    places = Places({ID + "p/i": Place("i.yaml", 4, 1), ID + "o/a": Place("o.yaml", 9, 1)})
    finding = explained(result(node("o/a"), f"<{MEA}cooperatesWith>", node("o/b")), quads, places)
    assert (finding.file, finding.line, finding.follows_from) == ("i.yaml", 4, (ID + "p/i",))


def test_a_node_in_no_file_stands_where_it_is_held_or_named() -> None:
    held = Places({ID + "p/a": Place("f", 3, 1)})
    assert explained(result(node("p/a/b/c")), [], held).line == 3
    quads = [Quad(node("p/a"), term("participant"), node("o/x"), AUTHORED_GRAPH)]
    named = Places({ID + "p/a": Place("f", 3, 1)}, {(ID + "p/a", "participants"): Place("f", 6, 3)})
    assert explained(result(node("o/x")), quads, named).line == 6
    text = [Quad(node("p/a"), term("note"), Literal("x"), AUTHORED_GRAPH)]
    assert explained(result(Literal("x")), text, held).line == 3


def test_a_term_of_the_ontology_stands_in_the_ontology() -> None:
    finding = explained(result(NamedNode(VOCAB + "verb/requests")), [], Places())
    assert finding.file == "ontology/vocabularies/verbs.ttl"
    line = (ONTOLOGY.parent / finding.file).read_text(encoding="utf-8").splitlines()[finding.line - 1]
    assert re.match(r"\S*requests\b", line)
    assert place_of_term(ONTOLOGY, MEA + "nothingOfTheKind") is None


@pytest.mark.parametrize(
    ("iri", "file"),
    [
        (MEA + "verb", "ontology/decision.ttl"),
        (VOCAB + "verb", "ontology/vocabularies/verbs.ttl"),
        (VOCAB + "role/member", "ontology/vocabularies/roles.ttl"),
        (MEA + "dueDate", "ontology/decision.ttl"),
    ],
)
def test_a_term_stands_where_it_is_defined_and_not_one_of_the_same_name(iri: str, file: str) -> None:
    place = place_of_term(ONTOLOGY, iri)
    assert place is not None and place.file == file


def test_a_shape_that_says_nothing_of_itself_is_explained_all_the_same() -> None:
    # A person's own shapes need no names.
    finding = explained(result(node("p/a"), PARTICIPANT), [], Places({ID + "p/a": Place("f", 3, 1)}))
    assert (finding.rule, finding.field, finding.line) == ("x", "participants", 3)
    assert finding.message


def test_the_nearest_of_the_expected_class_is_named() -> None:
    kind = NamedNode(RDF + "type")
    quads = [
        Quad(node("treaty/marsh"), kind, term("Convention"), AUTHORED_GRAPH),
        Quad(node("secretariat/marsh"), kind, term("Secretariat"), AUTHORED_GRAPH),
        Quad(node("organization/far"), kind, term("Organization"), AUTHORED_GRAPH),
    ]
    finding = explained(
        result(node("p/a"), PARTICIPANT, node("treaty/marsh"), "Instrument-participant"),
        quads,
        Places({ID + "p/a": Place("f", 3, 1)}),
    )
    assert finding.expected.endswith("Nearest: secretariat/marsh.")
