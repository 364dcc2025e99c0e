"""`mea-kg validate`: check the graph, or entries together with it, against the shapes."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from mea_kg import resources
from mea_kg.cli._cache import cache_folder
from mea_kg.cli._files import add_folders
from mea_kg.cli._streams import complain, write
from mea_kg.errors import ContradictionError, EntryErrors, InputError
from mea_kg.findings import INFO, VIOLATION, WARNING, Finding

if TYPE_CHECKING:
    from mea_kg.reports import Report

HELP = "check the graph, or entries together with it, against the shapes"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="entries in YAML, checked together with the curated ones (default: the whole graph)",
    )
    parser.add_argument("--format", choices=("text", "json", "turtle"), default="text", help="default: text")
    add_folders(parser)
    parser.add_argument(
        "--engine",
        choices=("sparql", "pyshacl"),
        default="sparql",
        help="shapes compiled to SPARQL, or by the reference engine pySHACL (slow)",
    )
    parser.add_argument("--shapes", type=Path, metavar="FOLDER", help="shapes (default: the package's)")


def run(arguments: argparse.Namespace) -> int:
    """Print what is wrong; 1 if anything is, 0 if there are only warnings and remarks, or nothing."""
    try:
        report = _report(arguments)
    except EntryErrors as errors:
        if arguments.format == "turtle":
            complain(str(errors))
        else:
            write(
                _as_json(errors.findings, False) if arguments.format == "json" else _as_text(errors.findings)
            )
        return 1
    except ContradictionError as error:
        complain(str(error))
        return 1
    for shape in report.handed_on:
        complain(f"checked by pySHACL, as it is not compiled: {shape}")
    if arguments.format == "turtle":
        write(report.as_turtle())
    elif arguments.format == "json":
        write(_as_json(report.findings, report.conforms))
    else:
        write(_as_text(report.findings))
    return 0 if report.conforms else 1


def _report(arguments: argparse.Namespace) -> Report:
    from mea_kg.building import read_context
    from mea_kg.graph import KnowledgeGraph
    from mea_kg.validation import validate, validate_files

    data = arguments.data or resources.data_folder()
    ontology = arguments.ontology or resources.ontology_folder()
    shapes = arguments.shapes or resources.shapes_folder()
    for path in arguments.files:
        if path.suffix not in (".yaml", ".yml"):
            raise InputError(f"{path}: not a YAML file", "name files that end in .yaml")
        if not path.is_file():
            raise InputError(f"{path}: no such file", "name files that exist")
    if arguments.files:
        return validate_files(arguments.files, data, ontology, shapes, arguments.engine)
    graph = KnowledgeGraph.load(data, ontology, cache=cache_folder())
    return validate(graph.store, graph.places, shapes, read_context(data), engine=arguments.engine)


def _as_text(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    summary = ", ".join(
        f"{counts[severity]} {word}{'' if counts[severity] == 1 else 's'}"
        for severity, word in ((VIOLATION, "violation"), (WARNING, "warning"), (INFO, "remark"))
    )
    verdict = "does not conform" if counts[VIOLATION] else "conforms"
    return "\n\n".join([*(finding.as_text() for finding in findings), f"{verdict}: {summary}\n"])


def _as_json(findings: Sequence[Finding], conforms: bool) -> str:
    content = {"conforms": conforms, "findings": [asdict(finding) for finding in findings]}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
