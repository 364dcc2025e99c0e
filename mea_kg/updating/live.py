"""A built graph that follows its entries: closure, rules, contradictions and validation after each change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pyoxigraph import NamedNode, Store, Triple

from mea_kg import reasoning
from mea_kg.axioms import Axioms, compile_axioms
from mea_kg.errors import InputError
from mea_kg.namespaces import RDFS
from mea_kg.ontology import read_ontology
from mea_kg.reasoning import Contradiction
from mea_kg.rules import Rule, apply_rules, load_rules
from mea_kg.shacl import Compiled, Result, compile_shapes
from mea_kg.shacl import validate as validate_compiled
from mea_kg.shapes import read_shapes
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, triples_of
from mea_kg.updating.closure import Closure
from mea_kg.updating.derivation import Derivations
from mea_kg.updating.layers import Layers
from mea_kg.updating.revalidation import Revalidation
from mea_kg.updating.walking import Fans

_SUB_CLASS = NamedNode(RDFS + "subClassOf")
WHOLE = (AUTHORED_GRAPH, INFERRED_GRAPH)


@dataclass(frozen=True)
class Update:
    """What an update changed.

    `added` and `removed` are authored triples, `inferred` and `withdrawn` those that follow; `come` and `gone` are
    results of validation. `rebuilt` says why all was derived anew, empty where only what the change concerns was;
    `asked_whole` are the shapes that were asked of all nodes.
    """

    added: frozenset[Triple] = frozenset()
    removed: frozenset[Triple] = frozenset()
    inferred: frozenset[Triple] = frozenset()
    withdrawn: frozenset[Triple] = frozenset()
    come: frozenset[Result] = frozenset()
    gone: frozenset[Result] = frozenset()
    rebuilt: str = ""
    asked_whole: tuple[str, ...] = ()


class LiveGraph:
    """A store with `graph/authored` and `graph/inferred`, closed and derived, that is changed by `update` alone.

    After each update it holds what a build from scratch would. The ontology, the rules and the shapes are those
    that were given: make another one where they have changed.
    """

    def __init__(
        self,
        store: Store,
        axioms: Axioms,
        rules: Sequence[Rule],
        for_authored: Compiled,
        for_whole: Compiled,
        results: tuple[Iterable[Result], Iterable[Result]] | None = None,
    ) -> None:
        """Take a store that was built; `results` are those of both validations, made here where none are given.

        Raises `InputError` for shapes that are not compiled.
        """
        for compiled in (for_authored, for_whole):
            for refused in compiled.refused:
                raise InputError(
                    f"{refused.shape}: {refused.reason}", "such a shape is checked by pyshacl alone"
                )
        self.store = store
        self._axioms = axioms
        self._rules = list(rules)
        self._shapes = ((for_authored, (AUTHORED_GRAPH,)), (for_whole, WHOLE))
        self._fans = Fans(store)
        self._layers = Layers(store, self._fans.keys)
        self._closure = Closure(axioms, self._fans)
        self._derivations = Derivations(self._rules, self._closure.predicates(), self._fans)
        self._is_entangled = self._derivations.meets(self._layers)
        self.contradictions = reasoning.contradictions(store, axioms, WHOLE)
        self._checks = self._validated(results)

    def _validated(
        self, results: tuple[Iterable[Result], Iterable[Result]] | None = None
    ) -> list[Revalidation]:
        return [
            Revalidation(
                self._layers,
                compiled,
                kinds,
                validate_compiled(self.store, kinds, compiled) if results is None else results[index],
                self._fans,
            )
            for index, (compiled, kinds) in enumerate(self._shapes)
        ]

    @classmethod
    def of(cls, store: Store, ontology: Path, shapes_folder: Path) -> LiveGraph:
        """A built store with the ontology and rules of one folder, and the shapes of another."""
        compiled = [compile_shapes(shapes.triples) for shapes in read_shapes(shapes_folder)]
        axioms = compile_axioms(read_ontology(ontology))
        return cls(store, axioms, load_rules(ontology / "rules"), compiled[0], compiled[1])

    @property
    def results(self) -> list[Result]:
        """The results of validation, first of the authored graph and then of the whole; each sorted."""
        return [*self.authored_results, *self.whole_results]

    @property
    def authored_results(self) -> list[Result]:
        """The results of the shapes for the authored graph, sorted."""
        return sorted(self._checks[0].results, key=lambda one: one.sort_key)

    @property
    def whole_results(self) -> list[Result]:
        """The results of the shapes for the whole graph, sorted."""
        return sorted(self._checks[1].results, key=lambda one: one.sort_key)

    def update(self, added: Iterable[Triple] = (), removed: Iterable[Triple] = ()) -> Update:
        """Change the authored graph, and bring up to date all that follows from it; what is in both is added.

        Where an error is raised, nothing has changed.
        """
        layers, added = self._layers, set(added)
        done: list[tuple[Revalidation, set[Result], set[Result]]] = []
        try:
            layers.remove(set(removed) - added, AUTHORED_GRAPH)
            layers.add(added, AUTHORED_GRAPH)
            come, gone = layers.changed(AUTHORED_GRAPH)
            if not come and not gone:
                return Update()
            rebuilt = self._derive(come, gone)
            if any(triple.predicate == _SUB_CLASS for triple in come | gone):
                return self._with_other_classes(come, gone, rebuilt)
            for check in self._checks:
                done.append((check, *check.update(layers)))
            inferred, withdrawn = layers.changed(INFERRED_GRAPH)
            layers.keep()
        except BaseException:
            layers.undo()
            for check, new, old in done:
                check.undo(new, old)
            raise
        self.contradictions = self._contradicting(come | gone | inferred | withdrawn)
        return Update(
            frozenset(come),
            frozenset(gone),
            frozenset(inferred),
            frozenset(withdrawn),
            frozenset(one for _, new, _ in done for one in new),
            frozenset(one for _, _, old in done for one in old),
            rebuilt,
            tuple(str(query.sources[0].shape) for check in self._checks for query in check.asked_whole),
        )

    def _with_other_classes(
        self, come: AbstractSet[Triple], gone: AbstractSet[Triple], rebuilt: str
    ) -> Update:
        """The update where the graph says another hierarchy of classes, by which the shapes choose their nodes."""
        inferred, withdrawn = self._layers.changed(INFERRED_GRAPH)
        old = self._checks
        self._layers.keep()
        self._checks = self._validated()
        self.contradictions = self._contradicting(come | gone | inferred | withdrawn)
        results = [{one for check in checks for one in check.results} for checks in (old, self._checks)]
        return Update(
            frozenset(come),
            frozenset(gone),
            frozenset(inferred),
            frozenset(withdrawn),
            frozenset(results[1] - results[0]),
            frozenset(results[0] - results[1]),
            "; ".join(filter(None, [rebuilt, "the hierarchy of classes has changed"])),
        )

    def _derive(self, come: AbstractSet[Triple], gone: AbstractSet[Triple]) -> str:
        """Bring the inferred graph up to date; why all of it was made anew, if it was."""
        if not self._is_entangled:
            lost = self._closure.update(self._layers, come | gone)
            self._derivations.update(self._layers, lost, self._closure.follows)
            if not self._derivations.meets(self._layers, self._layers.changed()[0]):
                return ""
        self._derive_anew()
        self._is_entangled = self._derivations.meets(self._layers)
        return "a rule reads what a later one writes"

    def _derive_anew(self) -> None:
        layers, store = self._layers, self.store
        now = layers.taken(INFERRED_GRAPH)
        authored = cast(list[NamedNode], layers.graphs("new", AUTHORED_GRAPH))
        try:
            reasoning.close(store, authored, INFERRED_GRAPH, self._axioms)
            apply_rules(store, self._rules, authored, INFERRED_GRAPH)
            new = set(triples_of(store, INFERRED_GRAPH))
        finally:
            store.remove_graph(INFERRED_GRAPH)
            store.extend(in_graph(now, INFERRED_GRAPH))
        layers.add(new - now, INFERRED_GRAPH)
        layers.remove(now - new, INFERRED_GRAPH)

    def _contradicting(self, changed: Iterable[Triple]) -> list[Contradiction]:
        """The contradictions of the present state: anew about the ends of these triples, as before about others."""
        near = {end for one in changed for end in (one.subject, one.object)}
        about = {node for node in near if isinstance(node, NamedNode)}
        found = reasoning.contradictions(self.store, self._axioms, WHOLE, about)
        known = {(one.kind, one.axiom, one.clash) for one in found}
        kept = [
            one
            for one in self.contradictions
            if not {triple.subject for triple in one.clash} & about
            and (one.kind, one.axiom, one.clash) not in known
        ]
        return sorted([*kept, *found], key=lambda one: one.message)
