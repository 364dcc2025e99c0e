"""Tells the number of a paragraph or an item from a number that a line happens to begin with."""

from __future__ import annotations

from dataclasses import dataclass

ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
_LONGEST_GAP = 4


@dataclass
class Numbering:
    """The marks accepted so far in a document: numbers, letters below them, roman numerals below these.

    `boundary` says that what stands before a mark has ended, `capital` that what follows it begins with a
    capital. A mark that follows the last one is accepted even where the text before breaks off.
    """

    number: int | None = None
    _letter: str | None = None
    _roman: int = 0

    def accept_number(self, value: int, boundary: bool, capital: bool) -> bool:
        """Whether a line that begins with this number begins a paragraph; if so, it is the last one now."""
        last = self.number
        if not capital or value == 0:
            return False
        if last is None:
            accepted = value == 1 or boundary
        elif value == last + 1:
            accepted = True
        else:
            accepted = boundary and (value == 1 or last < value <= last + _LONGEST_GAP)
        if accepted:
            self.number = value
            self._letter, self._roman = None, 0
        return accepted

    def accept_letters(self, mark: str, boundary: bool, capital: bool) -> tuple[str, ...] | None:
        """The items that this mark begins (`("a",)`, `("a", "ii")`), or None where it begins none."""
        follows = "a" if self._letter is None else chr(ord(self._letter) + 1)
        numeral = ROMAN.index(mark) + 1 if mark in ROMAN else 0
        if numeral == self._roman + 1 and not (mark == follows and self._roman == 0):
            if numeral == 1 and not (boundary or capital):
                return None
            self._roman = numeral
            return (self._letter, mark) if self._letter else (mark,)
        if len(mark) == 1 and (boundary or capital if mark == "a" else mark == follows):
            self._letter, self._roman = mark, 0
            return (mark,)
        return None
