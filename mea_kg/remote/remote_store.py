"""A graph on a server, asked in the way that the embedded store is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    Triple,
)

from mea_kg.errors import RemoteError
from mea_kg.remote.protocol import Results, SparqlService
from mea_kg.remote.query_text import QueryText, read_query
from mea_kg.remote.retrying import patiently
from mea_kg.selecting import Graphs

Subject: TypeAlias = "NamedNode | BlankNode | Triple"
Object: TypeAlias = "NamedNode | BlankNode | Literal | Triple"

_PAGE = 5_000
# No server that anybody can use gives fewer rows than this.
_FEW = 10
_TRIED = 32


class RemoteStore:
    """A server's graph, for reading: whole answers, whatever the server's limit of rows.

    A server may cut an answer without a word. It has not cut one that is shorter than another that it gave: so the
    first answer of some length has a trial before it, and one that is longer than any before is counted.
    """

    def __init__(self, service: SparqlService) -> None:
        self._service = service
        self._most: int | None = None

    def query(
        self, query: str, *, default_graph: Graphs | None = None
    ) -> QuerySolutions | QueryBoolean | Iterator[Triple]:
        """The answer to a query, of which `default_graph` are the graphs where it names none.

        Raises `RemoteError`.
        """
        read = read_query(query)
        named = (graph.value for graph in default_graph or () if isinstance(graph, NamedNode))
        graphs = () if read.graphs else tuple(named)
        if read.form in ("CONSTRUCT", "DESCRIBE"):
            return iter(patiently(lambda: self._service.construct(query, graphs), after_timeout=False))
        results = self._asked(query, graphs)
        answer = results.parsed()
        if isinstance(answer, QueryBoolean):
            return answer
        variables = [variable.value for variable in answer.variables]
        rows = results.number()
        if results.limit is not None or rows >= self._limit(rows):
            self._most = max(rows, self._most or 0)
            return self._whole(read, graphs, results, variables, rows).solutions()
        return results.solutions()

    def _asked(self, text: str, graphs: Sequence[str] = ()) -> Results:
        return patiently(lambda: self._service.query(text, graphs), after_timeout=False)

    def _limit(self, rows: int) -> int:
        """An answer of fewer rows than this is whole."""
        if self._most is None:
            if rows < _FEW:
                return _FEW
            numbers = " ".join(map(str, range(_TRIED)))
            trial = f"SELECT ?a WHERE {{ VALUES ?a {{ {numbers} }} VALUES ?b {{ {numbers} }} }}"
            self._most = self._asked(trial).number()
        return self._most

    def quads_for_pattern(
        self,
        subject: Subject | None,
        predicate: NamedNode | None,
        object: Object | None,
        graph_name: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """The statements of that form, None for any; those of one graph, or of all. Raises `RemoteError`."""
        given = {"?s": subject, "?p": predicate, "?o": object, "?g": graph_name}
        s, p, o, g = (str(term) if term else name for name, term in given.items())
        # The terms stand in the pattern: bound by BIND or VALUES, Virtuoso goes through the whole graph.
        found = self.query(f"SELECT * WHERE {{ GRAPH {g} {{ {s} {p} {o} }} }}")
        assert isinstance(found, QuerySolutions)
        for row in found:
            yield Quad(subject or row["s"], predicate or row["p"], object or row["o"], graph_name or row["g"])

    def _whole(
        self, query: QueryText, graphs: Sequence[str], first: Results, variables: list[str], rows: int
    ) -> Results:
        """All solutions of a query of which the server may have sent a part."""
        total = int(next(self._asked(query.count(), graphs).solutions())["n"].value)
        if total <= rows:
            return first
        merged: list[object] = []
        while len(merged) < total:
            page = self._asked(query.page(variables, _PAGE, len(merged)), graphs)
            found = page.rows()
            if not found:
                break
            merged += found
        distinct = len({json.dumps(row, sort_keys=True) for row in merged}) if query.distinct else len(merged)
        if len(merged) != total or distinct != total:
            raise RemoteError(
                f"{self._service.query_address}: the answer has {total:,} rows, and by pages the server gave "
                f"{len(merged):,}, {distinct:,} of them different",
                "somebody may be changing the graph: try again",
            )
        content = json.dumps({"head": {"vars": variables}, "results": {"bindings": merged}}).encode()
        return Results(content, None, self._service.query_address)
