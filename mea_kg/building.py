"""Builds the knowledge graph: entries and ontology, closure, contradictions, rules.

Reads the folders of ontology, rules and data; writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store, Triple

from mea_kg import reasoning, rules
from mea_kg.axioms import compile_axioms
from mea_kg.contradicting import HINT, findings_of
from mea_kg.errors import ContradictionError, QueryError
from mea_kg.loading import Loaded
from mea_kg.places import Places
from mea_kg.reasoning import Contradiction
from mea_kg.stated import Stated
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, triples_of

ENGINES = ("sparql", "owlrl")


@dataclass(frozen=True)
class Build:
    """A built graph: the store with its two graphs, and what was loaded and derived."""

    store: Store
    loaded: Loaded
    closure: int
    derived: Mapping[str, int]

    @property
    def places(self) -> Places:
        """Where each node and field stands in the curated files."""
        return self.loaded.places


def build(data: Path, ontology: Path, engine: str = "sparql") -> Build:
    """Load, close and derive; the store holds `graph/authored` and `graph/inferred`.

    `engine` is `sparql` (compiled, embedded) or `owlrl` (the reference, slow).
    Raises `EntryErrors`, `InputError`, `OntologyError`, `ContradictionError` or `QueryError`.
    """
    if engine not in ENGINES:
        raise QueryError(f"no engine {engine!r}", f"one of: {', '.join(ENGINES)}")
    return build_of(Stated.read(data, ontology), ontology, engine)


def build_of(stated: Stated, ontology: Path, engine: str = "sparql") -> Build:
    """The same of what is read already; `ontology` is the folder that it was read from, which has the rules."""
    store = stated.in_store()
    closure, derived = derive(store, stated.terms, ontology, engine)
    found = reasoning.contradictions(store, compile_axioms(stated.terms), [AUTHORED_GRAPH, INFERRED_GRAPH])
    require_consistent(found, stated.loaded)
    return Build(store, stated.loaded, closure, derived)


def require_consistent(found: Sequence[Contradiction], loaded: Loaded) -> None:
    """Raise `ContradictionError` where a graph contradicts itself, with the places of what was loaded."""
    if found:
        raise ContradictionError(
            "\n".join(contradiction.message for contradiction in found),
            HINT,
            tuple(findings_of(found, loaded.places, loaded.context)),
        )


def derive(
    store: Store,
    terms: Sequence[Triple],
    ontology: Path,
    engine: str = "sparql",
    before_each: Callable[[], None] = lambda: None,
) -> tuple[int, dict[str, int]]:
    """Add to `graph/inferred` what follows from `graph/authored` by axioms and rules.

    Returns how many triples the closure added, and how many each rule. `terms` are the triples of the ontology in the
    folder `ontology`, which has the rules. `before_each` is called before each rule: what it raises ends the work.
    Raises `OntologyError` or `QueryError`.
    """
    derivations = rules.in_turn(rules.load_rules(ontology / "rules"), before_each)
    if engine == "owlrl":
        return _with_reference_engines(store, derivations)
    closure = reasoning.close(store, [AUTHORED_GRAPH], INFERRED_GRAPH, compile_axioms(terms))
    return closure, rules.apply_rules(store, derivations, [AUTHORED_GRAPH], INFERRED_GRAPH)


def _with_reference_engines(store: Store, derivations: Iterable[rules.Rule]) -> tuple[int, dict[str, int]]:
    """owlrl for the closure and rdflib for the rules, into the same two graphs."""
    authored = set(triples_of(store, AUTHORED_GRAPH))
    closed = reasoning.close_with_owlrl(authored)
    graph = reasoning.rdflib_graph(authored | closed)
    derived = rules.apply_rules_with_rdflib(graph, derivations)
    inferred = set(reasoning.triples_of(graph)) - authored
    store.extend(in_graph(inferred, INFERRED_GRAPH))
    return len(closed), derived
