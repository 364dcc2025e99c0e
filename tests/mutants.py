"""Mutants of curated files: one field dropped, misspelt, of the wrong kind, or with the value of a neighbour.

A mutant is a change of one top-level node of a file. What it leaves is read, and checked, as if it stood in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random

from mea_kg.context import Context
from mea_kg.nesting import NESTED, Nesting
from mea_kg.trees import Entry, EntryFile, Mapping, Scalar, Sequence, Tree

Path = tuple[str | int, ...]
"""The way from a top-level node to a mapping in it: keys and positions in lists."""

OPERATIONS = (
    "dropped",
    "key misspelt",
    "value misspelt",
    "wrong kind",
    "neighbour's value",
    "exchanged with another field",
)
ELSEWHERE = "collection/all"
_NO_CONCEPT = "blue"


@dataclass(frozen=True)
class Mutant:
    """A changed top-level node; `top` is its number in the file, `before` and `after` are the field's value.

    `classes` and `keys` are those of the node that the field is of, before the change.
    """

    file: str
    top: int
    path: Path
    key: str
    classes: tuple[str, ...]
    keys: tuple[str, ...]
    operation: str
    before: str
    after: str
    root: Mapping

    def __str__(self) -> str:
        way = "/".join(str(part) for part in (*self.path, self.key))
        return f"{self.file} [{self.top}] {way}: {self.operation}: {self.before!r} -> {self.after!r}"


def tops(entry: EntryFile) -> list[Mapping]:
    """The top-level nodes of a file."""
    assert entry.root is not None
    graph = entry.root.entries.get("graph")
    if graph is None:
        return [entry.root]
    assert isinstance(graph.value, Sequence)
    return [item for item in graph.value.items if isinstance(item, Mapping)]


def mutants(entry: EntryFile, context: Context, seed: int = 0) -> Iterator[Mutant]:
    """All mutants of a file, in its order; which letters of a word change places is drawn with the seed."""
    random = Random(f"{seed} {entry.file}")
    mappings = [(top, path, node) for top, root in enumerate(tops(entry)) for path, node in _nodes(root)]
    by_key: dict[str, list[tuple[int, Tree]]] = {}
    for number, (_, _, node) in enumerate(mappings):
        for key, field in node.entries.items():
            by_key.setdefault(key, []).append((number, field.value))
    roots = tops(entry)
    for number, (top, path, node) in enumerate(mappings):
        for key in node.entries:
            for operation, change, after in _changes(number, node, key, by_key, context, random):
                before = plain(node.entries[key].value)
                root = _changed(roots[top], path, change)
                keys = tuple(node.entries)
                yield Mutant(
                    entry.file, top, path, key, _classes(path, node), keys, operation, before, after, root
                )


def _classes(path: Path, node: Mapping) -> tuple[str, ...]:
    """The classes that a node states, or else the one that its place in another gives it."""
    if (written := node.entries.get("type")) is not None:
        items = written.value.items if isinstance(written.value, Sequence) else [written.value]
        return tuple(item.text for item in items if isinstance(item, Scalar))
    default = nesting.default if (nesting := nesting_of(path)) else None
    return (default,) if default else ()


def nesting_of(path: Path) -> Nesting | None:
    """What is known of a node by the key that it stands under; None of one at the top."""
    return NESTED.get(next((part for part in reversed(path) if isinstance(part, str)), ""))


def _changes(
    number: int,
    node: Mapping,
    key: str,
    by_key: dict[str, list[tuple[int, Tree]]],
    context: Context,
    random: Random,
) -> Iterator[tuple[str, Callable[[Mapping], Mapping], str]]:
    value = node.entries[key].value
    yield "dropped", lambda old: _without(old, key), ""
    wrong = transposed(key, random)
    yield "key misspelt", lambda old: _renamed(old, key, wrong), wrong
    if (misspelt := _misspelt(value, random)) is not None:
        yield "value misspelt", lambda old: _with(old, key, misspelt), plain(misspelt)
    other = _of_wrong_kind(key, value, context)
    if key != "collections" and plain(other) != plain(value):
        yield "wrong kind", lambda old: _with(old, key, other), plain(other)
    others = [tree for place, tree in by_key[key] if place > number and plain(tree) != plain(value)]
    others = others or [tree for _, tree in by_key[key] if plain(tree) != plain(value)]
    if others:
        yield "neighbour's value", lambda old: _with(old, key, others[0]), plain(others[0])
    keys = list(node.entries)
    for second in keys[keys.index(key) + 1 :]:
        own = node.entries[second].value
        if _sort(second, own, context) == _sort(key, value, context) and plain(own) != plain(value):
            exchanged = partial(_exchanged, key=key, second=second)
            yield "exchanged with another field", exchanged, f"{second}: {plain(own)}"
            break


def _nodes(tree: Tree, path: Path = ()) -> Iterator[tuple[Path, Mapping]]:
    """The mappings in a tree, with their ways; not those of languages."""
    if isinstance(tree, Mapping):
        yield path, tree
        for key, field in tree.entries.items():
            if key not in ("label", "title"):
                yield from _nodes(field.value, (*path, key))
    elif isinstance(tree, Sequence):
        for index, item in enumerate(tree.items):
            yield from _nodes(item, (*path, index))


def _changed(tree: Tree, path: Path, change: Callable[[Mapping], Mapping]) -> Mapping:
    """The tree with the mapping at the end of a way changed; all else is shared."""
    if not path:
        assert isinstance(tree, Mapping)
        return change(tree)
    return _step(tree, path, change)  # type: ignore[return-value]


def _step(tree: Tree, path: Path, change: Callable[[Mapping], Mapping]) -> Tree:
    if not path:
        assert isinstance(tree, Mapping)
        return change(tree)
    first, *rest = path
    if isinstance(tree, Sequence):
        assert isinstance(first, int)
        items = list(tree.items)
        items[first] = _step(items[first], tuple(rest), change)
        return Sequence(items, tree.place)
    assert isinstance(tree, Mapping) and isinstance(first, str)
    return _with(tree, first, _step(tree.entries[first].value, tuple(rest), change))


def _with(node: Mapping, key: str, value: Tree) -> Mapping:
    return Mapping({**node.entries, key: Entry(node.entries[key].key, value)}, node.place)


def _exchanged(node: Mapping, key: str, second: str) -> Mapping:
    one, other = node.entries[key].value, node.entries[second].value
    return _with(_with(node, key, other), second, one)


def _without(node: Mapping, key: str) -> Mapping:
    return Mapping({name: field for name, field in node.entries.items() if name != key}, node.place)


def _renamed(node: Mapping, key: str, wrong: str) -> Mapping:
    entries = {}
    for name, field in node.entries.items():
        new = wrong if name == key else name
        entries[new] = Entry(Scalar(new, field.key.place), field.value)
    return Mapping(entries, node.place)


def transposed(text: str, random: Random, lengthened: bool = True) -> str:
    """The text with two unlike neighbours, letters or digits, exchanged.

    Where there are none: one letter more, or unless it is to be `lengthened` nothing.
    """
    places = [
        index
        for index in range(len(text) - 1)
        if text[index] != text[index + 1] and text[index : index + 2].isalnum()
    ]
    if not places:
        return text + "x" if lengthened else ""
    index = random.choice(places)
    return text[:index] + text[index + 1] + text[index] + text[index + 2 :]


def _misspelt(value: Tree, random: Random) -> Tree | None:
    """The value with a text in it misspelt; None where there is none."""
    if isinstance(value, Scalar):
        return Scalar(transposed(value.text, random), value.place)
    if isinstance(value, Sequence):
        texts = [index for index, item in enumerate(value.items) if isinstance(item, Scalar)]
        if not texts:
            return None
        index = random.choice(texts)
        items = list(value.items)
        items[index] = _misspelt(items[index], random) or items[index]
        return Sequence(items, value.place)
    return None


def _of_wrong_kind(key: str, value: Tree, context: Context) -> Tree:
    """Text for nodes, words for a date or number, an entity of another kind, an unknown concept, an id for text."""
    sort = _sort(key, value, context)
    text = {"nodes": "as the source says", "literal": "several", "concept": _NO_CONCEPT}.get(sort, ELSEWHERE)
    return Scalar(text, value.place)


def _sort(key: str, value: Tree, context: Context) -> str:
    items = value.items if isinstance(value, Sequence) else [value]
    if any(isinstance(item, Mapping) for item in items):
        return "nodes"
    term = context.term(key)
    if term is None:
        return key
    if term.base is not None:
        return "concept"
    if term.is_reference:
        return "reference"
    return "literal" if term.datatype else "text"


def plain(tree: Tree) -> str:
    """A tree in one line."""
    if isinstance(tree, Scalar):
        return tree.text
    if isinstance(tree, Sequence):
        return "[" + ", ".join(plain(item) for item in tree.items) + "]"
    return "{" + ", ".join(f"{key}: {plain(field.value)}" for key, field in tree.entries.items()) + "}"
