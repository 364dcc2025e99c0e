"""Cuts a source document into clauses, headings and table cells.

A document is first cut into blocks (`mea_kg.segmenting`): headings, paragraphs, items, notes, prose, rows of
tables. A row is cut into its cells, blank ones left out. A heading is one clause. Any other block is cut, in its
normalised text:

1. after a full stop, `!`, `?`, `;` or `:` that white space or the block's end follows, together with closing
   quotation marks and brackets and a footnote mark behind it (`Activities;7/ and`);
2. not at a full stop after an abbreviation ("Conf. 18.3", "para. 2, b)", "No. 4", "i.e.", "Table 2."), before
   a small letter, after a single capital letter, or in a number (1,746.8); after "etc." or a month only before
   a capital letter;
3. not at a colon before a year ("Strategic Vision: 2021-2030") or after a label ("PART A:", "Objective 5.1:");
4. not inside brackets that are closed in the same block ("(SC73; online, May 2021)");
5. before items within a line, "(a) ...; (b) ..." or "(1) ...; (2) ...", where they begin with the first after
   a colon, a comma or a full stop and follow one another;
6. a part without any word but *and*, *or* or *then* stays with the part before it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, takewhile

from mea_kg.segmenting.blocks import Block, blocks_of
from mea_kg.segmenting.drafts import HEADING, ROW
from mea_kg.segmenting.numbering import ROMAN
from mea_kg.texts import NormalisedText

CLAUSE, CELL = "clause", "cell"

_STOP = re.compile(r"(?P<mark>[.;:!?])(?:\d{1,2}/|\*\d{0,2})?[\"”’»)\]]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?<![\w.])(?:Conf|[Pp]aras?|[Aa]rts?|Nos?|Rev|Add|Corr|Suppl?|e\.g|i\.e|cf|viz|vs|pp?|[Vv]ol|[Cc]h|[Ss]ecs?"
    r"|[Ff]igs?|Mr|Mrs|Ms|Dr|Prof|St|approx|ca|resp|op|al|ed|eds|U\.S|U\.K|U\.N|U\.S\.A"
    r"|(?:[Tt]able|[Aa]nnex|[Ff]igure|[Aa]rticle|[Pp]art|[Gg]oal|[Oo]bjective)(?:\s(?:\d+|[IVX]+|[A-Z]))?|[A-Z])$"
)
_MAY_END = re.compile(r"(?<![\w.])(?:etc|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Inc|Ltd|Co|Gren)$")
_LABEL = re.compile(r"(?:\S+\s){0,4}(?:\d[\d.]*|[IVXLC]+|[A-Z])$")
_YEAR = re.compile(r"\s(?:19|20)\d\d\b")
_INLINE_ITEM = re.compile(r"(?<=[:;,.]\s)(?:(?P<and>and|or)\s)?\((?P<mark>[a-z]|[ivx]+|\d{1,2})\)\s")
_SERIES = {
    "a": tuple("abcdefghijklmnopqrstuvwxyz"),
    "i": ROMAN,
    "1": tuple(str(number) for number in range(1, 100)),
}
_WORD = re.compile(r"[^\W_]+")
_EMPTY_WORDS = {"and", "or", "then"}


@dataclass(frozen=True)
class Clause:
    """A clause, a heading or a table cell: `start` and `end` in the normalised text, and the raw offsets.

    `path` says where it stands (see `mea_kg.segmenting.blocks`), with the letter of an item within a line.
    `chapeau` is the index of the clause that introduces its item; clauses with the same `item` belong to the
    same item, numbered paragraph, note or row. `column` counts a row's cells from 1.
    """

    index: int
    kind: str
    text: str
    start: int
    end: int
    raw_start: int
    raw_end: int
    path: tuple[str, ...]
    chapeau: int | None = None
    item: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Outline:
    """A document's clauses, in order, and which of them belong together."""

    clauses: tuple[Clause, ...]

    @classmethod
    def of(cls, text: NormalisedText) -> Outline:
        """The outline of a document."""
        return cls(tuple(cut(text)))

    @cached_property
    def _items(self) -> dict[int, list[int]]:
        items: dict[int, list[int]] = {}
        for clause in self.clauses:
            if clause.item is not None:
                items.setdefault(clause.item, []).append(clause.index)
        return items

    @cached_property
    def _places(self) -> dict[tuple[str, ...], list[int]]:
        places: dict[tuple[str, ...], list[int]] = {}
        for clause in self.clauses:
            if clause.path:
                places.setdefault(clause.path, []).append(clause.index)
        return places

    @cached_property
    def _ends(self) -> list[int]:
        return [clause.end for clause in self.clauses]

    def touched(self, start: int, end: int) -> tuple[Clause, ...]:
        """The clauses that have a character within this span of the normalised text."""
        first = bisect_right(self._ends, start)
        return tuple(takewhile(lambda clause: clause.start < end, self.clauses[first:]))

    def above(self, clause: Clause) -> list[int]:
        """The chapeau of a clause, the chapeau's, and so on."""
        found: list[int] = []
        while clause.chapeau is not None:
            found.append(clause.chapeau)
            clause = self.clauses[clause.chapeau]
        return found

    def beside(self, clauses: Iterable[Clause]) -> set[int]:
        """The clauses that stand beside these: themselves, those of the same item, and the item's chapeau."""
        near: set[int] = set()
        for clause in clauses:
            same = self._items.get(clause.item, []) if clause.item is not None else []
            for index in (clause.index, *same):
                near.update((index, *self.above(self.clauses[index])))
        return near

    def section(self, clause: Clause) -> set[int]:
        """The section of a clause: what stands beside it, and all that has its path."""
        return self.beside([clause]).union(self._places.get(clause.path, ()))


def cut(text: NormalisedText) -> list[Clause]:
    """The clauses of a document, in order: see the module's description."""
    clauses: list[Clause] = []
    introducing: dict[int, int] = {}
    blocks = blocks_of(text)
    stubs = {block.path[:2] for block in blocks if block.kind == ROW and text.text[block.start] != "|"}
    for number, block in enumerate(blocks):
        above = introducing.get(block.chapeau) if block.chapeau is not None else None
        for part in _parts(text.text, block, block.path[:2] in stubs):
            index = len(clauses)
            if part.letter is None:
                introducing[number] = index
            clauses.append(
                Clause(
                    index=index,
                    kind={HEADING: HEADING, ROW: CELL}.get(block.kind, CLAUSE),
                    text=text.text[part.start : part.end],
                    start=part.start,
                    end=part.end,
                    raw_start=text.raw_span(part.start, part.end)[0],
                    raw_end=text.raw_span(part.start, part.end)[1],
                    path=block.path if part.letter is None else (*block.path, part.letter),
                    chapeau=above if part.letter is None else introducing.get(number, above),
                    item=block.item,
                    column=part.column,
                )
            )
    return clauses


@dataclass(frozen=True)
class _Part:
    start: int
    end: int
    letter: str | None = None
    column: int | None = None


def _parts(text: str, block: Block, has_stub: bool) -> Iterator[_Part]:
    words = text[block.start : block.end]
    if block.kind == ROW:
        offset = 0
        for column, cell in enumerate(words.split("|"), start=1 if has_stub else 0):
            if cell.strip():
                start = block.start + offset + len(cell) - len(cell.lstrip())
                yield _Part(start, start + len(cell.strip()), column=column)
            offset += len(cell) + 1
    elif block.kind == HEADING:
        if words:
            yield _Part(block.start, block.end)
    else:
        for start, end, letter in _sentences(words):
            yield _Part(block.start + start, block.start + end, letter)


def _sentences(words: str) -> list[tuple[int, int, str | None]]:
    """Start, end and item letter of each clause of a block's words."""
    brackets = _closed_brackets(words)
    items = _items(words, brackets)
    edges = sorted({0, len(words), *_stops(words, brackets), *items})
    parts: list[tuple[int, int, str | None]] = []
    letter: str | None = None
    for start, end in pairwise(edges):
        first = start
        if start in items:
            letter, first = items[start]
        elif words[:start].rstrip('"”’»)]').endswith((".", "!", "?")):
            letter = None
        while first < end and words[first] == " ":
            first += 1
        last = len(words[:end].rstrip())
        content = {word.lower() for word in _WORD.findall(words[first:last])}
        if parts and content <= _EMPTY_WORDS:
            parts[-1] = (parts[-1][0], max(last, parts[-1][1]), parts[-1][2])
        elif first < last:
            parts.append((first, last, letter))
    return parts


def _closed_brackets(words: str) -> list[tuple[int, int]]:
    spans, opened = [], []
    for match in re.finditer(r"[()\[\]]", words):
        if match[0] in "([":
            opened.append(match.start())
        elif opened and words[opened[-1]] + match[0] in ("()", "[]"):
            spans.append((opened.pop(), match.start()))
    return spans


def _within(position: int, spans: list[tuple[int, int]]) -> bool:
    return any(start < position < end for start, end in spans)


def _stops(words: str, brackets: list[tuple[int, int]]) -> Iterator[int]:
    last = 0
    for stop in _STOP.finditer(words):
        position, end = stop.start(), stop.end()
        if _within(position, brackets):
            continue
        follows = words[end:].lstrip()[:1]
        if stop["mark"] == ".":
            shortened = _ABBREVIATION.search(words, max(0, position - 20), position)
            unsure = _MAY_END.search(words, max(0, position - 20), position)
            if shortened or follows.islower() or (unsure and not follows.isupper()):
                continue
        if stop["mark"] == ":":
            label = _LABEL.fullmatch(words[last:position].strip())
            if label or _YEAR.match(words, end):
                continue
        yield end
        last = end


def _items(words: str, brackets: list[tuple[int, int]]) -> dict[int, tuple[str, int]]:
    """The items within a line: where the mark begins, its letter, and where the item's words begin."""
    runs: list[dict[int, tuple[str, int]]] = []
    marks: Iterator[str] = iter(())
    expected: str | None = None
    for match in _INLINE_ITEM.finditer(words):
        mark, start = match["mark"], match.start("mark") - 1
        if _within(start, brackets):
            continue
        if mark == expected:
            runs[-1][start] = (mark, match.end())
        elif mark in _SERIES:
            marks = iter(_SERIES[mark][1:])
            runs.append({start: (mark, match.end())})
        else:
            continue
        expected = next(marks, None)
    return {start: item for run in runs if len(run) > 1 for start, item in run.items()}
