"""Validates a columnar graph with compiled shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from mea_kg.columnar import embedded
from mea_kg.columnar.asking import select
from mea_kg.columnar.database import Database
from mea_kg.columnar.kinds import Term
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.namespaces import RDFS
from mea_kg.shacl.compiling import Compiled
from mea_kg.shacl.queries import Query
from mea_kg.shacl.results import Result
from mea_kg.shacl.running import results_of
from mea_kg.shacl.scanning import Extents, Row, rows_about_all
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

    def ask(text: str) -> list[dict[str, Term]]:
        return list(select(database, text, parts))

    extents = Extents.read(ask, compiled.queries, below)
    for query in compiled.queries:
        with suppress(NotTranslatedError):
            found.update(_results(query, rows_about_all(query, ask, extents, below)))
            continue
        # Without its targets a query may meet values that have no exact translation, and no target has.
        text = with_hierarchy(query.text, below)
        try:
            rows = ask(text)
        except NotTranslatedError as error:
            handed_on.append(HandedOn(query, error.construct))
            rows = embedded.rows(database, text, parts)
        found.update(_results(query, rows))
    return sorted(found, key=lambda result: result.sort_key), handed_on


def _results(query: Query, rows: Iterable[Row]) -> Iterator[Result]:
    return (result for row in rows for result in results_of(query, row))


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
