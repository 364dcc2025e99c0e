"""All that makes a checked graph of what was authored, at once: closure, rules, both validations, a store on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store, Triple

from mea_kg.building import derive
from mea_kg.shacl import Compiled, Result, validate
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, write_compiled

_WORKERS = 2


@dataclass(frozen=True)
class Processed:
    """How many triples the closure added and how many each rule; the results on the authored graph and the whole."""

    closure: int
    derived: Mapping[str, int]
    authored: Sequence[Result]
    whole: Sequence[Result]


def process(
    store: Store, terms: Sequence[Triple], ontology: Path, authored: Compiled, whole: Compiled, folder: Path
) -> Processed:
    """Derive `graph/inferred` from `graph/authored`, validate both, and write both to a store in a new folder.

    `terms` are the triples of the ontology in the folder `ontology`. Two threads share the work: the store in memory
    answers queries while it is written to. Raises `OntologyError`, `QueryError` or `OSError`.
    """
    with ThreadPoolExecutor(_WORKERS) as workers:
        deriving = workers.submit(derive, store, terms, ontology)
        on_authored = validate(store, [AUTHORED_GRAPH], authored, workers=workers)
        closure, derived = deriving.result()
        writing = workers.submit(write_compiled, store, folder)
        on_whole = validate(store, [AUTHORED_GRAPH, INFERRED_GRAPH], whole, workers=workers)
        writing.result()
    return Processed(closure, derived, on_authored, on_whole)
