"""The one canonical formatting of curated files: keys in their order, comments kept, the meaning never changed.

The line that names the schema comes first. Two blanks of indentation, list items indented below their key, no
wrapped lines, no blank lines but after a comment at the head of the file and between the nodes of `graph`, quotes
only where YAML would read the text otherwise. A list of words stands in brackets where it fits in a line.
"""

from __future__ import annotations

from mea_kg.comments import Anchor, Comments, read_comments
from mea_kg.entries import parse_entry
from mea_kg.errors import EntryErrors
from mea_kg.key_order import in_order
from mea_kg.modelines import MODELINE
from mea_kg.scalars import WORD, block_lines, in_one_line, is_plain
from mea_kg.trees import Entry, EntryFile, Mapping, Scalar, Sequence, Tree

MAX_WIDTH = 100
"""The longest line with a list in brackets."""


def formatted(text: str, file: str = "text") -> str:
    """The canonical form of a curated file's text; `file` is its name in messages.

    Raises:
        EntryErrors: the text is not YAML of the kind that curated files have.

    >>> print(formatted("label: WCO\\nid:  'organization/wco'"), end="")
    id: organization/wco
    label: WCO
    """
    return format_entry(parse_entry(text, file))


def format_entry(entry: EntryFile, modeline: str | None = None) -> str:
    """The canonical form of a file that was read.

    `modeline` is the first line that names its schema; without one the file keeps that which it has, if any.

    Raises:
        EntryErrors: there are findings about its form.
    """
    if entry.findings or entry.root is None:
        raise EntryErrors(sorted(entry.findings))
    comments = read_comments(entry.text, entry.root)
    own = _take_modeline(comments)
    above, body = _Layout(comments).mapping(entry.root, 0)
    first = [line for line in [modeline or own] if line]
    head = [*comments.head, ""] if comments.head else []
    return "\n".join([*first, *head, *above, *body, *comments.foot]) + "\n"


def _take_modeline(comments: Comments) -> str | None:
    """Remove the comments that name a schema, wherever they stand alone; gives the first."""
    found: list[str] = []
    for lines in [comments.head, *comments.above.values(), comments.foot]:
        found += (line for line in lines if MODELINE.fullmatch(line))
        lines[:] = [line for line in lines if not MODELINE.fullmatch(line)]
    while comments.head and not comments.head[0]:
        del comments.head[0]
    while comments.head and not comments.head[-1]:
        del comments.head[-1]
    return found[0] if found else None


Block = tuple[list[str], list[str]]
"""The comments above a piece of YAML, and its lines, as if it stood at the margin."""


class _Layout:
    """Writes trees; `indent` is how far to the right the lines will stand."""

    def __init__(self, comments: Comments) -> None:
        self._comments = comments

    def mapping(self, mapping: Mapping, indent: int) -> Block:
        above: list[str] = []
        lines: list[str] = []
        for name in in_order(mapping.entries):
            entry = mapping.entries[name]
            entry_above, entry_lines = self._entry(entry, indent)
            if lines:
                lines += entry_above
            else:
                above = entry_above
            lines += entry_lines
        return above, lines

    def _entry(self, entry: Entry, indent: int) -> Block:
        place = entry.key.place
        anchor = (place.line, place.column), False
        above, behind = self._of(anchor)
        start = in_one_line(entry.key.text) + ":"
        value = entry.value
        if isinstance(value, Scalar):
            first, *rest = self._scalar(value)
            return above, [f"{start} {first}{behind}", *_indented(rest)]
        flow = self._flow(value, entry.key.text)
        if flow and indent + len(start) + 1 + len(flow) <= MAX_WIDTH:
            return above, [f"{start} {flow}{behind}"]
        value_above, lines = self._collection(value, indent + 2, entry.key.text == "graph")
        return above, [start + behind, *_indented([*value_above, *lines])]

    def _collection(self, tree: Mapping | Sequence, indent: int, is_spaced: bool = False) -> Block:
        return (
            self.mapping(tree, indent) if isinstance(tree, Mapping) else self._list(tree, indent, is_spaced)
        )

    def _list(self, sequence: Sequence, indent: int, is_spaced: bool) -> Block:
        above: list[str] = []
        lines: list[str] = []
        for item in sequence.items:
            item_above, (first, *rest) = self._item(item, indent)
            if lines:
                lines += [*([""] if is_spaced else []), *item_above]
            else:
                above = item_above
            lines += [f"- {first}", *_indented(rest)]
        return above, lines

    def _item(self, item: Tree, indent: int) -> Block:
        anchor = (item.place.line, item.place.column), True
        above, behind = self._of(anchor)
        if isinstance(item, Scalar):
            first, *rest = self._scalar(item)
            return above, [first + behind, *rest]
        if behind:
            above = [*above, behind.strip()]
        item_above, lines = self._collection(item, indent + 2)
        return [*above, *item_above], lines

    def _of(self, anchor: Anchor) -> tuple[list[str], str]:
        """The comments above, and the one behind; where several stand behind, the last keeps its place."""
        above = self._comments.above.get(anchor, [])
        *more, last = self._comments.behind.get(anchor, [""])
        return [*above, *more], f"  {last}" if last else ""

    def _scalar(self, scalar: Scalar) -> list[str]:
        lines = block_lines(scalar.text)
        return ["|-", *lines] if lines else [in_one_line(scalar.text)]

    def _flow(self, tree: Mapping | Sequence, key: str) -> str | None:
        """A list of words in brackets; so are the values that evidence `gives`."""
        if isinstance(tree, Sequence):
            words = [self._word(item, ((item.place.line, item.place.column), True)) for item in tree.items]
            return f"[{', '.join(word for word in words if word)}]" if all(words) else None
        if key != "gives":
            return None
        pairs = []
        for name in in_order(tree.entries):
            entry = tree.entries[name]
            place = entry.key.place
            word = self._word(entry.value, ((place.line, place.column), False))
            if word is None or not WORD.fullmatch(name) or not is_plain(name):
                return None
            pairs.append(f"{name}: {word}")
        return "{" + ", ".join(pairs) + "}"

    def _word(self, tree: Tree, anchor: Anchor) -> str | None:
        if anchor in self._comments.above or anchor in self._comments.behind:
            return None
        if isinstance(tree, Scalar) and WORD.fullmatch(tree.text):
            return in_one_line(tree.text)
        return None


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" if line else "" for line in lines]
