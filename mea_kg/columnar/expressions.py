"""Expressions of SPARQL as SQL: NULL for an error, which gives SQL's logic of three values the meaning of SPARQL's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mea_kg.columnar.comparing import equal, ordered, same_term
from mea_kg.columnar.functions import CASTS, called, to_date
from mea_kg.columnar.kinds import EXOTIC, NUMBERS
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.relations import ID, NUMBER, TEXT
from mea_kg.columnar.values import Value, number, string, truth, unbound, unified
from mea_kg.namespaces import XSD

if TYPE_CHECKING:
    from mea_kg.columnar.scopes import Scope

_ORDER = ("<", "<=", ">", ">=")
_LOGIC = {"ConditionalOrExpression": " OR ", "ConditionalAndExpression": " AND "}


class Expressions:
    """Translates the expressions of one query.

    `constant` gives the value of a term of the query, `exists` the test of a pattern for a scope.
    """

    def __init__(self, constant: Callable[[Any], Value], exists: Callable[[Any, Scope], str]) -> None:
        self._constant = constant
        self._exists = exists

    def value(self, node: Any, scope: Scope) -> Value:
        """The value of an expression where the variables of a scope are bound."""
        import rdflib

        if isinstance(node, rdflib.Variable):
            return scope.value(str(node))
        if isinstance(node, rdflib.term.Identifier):
            return self._constant(node)
        name = getattr(node, "name", "")
        if name in _LOGIC:
            parts = [node.expr, *node.other]
            return truth("(" + _LOGIC[name].join(self.truth(part, scope) for part in parts) + ")")
        if name == "UnaryNot":
            return truth(f"(NOT {self.truth(node.expr, scope)})")
        if name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
            test = self._exists(node, scope)
            return truth(test if name == "Builtin_EXISTS" else f"(NOT {test})")
        if name == "RelationalExpression":
            return self._relation(node, scope)
        if name in ("AdditiveExpression", "MultiplicativeExpression"):
            return self._arithmetic(node, scope)
        if name == "UnaryMinus":
            value, whole = self.value(node.expr, scope).as_number()
            return number(f"(-{value})", whole)
        if name == "Function":
            return self._cast(node, scope)
        if name.startswith("Builtin_"):
            return self._builtin(name.removeprefix("Builtin_"), node, scope)
        raise NotTranslatedError(name or str(node))

    def truth(self, node: Any, scope: Scope) -> str:
        """The effective boolean value of an expression."""
        return self.value(node, scope).as_truth()

    def _relation(self, node: Any, scope: Scope) -> Value:
        left, operator = self.value(node.expr, scope), str(node.op)
        if operator in ("IN", "NOT IN"):
            tests = [equal(left, self.value(one, scope)).sql for one in node.other]
            inside = f"({' OR '.join(tests)})" if tests else "false"
            return truth(inside if operator == "IN" else f"(NOT {inside})")
        right = self.value(node.other, scope)
        if operator in ("=", "!="):
            test = equal(left, right).sql
            return truth(test if operator == "=" else f"(NOT {test})")
        return ordered(left, operator, right)

    def _chosen(self, test: Any, node: Any, scope: Scope) -> Value:
        """What IF gives: a variable that its test compares with a number is one, or the test is an error."""
        import rdflib

        found = self.value(node, scope)
        if not isinstance(node, rdflib.Variable) or getattr(test, "name", "") != "RelationalExpression":
            return found
        sides = [test.expr, test.other]
        if node not in sides or str(test.op) not in _ORDER:
            return found
        other = self.value(sides[1 - sides.index(node)], scope)
        return replace(found, kinds=found.kinds & NUMBERS) if other.kinds <= NUMBERS else found

    def _arithmetic(self, node: Any, scope: Scope) -> Value:
        value, whole = self._operand(node.expr, scope)
        for operator, other_node in zip(node.op, node.other, strict=True):
            other, other_whole = self._operand(other_node, scope)
            if operator == "/":
                value, whole = f"quotient({value}, {other})", "false"
                continue
            whole = f"({whole} AND {other_whole})" if "false" not in (whole, other_whole) else "false"
            result = f"product({value}, {other})" if operator == "*" else f"(({value}) {operator} ({other}))"
            value = result if whole == "false" else f"held({result}, {whole})"
        return number(value, whole)

    def _operand(self, node: Any, scope: Scope) -> tuple[str, str]:
        value = self.value(node, scope)
        if value.form == ID and value.kinds & EXOTIC:
            raise NotTranslatedError("arithmetic where doubles, dates or unknown datatypes may stand")
        return value.as_number()

    def _cast(self, node: Any, scope: Scope) -> Value:
        iri = str(node.iri)
        if iri not in CASTS or len(node.expr) != 1:
            raise NotTranslatedError(f"the function <{iri}>")
        return CASTS[iri](self.value(node.expr[0], scope))

    def _builtin(self, name: str, node: Any, scope: Scope) -> Value:
        if name == "BOUND":
            return truth(f"({self.value(node.arg, scope).sql} IS NOT NULL)")
        if name == "COALESCE":
            return _first([self.value(one, scope) for one in node.arg])
        if name == "IF":
            test = self.truth(node.arg1, scope)
            chosen = unified([self._chosen(node.arg1, one, scope) for one in (node.arg2, node.arg3)])
            return _choice(test, *chosen)
        if name == "sameTerm":
            return same_term(self.value(node.arg1, scope), self.value(node.arg2, scope))
        if (
            name == "isLITERAL"
            and getattr(node.arg, "name", "") == "Function"
            and str(node.arg.iri) == XSD + "date"
        ):
            return truth(f"(({to_date(self.value(node.arg.expr[0], scope)).sql}) IS NOT NULL OR NULL)")
        fields: tuple[str, ...] = ("arg", "arg1", "arg2", "text", "pattern", "flags", "start", "length")
        if name == "REPLACE":
            fields = ("arg", "pattern", "replacement", "flags")
        elif name == "SUBSTR":
            fields = ("arg", "start", "length")
        arguments = [one for field in fields if (one := dict.get(node, field)) is not None]
        if len(arguments) == 1 and isinstance(arguments[0], list):
            arguments = arguments[0]
        return called(name, [self.value(one, scope) for one in arguments])


def _first(values: list[Value]) -> Value:
    values = [value for value in values if value.form != ID or value.kinds or value.term is not None]
    if not values:
        return unbound()
    same = unified(values)
    kinds = frozenset[int]().union(*(value.kinds for value in same))
    form, certain = same[0].form, any(value.certain for value in values)
    first = f"coalesce({', '.join(f'({value.sql})' for value in same)})"
    if form in (NUMBER, TEXT) and any(value.second for value in same):
        cases = " ".join(f"WHEN ({value.sql}) IS NOT NULL THEN {value.second or 'NULL'}" for value in same)
        second = f"CASE {cases} END"
        return replace(number(first, second) if form == NUMBER else string(first, second), certain=certain)
    listed = all(value.listed for value in same)
    return Value(form, first, kinds=kinds, lookup=_no_lookup, certain=certain, listed=listed)


def _choice(test: str, yes: Value, no: Value) -> Value:
    def either(one: str, other: str) -> str:
        return f"CASE WHEN {test} THEN {one} WHEN NOT {test} THEN {other} END"

    second = either(yes.second or "NULL", no.second or "NULL") if yes.second or no.second else ""
    listed = yes.listed and no.listed
    return Value(yes.form, either(yes.sql, no.sql), second, yes.kinds | no.kinds, _no_lookup, listed=listed)


def _no_lookup() -> tuple[str, str]:
    raise NotTranslatedError("the text of a term that is chosen among several")
