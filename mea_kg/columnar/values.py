"""Values in expressions, and how one form is turned into another. NULL is an error or an unbound variable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyoxigraph import Literal

from mea_kg.columnar.arithmetic import ONE
from mea_kg.columnar.kinds import (
    BOOLEAN,
    DATATYPES,
    DECIMAL,
    EXOTIC,
    INTEGER,
    IRI,
    NUMBERS,
    STRING,
    TAGGED,
    Term,
    text,
)
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.relations import ID, NAME, NUMBER, TEXT, TRUTH

Lookup = Callable[[], tuple[str, str]]


@dataclass(frozen=True)
class Value:
    """An expression of SQL in one of the forms, and for a term how to get its text and tag.

    `term` is that of a constant; `certain`: it is never NULL; `listed`: the dictionary has the term.
    """

    form: str
    sql: str
    second: str = ""
    kinds: frozenset[int] = frozenset()
    lookup: Lookup | None = None
    term: Term | None = None
    certain: bool = False
    listed: bool = True

    def id(self) -> str:
        """The number of the term."""
        if self.form == ID:
            return self.sql
        if self.form == TRUTH:
            return f"number_of_truth({self.sql})"
        if self.form == NAME:
            return f"number_of_hash('<' || {self.sql} || '>', {IRI})"
        if self.form == NUMBER:
            return f"number_of_number({self.sql}, {self.second})"
        kind = f"CASE WHEN {self.second} IS NULL THEN {STRING} ELSE {TAGGED} END" if self.second else STRING
        return f"number_of_hash({self.key()}, {kind})"

    def key(self) -> str:
        """The key of the term."""
        if self.form == TEXT:
            tag = (
                f" || CASE WHEN {self.second} IS NULL THEN '' ELSE '@' || {self.second} END"
                if self.second
                else ""
            )
            return f"('\"' || {self.sql} || '\"'{tag})"
        if self.form == NAME:
            return f"('<' || {self.sql} || '>')"
        if self.form == NUMBER:
            datatype = f"CASE WHEN {self.second} THEN '{DATATYPES[INTEGER]}' ELSE '{DATATYPES[DECIMAL]}' END"
            return f"('\"' || text_of_number({self.sql}) || '\"^^<' || {datatype} || '>')"
        if self.form == TRUTH:
            return f"('\"' || ({self.sql})::VARCHAR || '\"^^<{DATATYPES[BOOLEAN]}>')"
        raise NotTranslatedError("the text of a term that is looked up again")

    def texts(self) -> tuple[str, str]:
        """Text and tag as the dictionary has them."""
        assert self.lookup is not None
        return self.lookup()

    def string(self) -> str:
        """What STR gives."""
        if self.form == ID:
            lexical = self.texts()[0]
            return f"CASE WHEN kind({self.sql}) <> 1 THEN {lexical} END" if 1 in self.kinds else lexical
        if self.form == NUMBER:
            return f"text_of_number({self.sql})"
        return f"({self.sql})::VARCHAR" if self.form == TRUTH else self.sql

    def as_text(self) -> tuple[str, str]:
        """Text and language (NULL or empty for none) of a string; NULL for what is no string."""
        if self.form == TEXT:
            return self.sql, self.second
        if self.form != ID or not self.kinds & {STRING, TAGGED}:
            return "NULL::VARCHAR", ""
        lexical, tag = self.texts()
        if not self.kinds <= {STRING, TAGGED}:
            lexical = f"CASE WHEN kind({self.sql}) IN ({STRING}, {TAGGED}) THEN {lexical} END"
        return lexical, tag if TAGGED in self.kinds else ""

    def as_number(self) -> tuple[str, str]:
        """Number and whether it is an integer; NULL for what is no number."""
        if self.form == NUMBER:
            return self.sql, self.second
        if self.form != ID or not self.kinds & (NUMBERS | EXOTIC):
            return "NULL::HUGEINT", "NULL::BOOLEAN"
        if self.kinds & EXOTIC:
            raise NotTranslatedError("a number, where doubles or unknown datatypes may stand")
        number = f"number_of({self.texts()[0]})"
        if not self.kinds <= NUMBERS:
            number = f"CASE WHEN kind({self.sql}) IN ({INTEGER}, {DECIMAL}) THEN {number} END"
        return number, f"(kind({self.sql}) = {INTEGER})"

    def as_truth(self) -> str:
        """The effective boolean value."""
        if self.form == TRUTH:
            return self.sql
        if self.form == TEXT:
            return (
                f"CASE WHEN {self.second} IS NULL THEN {self.sql} <> '' END"
                if self.second
                else f"({self.sql} <> '')"
            )
        if self.form == NUMBER:
            return f"({self.sql} <> 0)"
        if self.form == NAME:
            return "NULL::BOOLEAN"
        if self.kinds & EXOTIC:
            raise NotTranslatedError("the truth of a value of an unknown datatype")
        cases = []
        if BOOLEAN in self.kinds:
            cases.append(f"WHEN {BOOLEAN} THEN {self.texts()[0]} = 'true'")
        if STRING in self.kinds:
            cases.append(f"WHEN {STRING} THEN {self.texts()[0]} <> ''")
        for kind in sorted(self.kinds & NUMBERS):
            cases.append(f"WHEN {kind} THEN {self.texts()[0]} <> '0'")
        return f"CASE kind({self.sql}) {' '.join(cases)} END" if cases else "NULL::BOOLEAN"


def truth(sql: str) -> Value:
    """A truth value."""
    return Value(TRUTH, sql, kinds=frozenset({BOOLEAN}))


def string(sql: str, language: str = "") -> Value:
    """A text, with its language or NULL."""
    return Value(TEXT, sql, language, frozenset({STRING, TAGGED} if language else {STRING}))


def name(sql: str) -> Value:
    """An IRI by its text."""
    return Value(NAME, sql, kinds=frozenset({IRI}))


def number(sql: str, is_integer: str) -> Value:
    """A number by its value times 10^18."""
    return Value(NUMBER, sql, is_integer, NUMBERS)


def unbound() -> Value:
    """An error, or a variable without value."""
    return Value(ID, "NULL::UBIGINT", lookup=lambda: ("NULL::VARCHAR", "NULL::VARCHAR"))


def constant(term: Term, kind: int, number_of_term: int) -> Value:
    """A term that stands in a query, in the store's form."""
    kinds = frozenset({kind})
    if kind in NUMBERS:
        whole, _, part = term.value.lstrip("-").partition(".")
        scaled = int(whole) * ONE + int(part.ljust(18, "0") or "0")
        return Value(
            NUMBER,
            f"{-scaled if term.value.startswith('-') else scaled}::HUGEINT",
            str(kind == INTEGER).lower(),
            kinds,
            term=term,
            certain=True,
        )
    if kind == BOOLEAN:
        return Value(TRUTH, term.value, kinds=kinds, term=term, certain=True)
    if kind == STRING:
        return Value(TEXT, text(term.value), kinds=kinds, term=term, certain=True)
    tag = getattr(term, "language", None) or (term.datatype.value if isinstance(term, Literal) else None)
    found = text(term.value), text(tag) if tag else "NULL"
    return Value(ID, f"{number_of_term}::UBIGINT", kinds=kinds, lookup=lambda: found, term=term, certain=True)


def unified(values: list[Value]) -> list[Value]:
    """The values in one form, for a choice among them."""
    forms = {value.form for value in values}
    if len(forms) == 1 and forms != {ID}:
        return values
    if forms <= {NUMBER, ID} and all(value.kinds <= NUMBERS for value in values):
        return [Value(NUMBER, *value.as_number(), value.kinds) for value in values]
    if forms <= {TRUTH, ID} and all(value.kinds <= {BOOLEAN} for value in values):
        return [Value(TRUTH, value.as_truth(), kinds=value.kinds) for value in values]
    if forms <= {TEXT, ID} and all(value.kinds <= {STRING, TAGGED} for value in values):
        return [Value(TEXT, *value.as_text(), value.kinds) for value in values]
    if forms == {ID} or all(value.form == ID or value.term is not None for value in values):
        return [value if value.form == ID else Value(ID, value.id(), kinds=value.kinds) for value in values]
    raise NotTranslatedError("a choice between terms and computed values of another kind")
