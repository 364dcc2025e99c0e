"""Breaks a share of the nodes of a world, each in one way, and says what validation is to find.

A mistake is a change of the facts of one node before it is written. Its text may name what is known of the node:

- `{id}`: the node; `{id^/act/}`: its name up to `/act/`; `{before}`: the node of its class before;
- `{value}`: what the mistake puts in; `{KEY}`: each value of a key before the change;
- `:dots` behind one of these: with dots for slashes; `:name`: only what follows the first slash.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.world.writing import PREDICATES, Facts
from mea_kg.namespaces import ID

LATELY = 64
"""How many broken nodes are remembered."""
DROP, PUT, ADD, COPY = "drop", "put", "add", "copy"
ONCE, UNBROKEN = "once", "unbroken"

_NAMED = re.compile(r"\{(?P<name>[a-zA-Z]+)(\^(?P<until>[^:}]+))?(:(?P<way>dots|name))?\}")


@dataclass(frozen=True)
class Mistake:
    """One way to break a node of a class, and the results that validation is to have of it.

    `edit` drops keys, puts a value in the place of a key's, adds a value, or copies the values of the node of this
    class before. `where` limits the nodes: each word is a key that the node has, `-key` one that it has not,
    `key=end` one with a value that ends so, `key~part` one with a value that contains this (`id` is the node),
    `=key` one with the values of the node before, `=key^part` one with these up to the part; `once` is for what
    must not happen twice in a world, and `unbroken` for what must be the first in its system. `found` are rules,
    each with the node of the result behind `@` where it is another.
    """

    kind: str
    edit: str
    keys: tuple[str, ...]
    values: tuple[str, ...]
    where: str
    found: tuple[str, ...]

    @property
    def rule(self) -> str:
        """The rule that it is to break."""
        return self.found[0].partition("@")[0]

    def fits(self, node: str, stated: Facts, before: Facts | None) -> bool:
        """Whether a node with these facts can be broken so; `before` are those of the node of its class before."""
        if self.edit != ADD and not all(key in stated for key in self.keys):
            return False
        if before is None and any("{before" in text for text in (*self.values, *self.found)):
            return False
        if self.edit == COPY and (before is None or any(key not in before for key in self.keys)):
            return False
        return all(_holds(word, {**stated, "id": [node]}, before) for word in self.where.split())


@dataclass(frozen=True)
class Injected:
    """A result that validation is to have: where, of which property, by which rule, and what was done."""

    node: str
    path: str
    rule: str
    kind: str


class Breaker:
    """Breaks a node about every so many triples, each mistake as often as the others where its nodes allow it."""

    def __init__(self, mistakes: Iterable[Mistake], every: float) -> None:
        self.injected: list[Injected] = []
        self._every = every
        self._ways: dict[str, list[Mistake]] = defaultdict(list)
        for mistake in mistakes:
            self._ways[mistake.kind].append(mistake)
        self._number = sum(map(len, self._ways.values()))
        self._times: Counter[Mistake] = Counter()
        self._before: dict[str, tuple[str, Facts]] = {}
        self._pending: list[tuple[Mistake, list[Injected]]] = []
        self._lately: deque[str] = deque(maxlen=LATELY)
        self._seen = self._kept = 0

    def __call__(self, node: str, kind: str, stated: Facts) -> None:
        """Break the node, if it is time for a mistake that fits it."""
        self._seen += sum(map(len, stated.values()))
        ways = self._ways.get(kind)
        if ways is None:
            return
        name, facts = self._before.get(kind, ("", None))
        self._before[kind] = (node, {**stated, "id": [node]})
        due = self._seen / self._every
        if self._times.total() >= due:
            return
        if any(_near(node, other) for other in self._lately):
            return
        for mistake in ways:
            if self._times[mistake] <= due / self._number and mistake.fits(node, stated, facts):
                words = mistake.where.split()
                if ONCE in words and self._times[mistake]:
                    continue
                system = _system(node)
                if UNBROKEN in words and any(_system(other) == system for other in self._lately):
                    continue
                self._lately.append(node)
                self._pending.append((mistake, broken(mistake, node, stated, name, facts)))
                self._times[mistake] += 1
                # The next node of the class must not be compared with a broken one.
                del self._before[kind]
                return

    def keep(self) -> None:
        """What was broken is written."""
        for _, results in self._pending:
            self.injected += results
        self._pending.clear()
        self._kept = self._seen

    def discard(self) -> None:
        """What was broken since the last is not written after all."""
        self._times.subtract(mistake for mistake, _ in self._pending)
        self._pending.clear()
        self._before.clear()
        self._seen = self._kept


def _system(node: str) -> str:
    """The short name of the system that a node belongs to."""
    return node.split("/")[1].partition("-")[0]


def _near(node: str, other: str) -> bool:
    """Whether one of two nodes stands in the other, a few steps down, or is a citation of it."""
    short, long = sorted((node, other), key=len)
    if long.endswith(f"/citation/{short.partition('/')[2]}"):
        return True
    return long.startswith(short) and long[len(short) :].count("/") <= 4


def broken(mistake: Mistake, node: str, stated: Facts, name: str, before: Facts | None) -> list[Injected]:
    """Break the facts of a node; `name` and `before` are those of the node of its class before."""
    known: Facts = {**stated, "id": [node], "before": [name]}
    values = [next(_filled(value, known)) for value in mistake.values]
    for key, value in zip(mistake.keys, values or mistake.keys, strict=True):
        if mistake.edit == DROP:
            del stated[key]
        elif mistake.edit == ADD:
            stated[key] = [*stated.get(key, []), value]
        elif mistake.edit == PUT:
            stated[key] = [value]
        else:
            assert before
            stated[key] = before[key]
    known["value"] = values
    did = f"{mistake.edit} {' and '.join(mistake.keys)} of {mistake.kind}"
    path = PREDICATES[mistake.keys[0]]
    results = []
    for one in mistake.found:
        rule, _, where = one.partition("@")
        results += [Injected(_iri(place), path, rule, did) for place in _filled(where or "{id}", known)]
    return results


def _iri(place: str) -> str:
    return place[1:-1] if place.startswith("<") else ID + place


def _filled(text: str, known: Facts) -> Iterator[str]:
    """The text with what is known in the place of names: one for each combination of values."""
    named = _NAMED.search(text)
    if not named:
        yield text
        return
    for value in known.get(named["name"], []):
        if named["until"]:
            value = value.partition(named["until"])[0]
        if named["way"] == "dots":
            value = value.replace("/", ".")
        elif named["way"] == "name":
            value = value.partition("/")[2]
        yield from _filled(text[: named.start()] + value + text[named.end() :], known)


def _until(part: str, value: str) -> str:
    return value.partition(part)[0] if part else value


def _holds(word: str, stated: Facts, before: Facts | None) -> bool:
    if word in (ONCE, UNBROKEN):
        return True
    if word.startswith("-"):
        return word[1:] not in stated
    if word.startswith("="):
        key, _, part = word[1:].partition("^")
        values, others = (
            [_until(part, value) for value in facts.get(key, [])] for facts in (stated, before or {})
        )
        return before is not None and values == others
    if "=" in word:
        key, _, end = word.partition("=")
        return any(value.endswith(end) for value in stated.get(key, []))
    if "~" in word:
        key, _, part = word.partition("~")
        return any(part in value for value in stated.get(key, []))
    return word in stated
