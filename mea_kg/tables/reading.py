"""One table: its CSV file with its metadata -> triples, places and references, or findings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pyoxigraph import Triple

from mea_kg.findings import VIOLATION, Finding
from mea_kg.namespaces import VOCAB, shortened
from mea_kg.places import Place
from mea_kg.references import Catalogue, Reference
from mea_kg.tables.cubes import Cube
from mea_kg.tables.metadata import SUFFIX, Description, MetadataReader
from mea_kg.tables.rows import RowReader

ENDING = ".csv"


@dataclass
class Table:
    """A table as read; without triples where something is wrong with it.

    `lines` has the place of each node, by IRI, and `field_lines` that of each cell that says something of its
    row, by IRI and column. `terms` are the properties and concepts that the metadata names.
    """

    path: Path
    file: str
    triples: list[Triple] = field(default_factory=list)
    lines: dict[str, Place] = field(default_factory=dict)
    field_lines: dict[tuple[str, str], Place] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    terms: list[tuple[str, Place]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def table_paths(folder: Path) -> set[Path]:
    """The tables in and below a folder: those that have a CSV file, metadata, or both."""
    described = folder.rglob(f"*{ENDING}{SUFFIX}")
    return {
        *folder.rglob(f"*{ENDING}"),
        *(path.with_name(path.name.removesuffix(SUFFIX)) for path in described),
    }


def read_table(path: Path, file: str, original: Path | None = None) -> Table:
    """Read a CSV file and the metadata beside it; `file` is its name in messages.

    Without metadata beside it, those of the `original` that it is a changed copy of are read.
    """
    table = Table(path, file)
    metadata = path.with_name(path.name + SUFFIX)
    if not metadata.is_file() and original is not None:
        metadata = original.with_name(original.name + SUFFIX)
    if not metadata.is_file():
        hint = f"Describe the columns in {metadata.name}, beside it (docs/tables.md)."
        table.findings.append(_finding(Place(file, 1, 1), "table-file", f"there is no {metadata.name}", hint))
        return table
    reader = MetadataReader(metadata, file + SUFFIX)
    description = reader.read()
    if description is not None and description.csv.name != path.name:
        reader.report(
            reader.line_of("url"), "table-metadata", "`url` is not the table beside it", f"Write {path.name}."
        )
    elif description is not None:
        _read_rows(replace(description, csv=path), table)
    table.findings.extend(reader.findings)
    return table


def _read_rows(description: Description, table: Table) -> None:
    reader = RowReader(description, table.file)
    rows = reader.read()
    table.findings.extend(reader.findings)
    if reader.findings:
        return
    cube = Cube(description, rows)
    table.triples, table.references = cube.triples, cube.references
    table.lines, table.field_lines = cube.lines, cube.field_lines
    for column in description.columns:
        if column.predicate:
            table.terms.append((column.predicate, column.place))
        concepts = (text for text, datatype in column.said.values() if not datatype)
        table.terms.extend((iri, column.place) for iri in concepts if iri.startswith(VOCAB))


def check_table(table: Table, catalogue: Catalogue, terms: Collection[str]) -> Iterator[Finding]:
    """The findings on references to nodes that are not in the catalogue, and on terms that are not defined."""
    for link in table.references:
        name = shortened(link.iri)
        details = {"entity": shortened(link.subject), "field": link.key, "found": name}
        if not catalogue.has(name):
            near = catalogue.nearest(name)
            hint = f"Did you mean {' or '.join(near)}?" if near else "Define it, or correct the cell."
            message = f"{name} is not defined in any file"
            yield _finding(link.place, "undefined-reference", message, hint, **details)
        elif link.iri == link.subject:
            hint = "Name the row of the total."
            yield _finding(link.place, "own-addend", "the row is reckoned from itself", hint, **details)
    for iri, place in table.terms:
        if iri not in terms:
            message = f"{shortened(iri)} is not defined in the ontology"
            hint = "Measures are concepts of ontology/vocabularies/measures.ttl."
            yield _finding(place, "unknown-concept", message, hint, found=iri)


def _finding(place: Place, rule: str, message: str, hint: str, **details: Any) -> Finding:
    return Finding(place.file, place.line, place.column, VIOLATION, rule, message, hint=hint, **details)
