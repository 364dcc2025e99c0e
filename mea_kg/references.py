"""What needs all files: references to nodes and concepts, and identifiers that two files define."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from mea_kg.context import Context, Term, nearest
from mea_kg.identifiers import slug
from mea_kg.namespaces import VOCAB, shortened
from mea_kg.nodes import Node
from mea_kg.places import Place
from mea_kg.trees import EntryFile, Report
from mea_kg.values import EXTERNAL, WORD, Link
from mea_kg.vocabulary import Vocabulary

MAX_SEARCHES = 100
"""How many names are searched for by spelling: each search compares with every name there is."""

_NAMING = ("label", "aliases", "acronym", "title", "symbol")
_ID_LINE = re.compile(r"^[\s-]*id:\s*[\"']?([^\s\"'#]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Reference:
    """That the node `subject` refers to the node or concept `iri` under the key `key`."""

    iri: str
    subject: str
    key: str
    place: Place


@dataclass
class Catalogue:
    """The nodes that are defined: their places, who has which name, and which identifier ends how.

    `spellings` gives further names with their holders; it is asked only where a name leads nowhere.
    """

    places: dict[str, Place] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    spellings: Callable[[], Iterable[tuple[str, str]]] | None = None
    _nearest: dict[str, list[str]] = field(default_factory=dict)

    def add(self, node: Node) -> Place | None:
        """Enter a node; gives the place of the one that has its identifier already, if there is one."""
        if not node.name:
            return None
        first = self.places.setdefault(node.name, node.place)
        self.ends.setdefault(node.name.rpartition("/")[2], node.name)
        for key in _NAMING:
            for text in node.texts(key):
                self.names.setdefault(text, []).append(node.name)
        return None if first is node.place else first

    def add_line(self, iri: str, place: Place) -> Place | None:
        """Enter a node that a table makes; gives the place of the one that has its identifier, if there is one."""
        name = shortened(iri)
        first = self.places.setdefault(name, place)
        return None if first == place else first

    def add_unread(self, text: str) -> None:
        """Enter the ids of a file that is not YAML, so that references to them are not called undefined."""
        self.unread.update(_ID_LINE.findall(text))

    def has(self, name: str) -> bool:
        """Whether a node of that identifier is defined, or may be, in a file that is not YAML."""
        return name in self.places or any(
            name == unread or name.startswith(unread + "/") for unread in self.unread
        )

    def nearest(self, text: str) -> list[str]:
        """The identifiers of what `text` may mean: by the end of the identifier, by name, by spelling."""
        if text not in self._nearest:
            self._nearest[text] = self._find_nearest(text)
        return self._nearest[text]

    def _find_nearest(self, text: str) -> list[str]:
        if self.spellings is not None:
            for spelling, name in self.spellings():
                self.names.setdefault(spelling, []).append(name)
            self.spellings = None
        local = text.rpartition("/")[2]
        by_end = [self.ends[end] for end in (slug(text), slug(local)) if end in self.ends]
        if len(self._nearest) >= MAX_SEARCHES:
            return by_end
        by_name = [name for spelling in nearest(text, self.names, 2, 0.8) for name in self.names[spelling]]
        close = nearest(text, self.places, 3, 0.8) or [
            self.ends[end] for end in nearest(local, self.ends, 2, 0.75)
        ]
        return list(dict.fromkeys([*by_end, *by_name, *close]))[:3]


def links(nodes: Iterable[Node]) -> Iterator[tuple[Node, str, Link]]:
    """Each reference of the nodes to a node or a concept, with its subject and key."""
    for node in nodes:
        for key, values in node.values.items():
            if key not in EXTERNAL:
                for value in values:
                    if isinstance(value, Link):
                        yield node, key, value


def check_references(
    entry: EntryFile, nodes: Iterable[Node], context: Context, catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    """Report each reference in `nodes` to a node that is not in the catalogue or a concept not in the vocabulary."""
    for node, key, link in links(nodes):
        term = context.terms[key]
        report = entry.reporter(node.name, key)
        if term.base is not None:
            if link.iri not in vocabulary.iris:
                _check_concept(link, term, vocabulary, report)
        elif not link.iri or not catalogue.has(link.text):
            _report_undefined(link, catalogue, report)


def _report_undefined(link: Link, catalogue: Catalogue, report: Report) -> None:
    near = catalogue.nearest(shortened(link.text))
    if link.iri:
        rule, message = "undefined-reference", f"{link.text} is not defined in any file"
        expected = "the id of a node that a file defines"
    else:
        rule, message = "reference-form", "not a reference to a node"
        expected = "the id of a node: kind/name of lower-case letters, digits and hyphens"
    hint = f"Did you mean {' or '.join(near)}?" if near else "Define it in a file of its own, or correct it."
    report(link.place, rule, message, found=link.text, expected=expected, hint=hint)


def _check_concept(link: Link, term: Term, vocabulary: Vocabulary, report: Report) -> None:
    assert term.base is not None
    names = vocabulary.concepts(term.base)
    # Units are concepts of others: only where the ontology lists some can it be said that one is missing.
    if term.scheme is None and (not names or not link.iri.startswith(term.base)):
        return
    scheme = term.scheme or term.key
    near = nearest(link.text, names)
    allowed = f"one of {', '.join(names)}" if names else f"a concept of {scheme} (none is defined)"
    hint = f"Did you mean {' or '.join(near)}?" if near else "Use one of those, or add it to the vocabulary."
    if WORD.fullmatch(link.text):
        rule, message = "unknown-concept", f"{link.text} is not a concept of {scheme}"
    else:
        rule, message = "concept-form", "not the name of a concept"
        allowed = f"a concept of {scheme}, in lower-case words with hyphens: {allowed}"
        name = slug(link.text.removeprefix(f"{VOCAB}{scheme}/").removeprefix(f"vocab/{scheme}/"))
        if name in names:
            hint = f"Write {name}."
    report(link.place, rule, message, found=link.text, expected=allowed, hint=hint)
