"""`mea-kg build`: compile the graph anew and say what it holds."""

from __future__ import annotations

import argparse
from pathlib import Path

from mea_kg import resources
from mea_kg.cli._files import add_folders
from mea_kg.cli._streams import complain
from mea_kg.errors import ContradictionError, EntryErrors
from mea_kg.reporting import written

HELP = "compile the graph: load, check form and references, close, derive"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_folders(parser)
    parser.add_argument(
        "--engine",
        choices=("sparql", "owlrl"),
        default="sparql",
        help="closure and rules by compiled SPARQL, or by the reference engines owlrl and rdflib (slow)",
    )
    parser.add_argument(
        "--release", type=Path, metavar="FOLDER", help="write the files of a release into this new folder"
    )
    parser.add_argument("--rules", action="store_true", help="list what each derivation rule added")


def run(arguments: argparse.Namespace) -> int:
    """Build the graph and print its counts; 1 where the entries are wrong or contradict the ontology."""
    from mea_kg.building import build
    from mea_kg.statistics import size

    data = arguments.data or resources.data_folder()
    try:
        built = build(
            data,
            arguments.ontology or resources.ontology_folder(),
            arguments.engine,
        )
    except (EntryErrors, ContradictionError) as error:
        complain(written(error.findings, "text").rstrip())
        return 1
    authored, inferred = size(built.store)
    print(f"{len(built.loaded.files)} files, {authored} authored statements, {inferred} inferred")
    print(
        f"{built.closure} follow from the axioms, {sum(built.derived.values())} from {len(built.derived)} rules"
    )
    if arguments.rules:
        for rule, added in built.derived.items():
            print(f"{added:>8}  {rule}")
    if arguments.release is not None:
        from mea_kg.release.files import release, write_release

        files = release(built.store, data, resources.shapes_folder())
        print(f"{len(write_release(files, arguments.release))} files in {arguments.release}")
    return 0
