"""Tries queries on an empty store, so that what it cannot read is known before it is asked for data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from mea_kg.shacl.queries import Query, Question
from mea_kg.shacl.terms import Node, with_hierarchy
from mea_kg.stores import new_store

_REGEX = re.compile(r'REGEX\(STR\([^()]*\), ("(?:[^"\\]|\\.)*", "[^"]*")\)')


def refused_texts(asked: Mapping[Node, Iterable[Question | Query]]) -> dict[Node, str]:
    """The shapes whose queries or regular expressions the store cannot read, with the reason."""
    store = new_store()
    expressions: dict[str, None] = {}
    found: dict[Node, str] = {}
    for node, questions in asked.items():
        for question in questions:
            if isinstance(question, Question):
                expressions |= dict.fromkeys(_REGEX.findall(question.test))
                continue
            try:
                for text in {question.text, question.for_few}:
                    store.query(with_hierarchy(text, {}))
            except SyntaxError as error:
                found[node] = f"the store cannot read a query: {error}"
    bad = _unreadable(list(expressions))
    for node, questions in asked.items():
        for question in questions:
            if isinstance(question, Question) and bad & set(_REGEX.findall(question.test)):
                found[node] = "the store cannot read a regular expression"
    return found


def _unreadable(expressions: Sequence[str]) -> set[str]:
    """Of these arguments of REGEX, those that give neither true nor false."""
    if not expressions:
        return set()
    columns = " ".join(f'(REGEX("", {text}) AS ?r{index})' for index, text in enumerate(expressions))
    (row,) = new_store().query(f"SELECT {columns} {{}}")  # type: ignore[misc]
    return {text for index, text in enumerate(expressions) if row[f"r{index}"] is None}
