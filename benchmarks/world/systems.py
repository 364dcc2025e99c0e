"""A treaty system by its number: the names of what belongs to it, so that others can refer to it unwritten."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import ceil
from random import Random

from benchmarks.world.words import slug

ORGANIZATIONS = 2
"""Intergovernmental organizations that come with each system."""
HUB = "organization/world-ports-organization"
HUB_SHARE = 0.05
"""How often a counterpart is the organization that works with many."""
NEIGHBOURHOOD = 8
"""How many systems back a counterpart may be."""
REGIMES = 0.65
"""How many systems have their convention as one that acts, as a share."""
WHOLE = 0.27
"""How many have a decision with all its paragraphs, a trust fund and a budget."""
SHORT = 0.55
"""How many have a decision that is only cited."""
ALL = "collection/all"


def due(rate: float, number: int) -> int:
    """How many of a kind come with a system, when there are `rate` on average; the first system has one.

    >>> [due(0.4, number) for number in range(5)]
    [1, 0, 0, 1, 0]
    """
    return ceil(rate * (number + 1)) - ceil(rate * number)


@dataclass
class System:
    """A treaty with its bodies, documents and meetings; `states` are the States that there are by then."""

    number: int
    rng: Random
    states: int
    turns: Counter[str] = field(default_factory=Counter)

    def turn(self, kind: str) -> int:
        """How often this was asked before."""
        self.turns[kind] += 1
        return self.turns[kind] - 1

    @property
    def slug(self) -> str:
        """Its short name, as identifiers have it."""
        return slug(self.number)

    @property
    def treaty(self) -> str:
        """Its convention."""
        return f"treaty/{self.slug}"

    @property
    def secretariat(self) -> str:
        """The secretariat of its convention."""
        return f"secretariat/{self.slug}"

    @property
    def body(self) -> str:
        """Its conference of the Parties."""
        return f"body/{self.slug}-cop"

    @property
    def office(self) -> str:
        """The head of its secretariat."""
        return f"office/head-{self.slug}"

    @property
    def regime(self) -> str:
        """The convention as one that acts."""
        return f"regime/{self.slug}"

    @property
    def parties(self) -> str:
        """Its Parties, as a text describes them."""
        return f"actors/{self.slug}-parties"

    @property
    def fund(self) -> str:
        """Its trust fund."""
        return f"fund/{self.slug}-core"

    @property
    def page(self) -> str:
        """The page of its secretariat, a source document."""
        return f"document/{self.slug}-page"

    @property
    def meetings(self) -> list[str]:
        """The meetings of its conference, in their order."""
        return [f"meeting/{self.slug}-cop-{ordinal}" for ordinal in (1, 2)]

    @property
    def next_meeting(self) -> str:
        """The meeting that its whole decision calls the next."""
        return f"meeting/{self.slug}-cop-next-after-ii-4"

    @property
    def decision(self) -> str:
        """Its decision on cooperation, which is whole."""
        return f"decision/{self.slug}-ii-4"

    @property
    def short_decision(self) -> str:
        """A decision that is only cited."""
        return f"decision/{self.slug}-i-2"

    @property
    def resolution(self) -> str:
        """Its resolution on cooperation with another."""
        return f"resolution/{self.slug}-1"

    def organization(self) -> str:
        """The hub, or an organization of this system or of one shortly before."""
        if self.rng.random() < HUB_SHARE:
            return HUB
        number = self.number - self.rng.randrange(min(self.number + 1, NEIGHBOURHOOD))
        return organization(number, self.rng.randrange(ORGANIZATIONS))

    def partners(self, count: int) -> list[str]:
        """Organizations that differ."""
        chosen: dict[str, None] = {}
        while len(chosen) < count:
            chosen[self.organization()] = None
        return list(chosen)

    def before(self) -> System:
        """A system shortly before, or itself where it is the first."""
        back = self.rng.randrange(1, NEIGHBOURHOOD)
        return System(max(0, self.number - back), self.rng, self.states)


def has_province(number: int) -> bool:
    """Whether a system comes with a subnational government, which then gives to the budget as a host."""
    return due(PROVINCES, number) > 0


def organization(system: int, which: int) -> str:
    """The name of an organization of a system."""
    return f"organization/{slug(system)}-{'office' if which else 'union'}"


def state(number: int) -> str:
    """The name of a State by its number."""
    return f"state/{slug(1_000 + 7 * number)}"


PROVINCES = 0.09
"""Subnational governments for each system."""
