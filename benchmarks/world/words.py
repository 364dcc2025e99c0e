"""Invented names and phrases, each from a number or drawn from a generator of random numbers."""

from __future__ import annotations

from functools import lru_cache
from random import Random

_REAL = ("Bamako", "Minamata")
"""Treaties that shapes know by name."""
_SYLLABLES = [first + vowel for first in "bdfgklmnprstvz" for vowel in "aeiou"]

TOPICS = (
    "Grey Eels", "Salt Marshes", "Night Skies", "Upland Bogs", "River Deltas", "Cave Waters", "Reed Beds",
    "Migratory Moths", "Drift Ice", "Kelp Forests", "Mountain Springs", "Dune Grasses",
)  # fmt: skip
SUBJECTS = (
    "records of catches", "notices of shipments", "maps of habitats", "lists of experts", "model rules",
    "training for inspectors", "samples of sediment", "forms for permits", "counts of nests",
    "guides for harbours", "labels for containers", "plans for the season",
)  # fmt: skip
DEEDS = (
    "collect", "compare", "publish", "send out", "complete", "look over", "keep up to date", "bring together",
    "translate", "prepare",
)  # fmt: skip
AIMS = (
    "losses become fewer", "the work is done once", "Parties hear of it in time", "costs stay low",
    "controls are alike at all borders", "small administrations can take part",
)  # fmt: skip
CONDITIONS = ("as far as money allows", "where it is suitable", "within the rules of procedure")
THEMES = (
    "capacity-building",
    "synergies",
    "information-exchange",
    "customs",
    "training",
    "oceans",
    "research",
    "trade-measures",
    "migratory-species",
    "illegal-wildlife-trade",
)
ORDINALS = (
    "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth",
    "Eleventh", "Twelfth",
)  # fmt: skip


@lru_cache(maxsize=4096)
def name(number: int) -> str:
    """A name of its own for each number, none that of a real treaty.

    >>> name(0), name(1), name(343000)
    ('Bababa', 'Bababe', 'Bebababa')
    """
    parts: list[str] = []
    rest = number
    while rest or len(parts) < 3:
        rest, digit = divmod(rest, len(_SYLLABLES))
        parts.append(_SYLLABLES[digit])
    found = "".join(reversed(parts)).capitalize()
    # No number is spelled with a first syllable "Ba" before three or more others.
    return f"Ba{found.lower()}" if found in _REAL else found


def slug(number: int) -> str:
    """The name of a number as it stands in identifiers."""
    return name(number).lower()


def acronym(first: str, number: int) -> str:
    """Letters of its own for each number, after a first one.

    >>> acronym("W", 27)
    'WABB'
    """
    letters = ""
    for _ in range(3):
        number, digit = divmod(number, 26)
        letters = chr(65 + digit) + letters
    return first + (acronym("", number) if number else "") + letters


def code(number: int, length: int) -> str:
    """A code of capital letters, as a State has.

    >>> code(28, 2), code(28, 3)
    ('BC', 'XBC')
    """
    first, second = divmod(number, 26)
    return "X" * (length - 2) + chr(65 + first) + chr(65 + second)


def action(rng: Random) -> str:
    """What somebody is to do, in a few words."""
    return f"{rng.choice(DEEDS)} {rng.choice(SUBJECTS)} of the {rng.choice(TOPICS).lower()}"


def phrase(rng: Random) -> str:
    """A few words as a source might print them."""
    return f"the {rng.choice(SUBJECTS)} of {rng.choice(TOPICS)}, with {rng.choice(SUBJECTS)}"


def roman(number: int) -> str:
    """A number in Roman numerals.

    >>> roman(14)
    'XIV'
    """
    text = ""
    for value, letters in ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
                           (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):  # fmt: skip
        count, number = divmod(number, value)
        text += letters * count
    return text
