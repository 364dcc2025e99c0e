"""Finds in a clause what a fact could hang on: names, numbers, dates and operative verbs.

- A **name** is a run of words with a capital, joined by small words ("Convention on the Conservation of
  Migratory Species"); the first word of a clause only where it is an acronym or another capital follows.
- A **date** is a day, month or year in words or figures; a **number** is in figures or in words.
- An **operative verb** is a form of a verb of the vocabulary: requests, requested, requesting; "request" too, where
  it can be a verb of a plural actor and is no noun or infinitive.

Words are compared by their key: small letters, no genitive, no plural *s*, figures for numbers in words, no
separators of thousands, the vocabulary's form for the forms of its verbs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

NAME, NUMBER, DATE, VERB = "name", "number", "date", "verb"

MONTHS = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
]  # fmt: skip
_MONTHS = "|".join(MONTHS)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}\s+)?(?:{_MONTHS})(?:\s+\d{{4}})?\b|(?<![\w.,/])(?:19|20)\d\d(?![\w.,]\w)"
)
_NUMBER = re.compile(r"(?<![\w./*-])\d(?:[\d.,]*\d)?(?:st|nd|rd|th)?(?![\w/])")
_AMOUNT = re.compile(r"(?:\b[A-Z]{2,3}\s?)?[$€£]\s?\d(?:[\d.,]*\d)?")
_TOKEN = re.compile(r"\d[\d.,]*\d|\d|[^\W\d_]+")
_WORD = re.compile(r"[^\s,;:()\[\]{}|\"“”‘’!?]+")
_CAPITAL = re.compile(r"[^\W\d_]")
_ACRONYM = re.compile(r"[A-Z].*[A-Z\d]|[A-Z]{2,}")
_GENITIVE = re.compile(r"['’]s?$")
_JOINING = {"of", "for", "on", "de", "la", "du", "des", "&"}
_ARTICLES = {"the"}
SMALL_WORDS = frozenset(
    (
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "de",
        "for",
        "from",
        "in",
        "la",
        "of",
        "on",
        "or",
        "s",
        "the",
        "to",
        "with",
    )
)
"""The keys of words that say nothing about whom or what a text is."""
_NO_VERB_AFTER = frozenset(
    ("to", "the", "a", "an", "this", "that", "any", "of", "for", "by", "with", "in", "its")
)
_CARDINALS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
]  # fmt: skip
_ORDINALS = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
]  # fmt: skip
_IN_WORDS = {word: str(value) for value, word in enumerate(_CARDINALS)} | {
    word: str(value) for value, word in enumerate(_ORDINALS, start=1)
}


@dataclass(frozen=True)
class Mention:
    """A word or a run of words: its kind, the text, and the offsets in the document of the words that count."""

    kind: str
    text: str
    words: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True)
class Verbs:
    """The forms of the operative verbs: each with the label of the vocabulary that it is a form of."""

    forms: dict[str, str] = field(default_factory=dict)
    bases: frozenset[str] = frozenset()

    @classmethod
    def of(cls, labels: Iterable[str]) -> Verbs:
        """The forms of the verbs with these labels ("requests", "calls on", "shall").

        >>> sorted(form for form, label in Verbs.of(["agrees", "calls on"]).forms.items() if label == "agrees")
        ['agree', 'agreed', 'agreeing', 'agrees']
        """
        forms: dict[str, str] = {}
        bases: set[str] = set()
        for label in sorted(set(labels), key=lambda one: (len(one.split()), one)):
            head, _, particle = label.lower().partition(" ")
            inflected = list(_inflected(head))
            if len(inflected) > 1:
                bases.add(f"{inflected[1]} {particle}".strip())
            for particles in {particle, "upon"} if particle == "on" else {particle}:
                for form in inflected:
                    forms.setdefault(f"{form} {particles}".strip(), label)
        return cls(forms, frozenset(bases))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        forms = "|".join(re.escape(form) for form in sorted(self.forms, key=len, reverse=True))
        return re.compile(rf"(?<![^\W\d_])(?:and)?(?P<form>{forms})(?![\w-])", re.IGNORECASE)

    def found_in(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and label of each operative verb of a clause."""
        if not self.forms:
            return
        alternatives = "|".join(re.escape(form) for form in sorted(self.forms, key=len, reverse=True))
        for match in re.finditer(
            rf"(?<![^\W\d_])(?:and)?(?P<form>{alternatives})(?![\w-])", text, re.IGNORECASE
        ):
            form = match["form"].lower()
            before = text[: match.start("form")].split()
            if form in self.bases and (not before or _NO_VERB_AFTER & {word.lower() for word in before[-2:]}):
                continue
            part_of_name = match["form"][0].isupper() and before and not before[-1][0].isupper()
            participle = form.split()[0].endswith("ing") and bool(before)
            if not part_of_name and not participle:
                yield match.start("form"), match.end("form"), self.forms[form]


def _inflected(head: str) -> Iterator[str]:
    yield head
    if not head.endswith("s"):
        return
    base = head[:-1]
    stem = base[:-1] if base.endswith("e") else base
    yield base
    yield {"take": "took"}.get(base, stem + "ed")
    yield (base if base.endswith("ee") else stem) + "ing"


def key_of(word: str) -> str:
    """What a single word or number is compared by.

    >>> [key_of(word) for word in ("Parties", "Protocol's", "fifth", "1,000.0", "UNEP")]
    ['party', 'protocol', '5', '1000', 'unep']
    """
    word = _GENITIVE.sub("", word).casefold()
    if word[:1].isdigit():
        number = word.replace(",", "")
        return number.rstrip("0").rstrip(".") if "." in number else number
    if word in _IN_WORDS:
        return _IN_WORDS[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def keys_of(text: str, verbs: Verbs) -> set[str]:
    """The keys of all words, numbers and verbs of a text."""
    return {key_of(token) for token in _TOKEN.findall(text)} | {label for _, _, label in verbs.found_in(text)}


def mentions_in(text: str, offset: int, verbs: Verbs) -> list[Mention]:
    """The mentions in a clause that begins at this offset of its document, in order."""
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, Mention]] = []

    def add(kind: str, start: int, end: int, words: Iterable[tuple[int, int, str]]) -> None:
        if any(start < last and first < end for first, last in taken):
            return
        taken.append((start, end))
        placed = tuple((first + offset, last + offset, key) for first, last, key in words)
        found.append((start, Mention(kind, text[start:end], placed)))

    for match in _DATE.finditer(text):
        add(DATE, *match.span(), _tokens(text, *match.span()))
    for match in _AMOUNT.finditer(text):
        add(NUMBER, *match.span(), _tokens(text, *match.span(), figures=True))
    for start, end, label in verbs.found_in(text):
        add(VERB, start, end, [(start, end, label)])
    masked = text
    for start, end in taken:
        masked = masked[:start] + "|" * (end - start) + masked[end:]
    for start, end in _names(masked, verbs):
        add(NAME, start, end, _tokens(text, start, end))
    for match in _NUMBER.finditer(text):
        add(NUMBER, *match.span(), _tokens(text, *match.span(), figures=True))
    for match in _WORD.finditer(text):
        if match[0].lower() in _IN_WORDS and match[0].lower() != "one":
            add(NUMBER, *match.span(), _tokens(text, *match.span()))
    return [mention for _, mention in sorted(found, key=lambda one: one[0])]


def _tokens(text: str, start: int, end: int, figures: bool = False) -> Iterator[tuple[int, int, str]]:
    for match in _TOKEN.finditer(text, start, end):
        small = match[0].lower() in _JOINING | _ARTICLES
        if not small and (match[0][0].isdigit() or not figures):
            yield *match.span(), key_of(match[0])


def _names(text: str, verbs: Verbs) -> Iterator[tuple[int, int]]:
    """The names of a clause in which bars stand for what is something else."""
    words = list(_WORD.finditer(text))
    spans = [(match.start(), match.end() - (len(match[0]) - len(match[0].rstrip(".")))) for match in words]
    capital = [_has_capital(text[start:end]) for start, end in spans]
    if spans and capital[0] and "|" not in text[: spans[0][0]]:
        first = text[slice(*spans[0])]
        ordinary = (
            first.lower() in verbs.forms or first.lower() in _JOINING | _ARTICLES or first.endswith("ing")
        )
        alone = len(spans) < 2 or not (capital[1] and text[spans[0][1] : spans[1][0]] == " ")
        capital[0] = bool(_ACRONYM.search(first)) or not (ordinary or alone)
    index = 0
    while index < len(spans):
        if not capital[index]:
            index += 1
            continue
        last = index
        while (following := _joined(text, spans, capital, last)) is not None:
            last = following
        yield spans[index][0], spans[last][1]
        index = last + 1


def _has_capital(word: str) -> bool:
    letter = _CAPITAL.search(word)
    return bool(letter and letter[0].isupper()) or bool(re.search(r"[A-Z]", word))


def _joined(text: str, spans: list[tuple[int, int]], capital: list[bool], last: int) -> int | None:
    """The next word with a capital of the same run: directly, or over small words."""
    at = last + 1
    while at < len(spans) and at <= last + 3 and text[spans[at - 1][1] : spans[at][0]] == " ":
        if capital[at]:
            return at
        word = text[slice(*spans[at])]
        if word not in (_JOINING if at == last + 1 else _JOINING | _ARTICLES):
            return None
        at += 1
    return None
