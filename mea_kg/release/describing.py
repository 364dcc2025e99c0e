"""The description of a release, in DCAT and VoID: what it is, what it holds, under which licence, with digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Triple

from mea_kg import __version__
from mea_kg.exporting import export
from mea_kg.namespaces import AUTHORED, DCTERMS, DESCRIPTION, FOAF, ID, INFERRED, MEA, OWL, RDF, XSD
from mea_kg.selecting import select

VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
SPDX = "http://spdx.org/rdf/terms#"
DATASET = DESCRIPTION + "#dataset"
DESCRIPTION_GRAPH = NamedNode(DESCRIPTION)
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_EXAMPLES = (
    "organization/wco",
    "secretariat/cites",
    "decision/bs-iv-6",
    "partnership/cites-wco",
    "treaty/cites",
)
_COUNTS = {
    "triples": "(COUNT(*) AS ?number) WHERE { ?s ?p ?o }",
    "distinctSubjects": "(COUNT(DISTINCT ?s) AS ?number) WHERE { ?s ?p ?o }",
    "distinctObjects": "(COUNT(DISTINCT ?o) AS ?number) WHERE { ?s ?p ?o }",
    "properties": "(COUNT(DISTINCT ?p) AS ?number) WHERE { ?s ?p ?o }",
    "classes": "(COUNT(DISTINCT ?c) AS ?number) WHERE { ?s a ?c }",
}


def description(store: Store) -> list[Triple]:
    """The description of the graph in a store: the dataset, its two graphs, counts, vocabularies, examples.

    It depends on the graph and the version of the package alone: the same graph has the same description, sorted,
    each triple once.
    """
    told = _Teller()
    dataset = told.about(DATASET)
    dataset(RDF + "type", iris=(VOID + "Dataset", DCAT + "Dataset"))
    dataset(DCTERMS + "title", text="mea-kg: cooperation in international environmental governance")
    dataset(
        DCTERMS + "description",
        text="Who cooperates with whom among multilateral environmental agreements and organizations, on what "
        "basis, who was asked to do what, by when and with what money; each fact with its source.",
    )
    dataset(DCTERMS + "license", iris=(_LICENCE,))
    dataset(OWL + "versionInfo", plain=__version__)
    dataset(DCAT + "version", plain=__version__)
    dataset(VOID + "uriSpace", plain=ID)
    dataset(VOID + "exampleResource", iris=[ID + name for name in _EXAMPLES if _is_known(store, ID + name)])
    dataset(VOID + "vocabulary", iris=_vocabularies(store))
    dataset(VOID + "subset", iris=(AUTHORED, INFERRED))
    for name, number in _counts(store, (AUTHORED, INFERRED)).items():
        dataset(VOID + name, number=number)
    for graph, title in (
        (AUTHORED, "what was curated, with its evidence"),
        (INFERRED, "what axioms and rules add"),
    ):
        part = told.about(graph)
        part(RDF + "type", iris=(VOID + "Dataset",))
        part(DCTERMS + "title", text=title)
        for name, number in _counts(store, (graph,)).items():
            part(VOID + name, number=number)
        content = export(store, "ntriples", graph.rpartition("/")[2])
        part(SPDX + "checksum", iris=(f"{DESCRIPTION}#sha256-of-{graph.rpartition('/')[2]}",))
        checksum = told.about(f"{DESCRIPTION}#sha256-of-{graph.rpartition('/')[2]}")
        checksum(RDF + "type", iris=(SPDX + "Checksum",))
        checksum(SPDX + "algorithm", iris=(SPDX + "checksumAlgorithm_sha256",))
        checksum(SPDX + "checksumValue", plain=hashlib.sha256(content).hexdigest())
        checksum(DCTERMS + "description", text="of the graph as sorted N-Triples in canonical form")
    for name, number in _by_class(store).items():
        partition = f"{DESCRIPTION}#class-{name.rpartition('#')[2]}"
        dataset(VOID + "classPartition", iris=(partition,))
        part = told.about(partition)
        part(VOID + "class", iris=(name,))
        part(VOID + "entities", number=number)
    page = told.about(DESCRIPTION)
    page(RDF + "type", iris=(VOID + "DatasetDescription",))
    page(FOAF + "primaryTopic", iris=(DATASET,))
    return sorted(set(told.triples), key=str)


class _Statements:
    """Adds statements about one node."""

    def __init__(self, subject: str, triples: list[Triple]) -> None:
        self._subject = NamedNode(subject)
        self._triples = triples

    def __call__(
        self,
        property: str,
        *,
        iris: Iterable[str] = (),
        text: str | None = None,
        plain: str | None = None,
        number: int | None = None,
    ) -> None:
        objects: list[NamedNode | Literal] = [NamedNode(iri) for iri in iris]
        if text is not None:
            objects.append(Literal(text, language="en"))
        if plain is not None:
            objects.append(Literal(plain))
        if number is not None:
            objects.append(Literal(str(number), datatype=NamedNode(XSD + "integer")))
        self._triples += [Triple(self._subject, NamedNode(property), value) for value in objects]


class _Teller:
    def __init__(self) -> None:
        self.triples: list[Triple] = []

    def about(self, subject: str) -> _Statements:
        return _Statements(subject, self.triples)


def _counts(store: Store, graphs: Iterable[str]) -> Mapping[str, int]:
    origin = " ".join(f"FROM <{graph}>" for graph in graphs)
    counts = {}
    for name, counted in _COUNTS.items():
        head, _, body = counted.partition(" WHERE ")
        row = next(iter(select(store, f"SELECT {head} {origin} WHERE {body}")))
        counts[name] = int(row["number"].value)
    return counts


def _by_class(store: Store) -> dict[str, int]:
    rows = select(
        store,
        f"""SELECT ?class (COUNT(DISTINCT ?node) AS ?number) FROM <{AUTHORED}> FROM <{INFERRED}>
        WHERE {{ ?node a ?class . FILTER (STRSTARTS(STR(?class), "{MEA}")) }} GROUP BY ?class ORDER BY ?class""",
    )
    return {row["class"].value: int(row["number"].value) for row in rows}


def _vocabularies(store: Store) -> list[str]:
    """The namespaces of the properties and classes that are used."""
    rows = select(
        store,
        f"""SELECT DISTINCT ?term FROM <{AUTHORED}> FROM <{INFERRED}>
        WHERE {{ {{ ?s ?term ?o }} UNION {{ ?s a ?term }} }}""",
    )
    terms = {row["term"].value for row in rows}
    return sorted({term[: max(term.rfind("#"), term.rfind("/")) + 1] for term in terms})


def _is_known(store: Store, iri: str) -> bool:
    found = store.query(f"SELECT * FROM <{AUTHORED}> WHERE {{ <{iri}> ?p ?o }} LIMIT 1")
    assert isinstance(found, QuerySolutions)
    return next(found, None) is not None
