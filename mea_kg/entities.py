"""One entity: its names and kind, what the sources state of it, and the statements that it is a part of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import Literal

from mea_kg.answers import Given, run_saved, scope_of
from mea_kg.context import Context
from mea_kg.folding import EVIDENCE
from mea_kg.names import Entity, find_entities, find_entity, in_words
from mea_kg.namespaces import AUTHORED, INFERRED, MEA, PREFIXES, RDF, SKOS, shortened
from mea_kg.results import EVERYTHING, Answer, Term
from mea_kg.saved_queries import SOURCE_PARAMETER, find_query, list_queries
from mea_kg.selecting import Queryable, select

Row: TypeAlias = "tuple[Term | None, ...]"

_PREFIXES = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("mea", "skos", "dcterms", "schema"))
_NO_EVIDENCE: tuple[None, ...] = (None,) * len(EVIDENCE)
_NAMES = {
    SKOS + "prefLabel": "label",
    SKOS + "altLabel": "alias",
    MEA + "acronym": "acronym",
    MEA + "symbol": "symbol",
    PREFIXES["dcterms"] + "title": "title",
    MEA + "hasName": "dated name",
}
_UNSHOWN = {RDF + "type", MEA + "hasEvidence"}
_UNSHOWN_DERIVED = {MEA + name for name in ("hasPart", "partOf", "statedIn", "attestedIn", "inCollection")}
_VALUE_LABEL = """
    OPTIONAL { ?value skos:prefLabel ?own FILTER (LANG(?own) = "en") }
    OPTIONAL { ?value mea:member/skos:prefLabel ?member FILTER (LANG(?member) = "en") }
    OPTIONAL { ?value mea:text|mea:printed|mea:citedAs|mea:action|dcterms:description ?text }
    BIND (COALESCE(?own, ?member, ?text) AS ?label)
"""


def portrait(
    store: Queryable, queries: Path, context: Context, name: str, source: str | None = None
) -> Answer:
    """What the graph has on the entity of that name: a row for each value and each piece of evidence of it.

    The column `part` is "names", "stated of it", "derived" or "stated with it". What is derived rests on all
    documents, and is left out where `source` names some of them.
    Raises `UnknownName` or `AmbiguousName`.
    """
    entity, others = find_entity(store, name)
    limit = find_entities(store, source, SOURCE_PARAMETER)[0] if source else None
    rows = [*_names(store, entity), *_stated(store, entity, context, limit)]
    if limit is None:
        rows += _derived(store, entity)
    rows += _mentions(
        run_saved(store, queries, find_query(queries, "said-of"), Given([entity.iri], source=source))
    )
    return Answer(
        "What is stated of an entity?",
        ("part", "property", "value", "valueLabel", *EVIDENCE),
        tuple(rows),
        scope_of(store, limit),
        key=("part", "property", "value", "valueLabel"),
        groups=("part",),
        preface=(str(entity),),
        remarks=(
            *(f"Of the same name: {other}." for other in others),
            *(f"More: mea-kg query {usage}" for usage in _queries_for(store, queries, entity)),
        ),
    )


def _row(part: str, name: str, value: Term, label: Term | None, evidence: Sequence[Term | None]) -> Row:
    return (Literal(part), Literal(name), value, label, *evidence)


def _names(store: Queryable, entity: Entity) -> Iterator[Row]:
    yield _row("names", "kind", Literal(entity.kind), None, _NO_EVIDENCE)
    yield _row("names", "id", entity.node, Literal(shortened(entity.iri)), _NO_EVIDENCE)
    found: dict[str, list[Literal]] = {name: [] for name in _NAMES}
    for property_iri, value, _ in _values(store, entity, AUTHORED):
        if property_iri in found and isinstance(value, Literal):
            found[property_iri].append(value)
    for row in select(
        store,
        f"{_PREFIXES} SELECT ?text FROM <{AUTHORED}> {{ {entity.node} mea:hasName/mea:text ?text }} ORDER BY ?text",
    ):
        found[MEA + "hasName"].append(row["text"])
    for property_iri, texts in found.items():
        yield from (_row("names", _NAMES[property_iri], text, None, _NO_EVIDENCE) for text in texts)


def _stated(store: Queryable, entity: Entity, context: Context, limit: Entity | None) -> Iterator[Row]:
    """The authored values, each with the evidence that supports it; structural ones need none."""
    evidence = _evidence(store, entity, limit)
    unsupported = {
        row["property"].value
        for row in select(
            store, f"{_PREFIXES} SELECT ?property FROM <{AUTHORED}> {{ ?property mea:needsNoEvidence true }}"
        )
    }
    for property_iri, value, label in _values(store, entity, AUTHORED):
        if property_iri in _UNSHOWN or property_iri in _NAMES:
            continue
        name = context.key_of(property_iri) or shortened(property_iri)
        if property_iri in unsupported:
            yield _row("stated of it", in_words(name), value, label, _NO_EVIDENCE)
            continue
        for terms, supported in evidence.items():
            if not supported or name in supported:
                yield _row("stated of it", in_words(name), value, label, terms)


def _evidence(store: Queryable, entity: Entity, limit: Entity | None) -> dict[Row, set[str]]:
    """The evidence of a node, and the keys that each piece supports; none is all."""
    columns = " ".join(f"?{name}" for name in EVIDENCE)
    found: dict[Row, set[str]] = {}
    for row in select(
        store,
        f"""{_PREFIXES} SELECT {columns} ?supported FROM <{AUTHORED}> FROM <{INFERRED}> WHERE {{
            {entity.node} mea:hasEvidence ?evidence .
            ?evidence mea:source ?document .
            ?document mea:inCollection <{limit.iri if limit else EVERYTHING}> .
            OPTIONAL {{ ?evidence mea:supports ?supported }}
            OPTIONAL {{ ?evidence mea:pinpoint ?pinpoint }}
            OPTIONAL {{ ?evidence mea:phrase ?phrase }}
            OPTIONAL {{ ?document skos:prefLabel ?documentLabel FILTER (LANG(?documentLabel) = "en") }}
            OPTIONAL {{ ?document mea:sourceKind ?sourceKind }}
            OPTIONAL {{ ?document schema:url ?address }}
        }} ORDER BY ?document ?pinpoint ?phrase""",
    ):
        supported = found.setdefault(tuple(row[name] for name in EVIDENCE), set())
        if row["supported"]:
            supported.add(row["supported"].value)
    return found


def _derived(store: Queryable, entity: Entity) -> Iterator[Row]:
    for property_iri, value, label in _values(store, entity, INFERRED):
        if property_iri.startswith(MEA) and property_iri not in _UNSHOWN_DERIVED:
            yield _row("derived", in_words(shortened(property_iri)), value, label, _NO_EVIDENCE)


def _values(store: Queryable, entity: Entity, graph: str) -> list[tuple[str, Term, Term | None]]:
    """The values of a node in one graph, with a text for those that are nodes themselves."""
    rows = select(
        store,
        f"""{_PREFIXES} SELECT DISTINCT ?property ?value ?label FROM <{AUTHORED}> FROM NAMED <{graph}> WHERE {{
            GRAPH <{graph}> {{ {entity.node} ?property ?value }}
            {_VALUE_LABEL}
        }} ORDER BY ?property ?value ?label""",
    )
    return [(row["property"].value, row["value"], row["label"]) for row in rows]


def _mentions(said: Answer) -> Iterator[Row]:
    """The rows of the saved query said-of, but for what is said of the entity itself."""
    for row in said.rows:
        terms = dict(zip(said.variables, row, strict=True))
        statement, role = terms["statement"], terms["as"]
        if statement is None or role is None or role.value == "itself":
            continue
        kind, says = terms["kind"], terms["says"]
        text = ": ".join(term.value for term in (kind, says) if term is not None)
        evidence = [terms[name] for name in EVIDENCE]
        yield _row("stated with it", role.value, statement, Literal(text) if text else None, evidence)


def _queries_for(store: Queryable, queries: Path, entity: Entity) -> list[str]:
    """The saved queries that take this entity as their one parameter."""
    classes = {
        row["kind"].value
        for row in select(
            store, f"SELECT ?kind FROM <{AUTHORED}> FROM <{INFERRED}> {{ {entity.node} a ?kind }}"
        )
    }
    return [
        f"{query.name} {shortened(entity.iri)}"
        for query in list_queries(queries)
        if len(query.parameters) == 1 and not classes.isdisjoint(query.parameters[0].classes)
    ]
