"""A live graph beside the same graph built from scratch, and changes of it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from mea_kg import reasoning, resources
from mea_kg.axioms import Axioms, compile_axioms
from mea_kg.ontology import read_ontology
from mea_kg.rules import Rule, apply_rules, load_rules
from mea_kg.shacl import Compiled, Result, compile_shapes, validate
from mea_kg.shapes import Shapes, authored_modules, whole_modules
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store, triples_of
from mea_kg.updating import LiveGraph, Update

BOTH = (AUTHORED_GRAPH, INFERRED_GRAPH)


@cache
def ontology() -> tuple[Triple, ...]:
    return tuple(read_ontology(resources.ontology_folder()))


@cache
def own() -> frozenset[Triple]:
    """What entries do not say: the ontology."""
    return frozenset(ontology())


@cache
def our_axioms() -> Axioms:
    return compile_axioms(ontology())


@cache
def our_rules() -> tuple[Rule, ...]:
    return tuple(load_rules(resources.ontology_folder() / "rules"))


@cache
def our_shapes() -> tuple[Compiled, Compiled]:
    folder = resources.shapes_folder()
    authored, whole = (Shapes.read(files(folder)).triples for files in (authored_modules, whole_modules))
    return compile_shapes(authored), compile_shapes(whole)


NO_SHAPES = (compile_shapes(()), compile_shapes(()))


class LiveWorld:
    """A live graph, and what a build of its authored graph from scratch holds."""

    def __init__(
        self,
        authored: Iterable[Triple],
        axioms: Axioms | None = None,
        rules: Sequence[Rule] | None = None,
        shapes: tuple[Compiled, Compiled] | None = None,
    ) -> None:
        self.axioms = our_axioms() if axioms is None else axioms
        self.rules = our_rules() if rules is None else rules
        self.shapes = our_shapes() if shapes is None else shapes
        self.live = LiveGraph(self._built(authored), self.axioms, self.rules, *self.shapes)

    def _built(self, authored: Iterable[Triple]) -> Store:
        store = new_store(in_graph(authored, AUTHORED_GRAPH))
        reasoning.close(store, [AUTHORED_GRAPH], INFERRED_GRAPH, self.axioms)
        apply_rules(store, self.rules, [AUTHORED_GRAPH], INFERRED_GRAPH)
        return store

    def update(self, added: Iterable[Triple] = (), removed: Iterable[Triple] = ()) -> Update:
        """Change the live graph; what the update tells must be the difference of the states."""
        before, told = self.quads(), set(self.live.results)
        update = self.live.update(added, removed)
        come = {*in_graph(update.added, AUTHORED_GRAPH), *in_graph(update.inferred, INFERRED_GRAPH)}
        gone = {*in_graph(update.removed, AUTHORED_GRAPH), *in_graph(update.withdrawn, INFERRED_GRAPH)}
        assert self.quads() == (before | come) - gone
        assert come.isdisjoint(before)
        assert gone <= before
        assert set(self.live.results) - told == update.come - told
        assert told - set(self.live.results) == update.gone - set(self.live.results)
        return update

    def quads(self) -> set[Quad]:
        return set(self.live.store)

    def authored(self) -> list[Triple]:
        return sorted(triples_of(self.live.store, AUTHORED_GRAPH), key=str)

    def check(self) -> None:
        """Closure, rules, contradictions and results are those of a build from scratch."""
        store = self._built(self.authored())
        ours, theirs = (set(triples_of(one, INFERRED_GRAPH)) for one in (self.live.store, store))
        assert (ours - theirs, theirs - ours) == (set(), set())
        found = reasoning.contradictions(store, self.axioms, BOTH)
        assert [one.message for one in self.live.contradictions] == [one.message for one in found]
        expected: list[Result] = []
        for compiled, graphs in zip(self.shapes, (BOTH[:1], BOTH), strict=True):
            expected += validate(store, graphs, compiled)
        assert set(self.live.results) == set(expected)


def change(world: LiveWorld, chance: random.Random) -> tuple[set[Triple], set[Triple]]:
    """What an edit of entries could add and remove: a node, a few fields, other values for fields, a wrong field."""
    stated = [triple for triple in world.authored() if triple not in own()]
    some = chance.sample(stated, min(len(stated), chance.choice([1, 1, 2, 5])))
    kind = chance.randrange(4)
    if kind == 0:
        return set(), {triple for triple in stated if triple.subject == some[0].subject}
    if kind == 1:
        return set(), set(some)
    added = set()
    for triple in some:
        if kind == 2:
            other = chance.choice([one for one in stated if one.predicate == triple.predicate])
            added.add(Triple(triple.subject, triple.predicate, other.object))
        else:
            other = chance.choice(stated)
            added.add(Triple(triple.subject, other.predicate, other.object))
    return added, set(some) if chance.random() < 0.3 else set()


def node(number: int) -> NamedNode:
    return NamedNode(f"http://example.org/n{number}")


def small_triple(chance: random.Random, predicates: Sequence[str], classes: Sequence[str]) -> Triple:
    """A triple of a small world, in which much meets."""
    predicate = NamedNode(chance.choice(predicates))
    if predicate == reasoning_type() and classes:
        return Triple(node(chance.randrange(6)), predicate, NamedNode(chance.choice(classes)))
    if chance.random() < 0.1:
        return Triple(node(chance.randrange(6)), predicate, Literal(str(chance.randrange(2))))
    return Triple(node(chance.randrange(6)), predicate, node(chance.randrange(6)))


def reasoning_type() -> NamedNode:
    return NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
