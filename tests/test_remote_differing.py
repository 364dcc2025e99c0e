"""What a server holds and what it is to hold: the difference, found on disk."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from mea_kg.remote import differing
from mea_kg.remote.differing import Difference, changes, counted


def _triple(text: str) -> Triple:
    return Triple(NamedNode("urn:s"), NamedNode("urn:p"), Literal(text))


@settings(max_examples=40)
@given(st.sets(st.text()), st.sets(st.text()))
def test_the_difference_is_that_of_sets(ours: set[str], theirs: set[str]) -> None:
    found = changes("urn:g", map(_triple, ours), map(_triple, theirs), len(ours), 10_000)
    assert found is not None
    assert set(found.added) == {str(_triple(text)) for text in ours - theirs}
    assert set(found.removed) == {str(_triple(text)) for text in theirs - ours}
    assert len(found) == len(ours ^ theirs)
    expected = Difference("urn:g", len(ours - theirs), len(theirs - ours), len(ours))
    assert counted("urn:g", map(_triple, ours), map(_triple, theirs), len(ours)) == expected


def test_more_files_than_one_have_the_same_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differing, "_IN_A_FILE", 10)
    ours, theirs = ([_triple(str(number)) for number in range(*ends)] for ends in ((0, 500), (7, 503)))
    assert counted("urn:g", ours, theirs, 500) == Difference("urn:g", 7, 3, 500)


def test_too_many_changes_are_none() -> None:
    triples = [_triple(str(number)) for number in range(5)]
    assert changes("urn:g", triples, [], 5, 4) is None
    assert len(changes("urn:g", triples, [], 5, 5) or ()) == 5


def test_a_node_without_a_name_cannot_be_removed_by_name() -> None:
    unnamed = Triple(BlankNode(), NamedNode("urn:p"), Literal("x"))
    assert changes("urn:g", [], [unnamed], 0, 10) is None
    assert counted("urn:g", [], [unnamed], 0).removed == 1


def test_memory_does_not_grow_with_the_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differing, "_IN_A_FILE", 2_000)

    def many(number: int) -> Iterator[Triple]:
        return (_triple(f"value {index}") for index in range(number))

    peaks = []
    for number in (6_000, 24_000):
        tracemalloc.start()
        assert counted("urn:g", many(number), many(number), number).added == 0
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # Four times the graph; what grows is the number of open files, up to a limit.
    assert peaks[1] < peaks[0] * 2
