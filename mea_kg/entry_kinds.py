"""The kinds of entry that there are: classes by their labels, and the kinds that identifiers begin with.

Nothing is listed by hand: classes come from context and ontology, and the curated entries show which of those that
stand in other nodes also stand on their own, and where entries of a class lie.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from mea_kg.context import Context, nearest
from mea_kg.demands import Demands
from mea_kg.entries import read_entry
from mea_kg.errors import InputError, quoted
from mea_kg.identifiers import slug
from mea_kg.nesting import NESTED
from mea_kg.nodes import read_nodes
from mea_kg.places import Place
from mea_kg.vocabulary import Vocabulary


@dataclass(frozen=True)
class CuratedNodes:
    """What the curated entries show: classes of top-level nodes with identifier and place."""

    nodes: tuple[tuple[str, str, Place], ...]

    @classmethod
    def read(cls, data: Path, context: Context) -> CuratedNodes:
        """Read the entries below a folder, also those with findings: what cannot be read is passed over."""
        found = []
        for path in sorted(data.rglob("*.yaml")):
            for node in read_nodes(read_entry(path), context):
                found += [
                    (name, str(node.identifier), node.place) for name in node.classes if node.identifier
                ]
        return cls(tuple(found))

    def place_of(self, identifier: str) -> Place | None:
        """Where an identifier is defined, if it is."""
        return next((place for _, one, place in self.nodes if one == identifier), None)

    def files(self, classes: Collection[str]) -> list[Path]:
        """The files with entries of these classes, those with the fewest top-level nodes first."""
        sizes = Counter(place.file for _, _, place in self.nodes)
        files = {place.file for name, _, place in self.nodes if name in classes}
        return [Path(file) for file in sorted(files, key=lambda file: (sizes[file], file))]


@dataclass(frozen=True)
class Kind:
    """A kind of entry: its name, the classes that its `type` may be, and what its identifiers begin with.

    `prefixes` are all that are allowed, and `prefix` the one to take where nothing else is known.
    """

    name: str
    classes: tuple[str, ...]
    definition: str
    prefix: str
    prefixes: tuple[str, ...]


class Kinds:
    """The kinds of entry: `by_name` has one for each class, by its label in lower case with hyphens."""

    def __init__(
        self, context: Context, vocabulary: Vocabulary, demands: Demands, curated: CuratedNodes
    ) -> None:
        """Take what there is; a class of which no shape demands a key is derived, and no kind of entry."""
        self._context = context
        self._vocabulary = vocabulary
        self._curated = curated
        seen = {name for name, _, _ in curated.nodes}
        inner = {name for nesting in NESTED.values() for name in nesting.classes} - seen
        headings = demands.headings()
        within = {name for name in context.classes if self._above(name) & self._iris(inner)}
        self._inner = [
            name for name in context.classes if within and set(self._below(name)) - headings <= within
        ]
        self._stated = [
            name
            for name in context.classes
            if name not in {*headings, *self._inner}
            and any(demand.is_required for demand in demands.of(name)[0].values())
        ]
        self.by_name = {kind.name: kind for name in context.classes if (kind := self._of_class(name))}

    def find(self, name: str) -> Kind:
        """The kind of that name, in any spelling, or that of which identifiers begin so.

        Raises:
            InputError: there is none; the hint has the nearest.
        """
        words = slug(name)
        compact = words.replace("-", "")
        for kind in self.by_name.values():
            if compact == kind.name.replace("-", ""):
                return kind
        for own in self._context.classes:
            if compact == own.lower() and (kind_of_class := self._of_class(own)):
                return kind_of_class
        if kind_of_prefix := self._of_prefix(words):
            return kind_of_prefix
        if place := self._place_inside(compact):
            raise InputError(f"there are no entries of the kind {quoted(name)} on their own", place)
        near = [known for known in self.by_name if compact and compact in known.replace("-", "")]
        near = near or nearest(words, self.by_name, least=0.6)
        hint = f"did you mean {' or '.join(near)}?" if near else "`mea-kg new` lists the kinds"
        raise InputError(f"there is no kind of entry {quoted(name)}", hint)

    def _of_class(self, name: str) -> Kind | None:
        iri = self._context.classes[name]
        classes = [one for one in self._stated if iri in self._above(one)]
        if not classes or name in self._inner:
            return None
        # More exact classes come first.
        classes.sort(key=lambda one: len(self._below(one)))
        words = slug(self._label(name))
        prefix = self._prefix(name, words)
        prefixes = dict.fromkeys([prefix, *(one for stated in classes for one in self._prefixes(stated))])
        return Kind(words, tuple(classes), self._vocabulary.definition(iri), prefix, tuple(prefixes))

    def _prefix(self, name: str, words: str) -> str:
        """What identifiers of a class begin with: where several are allowed, its name, or what most have."""
        own = self._vocabulary.kinds(self._context.classes[name])
        below = [kind for one in self._below(name) for kind in self._prefixes(one)]
        allowed = own or below
        if words in allowed or not allowed:
            return words
        used = Counter(one.partition("/")[0] for kind, one, _ in self._curated.nodes if kind == name)
        return max(allowed, key=lambda prefix: used[prefix])

    def _prefixes(self, name: str) -> tuple[str, ...]:
        return self._vocabulary.kinds(self._context.classes[name])

    def _of_prefix(self, prefix: str) -> Kind | None:
        classes = tuple(one for one in self._stated if prefix in self._prefixes(one))
        if not classes:
            return None
        return Kind(prefix, classes, " or ".join(self._label(one) for one in classes), prefix, (prefix,))

    def _place_inside(self, compact: str) -> str | None:
        """Where a node stands that has no file of its own."""
        for name in self._inner:
            if compact in (name.lower(), slug(self._label(name)).replace("-", "")):
                keys = [
                    f"`{key}`"
                    for key, nesting in NESTED.items()
                    if set(nesting.classes) & {name, *self._below(name)}
                ]
                return f"they stand inside another entry, under {' or '.join(keys)}"
        return None

    def _above(self, name: str) -> frozenset[str]:
        return self._vocabulary.superclasses(self._context.classes[name])

    def _below(self, name: str) -> list[str]:
        iri = self._context.classes[name]
        return [one for one in self._context.classes if iri in self._above(one)]

    def _iris(self, names: Iterable[str]) -> set[str]:
        return {self._context.classes[name] for name in names}

    def _label(self, name: str) -> str:
        return self._vocabulary.label(self._context.classes[name]) or name
