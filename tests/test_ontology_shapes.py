"""The shapes that the ontology itself must conform to: it does, and each of them finds what is broken."""

from __future__ import annotations

import re
from functools import cache

import pytest
import rdflib
from rdflib import RDF

from mea_kg import resources
from mea_kg.namespaces import MEA, PREFIXES
from mea_kg.ontology import ontology_files
from mea_kg.shapes import ABOUT_ONTOLOGY
from mea_kg.shapes import PREFIXES as DECLARED

SHAPES = resources.shapes_folder() / ABOUT_ONTOLOGY
BROKEN = {
    "Term-label": "mea:A a owl:Class ; rdfs:label 'Capital'@en .",
    "Term-definition": "mea:A a owl:Class ; skos:definition 'Thing that ends with a stop.'@en .",
    "Term-example": "mea:A a owl:Class .",
    "Term-source": "mea:A a owl:DatatypeProperty .",
    "Term-isDefinedBy": "mea:A a owl:ObjectProperty ; rdfs:isDefinedBy mea:B .",
    "UniqueTermLabel": "mea:A rdfs:label 'x'@en ; rdfs:isDefinedBy <https://w3id.org/mea-kg/ontology> ."
    " mea:B rdfs:label 'x'@en ; rdfs:isDefinedBy <https://w3id.org/mea-kg/ontology> .",
    "Property-domain": "mea:A a owl:ObjectProperty .",
    "Property-range": "mea:A a owl:DatatypeProperty ; schema:rangeIncludes 'text' .",
    "SchemeConcept-inScheme": "mea:A a skos:Concept .",
    "SchemeConcept-prefLabel": "mea:A a skos:Concept ; skos:prefLabel 'ein'@de .",
    "ConceptPlace": "mea:A skos:inScheme mea:S . mea:S a skos:ConceptScheme .",
    "UniqueConceptLabel": "mea:A skos:inScheme mea:S ; skos:altLabel 'x'@en . mea:S a skos:ConceptScheme ."
    " mea:B skos:inScheme mea:S ; skos:prefLabel 'x'@en .",
    "Verb-class": "mea:A mea:verbClass mea:Mandate .",
    "Verb-status": "mea:A mea:verbStatus mea:B . mea:B skos:inScheme mea:S .",
    "Verb-strength": "mea:A mea:verbStrength mea:B . mea:B skos:inScheme mea:S .",
    "VerbTable": "mea:A skos:inScheme <https://w3id.org/mea-kg/vocab/verb> ;"
    " mea:verbClass mea:Request . mea:Request rdfs:subClassOf mea:Mandate .",
    "Strength-order": "mea:V mea:verbStrength mea:A .",
}


@cache
def _shapes() -> rdflib.Graph:
    """The shapes of the ontology, with the prefixes that another module declares for all."""
    return rdflib.Graph().parse(SHAPES).parse(SHAPES.with_name(DECLARED))


def _failed(data: rdflib.Graph) -> set[tuple[str, str]]:
    """Shape and node of each result: its focus node, and its value."""
    import pyshacl

    report = pyshacl.validate(data, shacl_graph=_shapes(), inference=None)[1]
    assert isinstance(report, rdflib.Graph)
    shacl = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    return {
        (str(report.value(result, shacl.sourceShape)).partition("#")[2], str(node))
        for result in report.subjects(RDF.type, shacl.ValidationResult)
        for node in (report.value(result, shacl.focusNode), report.value(result, shacl.value))
    }


def test_ontology_conforms_to_its_shapes() -> None:
    graph = rdflib.Graph()
    for path in ontology_files(resources.ontology_folder()):
        graph.parse(path)
    assert not _failed(graph)


@pytest.mark.parametrize("shape", sorted(BROKEN))
def test_shape_finds_what_is_broken(shape: str) -> None:
    prefixes = {name: PREFIXES[name] for name in ("mea", "owl", "rdfs", "skos", "schema")}
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    assert (shape, MEA + "A") in _failed(rdflib.Graph().parse(data=head + BROKEN[shape], format="turtle"))


def test_every_shape_of_the_ontology_has_a_broken_case() -> None:
    text = SHAPES.read_text(encoding="utf-8")
    reporting = set(re.findall(r"^s:([\w-]+) a sh:PropertyShape", text, flags=re.MULTILINE))
    reporting |= set(re.findall(r"^s:([\w-]+)-query a sh:SPARQLConstraint", text, flags=re.MULTILINE))
    assert reporting == BROKEN.keys()
