"""What is checked of given entries beyond their form and the shapes: phrases, spellings of names, dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Store, Triple

from mea_kg.duplicates import duplicates
from mea_kg.findings import INFO, VIOLATION, Finding
from mea_kg.labels import Labels
from mea_kg.loading import Loaded
from mea_kg.namespaces import ID, MEA, VOCAB, shortened
from mea_kg.places import Place, Places
from mea_kg.stores import AUTHORED_GRAPH

_PHRASE, _SOURCE, _STATUS = (NamedNode(MEA + name) for name in ("phrase", "source", "status"))
_PAST = ("adoptedOn", "publishedOn", "publishedYear", "retrievedOn")
_BEGINNINGS = ("startDate", "startMonth", "startYear")
_FACTS = (NamedNode(f"{VOCAB}status/established"), NamedNode(f"{VOCAB}status/ongoing"))
_AS_PRINTED = "Evidence or it does not enter (docs/modelling.md, rule 26)"
_DATES = "A date has a role (docs/modelling.md, rule 21)"


def require_folder(sources: Path) -> None:
    """Raise `InputError` where the folder of copies cannot be read, before anything else is looked at."""
    from mea_kg.documents import files_in

    files_in(sources)


def further_findings(
    store: Store, loaded: Loaded, today: date | None, sources: Path | None
) -> Iterator[Finding]:
    """The findings about the entries that were loaded; the store has them with the curated ones.

    Phrases are looked up in the copies in the folder `sources`; dates are compared with `today`, if it is given.
    Raises `InputError` where the folder cannot be read.
    """
    triples = list(loaded.triples)
    found = [*duplicates(store, loaded.places), *_phrases(store, triples, loaded.places, sources)]
    if today is not None:
        found += _in_the_future(store, triples, loaded.places, today)
    labels = Labels(store)
    for finding in found:
        term = loaded.context.term(finding.field)
        yield replace(
            finding,
            entity=labels.name(NamedNode(ID + finding.entity)),
            node=ID + finding.entity,
            field_label=labels.label(NamedNode(term.iri)) if term else "",
        )


def _phrases(
    store: Store, triples: Iterable[Triple], places: Places, sources: Path | None
) -> Iterator[Finding]:
    documents: dict[str, list[NamedNode]] = {}
    phrased = {triple.subject for triple in triples if triple.predicate == _PHRASE}
    for triple in triples:
        evidence, document = triple.subject, triple.object
        if triple.predicate == _SOURCE and evidence in phrased:
            assert isinstance(evidence, NamedNode) and isinstance(document, NamedNode)
            documents.setdefault(document.value, []).append(evidence)
    at_hand: set[str] = set()
    if sources is not None:
        from mea_kg.documents import read_copies, source_documents
        from mea_kg.evidence import check_evidence

        copies = read_copies(sources, source_documents(store))
        at_hand = set(copies.by_document)
        copies = replace(copies, missing=(), unread=())
        yield from check_evidence(store, copies, places, set(places.nodes)).findings
    for source, pieces in documents.items():
        if source not in at_hand:
            first = min(place for piece in pieces if (place := places.of(piece.value, "phrase")))
            what = "1 phrase" if len(pieces) == 1 else f"{len(pieces)} phrases"
            hint = "put an unchanged copy of the document into that folder"
            yield _finding(
                first,
                "phrase-not-checked",
                f"{what} of {shortened(source)} {'is' if len(pieces) == 1 else 'are'} not checked: "
                "no copy of it is at hand",
                INFO,
                entity=shortened(source),
                field="phrase",
                hint=hint if sources else "name a folder that has a copy: --sources FOLDER",
                source=_AS_PRINTED,
            )


def _in_the_future(store: Store, triples: Iterable[Triple], places: Places, today: date) -> Iterator[Finding]:
    """The findings on what is stated as a fact and lies after today."""
    for triple in triples:
        key = triple.predicate.value.removeprefix(MEA)
        node, value = triple.subject, triple.object
        if (
            key not in (*_PAST, *_BEGINNINGS)
            or not isinstance(node, NamedNode)
            or not isinstance(value, Literal)
        ):
            continue
        facts = (
            quad.object in _FACTS for quad in store.quads_for_pattern(node, _STATUS, None, AUTHORED_GRAPH)
        )
        if value.value > today.isoformat()[: len(value.value)] and (key in _PAST or any(facts)):
            place = places.of(node.value, key)
            assert place is not None
            yield _finding(
                place,
                "after-today",
                f"`{key}` is after today, {today.isoformat()}",
                VIOLATION,
                entity=shortened(node.value),
                field=key,
                found=value.value,
                expected=f"{today.isoformat()[: len(value.value)]} or earlier",
                hint="Correct the date; what is only planned is not established.",
                source=_DATES,
            )


def _finding(place: Place, rule: str, message: str, severity: str, **details: Any) -> Finding:
    return Finding(place.file, place.line, place.column, severity, rule, message, **details)
