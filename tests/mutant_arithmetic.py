"""The arithmetic checks of a changed graph: the rules that compute figures, and nothing else that is derived."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyoxigraph import NamedNode, QueryTriples, Store, Triple

from mea_kg import resources
from mea_kg.namespaces import MEA, VOCAB
from mea_kg.rules import load_rules
from mea_kg.stores import AUTHORED_GRAPH

_CHECKS = "mea:discrepancyOf"
_PROPERTY = re.compile(r"\bmea:(\w+)")
_KIND, _CHECK, _OF = (NamedNode(MEA + name) for name in ("differenceKind", "check", "discrepancyOf"))
_ERROR = NamedNode(f"{VOCAB}difference/error")


class Arithmetic:
    """The rules that check figures, which read stated properties alone, and the errors of the graph as it was."""

    def __init__(self, store: Store) -> None:
        self._rules = [
            rule for rule in load_rules(resources.ontology_folder() / "rules") if _CHECKS in rule.text
        ]
        self._read = {MEA + name for rule in self._rules for name in _PROPERTY.findall(rule.text)}
        self._before: set[tuple[str, str]] = set()
        self._before = self.errors(store)

    def reads(self, changed: Iterable[Triple]) -> bool:
        """Whether any of these triples can change what is computed."""
        return any(triple.predicate.value in self._read for triple in changed)

    def errors(self, store: Store) -> set[tuple[str, str]]:
        """Check and cell of each error that was not there before."""
        found: set[tuple[str, str]] = set()
        for rule in self._rules:
            results = store.query(rule.text, default_graph=[AUTHORED_GRAPH])
            assert isinstance(results, QueryTriples)
            said: dict[str, dict[NamedNode, str]] = {}
            for triple in results:
                assert isinstance(triple.subject, NamedNode)
                if isinstance(triple.object, NamedNode):
                    said.setdefault(triple.subject.value, {})[triple.predicate] = triple.object.value
            for one in said.values():
                if one[_KIND] == _ERROR.value:
                    found.add((one[_CHECK].removeprefix(VOCAB), one[_OF]))
        return found - self._before
