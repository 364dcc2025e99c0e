"""Asks queries of SPARQL of a columnar graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from mea_kg.columnar.database import INFERRED, Database
from mea_kg.columnar.kinds import Term
from mea_kg.columnar.patterns import Patterns
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.relations import ID, Relation
from mea_kg.columnar.values import Value


def select(database: Database, text: str, parts: Sequence[str]) -> Iterator[dict[str, Term]]:
    """The rows of a SELECT over the parts of a graph; raises `NotTranslatedError`."""
    algebra = _algebra(text)
    if algebra.name != "SelectQuery":
        raise NotTranslatedError("a query that is no SELECT")
    found = Patterns(database, parts).relation(algebra)
    names = list(found.columns)
    rows = database.run(f"SELECT {', '.join(_shown(found, names))} FROM ({found.sql}) AS q")
    numbers = {cell for row in rows for cell in row if isinstance(cell, int)}
    terms = database.terms(numbers) if numbers else {}
    for row in rows:
        yield {
            name: terms[cell] if isinstance(cell, int) else _term_of(cell)
            for name, cell in zip(names, row, strict=True)
            if cell is not None
        }


def _shown(found: Relation, names: Sequence[str]) -> list[str]:
    shown = []
    for name in names:
        value = _value(found, name)
        shown.append(value.sql if value.form == ID else value.key())
    return shown


def _value(found: Relation, name: str) -> Value:
    """What a column of a relation that is named q holds."""
    column = found.columns[name]
    second = f"q.{column.second}" if column.second else ""
    return Value(column.form, f"q.{column.first}", second, column.kinds)


def construct(database: Database, text: str, parts: Sequence[str]) -> int:
    """Add what a CONSTRUCT gives over the parts of a graph to the inferred part; how many triples are new.

    Raises `NotTranslatedError`.
    """
    import rdflib

    algebra = _algebra(text)
    if algebra.name != "ConstructQuery" or not algebra.template:
        raise NotTranslatedError("a query that is no CONSTRUCT with a template")
    patterns = Patterns(database, parts)
    found = patterns.relation(algebra.p)
    wanted = sorted(
        {str(term) for triple in algebra.template for term in triple if isinstance(term, rdflib.Variable)}
    )
    names = [name for name in wanted if name in found.columns]
    shown = []
    for name in names:
        value = _value(found, name)
        shown.append(f"{value.id()} AS c{names.index(name)}")
        if value.form != ID:
            shown.append(f"{value.key()} AS k{names.index(name)}")
    solutions, triples = database.new_name(), database.new_name()
    database.run(
        f"CREATE TEMP TABLE {solutions} AS SELECT DISTINCT {', '.join(shown)} FROM ({found.sql}) AS q"
    )
    computed = [index for index, name in enumerate(names) if found.columns[name].form != ID]
    if computed:
        keys = " UNION ALL ".join(
            f"SELECT k{index} AS key FROM {solutions} WHERE k{index} IS NOT NULL" for index in computed
        )
        database.add_keys(keys)

    def cell(term: Any) -> str | None:
        if isinstance(term, rdflib.Variable):
            return f"c{names.index(str(term))}" if str(term) in names else None
        return f"{database.number(patterns.term(term))}::UBIGINT"

    selects = []
    for triple in algebra.template:
        cells = [cell(term) for term in triple]
        if all(cells):
            subject, predicate, thing = cells
            selects.append(
                f"SELECT {subject} AS s, {predicate} AS p, {thing} AS o FROM {solutions} WHERE {subject} IS NOT NULL"
                f" AND kind({subject}) < 2 AND kind({predicate}) = 0 AND {thing} IS NOT NULL"
            )
    if not selects:
        return 0
    database.run(f"CREATE TEMP TABLE {triples} AS {' UNION ALL '.join(selects)}")
    added = database.add_triples(triples, INFERRED)
    for name in (solutions, triples):
        database.run(f"DROP TABLE {name}")
    return added


def _algebra(text: str) -> Any:
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    parsed = parseQuery(text)
    _bind_in_pattern(parsed[1])
    return translateQuery(parsed).algebra


def _bind_in_pattern(query: Any) -> None:
    """Turn expressions with EXISTS that a query selects into BIND: rdflib counts an inner COUNT as the query's own."""
    from rdflib.plugins.sparql.parserutils import CompValue

    if dict.get(query, "groupby") or dict.get(query, "having") or not dict.get(query, "projection"):
        return
    for index, item in enumerate(query.projection):
        if dict.get(item, "evar") is not None and "EXISTS" in repr(item.expr):
            query.where.part.append(CompValue("Bind", expr=item.expr, var=item.evar))
            query.projection[index] = CompValue("vars", var=item.evar)


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
