"""Why a mutant can be a valid entry: what explains that nothing finds it."""

from __future__ import annotations

from functools import cache

from mea_kg.context import Context
from mea_kg.demands import Choice, Demand, Demands
from tests.mutants import Mutant, nesting_of
from tests.table_mutants import FIGURE, HEADING, TableMutant

REASONS = {
    "optional": "a field that a source need not state is left out, and what is left is a valid entry",
    "own words": "text in the curator's own words: no source has it, and no word list knows the names in it",
    "names": "a name that no printed form need equal: labels and aliases may be in other words than the source's",
    "another of its kind": "an entity or a concept of the right kind: only a reader can say that it is another",
    "other evidence": "a phrase that does stand where it is said to, and states something else",
    "identifiers": "the name of a node that nothing refers to, which only has to be unique",
    "outside facts": "a code, an address or a language of the right form: what it stands for is outside the graph",
    "headings": "the section of a row, its footnote mark or a grade is another, or a row without figures is left out",
    "cut short": "a row lacks its last figures: what is left of it stands in the source, and no sum needs them",
    "numbers": "a number or a date of the right form that no printed text is given for",
}
"""Why a mutant can be a valid entry: the answer for each that survives."""

_OWN_WORDS = {"description", "action", "note", "purposes", "conditions", "citedFor", "amountRole", "gives"}
_NAMES = {"label", "aliases", "acronym", "title", "text", "locator", "place", "symbol"}
_OUTSIDE = {"isoAlpha2", "isoAlpha3", "homepage", "address", "sha256", "language", "collections"}
_EVIDENCE = {"evidence", "phrase", "pinpoint", "source", "supports"}
_PRINTED = {"citedAs", "citedPinpoint", "printed", "verbAsPrinted", "composition", "dueText"}

_HEADINGS = {"section", "mark", "grade"}
_READINGS = {"agrees_with", "scale_limit"}


class Reasons:
    """Explains survivors; what a dropped field is needed for is asked of the shapes."""

    def __init__(self, context: Context, demands: Demands) -> None:
        self._context = context
        self._demands_of = cache(demands.of)

    def of(self, mutant: Mutant) -> str:
        """Which of `REASONS` explains that a mutant survives; empty for none."""
        key, term = mutant.key, self._context.term(mutant.key)
        if key in ("id", "key"):
            return "identifiers"
        if mutant.operation == "dropped":
            return "" if self.is_needed(mutant) else "optional"
        if key in _EVIDENCE or key in _PRINTED:
            return "other evidence"
        if key in _OWN_WORDS:
            return "own words"
        if key in _NAMES:
            return "names"
        if key in _OUTSIDE:
            return "outside facts"
        if mutant.operation == "wrong kind":
            return ""
        if term is not None and term.datatype is not None:
            return "numbers"
        if key == "type" or (term is not None and term.is_reference):
            return "another of its kind" if mutant.operation != "value misspelt" else ""
        return ""

    def of_cell(self, mutant: TableMutant) -> str:
        """The same for a mutant of a table."""
        key, operation = mutant.key, mutant.operation
        if not key or operation == "header misspelt":
            return "headings" if operation == "row dropped" and mutant.sort == HEADING else ""
        if mutant.sort == "key":
            return "identifiers"
        if key in _HEADINGS:
            return "headings"
        if key in ("printed", "phrase"):
            return "other evidence"
        if operation == "cell emptied":
            return "cut short" if mutant.sort == FIGURE else "optional" if key in _READINGS else ""
        if mutant.sort == "reference":
            return "another of its kind" if key != "party" and operation != "value misspelt" else ""
        return "numbers" if mutant.sort == "literal" and operation != "wrong kind" else ""

    def is_needed(self, mutant: Mutant) -> bool:
        """Whether its node must or should have the field that a mutant changes: then one that is dropped is found.

        It is needed for the identifier of the node, demanded by a shape, or the last one left of several.
        """
        nesting = nesting_of(mutant.path)
        if mutant.key == "type" or (nesting and mutant.key in nesting.needs):
            return True
        return any(self._is_demanded(mutant, *self._demands_of(name)) for name in mutant.classes)

    def _is_demanded(self, mutant: Mutant, demands: dict[str, Demand], choices: list[Choice]) -> bool:
        demand = demands.get(mutant.key, Demand())
        if demand.is_required or demand.is_expected:
            return True
        return any(
            set(choice.keys).intersection(mutant.keys) == {mutant.key}
            and not (choice.or_inside and mutant.path)
            for choice in choices
        )
