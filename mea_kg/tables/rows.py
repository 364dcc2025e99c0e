"""The rows of a table: its CSV file, read against its description, with the place of each cell."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mea_kg.encodings import read_text
from mea_kg.findings import VIOLATION, Finding
from mea_kg.places import Place
from mea_kg.tables.cells import Cell, read_cell
from mea_kg.tables.metadata import ROW, Column, Description

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MARK = "\ufeff"


@dataclass(frozen=True)
class Row:
    """A row: its key, its cells as printed, those that are figures as read, and the place of each, by column."""

    key: str
    place: Place
    texts: dict[str, str]
    cells: dict[str, Cell]
    places: dict[str, Place]


class RowReader:
    """Reads the rows of one table; `findings` has what is wrong with them."""

    def __init__(self, description: Description, file: str) -> None:
        self.findings: list[Finding] = []
        self._description = description
        self._file = file

    def read(self) -> list[Row]:
        """The rows, in the order of the file; without those that have not the right number of cells."""
        path = self._description.csv
        if not os.path.lexists(path):
            self._report(Place(self._file, 1, 1), "table-file", f"there is no {path.name}", "Add the file.")
            return []
        text = read_text(path, self._report, self._file)
        if text is None:
            return []
        if text.startswith(_MARK):
            hint = "Save the file without a byte order mark."
            self._report(Place(self._file, 1, 1), "encoding", "a byte order mark", hint)
        lines = text.removeprefix(_MARK).splitlines()
        names = [column.name for column in self._description.columns]
        if not lines or (found := _split(lines[0])) != names:
            self._header(found if lines else [], names)
            return []
        rows = [row for number, line in enumerate(lines[1:], 2) if (row := self._row(number, line, names))]
        self._check_keys(rows)
        return rows

    def _header(self, found: list[str], names: list[str]) -> None:
        missing = [name for name in names if name not in found]
        strange = [name for name in found if name not in names]
        message = "the header is not that of the metadata"
        if missing:
            message = f"the column {missing[0]} is missing"
        elif strange:
            message = f"the column {strange[0]} is not in the metadata"
        hint = "Write the names of the columns in the order of the metadata."
        details = {"found": ",".join(found), "expected": ",".join(names)}
        self._report(Place(self._file, 1, 1), "table-header", message, hint, **details)

    def _row(self, number: int, line: str, names: list[str]) -> Row | None:
        place = Place(self._file, number, 1)
        texts = _split(line)
        if line.count('"') % 2 or len(texts) != len(names):
            message = f"the row has {len(texts)} cells, and the table has {len(names)} columns"
            hint = 'A figure with a comma stands in double quotes ("2,166.5"); each row is one line.'
            self._report(place, "table-cells", message, hint, found=line)
            return None
        columns = zip(self._description.columns, texts, _starts(line), strict=True)
        row = Row(texts[names.index(ROW)], place, dict(zip(names, texts, strict=True)), {}, {})
        for column, text, start in columns:
            row.places[column.name] = Place(self._file, number, start)
            self._read(row, column, text)
        return row

    def _read(self, row: Row, column: Column, text: str) -> None:
        place = row.places[column.name]
        details = {"entity": row.key, "field": column.name, "found": text}
        if text != text.strip():
            self._report(place, "table-cell", "space at the end of a cell", "Remove the space.", **details)
        if column.has_figures:
            try:
                row.cells[column.name] = read_cell(text.strip())
            except ValueError as error:
                hint = (
                    "Write the figure as printed, with its commas; footnote marks go into the column `mark`."
                )
                self._report(place, "table-cell", str(error), hint, **details)
        elif column.required and not text:
            self._report(place, "table-cell", f"the cell {column.name} is blank", "Fill it in.", **details)
        elif column.datatype == "decimal" and text:
            try:
                read_cell(text)
            except ValueError:
                self._report(place, "table-cell", "not a number", "Write a number, such as 13.", **details)
        elif column.datatype == "boolean" and text not in ("", "true", "false"):
            self._report(place, "table-cell", "neither true nor false", "Write true, or nothing.", **details)

    def _check_keys(self, rows: list[Row]) -> None:
        first: dict[str, Place] = {}
        for row in rows:
            place = row.places[ROW]
            details = {"entity": row.key, "field": ROW, "found": row.key}
            if not _KEY.fullmatch(row.key):
                hint = "Lower-case letters, digits and hyphens, such as staff-costs."
                self._report(place, "row-key", "the key of the row is not a word", hint, **details)
            elif row.key in first:
                message = f"the row {row.key} stands twice, first in line {first[row.key].line}"
                self._report(place, "row-twice", message, "Remove one, or give it another key.", **details)
            first.setdefault(row.key, place)

    def _report(self, place: Place, rule: str, message: str, hint: str, **details: Any) -> None:
        finding = Finding(
            place.file, place.line, place.column, VIOLATION, rule, message, hint=hint, **details
        )
        self.findings.append(finding)


def values_of(row: Row, column: Column) -> Iterator[str]:
    """The values of a cell that says something of its row: several where the column has a separator."""
    text = row.texts[column.name]
    parts = text.split(column.separator) if column.separator else [text]
    return (part for part in parts if part)


def _split(line: str) -> list[str]:
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        # A cell of more than 128 kB, say: the row has not the cells of the table.
        return []


def _starts(line: str) -> list[int]:
    """The column, from 1, in which each cell of a line begins."""
    starts, quoted = [1], False
    for index, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            starts.append(index + 2)
    return starts
