from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from mea_kg.axioms import Axioms, Role, Stratum, compile_axioms, written
from mea_kg.errors import OntologyError
from mea_kg.namespaces import MEA, PREFIXES

_PREFIXES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())


def compiled(turtle: str) -> Axioms:
    return compile_axioms(quad.triple for quad in parse(_PREFIXES + turtle, format=RdfFormat.TURTLE))


def forwards(name: str) -> Role:
    return Role(False, MEA + name)


def backwards(name: str) -> Role:
    return Role(True, MEA + name)


def test_superclasses_are_closed_and_leave_out_the_class_itself() -> None:
    axioms = compiled(
        "mea:A rdfs:subClassOf mea:B . mea:B rdfs:subClassOf mea:C, owl:Thing ."
        "mea:C owl:equivalentClass mea:D ."
    )
    assert axioms.superclasses == {
        MEA + "A": {MEA + "B", MEA + "C", MEA + "D"},
        MEA + "B": {MEA + "C", MEA + "D"},
        MEA + "C": {MEA + "D"},
        MEA + "D": {MEA + "C"},
    }
    assert axioms.subclasses(MEA + "C") == {MEA + name for name in "ABCD"}
    assert axioms.subclasses(MEA + "A") == {MEA + "A"}


def test_strata_come_after_what_they_depend_on() -> None:
    axioms = compiled(
        "mea:a rdfs:subPropertyOf mea:z . mea:z rdfs:subPropertyOf mea:b . mea:b rdfs:subPropertyOf mea:y ."
    )
    assert axioms.strata == (
        Stratum((forwards("z"),), (forwards("a"),), False),
        Stratum((forwards("b"),), (forwards("z"),), False),
        Stratum((forwards("y"),), (forwards("b"),), False),
    )


def test_properties_below_each_other_are_one_stratum() -> None:
    axioms = compiled(
        "mea:p rdfs:subPropertyOf mea:q . mea:q rdfs:subPropertyOf mea:r ."
        "mea:r owl:equivalentProperty mea:p ."
    )
    assert axioms.strata == (Stratum((forwards("p"), forwards("q"), forwards("r")), (), False),)


def test_an_inverse_is_the_same_relation_read_backwards() -> None:
    axioms = compiled(
        "mea:partOf a owl:TransitiveProperty . mea:hasPart owl:inverseOf mea:partOf ."
        "mea:hasItem rdfs:subPropertyOf mea:hasPart ."
    )
    assert axioms.strata == (
        Stratum((forwards("hasPart"), backwards("partOf")), (forwards("hasItem"),), True),
    )
    assert axioms.subroles(MEA + "partOf") == {forwards("partOf"), backwards("hasPart"), backwards("hasItem")}
    assert axioms.subroles(MEA + "unknown") == {forwards("unknown")}


def test_a_symmetric_property_and_its_own_inverse_are_compiled_alike() -> None:
    symmetric = compiled("mea:p a owl:SymmetricProperty .")
    assert symmetric.strata == (Stratum((forwards("p"), backwards("p")), (), False),)
    assert compiled("mea:p owl:inverseOf mea:p .").strata == symmetric.strata


def test_what_is_forbidden_is_kept_once_and_sorted() -> None:
    axioms = compiled(
        "mea:B owl:disjointWith mea:A . mea:A owl:disjointWith mea:B, mea:C ."
        "mea:q owl:propertyDisjointWith mea:p ."
        "mea:q a owl:IrreflexiveProperty, owl:AsymmetricProperty . mea:p a owl:IrreflexiveProperty ."
    )
    assert axioms.disjoint_classes == ((MEA + "A", MEA + "B"), (MEA + "A", MEA + "C"))
    assert axioms.disjoint_properties == ((MEA + "p", MEA + "q"),)
    assert axioms.irreflexive == (MEA + "p", MEA + "q")
    assert axioms.asymmetric == (MEA + "q",)
    assert axioms.strata == ()


def test_declarations_and_annotations_derive_nothing() -> None:
    axioms = compiled(
        "<https://w3id.org/mea-kg/ontology> a owl:Ontology ; owl:versionInfo '1' ; owl:versionIRI mea:1 ."
        "mea:A a owl:Class ; rdfs:label 'a'@en ; rdfs:comment 'b' ; rdfs:isDefinedBy mea: ."
        "mea:A rdfs:seeAlso mea:x ."
        "mea:p a owl:ObjectProperty, rdf:Property ; owl:deprecated true ; schema:domainIncludes mea:A ."
        "mea:d a owl:DatatypeProperty . mea:n a owl:AnnotationProperty . mea:x a owl:NamedIndividual, mea:A ."
        "mea:n skos:broader mea:m . mea:label rdfs:subPropertyOf rdfs:label ."
    )
    assert axioms.superclasses == {}
    assert [stratum.below for stratum in axioms.strata] == [(forwards("label"),)]


@pytest.mark.parametrize(
    ("turtle", "named", "advice"),
    [
        ("mea:p rdfs:domain mea:A .", "mea:p rdfs:domain mea:A: rdfs:domain is not", "schema:domainIncludes"),
        ("mea:p rdfs:range mea:A .", "mea:p rdfs:range mea:A", "shape"),
        ("mea:p a owl:FunctionalProperty .", "mea:p a owl:FunctionalProperty", "shape"),
        ("mea:p a owl:InverseFunctionalProperty .", "owl:InverseFunctionalProperty", "shape"),
        ("mea:p a owl:ReflexiveProperty .", "owl:ReflexiveProperty", "leave it out"),
        ("mea:p owl:propertyChainAxiom mea:l .", "mea:p owl:propertyChainAxiom", "CONSTRUCT rule"),
        ("mea:p owl:propertyChainAxiom ( mea:q mea:r ) .", "owl:propertyChainAxiom [...]", "CONSTRUCT rule"),
        ("mea:R a owl:Restriction .", "mea:R a owl:Restriction", "shape"),
        ("mea:A rdfs:subClassOf [ a owl:Restriction ] .", "mea:A rdfs:subClassOf [...]", "with an IRI"),
        ("[] rdfs:subClassOf mea:A .", "[...] rdfs:subClassOf mea:A", "with an IRI"),
        ("mea:A rdfs:subClassOf 'B' .", 'mea:A rdfs:subClassOf "B"', "with an IRI"),
        ("mea:A owl:unionOf mea:l .", "mea:A owl:unionOf", "rdfs:subClassOf"),
        ("mea:A owl:intersectionOf mea:l .", "owl:intersectionOf", "rdfs:subClassOf"),
        ("mea:A owl:complementOf mea:B .", "owl:complementOf", "owl:disjointWith"),
        ("mea:A owl:oneOf mea:l .", "owl:oneOf", "scheme"),
        ("mea:A owl:disjointUnionOf mea:l .", "owl:disjointUnionOf", "pair by pair"),
        ("mea:X a owl:AllDisjointClasses .", "owl:AllDisjointClasses", "pair by pair"),
        ("mea:X a owl:AllDisjointProperties .", "owl:AllDisjointProperties", "pair by pair"),
        ("mea:A owl:hasKey mea:l .", "owl:hasKey", "shape"),
        ("mea:x owl:sameAs mea:y .", "mea:x owl:sameAs mea:y", "skos:exactMatch"),
        ("mea:x owl:differentFrom mea:y .", "owl:differentFrom", "two things"),
        ("mea: owl:imports <http://example.org/> .", "owl:imports", "module"),
        ("mea:x a owl:Nothing .", "mea:x a owl:Nothing", "leave it out"),
        ("mea:A rdfs:subClassOf owl:Nothing .", "mea:A rdfs:subClassOf owl:Nothing", "owl:Nothing"),
        ("mea:p rdfs:subPropertyOf rdf:type .", "mea:p rdfs:subPropertyOf rdf:type", "rdf:type"),
        ("rdf:type a owl:TransitiveProperty .", "in this form", "rdf:type"),
        ("mea:p owl:inverseOf rdfs:subClassOf .", "in this form", "rdfs:subClassOf"),
        ("mea:p rdfs:subPropertyOff mea:q .", "rdfs:subPropertyOff is not implemented", "leave it out"),
        ("mea:p a owl:SymetricProperty .", "owl:SymetricProperty is not implemented", "leave it out"),
        ("mea:p owl:SymmetricProperty mea:q .", "mea:p owl:SymmetricProperty mea:q", "leave it out"),
    ],
)
def test_what_is_not_implemented_is_refused(turtle: str, named: str, advice: str) -> None:
    with pytest.raises(OntologyError) as caught:
        compiled("mea:A rdfs:subClassOf mea:B .\n" + turtle)
    assert named in caught.value.message
    assert advice in (caught.value.hint or "")
    assert "mea:A rdfs:subClassOf mea:B" not in caught.value.message


def test_all_refusals_are_told_at_once() -> None:
    with pytest.raises(OntologyError) as caught:
        compiled("mea:q rdfs:range mea:A . mea:p rdfs:range mea:A . mea:x owl:sameAs mea:y .")
    assert [line.partition(":")[2][0] for line in caught.value.message.splitlines()] == ["p", "q", "x"]


def test_a_triple_in_words() -> None:
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    wco = NamedNode("https://w3id.org/mea-kg/id/organization/wco")
    assert written(Triple(wco, kind, NamedNode(MEA + "State"))) == "organization/wco a mea:State"
