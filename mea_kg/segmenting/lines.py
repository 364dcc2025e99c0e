"""The lines of a source document, those of one table row made one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mea_kg.texts import laid_out

_LAYOUT = " \t\r\f\v\xa0\ufeff"
_ROW_LINES = 3
_WIDEST_PAGE = 110


@dataclass(frozen=True)
class Line:
    """A line that is not blank: its raw offsets and its words, without white space at the ends.

    `after_blank` says that a paragraph ends before it: a blank line, or any line of a text that is not wrapped.
    """

    start: int
    end: int
    text: str
    after_blank: bool
    row: bool = False


def lines_of(raw: str) -> list[Line]:
    """The lines of a raw text that are not blank; a table row over several lines is one."""
    return list(_with_rows(_lines(laid_out(raw))))


def _lines(layout: str) -> list[Line]:
    rows = layout.split("\n")
    # Where lines are longer than any page is wide, nothing is wrapped: each line is a paragraph.
    unwrapped = any(len(row) > _WIDEST_PAGE and "|" not in row for row in rows)
    lines = []
    offset, blank = 0, True
    for row in rows:
        if words := row.strip(_LAYOUT):
            start = offset + len(row) - len(row.lstrip(_LAYOUT))
            lines.append(Line(start, start + len(words), words, blank or unwrapped))
        blank = not words
        offset += len(row) + 1
    return lines


def _with_rows(lines: list[Line]) -> Iterator[Line]:
    """The lines, with those that a table row is spread over made one.

    A row has a bar; it goes on until a line ends with one. In a table, a line without a bar begins the row
    that the next line ends, if that one does not begin with a bar.
    """
    index = 0
    in_table = False
    while index < len(lines):
        line, last = lines[index], index
        below = []
        for other in lines[index + 1 : index + _ROW_LINES]:
            if other.after_blank or other.text.startswith("|"):
                break
            below.append(other.text)
        closing = next((at for at, words in enumerate(below) if words.endswith("|")), None)
        row = "|" in line.text or (
            in_table and bool(below) and below[0].endswith("|") and not line.after_blank
        )
        if row and not line.text.endswith("|") and closing is not None:
            last = index + 1 + closing
        words = " ".join(one.text for one in lines[index : last + 1])
        yield replace(line, end=lines[last].end, text=words, row=row)
        in_table = row
        index = last + 1
