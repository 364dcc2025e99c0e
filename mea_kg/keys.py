"""Which keys an entry of a class may have, and which of them a misspelt one may be meant to be."""

from __future__ import annotations

from mea_kg.context import Context, nearest
from mea_kg.nesting import NESTED
from mea_kg.trees import Mapping, Scalar, Sequence, Tree
from mea_kg.values import fits
from mea_kg.vocabulary import Vocabulary

SURELY_MEANT = 0.8
"""How like a known key, from 0 to 1, an unknown one must be for its value to be read as that of the known one."""


class Keys:
    """The keys of a context by class; without a vocabulary every class has all of them."""

    def __init__(self, context: Context, vocabulary: Vocabulary | None = None) -> None:
        self._context = context
        self._vocabulary = vocabulary
        self._by_classes: dict[tuple[str, ...], list[str]] = {}

    def of(self, classes: tuple[str, ...]) -> list[str]:
        """The keys that each of these classes may have; every key where none is given."""
        if classes not in self._by_classes:
            above = [self._above(name) for name in classes]
            domains = self._vocabulary.domains if self._vocabulary else {}
            own = (
                key
                for key, term in self._context.terms.items()
                if term.iri not in domains or all(domains[term.iri] & kinds for kinds in above)
            )
            self._by_classes[classes] = [*own, "id", "type", "key"]
        return self._by_classes[classes]

    def nearest(self, name: str, value: Tree, classes: tuple[str, ...]) -> list[str]:
        """The keys of these classes most like an unknown one, the nearest first.

        A key whose values are of another form than `value` is named only where it is surely meant.
        """
        known = self.of(classes)
        fitting = [key for key in known if self._may_hold(key, value)]
        return nearest(name, fitting) or nearest(name, known, least=SURELY_MEANT)

    def _above(self, name: str) -> frozenset[str]:
        iri = self._context.classes[name]
        return self._vocabulary.superclasses(iri) if self._vocabulary else frozenset({iri})

    def _may_hold(self, key: str, value: Tree) -> bool:
        """Whether a value has the form of those of a key: nodes, texts by language, or text."""
        term = self._context.term(key)
        items = value.items if isinstance(value, Sequence) else [value]
        if any(isinstance(item, Mapping) for item in items):
            return key in NESTED or (term is not None and term.is_language_map)
        texts = [item for item in items if isinstance(item, Scalar)]
        return key not in NESTED and (term is None or all(fits(item, term) for item in texts))
