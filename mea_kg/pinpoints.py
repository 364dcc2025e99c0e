"""Reads pinpoints ("para. 3(a)", "list of groups, ICCWC") and tells whether a place in a document is there.

Decisions with numbered paragraphs are checked exactly. In other documents the names and numbers of a pinpoint's
last part ("ICCWC", "Conf. 18.5", "objective 5.1") must stand in the section of the place: the item with its
introduction, or the paragraph. Where it has none, its other words, if they stand there, speak for the place but
not against it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mea_kg.clauses import CLAUSE, Clause, Outline
from mea_kg.segmenting.drafts import HEADING

_PARAGRAPH = r"para(?:graph)?s?\.?\s*"
_PATTERNS = (
    (re.compile(r"(?:the )?(title|heading|preamble)"), ()),
    (re.compile(r"(?:the )?(?:enacting|opening) words"), ("enacting",)),
    (re.compile(rf"(preamble|text), {_PARAGRAPH}(\d+)"), ()),
    (re.compile(rf"{_PARAGRAPH}(\d+)((?:\([a-z]+\))*)"), ("para",)),
    (re.compile(r"(?:table (?P<table>\w+), )?note (?P<mark>\S+)"), ("note",)),
    (re.compile(r"(table) (\w+)"), ()),
)
_ITEM = re.compile(r"\(([a-z]+)\)")
_TOKEN = re.compile(r"\w+(?:[./-]\w+)*")
_TELLING = re.compile(r"[A-Z\d]")
GENERIC = {"list", "of", "the", "and", "on", "in", "first", "second", "last", "closing", "sentence", "entry"}
"""Words of pinpoints that stand in no document, as they only say how a place is meant."""

Path = tuple[str, ...]


def parsed(pinpoint: str) -> Path | None:
    """The path that a pinpoint names (see `mea_kg.segmenting.blocks`), or None where it names none.

    >>> parsed("para. 3(a)(ii)"), parsed("preamble, para. 2"), parsed("table 2, note *")
    (('para', '3', 'a', 'ii'), ('preamble', '2'), ('note', '*', '2'))
    >>> parsed("list of groups, ICCWC")
    """
    for pattern, fixed in _PATTERNS:
        match = pattern.fullmatch(pinpoint.strip())
        if match is None:
            continue
        if fixed == ("note",):
            return ("note", match["mark"], *([match["table"]] if match["table"] else []))
        parts = [part for part in match.groups() if part]
        if fixed == ("para",):
            return ("para", parts[0], *_ITEM.findall("".join(parts[1:])))
        return (*fixed, *parts)
    return None


def place_name(path: Path) -> str:
    """How a reader calls a path; empty where it has no name.

    >>> [place_name(path) for path in (("para", "3", "a", "ii"), ("preamble", "1"), ("note", "*", "2"))]
    ['para. 3(a)(ii)', 'preamble, para. 1', 'table 2, note *']
    """
    match path:
        case ("para", number, *items):
            return f"para. {number}" + "".join(f"({item})" for item in items)
        case ("preamble" | "text" as part, number, *items):
            return f"{part}, para. {number}" + "".join(f"({item})" for item in items)
        case ("enacting",):
            return "enacting words"
        case ("note", mark, table):
            return f"note {mark}" if not table or mark != "*" else f"table {table}, note {mark}"
        case ("table", table, "row", row):
            return f"table {table}, row {row}" if table else f"table, row {row}"
        case ("list", number, item):
            return f"list {number}, item {item}"
    return " ".join(path)


def stands_at(pinpoint: str, outline: Outline, touched: Sequence[Clause]) -> bool | None:
    """Whether the clauses that a phrase touches stand where the pinpoint says; None where that is not known.

    A phrase stands where it begins; one that begins in the chapeau of an item and goes on in the item stands in
    the item.
    """
    path = parsed(pinpoint)
    if path is None:
        return _stands_in_section(pinpoint, outline, touched)
    if not touched or not any(_has_kind(clause, path) for clause in outline.clauses):
        return None
    if path == ("heading",):
        return touched[0].kind == HEADING or touched[0].index < _first_prose(outline)
    within = [clause for clause in touched if is_within(clause, path)]
    above = {index for clause in within for index in outline.above(clause)}
    return touched[0] in within or touched[0].index in above


def _has_kind(clause: Clause, path: Path) -> bool:
    return clause.kind == HEADING if path == ("heading",) else clause.path[:1] == path[:1]


def _first_prose(outline: Outline) -> int:
    return next((clause.index for clause in outline.clauses if clause.kind == CLAUSE), len(outline.clauses))


def is_within(clause: Clause, path: Path) -> bool:
    """Whether a clause stands at a path or in a part of it; the notes to a table belong to it."""
    if path == ("preamble",) and clause.path[:1] == ("enacting",):
        return True
    if path[0] == "table" and clause.path[:1] == ("note",):
        return clause.path[2:] == path[1:]
    return clause.path[: len(path)] == path


def _stands_in_section(pinpoint: str, outline: Outline, touched: Sequence[Clause]) -> bool | None:
    every = _TOKEN.findall(pinpoint.rsplit(", ", 1)[-1])
    telling = {word.lower() for word in every if _TELLING.search(word)}
    words = telling or {word.lower() for word in every} - GENERIC
    if not words or not touched:
        return None
    if all(words <= section_words(outline, clause) for clause in touched):
        return True
    elsewhere = any(telling <= section_words(outline, clause) for clause in outline.clauses)
    return False if telling and elsewhere else None


def words_of(text: str) -> set[str]:
    """The words and numbers of a text, in lower case.

    >>> sorted(words_of("Strategic Vision, objective 5.1"))
    ['5.1', 'objective', 'strategic', 'vision']
    """
    return set(_words(text))


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _TOKEN.findall(text))


def section_words(outline: Outline, clause: Clause) -> set[str]:
    """The words of the section of a clause: its item with the introduction, or its paragraph."""
    return set().union(*(_words(outline.clauses[index].text) for index in outline.section(clause)))
