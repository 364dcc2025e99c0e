"""The places that a document has by name ("list of groups, ICCWC", "Article XV"), and whether a pinpoint names one.

A place is named

1. by the document's entry: evidence of the document itself with that pinpoint. The place is what its phrase stands
   in, with the rest of that item and with the items that it introduces;
2. by its form: "table 2, title", "closing sentence", and whatever `mea_kg.pinpoints.parsed` reads;
3. as a list: "list of" words of the clause that introduces its items;
4. by words that stand there: all words of a part of the pinpoint, in one item with its introduction, or in one
   paragraph. Words such as *of* and *first* name nothing.

A pinpoint names its place from the whole to the part: each part, up to a comma, must name one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate

from mea_kg.clauses import CLAUSE, Clause, Outline
from mea_kg.context import nearest
from mea_kg.pinpoints import GENERIC, is_within, parsed, place_name, section_words, stands_at, words_of
from mea_kg.segmenting.drafts import HEADING

_LIST = "list of "
_CLOSING = "closing sentence"
_TITLE = ", title"
_ALIKE = 0.6


class NamedPlaces:
    """The named places of one document.

    `declared` has the clauses that the document's own evidence touches, by pinpoint; `used` the pinpoints of all
    evidence from it, of which those that name a place are proposed for one that does not.
    """

    def __init__(
        self, outline: Outline, declared: dict[str, tuple[Clause, ...]], used: Iterable[str] = ()
    ) -> None:
        self._outline = outline
        self._declared = declared
        self._used = sorted({*used, *declared})
        self._has: dict[str, bool] = {}

    def stands_at(self, pinpoint: str, touched: Sequence[Clause]) -> bool | None:
        """Whether the clauses that a phrase touches stand where the pinpoint says; None where that is not known."""
        if not touched:
            return None
        if parsed(pinpoint) is not None:
            return stands_at(pinpoint, self._outline, touched)
        section = self._section(pinpoint)
        if section is not None:
            return touched[0].index in section
        for name in self._wholes(pinpoint):
            section = self._section(name)
            if section is not None and touched[0].index not in section:
                return False
        return stands_at(pinpoint, self._outline, touched)

    def has(self, pinpoint: str) -> bool:
        """Whether the document has the place that the pinpoint names; true of a pinpoint without a name."""
        if pinpoint not in self._has:
            self._has[pinpoint] = self._is_there(pinpoint)
        return self._has[pinpoint]

    def _is_there(self, pinpoint: str) -> bool:
        if pinpoint in self._declared or not pinpoint.strip():
            return True
        path = parsed(pinpoint)
        if path is not None:
            return path == ("heading",) or any(is_within(clause, path) for clause in self._outline.clauses)
        if pinpoint == _CLOSING or pinpoint.startswith(_LIST) or pinpoint.endswith(_TITLE):
            name, comma, rest = pinpoint.partition(", ")
            is_there = bool(self._section(name if pinpoint.startswith(_LIST) else pinpoint))
            return is_there and (pinpoint.endswith(_TITLE) or not comma or self._stand_somewhere(rest))
        whole = next((name for name in self._wholes(pinpoint) if self._section(name) is not None), "")
        return self._stand_somewhere(pinpoint[len(whole) :])

    def nearest(self, pinpoint: str) -> list[str]:
        """The names of places that the document has and that are most like this one."""
        return nearest(pinpoint, self._names, 3, _ALIKE)

    @cached_property
    def _names(self) -> list[str]:
        """The names in use that name a place, and those of the numbered places."""
        numbered = (place_name(clause.path) for clause in self._outline.clauses if clause.path)
        return list(dict.fromkeys([*filter(self.has, self._used), *numbered]))

    def _wholes(self, pinpoint: str) -> list[str]:
        """The pinpoint without its last part, without its last two, and so on."""
        parts = pinpoint.split(", ")[:-1]
        return list(accumulate(parts, "{}, {}".format))[::-1]

    def _section(self, name: str) -> set[int] | None:
        """The clauses of a place that is declared, has a form or is a list; None of another."""
        if name in self._declared:
            return self._with_items(self._declared[name])
        if name == _CLOSING:
            return {
                clause.index for clause in [one for one in self._outline.clauses if one.kind == CLAUSE][-1:]
            }
        path = parsed(name.removesuffix(_TITLE))
        if path is not None and path[0] == "table":
            within = [clause for clause in self._outline.clauses if is_within(clause, path)]
            return {one.index for one in within if one.kind == HEADING or not name.endswith(_TITLE)}
        if name.startswith(_LIST) and ", " not in name:
            words = words_of(name) - GENERIC
            return self._with_items(one for one in self._introducing if words <= words_of(one.text))
        return None

    @cached_property
    def _introducing(self) -> list[Clause]:
        """The clauses that introduce items."""
        numbers = {clause.chapeau for clause in self._outline.clauses if clause.chapeau is not None}
        return [self._outline.clauses[number] for number in sorted(numbers)]

    def _with_items(self, clauses: Iterable[Clause]) -> set[int]:
        """These clauses, the rest of their items, and the items that any of them introduces."""
        found = {clause.index for clause in clauses}
        items = {self._outline.clauses[number].item for number in found}
        for clause in self._outline.clauses:
            if found.intersection(self._outline.above(clause)):
                found.add(clause.index)
                items.add(clause.item)
        items.discard(None)
        return found | {clause.index for clause in self._outline.clauses if clause.item in items}

    def _stand_somewhere(self, names: str) -> bool:
        """Whether the words of each name, up to a comma, stand in one section of the text."""
        every = [words_of(name) - GENERIC for name in names.split(", ")]
        return all(any(words <= section for section in self._sections) for words in every)

    @cached_property
    def _sections(self) -> list[set[str]]:
        return [section_words(self._outline, clause) for clause in self._outline.clauses]
