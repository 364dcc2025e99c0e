"""Finds where the blocks of a source document begin, by the marks at the beginning of its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mea_kg.segmenting.lines import Line, lines_of
from mea_kg.segmenting.numbering import Numbering
from mea_kg.texts import NormalisedText

HEADING, PROSE, ROW, NOTE = "heading", "prose", "row", "note"
PARAGRAPH, ITEM, BULLET = "paragraph", "item", "bullet"

_MARK = re.compile(
    r"""(?:\*\*)?
    (?: (?P<note>\d{1,2}/) | (?P<number>\d{1,3})\. | \((?P<letter>[a-z]{1,5})\) | (?P<bare>[a-z])[.)]
      | (?P<bullet>[-*•–+]) )
    (?:\*\*)?\s+(?=\S)""",
    re.VERBOSE,
)
_ENACTING = re.compile(
    r"The (?:\w+ )?(?:Conference|Meeting|Parties|Commission|Committee|Assembly|Council|Body|Board|COP|MOP)\b"
)
_CAPTION = re.compile(r"Table\.?\s?(?P<table>\d+|[IVX]+|[A-Z])\b")
_DIVISION = re.compile(
    r"(?:(?P<sharps>#+\s+)|(?:PART|Part|ANNEX|Annex|CHAPTER|Chapter|SECTION|Section)\s(?:[A-Z]|[IVX]+|\d+)\s?[-–—:.])"
)
_FOOTNOTE_STAR = re.compile(r"(?<=[\w)\]\"”])\*(?=[\d\s;,.:|]|$)")
_ENDED = re.compile(r"(?:[.;:,!?][\"”’)\]]*|\band|\bor)$")
CLOSED = re.compile(r"[.;:,!?][\"”’)\]]*$")
_CAPTION_LINES = 4


@dataclass(frozen=True)
class Draft:
    """A block as its first line shows it: raw offsets without the mark, and its words as laid out."""

    kind: str
    mark: tuple[str, ...]
    start: int
    end: int
    after_blank: bool
    words: str

    def extended(self, line: Line) -> Draft:
        """The block, with one more line."""
        return replace(self, end=line.end, words=f"{self.words} {line.text}")


def drafts_of(text: NormalisedText) -> Iterator[Draft]:
    """The blocks of a document, in order."""
    lines = lines_of(text.raw)
    marks = _Marks(_FOOTNOTE_STAR.search(text.text) is not None)
    draft: Draft | None = None
    for index, line in enumerate(lines):
        row_is_near = any(other.row for other in lines[index + 1 : index + _CAPTION_LINES])
        begun = marks.begun_by(line, draft, row_is_near)
        if begun is None and draft is not None:
            draft = draft.extended(line)
            continue
        if draft is not None:
            yield draft
        kind, mark, length = begun or (PROSE, (), 0)
        draft = Draft(kind, mark, line.start + length, line.end, line.after_blank, line.text[length:])
    if draft is not None:
        yield draft


@dataclass
class _Marks:
    """Which lines begin a block; it remembers the marks accepted before."""

    _stars_are_notes: bool
    _numbering: Numbering = field(default_factory=Numbering)
    _enacted: bool = False

    def begun_by(
        self, line: Line, before: Draft | None, row_is_near: bool
    ) -> tuple[str, tuple[str, ...], int] | None:
        """Kind, mark and length of the mark of the block that a line begins, or None where it goes on."""
        if line.row:
            return ROW, (), 0
        if row_is_near and (caption := _CAPTION.match(line.text)):
            return HEADING, ("table", caption["table"]), 0
        if division := _DIVISION.match(line.text):
            return HEADING, (), len(division["sharps"] or "")
        fresh = before is None or line.after_blank or before.kind == ROW
        boundary = fresh or before is None or before.kind == HEADING or bool(_ENDED.search(before.words))
        if (mark := _MARK.match(line.text)) and (accepted := self._accepted(mark, boundary)):
            return *accepted, mark.end()
        if self._numbering.number is None:
            if _ENACTING.match(line.text):
                self._enacted = True
                return PROSE, ("enacting",), 0
            if self._enacted and before and CLOSED.search(before.words) and line.text[0].isupper():
                return PROSE, (), 0
        return (PROSE, (), 0) if fresh else None

    def _accepted(self, mark: re.Match[str], boundary: bool) -> tuple[str, tuple[str, ...]] | None:
        capital = not mark.string[mark.end()].islower()
        if note := mark["note"]:
            return NOTE, (note,)
        if number := mark["number"]:
            accepted = self._numbering.accept_number(int(number), boundary, capital)
            return (PARAGRAPH, (number,)) if accepted else None
        if letters := mark["letter"] or mark["bare"]:
            item = self._numbering.accept_letters(letters, boundary, capital)
            return (ITEM, item) if item else None
        if mark["bullet"] == "*" and self._stars_are_notes:
            return NOTE, ("*",)
        return (BULLET, ()) if boundary or capital else None
