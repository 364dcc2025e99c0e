"""Equality and order of terms, as the embedded store has them: NULL where two terms cannot be compared."""

from __future__ import annotations

from mea_kg.columnar.kinds import DATE, DOUBLE, EXOTIC, LITERALS, NUMBERS, OTHER, STRING, TAGGED, TIME, YEAR
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.relations import ID, NAME, NUMBER, TEXT, TRUTH
from mea_kg.columnar.values import Value, truth

_BY_TEXT = (STRING, DATE, YEAR)
"""Kinds that are ordered as their texts are: all years have four digits, and no date has a time zone."""


def equal(left: Value, right: Value) -> Value:
    """Whether two values are equal."""
    if left.form == right.form and left.form in (TRUTH, NAME):
        return truth(f"(({left.sql}) = ({right.sql}))")
    if NUMBER in (left.form, right.form) and left.kinds <= NUMBERS and right.kinds <= NUMBERS:
        return truth(f"(({left.as_number()[0]}) = ({right.as_number()[0]}))")
    if left.form == right.form == TEXT and not left.second and not right.second:
        return truth(f"(({left.sql}) = ({right.sql}))")
    if {left.form, right.form} == {NAME, ID}:
        named, other = (left, right) if left.form == NAME else (right, left)
        if other.term is not None and other.kinds == named.kinds:
            return truth(f"(({named.sql}) = {other.texts()[0]})")
    one, other_one = left.id(), right.id()
    same = f"(({one}) = ({other_one}))"
    literals = left.kinds & LITERALS, right.kinds & LITERALS
    if _unclear(*literals):
        raise NotTranslatedError("= between literals of datatypes whose values are not read")
    crossed = any({a, b} == NUMBERS for a in left.kinds for b in right.kinds)
    if crossed and left.form == right.form == ID:
        number = f"kind({one}) IN (4, 5) AND kind({other_one}) IN (4, 5)"
        same = f"({same} OR ({number} AND ({left.texts()[0]}) = ({right.texts()[0]})))"
    elif crossed:
        numbers = left.as_number()[0], right.as_number()[0]
        same = f"({same} OR coalesce(({numbers[0]}) = ({numbers[1]}), false))"
    return truth(same)


def _unclear(left: frozenset[int], right: frozenset[int]) -> bool:
    """Whether two literals of these kinds may be different terms, and equal or impossible to compare."""
    values = {DOUBLE, TIME}
    if OTHER in left | right:
        return bool(left - {TAGGED} and right - {TAGGED})
    return bool(
        (left & {DOUBLE} and right & (NUMBERS | {DOUBLE})) or (right & {DOUBLE} and left & NUMBERS)
    ) or bool(
        (left & values and right & {TIME, DATE, YEAR}) or (right & values and left & {TIME, DATE, YEAR})
    )


def same_term(left: Value, right: Value) -> Value:
    """Whether two values are one term."""
    if left.form == right.form == ID:
        return truth(f"({left.sql} = {right.sql})")
    if left.form == right.form == TEXT and not left.second and not right.second:
        return truth(f"(({left.sql}) = ({right.sql}))")
    return truth(f"(({left.id()}) = ({right.id()}))")


def ordered(left: Value, operator: str, right: Value) -> Value:
    """Whether one value is before another; of one term with itself, whether that counts."""
    if left.kinds & EXOTIC and right.kinds & EXOTIC:
        raise NotTranslatedError(f"{operator} between literals of datatypes whose values are not read")
    if (left.kinds & {DOUBLE} and right.kinds & NUMBERS) or (right.kinds & {DOUBLE} and left.kinds & NUMBERS):
        raise NotTranslatedError(f"{operator} between doubles and other numbers")
    dates = {DATE, YEAR}
    if (left.kinds & {TIME} and right.kinds & dates) or (right.kinds & {TIME} and left.kinds & dates):
        raise NotTranslatedError(f"{operator} between dates with a time zone")
    if TAGGED in left.kinds and TAGGED in right.kinds:
        raise NotTranslatedError(f"{operator} between texts with a language")
    choices = []
    if left.kinds & NUMBERS and right.kinds & NUMBERS:
        one, other = left.as_number()[0], right.as_number()[0]
        if left.kinds <= NUMBERS and right.kinds <= NUMBERS:
            return truth(f"(({one}) {operator} ({other}))")
        choices.append(f"({one}) {operator} ({other})")
    for kind in _BY_TEXT:
        if kind in left.kinds and kind in right.kinds:
            one, other = _text_of(left, kind), _text_of(right, kind)
            if left.kinds == right.kinds == {kind}:
                return truth(f"(({one}) {operator} ({other}))")
            choices.append(f"({one}) {operator} ({other})")
    if left.kinds & right.kinds - NUMBERS - set(_BY_TEXT):
        counts = "true" if "=" in operator else "false"
        choices.append(f"CASE WHEN ({left.id()}) = ({right.id()}) THEN {counts} END")
    return truth(f"coalesce({', '.join(choices)})" if choices else "NULL::BOOLEAN")


def _text_of(value: Value, kind: int) -> str:
    if value.form == TEXT:
        return f"CASE WHEN {value.second} IS NULL THEN {value.sql} END" if value.second else value.sql
    lexical = value.texts()[0]
    return lexical if value.kinds == {kind} else f"CASE WHEN kind({value.sql}) = {kind} THEN {lexical} END"
