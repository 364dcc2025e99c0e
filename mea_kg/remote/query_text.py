"""What must be known of a query's text to send it to a server in pieces: its form, its graphs, its body."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mea_kg.sparql.tokens import tokens_of

_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


@dataclass(frozen=True)
class QueryText:
    """A query: its form (SELECT, ...), what stands before that word, its graphs as written, and the rest without them.

    `distinct`, `ordered` and `limited` say that the outermost SELECT has DISTINCT, ORDER BY, and LIMIT or OFFSET;
    `closed` that something follows those: VALUES.
    """

    form: str
    prologue: str
    graphs: str
    body: str
    distinct: bool
    ordered: bool
    limited: bool
    closed: bool

    def page(self, variables: list[str], size: int, offset: int) -> str:
        """A SELECT for one page of the solutions of this SELECT, in the same order for each page."""
        columns = " ".join(f"?{name}" for name in variables)
        order = ""
        if not self.limited and not self.closed:
            # Rows that the query's own order leaves as they come would move from page to page.
            order = f"\n{columns}" if self.ordered else f"\nORDER BY {columns}"
        return (
            f"{self.prologue}SELECT *\n{self.graphs}WHERE {{ {{\n{self.body}{order}\n}} }}\n"
            f"LIMIT {size} OFFSET {offset}"
        )

    def count(self) -> str:
        """A SELECT for how many solutions this SELECT has, as `?n`."""
        return f"{self.prologue}SELECT (COUNT(*) AS ?n)\n{self.graphs}WHERE {{ {{\n{self.body}\n}} }}"


def read_query(text: str) -> QueryText:
    """The parts of a query's text; the form is empty where there is none of the four words.

    >>> query = read_query("PREFIX a: <urn:a#>\\nSELECT ?from FROM <urn:g> WHERE { ?from a:b 'FROM' }")
    >>> query.form, query.graphs, query.body
    ('SELECT', 'FROM <urn:g>\\n', "SELECT ?from  WHERE { ?from a:b 'FROM' }")
    """
    form, start, depth = "", len(text), 0
    graphs: list[str] = []
    cuts: list[tuple[int, int]] = []
    words: set[str] = set()
    begun: int | None = None
    for token in tokens_of(text):
        depth += token.signs("{") - token.signs("}")
        if not form and token.says(*_FORMS):
            form, start = token.text.upper(), token.start
        elif form and depth == 0 and token.says("FROM"):
            begun = token.start
        elif begun is not None and token.kind in ("iri", "name"):
            graphs.append(text[begun : token.end])
            cuts.append((begun, token.end))
            begun = None
        elif depth == 0 and token.kind == "word":
            words.add(token.text.upper())
    body, end = "", len(text)
    for cut in reversed(cuts):
        body = text[cut[1] : end] + body
        end = cut[0]
    return QueryText(
        form,
        text[:start],
        "".join(f"{graph}\n" for graph in graphs),
        text[start:end] + body,
        re.match(r"SELECT\s+DISTINCT\b", text[start:end], re.IGNORECASE) is not None,
        "ORDER" in words,
        bool(words & {"LIMIT", "OFFSET"}),
        "VALUES" in words,
    )
