"""Hygiene of the ontology: each check builds its own message, so that a failure says what to mend."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib import namespace as ns

from mea_kg import resources
from mea_kg.axioms import compile_axioms
from mea_kg.namespaces import MEA, VOCAB
from mea_kg.ontology import ontology_files, read_ontology, read_turtle

FOLDER = resources.ontology_folder()
TOY = Path(__file__).parent / "toy" / "data"
EXTERNAL_TERMS = FOLDER / "external-terms.txt"
ONTOLOGY = "https://w3id.org/mea-kg/ontology"
OURS = "https://w3id.org/mea-kg/"

TYPE = str(ns.RDF.type)
LABEL = str(ns.RDFS.label)
DEFINITION = str(ns.SKOS.definition)
SUB_CLASS = str(ns.RDFS.subClassOf)
SUB_PROPERTY = str(ns.RDFS.subPropertyOf)
DOMAIN = str(ns.SDO.domainIncludes)
RANGE = str(ns.SDO.rangeIncludes)
DISJOINT = str(ns.OWL.disjointWith)
IN_SCHEME = str(ns.SKOS.inScheme)
CLASS = str(ns.OWL.Class)
PROPERTY_KINDS = {str(ns.OWL.ObjectProperty), str(ns.OWL.DatatypeProperty), str(ns.OWL.AnnotationProperty)}

ROOTS = {"Entity", "Evidence", "StatedValues", "DataQualityNote", "Collection", "Cooperation"}
"""Classes without a superclass of ours: what is curated, what backs it, and what follows from it."""

ALLOWED = {
    str(term)
    for term in (
        *(
            ns.OWL.Class,
            ns.OWL.ObjectProperty,
            ns.OWL.DatatypeProperty,
            ns.OWL.AnnotationProperty,
            ns.OWL.Ontology,
        ),
        *(
            ns.OWL.SymmetricProperty,
            ns.OWL.TransitiveProperty,
            ns.OWL.IrreflexiveProperty,
            ns.OWL.AsymmetricProperty,
        ),
        *(ns.OWL.inverseOf, ns.OWL.disjointWith, ns.OWL.versionInfo),
    )
}
"""All of ns.OWL that a module may use; ns.RDFS gives subclasses and subproperties beside it."""

GENUS = {
    "verb": "operative ",
    "status": "status of ",
    "strength": "strength of ",
    "basis": "basis of ",
    "role": "role of ",
    "source-kind": "kind of source document ",
    "quality-kind": "kind of oddity ",
    "cell-state": "cell state of ",
    "theme": "theme ",
    "measure": "measure of ",
    "check": "check that ",
    "difference": "difference that ",
}
"""How the definition of each concept of a scheme begins."""

RESERVED: dict[str, str] = {}
"""Terms that nothing may use yet, each with the reason why it is defined all the same."""

FROZEN = {
    str(closed): closed
    for closed in (
        ns.DCTERMS,
        ns.FOAF,
        ns.ORG,
        ns.OWL,
        ns.PROV,
        ns.QB,
        ns.RDF,
        ns.RDFS,
        ns.SDO,
        ns.SKOS,
        ns.XSD,
    )
}


def _name(iri: str) -> str:
    return iri.removeprefix(MEA)


def _listed(problems: Iterable[str]) -> str:
    return "\n" + "\n".join(f"  {problem}" for problem in sorted(problems))


@pytest.fixture(scope="module")
def triples() -> list[Triple]:
    return read_ontology(FOLDER)


Values = Mapping[str, Mapping[str, list[str]]]


@pytest.fixture(scope="module")
def values(triples: list[Triple]) -> Values:
    """subject -> predicate -> objects, all as text."""
    found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        assert isinstance(triple.subject, NamedNode)
        assert isinstance(triple.object, NamedNode | Literal)
        found[triple.subject.value][triple.predicate.value].append(triple.object.value)
    return {subject: dict(rows) for subject, rows in found.items()}


@pytest.fixture(scope="module")
def terms(values: Values) -> set[str]:
    """Every class and property of our own that is defined."""
    kinds = {CLASS, *PROPERTY_KINDS}
    return {s for s, rows in values.items() if s.startswith(MEA) and kinds & set(rows.get(TYPE, ()))}


def _ancestors(values: Values, iri: str, predicate: str = SUB_CLASS) -> set[str]:
    found: set[str] = set()
    waiting = [iri]
    while waiting:
        for above in values.get(waiting.pop(), {}).get(predicate, ()):
            if above not in found:
                found.add(above)
                waiting.append(above)
    return found


def _classes(values: Values, terms: set[str]) -> set[str]:
    return {term for term in terms if CLASS in values[term][TYPE]}


def _context() -> dict[str, object]:
    document = json.loads((resources.data_folder() / "context.jsonld").read_text(encoding="utf-8"))
    context = document["@context"]
    assert isinstance(context, dict)
    return context


def _iri_of(value: object) -> str:
    text = value.get("@id", "") if isinstance(value, dict) else value
    return text if isinstance(text, str) else ""


def _keys() -> dict[str, str]:
    """Key or class of the context -> its prefixed name."""
    return {key: iri for key, value in _context().items() if ":" in (iri := _iri_of(value))}


def _sparql_files() -> list[Path]:
    return sorted([*FOLDER.glob("rules/*.rq"), *resources.queries_folder().rglob("*.rq")])


def _mentioned(path: Path) -> set[str]:
    """The names in our namespace that a query or a Turtle file mentions, outside its comments and strings."""
    text = re.sub(r"^\s*#.*$", " ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    names = set(re.findall(r"\bmea:([A-Za-z]\w*)", text))
    return names | set(re.findall(re.escape(MEA) + r"([A-Za-z]\w*)", text))


def _words_of_entries() -> set[str]:
    """Keys and classes that curated entries use, read from their lines."""
    words: set[str] = set()
    for path in [*resources.data_folder().rglob("*.yaml"), *TOY.rglob("*.yaml")]:
        text = path.read_text(encoding="utf-8")
        words.update(re.findall(r"^\s*(?:- )*([A-Za-z]\w*):", text, flags=re.MULTILINE))
        words.update(re.findall(r"\btype: ([A-Z]\w*)", text))
    return words


def test_same_triples_in_both_parsers(triples: list[Triple]) -> None:
    graph = rdflib.Graph()
    for path in ontology_files(FOLDER):
        graph.parse(path)
    assert len(graph) == len(set(triples)), "rdflib and pyoxigraph read a different number of triples"


def test_no_triple_is_said_twice(triples: list[Triple]) -> None:
    twice = [str(triple) for triple, times in Counter(triples).items() if times > 1]
    assert not twice, f"said in more than one place:{_listed(twice)}"


def test_no_blank_nodes() -> None:
    found = [
        f"{path.name}: {triple}"
        for path in ontology_files(FOLDER)
        for triple in read_turtle(path)
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)
    ]
    assert not found, f"blank nodes have no name that others can cite:{_listed(found)}"


def test_axioms_are_those_that_we_compile(triples: list[Triple]) -> None:
    compile_axioms(triples)
    said = {t.predicate.value for t in triples}
    said |= {t.object.value for t in triples if t.predicate.value == TYPE and isinstance(t.object, NamedNode)}
    strange = {iri for iri in said if iri.startswith(str(ns.OWL)) and iri not in ALLOWED}
    assert not strange, f"constructs outside the profile that we keep to:{_listed(strange)}"


@pytest.mark.parametrize(
    "forbidden", [ns.OWL.imports, ns.RDFS.domain, ns.RDFS.range, ns.OWL.equivalentClass, ns.OWL.sameAs]
)
def test_forbidden_statements(triples: list[Triple], forbidden: rdflib.URIRef) -> None:
    found = [str(triple) for triple in triples if triple.predicate.value == str(forbidden)]
    assert not found, (
        f"{forbidden} derives what a shape should find, or fetches what nobody has:{_listed(found)}"
    )


def test_header(values: Values) -> None:
    project = (resources.package_folder().parent / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "([^"]+)"', project, flags=re.MULTILINE)
    assert version is not None
    header = values[ONTOLOGY]
    assert header[str(ns.OWL.versionInfo)] == [version.group(1)], "the ontology's version is pyproject.toml's"
    for needed in (ns.DCTERMS.title, ns.DCTERMS.description, ns.DCTERMS.creator, ns.DCTERMS.license):
        assert header.get(str(needed)), f"the header of the ontology lacks {needed}"


def test_every_term_that_is_used_is_defined(triples: list[Triple], terms: set[str]) -> None:
    defined = {_name(term) for term in terms}
    problems: list[str] = []
    for triple in triples:
        for node in (triple.subject, triple.predicate, triple.object):
            if isinstance(node, NamedNode) and node.value.startswith(MEA) and node.value not in terms:
                problems.append(f"ontology: mea:{_name(node.value)}")
    for key, iri in _keys().items():
        if iri.startswith("mea:") and iri.removeprefix("mea:") not in defined:
            problems.append(f"context.jsonld, key {key}: {iri}")
    for path in [*_sparql_files(), *sorted(resources.shapes_folder().glob("*.ttl"))]:
        problems += [f"{path.name}: mea:{name}" for name in _mentioned(path) - defined]
    assert not problems, f"terms in our namespace that no module defines:{_listed(set(problems))}"


def test_classes_hang_together(values: Values, terms: set[str]) -> None:
    loose = []
    for term in _classes(values, terms):
        above = {_name(iri) for iri in _ancestors(values, term)}
        if term in _ancestors(values, term):
            loose.append(f"{_name(term)} is below itself")
        if _name(term) not in ROOTS and not above & ROOTS:
            loose.append(f"{_name(term)} is below none of the roots")
    assert not loose, _listed(loose)


def test_definitions_of_classes_name_what_is_above(values: Values, terms: set[str]) -> None:
    wrong = []
    for term in _classes(values, terms):
        definition = values[term][DEFINITION][0]
        above = [a for a in _ancestors(values, term) if a.startswith(MEA) and _name(a) not in ROOTS]
        labels = [values[a][LABEL][0] for a in above]
        if labels and not any(definition.startswith(f"{label} ") for label in labels):
            wrong.append(f"{_name(term)} begins with none of {sorted(labels)}: {definition}")
        if not re.match(r"[a-z][a-z -]*", definition) or re.match(r"(a|an|the) ", definition):
            wrong.append(f"{_name(term)} begins with an article or a capital: {definition}")
        if not re.search(r" (that|which|whose|who) |^(set|record) of ", definition):
            wrong.append(f"{_name(term)} has no part that sets it apart: {definition}")
    assert not wrong, _listed(wrong)


def test_definitions_of_properties_say_what_they_link(values: Values, terms: set[str]) -> None:
    begin = {str(ns.OWL.ObjectProperty): ("links ",), str(ns.OWL.DatatypeProperty): ("gives ", "says ")}
    wrong = [
        f"{_name(term)}: {values[term][DEFINITION][0]}"
        for term in terms
        for kind, words in begin.items()
        if kind in values[term][TYPE] and not values[term][DEFINITION][0].startswith(words)
    ]
    assert not wrong, f"a definition begins with links, gives or says:{_listed(wrong)}"


def test_labels_are_unique(values: Values, terms: set[str]) -> None:
    by_label: defaultdict[str, list[str]] = defaultdict(list)
    for term in terms:
        by_label[values[term][LABEL][0]].append(_name(term))
    twice = [f"{label}: {sorted(names)}" for label, names in by_label.items() if len(names) > 1]
    assert not twice, f"labels that stand for two terms:{_listed(twice)}"


def test_domains_and_ranges_are_known(values: Values, terms: set[str]) -> None:
    classes = _classes(values, terms)
    schemes = {s for s, rows in values.items() if str(ns.SKOS.ConceptScheme) in rows.get(TYPE, ())}
    wrong = []
    for term in terms - classes:
        rows = values[term]
        wrong += [f"{_name(term)} lacks {key}" for key in (DOMAIN, RANGE) if not rows.get(key)]
        for place in rows.get(DOMAIN, []):
            if place.startswith(MEA) and place not in classes:
                wrong.append(f"{_name(term)} stands on {place}, which is no class")
        for value in rows.get(RANGE, []):
            if value.startswith(OURS) and value not in classes | schemes:
                wrong.append(f"{_name(term)} has values of {value}, which is no class and no scheme")
    assert not wrong, _listed(wrong)


def test_context_agrees_with_ranges(values: Values) -> None:
    context = _context()
    wrong = []
    for key, iri in _keys().items():
        value = context[key]
        if not iri.startswith("mea:") or not isinstance(value, dict):
            continue
        ranges = values[MEA + iri.removeprefix("mea:")].get(RANGE, [])
        kind, scope = str(value.get("@type", "")), value.get("@context", {}).get("@base", "")
        if scope.startswith(VOCAB):
            expected = [scope.rstrip("/")]
        elif kind in ("@id", "@vocab"):
            expected = [r for r in ranges if not r.startswith((str(ns.XSD), str(ns.RDF)))]
        elif "@language" in value:
            expected = [str(ns.RDF.langString)]
        else:
            expected = [str(ns.XSD) + (kind.removeprefix("xsd:") or "string")]
        if ranges != expected:
            wrong.append(f"{key}: the context says {expected}, the ontology {ranges}")
    assert not wrong, _listed(wrong)


def test_disjoint_classes_are_apart(values: Values, terms: set[str]) -> None:
    wrong = []
    below = {term: _ancestors(values, term) | {term} for term in _classes(values, terms)}
    for one, rows in values.items():
        for other in rows.get(DISJOINT, ()):
            both = [_name(term) for term, above in below.items() if {one, other} <= above]
            wrong += [f"{name} is below both {_name(one)} and {_name(other)}" for name in both]
            if one in values.get(other, {}).get(DISJOINT, ()):
                wrong.append(f"{_name(one)} and {_name(other)} are said to be disjoint twice")
    assert not wrong, _listed(wrong)


def test_transitive_properties_are_not_constrained(values: Values) -> None:
    wrong = [
        _name(iri)
        for iri, rows in values.items()
        if str(ns.OWL.TransitiveProperty) in rows.get(TYPE, ())
        and {str(ns.OWL.IrreflexiveProperty), str(ns.OWL.AsymmetricProperty)} & set(rows[TYPE])
    ]
    assert not wrong, f"OWL 2 DL wants simple properties here:{_listed(wrong)}"


def test_concepts(values: Values) -> None:
    wrong = []
    for iri, rows in values.items():
        if str(ns.SKOS.Concept) not in rows.get(TYPE, ()):
            continue
        scheme, _, name = iri.removeprefix(VOCAB).rpartition("/")
        if rows.get(IN_SCHEME) != [VOCAB + scheme]:
            wrong.append(f"{iri} is not in the scheme of its own IRI")
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            wrong.append(f"{iri}: names are lower case words with hyphens")
        if not rows[DEFINITION][0].startswith(GENUS[scheme]):
            wrong.append(f"{iri} is not defined as a kind of {GENUS[scheme]}: {rows[DEFINITION][0]}")
        if iri in _ancestors(values, iri, str(ns.SKOS.broader)):
            wrong.append(f"{iri} is broader than itself")
    assert not wrong, _listed(wrong)


def _external_used(triples: list[Triple]) -> set[str]:
    """Terms of other vocabularies in the modules, the rules and the context, documents that they cite apart."""
    cited = {str(ns.DCTERMS.source), str(ns.DCTERMS.license)}
    found: set[str] = set()
    for triple in triples:
        nodes = [triple.subject, triple.predicate]
        if triple.predicate.value not in cited:
            nodes.append(triple.object.datatype if isinstance(triple.object, Literal) else triple.object)
        found.update(node.value for node in nodes if isinstance(node, NamedNode))
    for path in FOLDER.glob("rules/*.rq"):
        text = path.read_text(encoding="utf-8")
        prefixes = dict(re.findall(r"^PREFIX\s+(\w+):\s*<([^>]*)>", text, flags=re.MULTILINE))
        body = re.sub(r'(?m:^(PREFIX|#).*$)|"[^"]*"|<[^>\s]*>', " ", text)
        found.update(prefixes[p] + name for p, name in re.findall(r"\b(\w+):(\w+)", body) if p in prefixes)
    context = _context()
    for value in context.values():
        for text in (_iri_of(value), value.get("@type", "") if isinstance(value, dict) else ""):
            prefix, colon, local = text.partition(":")
            if colon and not local.startswith("//"):
                found.add(f"{context[prefix]}{local}")
    return {iri for iri in found if not iri.startswith(OURS)}


def test_external_terms_are_frozen(triples: list[Triple]) -> None:
    lines = EXTERNAL_TERMS.read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line and not line.startswith("# ")]
    assert listed == sorted(set(listed)), "external-terms.txt is sorted, one IRI a line, each once"
    used = _external_used(triples)
    new, unused = used - set(listed), set(listed) - used
    assert not new, (
        f"check each in a copy of its vocabulary, then add it to external-terms.txt:{_listed(new)}"
    )
    assert not unused, f"nothing uses these any more: take them out of external-terms.txt:{_listed(unused)}"


def test_external_terms_exist() -> None:
    """Where rdflib has a closed copy of the vocabulary, each listed term is in it."""
    missing = []
    for line in EXTERNAL_TERMS.read_text(encoding="utf-8").splitlines():
        for namespace, closed in FROZEN.items():
            if line.startswith(namespace) and rdflib.URIRef(line) not in closed:
                missing.append(line)
    assert not missing, f"the vocabulary has no such term:{_listed(missing)}"


def test_every_term_has_a_use(values: Values, terms: set[str]) -> None:
    keys = _keys()
    used = {keys[word].removeprefix("mea:") for word in _words_of_entries() if word in keys}
    for path in [*_sparql_files(), *resources.shapes_folder().glob("*.ttl")]:
        used |= _mentioned(path)
    axioms = {SUB_CLASS, SUB_PROPERTY, str(ns.OWL.inverseOf)}
    for rows in values.values():
        for predicate, objects in rows.items():
            if predicate.startswith(MEA):
                used.add(_name(predicate))
            if predicate in axioms:
                used.update(_name(iri) for iri in objects if iri.startswith(MEA))
    idle = {_name(term) for term in terms} - used - RESERVED.keys()
    assert not idle, f"no entry, query, rule, shape or axiom uses these:{_listed(idle)}"
    unknown = RESERVED.keys() - {_name(term) for term in terms}
    assert not unknown, f"reserved, but not defined:{_listed(unknown)}"
