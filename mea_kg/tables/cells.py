"""A cell as printed -> its state and its value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

FIGURE, ZERO, BLANK, DASH = "figure", "zero", "blank", "dash"

_FIGURE = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_DASHES = ("-", "\N{EN DASH}", "\N{EM DASH}")


@dataclass(frozen=True)
class Cell:
    """A cell: the text as printed, its state, and its canonical decimal (None for a blank cell or a dash)."""

    printed: str
    state: str
    value: str | None = None


def read_cell(printed: str) -> Cell:
    """Read a cell; the value is in the unit as printed, so that 525.3 thousand stays 525.3.

    Raises:
        ValueError: the text is no figure, dash or blank.

    >>> read_cell("2,166.50")
    Cell(printed='2,166.50', state='figure', value='2166.5')
    >>> read_cell("0.0").state, read_cell("-").state, read_cell("").state
    ('zero', 'dash', 'blank')
    """
    if not printed:
        return Cell(printed, BLANK)
    if printed in _DASHES:
        return Cell(printed, DASH)
    if not _FIGURE.fullmatch(printed):
        raise ValueError(f"neither a figure nor a dash nor blank: {printed!r}")
    number = Decimal(printed.replace(",", ""))
    return Cell(printed, FIGURE if number else ZERO, canonical(number))


def canonical(number: Decimal) -> str:
    """A decimal without exponent, superfluous zeros or sign of zero.

    >>> [canonical(Decimal(text)) for text in ("7.50", "100", "0.00", "0.010")]
    ['7.5', '100', '0', '0.01']
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
