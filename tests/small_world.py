"""A world of a dozen entities for tests of names and answers: `store_of` reads Turtle with the usual prefixes."""

from __future__ import annotations

import pyoxigraph
from pyoxigraph import RdfFormat, Store

from mea_kg.namespaces import ID, PREFIXES, VOCAB
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store

_PREFIXES = "".join(
    f"@prefix {name}: <{iri}> .\n"
    for name, iri in {**PREFIXES, "id": ID, "theme": VOCAB + "theme/", "status": VOCAB + "status/"}.items()
)

NAMES = """
mea:Actor rdfs:label "actor"@en .
mea:IntergovernmentalOrganization rdfs:label "intergovernmental organization"@en .
mea:TreatyRegime rdfs:label "treaty regime"@en .
mea:Secretariat rdfs:label "secretariat"@en .
mea:GoverningBody rdfs:label "governing body"@en .
mea:Office rdfs:label "office"@en .
mea:Convention rdfs:label "convention"@en .
mea:Decision rdfs:label "decision"@en .

<https://w3id.org/mea-kg/id/organization/wco> a mea:IntergovernmentalOrganization ;
    skos:prefLabel "World Customs Organization"@en , "Organisation mondiale des douanes"@fr ;
    skos:altLabel "Customs Co-operation Council" ; mea:acronym "WCO" .
<https://w3id.org/mea-kg/id/organization/wto> a mea:IntergovernmentalOrganization ;
    skos:prefLabel "World Trade Organization"@en ; mea:acronym "WTO" .
<https://w3id.org/mea-kg/id/organization/arctic> a mea:IntergovernmentalOrganization ;
    skos:prefLabel "Arctic Council"@en ; mea:acronym "AC" .
<https://w3id.org/mea-kg/id/organization/andean> a mea:IntergovernmentalOrganization ;
    skos:prefLabel "Andean Community"@en ; mea:acronym "AC" .
<https://w3id.org/mea-kg/id/organization/oie> a mea:IntergovernmentalOrganization ;
    dcterms:isReplacedBy <https://w3id.org/mea-kg/id/organization/woah> .
<https://w3id.org/mea-kg/id/organization/woah> a mea:IntergovernmentalOrganization ;
    skos:prefLabel "World Organization for Animal Health"@en ;
    mea:hasName <https://w3id.org/mea-kg/id/organization/woah/name/oie> .
<https://w3id.org/mea-kg/id/organization/woah/name/oie> a mea:DatedName ;
    mea:text "Office International des Épizooties" .
<https://w3id.org/mea-kg/id/treaty/cites> a mea:Convention ;
    skos:prefLabel "Convention on Trade in Endangered Species"@en ; mea:acronym "CITES" .
<https://w3id.org/mea-kg/id/regime/cites> a mea:TreatyRegime ; skos:prefLabel "CITES (organ not stated)"@en ;
    skos:altLabel "CITES" ; mea:actsUnder <https://w3id.org/mea-kg/id/treaty/cites> .
<https://w3id.org/mea-kg/id/secretariat/cites> a mea:Secretariat ; skos:prefLabel "CITES Secretariat"@en ;
    mea:servicesTreaty <https://w3id.org/mea-kg/id/treaty/cites> .
<https://w3id.org/mea-kg/id/body/cites-cop> a mea:GoverningBody ;
    skos:prefLabel "Conference of the Parties to CITES"@en ; mea:governs <https://w3id.org/mea-kg/id/treaty/cites> .
<https://w3id.org/mea-kg/id/office/cites-head> a mea:Office ; skos:prefLabel "Secretary-General (CITES)"@en ;
    mea:officeOf <https://w3id.org/mea-kg/id/secretariat/cites> .
<https://w3id.org/mea-kg/id/treaty/orphan> a mea:Convention ; skos:prefLabel "Convention of Nobody"@en .
<https://w3id.org/mea-kg/id/decision/bs-ii-6> a mea:Decision ;
    skos:prefLabel "Decision BS-II/6"@en ; mea:symbol "BS-II/6" .
theme:wildlife-crime a skos:Concept ; skos:inScheme <https://w3id.org/mea-kg/vocab/theme> ;
    skos:prefLabel "wildlife crime"@en .
<https://w3id.org/mea-kg/id/collection/all> a mea:Collection ; skos:prefLabel "All documents"@en .
<https://w3id.org/mea-kg/id/document/page> a mea:SourceDocument ; skos:prefLabel "Page"@en ;
    mea:publishedYear "2020"^^xsd:gYear .
<https://w3id.org/mea-kg/id/document/reply> a mea:SourceDocument ; skos:prefLabel "Reply"@en ;
    mea:notBefore "2025-05-02"^^xsd:date .
"""

SUPERCLASSES = {
    "IntergovernmentalOrganization": ("Organization", "Actor"),
    "TreatyRegime": ("Organization", "Actor"),
    "Secretariat": ("Organization", "Actor"),
    "GoverningBody": ("Organization", "Actor"),
    "Office": ("Actor",),
    "Convention": ("Treaty",),
    "Decision": ("DeliberativeDocument",),
}


def store_of(authored: str, inferred: str = "") -> Store:
    """A store with these Turtle texts in the two graphs."""
    store = new_store()
    for text, graph in ((authored, AUTHORED_GRAPH), (inferred, INFERRED_GRAPH)):
        quads = pyoxigraph.parse((_PREFIXES + text).encode(), format=RdfFormat.TURTLE)
        store.extend(in_graph((quad.triple for quad in quads), graph))
    return store


def small_world() -> Store:
    """The store of `NAMES`, with the superclasses and collections that the axioms and rules give."""
    store = store_of(NAMES)
    for kind, classes in SUPERCLASSES.items():
        for name in classes:
            store.update(
                f"""PREFIX mea: <{PREFIXES["mea"]}>
                INSERT {{ GRAPH {INFERRED_GRAPH} {{ ?s a mea:{name} }} }}
                WHERE {{ GRAPH {AUTHORED_GRAPH} {{ ?s a mea:{kind} }} }}"""
            )
    store.update(
        f"""PREFIX mea: <{PREFIXES["mea"]}>
        INSERT {{ GRAPH {INFERRED_GRAPH} {{ ?s mea:inCollection ?s , <{ID}collection/all> }} }}
        WHERE {{ GRAPH {AUTHORED_GRAPH} {{ ?s a mea:SourceDocument }} }}"""
    )
    return store
