"""Answers in the formats that people and programs read."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode

from mea_kg.errors import QueryError
from mea_kg.folding import link_to
from mea_kg.namespaces import PREFIXES, XSD
from mea_kg.readable import as_citations, as_markdown, as_table
from mea_kg.results import Answer, Result, Statements, Term, Truth

FORMATS = ("table", "csv", "tsv", "json", "markdown", "citation", "turtle")
READABLE = ("table", "markdown", "citation")
OF_ROWS = tuple(name for name in FORMATS if name != "turtle")
"""The formats of what is never triples."""


def render(result: Result, format: str = "table", width: int | None = None) -> str:
    """The result in one of `FORMATS`; `width` is that of the terminal, for tables.

    Triples are Turtle whatever the format. Raises `QueryError` where the form of the result does not allow it.
    """
    if format not in FORMATS:
        raise QueryError(f"there is no format {format!r}", f"one of: {', '.join(FORMATS)}")
    if isinstance(result, Statements):
        if format not in ("table", "turtle"):
            raise QueryError(f"triples cannot be written as {format}", "use --format turtle")
        return as_turtle(result)
    if format == "turtle":
        raise QueryError("rows cannot be written as turtle", "turtle is for CONSTRUCT and DESCRIBE")
    if format == "json":
        return as_json(result)
    if isinstance(result, Truth):
        return f"{str(result.value).lower()}\n"
    if format == "csv":
        return as_csv(result)
    if format == "tsv":
        return as_tsv(result)
    if format == "markdown":
        return as_markdown(result)
    if format == "citation":
        return as_citations(result)
    return as_table(result, width)


def as_json(result: Answer | Truth) -> str:
    """SPARQL 1.1 Query Results JSON."""
    document: dict[str, Any]
    if isinstance(result, Truth):
        document = {"head": {}, "boolean": result.value}
    else:
        bindings = [
            {
                name: _json_term(term)
                for name, term in zip(result.variables, row, strict=True)
                if term is not None
            }
            for row in result.rows
        ]
        document = {"head": {"vars": list(result.variables)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def as_csv(answer: Answer) -> str:
    """Comma-separated values: one row for each piece of evidence, IRIs in full, and the link to the phrase."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows(_tidy(answer))
    return stream.getvalue()


def as_tsv(answer: Answer) -> str:
    """Tab-separated values, as `as_csv`; tabs, line ends and backslashes within a value are escaped."""
    escapes = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
    return "".join("\t".join(cell.translate(escapes) for cell in row) + "\n" for row in _tidy(answer))


def as_turtle(statements: Statements) -> str:
    """The triples in Turtle, sorted."""
    triples = sorted(set(statements.triples), key=str)
    used = "".join(str(triple) for triple in triples)
    prefixes = {name: iri for name, iri in PREFIXES.items() if iri in used}
    written = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.TURTLE, prefixes=prefixes)
    return (written or b"").decode("utf-8")


def _tidy(answer: Answer) -> list[list[str]]:
    names = list(answer.variables)
    linked = "address" in names and "phrase" in names and "document" in names
    rows = [[*names, "link"] if linked else names]
    for terms in answer.rows:
        row = ["" if term is None else term.value for term in terms]
        if linked:
            row.append(link_to(row[names.index("address")], row[names.index("phrase")]))
        rows.append(row)
    return rows


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    written = {"type": "literal", "value": term.value}
    if term.language:
        written["xml:lang"] = term.language
    elif term.datatype.value != XSD + "string":
        written["datatype"] = term.datatype.value
    return written
