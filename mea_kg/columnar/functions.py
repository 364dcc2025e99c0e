"""The functions of SPARQL on texts, IRIs and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from mea_kg.columnar.kinds import BLANK, BOOLEAN, DATATYPES, EXOTIC, IRI, NUMBERS, STRING, TAGGED, text
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.relations import ID, NAME, NUMBER, TEXT
from mea_kg.columnar.values import Value, name, number, string, truth
from mea_kg.namespaces import XSD

_ONE = 10**18
_LETTERS = (
    r"\p{L}\p{M}\p{Nd}\p{Nl}\x{200C}\x{200D}"
    r"\x{24B6}-\x{24E9}\x{1F130}-\x{1F149}\x{1F150}-\x{1F169}\x{1F170}-\x{1F189}"
)
"""Letters, marks and digits, as Unicode and the store have them: without the signs that join words."""
_JOINERS = r"_\x{203F}\x{2040}\x{2054}\x{FE33}\x{FE34}\x{FE4D}-\x{FE4F}\x{FF3F}"
_JOINERS_BUT_LINE = _JOINERS.removeprefix("_")
_ASCII_CLASSES = re.compile(r"\\[wWdDsSbBAzQEC]|\[\[:")
_SAFE_IRI = (
    r"[A-Za-z][A-Za-z0-9+.-]*:(//[A-Za-z0-9.-]*([/?#]|$)|[^/#]|/[^/#])"
    r"([A-Za-z0-9._~:/?@!$&'()*+,;=\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}-]|%[0-9A-Fa-f]{2})*"
    r"(#([A-Za-z0-9._~:/?@!$&'()*+,;=\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}-]|%[0-9A-Fa-f]{2})*)?"
)
_ODD_SMALL = (
    r"[ŉƛǰɤΐΰևẖ-ẚὐὒὔὖᾀ-ᾏᾐ-ᾟᾠ-ᾯᾲ-ᾴᾶᾷᾼῂ-ῄῆῇῌῒΐῖῗῢ-ῤῦῧῲ-ῴῶῷῼﬀ-ﬆﬓ-ﬗ\x{1C80}-\x{1C8F}\x{A7C0}-\x{A7DF}"
    r"\x{10D50}-\x{10D8F}\x{16EA0}-\x{16EDF}]"
)
_ODD_LARGE = r"[Σ\x{1C80}-\x{1C8F}\x{A7C0}-\x{A7DF}\x{10D50}-\x{10D8F}\x{16EA0}-\x{16EDF}]"
"""Letters whose other case is several letters, depends on the next one, or is new in Unicode."""
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_LIKE_A_DAY = r"\s*-?[0-9]{4,}-[0-9]{2}-[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?\s*"


def stop(reason: str, witness: str) -> str:
    """An expression that ends the query: what follows has no exact translation for this value."""
    return f"error({text(f'no exact translation: {reason}')} || coalesce(left({witness}, 0), ''))"


def regular(pattern: str) -> str:
    """A regular expression for RE2 that matches what the store's matches; raises `NotTranslatedError`."""
    pattern = pattern.replace(r"[\W_]", f"[^{_LETTERS}{_JOINERS_BUT_LINE}]")
    if found := _ASCII_CLASSES.search(pattern):
        raise NotTranslatedError(f"{found.group()} in a regular expression")
    return pattern


def _strings(first: Value, second: Value) -> tuple[str, str, str]:
    """Two arguments that must be compatible: the second has no language, or that of the first."""
    one, language = first.as_text()
    other, other_language = second.as_text()
    if other_language:
        compatible = f"{other_language} IS NULL OR {other_language} = {language or 'NULL'}"
        other = f"CASE WHEN {compatible} THEN {other} END"
    return one, language, other


def _str(value: Value) -> Value:
    return string(value.string())


def _strlen(value: Value) -> Value:
    return number(f"(length({value.as_text()[0]})::HUGEINT * {_ONE})", "true")


def _strafter(first: Value, second: Value) -> Value:
    one, language, other = _strings(first, second)
    place = f"strpos({one}, {other})"
    kept = f"CASE WHEN {place} > 0 THEN substr({one}, {place} + length({other})) WHEN {place} = 0 THEN '' END"
    return string(kept, f"CASE WHEN {place} > 0 THEN {language} END" if language else "")


def _strbefore(first: Value, second: Value) -> Value:
    one, language, other = _strings(first, second)
    place = f"strpos({one}, {other})"
    kept = f"CASE WHEN {place} > 0 THEN substr({one}, 1, {place} - 1) WHEN {place} = 0 THEN '' END"
    return string(kept, f"CASE WHEN {place} > 0 THEN {language} END" if language else "")


def _lcase(value: Value) -> Value:
    one, language = value.as_text()
    odd = stop("LCASE of a letter whose small one depends on what follows", one)
    usual = f"lower(replace({one}, 'İ', 'i̇'))"
    return string(
        f"CASE WHEN regexp_matches({one}, {text(_ODD_LARGE)}) THEN {odd} ELSE {usual} END", language
    )


def _ucase(value: Value) -> Value:
    one, language = value.as_text()
    odd = stop("UCASE of a letter that becomes several", one)
    usual = f"upper(replace({one}, 'ß', 'SS'))"
    return string(
        f"CASE WHEN regexp_matches({one}, {text(_ODD_SMALL)}) THEN {odd} ELSE {usual} END", language
    )


def _test(function: str) -> Callable[[Value, Value], Value]:
    def test(first: Value, second: Value) -> Value:
        one, _, other = _strings(first, second)
        return truth(f"{function}({one}, {other})")

    return test


def _substr(value: Value, start: Value, length: Value | None = None) -> Value:
    one, language = value.as_text()
    first, first_whole = start.as_number()
    begin = f"CASE WHEN {first_whole} THEN ({first} // {_ONE})::BIGINT END"
    if length is None:
        return string(f"substr({one}, greatest({begin}, 1)) || left('', {begin})", language)
    many, whole = length.as_number()
    last = f"CASE WHEN {whole} THEN ({many} // {_ONE})::BIGINT END + ({begin})"
    taken = f"substr({one}, greatest({begin}, 1), greatest(({last}) - greatest({begin}, 1), 0))"
    return string(f"CASE WHEN {last} IS NOT NULL THEN {taken} END", language)


def _concat(*values: Value) -> Value:
    parts = [value.as_text() for value in values]
    if any(language for _, language in parts):
        raise NotTranslatedError("CONCAT of texts with a language")
    return string("(" + " || ".join(f"({one})" for one, _ in parts) + ")" if parts else "''")


def _pattern(value: Value) -> str:
    if value.term is not None:
        return text(regular(value.term.value))
    one = value.as_text()[0]
    odd = stop("a regular expression that is put together and has escapes", one)
    return f"CASE WHEN contains({one}, '\\') OR contains({one}, '[:') THEN {odd} ELSE {one} END"


def _flags(value: Value | None) -> str:
    if value is None:
        return ""
    if value.term is None or not set(value.term.value) <= {"i", "s"}:
        raise NotTranslatedError("flags of a regular expression other than i and s")
    return "".join(sorted(set(value.term.value)))


def _regex(value: Value, pattern: Value, flags: Value | None = None) -> Value:
    options = f", '{_flags(flags)}'" if _flags(flags) else ""
    return truth(f"regexp_matches({value.as_text()[0]}, {_pattern(pattern)}{options})")


def _replace(value: Value, pattern: Value, by: Value, flags: Value | None = None) -> Value:
    one, language = value.as_text()
    if by.term is None or "\\" in by.term.value or re.search(r"\$[^0-9]|\$$|\$[0-9]{2}", by.term.value):
        raise NotTranslatedError("a replacement that is not a constant text")
    written = re.sub(r"\$([0-9])", r"\\\1", by.term.value)
    options = f"'g{_flags(flags)}'"
    return string(f"regexp_replace({one}, {_pattern(pattern)}, {text(written)}, {options})", language)


def _iri(value: Value) -> Value:
    if value.form == NAME or (value.form == ID and value.kinds == {IRI}):
        return value
    if value.form == ID and not value.kinds <= {STRING}:
        raise NotTranslatedError("IRI of what may be no text")
    one, _ = value.as_text()
    odd = stop("IRI of a text that may be none", one)
    return name(
        f"CASE WHEN regexp_full_match({one}, {text(_SAFE_IRI)}) THEN {one} WHEN {one} IS NOT NULL THEN {odd} END"
    )


def _abs(value: Value) -> Value:
    one, whole = value.as_number()
    return number(f"abs({one})", whole)


def _round(value: Value) -> Value:
    one, whole = value.as_number()
    return number(f"rounded({one})", whole)


def _lang(value: Value) -> Value:
    if value.form == TEXT:
        language = f"coalesce({value.second}, '')" if value.second else "''"
        return string(f"CASE WHEN {value.sql} IS NOT NULL THEN {language} END")
    tag = f"WHEN {TAGGED} THEN {value.texts()[1]} " if TAGGED in value.kinds else ""
    return string(
        f"CASE kind({value.id()}) {tag}WHEN 0 THEN NULL WHEN 1 THEN NULL WHEN NULL THEN NULL ELSE '' END"
    )


def _langmatches(language: Value, asked: Value) -> Value:
    one = f"lower({language.as_text()[0]})"
    if asked.term is None:
        raise NotTranslatedError("LANGMATCHES with a range that is not constant")
    if asked.term.value == "*":
        return truth(f"({one} <> '')")
    wanted = asked.term.value.lower()
    return truth(f"({one} = {text(wanted)} OR starts_with({one}, {text(wanted + '-')}))")


def _datatype(value: Value) -> Value:
    if value.form == TEXT and not value.second:
        return name(f"CASE WHEN {value.sql} IS NOT NULL THEN {text(DATATYPES[STRING])} END")
    one = value.id()
    cases = [f"WHEN {kind} THEN {text(iri)}" for kind, iri in DATATYPES.items() if kind in value.kinds]
    if value.kinds & EXOTIC:
        cases += [f"WHEN {kind} THEN {value.texts()[1]}" for kind in sorted(value.kinds & EXOTIC)]
    return name(f"CASE kind({one}) {' '.join(cases)} END" if cases else "NULL::VARCHAR")


def _is(*kinds: int) -> Callable[[Value], Value]:
    def test(value: Value) -> Value:
        if value.form == ID:
            return truth(f"(kind({value.sql}) IN ({', '.join(map(str, kinds))}))")
        inside = bool(value.kinds & set(kinds))
        return truth(f"CASE WHEN {value.sql} IS NOT NULL THEN {str(inside).lower()} END")

    return test


def _is_numeric(value: Value) -> Value:
    if value.form == ID and value.kinds & EXOTIC:
        raise NotTranslatedError("isNumeric of an unknown datatype")
    return _is(*sorted(NUMBERS))(value)


def to_integer(value: Value) -> Value:
    """xsd:integer(...)."""
    if value.kinds & EXOTIC:
        raise NotTranslatedError("xsd:integer of an unknown datatype")
    if value.form == NUMBER:
        return number(f"as_integer({value.sql} // {_ONE} * {_ONE})", "true")
    if value.form == TEXT:
        return number(_integer_of_text(value.sql), "true")
    if value.form != ID:
        raise NotTranslatedError("xsd:integer of a truth value")
    lexical = value.texts()[0]
    cases = [f"WHEN {STRING} THEN {_integer_of_text(lexical)}"] if STRING in value.kinds else []
    cases += [
        f"WHEN {kind} THEN number_of({lexical}) // {_ONE} * {_ONE}" for kind in sorted(value.kinds & NUMBERS)
    ]
    if BOOLEAN in value.kinds:
        cases.append(f"WHEN {BOOLEAN} THEN ({lexical} = 'true')::HUGEINT * {_ONE}")
    return number(f"CASE kind({value.sql}) {' '.join(cases)} END" if cases else "NULL::HUGEINT", "true")


def _integer_of_text(sql: str) -> str:
    odd = stop("a text that may be an integer", sql)
    return (
        f"CASE WHEN regexp_full_match({sql}, '[+-]?[0-9]{{1,18}}') THEN ({sql})::HUGEINT * {_ONE}"
        f" WHEN regexp_full_match({sql}, '\\s*[+-]?[0-9]+\\s*') THEN {odd}::HUGEINT END"
    )


def to_date(value: Value) -> Value:
    """xsd:date(...), of which only whether it is one is known."""
    one, _ = value.as_text()
    odd = stop("a text that may be a date", one)
    day = f"CASE WHEN TRY_CAST({one} AS DATE) IS NOT NULL THEN '2000-01-01' END"
    return string(
        f"CASE WHEN starts_with({one}, '0000') THEN {odd} WHEN regexp_full_match({one}, {text(_DAY)}) THEN {day}"
        f" WHEN regexp_full_match({one}, {text(_LIKE_A_DAY)}) THEN {odd} END"
    )


_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "STR": _str,
    "STRLEN": _strlen,
    "STRAFTER": _strafter,
    "STRBEFORE": _strbefore,
    "LCASE": _lcase,
    "UCASE": _ucase,
    "CONTAINS": _test("contains"),
    "STRSTARTS": _test("starts_with"),
    "STRENDS": _test("ends_with"),
    "SUBSTR": _substr,
    "CONCAT": _concat,
    "REGEX": _regex,
    "REPLACE": _replace,
    "IRI": _iri,
    "URI": _iri,
    "ABS": _abs,
    "ROUND": _round,
    "LANG": _lang,
    "LANGMATCHES": _langmatches,
    "DATATYPE": _datatype,
    "ISIRI": _is(0),
    "ISURI": _is(0),
    "ISBLANK": _is(1),
    "ISLITERAL": _is(*range(2, 11), 15),
    "ISNUMERIC": _is_numeric,
}
_OF_STRINGS = {"STRLEN", "STRAFTER", "STRBEFORE", "CONTAINS", "STRSTARTS", "STRENDS", "CONCAT", "LCASE"}
"""Functions that have a value for each text without a language."""
CASTS = {XSD + "integer": to_integer}
"""Constructors; of xsd:date only whether a text is one is known."""


def called(function: str, arguments: Sequence[Value]) -> Value:
    """The value of a function; raises `NotTranslatedError` for one that is not known here."""
    known = _FUNCTIONS.get(function.upper())
    if known is None:
        raise NotTranslatedError(function)
    found = known(*arguments)
    return replace(found, certain=_never_fails(function.upper(), arguments))


def _never_fails(function: str, arguments: Sequence[Value]) -> bool:
    """Whether a function has a value for all values of these arguments, none of which is unbound."""
    if not all(argument.certain for argument in arguments):
        return False
    if function == "STR":
        return BLANK not in arguments[0].kinds
    return function in _OF_STRINGS and all(argument.kinds == {STRING} for argument in arguments)
