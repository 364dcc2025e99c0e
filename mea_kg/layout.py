"""Text on a terminal: columns that fit a width, wrapped by words, and no control character sent raw."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_GAP = "  "
_LONGEST_WORD = 20
# Control characters can command a terminal; the bidirectional ones can make it show what is not there.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_UNSAFE_BUT_LAYOUT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04X}"


def one_line(text: str) -> str:
    """The text in one line, white space runs as one blank, control characters as escapes.

    >>> one_line("two \\n lines\\x1b[31m")
    'two lines\\\\u001B[31m'
    """
    return _UNSAFE.sub(_escape, " ".join(re.split(r"[ \t\r\n\f\v\u00a0]+", text.strip())))


def safe(text: str) -> str:
    """The text with its lines and tabs, other control characters as escapes."""
    return _UNSAFE_BUT_LAYOUT.sub(_escape, text)


def width_of(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns, broken at blanks; a longer word is broken where it must be."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        candidate = f"{line} {word}" if line else word
        if width_of(candidate) <= width:
            line = candidate
            continue
        if line:
            lines.append(line)
        while width_of(word) > width:
            head = _head(word, width)
            lines.append(head)
            word = word[len(head) :]
        line = word
    return [*lines, line]


def _head(word: str, width: int) -> str:
    length = 1
    while width_of(word[: length + 1]) <= width:
        length += 1
    return word[:length]


def column_widths(rows: Sequence[Sequence[str]], width: int | None) -> list[int] | None:
    """How wide each column may be, so that the table fits `width`: the widest give way first, and equally.

    None where it does not fit without breaking words (of up to 20 columns).
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(width_of(cell) for cell in column) for column in columns]
    if width is None:
        return widths
    floors = [
        min(_LONGEST_WORD, max(width_of(word) for cell in column for word in cell.split(" ")))
        for column in columns
    ]
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - width
    while excess > 0:
        yielding = [index for index, floor in enumerate(floors) if widths[index] > floor]
        if not yielding:
            return None
        widths[max(yielding, key=widths.__getitem__)] -= 1
        excess -= 1
    return widths


def table(header: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> str:
    """A table in plain text: header, rule, rows; cells wrapped to fit `width` (None is any width).

    Where the columns do not fit beside each other, each row is a block with a line for each of its cells.
    """
    widths = column_widths([header, *rows], width)
    if widths is None:
        assert width is not None
        return "\n\n".join(_block(header, row, width) for row in rows)
    lines = [*_row(header, widths), _GAP.join("-" * value for value in widths)]
    for row in rows:
        lines += _row(row, widths)
    return "\n".join(lines)


def _block(header: Sequence[str], row: Sequence[str], width: int) -> str:
    names = max(width_of(name) for name in header)
    room = max(width - names - len(_GAP), _LONGEST_WORD)
    return "\n".join(
        line
        for name, cell in zip(header, row, strict=True)
        if cell
        for line in _row([name, cell], [names, room])
    )


def _row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    columns = [wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    height = max(len(column) for column in columns)
    return [
        _GAP.join(
            _padded(column[index] if index < len(column) else "", width)
            for column, width in zip(columns, widths, strict=True)
        ).rstrip()
        for index in range(height)
    ]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - width_of(text))
