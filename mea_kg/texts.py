"""Texts as phrases are compared: without layout and markup, with the way back to the raw text.

All offsets count characters, from 0, end excluded.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from urllib.parse import quote

_LITERAL_LAYOUT = re.compile(r"(?<!\\)\\(?P<kind>[nrt])")
_STRONG = re.compile(r"(?<!\\)\*\*")
_EMPHASIS = re.compile(
    r"(?<![^\s(\[\"'“‘«—–])\*(?=[^\s*])"
    r"(?P<keep>(?:(?!\n\s*\n)(?:\\.|[^*|\\]))*)(?<=[^\s*])\*(?![\w*])"
)
_LINK = re.compile(
    r"""!?\[ (?P<keep> (?: \\. | [^\[\]\\] | \[[^\[\]]*\] )* ) \]
    \( (?: | (?: \# | \.{0,2}/ | www\. | [A-Za-z][\w+.-]*: ) (?: \\. | [^()\s\\] | \([^()\s]*\) )*
       (?: \s+ "[^"]*" )? ) \)""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?P<keep>[!-/:-@\[-`{-~])")
_WHITE = re.compile(r"(?:\s|\ufeff)+")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
# Some sources print a small word and the next one without the space between: "andurges", "theCartagena".
_FUSED = re.compile(r"(?<!\w)(?:and|of|the|The)$")
_SEPARATORS = (".", ",")

Span = tuple[int, int]


@dataclass(frozen=True)
class NormalisedText:
    """A text without layout and markup, and for each of its characters where it stands in the raw text.

    In this order:

    1. a literal backslash followed by n, r or t becomes white space;
    2. strong marks `**` go;
    3. `*emphasis*` loses its stars, where the first follows a space, a bracket or a quotation mark and
       touches a word, and the second ends a word of the same paragraph and table cell; a footnote star
       stays ("Fund)*6", "Category* |", "* The Executive Secretary");
    4. `[text](target)` becomes its text, where the target is empty or looks like an address; "[5](a)" stays;
    5. a backslash before punctuation goes;
    6. a run of white space becomes one space, and none is left at the ends. `|` stays.

    `starts[i]` and `ends[i]` are the raw offsets of the character `text[i]`; a space stands for a whole run.
    """

    raw: str = field(repr=False)
    text: str
    starts: tuple[int, ...] = field(repr=False)
    ends: tuple[int, ...] = field(repr=False)

    def raw_span(self, start: int, end: int) -> Span:
        """The raw offsets of `text[start:end]`, which must not be empty."""
        return self.starts[start], self.ends[end - 1]

    def span_of_raw(self, start: int, end: int) -> Span:
        """The part of the text that stands within these raw offsets, without spaces at its ends."""
        first, last = bisect_right(self.ends, start), bisect_left(self.starts, end)
        while first < last and self.text[first] == " ":
            first += 1
        while last > first and self.text[last - 1] == " ":
            last -= 1
        return first, max(first, last)

    def find(self, phrase: str) -> tuple[Span, ...]:
        """Where the phrase stands, in order; if nowhere, where the phrase freed from markup does.

        >>> normalised("the **CITES  Strategic**\\nVision").find("CITES Strategic Vision")
        ((4, 26),)
        """
        for wanted in dict.fromkeys((" ".join(phrase.split()), normalised(phrase).text)):
            if wanted and (found := _positions(self.text, wanted)):
                return tuple((start, start + len(wanted)) for start in found)
        return ()

    def find_whole(self, phrase: str) -> tuple[Span, ...]:
        """Where the phrase stands without beginning or ending inside a word or a number.

        It may follow a small word without a space between, as some sources print it ("andurges").

        >>> text = normalised("andurges, surges, urgeses; US $1,000,000")
        >>> text.find_whole("urges"), text.find_whole("US $1,000")
        (((3, 8),), ())
        """
        return tuple(span for span in self.find(phrase) if self._is_whole(*span))

    def _is_whole(self, start: int, end: int) -> bool:
        before, after = self.text[max(0, start - 5) : start], self.text[end : end + 2]
        first, last = self.text[start], self.text[end - 1]
        if first.isalnum() and before[-1:].isalnum() and not _FUSED.search(before):
            return False
        if last.isalnum() and after[:1].isalnum():
            return False
        if first.isdigit() and before[-1:] in _SEPARATORS and before[-2:-1].isdigit():
            return False
        return not (last.isdigit() and after[:1] in _SEPARATORS and after[1:2].isdigit())

    def whole_words(self, start: int, end: int) -> str:
        """This part of the text, with the words that it begins and ends in made whole."""
        while start > 0 and self.text[start - 1] != " ":
            start -= 1
        while end < len(self.text) and self.text[end] != " ":
            end += 1
        return self.text[start:end]

    def place_of(self, offset: int) -> tuple[int, int]:
        """The line and the column, both from 1, of a raw offset."""
        before = self.raw[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def normalised(raw: str) -> NormalisedText:
    """The text as phrases are compared: see `NormalisedText`."""
    text = NormalisedText(raw, laid_out(raw), tuple(range(len(raw))), tuple(range(1, len(raw) + 1)))
    for pattern in (_STRONG, _EMPHASIS, _LINK, _ESCAPE):
        text = _substituted(text, pattern, None)
    text = _substituted(text, _WHITE, " ")
    first = 1 if text.text.startswith(" ") else 0
    last = len(text.text) - (1 if text.text.endswith(" ") and len(text.text) > first else 0)
    return NormalisedText(raw, text.text[first:last], text.starts[first:last], text.ends[first:last])


def laid_out(raw: str) -> str:
    """The raw text, character by character, with real line breaks and spaces for literal `\\n` and `\\t`.

    >>> laid_out("a\\\\nb")
    'a \\nb'
    """
    return _LITERAL_LAYOUT.sub(lambda match: " \n" if match["kind"] == "n" else "  ", raw)


def _substituted(text: NormalisedText, pattern: re.Pattern[str], replacement: str | None) -> NormalisedText:
    """Each match becomes this one character or, if there is none, its group `keep` (nothing without one)."""
    kept: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def keep(start: int, end: int) -> None:
        kept.append(text.text[start:end])
        starts.extend(text.starts[start:end])
        ends.extend(text.ends[start:end])

    position = 0
    for match in pattern.finditer(text.text):
        keep(position, match.start())
        if replacement is not None:
            kept.append(replacement)
            starts.append(text.starts[match.start()])
            ends.append(text.ends[match.end() - 1])
        elif "keep" in pattern.groupindex:
            keep(*match.span("keep"))
        position = match.end()
    if position == 0:
        return text
    keep(position, len(text.text))
    return NormalisedText(text.raw, "".join(kept), tuple(starts), tuple(ends))


def _positions(text: str, wanted: str) -> tuple[int, ...]:
    found: list[int] = []
    position = text.find(wanted)
    while position >= 0:
        found.append(position)
        position = text.find(wanted, position + 1)
    return tuple(found)


def word_count(phrase: str) -> int:
    """How many words a phrase has: its parts between spaces that contain a letter or a digit.

    >>> word_count("Sub-total (I) | 1746.8 | - |")
    3
    """
    return sum(1 for part in normalised(phrase).text.split() if _LETTER_OR_DIGIT.search(part))


def text_fragment(phrase: str) -> str:
    """The end of a link that opens a page at the phrase; a phrase over several table cells as a range.

    >>> text_fragment("co-operation, trade & customs")
    '#:~:text=co%2Doperation%2C%20trade%20%26%20customs'
    >>> text_fragment("Austria | 0.859 | 1.501")
    '#:~:text=Austria,1.501'
    """
    cells = [cell.strip() for cell in normalised(phrase).text.split("|") if cell.strip()]
    ends = cells if len(cells) < 2 else [cells[0], cells[-1]]
    return "#:~:text=" + ",".join(quote(end, safe="").replace("-", "%2D") for end in ends)
