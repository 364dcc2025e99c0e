"""The namespaces of the graph, and the names of its graphs."""

from __future__ import annotations

MEA = "https://w3id.org/mea-kg/ontology#"
ID = "https://w3id.org/mea-kg/id/"
VOCAB = "https://w3id.org/mea-kg/vocab/"
GRAPH = "https://w3id.org/mea-kg/graph/"

AUTHORED = GRAPH + "authored"
INFERRED = GRAPH + "inferred"
DESCRIPTION = GRAPH + "description"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
SCHEMA = "https://schema.org/"
SH = "http://www.w3.org/ns/shacl#"
ORG = "http://www.w3.org/ns/org#"
PROV = "http://www.w3.org/ns/prov#"
ELI = "http://data.europa.eu/eli/ontology#"
OA = "http://www.w3.org/ns/oa#"
QUDT = "http://qudt.org/schema/qudt/"
UNIT = "http://qudt.org/vocab/unit/"

PREFIXES: dict[str, str] = {
    "mea": MEA,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "schema": SCHEMA,
    "sh": SH,
    "org": ORG,
    "prov": PROV,
    "eli": ELI,
    "oa": OA,
    "qudt": QUDT,
    "unit": UNIT,
}


def shortened(iri: str) -> str:
    """The IRI as a person would write it: `organization/wco`, `vocab/verb/requests`, `mea:Act`, or itself.

    >>> shortened("https://w3id.org/mea-kg/id/organization/wco")
    'organization/wco'
    >>> shortened("https://w3id.org/mea-kg/ontology#Act")
    'mea:Act'
    """
    if iri.startswith(ID):
        return iri[len(ID) :]
    if iri.startswith(VOCAB):
        return "vocab/" + iri[len(VOCAB) :]
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
