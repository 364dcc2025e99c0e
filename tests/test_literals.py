from __future__ import annotations

import re
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mea_kg.literals import FORMS, canonical, canonical_language
from mea_kg.namespaces import XSD


@pytest.mark.parametrize(
    ("datatype", "text", "expected"),
    [
        ("integer", "15", "15"),
        ("integer", "0", "0"),
        ("integer", "-3", "-3"),
        ("integer", "015", "15"),
        ("integer", "+15", "15"),
        ("integer", "-0", "0"),
        ("integer", "1,500", "1500"),
        ("integer", "15.0", None),
        ("integer", "fifteen", None),
        ("integer", "", None),
        ("integer", "1" * 19, None),
        ("integer", "١٥", None),
        ("decimal", "2854.5", "2854.5"),
        ("decimal", "2,854,500.50", "2854500.5"),
        ("decimal", "5.00", "5"),
        ("decimal", "-0.0", "0"),
        ("decimal", "100", "100"),
        ("decimal", "1e3", None),
        ("decimal", ".5", None),
        ("decimal", "2,85", None),
        ("decimal", "NaN", None),
        ("boolean", "true", "true"),
        ("boolean", "yes", "true"),
        ("boolean", "No", "false"),
        ("boolean", "1", "true"),
        ("boolean", "perhaps", None),
        ("gYear", "2005", "2005"),
        ("gYear", "05", None),
        ("gYear", "0000", None),
        ("gYear", "20055", None),
        ("gYearMonth", "2021-05", "2021-05"),
        ("gYearMonth", "2021-5", "2021-05"),
        ("gYearMonth", "2021-13", None),
        ("gYearMonth", "May 2021", None),
        ("date", "2005-02-28", "2005-02-28"),
        ("date", "2005-2-8", "2005-02-08"),
        ("date", "2005-02-30", None),
        ("date", "2004-02-29", "2004-02-29"),
        ("date", "2005-02-29", None),
        ("date", "2005-02-28Z", None),
        ("date", "28.2.2005", None),
        ("date", "2005-02-28\n", None),
    ],
)
def test_canonical_forms(datatype: str, text: str, expected: str | None) -> None:
    assert canonical(XSD + datatype, text) == expected


@given(st.sampled_from(sorted(FORMS)), st.text("0123456789-+,. truefalsyno", max_size=12))
def test_a_canonical_form_is_its_own_and_has_the_pattern(datatype: str, text: str) -> None:
    right = canonical(datatype, text)
    if right is not None:
        assert canonical(datatype, right) == right
        assert re.search(FORMS[datatype].pattern, right)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_a_decimal_keeps_its_value(number: Decimal) -> None:
    right = canonical(XSD + "decimal", format(number, "f"))
    assert right is not None and Decimal(right) == number


@given(st.dates(), st.integers(-(10**17), 10**17), st.booleans())
def test_the_store_keeps_canonical_literals_as_they_are(date: object, number: int, flag: bool) -> None:
    store = ox.Store()
    node = ox.NamedNode("http://example.org/a")
    written = {
        (XSD + "integer", str(number)),
        (XSD + "boolean", str(flag).lower()),
        (XSD + "decimal", canonical(XSD + "decimal", f"{number / 1000:.3f}") or ""),
    }
    if canonical(XSD + "date", str(date)):
        written.add((XSD + "date", str(date)))
    for datatype, text in written:
        store.add(ox.Quad(node, node, ox.Literal(text, datatype=ox.NamedNode(datatype))))
    kept = [quad.object for quad in store]
    assert {(o.datatype.value, o.value) for o in kept if isinstance(o, ox.Literal)} == written


@pytest.mark.parametrize(
    ("tag", "expected"), [("en", "en"), ("en-GB", "en-gb"), ("english", None), ("", None)]
)
def test_language_tags(tag: str, expected: str | None) -> None:
    assert canonical_language(tag) == expected
