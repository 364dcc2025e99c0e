"""Asking the graph: saved queries by name, queries of one's own from a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
)

from mea_kg.errors import QueryError
from mea_kg.names import Entity, find_entities, read_entities
from mea_kg.namespaces import AUTHORED, INFERRED, MEA
from mea_kg.results import EVERYTHING, Answer, Bindings, Result, Scope, Statements, Truth
from mea_kg.saved_queries import (
    SOURCE,
    SOURCE_PARAMETER,
    SUFFIX,
    SavedQuery,
    find_query,
    parse_query,
)
from mea_kg.selecting import Found, Queryable, ask_both, select

__all__ = ["Answer", "Given", "ask", "bound_text", "run", "run_saved", "run_text", "scope_of"]

Named: TypeAlias = "Mapping[str, str | Sequence[str]]"
"""Parameters by name: what a person types, or several such texts."""


@dataclass(frozen=True)
class Given:
    """What a question is asked with: parameters by position or by name, and the source that limits the answer."""

    values: Sequence[str] = ()
    parameters: Named = field(default_factory=dict)
    source: str | None = None

    def __bool__(self) -> bool:
        return bool(self.values or self.parameters or self.source)


NOTHING = Given()


def ask(
    store: Queryable,
    queries: Path,
    query: str,
    values: Sequence[str] = (),
    parameters: Named | None = None,
    source: str | None = None,
) -> Answer:
    """The answer of a saved query, or of a SELECT in a `.rq` file: parameters by position or by name.

    Raises `QueryError`, `UnknownQuery`, `UnknownName` or `AmbiguousName`.
    """
    result = run(store, queries, query, Given(values, parameters or {}, source))
    if not isinstance(result, Answer):
        raise QueryError(f"{query} is not a SELECT", "`mea-kg query` runs ASK, CONSTRUCT and DESCRIBE too")
    return result


def run(
    store: Queryable,
    queries: Path,
    query: str,
    given: Given = NOTHING,
) -> Result:
    """What a saved query gives, or a query of any form in a `.rq` file."""
    if own := own_text(query):
        return run_text(store, queries, *own, given)
    return run_saved(store, queries, find_query(queries, query), given)


def own_text(query: str) -> tuple[str, Path] | None:
    """Text and path of a query of one's own, a `.rq` file; None for the name of a saved query.

    Raises `QueryError` where the file cannot be read.
    """
    if not query.endswith(SUFFIX) and "/" not in query:
        return None
    try:
        return Path(query).read_text(encoding="utf-8-sig"), Path(query)
    except UnicodeDecodeError as error:
        raise QueryError(f"{query}: cannot be read (not UTF-8)", "save it as UTF-8") from error
    except OSError as error:
        raise QueryError(
            f"{query}: cannot be read ({error.strerror})", "give a saved query's name or a file"
        ) from error


def run_text(
    store: Queryable,
    queries: Path,
    text: str,
    path: Path,
    given: Given = NOTHING,
) -> Result:
    """What the text of a query gives: with a header, as a saved query, else as it stands.

    `path` names the text in messages. A query that calls another server (SERVICE) is refused.
    """
    _refuse_service(text, path)
    if saved := _with_header(text, path, bool(given)):
        return run_saved(store, queries, saved, given)
    result = _execute(store, text, path)
    if isinstance(result, QuerySolutions):
        return _answer(result, f"{path}", scope=scope_of(store, None))
    return Truth(bool(result)) if isinstance(result, QueryBoolean) else Statements(tuple(result))


def run_saved(
    store: Queryable,
    queries: Path,
    query: SavedQuery,
    given: Given = NOTHING,
) -> Answer:
    """The answer of a saved query, its parameters bound to the entities that the texts name."""
    bindings = _bindings(store, query, given)
    sources = _sources(store, given)
    result = _execute(store, query.bound(_terms(bindings, sources)), query.path)
    if not isinstance(result, QuerySolutions):
        raise QueryError(f"{query.path}: a saved query is a SELECT")
    columns = [variable.value for variable in result.variables]
    for name in (*query.key, *query.hide):
        if name not in columns:
            raise QueryError(
                f"{query.path}: there is no column {name!r}", f"the columns are {', '.join(columns)}"
            )
    return _answer(
        result,
        query.question,
        scope=scope_of(store, sources[0] if sources else None),
        key=query.key,
        hide=query.hide,
        parameters=bindings,
        remarks=_remarks(store, queries, query, bindings, sources),
    )


def bound_text(
    store: Queryable,
    text: str,
    path: Path,
    given: Given = NOTHING,
) -> str:
    """The SPARQL text of a query as it is sent: for another server, or to go on from."""
    query = _with_header(text, path, bool(given))
    if query is None:
        return text
    bindings = _bindings(store, query, given)
    return query.bound(_terms(bindings, _sources(store, given)))


def _with_header(text: str, path: Path, takes_parameters: bool) -> SavedQuery | None:
    """The query of a text with a header; None for one without, which is sent as it stands."""
    if text.startswith("#+"):
        return parse_query(text, path)
    if takes_parameters:
        raise QueryError(f"{path}: this query has no parameters", "a header with #+ lines gives it some")
    return None


def scope_of(store: Queryable, source: Entity | None) -> Scope:
    """The documents of a source (a document or a collection; by default all), and the newest year among them."""
    iri = source.iri if source else EVERYTHING
    documents = set()
    years = [""]
    for row in select(
        store,
        f"""PREFIX mea: <{MEA}>
        SELECT ?document ?date ?earliest FROM <{AUTHORED}> FROM <{INFERRED}> WHERE {{
            ?document mea:inCollection <{iri}> .
            OPTIONAL {{ ?document mea:publishedOn|mea:publishedYear ?date }}
            OPTIONAL {{ ?document mea:notBefore ?earliest }}
        }}""",
    ):
        documents.add(row["document"].value)
        if row["date"]:
            years.append(row["date"].value[:4])
        elif row["earliest"]:
            years.append(f"{row['earliest'].value[:4]} or later")
    name = source or next(iter(read_entities(store, [EVERYTHING])))
    return Scope(name, len(documents), max(years))


def _sources(store: Queryable, given: Given) -> Sequence[Entity]:
    return find_entities(store, given.source, SOURCE_PARAMETER) if given.source else ()


def _bindings(store: Queryable, query: SavedQuery, given: Given) -> dict[str, tuple[Entity, ...]]:
    names = [parameter.name for parameter in query.parameters]
    hint = f"usage: mea-kg query {query.usage}\nexample: mea-kg query {query.example}"
    if len(given.values) > len(names):
        plural = "" if len(names) == 1 else "s"
        raise QueryError(f"{query.name} takes {len(names)} parameter{plural}, not {len(given.values)}", hint)
    texts_of: dict[str, Sequence[str]] = {
        name: [value] for name, value in zip(names, given.values, strict=False)
    }
    for name, texts in given.parameters.items():
        if name not in names:
            raise QueryError(f"{query.name} has no parameter {name!r}", hint)
        if name in texts_of:
            raise QueryError(f"the parameter {name!r} is given twice, by its place and by its name", hint)
        texts_of[name] = [texts] if isinstance(texts, str) else texts
    bindings = {}
    for parameter in query.parameters:
        if not texts_of.get(parameter.name):
            raise QueryError(f"{query.name} needs {parameter.name}: {parameter.label}", hint)
        found = (find_entities(store, text, parameter) for text in texts_of[parameter.name])
        bindings[parameter.name] = tuple(dict.fromkeys(entity for entities in found for entity in entities))
    return bindings


def _terms(bindings: Bindings, sources: Sequence[Entity]) -> dict[str, list[NamedNode | Literal]]:
    every = {**bindings, SOURCE: tuple(sources)} if sources else bindings
    return {name: [entity.node for entity in entities] for name, entities in every.items()}


def _remarks(
    store: Queryable, queries: Path, query: SavedQuery, bindings: Bindings, sources: Sequence[Entity]
) -> tuple[str, ...]:
    if not query.remarks:
        return ()
    text = find_query(queries, query.remarks).bound(_terms(bindings, sources))
    rows = _execute(store, text, queries / (query.remarks + SUFFIX))
    if not isinstance(rows, QuerySolutions) or "remark" not in [name.value for name in rows.variables]:
        raise QueryError(f"{query.remarks}: this query gives no remarks", "it needs a column ?remark")
    return tuple(dict.fromkeys(row["remark"].value for row in rows))


def _answer(
    solutions: QuerySolutions,
    question: str,
    scope: Scope,
    key: tuple[str, ...] = (),
    hide: tuple[str, ...] = (),
    parameters: Bindings | None = None,
    remarks: tuple[str, ...] = (),
) -> Answer:
    variables = tuple(variable.value for variable in solutions.variables)
    return Answer(
        question,
        variables,
        tuple(tuple(row) for row in solutions),
        scope,
        key=key,
        hide=hide,
        parameters=parameters or {},
        remarks=remarks,
    )


def _execute(store: Queryable, text: str, path: Path) -> Found:
    try:
        return ask_both(store, text)
    except SyntaxError as error:
        raise QueryError(
            f"{path}: {error}", "SPARQL 1.1 SELECT, ASK, CONSTRUCT or DESCRIBE is expected"
        ) from error


def _refuse_service(text: str, path: Path) -> None:
    """Refuse a query that makes the store call another server.

    Only a parsed query tells for certain, and parsing takes long: it is done where the word occurs at all.
    """
    if "service" not in text.lower() and "\\u" not in text.lower():
        return
    from pyparsing import ParseBaseException, ParseResults
    from rdflib.plugins.sparql.parser import parseQuery
    from rdflib.plugins.sparql.parserutils import CompValue

    def calls(part: object) -> bool:
        if isinstance(part, CompValue):
            return part.name == "ServiceGraphPattern" or any(calls(value) for value in part.values())
        return isinstance(part, list | tuple | ParseResults) and any(calls(value) for value in part)

    try:
        refused = calls(parseQuery(text))
    except ParseBaseException:
        refused = True
    if refused:
        raise QueryError(f"{path}: SERVICE is refused", "a query asks this graph and no other server")
