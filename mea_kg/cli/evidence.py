"""`mea-kg evidence FOLDER`: check every phrase against local copies of the source documents."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from mea_kg.cli._cache import cache_folder
from mea_kg.cli._streams import write

if TYPE_CHECKING:
    from mea_kg.evidence import EvidenceReport

HELP = "check every phrase of evidence against local copies of the source documents"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="holds the copies, under any names")
    parser.add_argument("--document", metavar="ID", help="check this source document only")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(arguments: argparse.Namespace) -> int:
    """Print the findings and the counts; 0 if every phrase is found, 1 if not."""
    from mea_kg.documents import chosen, read_copies, source_documents
    from mea_kg.evidence import check_evidence
    from mea_kg.graph import KnowledgeGraph

    graph = KnowledgeGraph.load(cache=cache_folder())
    copies = read_copies(arguments.folder, chosen(source_documents(graph.store), arguments.document))
    copies.require_some()
    report = check_evidence(graph.store, copies, graph.places)
    write((_as_json(report) if arguments.format == "json" else _as_text(report)) + "\n")
    return 0 if report.conforms else 1


def _as_text(report: EvidenceReport) -> str:
    from mea_kg.evidence import FOUND, NOT_CHECKED, NOT_FOUND
    from mea_kg.namespaces import shortened

    parts = [finding.as_text() + "\n" for finding in report.findings]
    lines = []
    for iri, copy in sorted(report.copies.by_document.items()):
        found, not_found, unchecked = (report.phrases[iri, name] for name in (FOUND, NOT_FOUND, NOT_CHECKED))
        without = f", {unchecked} without a phrase" if unchecked else ""
        lines.append(
            f"{shortened(iri)}: {found} phrases found, {not_found} not found{without} ({copy.path.name})"
        )
    for document in report.copies.missing:
        lines.append(
            f"{shortened(document.iri)}: {report.phrases[document.iri, NOT_CHECKED]} not checked, no copy"
        )
    at_hand = {*report.copies.by_document, *(document.iri for document in report.copies.missing)}
    others = sum(count for (iri, _), count in report.phrases.items() if iri not in at_hand)
    if others:
        lines.append(f"other documents: {others} pieces of evidence not checked, their text is not at hand")
    lines.append(
        f"pinpoints: {report.pinpoints[True]} hold, {report.pinpoints[False]} do not, "
        f"{report.pinpoints[None]} not checked"
    )
    printed = report.printed
    lines.append(
        f"values as printed: {printed['beside']} stand beside a phrase, {printed['elsewhere']} elsewhere only, "
        f"{printed['absent']} nowhere, {printed['unknown']} not checked"
    )
    return "\n".join([*parts, *lines])


def _as_json(report: EvidenceReport) -> str:
    from dataclasses import asdict

    content = {
        "conforms": report.conforms,
        "findings": [asdict(finding) for finding in report.findings],
        "phrases": [
            {"document": iri, "outcome": outcome, "count": count}
            for (iri, outcome), count in sorted(report.phrases.items())
        ],
        "pinpoints": {
            "hold": report.pinpoints[True],
            "do not hold": report.pinpoints[False],
            "not checked": report.pinpoints[None],
        },
        "as printed": dict(sorted(report.printed.items())),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)
