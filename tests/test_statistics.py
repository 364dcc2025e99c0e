from __future__ import annotations

from mea_kg.building import Build
from mea_kg.statistics import count, size
from tests.small_world import store_of

TURTLE = """
mea:Decision rdfs:label "decision"@en .
<https://w3id.org/mea-kg/id/decision/a> a mea:Decision .
<https://w3id.org/mea-kg/id/decision/b> a mea:Decision .
<https://w3id.org/mea-kg/id/document/d> a mea:SourceDocument .
<https://w3id.org/mea-kg/id/decision/a/evidence/1> a mea:Evidence ; mea:phrase "x" .
<https://w3id.org/mea-kg/id/decision/a/evidence/2> a mea:Evidence .
"""
INFERRED = """
<https://w3id.org/mea-kg/id/cooperation/x> a mea:Cooperation ; mea:basis <https://w3id.org/mea-kg/vocab/basis/group> .
"""


def test_everything_is_counted_by_its_kind() -> None:
    assert count(store_of(TURTLE, INFERRED)) == {
        "triples: authored": 7,
        "triples: inferred": 2,
        "sources: documents": 1,
        "sources: pieces of evidence": 2,
        "sources: with a phrase": 1,
        "entities: decision": 2,
        "cooperation: group": 1,
    }


def test_size_is_that_of_the_two_graphs(toy: Build) -> None:
    assert sum(size(toy.store)) == len(toy.store)
