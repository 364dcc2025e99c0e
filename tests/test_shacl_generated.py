"""Generated shapes on generated data: our report is pySHACL's."""

from __future__ import annotations

import logging

import pytest
from hypothesis import HealthCheck, given, note, settings

from tests.shacl_oracle import of_pyshacl, ours, turtle
from tests.shacl_worlds import worlds


@pytest.mark.filterwarnings("ignore:Parsing weird boolean")
@settings(max_examples=120, derandomize=True, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_report_is_that_of_pyshacl(world: tuple[str, str]) -> None:
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    for text in world:
        note(text)
    data, shapes = (turtle(text) for text in world)
    assert ours(data, shapes) == of_pyshacl(data, shapes)
