"""Finds the blocks of a source document: title, preamble, paragraphs, items, tables, notes, prose.

The marks that begin a block are believed only where they follow one another, so that a line that happens to
begin with "17. " or "(f) " inside a sentence begins nothing. A path says where a block stands:

    ("title",)  ("enacting",)  ("preamble", "1")  ("para", "3")  ("para", "3", "a", "ii")  ("heading",)
    ("table", "2")  ("table", "2", "row", "4")  ("note", "*", "2")  ("text", "3")  ("list", "1", "4")

A note's last part is the table that it follows, or empty. "text" counts the prose paragraphs of a document
that has no numbered ones. A path is empty where the place has no name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mea_kg.segmenting.drafts import (
    BULLET,
    CLOSED,
    HEADING,
    ITEM,
    NOTE,
    PARAGRAPH,
    PROSE,
    ROW,
    Draft,
    drafts_of,
)
from mea_kg.texts import NormalisedText

_HEADING_WORDS = 30
_ENACTING_WORDS = 3


@dataclass(frozen=True)
class Block:
    """A part of a document: `start` and `end` in the normalised text, without the mark that begins it.

    `chapeau` is the index of the block that introduces it, `item` that of the block that begins the item
    which it belongs to (its own, for an item, a paragraph, a row or a note); None where there is none.
    """

    kind: str
    start: int
    end: int
    path: tuple[str, ...] = ()
    chapeau: int | None = None
    item: int | None = None


def blocks_of(text: NormalisedText) -> list[Block]:
    """The blocks of a document, in order; together they hold all of its text but the marks."""
    return _Placing(text, list(drafts_of(text))).blocks()


class _Placing:
    """Gives the drafts their paths, and says which block introduces or continues which."""

    def __init__(self, text: NormalisedText, drafts: list[Draft]) -> None:
        self._text = text
        self._drafts = drafts
        self._numbered = any(draft.kind == PARAGRAPH for draft in drafts)
        self._enacting = next((at for at, draft in enumerate(drafts) if draft.mark == ("enacting",)), None)
        self._blocks: list[Block] = []
        self._begun = False
        self._paragraph: int | None = None
        self._letter: int | None = None
        self._caption: int | None = None
        self._introducer: int | None = None
        self._bullet: int | None = None
        self._counts = dict.fromkeys(("preamble", "text", "list", "bullet", "row"), 0)

    def blocks(self) -> list[Block]:
        """The blocks of the drafts, one each."""
        place = {
            HEADING: self._heading,
            PARAGRAPH: self._numbered_paragraph,
            ITEM: self._item,
            BULLET: self._bulleted,
            ROW: self._row,
            NOTE: self._note,
            PROSE: self._prose,
        }
        for index, draft in enumerate(self._drafts):
            start, end = self._text.span_of_raw(draft.start, draft.end)
            self._blocks.append(place[draft.kind](index, draft, Block(draft.kind, start, end)))
        return self._blocks

    def _next(self, count: str) -> str:
        self._counts[count] += 1
        return str(self._counts[count])

    def _leave_list(self) -> None:
        self._introducer = self._bullet = None
        self._counts["bullet"] = 0

    def _heading(self, index: int, draft: Draft, block: Block) -> Block:
        self._leave_list()
        self._paragraph = self._letter = None
        self._caption = index if draft.mark else None
        return replace(block, path=draft.mark or ("heading",))

    def _row(self, index: int, draft: Draft, block: Block) -> Block:
        if index == 0 or self._drafts[index - 1].kind != ROW:
            self._leave_list()
            self._paragraph = self._letter = None
            self._counts["row"] = 0
            if self._caption != index - 1:
                self._caption = None
        return replace(
            block, path=(*self._table(), "row", self._next("row")), chapeau=self._caption, item=index
        )

    def _table(self) -> tuple[str, ...]:
        return ("table", "") if self._caption is None else self._blocks[self._caption].path

    def _note(self, index: int, draft: Draft, block: Block) -> Block:
        return replace(block, path=("note", *draft.mark, self._table()[1]), item=index)

    def _numbered_paragraph(self, index: int, draft: Draft, block: Block) -> Block:
        self._leave_list()
        self._begun, self._paragraph, self._letter = True, index, None
        return replace(block, path=("para", *draft.mark), item=index)

    def _item(self, index: int, draft: Draft, block: Block) -> Block:
        above = ("item",) if self._paragraph is None else self._blocks[self._paragraph].path
        introducer = self._introducer if self._paragraph is None else self._paragraph
        if len(draft.mark) == 1:
            self._letter = index
        else:
            introducer = self._letter
        return replace(block, path=(*above, *draft.mark), chapeau=introducer, item=index)

    def _bulleted(self, index: int, draft: Draft, block: Block) -> Block:
        self._bullet = index
        above: tuple[str, ...] = ("list", str(self._counts["list"]))
        introducer = self._introducer
        if self._paragraph is not None:
            above = self._blocks[self._paragraph].path
            introducer = self._paragraph
        return replace(block, path=(*above, self._next("bullet")), chapeau=introducer, item=index)

    def _prose(self, index: int, draft: Draft, block: Block) -> Block:
        if self._numbered and not self._begun:
            return self._before_paragraphs(index, draft, block)
        if self._numbered and self._paragraph is not None:
            return replace(block, path=self._blocks[self._paragraph].path, item=self._paragraph)
        if self._introduces(index):
            self._leave_list()
            self._introducer = index
            self._counts["list"] += 1
        elif self._is_heading(index):
            self._leave_list()
            return replace(block, kind=HEADING, path=("heading",))
        item = self._bullet if self._bullet is not None and self._in_item(index) else None
        return replace(block, path=() if self._numbered else ("text", self._next("text")), item=item)

    def _before_paragraphs(self, index: int, draft: Draft, block: Block) -> Block:
        if self._enacting is None:
            return block
        if index < self._enacting:
            return replace(block, kind=HEADING, path=("title",))
        if index == self._enacting or (
            draft.words.endswith(":") and len(draft.words.split()) <= _ENACTING_WORDS
        ):
            return replace(block, path=("enacting",))
        return replace(block, path=("preamble", self._next("preamble")))

    def _introduces(self, index: int) -> bool:
        draft, after = self._drafts[index], self._drafts[index + 1 : index + 2]
        directly = bool(after) and after[0].kind == BULLET and not after[0].after_blank
        return draft.kind == PROSE and (draft.words.rstrip("*").endswith(":") or directly)

    def _is_heading(self, index: int) -> bool:
        draft, after = self._drafts[index], self._drafts[index + 1 : index + 2]
        alone = not after or after[0].after_blank
        return (
            alone
            and not CLOSED.search(draft.words.rstrip("*"))
            and len(draft.words.split()) <= _HEADING_WORDS
        )

    def _in_item(self, index: int) -> bool:
        """Prose between two bullets continues the first; after the last, where it did so before."""
        if any(block.item == self._bullet for block in self._blocks[-1:] if block.kind == PROSE):
            return True
        for later in range(index + 1, len(self._drafts)):
            if self._drafts[later].kind == BULLET:
                return True
            if self._drafts[later].kind != PROSE or self._introduces(later) or self._is_heading(later):
                break
        bullets = [block.item for block in self._blocks if block.chapeau == self._introducer]
        return any(block.kind == PROSE and block.item in bullets for block in self._blocks)
