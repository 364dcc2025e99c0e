"""All that makes a checked graph of what was authored, at once: closure, rules, and the shapes on both graphs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store, Triple

from mea_kg.building import derive
from mea_kg.shacl import Compiled, Result, validate
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH

_WORKERS = 2


@dataclass(frozen=True)
class Processed:
    """How many triples the closure added and how many each rule; the results on the authored graph and the whole."""

    closure: int
    derived: Mapping[str, int]
    authored: Sequence[Result]
    whole: Sequence[Result]


def process(
    store: Store, terms: Sequence[Triple], ontology: Path, authored: Compiled, whole: Compiled
) -> Processed:
    """Derive `graph/inferred` from `graph/authored`, and validate both.

    `terms` are the triples of the ontology in the folder `ontology`. What was authored is validated while the rest
    is derived: the store answers queries while it is written to. Raises `OntologyError` or `QueryError`.
    """
    with ThreadPoolExecutor(_WORKERS) as workers:
        deriving = workers.submit(derive, store, terms, ontology)
        on_authored = validate(store, [AUTHORED_GRAPH], authored, workers=workers)
        closure, derived = deriving.result()
        on_whole = validate(store, [AUTHORED_GRAPH, INFERRED_GRAPH], whole, workers=workers)
    return Processed(closure, derived, on_authored, on_whole)
