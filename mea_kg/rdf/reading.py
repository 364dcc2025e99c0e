"""A given file in an RDF format -> nodes as the entries in YAML give them, with places; or findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from mea_kg.composing import CONTROL
from mea_kg.context import Context, Term, nearest
from mea_kg.encodings import read_text
from mea_kg.identifiers import KIND_NAME, Identifier
from mea_kg.namespaces import AUTHORED, ID, RDF, shortened
from mea_kg.nesting import NESTED
from mea_kg.nodes import Node
from mea_kg.places import Place
from mea_kg.rdf import json_ld, turtle, xml
from mea_kg.rdf.places import Found
from mea_kg.trees import EntryFile
from mea_kg.values import EXTERNAL, Link, Text
from mea_kg.vocabulary import Vocabulary

FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".trig": RdfFormat.TRIG,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
}
"""The formats by the end of a file's name."""

_NAMES = {
    RdfFormat.TURTLE: "Turtle",
    RdfFormat.TRIG: "TriG",
    RdfFormat.N_TRIPLES: "N-Triples",
    RdfFormat.N_QUADS: "N-Quads",
    RdfFormat.JSON_LD: "JSON-LD",
    RdfFormat.RDF_XML: "RDF/XML",
}
_MOST = 200
_TYPE = NamedNode(RDF + "type")
_BEFORE_NAME = re.compile(r".*[#/:]", re.DOTALL)


@dataclass
class GivenGraph:
    """A file as read: its nodes that stand in no other, and its triples, without what was known."""

    entry: EntryFile
    top: list[Node] = field(default_factory=list)
    triples: list[Triple] = field(default_factory=list)


def read_graph(
    path: Path, file: str, context: Context, vocabulary: Vocabulary, known: Callable[[Triple], bool]
) -> GivenGraph:
    """Read a file; `file` is its name in messages, `known` says of a triple whether the graph has it already."""
    entry = EntryFile(file)
    given = GivenGraph(entry)
    start = Place(file, 1, 1)
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        hint = f"Name a file that ends in .yaml, .csv or {', '.join(FORMATS)}."
        entry.report(
            start, "file-kind", f"entries are not read from files that end so: {path.name}", hint=hint
        )
        return given
    text = read_text(path, entry.report, file)
    if text is None:
        return given
    entry.source = text
    parsed = _parsed(entry, kind, context)
    if parsed is None:
        return given
    quads, found = parsed
    if not quads:
        hint = "Write at least one statement: a node, a property and a value."
        entry.report(start, "empty-file", "the file says nothing", hint=hint)
        return given
    reader = _Reader(entry, found, context, vocabulary)
    triples = list(dict.fromkeys(reader.sound(quads)))
    given.triples = [triple for triple in triples if not known(triple)]
    given.top = reader.nodes(given.triples)
    return given


def _parsed(entry: EntryFile, kind: RdfFormat, context: Context) -> tuple[list[Quad], Found] | None:
    text, found = entry.text, None
    if kind == RdfFormat.RDF_XML:
        found = xml.find_places(entry, ID)
        if found is None:
            return None
    elif kind == RdfFormat.JSON_LD:
        read = json_ld.read_json(entry, context, ID)
        if read is None:
            return None
        text, found = read
    try:
        quads = list(parse(text, format=kind, base_iri=None if kind in _ABSOLUTE else ID))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        column = getattr(error, "offset", None) or 1
        place = Place(entry.file, line, column) if kind != RdfFormat.JSON_LD else Place(entry.file, 1, 1)
        problem = str(getattr(error, "msg", None) or error)
        message = f"not {_NAMES[kind]}: {problem[:200]}"
        hint = "Mend the file at that place; is the end of it missing?"
        entry.report(place, "syntax", message, found=_line(entry.text, place.line), hint=hint)
        return None
    return quads, found or turtle.find_places(entry.text, entry.file, ID)


_ABSOLUTE = (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)


def _line(text: str, number: int) -> str:
    lines = text.split("\n", number)
    return lines[number - 1].strip()[:100] if number <= len(lines) else ""


class _Reader:
    """Turns the quads of one file into nodes; what cannot be one is a finding."""

    def __init__(self, entry: EntryFile, found: Found, context: Context, vocabulary: Vocabulary) -> None:
        self._entry = entry
        self._found = found
        self._context = context
        self._vocabulary = vocabulary
        self._classes = {iri: name for name, iri in context.classes.items()}
        self._said: set[tuple[str, str]] = set()

    def sound(self, quads: list[Quad]) -> Iterator[Triple]:
        """The triples whose terms all have names, of the default graph or the authored one."""
        for quad in quads:
            triple = quad.triple
            place = self._place(triple)
            if isinstance(triple.subject, Triple) or isinstance(triple.object, Triple):
                hint = "State the inner statement by itself."
                self._once(place, "triple-term", "a statement about a statement is not read", hint)
            elif isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
                hint = f"Give every node an IRI of its own, such as {ID}organization/wco."
                at = place if isinstance(triple.subject, NamedNode) else self._found.blank or place
                self._once(at, "blank-node", "a node without an identifier (a blank node)", hint)
            elif not isinstance(quad.graph_name, DefaultGraph) and quad.graph_name.value != AUTHORED:
                hint = f"Leave the graph out, or write {AUTHORED}: what is derived is not given."
                graph = quad.graph_name.value
                self._once(place, "other-graph", f"a statement in the graph {graph}", hint, found=graph)
            else:
                yield triple

    def nodes(self, triples: list[Triple]) -> list[Node]:
        """The nodes that stand in no other, with those that do under the keys that hold them."""
        made: dict[str, Node] = {}
        for iri in dict.fromkeys(_iri(triple.subject) for triple in triples):
            if node := self._node(iri):
                made[iri] = node
        inside: set[str] = set()
        for triple in triples:
            if node := made.get(_iri(triple.subject)):
                self._add(node, triple, made, inside)
        for node in made.values():
            if "type" not in node.places:
                hint = "Say what it is: a class of the ontology."
                self._report(node.place, "no-type", "the node has no type", hint, entity=node.name)
        return [node for iri, node in made.items() if iri not in inside]

    def _node(self, iri: str) -> Node | None:
        place = self._found.of(iri)
        try:
            return Node(Identifier.from_iri(iri), place)
        except ValueError:
            hint = f"Nodes are below {ID}: kind/name of lower-case letters, digits and hyphens."
            if iri.startswith(ID):
                message = "the id has not the form kind/name"
                self._report(place, "id-form", message, hint, entity=shortened(iri), found=shortened(iri))
            else:
                message = f"{shortened(iri)} is not in the namespace of the entries"
                self._report(place, "other-namespace", message, hint, entity=shortened(iri), found=iri)
            return None

    def _add(self, node: Node, triple: Triple, made: dict[str, Node], inside: set[str]) -> None:
        value, place = triple.object, self._place(triple)
        assert isinstance(value, NamedNode | Literal)
        if triple.predicate == _TYPE:
            node.places["type"] = place
            self._class(node, value, place)
            return
        key = self._context.key_of(triple.predicate.value)
        if key is None:
            self._unknown(node, triple.predicate.value, place)
            return
        node.places[key] = place
        term = self._context.terms[key]
        if isinstance(value, Literal):
            if self._is_text(node, term, value, place):
                node.values.setdefault(key, []).append(Text(value.value, place, value.language))
            return
        child = made.get(value.value) if key in NESTED else None
        if child is not None and value.value not in inside and node not in child.walk():
            inside.add(value.value)
            node.values.setdefault(key, []).append(child)
        elif self._is_link(node, term, value, place):
            base = term.base if term.base and value.value.startswith(term.base) else ID
            link = Link(value.value.removeprefix(base), value.value, place)
            node.values.setdefault(key, []).append(link)

    def _class(self, node: Node, value: NamedNode | Literal, place: Place) -> None:
        name = self._classes.get(value.value) if isinstance(value, NamedNode) else None
        if name is not None:
            node.classes = (*node.classes, name)
            return
        near = nearest(_BEFORE_NAME.sub("", value.value), self._classes.values())
        hint = f"Did you mean mea:{near[0]}?" if near else "The classes are those of the ontology."
        message = f"unknown type {shortened(value.value)}"
        self._report(place, "unknown-type", message, hint, entity=node.name, field="type", found=value.value)

    def _unknown(self, node: Node, iri: str, place: Place) -> None:
        name = shortened(iri)
        known = {shortened(term.iri): term.iri for term in self._context.terms.values()}
        if iri in self._vocabulary.iris:
            message = f"{name} is derived by the rules, and not stated in entries"
            hint = "State the fact that it follows from."
        else:
            message = f"the ontology has no property {name}"
            near = nearest(name, known)
            hint = f"Did you mean {near[0]}?" if near else "The properties are those of the ontology."
        self._report(place, "unknown-key", message, hint, entity=node.name, field=name, found=iri)

    def _is_text(self, node: Node, term: Term, value: Literal, place: Place) -> bool:
        details = {"entity": node.name, "field": term.key, "found": value.value[:100]}
        if term.is_reference:
            hint = "Give the IRI of a node or concept between < and >, not a text."
            message = f"a text under {term.key}, which holds references"
            self._report(place, "not-a-reference", message, hint, **details)
            return False
        if control := CONTROL.search(value.value):
            message = f"the text has a control character, U+{ord(control.group()):04X}"
            self._report(place, "control-character", message, "Remove it.", **details)
            return False
        if not value.value.strip():
            self._report(place, "no-value", f"`{term.key}` has no value", "Leave it out.", **details)
            return False
        return True

    def _is_link(self, node: Node, term: Term, value: NamedNode, place: Place) -> bool:
        details = {"entity": node.name, "field": term.key, "found": shortened(value.value)}
        if not term.is_reference:
            hint = "Put the text in double quotes."
            self._report(place, "not-text", f"a node under {term.key}, which holds text", hint, **details)
            return False
        if term.key in EXTERNAL or term.base is not None:
            return True
        if not value.value.startswith(ID) or not KIND_NAME.fullmatch(value.value[len(ID) :]):
            hint = f"Nodes are below {ID}: kind/name."
            message = f"{shortened(value.value)} is not in the namespace of the entries"
            self._report(place, "other-namespace", message, hint, **details)
            return False
        return True

    def _place(self, triple: Triple) -> Place:
        return self._found.of(_iri(triple.subject), triple.predicate.value)

    def _once(self, place: Place, rule: str, message: str, hint: str, **details: str) -> None:
        """A finding about the file as a whole, at the first place."""
        if (rule, details.get("found", "")) not in self._said:
            self._said.add((rule, details.get("found", "")))
            self._report(place, rule, message, hint, **details)

    def _report(self, place: Place, rule: str, message: str, hint: str, **details: str) -> None:
        # A dump of another graph has thousands; the first say enough.
        if len(self._entry.findings) < _MOST:
            self._entry.report(place, rule, message, hint=hint, **details)


def _iri(subject: object) -> str:
    return subject.value if isinstance(subject, NamedNode) else ""
