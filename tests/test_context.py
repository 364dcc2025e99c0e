from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mea_kg import resources
from mea_kg.context import Context, nearest
from mea_kg.errors import InputError
from mea_kg.key_order import KEY_ORDER
from mea_kg.literals import FORMS
from mea_kg.namespaces import MEA, XSD
from mea_kg.nesting import NESTED
from mea_kg.values import EXTERNAL


@pytest.fixture(scope="module")
def context() -> Context:
    return Context.load(resources.data_folder() / "context.jsonld")


def test_a_text_key(context: Context) -> None:
    term = context.term("symbol")
    assert term is not None
    assert (term.iri, term.is_reference, term.datatype, term.language) == (MEA + "symbol", False, None, None)


def test_a_reference_key(context: Context) -> None:
    term = context.term("adoptedBy")
    assert term is not None
    assert term.is_reference and term.base is None and term.scheme is None


def test_a_concept_key_has_its_scheme(context: Context) -> None:
    term = context.term("sourceKind")
    assert term is not None
    assert (term.is_reference, term.scheme) == (True, "source-kind")


def test_a_unit_is_no_concept_of_ours(context: Context) -> None:
    term = context.term("unit")
    assert term is not None
    assert (term.scheme, term.base) == (None, "http://qudt.org/vocab/unit/CCY_")


def test_a_typed_key(context: Context) -> None:
    term = context.term("startDate")
    assert term is not None
    assert term.datatype == XSD + "date"


def test_a_language_map(context: Context) -> None:
    term = context.term("label")
    assert term is not None
    assert term.is_language_map and term.language == "en"


@pytest.mark.parametrize("key", ["id", "type", "key", "graph", "mea", "Treaty", "@base", "labell"])
def test_what_is_no_property(context: Context, key: str) -> None:
    assert context.term(key) is None


def test_classes(context: Context) -> None:
    assert context.classes["Treaty"] == MEA + "Treaty"
    assert "mea" not in context.classes and "id" not in context.classes


def test_a_property_leads_back_to_its_key(context: Context) -> None:
    assert all(context.key_of(term.iri) == key for key, term in context.terms.items())
    assert context.key_of(MEA + "nothing") is None


def test_the_inline_context_is_the_file(context: Context) -> None:
    text = (resources.data_folder() / "context.jsonld").read_text(encoding="utf-8")
    assert context.inline() == json.loads(text)["@context"]


def test_tables_by_key_agree_with_the_context(context: Context) -> None:
    assert sorted(KEY_ORDER) == sorted([*context.terms, "id", "type", "key", "graph"])
    assert {term.datatype for term in context.terms.values()} - {None} == set(FORMS)
    assert all(context.terms[key].is_reference for key in [*NESTED, *EXTERNAL])
    assert {name for nesting in NESTED.values() for name in nesting.classes} <= set(context.classes)
    assert {key for nesting in NESTED.values() for key in nesting.needs} <= set(context.terms)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"@context": 1}', '{"@context": {}}', "\xff"])
def test_what_is_no_context_is_an_error_that_names_the_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "context.jsonld"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(InputError, match=r"context\.jsonld"):
        Context.load(path)


def test_a_missing_context_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        Context.load(tmp_path / "context.jsonld")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("adopted_by", "adoptedBy"),
        ("AdoptedBy", "adoptedBy"),
        ("adoptedBye", "adoptedBy"),
        ("adresees", "addressees"),
    ],
)
def test_the_nearest_word(word: str, expected: str) -> None:
    assert nearest(word, ["adoptedAt", "addressees", "adoptedBy", "label"])[0] == expected


def test_nothing_is_near() -> None:
    assert nearest("zzzz", ["label", "note"]) == []
    assert nearest("", ["label"]) == []


@given(st.text(min_size=1), st.lists(st.text()), st.integers(1, 4))
def test_a_word_is_nearest_to_itself(word: str, others: list[str], limit: int) -> None:
    found = nearest(word, [*others, word, *others], limit)
    assert len(found) <= limit and len(set(found)) == len(found)
    if any(character.isalnum() for character in word):
        assert nearest(word, [word]) == [word]


def test_no_key_is_taken_for_a_currency(context: Context) -> None:
    """Codes are joined to the beginning of their addresses by a `@vocab`, which would prefer a key of that name."""
    assert [key for key in context.inline() if re.fullmatch("[A-Z]{3}", key)] == []
