"""What is said where a query has no exact translation."""

from __future__ import annotations

from mea_kg.errors import QueryError


class NotTranslatedError(QueryError):
    """A construct of SPARQL that has no exact translation, or not for the kinds of terms that it meets."""

    def __init__(self, construct: str) -> None:
        super().__init__(f"no exact translation: {construct}", "ask this query of the embedded store")
        self.construct = construct
