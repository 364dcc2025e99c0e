"""Tree of a curated file -> nodes with classes, identifiers and values; what is wrong within one file.

What needs other files (references, concepts, identifiers defined twice) is checked in `references`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mea_kg.context import STRUCTURAL, Context, Term, nearest
from mea_kg.identifiers import KIND_NAME, WRITTEN, Identifier, slug
from mea_kg.keys import SURELY_MEANT, Keys
from mea_kg.namespaces import ID
from mea_kg.nesting import NESTED, IncompleteNode, Nesting
from mea_kg.placeholders import is_placeholder
from mea_kg.places import Place
from mea_kg.trees import Entry, EntryFile, Mapping, Report, Scalar, Sequence, Tree
from mea_kg.values import WORD, Link, Text, read_texts, read_value, report_placeholder
from mea_kg.vocabulary import Vocabulary


@dataclass(slots=True)
class Node:
    """A node; `identifier` is None when none could be made.

    `values` has at least one value for each key; `places` also has the keys whose values were refused.
    """

    identifier: Identifier | None
    place: Place
    classes: tuple[str, ...] = ()
    values: dict[str, list[Text | Link | Node]] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The identifier as text; empty if there is none."""
        return str(self.identifier) if self.identifier else ""

    @property
    def iri(self) -> str:
        """The IRI; empty if there is no identifier."""
        return self.identifier.iri if self.identifier else ""

    def walk(self) -> Iterator[Node]:
        """The node and all nodes in it, in the order of the file."""
        yield self
        for values in self.values.values():
            for value in values:
                if isinstance(value, Node):
                    yield from value.walk()

    def texts(self, key: str) -> list[str]:
        """The texts and references under a key, as written."""
        return [value.text for value in self.values.get(key, ()) if not isinstance(value, Node)]

    def nested(self, key: str) -> list[Node]:
        """The nodes under a key."""
        return [value for value in self.values.get(key, ()) if isinstance(value, Node)]


def read_nodes(entry: EntryFile, context: Context, vocabulary: Vocabulary | None = None) -> list[Node]:
    """The top-level nodes of a file; findings are added to `entry`.

    With a vocabulary, no key is suggested that the class of a node does not have.
    """
    if entry.root is None:
        return []
    reader = _Reader(entry, context, vocabulary)
    graph = entry.root.entries.get("graph") or reader.misnamed_graph(entry.root)
    if graph is None:
        return [reader.node(entry.root)]
    if others := [other.key for other in entry.root.entries.values() if other is not graph]:
        found = ", ".join(key.text for key in others)
        hint = "A file is one node, or `graph:` with a list of nodes and nothing beside it."
        entry.report(others[0].place, "beside-graph", "keys beside `graph`", found=found, hint=hint)
    nodes = []
    for item in _items(graph.value):
        if isinstance(item, Mapping):
            nodes.append(reader.node(item))
        else:
            hint = "Write the keys of the node behind the dash, one below the other."
            entry.report(item.place, "not-a-node", "an item of `graph` is not a node", hint=hint)
    return nodes


def _items(tree: Tree) -> list[Tree]:
    return tree.items if isinstance(tree, Sequence) else [tree]


class _Reader:
    """Reads the nodes of one file."""

    def __init__(self, entry: EntryFile, context: Context, vocabulary: Vocabulary | None) -> None:
        self._entry = entry
        self._context = context
        self._keys = Keys(context, vocabulary)
        self._taken: dict[Identifier, Place] = {}

    def misnamed_graph(self, root: Mapping) -> Entry | None:
        """What stands for `graph` under another name, which is reported: a list of nodes in what is no node."""
        if root.entries.keys() & {"id", "type"}:
            return None
        for name, entry in root.entries.items():
            nodes = [item for item in _items(entry.value) if isinstance(item, Mapping)]
            if self._context.term(name) is None and any("id" in node.entries for node in nodes):
                hint = "The key above the nodes of a file is `graph`."
                message = f"unknown key `{name}`"
                report = self._entry.reporter("", name)
                report(entry.key.place, "unknown-key", message, found=name, expected="`graph`", hint=hint)
                return entry
        return None

    def node(self, mapping: Mapping, parent: Node | None = None, under: str = "") -> Node:
        """Read a node; a nested one stands under the key `under` of its parent."""
        nesting = NESTED.get(under)
        mapping, unknown = self._corrected(mapping, nesting)
        node = Node(self._identifier(mapping, parent, nesting), mapping.place)
        node.classes = self._classes(mapping, node, nesting)
        self._claim(node, has_made_id=parent is not None and "id" not in mapping.entries)
        for key, near in unknown:
            self._unknown_key(key, near, node)
        for name, entry in mapping.entries.items():
            node.places[name] = entry.key.place
            term = self._context.term(name)
            if term is not None:
                if values := self._values(entry.value, term, node):
                    node.values[name] = values
            elif name == "graph":
                self._unknown_key(entry.key, [], node)
            elif name == "key":
                _check_key(entry.value, self._entry.reporter(node.name, name))
        return node

    def _corrected(
        self, mapping: Mapping, nesting: Nesting | None
    ) -> tuple[Mapping, list[tuple[Scalar, list[str]]]]:
        """The mapping as it is meant, and the unknown keys with those that may be meant.

        Without the first, what a misspelt key leaves out would be found missing.
        """
        entries: dict[str, Entry] = {}
        unknown = []
        classes = self._named_classes(mapping, nesting)
        for name, entry in mapping.entries.items():
            if name in STRUCTURAL or self._context.term(name):
                entries[name] = entry
                continue
            near = self._keys.nearest(name, entry.value, classes)
            unknown.append((entry.key, near))
            meant = nearest(name, near, 1, SURELY_MEANT)
            is_free = bool(meant) and meant[0] not in mapping.entries and meant[0] not in entries
            entries[meant[0] if is_free else name] = entry
        return Mapping(entries, mapping.place), unknown

    def _named_classes(self, mapping: Mapping, nesting: Nesting | None) -> tuple[str, ...]:
        """The known classes that a mapping names, under a misspelt `type` too, or that its place gives it."""
        name = next(iter(nearest("type", mapping.entries, 1, SURELY_MEANT)), "")
        items = _items(mapping.entries[name].value) if name else []
        named = (item.text for item in items if isinstance(item, Scalar))
        default = (nesting.default,) if nesting and nesting.default else ()
        return tuple(name for name in named if name in self._context.classes) or default

    def _unknown_key(self, key: Scalar, near: list[str], node: Node) -> None:
        report = self._entry.reporter(node.name, key.text)
        whose = " or ".join(node.classes)
        report(
            key.place,
            "unknown-key",
            f"unknown key `{key.text}`",
            found=key.text,
            expected=_alternatives(near) or (f"a key of {whose}" if whose else "a key of context.jsonld"),
            hint=f"Did you mean {_alternatives(near)}?"
            if near
            else "Use a key that `mea-kg new` writes for its kind, or put the text in `note`.",
        )

    def _identifier(
        self, mapping: Mapping, parent: Node | None, nesting: Nesting | None
    ) -> Identifier | None:
        written = mapping.entries.get("id")
        if written is not None:
            return self._written_identifier(written.value)
        if nesting is None or parent is None:
            hint = "Give it an id: kind/name, such as organization/wco."
            self._entry.report(mapping.place, "no-id", "the node has no `id`", field="id", hint=hint)
            return None
        if parent.identifier is None:
            return None
        fields = _single_texts(mapping)
        if any(self._is_refused(name, fields, mapping) for name in nesting.needs):
            return None
        try:
            return nesting.identifier(parent.identifier, fields)
        except IncompleteNode as error:
            lacking = [name for name in nesting.needs if name not in fields]
            report = self._entry.reporter(parent.name, lacking[0] if lacking else "id")
            hint = "Write it: the identifier of the node is made of it, too."
            if not lacking:
                hint = "Write what is missing, or give the node an `id`."
            report(mapping.place, "no-id", str(error), hint=hint)
            return None

    def _is_refused(self, name: str, fields: dict[str, str], mapping: Mapping) -> bool:
        """Whether a value that an identifier needs is wrong by itself, of which a finding of its own tells."""
        if name in fields:
            term, text = self._context.term(name), fields[name]
            if is_placeholder(text) or term is None:
                return is_placeholder(text)
            if term.scheme is not None:
                return not WORD.fullmatch(text)
            return term.is_reference and not KIND_NAME.fullmatch(text)
        return self._entry.has_no_value(name, mapping.place)

    def _written_identifier(self, tree: Tree) -> Identifier | None:
        text = tree.text if isinstance(tree, Scalar) else ""
        if is_placeholder(text):
            report_placeholder(tree.place, text, "id", self._entry.reporter(text, "id"))
            return None
        if WRITTEN.fullmatch(text):
            return Identifier.parse(text)
        right = "/".join(part for part in map(slug, text.removeprefix(ID).split("/")) if part)
        report = self._entry.reporter(text, "id")
        report(
            tree.place,
            "id-form",
            "the id has not the form kind/name",
            found=text or "a list or mapping",
            expected="kind/name of lower-case letters, digits and hyphens; further /segments may follow",
            hint=f"Write {right}." if WRITTEN.fullmatch(right) else "Such as organization/wco.",
        )
        return None

    def _claim(self, node: Node, has_made_id: bool) -> None:
        if node.identifier is None:
            return
        first = self._taken.setdefault(node.identifier, node.place)
        if first is node.place:
            return
        hint = "Remove one, or give it another id."
        if has_made_id:
            hint = "If they are two, give one a `key` (a word that is added to its id) or an `id`."
        message = f"{node.name} is defined twice, first in line {first.line}"
        report = self._entry.reporter(node.name, "id")
        found, expected = f"{node.name} (twice)", "an id that no other node has"
        report(node.place, "id-twice", message, found=found, expected=expected, hint=hint)

    def _classes(self, mapping: Mapping, node: Node, nesting: Nesting | None) -> tuple[str, ...]:
        report = self._entry.reporter(node.name, "type")
        allowed = nesting.classes if nesting else ()
        written = mapping.entries.get("type")
        if written is None:
            if nesting and nesting.default:
                return (nesting.default,)
            expected = " or ".join(allowed) or "a class, such as Treaty or Decision"
            hint = "Say what it is: type: a class."
            report(mapping.place, "no-type", "the node has no `type`", expected=expected, hint=hint)
            return ()
        names: list[str] = []
        for item in _items(written.value):
            if not isinstance(item, Scalar):
                hint = "Write the name of a class, such as Treaty or Decision."
                report(item.place, "not-text", "`type` is not the name of a class", hint=hint)
            elif is_placeholder(item.text):
                report_placeholder(item.place, item.text, "type", report)
            elif item.text in names:
                report(
                    item.place, "value-twice", "the value stands twice", found=item.text, hint="Remove one."
                )
            elif self._is_class(item, allowed, report):
                names.append(item.text)
        return tuple(names)

    def _is_class(self, item: Scalar, allowed: tuple[str, ...], report: Report) -> bool:
        expected = " or ".join(allowed or sorted(self._context.classes))
        details = {"found": item.text, "expected": expected, "hint": "Write one of those."}
        if item.text not in self._context.classes:
            if near := nearest(item.text, allowed) or nearest(item.text, self._context.classes):
                details["hint"] = f"Did you mean {_alternatives(near)}?"
                # All the classes there are would bury the one that was meant.
                details["expected"] = expected if allowed else _alternatives(near)
            report(item.place, "unknown-type", f"unknown type {item.text}", **details)
            return False
        if allowed and item.text not in allowed:
            report(item.place, "nested-type", f"a node of type {item.text} does not stand here", **details)
            return False
        return True

    def _values(self, tree: Tree, term: Term, node: Node) -> list[Text | Link | Node]:
        report = self._entry.reporter(node.name, term.key)
        if term.is_language_map:
            return list(read_texts(tree, term.key, report))
        values: list[Text | Link | Node] = []
        seen: set[str] = set()
        for item in _items(tree):
            value = self._value(item, term, node, report)
            if isinstance(value, (Text, Link)):
                if value.text in seen:
                    report(
                        item.place,
                        "value-twice",
                        "the value stands twice",
                        found=value.text,
                        hint="Remove one.",
                    )
                    continue
                seen.add(value.text)
            if value is not None:
                values.append(value)
        return values

    def _value(self, item: Tree, term: Term, node: Node, report: Report) -> Text | Link | Node | None:
        nesting = NESTED.get(term.key)
        if isinstance(item, Sequence):
            report(item.place, "nested-list", "a list inside a list", hint="Write one list.")
            return None
        if isinstance(item, Mapping):
            if nesting:
                return self.node(item, node, term.key)
            _report_mapping(item, term, report)
            return None
        if is_placeholder(item.text):
            report_placeholder(item.place, item.text, term.key, report)
            return None
        if nesting:
            with_fields = f" with {', '.join(nesting.needs)}" if nesting.needs else ""
            expected = f"a node: {' or '.join(nesting.classes)}{with_fields}"
            message = f"plain text under `{term.key}`, which holds nodes"
            hint = "Write its fields below the key, `field: value`, one below the other."
            report(item.place, "not-a-node", message, found=item.text, expected=expected, hint=hint)
            return None
        return read_value(item, term, report)


def _single_texts(mapping: Mapping) -> dict[str, str]:
    """The keys that have one text."""
    # A list whose only item was refused has none.
    listed = {name: _items(entry.value) for name, entry in mapping.entries.items()}
    single = {name: items[0] for name, items in listed.items() if len(items) == 1}
    return {name: item.text for name, item in single.items() if isinstance(item, Scalar)}


def _report_mapping(item: Mapping, term: Term, report: Report) -> None:
    found = "keys " + ", ".join(item.entries)
    if term.is_reference:
        expected = f"a concept of {term.scheme}" if term.scheme else "the id of a node"
        hint = "Define the node at the top of a file, and write its id here."
        if term.scheme:
            hint = "Write the name of the concept alone."
        message = f"a node under `{term.key}`, which holds references"
    else:
        expected, hint = "text", 'If it is text, put it in double quotes: it has ": " in it.'
        message = f"keys and values under `{term.key}`, which holds text"
    report(item.place, "not-text", message, found=found, expected=expected, hint=hint)


def _check_key(tree: Tree, report: Report) -> None:
    text = tree.text if isinstance(tree, Scalar) else ""
    if is_placeholder(text):
        report_placeholder(tree.place, text, "key", report)
    elif not WORD.fullmatch(text):
        hint = "Write one word of lower-case letters, digits and hyphens."
        report(tree.place, "key-form", "`key` is not a word", found=text or "a list or mapping", hint=hint)


def _alternatives(words: Iterable[str]) -> str:
    return " or ".join(f"`{word}`" for word in words)
