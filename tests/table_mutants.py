"""Mutants of tables: one cell emptied, misspelt, of the wrong kind, a neighbour's or another column's; a row or header.

A mutant is a change of the lines of a CSV file. What it leaves is read, and checked, as if it stood in the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from mea_kg.tables.metadata import ROW, Column, Description
from tests.mutants import ELSEWHERE, transposed

TABLE_OPERATIONS = (
    "cell emptied",
    "value misspelt",
    "wrong kind",
    "neighbour's value",
    "exchanged with another column",
    "row dropped",
    "row doubled",
    "header misspelt",
)
FIGURE, HEADING = "figure", "heading"


@dataclass(frozen=True)
class TableMutant:
    """A changed line of a table: `line` is its number, from 1, and `lines` are what stands there instead.

    `key` is the column, `sort` what it holds; where the row as a whole is changed, `key` is empty and `sort` says
    whether it has figures.
    """

    file: str
    line: int
    key: str
    sort: str
    operation: str
    before: str
    after: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.key}: {self.operation}: {self.before!r} -> {self.after!r}"

    def applied(self, lines: list[str]) -> str:
        """The text of the file with the change, from its lines."""
        return "\n".join([*lines[: self.line - 1], *self.lines, *lines[self.line :]]) + "\n"


def table_mutants(
    file: str, lines: list[str], description: Description, seed: int = 0
) -> Iterator[TableMutant]:
    """All mutants of a table, in its order; which signs of a cell change is drawn with the seed."""
    random = Random(f"{seed} {file}")
    rows = [_split(line) for line in lines]
    header = rows[0]
    for index, name in enumerate(header):
        wrong = transposed(name, random)
        changed = _joined([*header[:index], wrong, *header[index + 1 :]])
        yield TableMutant(file, 1, name, "", "header misspelt", name, wrong, (changed,))
    for number, row in enumerate(rows[1:], 2):
        line = lines[number - 1]
        pairs = zip(description.columns, row, strict=True)
        sort = FIGURE if any(column.has_figures and cell for column, cell in pairs) else HEADING
        yield TableMutant(file, number, "", sort, "row dropped", row[0], "", ())
        yield TableMutant(file, number, "", sort, "row doubled", row[0], row[0], (line, line))
        for index, column in enumerate(description.columns):
            others = [other[index] for other in (*rows[number:], *rows[1 : number - 1])]
            for operation, cells in _changes(row, index, description.columns, others, random):
                after = cells[index]
                yield TableMutant(
                    *(file, number, column.name, sort_of(column), operation, row[index], after),
                    (_joined(cells),),
                )


def _changes(
    row: list[str], index: int, columns: tuple[Column, ...], others: list[str], random: Random
) -> Iterator[tuple[str, list[str]]]:
    cell, sort = row[index], sort_of(columns[index])

    def replaced(text: str) -> list[str]:
        return [*row[:index], text, *row[index + 1 :]]

    if cell:
        yield "cell emptied", replaced("")
        yield "value misspelt", replaced(_misspelt(cell, random))
        wrong = "several" if sort in (FIGURE, "literal") else ELSEWHERE
        yield "wrong kind", replaced(wrong)
    if other := next((text for text in others if text != cell), None):
        yield "neighbour's value", replaced(other)
    for second in range(index + 1, len(row)):
        if sort_of(columns[second]) == sort and row[second] != cell:
            exchanged = replaced(row[second])
            exchanged[second] = cell
            yield "exchanged with another column", exchanged
            break


def _misspelt(text: str, random: Random) -> str:
    """The text with two neighbours exchanged; another digit for one that has no unlike neighbour."""
    if wrong := transposed(text, random, lengthened=False):
        return wrong
    places = [index for index, sign in enumerate(text) if sign.isdigit()]
    if not places:
        return text + "x"
    index = random.choice(places)
    digit = random.choice([digit for digit in "123456789" if digit != text[index]])
    return text[:index] + digit + text[index + 1 :]


def sort_of(column: Column) -> str:
    """What the cells of a column are: key, figure, reference, literal (a number or truth value) or text."""
    if column.name == ROW:
        return "key"
    if column.has_figures:
        return FIGURE
    if column.value_url:
        return "reference"
    return "text" if column.datatype == "string" else "literal"


def _split(line: str) -> list[str]:
    return next(csv.reader([line]))


def _joined(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
