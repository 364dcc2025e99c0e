"""Asks queries of SPARQL of a columnar graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from mea_kg.columnar.algebra import algebra_of
from mea_kg.columnar.database import INFERRED, Database
from mea_kg.columnar.joining import held
from mea_kg.columnar.kinds import Term
from mea_kg.columnar.patterns import Patterns
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.relations import ID, Relation
from mea_kg.columnar.values import Value


@dataclass(frozen=True)
class Answer:
    """The rows of a SELECT: for each variable the number of a term, the key of a term, or None for no value."""

    names: list[str]
    rows: list[tuple[int | str | None, ...]]


def select(database: Database, text: str, parts: Sequence[str]) -> Iterator[dict[str, Term]]:
    """The rows of a SELECT over the parts of a graph; raises `NotTranslatedError`."""
    (rows,) = in_terms(database, [answer(database, text, parts)])
    yield from rows


def answer(database: Database, text: str, parts: Sequence[str]) -> Answer:
    """The same rows, before their terms are looked up."""
    algebra = algebra_of(text)
    if algebra.name != "SelectQuery":
        raise NotTranslatedError("a query that is no SELECT")
    patterns = Patterns(database, parts)
    try:
        found = patterns.relation(algebra)
        names = list(found.columns)
        return Answer(
            names, database.run(f"SELECT {', '.join(_shown(found, names))} FROM ({found.sql}) AS q")
        )
    finally:
        patterns.close()


def in_terms(database: Database, answers: Sequence[Answer]) -> Iterator[list[dict[str, Term]]]:
    """The rows of some answers, whose terms are looked up in one reading of the dictionary."""
    numbers = {cell for one in answers for row in one.rows for cell in row if isinstance(cell, int)}
    terms = database.terms(numbers) if numbers else {}
    for one in answers:
        yield [
            {
                name: terms[cell] if isinstance(cell, int) else _term_of(cell)
                for name, cell in zip(one.names, row, strict=True)
                if cell is not None
            }
            for row in one.rows
        ]


def _shown(found: Relation, names: Sequence[str]) -> list[str]:
    shown = []
    for name in names:
        value = _value(found, name)
        _refuse_unlisted(value)
        shown.append(value.sql if value.form == ID else value.key())
    return shown


def _value(found: Relation, name: str) -> Value:
    """What a column of a relation that is named q holds."""
    return held(found.columns[name], "q")


def _refuse_unlisted(value: Value) -> None:
    if not value.listed:
        raise NotTranslatedError("the text of what may be computed or a term")


def construct(database: Database, text: str, parts: Sequence[str]) -> int:
    """Add what a CONSTRUCT gives over the parts of a graph to the inferred part; how many triples are new.

    Raises `NotTranslatedError`.
    """
    import rdflib

    algebra = algebra_of(text)
    if algebra.name != "ConstructQuery" or not algebra.template:
        raise NotTranslatedError("a query that is no CONSTRUCT with a template")
    patterns = Patterns(database, parts)
    try:
        found = patterns.relation(algebra.p)
        variables = {
            str(term) for triple in algebra.template for term in triple if isinstance(term, rdflib.Variable)
        }
        names = sorted(variables & set(found.columns))
        shown = [cell for name in names for cell in _numbered(_value(found, name), names.index(name))]
        solutions = f"SELECT DISTINCT {', '.join(shown) or '1 AS one'} FROM ({found.sql}) AS q"
        with database.temporary(solutions) as table:
            if computed := [index for index, name in enumerate(names) if found.columns[name].form != ID]:
                keys = (
                    f"SELECT k{index} AS key FROM {table} WHERE k{index} IS NOT NULL" for index in computed
                )
                database.add_keys(" UNION ALL ".join(keys))
            made = _made(database, patterns, algebra.template, names, table)
            if not made:
                return 0
            with database.temporary(" UNION ALL ".join(made)) as triples:
                return database.add_triples(triples, INFERRED)
    finally:
        patterns.close()


def _numbered(value: Value, index: int) -> list[str]:
    """The number of a value, and where it is computed its key."""
    _refuse_unlisted(value)
    shown = [f"{value.id()} AS c{index}"]
    return shown if value.form == ID else [*shown, f"{value.key()} AS k{index}"]


def _made(
    database: Database, patterns: Patterns, template: Iterable[Any], names: Sequence[str], table: str
) -> list[str]:
    """A SELECT of the triples that each triple of a template makes of a table of solutions."""
    import rdflib

    def cell(term: Any) -> str | None:
        if isinstance(term, rdflib.Variable):
            return f"c{names.index(str(term))}" if str(term) in names else None
        return f"{database.number(patterns.term(term))}::UBIGINT"

    made = []
    for triple in template:
        cells = [cell(term) for term in triple]
        if all(cells):
            subject, predicate, thing = cells
            made.append(
                f"SELECT {subject} AS s, {predicate} AS p, {thing} AS o FROM {table} WHERE {subject} IS NOT NULL"
                f" AND kind({subject}) < 2 AND kind({predicate}) = 0 AND {thing} IS NOT NULL"
            )
    return made


def _term_of(key: str) -> Term:
    """The term with a key."""
    if key.startswith("<"):
        return NamedNode(key[1:-1])
    if key.startswith("_:"):
        return BlankNode(key[2:])
    lexical, _, suffix = key[1:].rpartition('"')
    if suffix.startswith("^^"):
        return Literal(lexical, datatype=NamedNode(suffix[3:-1]))
    return Literal(lexical, language=suffix[1:]) if suffix else Literal(lexical)
