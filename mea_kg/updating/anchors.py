"""By which variable the rows of a rule are told apart, so that a change is traced to few of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from mea_kg.sparql.patterns import Group, Pattern, Var
from mea_kg.updating.dependencies import Entry, Reading
from mea_kg.updating.walking import Fans

_NO_WAY = 20.0
"""What it counts that no walk leads to a variable, as doublings of the nodes."""


def anchor(read: Reading, written: Iterable[Entry], fans: Fans) -> str | None:
    """The variable by which a change concerns the fewest rows, among those that each row binds; None: there is none.

    Reckoned from how many triples there are of what the rule reads, and how many nodes each step leads to.
    `written` are the triples of its template.
    """
    entries = [*read.entries, *written]
    weights = [fans.number(entry.predicate) for entry in entries]
    joined = [pattern for one in _joined(read.query.group) for pattern in one.patterns]
    best: tuple[float, str] | None = None
    # A subject is no value that things have in common by chance: a year, a number.
    subjects = {pattern.subject for pattern in joined}
    for name in sorted(name for name in certain_of(read.query.group) if Var(name) in subjects):
        rows = math.fsum(2**cost for cost in _ways(joined, {name}, fans).values())
        score = 0.0
        for entry, weight in zip(entries, weights, strict=True):
            cost = _ways(entry.required, set(entry.triple.variables()), fans).get(name, _NO_WAY)
            score += weight * 2**cost * rows
        score *= 2 ** _lacking(read.query.group, name)
        if best is None or score < best[0]:
            best = (score, name)
    return best[1] if best else None


def certain_of(group: Group) -> set[str]:
    """The variables that a pattern binds in each row."""
    found = {name for pattern in group.required() if pattern.binds for name in pattern.variables()}
    for one in group.level():
        for branches in one.unions:
            found |= set.intersection(*(certain_of(branch) for branch in branches))
    return {name for name in found if "#" not in name}


def _lacking(group: Group, name: str) -> int:
    """How many of the groups that are joined would be matched for all values of a variable."""
    parts = [*group.inner, *(one for branches in group.unions for one in branches)]
    return sum(_lacking(part, name) if name in part.variables() else _size(part) for part in parts)


def _size(group: Group) -> int:
    return bool(group.patterns) + sum(_size(part) for part in group.below())


def _joined(group: Group) -> Iterator[Group]:
    for one in group.level():
        yield one
        for branches in one.unions:
            for branch in branches:
                yield from _joined(branch)


def _ways(patterns: Sequence[Pattern], starts: set[str], fans: Fans) -> dict[str, float]:
    """The cost of the cheapest way from any of the variables to each other, in doublings of the nodes."""
    cost = dict.fromkeys(starts, 0.0)
    waiting = set(starts)
    while waiting:
        here = min(waiting, key=lambda name: (cost[name], name))
        waiting.remove(here)
        for pattern in patterns:
            if not isinstance(pattern.subject, Var) or not isinstance(pattern.object, Var):
                continue
            for one, other, forward in (
                (pattern.subject.name, pattern.object.name, True),
                (pattern.object.name, pattern.subject.name, False),
            ):
                if one == here:
                    there = cost[here] + 0.1 + math.log2(fans.of(pattern.path, forward))
                    if there < cost.get(other, math.inf):
                        cost[other] = there
                        waiting.add(other)
    return cost
