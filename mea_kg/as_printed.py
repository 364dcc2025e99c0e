"""Checks that what a node gives as printed stands in the documents of its evidence.

The words must stand in one of the documents of the node's evidence, or of the evidence of the nodes that it is
part of: an amount's paragraph, an item's act. They should stand beside one of those phrases: in the same clause,
or in the same item as its chapeau. A phrase of the node's own evidence has a word of what stands there for a theme,
a sum or a citation: in a list, what stands beside it is another's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Store

from mea_kg.documents import LocalCopy
from mea_kg.mentions import SMALL_WORDS, Verbs, keys_of
from mea_kg.namespaces import AUTHORED, DCTERMS, MEA
from mea_kg.phrases import Evidence, spans_of
from mea_kg.texts import Span

PRINTED = (
    "printed",
    "verbAsPrinted",
    "citedAs",
    "citedPinpoint",
    "symbol",
    "composition",
    "dueText",
    "title",
)
"""The keys whose values are given as printed."""

IN_PHRASES = ("printed", "citedAs")
"""The keys of which a word stands in a phrase of the node's own evidence."""

PARTS = (
    "hasParagraph",
    "hasItem",
    "hasProvision",
    "hasObjective",
    "hasAct",
    "hasCitation",
    "hasAmount",
    "hasThemeStatement",
    "hasMembership",
    "hasName",
    "hasQualityNote",
    "seeks",
)
"""The properties that lead from a node to the parts that share its evidence."""

BESIDE, ELSEWHERE, ABSENT, UNKNOWN = "beside", "elsewhere", "absent", "unknown"
_MAY_STAND_ELSEWHERE = ("symbol", "title")
_GRAPH = NamedNode(AUTHORED)
_OF_OTHERS = {"title": DCTERMS + "title"}


@dataclass(frozen=True, order=True)
class PrintedValue:
    """A value given as printed, and how it was found: beside a phrase, elsewhere only, absent, or unknown.

    `is_apart`: no phrase of the node's own evidence has a word of it, although its key is one of `IN_PHRASES`.
    """

    node: str
    key: str
    value: str
    outcome: str
    sources: tuple[str, ...] = ()
    is_apart: bool = False


def wholes_of(store: Store) -> dict[str, set[str]]:
    """For each node that is part of others, those others; a cell of a table is part of its line."""
    wholes: dict[str, set[str]] = {}
    for name in PARTS:
        for quad in store.quads_for_pattern(None, NamedNode(MEA + name), None, NamedNode(AUTHORED)):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                wholes.setdefault(quad.object.value, set()).add(quad.subject.value)
    for quad in store.quads_for_pattern(None, NamedNode(MEA + "line"), None, NamedNode(AUTHORED)):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            wholes.setdefault(quad.subject.value, set()).add(quad.object.value)
    return wholes


def printed_values(
    store: Store,
    evidence: Iterable[Evidence],
    copies: Mapping[str, LocalCopy],
    only: Collection[str] | None = None,
) -> Iterator[PrintedValue]:
    """All values given as printed, sorted, each with how it was found; not what is printed as nothing.

    `copies` are by document. With `only`, IRIs, the values of these nodes alone.
    """
    backing = Backing(store, evidence)
    standing = _Standing(copies)
    values = sorted(
        (quad.subject.value, name, quad.object.value)
        for name in PRINTED
        for quad in store.quads_for_pattern(None, NamedNode(_OF_OTHERS.get(name, MEA + name)), None, _GRAPH)
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal) and quad.object.value
        if only is None or quad.subject.value in only
    )
    for node, key, value in values:
        backed_by = backing.of(node)
        if not backed_by and key in _OF_OTHERS:
            continue  # The title of a source document is what the document is found by.
        sources = tuple(sorted({one.source for one in backed_by}))
        is_apart = key in IN_PHRASES and _is_apart(
            value, [one.phrase for one in backed_by if one.node == node]
        )
        yield PrintedValue(node, key, value, standing.outcome(key, value, backed_by), sources, is_apart)


def _is_apart(value: str, phrases: Collection[str]) -> bool:
    """Whether all of these are phrases, and none has a word of the value."""
    words = keys_of(value, Verbs()) - SMALL_WORDS
    return bool(phrases) and all(
        phrase and words and not words & keys_of(phrase, Verbs()) for phrase in phrases
    )


class Backing:
    """The evidence of a node and of the nodes that it is part of."""

    def __init__(self, store: Store, evidence: Iterable[Evidence]) -> None:
        self._wholes = wholes_of(store)
        self._evidence: dict[str, set[Evidence]] = {}
        by_iri: dict[str, set[Evidence]] = {}
        for one in evidence:
            self._evidence.setdefault(one.node, set()).add(one)
            by_iri.setdefault(one.iri, set()).add(one)
        for quad in store.quads_for_pattern(None, NamedNode(MEA + "gives"), None, NamedNode(AUTHORED)):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                self._evidence[quad.object.value] = by_iri.get(quad.subject.value, set())

    def of(self, node: str) -> set[Evidence]:
        """All of it."""
        found: set[Evidence] = set()
        waiting, seen = [node], {node}
        while waiting:
            one = waiting.pop()
            found |= self._evidence.get(one, set())
            wholes = self._wholes.get(one, set()) - seen
            seen |= wholes
            waiting.extend(wholes)
        return found


class _Standing:
    """Where phrases stand, looked up once."""

    def __init__(self, copies: Mapping[str, LocalCopy]) -> None:
        self._copies = copies
        self._near: dict[str, tuple[tuple[Span, ...], set[int]]] = {}

    def outcome(self, key: str, value: str, evidence: Iterable[Evidence]) -> str:
        elsewhere = unknown = False
        for one in evidence:
            copy = self._copies.get(one.source)
            if copy is None:
                unknown = True
                continue
            spans = copy.text.find_whole(value)
            if spans and (key in _MAY_STAND_ELSEWHERE or self._is_beside(copy, one, spans)):
                return BESIDE
            elsewhere = elsewhere or bool(spans)
        if elsewhere:
            return ELSEWHERE
        return UNKNOWN if unknown else ABSENT

    def _is_beside(self, copy: LocalCopy, evidence: Evidence, spans: Iterable[Span]) -> bool:
        if evidence.iri not in self._near:
            phrases = spans_of(copy, evidence) if evidence.phrase else ()
            near = copy.outline.beside(clause for span in phrases for clause in copy.outline.touched(*span))
            self._near[evidence.iri] = phrases, near
        phrases, near = self._near[evidence.iri]
        return any(
            any(start <= first and last <= end for start, end in phrases)
            or {clause.index for clause in copy.outline.touched(first, last)} <= near
            for first, last in spans
        )
