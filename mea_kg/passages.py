"""Finds the passage of a text that is nearest to a phrase that does not stand in it, and where they differ."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

_CANDIDATES = 100
_CLOSEST = 3
_LEAST_ALIKE = 0.5
_MARKS = ',.;:!?()[]"“”'


@dataclass(frozen=True)
class Passage:
    """A passage of a text: its offsets, its words, and how the phrase differs from it, in words."""

    start: int
    end: int
    words: str
    differences: tuple[str, ...]


def nearest(text: str, phrase: str) -> Passage | None:
    """The passage most like the phrase, or None where nothing is like it. Both are normalised.

    >>> nearest("his sustained efforts to strengthen", "sustaned efforts").differences
    ('"sustaned" where the source has "sustained"',)
    """
    wanted = phrase.split()
    tokens = list(re.finditer(r"\S+", text))
    if not wanted or not tokens:
        return None
    length = min(len(wanted), len(tokens))

    def alike(span: tuple[int, int]) -> float:
        return difflib.SequenceMatcher(None, text[span[0] : span[1]], phrase, autojunk=False).ratio()

    def window(first: int) -> tuple[int, int]:
        return tokens[first].start(), tokens[min(first + length, len(tokens)) - 1].end()

    likely = sorted(
        _likely([token[0] for token in tokens], wanted, length), key=lambda at: -alike(window(at))
    )
    best = max(_near(tokens, likely[:_CLOSEST], length), key=alike, default=None)
    if best is None:
        return None
    start, end = best
    while (
        end - start > 1
        and text[end - 1] in _MARKS
        and (text[end - 2] == phrase[-1] or phrase[-1] not in _MARKS)
    ):
        end -= 1
    while (
        end - start > 1
        and text[start] in _MARKS
        and (text[start + 1] == phrase[0] or phrase[0] not in _MARKS)
    ):
        start += 1
    words = text[start:end]
    if difflib.SequenceMatcher(None, words, phrase, autojunk=False).ratio() < _LEAST_ALIKE:
        return None
    return Passage(start, end, words, tuple(_differences(wanted, words.split())))


def _near(tokens: list[re.Match[str]], likely: list[int], length: int) -> Iterator[tuple[int, int]]:
    """The spans that begin there or a word beside, as long as the phrase or a word longer or shorter."""
    for first in likely:
        for start in range(max(0, first - 1), min(first + 2, len(tokens))):
            for end in range(start + max(1, length - 1), min(start + length + 1, len(tokens)) + 1):
                yield tokens[start].start(), tokens[end - 1].end()


def _likely(words: list[str], wanted: list[str], length: int) -> list[int]:
    """Where the windows begin that share most words with the phrase."""
    sought = Counter(wanted)
    window = Counter(words[:length])
    shared = sum((window & sought).values())
    scores = [(shared, 0)]
    for first in range(1, len(words) - length + 1):
        gone, come = words[first - 1], words[first + length - 1]
        shared -= window[gone] <= sought[gone]
        window[gone] -= 1
        window[come] += 1
        shared += window[come] <= sought[come]
        scores.append((shared, -first))
    likely = [-position for score, position in sorted(scores, reverse=True)[:_CANDIDATES] if score]
    if likely:
        return likely
    known = sorted(set(words))
    for position, word in sorted(enumerate(wanted), key=lambda one: -len(one[1])):
        for close in difflib.get_close_matches(word, known, n=1):
            return [max(0, at - position) for at, other in enumerate(words) if other == close][:_CANDIDATES]
    return []


def _differences(phrase: list[str], source: list[str]) -> Iterator[str]:
    for kind, a, b, c, d in difflib.SequenceMatcher(None, phrase, source, autojunk=False).get_opcodes():
        ours, theirs = " ".join(phrase[a:b]), " ".join(source[c:d])
        if kind == "replace":
            yield f'"{ours}" where the source has "{theirs}"'
        elif kind == "delete":
            yield f'"{ours}" where the source has nothing'
        elif kind == "insert":
            yield f'"{theirs}" is left out'
