"""Validates a columnar graph with compiled shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mea_kg.columnar import embedded
from mea_kg.columnar.asking import Answer, answer, in_terms
from mea_kg.columnar.database import Database
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.namespaces import RDFS
from mea_kg.shacl.compiling import Compiled
from mea_kg.shacl.queries import Query
from mea_kg.shacl.results import Result
from mea_kg.shacl.running import results_of
from mea_kg.shacl.terms import with_hierarchy


@dataclass(frozen=True)
class HandedOn:
    """A query that was asked of the embedded store, and the construct that stood in the way."""

    query: Query
    construct: str


def validate(
    database: Database, parts: Sequence[str], compiled: Compiled
) -> tuple[list[Result], list[HandedOn]]:
    """The results on the parts of a graph, sorted and each once, and the queries that the embedded store answered."""
    below = hierarchy(database, parts)
    found: set[Result] = set()
    handed_on: list[HandedOn] = []
    answered: list[tuple[Query, Answer]] = []
    for query in compiled.queries:
        text = with_hierarchy(query.text, below)
        try:
            answered.append((query, answer(database, text, parts)))
        except NotTranslatedError as error:
            handed_on.append(HandedOn(query, error.construct))
            for row in embedded.rows(database, text, parts):
                found.update(results_of(query, row))
    in_words = in_terms(database, [one for _, one in answered])
    for (query, _), rows in zip(answered, in_words, strict=True):
        for row in rows:
            found.update(results_of(query, row))
    return sorted(found, key=lambda result: result.sort_key), handed_on


def hierarchy(database: Database, parts: Sequence[str]) -> dict[str, set[str]]:
    """The classes below each class that has any, by IRIs."""
    pairs = database.relation(RDFS + "subClassOf", parts)
    if pairs is None:
        return {}
    lines = f"SELECT l.lex, u.lex FROM {database.closed(f'SELECT s, o FROM {pairs}')} AS p"
    below: dict[str, set[str]] = {}
    for lower, upper in database.run(
        f"{lines} JOIN terms AS l ON l.id = p.s JOIN terms AS u ON u.id = p.o WHERE kind(p.s) = 0 AND kind(p.o) = 0"
    ):
        below.setdefault(upper, set()).add(lower)
    return below
