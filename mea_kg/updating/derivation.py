"""What a change of the graph changes in what the rules derive, rule by rule in their order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from pyoxigraph import BlankNode, Literal, NamedNode, QueryTriples, Store, Triple

from mea_kg.errors import QueryError
from mea_kg.rules import Rule
from mea_kg.sparql.parsing import NotReadError
from mea_kg.sparql.patterns import Link, Pattern, Var
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, new_store
from mea_kg.updating.anchors import anchor, certain_of
from mea_kg.updating.dependencies import TYPE, Entry, Index, Reading, reading
from mea_kg.updating.layers import Layers
from mea_kg.updating.neighbourhood import neighbourhood
from mea_kg.updating.walking import MANY, Fans, Term, TooManyError, Walker


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
        self._written = tuple(_written(self.reading)) if self.reading else ()
        self.anchor = anchor(self.reading, self._written, fans) if self.reading else None
        self._writing = Index.of_entries(self._written)
        self.hidden: list[Entry] = []

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

    def rows(self, layers: Layers, states: Sequence[str], anchors: set[Term] | None) -> list[set[Triple]]:
        """What the rule gives in each state for these values of the anchor (None: all), without what is `hidden`."""
        if anchors is not None and not anchors:
            return [set() for _ in states]
        if anchors is not None and (near := self._near(layers, anchors)) is not None:
            return [self._answer(layers, state, *near) for state in states]
        text = self.rule.text
        if anchors is not None and self.reading:
            lines = self._values(layers, self.reading, anchors)
            if lines is None:
                return [set() for _ in states]
            text = self.reading.query.with_lines(lines)
        try:
            for entry in self.hidden:
                layers.hide(self._inferred(layers, entry, anchors))
            return [self._answer(layers, state, layers.store, text) for state in states]
        finally:
            layers.show()

    def _answer(self, layers: Layers, state: str, store: Store, text: str) -> set[Triple]:
        results = store.query(text, default_graph=layers.graphs(state))
        assert isinstance(results, QueryTriples)
        triples = set(results)
        if any(isinstance(term, BlankNode) for one in triples for term in (one.subject, one.object)):
            held = {one for one in triples if layers.holds(one, state)}
            if held != triples:
                raise QueryError(f"{self.rule.path}: this rule makes a blank node")
        return triples

    def _near(self, layers: Layers, anchors: set[Term]) -> tuple[Store, str] | None:
        """A store of all that decides the rows of these anchors, and what to ask of it; None where that is too much."""
        if self.reading is None or self.anchor is None:
            return None
        walker = Walker(layers.store, None, self._fans)
        try:
            quads = neighbourhood(walker, self._fans, self.reading.scope, {self.anchor: anchors})
        except TooManyError:
            return None
        inferred = layers.graphs("both", INFERRED_GRAPH)
        for entry in self.hidden:
            quads = {
                one for one in quads if one.predicate != entry.predicate or one.graph_name not in inferred
            }
        listed = " ".join(sorted(map(str, anchors)))
        text = self.reading.query.restricted(self.anchor, f"VALUES ?{self.anchor} {{ {listed} }}")
        return new_store(quads), text

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
        if self.reading is None:
            asked = set(triples)
            return asked & self.rows(layers, ["new"], None)[0] if asked else asked
        hits = list(self._writing.hits(triples).get(0, {}).values())
        asked = {triple for _, matching in hits for triple in matching}
        return asked & self.rows(layers, ["new"], self._reached(layers, hits))[0] if asked else asked

    def _inferred(self, layers: Layers, entry: Entry, anchors: set[Term] | None) -> Iterator[Triple]:
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
    certain = certain_of(read.query.group)
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
            old, new = step.rows(layers, ["old", "new"], anchors)
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
