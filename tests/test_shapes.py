"""The shapes, rule by rule: each has a file that passes and one that fails, with the results expected of it.

`tests/shapes/MODULE/RULE.pass.ttl` gives nothing; `RULE.fail.ttl` gives exactly the `sh:ValidationResult`s in it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, Triple

from mea_kg import resources
from mea_kg.context import Context
from mea_kg.namespaces import DCTERMS, MEA, RDF, RDFS, SCHEMA, SH, SKOS, VOCAB
from mea_kg.ontology import read_ontology, read_turtle
from mea_kg.shapes import ABOUT_ONTOLOGY, PREFIXES, SHARED, Shapes
from mea_kg.validation import check

PAIRS = Path(__file__).parent / "shapes"
FOLDER = resources.shapes_folder()
COMMON = [FOLDER / PREFIXES, FOLDER / SHARED]
MODULES = [
    path for path in sorted(FOLDER.glob("*.ttl")) if path not in COMMON and path.name != ABOUT_ONTOLOGY
]
CONTEXT_ONLY = {
    RDF + "type",
    RDFS + "subClassOf",
    RDFS + "isDefinedBy",
    SCHEMA + "domainIncludes",
    SKOS + "inScheme",
}
TARGETS = {SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")}
DOCUMENTED = {SH + "name", SH + "description", SH + "message", SH + "severity", DCTERMS + "source"}
IMPLIED = {SH + "message"}
"""What a node shape with a query leaves to the query."""

_MAY_USE = """
    path minCount maxCount class datatype nodeKind in hasValue pattern flags minLength maxLength uniqueLang
    lessThan lessThanOrEquals not or and node property qualifiedValueShape qualifiedMinCount qualifiedMaxCount
    sparql select prefixes name description message severity inversePath alternativePath
"""
ALLOWED = {SH + name for name in _MAY_USE.split()}
"""What shapes may use, so that all of them can be compiled to SPARQL."""


def objects(triples: list[Triple], subject: object, predicate: str) -> list[object]:
    return [t.object for t in triples if t.subject == subject and t.predicate.value == predicate]


@cache
def module(path: Path) -> tuple[Triple, ...]:
    return tuple(read_turtle(path))


@cache
def rules_of(path: Path) -> dict[str, NamedNode]:
    """The rules of a module, each with the targeted node shape that it is, or that has it as a property."""
    triples = list(module(path))
    targeted = {t.subject for t in triples if t.predicate.value in TARGETS}
    found = {}
    for shape in targeted:
        assert isinstance(shape, NamedNode), f"{path.name}: a shape without a name: {shape}"
        properties = objects(triples, shape, SH + "property")
        for rule in properties or [shape]:
            assert isinstance(rule, NamedNode), f"{path.name}: a rule of {shape} without a name"
            found[rule.value] = shape
    return found


ALL_RULES = [(path, rule) for path in MODULES for rule in sorted(rules_of(path))]


def parameters(rules: list[tuple[Path, str]]) -> pytest.MarkDecorator:
    names = [f"{path.stem}/{rule.rpartition('#')[2]}" for path, rule in rules]
    return pytest.mark.parametrize(("path", "rule"), rules, ids=names)


@cache
def around(path: Path, shape: NamedNode) -> Shapes:
    """A node shape with all that it refers to, and the prefixes."""
    everything = [triple for file in [path, *COMMON] for triple in module(file)]
    by_subject: dict[object, list[Triple]] = {}
    for triple in everything:
        by_subject.setdefault(triple.subject, []).append(triple)
    seen: set[object] = set()
    waiting: list[object] = [shape]
    chosen: list[Triple] = []
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        chosen += by_subject.get(node, [])
        waiting += [t.object for t in by_subject.get(node, []) if isinstance(t.object, NamedNode | BlankNode)]
    return Shapes(chosen)


@cache
def ontology() -> dict[object, list[Triple]]:
    """What the rules ask of the ontology: classes, where properties stand, concepts, the table of verbs."""
    wanted = CONTEXT_ONLY | {MEA + "verbClass", MEA + "verbStatus"}
    by_subject: dict[object, list[Triple]] = {}
    for triple in read_ontology(resources.ontology_folder()):
        if triple.predicate.value in wanted:
            by_subject.setdefault(triple.subject, []).append(triple)
    return by_subject


def vocabulary(data: list[Triple]) -> list[Triple]:
    """What the ontology says of the terms in the data, and of their superclasses."""
    waiting: list[object] = [term for t in data for term in (t.predicate, t.object)]
    seen: set[object] = set()
    found: list[Triple] = []
    while waiting:
        term = waiting.pop()
        if term not in seen:
            seen.add(term)
            found += ontology().get(term, [])
            waiting += [t.object for t in ontology().get(term, [])]
    return found


def pair(path: Path, rule: str, kind: str) -> tuple[list[Triple], list[tuple[str, ...]]]:
    """The data of a file, and the results that it expects."""
    file = PAIRS / path.stem / f"{rule.rpartition('#')[2]}.{kind}.ttl"
    assert file.is_file(), (
        f"write {file.relative_to(PAIRS.parent)}: every rule has a file that passes and one that fails"
    )
    triples = read_turtle(file)
    stated = {t.subject for t in triples if t.object == NamedNode(SH + "ValidationResult")}
    data = [
        t
        for t in triples
        if t.predicate.value.removeprefix(SH) == t.predicate.value and t.subject not in stated
    ]
    expected = []
    for node in stated:
        said = {t.predicate.value.removeprefix(SH): t.object for t in triples if t.subject == node}
        path_text = Shapes(triples).path(said["resultPath"]) if "resultPath" in said else ""
        value = str(said.get("value", ""))
        message = said["resultMessage"].value  # type: ignore[union-attr]
        severity = str(said["resultSeverity"]).removeprefix(f"<{SH}").rstrip(">")
        assert said["sourceShape"] == NamedNode(rule)
        expected.append((str(said["focusNode"]), path_text, value, severity, message))
    return data, sorted(expected)


def results(data: list[Triple], path: Path, rule: str, embedded: bool = True) -> list[tuple[str, ...]]:
    shapes = around(path, rules_of(path)[rule])
    found_here = {
        (
            str(found.focus_node),
            found.path,
            str(found.value or ""),
            found.severity.removeprefix(SH),
            found.message,
        )
        for found in check([*vocabulary(data), *data], shapes, embedded)
        if found.source_shape == NamedNode(rule)
    }
    return sorted(found_here)


def said_of(path: Path, rule: str) -> set[str]:
    return {t.predicate.value for t in module(path) if t.subject == NamedNode(rule)}


@parameters(ALL_RULES)
def test_passes(path: Path, rule: str) -> None:
    data, expected = pair(path, rule, "pass")
    assert not expected
    assert results(data, path, rule) == []


@parameters(ALL_RULES)
def test_fails(path: Path, rule: str) -> None:
    data, expected = pair(path, rule, "fail")
    assert expected, "a file that fails says what it expects"
    assert results(data, path, rule) == expected


@parameters([(path, rule) for path, rule in ALL_RULES if SH + "sparql" in said_of(path, rule)])
@pytest.mark.parametrize("kind", ["pass", "fail"])
def test_queries_give_the_same_in_rdflib(path: Path, rule: str, kind: str) -> None:
    data, expected = pair(path, rule, kind)
    assert results(data, path, rule, embedded=False) == expected


def test_no_pair_without_rule() -> None:
    rules = {f"{path.stem}/{rule.rpartition('#')[2]}" for path in MODULES for rule in rules_of(path)}
    pairs = {str(file.relative_to(PAIRS)).split(".")[0] for file in PAIRS.rglob("*.ttl")}
    assert pairs == rules


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_rules_explain_themselves(path: Path) -> None:
    triples = list(module(path))
    for rule, shape in rules_of(path).items():
        said = said_of(path, rule)
        queries = objects(triples, NamedNode(rule), SH + "sparql")
        assert said >= (DOCUMENTED - IMPLIED if queries else DOCUMENTED), f"{rule}: {DOCUMENTED - said}"
        assert said_of(path, shape.value) >= {SH + "name", SH + "description"}, shape
        for query in queries:
            assert isinstance(query, NamedNode)
            assert said_of(path, query.value) >= {SH + "message", SH + "severity", SH + "prefixes"}, query


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_severity_of_a_query_is_that_of_its_shape(path: Path) -> None:
    # pySHACL takes the severity of a query from the shape: a plain `pyshacl -s` then reports the declared one.
    triples = list(module(path))
    for triple in triples:
        if triple.predicate.value == SH + "sparql":
            assert objects(triples, triple.subject, SH + "severity") == objects(
                triples, triple.object, SH + "severity"
            )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_only_what_can_be_compiled(path: Path) -> None:
    used = {t.predicate.value for t in module(path) if t.predicate.value.startswith(SH)}
    assert used <= ALLOWED | TARGETS


@pytest.mark.parametrize("path", [*MODULES, FOLDER / SHARED], ids=lambda path: path.stem)
def test_module_refers_to_itself_and_what_is_shared(path: Path) -> None:
    # A shape that is not there conforms to everything, and nobody is told.
    triples = [triple for file in [path, *COMMON] for triple in module(file)]
    described = {t.subject for t in triples}
    referred = {t.object for t in module(path) if isinstance(t.object, NamedNode)}
    ours = {node for node in referred if node.value.startswith("https://w3id.org/mea-kg/shapes")}
    assert ours <= described


def test_each_rule_is_in_one_module() -> None:
    rules = [rule for path in MODULES for rule in rules_of(path)]
    assert len(rules) == len(set(rules))


def test_shapes_use_only_terms_that_the_ontology_has() -> None:
    defined = {
        t.subject.value
        for t in read_ontology(resources.ontology_folder())
        if isinstance(t.subject, NamedNode)
    }
    used = set()
    for path in MODULES:
        for triple in module(path):
            if isinstance(triple.object, NamedNode):
                used.add(triple.object.value)
            elif triple.predicate.value == SH + "select":
                used |= {MEA + word for word in re.findall(r"\bmea:(\w+)", str(triple.object))}
                used |= set(re.findall(r"<(https://w3id.org/mea-kg/vocab/[^>]+)>", str(triple.object)))
    ours = {iri for iri in used if iri.startswith((MEA, VOCAB))}
    assert ours <= defined, sorted(ours - defined)


def test_each_property_of_the_context_has_a_rule() -> None:
    context = Context.load(resources.data_folder() / "context.jsonld")
    mentioned: set[str] = set()
    for path in MODULES:
        shapes = Shapes(module(path))
        for rule in shapes.rules.values():
            mentioned.update(rule.properties)
            mentioned.update(re.findall(r"\^<([^>]+)>", rule.path))
        for triple in module(path):
            if triple.predicate.value == SH + "select":
                mentioned |= {MEA + word for word in re.findall(r"\bmea:(\w+)", str(triple.object))}
    missing = sorted(key for key, term in context.terms.items() if term.iri not in mentioned)
    assert missing == []
