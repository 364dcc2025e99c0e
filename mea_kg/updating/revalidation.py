"""What a change of the graph changes in the results of validation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from pyoxigraph import BlankNode, NamedNode, QuerySolutions, Triple

from mea_kg.shacl import Compiled, Result
from mea_kg.shacl.queries import Query
from mea_kg.shacl.running import hierarchy, results_about
from mea_kg.shacl.terms import Node, with_hierarchy
from mea_kg.sparql.parsing import parsed
from mea_kg.sparql.patterns import Matching, Var
from mea_kg.updating.dependencies import Entry, Index, Reading, reading
from mea_kg.updating.layers import Layers
from mea_kg.updating.walking import MANY, Fans, Term, TooManyError, Walker

_Key = tuple[Node, Node | None, str]
"""What a result says of the constraint that it comes from: shape, query and component."""


class Revalidation:
    """The results of some shapes on the authored graph, or on the whole, kept up to date.

    `kinds` are the graphs that the shapes are for, `results` those of a validation of their present state. The
    hierarchy of classes is taken as it stands.
    """

    def __init__(
        self,
        layers: Layers,
        compiled: Compiled,
        kinds: Sequence[NamedNode],
        results: Iterable[Result],
        fans: Fans,
    ) -> None:
        self._compiled = compiled
        self._kinds = kinds
        self._fans = fans
        self._below = hierarchy(layers.store, layers.graphs("new", *kinds))
        self._texts = [with_hierarchy(query.for_few, self._below) for query in compiled.queries]
        self._index = Index.of(self._texts)
        self._groups = _sharing(compiled.queries)
        self._far = {
            number: far
            for number, text in enumerate(self._texts)
            if number not in self._index.whole and (far := _far(reading(text)))
        }
        for number in self._far:
            for one in reading(self._texts[number]).joins:
                fans.keys.prepare(one.path)
        self._results: dict[_Key, dict[Term, set[Result]]] = {}
        for result in results:
            self._put(result)
        self.asked_whole: list[Query] = []

    @property
    def results(self) -> set[Result]:
        """All results of the present state."""
        return {one for foci in self._results.values() for found in foci.values() for one in found}

    def _put(self, result: Result) -> None:
        key = (result.source_shape, result.source_constraint, result.component)
        self._results.setdefault(key, {}).setdefault(result.focus_node, set()).add(result)

    def update(self, layers: Layers) -> tuple[set[Result], set[Result]]:
        """The results that the new state has and the old had not, and the other way round.

        The results are taken over at once: `undo` brings back those of the old state.
        """
        come, gone = layers.changed(*self._kinds)
        foci = self._affected(layers, come | gone)
        self.asked_whole = [self._compiled.queries[number] for number, nodes in foci.items() if nodes is None]
        before: set[Result] = set()
        for number, nodes in foci.items():
            for key in _keys(self._compiled.queries[number]):
                held = self._results.get(key, {})
                for focus in list(held) if nodes is None else nodes & held.keys():
                    before |= held.pop(focus)
        asked = [(self._narrowed(layers, number, nodes), nodes) for number, nodes in sorted(foci.items())]
        graphs = layers.graphs("new", *self._kinds)
        after = results_about(layers.store, graphs, asked, self._below)
        for result in after:
            self._put(result)
        return after - before, before - after

    def _narrowed(self, layers: Layers, number: int, nodes: set[Term] | None) -> Query:
        """The query with the values that some nodes lead to where it compares all values of the graph with theirs."""
        query = self._compiled.queries[number]
        if nodes is None or number not in self._far:
            return query
        walker = Walker(layers.store, layers.graphs("new", *self._kinds), self._fans)
        bound, text = {"this": nodes}, self._texts[number]
        for name in self._far[number]:
            try:
                values = walker.completed(reading(self._texts[number]).required, bound, name)
            except TooManyError:
                continue
            if values is not None and not any(isinstance(value, BlankNode) for value in values):
                listed = f"VALUES ?{name} {{ {' '.join(sorted(map(str, values)))} }}"
                text = parsed(text).restricted(name, listed, at_end=True)
        # The place where the nodes are named is filled by who asks.
        return replace(
            query, worded_for_few=text.replace(with_hierarchy(query.domain, self._below), query.domain)
        )

    def undo(self, come: Iterable[Result], gone: Iterable[Result]) -> None:
        """Take back what `update` gave."""
        for result in come:
            key = (result.source_shape, result.source_constraint, result.component)
            self._results[key][result.focus_node].discard(result)
        for result in gone:
            self._put(result)

    def _affected(self, layers: Layers, changed: AbstractSet[Triple]) -> dict[int, set[Term] | None]:
        """For each query that a change concerns the focus nodes whose results may differ; None: any."""
        found: dict[int, set[Term] | None] = dict.fromkeys(self._index.whole) if changed else {}
        for number, hits in self._index.hits(changed).items():
            nodes = self._reached(layers, number, hits.values())
            if nodes is None or nodes:
                found[number] = nodes
        for group in self._groups:
            if touched := [number for number in group if number in found]:
                sets = [found[number] for number in touched]
                union = None if None in sets else {node for one in sets for node in one or ()}
                found.update(dict.fromkeys(group, union))
        return found

    def _reached(
        self, layers: Layers, number: int, hits: Iterable[tuple[Entry, list[Triple]]]
    ) -> set[Term] | None:
        walker = Walker(layers.store, layers.graphs("both", *self._kinds), self._fans)
        found: set[Term] = set()
        across: dict[str, set[Term]] = {}
        for entry, triples in hits:
            try:
                reached = walker.reached(entry, triples, "this")
            except TooManyError:
                reached = None
            if reached is not None:
                found |= reached
            elif isinstance(entry.triple.subject, Var):
                across.setdefault(entry.triple.subject.name, set()).update(one.subject for one in triples)
            else:
                return None
        for name, nodes in across.items():
            joined = self._across(layers, number, name, nodes)
            if joined is None:
                return None
            found |= joined
        if len(found) > MANY or any(isinstance(term, BlankNode) for term in found):
            return None
        return found

    def _across(self, layers: Layers, number: int, name: str, nodes: set[Term]) -> set[Term] | None:
        """The focus nodes that a row joins with these values of another variable, where no walk leads to them.

        A row that comes or goes is in one of the states: those of the old have results, the new are asked for.
        """
        in_rows = {one for pattern in reading(self._texts[number]).required for one in pattern.variables()}
        if "#" in name or name not in in_rows or len(nodes) > MANY:
            return None
        if any(isinstance(node, BlankNode) for node in nodes):
            return None
        values = f"VALUES ?{name} {{ {' '.join(sorted(str(node) for node in nodes))} }}"
        text = parsed(self._texts[number]).restricted(name, values)
        solutions = layers.store.query(text, default_graph=layers.graphs("new", *self._kinds))
        assert isinstance(solutions, QuerySolutions)
        found = {row["this"] for row in solutions}
        for key in _keys(self._compiled.queries[number]):
            found |= self._results.get(key, {}).keys()
        return found


def _keys(query: Query) -> list[_Key]:
    return [(source.shape, source.constraint, source.component) for source in query.sources]


def _far(read: Reading) -> list[str]:
    """The variables that a key joins with the rest and that are not of ?this itself."""
    joined = [one for one in read.required if isinstance(one.path, Matching)]
    near = {name for one in read.required if "this" in set(one.variables()) for name in one.variables()}
    return sorted({name for one in joined for name in one.variables()} - near)


def _sharing(queries: Sequence[Query]) -> list[set[int]]:
    """The queries whose results cannot be told apart, by their numbers."""
    groups: list[tuple[set[int], set[_Key]]] = []
    for number, query in enumerate(queries):
        numbers, keys = {number}, set(_keys(query))
        rest = []
        for group in groups:
            if group[1] & keys:
                numbers |= group[0]
                keys |= group[1]
            else:
                rest.append(group)
        groups = [*rest, (numbers, keys)]
    return [numbers for numbers, _ in groups]
