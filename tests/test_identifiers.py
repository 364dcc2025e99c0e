from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mea_kg.identifiers import KIND_NAME, WRITTEN, Identifier, slug

segments = st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,8}[a-z0-9])?", fullmatch=True)
identifiers = st.builds(
    Identifier,
    st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True),
    st.lists(segments, min_size=1, max_size=4).map("/".join),
)


@given(identifiers)
def test_what_is_written_is_read_back(identifier: Identifier) -> None:
    assert Identifier.parse(str(identifier)) == identifier
    assert Identifier.from_iri(identifier.iri) == identifier


@given(identifiers, segments)
def test_a_child_is_an_identifier_of_the_same_kind(identifier: Identifier, segment: str) -> None:
    child = identifier.child(segment)
    assert (child.kind, child.last) == (identifier.kind, segment)
    assert str(child).startswith(f"{identifier}/")


@given(st.text())
def test_a_slug_is_a_segment_or_empty(text: str) -> None:
    name = slug(text)
    assert name == "" or WRITTEN.fullmatch(f"kind/{name}")
    assert slug(name) == name


@given(st.text())
def test_only_what_has_the_form_is_read(text: str) -> None:
    if KIND_NAME.fullmatch(text):
        assert str(Identifier.parse(text)) == text
    else:
        with pytest.raises(ValueError, match="kind/name"):
            Identifier.parse(text)


FAULTY = (
    *(
        "",
        "wco",
        "Organization/wco",
        "organization/WCO",
        "organization/",
        "/wco",
        "organization//wco",
        "a/b c",
    ),
    *(
        "organization/-wco",
        "organization/wco-",
        "organization/wco\n",
        "1/a",
        "organization/..",
        "organization/.",
    ),
)


@pytest.mark.parametrize("text", FAULTY)
def test_forms_that_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="kind/name"):
        Identifier.parse(text)


def test_a_written_identifier_has_no_dots() -> None:
    assert KIND_NAME.fullmatch("group/iccwc/member/organization.wco")
    assert not WRITTEN.fullmatch("group/iccwc/member/organization.wco")


def test_an_iri_of_another_namespace_is_refused() -> None:
    with pytest.raises(ValueError, match="not the IRI of an entity"):
        Identifier.from_iri("https://w3id.org/mea-kg/vocab/verb/requests")


def test_dotted_is_one_segment() -> None:
    assert Identifier.parse("decision/bs-iv-6/5").dotted == "decision.bs-iv-6.5"
