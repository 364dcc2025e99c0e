"""Which values of the graph have the same key: what a query that compares computed strings joins by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Triple

from mea_kg.sparql.patterns import Choice, Inverse, Key, Matching, Path, Sequence

Value = NamedNode | Literal


class Keys:
    """For each key that was asked for, the values of its properties in all graphs of a store.

    A value that was lately in the store may still be here: who looks it up there finds nothing.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._values: dict[Key, dict[str, set[Value]]] = {}
        self._by_predicate: dict[NamedNode, list[Key]] = {}

    def prepare(self, path: Path) -> None:
        """Read the store for the keys of a path."""
        if isinstance(path, Matching):
            self._held(path.here)
            self._held(path.there)
        elif isinstance(path, Choice):
            for way in path.ways:
                self.prepare(way)
        elif isinstance(path, Sequence):
            self.prepare(path.first)
            self.prepare(path.second)
        elif isinstance(path, Inverse):
            self.prepare(path.inner)

    def _held(self, key: Key) -> dict[str, set[Value]]:
        if key not in self._values:
            rows = f"VALUES ?p {{ {' '.join(sorted(map(str, key.predicates)))} }} ?s ?p ?it FILTER (!isBlank(?it))"
            self._values[key] = {}
            for predicate in key.predicates:
                self._by_predicate.setdefault(predicate, []).append(key)
            self._put(key, self._computed(key, f"SELECT DISTINCT ?it {{ {rows} }}"))
        return self._values[key]

    def _put(self, key: Key, computed: Iterable[tuple[Value, str]]) -> None:
        held = self._values[key]
        for value, text in computed:
            held.setdefault(text, set()).add(value)

    def _computed(self, key: Key, values: str) -> Iterator[tuple[Value, str]]:
        """The keys of values that a group pattern gives; a value may have none."""
        text = f"SELECT ?it ({key.expression} AS ?key) {{ {values} }}"
        solutions = self._store.query(text, use_default_graph_as_union=True)
        assert isinstance(solutions, QuerySolutions)
        for row in solutions:
            value, found = row["it"], row["key"]
            if found is not None and isinstance(value, NamedNode | Literal):
                # As it is written: strings in two languages are two keys.
                yield value, str(found)

    def matching(self, path: Matching, values: Iterable[object], forward: bool) -> Iterator[Value]:
        """The values that a path leads to from others."""
        here, there = (path.here, path.there) if forward else (path.there, path.here)
        held = self._held(there)
        for text in {text for _, text in self._computed(here, _listed(values))}:
            yield from held.get(text, ())

    def add(self, triples: Iterable[Triple]) -> None:
        """These triples are in the store, or soon will be."""
        for key, values in self._concerned(triples).items():
            self._put(key, self._computed(key, _listed(values)))

    def drop(self, triples: Iterable[Triple]) -> None:
        """These triples are no longer in the store; others may have the same values."""
        for key, values in self._concerned(triples).items():
            gone = [value for value in values if not self._is_used(key, value)]
            for value, text in self._computed(key, _listed(gone)):
                held = self._values[key].get(text, set())
                held.discard(value)
                if not held:
                    self._values[key].pop(text, None)

    def _concerned(self, triples: Iterable[Triple]) -> dict[Key, list[Value]]:
        found: dict[Key, list[Value]] = {}
        for triple in triples:
            for key in self._by_predicate.get(triple.predicate, ()):
                if isinstance(triple.object, NamedNode | Literal):
                    found.setdefault(key, []).append(triple.object)
        return found

    def _is_used(self, key: Key, value: Value) -> bool:
        return any(
            next(self._store.quads_for_pattern(None, predicate, value, None), None) is not None
            for predicate in key.predicates
        )


def _listed(values: Iterable[object]) -> str:
    named = sorted({str(value) for value in values if isinstance(value, NamedNode | Literal)})
    return f"VALUES ?it {{ {' '.join(named)} }}"
