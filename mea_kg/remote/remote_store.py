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

Subject: TypeAlias = "NamedNode | BlankNode | Triple"
Object: TypeAlias = "NamedNode | BlankNode | Literal | Triple"

_PAGE = 5_000
# Limits of rows are round numbers; an answer of as many rows may have been cut without a word.
_ROUND = 100


class RemoteStore:
    """A server's graph, for reading: whole answers, whatever the server's limit of rows."""

    def __init__(self, service: SparqlService) -> None:
        self._service = service

    def query(
        self, query: str, *, default_graph: Sequence[NamedNode] | None = None
    ) -> QuerySolutions | QueryBoolean | Iterator[Triple]:
        """The answer to a query, of which `default_graph` are the graphs where it names none.

        Raises `RemoteError`.
        """
        read = read_query(query)
        graphs = () if read.graphs else tuple(graph.value for graph in default_graph or ())
        if read.form in ("CONSTRUCT", "DESCRIBE"):
            return self._service.construct(query, graphs)
        results = patiently(lambda: self._service.query(query, graphs))
        answer = results.parsed()
        if isinstance(answer, QueryBoolean):
            return answer
        variables = [variable.value for variable in answer.variables]
        rows = sum(1 for _ in answer)
        if results.limit is not None or (rows and rows % _ROUND == 0):
            results = self._whole(read, graphs, results, variables, rows)
        return results.solutions()

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
        counted = patiently(lambda: self._service.query(query.count(), graphs)).solutions()
        total = int(next(counted)["n"].value)
        if total <= rows:
            return first
        merged: list[object] = []
        while len(merged) < total:
            text = query.page(variables, _PAGE, len(merged))
            page = patiently(lambda: self._service.query(text, graphs))  # noqa: B023
            page.solutions()
            found = json.loads(page.content)["results"]["bindings"]
            if not found:
                break
            merged += found
        if len(merged) != total:
            raise RemoteError(
                f"{self._service.query_address}: the answer has {total:,} rows, and the server gave {len(merged):,}",
                "somebody may be changing the graph: try again",
            )
        content = json.dumps({"head": {"vars": variables}, "results": {"bindings": merged}}).encode()
        return Results(content, None, self._service.query_address)
