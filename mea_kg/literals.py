"""Typed text: which forms are well-formed, and which of them is the canonical one.

The store rewrites literals that are not canonical, so only canonical ones may be written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from mea_kg.namespaces import XSD

_DIGITS = 18
"""The most digits that every store keeps exactly."""

_INTEGER = re.compile(rf"(-?)0*(\d{{1,{_DIGITS}}})", re.ASCII)
_DECIMAL = re.compile(rf"-?\d{{1,{_DIGITS}}}(?:\.\d{{1,{_DIGITS}}})?", re.ASCII)
_GROUPED = re.compile(r"-?\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?", re.ASCII)
_POINTED = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+", re.ASCII)
_YEAR = re.compile(r"[1-9]\d{3}", re.ASCII)
_YEAR_MONTH = re.compile(r"([1-9]\d{3})-(\d{1,2})", re.ASCII)
_DATE = re.compile(r"([1-9]\d{3})-(\d{1,2})-(\d{1,2})", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)
_TRUE = frozenset({"true", "yes", "y", "on", "1"})
_FALSE = frozenset({"false", "no", "n", "off", "0"})


class Form(NamedTuple):
    """How a datatype is written: in words, by text -> canonical text or None, and by the pattern of the latter."""

    expected: str
    canonical: Callable[[str], str | None]
    pattern: str


def _ungrouped(text: str) -> str:
    return text.replace(",", "").replace(" ", "") if _GROUPED.fullmatch(text) else text


def _integer(text: str) -> str | None:
    match = _INTEGER.fullmatch(_ungrouped(text).removeprefix("+"))
    return str(int(match.group())) if match else None


def _decimal(text: str) -> str | None:
    plain = _ungrouped(text).removeprefix("+")
    if not _DECIMAL.fullmatch(plain):
        return None
    number = format(Decimal(plain), "f")
    number = number.rstrip("0").rstrip(".") if "." in number else number
    return "0" if number == "-0" else number


def _boolean(text: str) -> str | None:
    word = text.casefold()
    return "true" if word in _TRUE else "false" if word in _FALSE else None


def _year(text: str) -> str | None:
    return text if _YEAR.fullmatch(text) else None


def _year_month(text: str) -> str | None:
    match = _YEAR_MONTH.fullmatch(text)
    if not match or not 1 <= int(match[2]) <= 12:
        return None
    return f"{match[1]}-{int(match[2]):02}"


def _date(text: str) -> str | None:
    match = _DATE.fullmatch(text)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return None


FORMS: dict[str, Form] = {
    XSD + "integer": Form("a whole number, such as 15", _integer, r"^(0|-?[1-9][0-9]{0,17})$"),
    XSD + "decimal": Form(
        "a number with a point, such as 2854.5", _decimal, r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{0,17}[1-9])?$"
    ),
    XSD + "boolean": Form("true or false", _boolean, "^(true|false)$"),
    XSD + "gYear": Form("a year YYYY", _year, "^[1-9][0-9]{3}$"),
    XSD + "gYearMonth": Form("a month YYYY-MM", _year_month, "^[1-9][0-9]{3}-(0[1-9]|1[0-2])$"),
    XSD + "date": Form(
        "a calendar date YYYY-MM-DD", _date, "^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
    ),
}
"""The datatypes that the context uses, by IRI."""


def canonical(datatype: str, text: str) -> str | None:
    """The canonical form of what `text` means as a literal of `datatype` (an IRI); None if it means nothing.

    >>> canonical(XSD + "decimal", "2,854.50")
    '2854.5'
    >>> canonical(XSD + "date", "2005-02-30") is None
    True
    """
    return FORMS[datatype].canonical(text)


def with_separators(datatype: str, text: str) -> str | None:
    """The canonical form of a number if its points separate thousands; None for what cannot be read so.

    >>> with_separators(XSD + "decimal", "250.000"), with_separators(XSD + "decimal", "0.250")
    ('250000', None)
    """
    is_number = datatype in (XSD + "decimal", XSD + "integer")
    return canonical(datatype, text.replace(".", "")) if is_number and _POINTED.fullmatch(text) else None


def canonical_language(tag: str) -> str | None:
    """The language tag in lower case, as stores keep it; None if it is not well-formed.

    >>> canonical_language("en-GB")
    'en-gb'
    """
    return tag.lower() if _LANGUAGE.fullmatch(tag) else None
