"""The graph before a change, after it, and both at once: what changes lies in graphs of its own meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store, Triple

from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, scratch_graph
from mea_kg.updating.keys import Keys

Graph = NamedNode | BlankNode | DefaultGraph


class Layers:
    """A store with what is about to be added and removed, of the authored and of the inferred graph.

    What was removed and what was added stand in four graphs beside the two, so that a query is asked of the state
    before (`old`), after (`new`) or of both (`both`) by naming graphs. The two graphs are disjoint in each state.
    `keys` are kept for both states.
    """

    def __init__(self, store: Store, keys: Keys) -> None:
        self.store = store
        self._keys = keys
        self._added = {AUTHORED_GRAPH: scratch_graph(), INFERRED_GRAPH: scratch_graph()}
        self._removed = {AUTHORED_GRAPH: scratch_graph(), INFERRED_GRAPH: scratch_graph()}
        self._hidden: list[Quad] = []
        self._changed: dict[tuple[NamedNode, ...], tuple[frozenset[Triple], frozenset[Triple]]] = {}

    def graphs(self, state: str, *kinds: NamedNode) -> list[Graph]:
        """The graphs of a state (`old`, `new` or `both`) of the authored graph, the inferred or each."""
        found: list[Graph] = []
        for kind in kinds or (AUTHORED_GRAPH, INFERRED_GRAPH):
            found.append(kind)
            found += [self._removed[kind]] if state in ("old", "both") else []
            found += [self._added[kind]] if state in ("new", "both") else []
        return found

    def holds(self, triple: Triple, state: str, *kinds: NamedNode) -> bool:
        """Whether a triple is in a state of these graphs."""
        s, p, o = triple.subject, triple.predicate, triple.object
        return any(Quad(s, p, o, graph) in self.store for graph in self.graphs(state, *kinds))

    def add(self, triples: Iterable[Triple], kind: NamedNode) -> None:
        """Add to a graph; what was removed from it before is there again."""
        triples = list(triples)
        if not triples:
            return
        self._changed.clear()
        self._keys.add(triples)
        self._move(triples, self._removed[kind], self._added[kind], kind)

    def remove(self, triples: Iterable[Triple], kind: NamedNode) -> None:
        """Remove from a graph; what was added to it before is gone again."""
        for triple in triples:
            self._changed.clear()
            s, p, o = triple.subject, triple.predicate, triple.object
            added, held = Quad(s, p, o, self._added[kind]), Quad(s, p, o, kind)
            if added in self.store:
                self.store.remove(added)
            elif held in self.store:
                self.store.remove(held)
                self.store.add(Quad(s, p, o, self._removed[kind]))

    def _move(self, triples: Iterable[Triple], taken: Graph, added: Graph, kind: NamedNode) -> None:
        for triple in triples:
            s, p, o = triple.subject, triple.predicate, triple.object
            if Quad(s, p, o, taken) in self.store:
                self.store.remove(Quad(s, p, o, taken))
                self.store.add(Quad(s, p, o, kind))
            elif Quad(s, p, o, kind) not in self.store:
                self.store.add(Quad(s, p, o, added))

    def changed(self, *kinds: NamedNode) -> tuple[frozenset[Triple], frozenset[Triple]]:
        """What is in the new state of these graphs together and not in the old, and the other way round."""
        kinds = kinds or (AUTHORED_GRAPH, INFERRED_GRAPH)
        if kinds not in self._changed:
            come = frozenset(triple for kind in kinds for triple in self._triples(self._added[kind]))
            gone = frozenset(triple for kind in kinds for triple in self._triples(self._removed[kind]))
            self._changed[kinds] = (come - gone, gone - come)
        return self._changed[kinds]

    def _triples(self, graph: Graph) -> Iterator[Triple]:
        return (quad.triple for quad in self.store.quads_for_pattern(None, None, None, graph))

    def taken(self, kind: NamedNode) -> set[Triple]:
        """The triples of a graph's old state, after taking it out of the store altogether."""
        self._changed.clear()
        found = {
            quad.triple
            for graph in self.graphs("old", kind)
            for quad in self.store.quads_for_pattern(None, None, None, graph)
        }
        for graph in self.graphs("both", kind):
            self.store.remove_graph(graph)
        return found

    def hide(self, triples: Iterable[Triple]) -> None:
        """Take triples out of the inferred graph in all states, until `show`."""
        for triple in triples:
            for graph in self.graphs("both", INFERRED_GRAPH):
                quad = Quad(triple.subject, triple.predicate, triple.object, graph)
                if quad in self.store:
                    self.store.remove(quad)
                    self._hidden.append(quad)

    def show(self) -> None:
        """Put back what was hidden."""
        self.store.extend(self._hidden)
        self._hidden.clear()

    def keep(self) -> None:
        """Make the new state the only one."""
        self._changed.clear()
        for kind in (AUTHORED_GRAPH, INFERRED_GRAPH):
            self._pour(self._added[kind], kind)
            self._forget(self._removed[kind])

    def undo(self) -> None:
        """Make the old state the only one."""
        self._changed.clear()
        self.show()
        for kind in (AUTHORED_GRAPH, INFERRED_GRAPH):
            self._pour(self._removed[kind], kind)
            self._forget(self._added[kind])

    def _forget(self, graph: Graph) -> None:
        gone = list(self._triples(graph))
        self.store.remove_graph(graph)
        self._keys.drop(gone)

    def _pour(self, graph: Graph, into: NamedNode) -> None:
        self.store.extend([Quad(t.subject, t.predicate, t.object, into) for t in self._triples(graph)])
        self.store.remove_graph(graph)
