"""Asks the compiled queries of a store, and reads their rows as results."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, QuerySolutions, Store

from mea_kg.namespaces import RDFS
from mea_kg.shacl.compiling import Compiled
from mea_kg.shacl.queries import Query, Source
from mea_kg.shacl.results import Result
from mea_kg.shacl.terms import Term, rows_of, with_hierarchy

Graph = NamedNode | BlankNode | DefaultGraph
_WORKERS = 2
_MANY = 400
"""From how many nodes on it is quicker to ask about all, and leave out the others."""
_OF_CLASS = re.compile(
    r"(VALUES \?this \{[^{}]*\})\s*(VALUES \?this_class \{[^{}]*\}\s*\?this <[^<>]*> \?this_class \.)"
)
"""Given nodes of some classes. Where many are given the store would read all of each class instead of theirs."""
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
    aimed: dict[tuple[str, frozenset[NamedNode | Literal]], list[str]] = {}
    asked: list[tuple[Query, str]] = []
    queries = list(queries)
    known: dict[int, frozenset[NamedNode | Literal]] = {}
    for query, foci in queries:
        text = query.text
        if foci is not None:
            nodes = known.setdefault(id(foci), frozenset(foci))
            if (query.domain, nodes) not in aimed:
                iris = [str(node) for node in nodes]
                domain = _OF_CLASS.sub(r"\1 FILTER EXISTS { \2 }", with_hierarchy(query.domain, below, iris))
                targets = f"SELECT DISTINCT ?this {{ {domain} }}"
                rows = _rows(store, graphs, targets) if nodes else ()
                aimed[query.domain, nodes] = [str(row["this"]) for row in rows]
            if not aimed[query.domain, nodes]:
                continue
            text = query.for_few.replace(query.domain, rows_of("?this", aimed[query.domain, nodes]))
        asked.append((query, with_hierarchy(text, below)))
    found: set[Result] = set()
    # The store gives up Python's lock while it answers: two workers take a little over half the time of one.
    with nullcontext(workers) if workers else ThreadPoolExecutor(_WORKERS) as pool:
        answers = pool.map(lambda pair: _answer(store, graphs, pair[1]), asked)
        for (query, _), answer in zip(asked, answers, strict=True):
            for row in answer:
                found.update(results_of(query, row))
    return found


def _rows(store: Store, graphs: Sequence[Graph], text: str) -> QuerySolutions:
    solutions = store.query(text, default_graph=list(graphs))
    assert isinstance(solutions, QuerySolutions)
    return solutions


def _answer(store: Store, graphs: Sequence[Graph], text: str) -> list[dict[str, Term]]:
    rows = _rows(store, graphs, text)
    variables = [variable.value for variable in rows.variables]
    return [{name: term for name in variables if (term := row[name]) is not None} for row in rows]


def hierarchy(store: Store, graphs: Sequence[Graph]) -> dict[str, set[str]]:
    """The classes below each class that has any, by IRIs."""
    narrower: dict[str, list[str]] = {}
    for lower, upper in _rows(store, graphs, f"SELECT ?lower ?upper {{ ?lower <{RDFS}subClassOf> ?upper }}"):
        if isinstance(lower, NamedNode) and isinstance(upper, NamedNode):
            narrower.setdefault(upper.value, []).append(lower.value)
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
