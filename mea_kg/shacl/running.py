"""Asks the compiled queries of a store, and reads their rows as results."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, QuerySolutions, Store

from mea_kg.namespaces import RDFS
from mea_kg.shacl.compiling import Compiled
from mea_kg.shacl.queries import Query, Source
from mea_kg.shacl.results import Result
from mea_kg.shacl.scanning import Extents, Row, rows_about_all, targets_among
from mea_kg.shacl.terms import Term, rows_of, with_hierarchy

Graph = NamedNode | BlankNode | DefaultGraph
_WORKERS = 2
_MANY = 400
"""From how many nodes on it is quicker to ask about all, and leave out the others."""
_NAMED = re.compile(r"\{[?$](\w+)\}")


def validate(
    store: Store,
    graphs: Sequence[Graph],
    compiled: Compiled,
    only: Collection[str] | None = None,
    workers: Executor | None = None,
) -> list[Result]:
    """The results on the union of these graphs, sorted and each once.

    With `only`, IRIs, those about these focus nodes alone, which is quick for a few: the queries of shapes that
    none of them is a target of are not asked.

    Shapes that were refused have none here: give `compiled.rest` to another engine. A store on disk takes two to
    three times as long as a copy of it in memory. Classes without a name are not read as subclasses.
    """
    if only is not None and len(only) > _MANY:
        everything = validate(store, graphs, compiled, workers=workers)
        return [result for result in everything if getattr(result.focus_node, "value", "") in only]
    below = hierarchy(store, graphs)
    foci = None if only is None else [NamedNode(iri) for iri in only]
    found = results_about(store, graphs, [(query, foci) for query in compiled.queries], below, workers)
    return sorted(found, key=lambda result: result.sort_key)


def results_about(
    store: Store,
    graphs: Sequence[Graph],
    queries: Iterable[tuple[Query, Collection[NamedNode | Literal] | None]],
    below: Mapping[str, set[str]],
    workers: Executor | None = None,
) -> set[Result]:
    """The results of some queries, each about these nodes alone, or about all for None.

    A query that none of its nodes is a target of is not asked. `below` are the classes below each class.
    The queries are asked by `workers`, by default by two threads.
    """
    ask = partial(_answer, store, graphs)
    aimed: dict[tuple[str, frozenset[NamedNode | Literal]], list[str]] = {}
    asked: list[tuple[Query, str | None]] = []
    queries = list(queries)
    known: dict[int, frozenset[NamedNode | Literal]] = {}
    for query, foci in queries:
        if foci is None:
            asked.append((query, None))
            continue
        nodes = known.setdefault(id(foci), frozenset(foci))
        if (query.domain, nodes) not in aimed:
            aimed[query.domain, nodes] = [
                str(node) for node in targets_among(nodes, query.domain, ask, below)
            ]
        if aimed[query.domain, nodes]:
            text = query.for_few.replace(query.domain, rows_of("?this", aimed[query.domain, nodes]))
            asked.append((query, with_hierarchy(text, below)))
    extents = Extents.read(ask, [query for query, text in asked if text is None], below)

    def answer(query: Query, text: str | None) -> Sequence[Row]:
        return rows_about_all(query, ask, extents, below) if text is None else ask(text)

    found: set[Result] = set()
    # The store gives up Python's lock while it answers: two workers take a little over half the time of one.
    with nullcontext(workers) if workers else ThreadPoolExecutor(_WORKERS) as pool:
        answers = pool.map(lambda pair: answer(*pair), asked)
        for (query, _), rows in zip(asked, answers, strict=True):
            for row in rows:
                found.update(results_of(query, row))
    return found


def _answer(store: Store, graphs: Sequence[Graph], text: str) -> list[dict[str, Term]]:
    rows = store.query(text, default_graph=list(graphs))
    assert isinstance(rows, QuerySolutions)
    variables = [variable.value for variable in rows.variables]
    return [{name: term for name in variables if (term := row[name]) is not None} for row in rows]


def hierarchy(store: Store, graphs: Sequence[Graph]) -> dict[str, set[str]]:
    """The classes below each class that has any, by IRIs."""
    narrower: dict[str, list[str]] = {}
    for row in _answer(store, graphs, f"SELECT ?lower ?upper {{ ?lower <{RDFS}subClassOf> ?upper }}"):
        narrow, broad = row["lower"], row["upper"]
        if isinstance(narrow, NamedNode) and isinstance(broad, NamedNode):
            narrower.setdefault(broad.value, []).append(narrow.value)
    below: dict[str, set[str]] = {}
    for upper in narrower:
        waiting, reached = [upper], below.setdefault(upper, set())
        while waiting:
            new = [iri for iri in narrower.get(waiting.pop(), ()) if iri not in reached]
            reached.update(new)
            waiting.extend(new)
    return below


def results_of(query: Query, row: Mapping[str, Term]) -> Iterator[Result]:
    """What a row of the answer to a query says: a result for each of its sources that does not hold."""
    for index, source in enumerate(query.sources):
        if not query.tested or not _is_true(row.get(f"holds{index}")):
            yield _result(source, row)


def _is_true(term: object) -> bool:
    return isinstance(term, Literal) and term.value == "true"


def _result(source: Source, row: Mapping[str, Term]) -> Result:
    focus, path = row["this"], row.get("path")
    value = row.get("value", focus if source.about_focus else None)
    known = {**row, "value": value} if value is not None else row
    return Result(
        focus_node=focus,
        path=str(path) if isinstance(path, NamedNode) else source.path,
        value=value,
        component=source.component,
        severity=source.severity,
        source_shape=source.shape,
        source_constraint=source.constraint,
        message=_NAMED.sub(
            lambda match: known[match[1]].value if match[1] in known else match[0], source.message
        ),
    )
