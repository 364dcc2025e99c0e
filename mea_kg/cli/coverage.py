"""`mea-kg coverage FOLDER`: each clause and table cell of the source documents, and what rests on it."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from mea_kg.cli._cache import cache_folder
from mea_kg.cli._streams import write

if TYPE_CHECKING:
    from mea_kg.coverage import CoveredClause, DocumentCoverage

HELP = "show the clauses and table cells of the source documents that no fact rests on"

_SHOWN = 300
_FAR = 200


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="holds the copies, under any names")
    parser.add_argument("--document", metavar="ID", help="show this source document only")
    parser.add_argument(
        "--facts", action="store_true", help="show every clause, with the facts that rest on it"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(arguments: argparse.Namespace) -> int:
    """Print the report; it judges nothing, so that the exit status is 0."""
    from mea_kg.coverage import coverage_of
    from mea_kg.documents import chosen, read_copies, source_documents
    from mea_kg.graph import KnowledgeGraph
    from mea_kg.namespaces import shortened

    graph = KnowledgeGraph.load(cache=cache_folder())
    copies = read_copies(arguments.folder, chosen(source_documents(graph.store), arguments.document))
    copies.require_some()
    coverages = coverage_of(graph.store, copies)
    if arguments.format == "json":
        content = [_content(coverage) for coverage in coverages]
        write(json.dumps({"documents": content}, ensure_ascii=False, indent=2) + "\n")
        return 0
    for coverage in coverages:
        write("".join(f"{line}\n" for line in _lines(coverage, arguments.facts)))
    for document in copies.missing:
        write(f"{shortened(document.iri)}: no file in {arguments.folder} is its text\n\n")
    return 0


def _lines(coverage: DocumentCoverage, facts: bool) -> Iterator[str]:
    from mea_kg.namespaces import shortened

    document = coverage.copy.document
    yield f"{shortened(document.iri)}  {document.title}".rstrip()
    yield f"file: {coverage.copy.path}"
    shares = [("clauses and headings", coverage.share_of_clauses(cells=False))]
    if coverage.share_of_clauses(cells=True)[1]:
        shares.append(("table cells", coverage.share_of_clauses(cells=True)))
    shares.append(("characters", coverage.share_of_characters))
    yield "with evidence: " + ", ".join(
        f"{some} of {every} {what} ({some / every:.0%})" for what, (some, every) in shares if every
    )
    yield f"names, numbers, dates and verbs not accounted for: {len(coverage.unaccounted)}"
    yield ""
    for row, group in groupby(
        coverage.clauses, key=lambda one: one.clause.path if one.clause.column else one
    ):
        clauses = list(group)
        shown = [one for one in clauses if facts or not one.covered or one.unaccounted]
        if shown:
            yield from _entry(clauses if isinstance(row, tuple) else shown, facts)
            yield ""


def _entry(clauses: list[CoveredClause], facts: bool) -> Iterator[str]:
    from mea_kg.namespaces import shortened

    first = clauses[0]
    place = f"line {first.line}" + (f", column {first.column}" if first.column > _FAR else "")
    yield f"{first.place}, {place}" if first.place else place
    text = textwrap.shorten(" | ".join(one.clause.text for one in clauses), _SHOWN, placeholder=" ...")
    yield f"  {text}"
    bare = [one for one in clauses if not one.covered]
    if bare and len(clauses) > 1 and len(bare) < len(clauses):
        yield "  no evidence: " + " | ".join(one.clause.text for one in bare)
    elif bare:
        yield "  no evidence"
    cells = bool(first.clause.column)
    mentions = [mention for one in clauses if one.covered or not cells for mention in one.unaccounted]
    if mentions:
        yield "  not accounted for: " + ", ".join(f"{one.kind} {one.text}" for one in mentions)
    if facts:
        for fact in sorted({fact for one in clauses for fact in one.facts}):
            yield f"  - {shortened(fact)}"


def _content(coverage: DocumentCoverage) -> dict[str, object]:
    document = coverage.copy.document
    shares = {
        "clauses": coverage.share_of_clauses(cells=False),
        "cells": coverage.share_of_clauses(cells=True),
        "characters": coverage.share_of_characters,
    }
    return {
        "document": document.iri,
        "title": document.title,
        "file": str(coverage.copy.path),
        "with evidence": {what: {"some": some, "of": every} for what, (some, every) in shares.items()},
        "clauses": [
            {
                "kind": one.clause.kind,
                "place": one.place,
                "line": one.line,
                "column": one.column,
                "start": one.clause.raw_start,
                "end": one.clause.raw_end,
                "text": one.clause.text,
                "covered": bool(one.covered),
                "facts": list(one.facts),
                "not accounted for": [{"kind": each.kind, "text": each.text} for each in one.unaccounted],
            }
            for one in coverage.clauses
        ],
    }
