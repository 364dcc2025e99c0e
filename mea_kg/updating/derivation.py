"""What a change of the graph changes in what the rules derive, rule by rule in their order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from pyoxigraph import BlankNode, Literal, NamedNode, QueryTriples, Triple

from mea_kg.errors import QueryError
from mea_kg.rules import Rule
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH
from mea_kg.updating.dependencies import TYPE, Entry, Index, Reading, reading
from mea_kg.updating.layers import Layers
from mea_kg.updating.parsing import NotReadError
from mea_kg.updating.patterns import Group, Link, Pattern, Var
from mea_kg.updating.walking import MANY, Fans, Term, TooManyError, Walker

_NO_WAY = 20.0
"""What it counts that no walk leads to a variable, as doublings of the nodes."""


class Derivation:
    """A rule, and the variable (`anchor`) that its rows are told apart by: a change is traced to values of it.

    A rule that cannot be read, or has no such variable, is asked as a whole.
    """

    def __init__(self, rule: Rule, fans: Fans) -> None:
        self.rule = rule
        self._fans = fans
        self._index = Index.of([rule.text])
        try:
            self.reading: Reading | None = reading(rule.text)
        except NotReadError:
            self.reading = None
        for one in self.reading.joins if self.reading else ():
            fans.keys.prepare(one.path)
        self.anchor = _anchor(self.reading, fans) if self.reading else None
        self._written = tuple(_written(self.reading)) if self.reading else ()
        self._writable = _predicates(self._written) if self.reading else None
        self.hidden: list[Entry] = []

    def writes(self, triple: Triple) -> bool:
        """Whether the rule can derive this triple."""
        if self._writable is not None and triple.predicate not in self._writable:
            return False
        return self.reading is None or any(entry.bindings(triple) is not None for entry in self._written)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of what the rule reads."""
        return self.reading.entries if self.reading else ()

    @property
    def written(self) -> tuple[Entry, ...]:
        """The triples of its template, as entries."""
        return self._written

    def affected(self, layers: Layers, changed: Iterable[Triple]) -> set[Term] | None:
        """The values of the anchor whose rows may differ between the states; None: any."""
        hits = self._index.hits(changed)
        if not hits and not self._index.whole:
            return set()
        return self._reached(layers, hits.get(0, {}).values())

    def _reached(self, layers: Layers, hits: Iterable[tuple[Entry, list[Triple]]]) -> set[Term] | None:
        if self.anchor is None:
            return None
        walker = Walker(layers.store, None, self._fans)
        found: set[Term] = set()
        for entry, triples in hits:
            try:
                reached = walker.reached(entry, triples, self.anchor)
            except TooManyError:
                return None
            if reached is None or any(isinstance(term, BlankNode) for term in reached):
                return None
            found |= reached
        return found

    def rows(self, layers: Layers, state: str, anchors: set[Term] | None) -> set[Triple]:
        """What the rule gives for these values of the anchor (None: for all), without what is `hidden` from it."""
        if anchors is not None and not anchors:
            return set()
        text = self.rule.text
        if anchors is not None and self.reading:
            lines = self._values(layers, self.reading, anchors)
            if lines is None:
                return set()
            text = self.reading.query.with_lines(lines)
        try:
            for entry in self.hidden:
                layers.hide(self._near(layers, entry, anchors))
            results = layers.store.query(text, default_graph=layers.graphs(state))
            assert isinstance(results, QueryTriples)
            triples = set(results)
        finally:
            layers.show()
        if any(isinstance(term, BlankNode) for one in triples for term in (one.subject, one.object)):
            held = {one for one in triples if layers.holds(one, state)}
            if held != triples:
                raise QueryError(f"{self.rule.path}: this rule makes a blank node")
        return triples

    def _values(self, layers: Layers, read: Reading, anchors: set[Term]) -> dict[int, str] | None:
        """For each group of the query what restricts it: the values of the anchor, or what these lead to there.

        None where they lead nowhere, so that there are no rows.
        """
        assert self.anchor is not None
        walker = Walker(layers.store, None, self._fans)
        bound = {self.anchor: anchors}
        lines = {}
        for group in read.query.matched():
            names = group.binds()
            if self.anchor in names:
                names = {self.anchor}
            else:
                elsewhere = (one for one in read.required if one not in group.patterns)
                names &= {name for pattern in elsewhere for name in pattern.variables()}
            best: tuple[float, str] | None = None
            for name in sorted(names):
                with suppress(TooManyError):
                    walker.completed(read.required, bound, name)
                if name in bound:
                    cost = min(
                        self._matches(pattern, name, bound[name])
                        for pattern in group.patterns
                        if pattern.binds
                    )
                    best = min(best or (cost, name), (cost, name))
            if any(not values for values in bound.values()):
                return None
            if best is None or (best[0] > MANY and best[1] != self.anchor):
                continue
            values = bound[best[1]]
            if not _has_blank(values):
                terms = " ".join(sorted(map(str, values)))
                lines[group.offset] = f"VALUES ?{best[1].partition('#')[0]} {{ {terms} }}"
        return lines

    def _matches(self, pattern: Pattern, name: str, values: set[Term]) -> float:
        """About how many matches a pattern has for these values of a variable."""
        if name not in pattern.variables():
            return math.inf
        return len(values) * self._fans.of(pattern.path, pattern.subject == Var(name))

    def supported(self, layers: Layers, triples: Iterable[Triple]) -> set[Triple]:
        """Those of the triples that the rule derives in the new state."""
        asked = {triple for triple in triples if self.writes(triple)}
        if not asked:
            return set()
        hits = []
        for entry in self._written:
            if matching := [triple for triple in asked if entry.bindings(triple) is not None]:
                hits.append((entry, matching))
        return asked & self.rows(layers, "new", self._reached(layers, hits))

    def _near(self, layers: Layers, entry: Entry, anchors: set[Term] | None) -> Iterator[Triple]:
        """The inferred triples that an entry may match in rows of these anchors."""
        subject, predicate = entry.triple.subject, entry.predicate
        nodes: set[Term] | None = None
        if anchors is not None and self.anchor and isinstance(subject, Var):
            try:
                nodes = Walker(layers.store, None, self._fans).completed(
                    entry.required, {self.anchor: set(anchors)}, subject.name
                )
            except TooManyError:
                nodes = None
        for graph in layers.graphs("both", INFERRED_GRAPH):
            for node in [None] if nodes is None else (one for one in nodes if not isinstance(one, Literal)):
                quads = layers.store.quads_for_pattern(node, predicate, None, graph)
                yield from [quad.triple for quad in quads]


def _has_blank(terms: Iterable[Term]) -> bool:
    return any(isinstance(term, BlankNode) for term in terms)


def _written(read: Reading) -> Iterator[Entry]:
    """The triples of a template, each with what the graph holds where a row gives it."""
    certain = _certain(read.query.group)
    nodes = {pattern.subject for pattern in read.required}
    for pattern in read.query.template:
        bound = certain | set(pattern.variables())
        # A row that leaves a variable unbound, or has a literal for a subject, gives the other triples alone.
        beside = [
            one
            for one in read.query.template
            if set(one.variables()) <= bound and (one.subject == pattern.subject or one.subject in nodes)
        ]
        yield Entry(pattern, (*beside, *read.required), read.limits)


def _predicates(entries: Iterable[Entry]) -> frozenset[NamedNode] | None:
    """The predicates that triples matching any of the entries have, None for any."""
    found = set[NamedNode]()
    for entry in entries:
        predicates = entry.predicates()
        if predicates is None:
            return None
        found |= predicates
    return frozenset(found)


def _anchor(read: Reading, fans: Fans) -> str | None:
    """The variable by which a change concerns the fewest rows, among those that each row binds.

    Reckoned from how many triples there are of what the rule reads, and how many nodes each step leads to.
    """
    entries = [*read.entries, *_written(read)]
    weights = [fans.number(entry.predicate) for entry in entries]
    joined = [pattern for one in _joined(read.query.group) for pattern in one.patterns]
    best: tuple[float, str] | None = None
    # A subject is no value that things have in common by chance: a year, a number.
    subjects = {pattern.subject for pattern in joined}
    for name in sorted(name for name in _certain(read.query.group) if Var(name) in subjects):
        rows = math.fsum(2**cost for cost in _ways(joined, {name}, fans).values())
        score = 0.0
        for entry, weight in zip(entries, weights, strict=True):
            cost = _ways(entry.required, set(entry.triple.variables()), fans).get(name, _NO_WAY)
            score += weight * 2**cost * rows
        score *= 2 ** _lacking(read.query.group, name)
        if best is None or score < best[0]:
            best = (score, name)
    return best[1] if best else None


def _certain(group: Group) -> set[str]:
    """The variables that a pattern binds in each row."""
    found = {name for pattern in group.required() if pattern.binds for name in pattern.variables()}
    for one in group.level():
        for branches in one.unions:
            found |= set.intersection(*(_certain(branch) for branch in branches))
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


class Derivations:
    """The rules in their order, and what keeps each from reading what it or a later one derives.

    A rule runs once, on what the rules before it have derived. Where it reads a predicate that only itself and
    later ones derive, what they derived is hidden from it. Where the predicate is derived before as well, the
    nodes about which rules write later must not be those about which it reads: `meets` says whether they are.
    """

    def __init__(self, rules: Iterable[Rule], closed: set[str], fans: Fans) -> None:
        self.steps = [Derivation(rule, fans) for rule in rules]
        self._guards: list[str] = []
        for number, step in enumerate(self.steps):
            for entry in step.entries:
                for later in self.steps[number:]:
                    for written in later.written:
                        if not _may_be_one(entry, written):
                            continue
                        predicate = written.predicate
                        before = (
                            predicate is None
                            or predicate.value in closed
                            or any(
                                one.predicate == predicate
                                for prior in self.steps[:number]
                                for one in prior.written
                            )
                        )
                        if before or entry.predicate is None:
                            self._guards.append(_guard(entry, written))
                        elif not any(entry is one for one in step.hidden):
                            step.hidden.append(entry)
        self._guards = list(dict.fromkeys(self._guards))

    def meets(self, layers: Layers, come: Iterable[Triple] | None = None) -> bool:
        """Whether a rule reads what a later one derives, so that nothing but a run of all is right.

        With `come`, in what these triples make possible.
        """
        values = ""
        if come is not None:
            nodes = {
                term for one in come for term in (one.subject, one.object) if isinstance(term, NamedNode)
            }
            if not nodes:
                return False
            values = f"VALUES ?s {{ {' '.join(str(node) for node in nodes)} }}"
        graphs = layers.graphs("new")
        return any(
            bool(layers.store.query(f"ASK {{ {values} {guard} }}", default_graph=graphs))
            for guard in self._guards
        )

    def update(self, layers: Layers, lost: set[Triple], closure_holds: object) -> None:
        """Bring the inferred graph up to date; `lost` are triples that were taken away and may be derived."""
        assert callable(closure_holds)
        for number, step in enumerate(self.steps):
            changed = set().union(*layers.changed())
            # What is hidden where it is inferred is seen where it is stated.
            hidden = {entry.predicate for entry in step.hidden}
            stated = (one for part in layers.changed(AUTHORED_GRAPH) for one in part)
            changed |= {one for one in stated if one.predicate in hidden}
            anchors = step.affected(layers, changed)
            old, new = step.rows(layers, "old", anchors), step.rows(layers, "new", anchors)
            new |= step.supported(layers, (old - new) | lost)
            fresh = {triple for triple in new if not layers.holds(triple, "new")}
            layers.add(fresh, INFERRED_GRAPH)
            lost -= new
            dropped = {
                triple
                for triple in old - new
                if layers.holds(triple, "new", INFERRED_GRAPH) and not closure_holds(layers, triple)
            }
            for earlier in self.steps[:number]:
                dropped -= earlier.supported(layers, dropped)
            layers.remove(dropped, INFERRED_GRAPH)
            lost |= dropped


def _may_be_one(entry: Entry, written: Entry) -> bool:
    """Whether a triple of a template may match an entry."""
    one, other = entry.predicates(), written.predicates()
    if one is not None and other is not None and not one & other:
        return False
    if other == frozenset({TYPE}):
        here, there = entry.classes(), written.classes()
        return here is None or there is None or bool(here & there)
    return True


def _guard(entry: Entry, written: Entry) -> str:
    """What the graph holds about a node (?s) that a rule reads about where another writes."""
    lines: list[str] = []
    for index, one in enumerate((entry, written)):
        for pattern in dict.fromkeys((one.triple, *one.required)):
            if one.triple.subject in (pattern.subject, pattern.object) and isinstance(pattern.path, Link):
                lines.append(_line(pattern, one.triple.subject, index))
    return " ".join(dict.fromkeys(lines))


def _line(pattern: Pattern, node: object, index: int) -> str:
    def text(end: object) -> str:
        if end == node:
            return "?s"
        if isinstance(end, Var):
            return f"?v{index}_{''.join(one if one.isalnum() else '_' for one in end.name)}"
        return str(end)

    assert isinstance(pattern.path, Link)
    return f"{text(pattern.subject)} {text(pattern.path.predicate)} {text(pattern.object)} ."
