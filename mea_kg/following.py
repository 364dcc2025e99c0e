"""A folder of entries that is checked time after time: only what a change concerns is checked again."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Triple

from mea_kg.axioms import compile_axioms
from mea_kg.building import build_of, derive, require_consistent
from mea_kg.reports import Report
from mea_kg.rules import load_rules
from mea_kg.shacl import compile_shapes
from mea_kg.shapes import Shapes, read_shapes
from mea_kg.snapshots import digest_of
from mea_kg.stated import Stated
from mea_kg.updating import LiveGraph
from mea_kg.validation import report_on, validate


class FollowedFolder:
    """The graph of a folder of entries, with its ontology and shapes, as it is whenever it is asked about."""

    def __init__(self, data: Path, ontology: Path, shapes: Path) -> None:
        self._data, self._ontology, self._shapes = data, ontology, shapes
        self._live: LiveGraph | None = None
        self._made_from = ""
        self._triples: frozenset[Triple] = frozenset()
        self._read: tuple[Shapes, ...] = ()

    def report(self) -> Report:
        """The report on the present state, the same as of a graph that is built anew.

        The first takes as long; so does one after a change of the ontology, a rule or a shape, and any where a shape is
        left to pySHACL. Raises `EntryErrors`, `InputError`, `OntologyError`, `ContradictionError` or `QueryError`:
        the next is then on what has changed since the last.
        """
        made_from = digest_of([self._ontology, self._shapes])
        stated = Stated.read(self._data, self._ontology)
        loaded, triples = stated.loaded, stated.triples
        if self._live is None or made_from != self._made_from:
            shapes = read_shapes(self._shapes)
            for_authored, for_whole = (compile_shapes(one.triples) for one in shapes)
            if for_authored.refused or for_whole.refused:
                built = build_of(stated, self._ontology)
                return validate(
                    built.store, built.places, self._shapes, loaded.context, ontology=self._ontology
                )
            store = stated.in_store()
            derive(store, stated.terms, self._ontology)
            rules = load_rules(self._ontology / "rules")
            self._live = LiveGraph(store, compile_axioms(stated.terms), rules, for_authored, for_whole)
            self._read, self._made_from = shapes, made_from
        else:
            self._live.update(triples - self._triples, self._triples - triples)
        self._triples = triples
        require_consistent(self._live.contradictions, loaded)
        results = (self._live.authored_results, self._live.whole_results)
        found = zip(self._read, results, strict=True)
        return report_on(self._live.store, found, loaded.places, loaded.context, self._ontology)
