"""Checks that the evidence of an organization, a treaty or a group names it: that some word of its names stands
beside one of the phrases.

A name is a label, an alias, an acronym, a former name, a symbol or a title, of the node or of what it serves, governs
or belongs to. Beside a phrase stand its clauses, the rest of their items or rows, and their chapeaux. The evidence of a
citation names what is cited, that of an act its counterparts, and that of a membership the member, where it names other
members and no pronoun stands for one. That a word stands there proves nothing; that none does is a sign that the
evidence is another's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Store

from mea_kg.as_printed import Backing
from mea_kg.documents import LocalCopy
from mea_kg.mentions import SMALL_WORDS, Verbs, keys_of
from mea_kg.namespaces import AUTHORED, DCTERMS, MEA, RDF, RDFS, SKOS
from mea_kg.phrases import Evidence, spans_of

_GRAPH = NamedNode(AUTHORED)
_LABEL = NamedNode(SKOS + "prefLabel")
_NAMES = (
    _LABEL,
    NamedNode(SKOS + "altLabel"),
    NamedNode(DCTERMS + "title"),
    *(
        NamedNode(MEA + name)
        for name in ("acronym", "symbol", "printed", "citedAs", "composition", "locator")
    ),
)
_NAMED = NamedNode(MEA + "hasName")
_TEXT = NamedNode(MEA + "text")
_MEMBER, _HAS_MEMBERSHIP = NamedNode(MEA + "member"), NamedNode(MEA + "hasMembership")
_ENDS = {
    "member": _MEMBER,
    "counterparts": NamedNode(MEA + "counterpart"),
    "cites": NamedNode(MEA + "cites"),
}
_TYPE, _BELOW = NamedNode(RDF + "type"), NamedNode(RDFS + "subClassOf")
_PRINTED = {NamedNode(MEA + name) for name in ("Organization", "Treaty", "Group")}
"""The classes whose members a source names; a decision, an instrument, an office can be named by the curator."""
_PRONOUNS = frozenset(("it", "its", "they", "them", "which", "who", "we", "secretariat"))
_AROUND = tuple(
    NamedNode(MEA + name)
    for name in (
        *("servicesTreaty", "governs", "actsUnder", "officeOf", "partOf", "belongsTo", "provisionOf"),
        *("underInstrument", "adoptedBy", "providedBy"),
    )
)
_NO_VERBS = Verbs()


@dataclass(frozen=True, order=True)
class Unnamed:
    """A node, or what a key of it refers to, of which no name stands beside the phrases of the evidence."""

    node: str
    key: str
    value: str
    sources: tuple[str, ...]
    phrase: str


class _Names:
    """The keys of the words in the names of nodes, looked up once for each node."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._of: dict[NamedNode, set[str]] = {}

    def of(self, node: NamedNode) -> set[str]:
        """Those of a node, and of what it serves, governs, acts under or belongs to."""
        if node not in self._of:
            found = set().union(*self.single(node))
            for predicate in _AROUND:
                for other in _objects(self._store, node, predicate):
                    found = found.union(*self.single(other))
            self._of[node] = found
        return self._of[node]

    def single(self, node: object) -> list[set[str]]:
        """Those of each name of a node."""
        if not isinstance(node, NamedNode):
            return []
        texts = [text for predicate in _NAMES for text in _objects(self._store, node, predicate)]
        texts += [
            text
            for name in _objects(self._store, node, _NAMED)
            for text in _objects(self._store, name, _TEXT)
        ]
        every = (keys_of(text.value, _NO_VERBS) - SMALL_WORDS for text in texts if isinstance(text, Literal))
        return [keys for keys in every if keys]


def unnamed(
    store: Store,
    evidence: Iterable[Evidence],
    copies: Mapping[str, LocalCopy],
    only: Collection[str] | None = None,
) -> Iterator[Unnamed]:
    """What the evidence of nodes does not name, sorted; only where all of that evidence has a phrase at hand."""
    every = list(evidence)
    by_node: dict[str, set[Evidence]] = {}
    for one in every:
        by_node.setdefault(one.node, set()).add(one)
    backing = Backing(store, every)
    names = _Names(store)
    beside = _Beside(copies)
    found = set()
    for name, own in by_node.items():
        if only is not None and name not in only:
            continue
        words = beside.words(own)
        iri = NamedNode(name)
        if words and not names.of(iri) & words and _is_printed(store, iri):
            found.add(_unnamed(name, "evidence", name, own))
    for key, predicate in _ENDS.items():
        for quad in store.quads_for_pattern(None, predicate, None, _GRAPH):
            node, end = quad.subject, quad.object
            if not isinstance(node, NamedNode) or not isinstance(end, NamedNode):
                continue
            if only is not None and node.value not in only:
                continue
            behind = backing.of(node.value)
            words = beside.words(behind)
            meant = names.of(end)
            if not words or not meant or meant & words:
                continue
            if key != "member" or _names_others(store, node, end, words, names):
                found.add(_unnamed(node.value, key, end.value, behind))
    yield from sorted(found)


def _is_printed(store: Store, node: NamedNode) -> bool:
    """Whether a source that speaks of a node prints a name of it: others, and in other languages, have a curator's."""
    labels = _objects(store, node, _LABEL)
    if not labels or any(
        isinstance(label, Literal) and label.language not in (None, "en") for label in labels
    ):
        return False
    waiting = _objects(store, node, _TYPE)
    reached: set[object] = set()
    while waiting:
        kind = waiting.pop()
        if kind not in reached:
            reached.add(kind)
            waiting += _objects(store, kind, _BELOW)
    return bool(reached & _PRINTED)


def _names_others(store: Store, node: NamedNode, member: NamedNode, words: set[str], names: _Names) -> bool:
    """Whether all words of a name of another member of the same group are among these, and no pronoun."""
    if words & _PRONOUNS:
        return False
    others = (
        other
        for group in store.quads_for_pattern(None, _HAS_MEMBERSHIP, node, _GRAPH)
        for membership in _objects(store, group.subject, _HAS_MEMBERSHIP)
        for other in _objects(store, membership, _MEMBER)
    )
    return any(other != member and any(name <= words for name in names.single(other)) for other in others)


def _objects(store: Store, node: object, predicate: NamedNode) -> list[object]:
    if not isinstance(node, NamedNode):
        return []
    return [quad.object for quad in store.quads_for_pattern(node, predicate, None, _GRAPH)]


def _unnamed(node: str, key: str, value: str, evidence: Collection[Evidence]) -> Unnamed:
    sources = tuple(sorted({one.source for one in evidence}))
    return Unnamed(node, key, value, sources, min(one.phrase for one in evidence))


class _Beside:
    """The keys of the words beside the phrases of evidence, looked up once for each piece."""

    def __init__(self, copies: Mapping[str, LocalCopy]) -> None:
        self._copies = copies
        self._of: dict[str, frozenset[str] | None] = {}

    def words(self, evidence: Collection[Evidence]) -> set[str] | None:
        """Those beside all of the phrases; None where one of them is not at hand, or does not stand in its document."""
        found: set[str] = set()
        for one in evidence:
            words = self._words(one)
            if words is None:
                return None
            found |= words
        return found or None

    def _words(self, one: Evidence) -> frozenset[str] | None:
        if one.iri not in self._of:
            copy = self._copies.get(one.source)
            spans = spans_of(copy, one) if copy and one.phrase else ()
            self._of[one.iri] = None
            if copy and spans:
                clauses = copy.outline.beside(
                    clause for span in spans for clause in copy.outline.touched(*span)
                )
                text = " ".join(copy.outline.clauses[index].text for index in sorted(clauses))
                self._of[one.iri] = frozenset(keys_of(text, _NO_VERBS))
        return self._of[one.iri]
