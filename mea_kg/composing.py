"""YAML -> tree of strings; what YAML allows but a curated file must not have is a finding.

Refused are duplicate keys, null and empty values, anchors, aliases, tags, merge keys, directives, several
documents, control characters, white space at the ends of a text, and nesting that is too deep.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from mea_kg.places import Place
from mea_kg.trees import Entry, EntryFile, Mapping, Scalar, Sequence, Tree

MAX_DEPTH = 32
MAX_KEY = 200

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The quickest loader that there is."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")
"""Characters that no text of an entry has."""


def compose(entry: EntryFile) -> Tree | None:
    """The tree of a file's text, None where that is empty or not YAML; findings are added to the file."""
    builder = _Builder(entry)
    try:
        for event in yaml.parse(entry.text, Loader=LOADER):
            if not builder.take(event):
                break
    except yaml.YAMLError as error:
        _report_syntax(entry, error)
        return None
    return builder.root


@dataclass(slots=True)
class _Frame:
    """An open collection: `key` is the key whose value comes next, `filled` says whether anything came."""

    tree: Mapping | Sequence
    key: Scalar | None = None
    filled: bool = False


class _Builder:
    """Makes the tree from parse events, without recursion; reports what is not allowed."""

    def __init__(self, entry: EntryFile) -> None:
        self.root: Tree | None = None
        self._entry = entry
        self._documents = 0
        self._open: list[_Frame] = []

    def take(self, event: Any) -> bool:
        """Take one event; False when the rest of the file is not to be read."""
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            return self._start(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            return self._document(event)
        return True

    def _place(self, event: Any) -> Place:
        return Place(self._entry.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _document(self, event: Any) -> bool:
        self._documents += 1
        if event.version or event.tags:
            message = "a line that begins with % is not allowed"
            self._entry.report(self._place(event), "directive", message, hint="Remove the line.")
        if self._documents == 1:
            return True
        hint = "Remove the line `---`: several nodes stand in a list under `graph`, or in files of their own."
        self._entry.report(
            self._place(event), "several-documents", "the file has more than one document", hint=hint
        )
        return False

    def _alias(self, event: Any) -> None:
        message = f"the alias *{event.anchor} is not allowed"
        hint = "Write the value out (put text that begins with * in double quotes)."
        self._entry.report(self._place(event), "alias", message, hint=hint)
        self._put(None, self._place(event))

    def _decoration(self, event: Any) -> None:
        if event.anchor:
            message = f"the anchor &{event.anchor} is not allowed"
            hint = "Remove it (put text that begins with & in double quotes)."
            self._entry.report(self._place(event), "anchor", message, hint=hint)
        if event.tag:
            message = f"the tag {event.tag.replace('tag:yaml.org,2002:', '!!')} is not allowed"
            hint = "Remove it: every value is text (put text that begins with ! in double quotes)."
            self._entry.report(self._place(event), "tag", message, hint=hint)

    def _scalar(self, event: Any) -> None:
        self._decoration(event)
        # The line end that closes a block scalar is no part of the text.
        text = event.value.rstrip("\n") if event.style in ("|", ">") else event.value
        scalar = Scalar(text, self._place(event))
        sound = self._is_sound(scalar, plain=not event.style)
        self._put(scalar if sound else None, scalar.place)

    def _is_sound(self, scalar: Scalar, plain: bool) -> bool:
        place, text = scalar.place, scalar.text
        is_null = not text.strip() or (plain and text in _NULLS)
        if not self._open:
            return not is_null
        frame = self._open[-1]
        is_key = isinstance(frame.tree, Mapping) and frame.key is None
        if plain and is_key and text == "<<":
            self._entry.report(place, "merge", "merging with << is not allowed", hint="Write the keys out.")
            return False
        if is_null:
            name = frame.key.text if frame.key else self._key_above()
            message = (
                "a key is empty"
                if is_key
                else f"`{name}` has no value"
                if frame.key
                else "an item has no value"
            )
            hint = "Leave it out when nothing is stated, or write the value."
            if text.strip():
                hint += f' If this text is meant, put it in double quotes: "{text}".'
            self._entry.report(
                place, "no-value", message, field=name, found=text.strip() or "nothing", hint=hint
            )
            return False
        if control := CONTROL.search(text):
            message = f"the text has a control character, U+{ord(control.group()):04X}"
            self._entry.report(place, "control-character", message, hint="Remove it.")
            return False
        if text != text.strip():
            message = "the text begins or ends with white space"
            hint = "Remove the space inside the quotes."
            self._entry.report(place, "white-space", message, found=repr(text), hint=hint)
        return True

    def _key_above(self) -> str:
        return next((frame.key.text for frame in reversed(self._open) if frame.key), "")

    def _start(self, event: Any) -> bool:
        self._decoration(event)
        place = self._place(event)
        if len(self._open) >= MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels"
            hint = "Check the indentation, and brackets that are not closed."
            self._entry.report(place, "too-deep", message, hint=hint)
            return False
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self._open.append(_Frame(Mapping({}, place) if is_mapping else Sequence([], place)))
        return True

    def _end(self) -> None:
        frame = self._open.pop()
        tree: Mapping | Sequence | None = frame.tree
        if not frame.filled:
            name = self._key_above()
            what = "list" if isinstance(tree, Sequence) else "mapping"
            message = f"`{name}` is an empty {what}" if name else f"an empty {what}"
            hint = "Leave the key out when nothing is stated."
            self._entry.report(frame.tree.place, "no-value", message, field=name, found="nothing", hint=hint)
            tree = None
        self._put(tree, frame.tree.place)

    def _put(self, tree: Tree | None, place: Place) -> None:
        """Put a finished tree where it belongs; None stands for one that was refused."""
        if not self._open:
            self.root = tree
            return
        frame = self._open[-1]
        frame.filled = True
        if isinstance(frame.tree, Sequence):
            if tree is not None:
                frame.tree.items.append(tree)
        elif frame.key is None:
            frame.key = self._key(tree, place)
        else:
            key, frame.key = frame.key, None
            if tree is not None and key.text:
                self._put_entry(frame.tree, Entry(key, tree))

    def _put_entry(self, mapping: Mapping, entry: Entry) -> None:
        name = entry.key.text
        if first := mapping.entries.get(name):
            message = f"the key `{name}` stands twice in one node (first in line {first.key.place.line})"
            hint = "Merge the two: several values of one key are a list."
            self._entry.report(entry.key.place, "duplicate-key", message, field=name, hint=hint)
        else:
            mapping.entries[name] = entry

    def _key(self, tree: Tree | None, place: Place) -> Scalar:
        if isinstance(tree, Scalar) and len(tree.text) <= MAX_KEY:
            return tree
        if isinstance(tree, Scalar):
            message = f"a key is longer than {MAX_KEY} characters"
            hint = "Check colons and quotation marks: is this a text?"
            self._entry.report(place, "long-key", message, found=tree.text[:40] + "...", hint=hint)
        elif tree is not None:
            self._entry.report(
                place, "key-not-text", "a key is not plain text", hint="Check colons and brackets."
            )
        return Scalar("", place)


_SYNTAX_HINTS = (
    ("mapping values are not allowed", 'Put text that has ": " in double quotes, and check the indentation.'),
    ("found unexpected end of stream", "A quotation mark or bracket is opened and never closed."),
    ("expected <block end>", "Check the indentation, and quotation marks inside quoted text."),
    ("could not find expected ':'", "Write `key: value`, with a colon and a space."),
    ("unknown escape character", r"In double quotes a backslash is written \\ (or use single quotes)."),
    (
        "cannot start any token",
        "Put text that begins with %, @ or ` in double quotes, and indent with spaces only.",
    ),
    ("undefined alias", "Put text that begins with * in double quotes."),
    ("did not find expected alphabetic", "Put text that begins with * or & in double quotes."),
    ("did not find expected ',' or", "Check commas and brackets of the list."),
    ("did not find expected key", "Check the indentation, and quotation marks inside quoted text."),
)


def _report_syntax(entry: EntryFile, error: yaml.YAMLError) -> None:
    lines = entry.text.splitlines()
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = error.problem or error.context or "not YAML"
    else:
        position = getattr(error, "position", 0) or 0
        before = entry.text[:position]
        line, column = before.count("\n") + 1, position - before.rfind("\n")
        problem = getattr(error, "reason", None) or "not YAML"
    line_text = lines[line - 1] if line <= len(lines) else ""
    indentation = line_text[: len(line_text) - len(line_text.lstrip())]
    if "\t" in indentation:
        hint = "The line is indented with a tab: indent with spaces only."
    elif above := _beside(lines, line):
        hint = f"Lines {above} and {line} begin in neighbouring columns: all keys of a node begin in the same one."
    else:
        hint = next(
            (hint for part, hint in _SYNTAX_HINTS if part in problem), "Check the line and the one above it."
        )
    found = line_text.strip()[:100]
    entry.report(Place(entry.file, line, column), "syntax", f"not YAML: {problem}", found=found, hint=hint)


_KEY = re.compile(r"\s*(?:- +)?(?=[A-Za-z]\w*:(?: |$))")


def _beside(lines: list[str], line: int) -> int | None:
    """The last line above this one that begins with a key, if that stands one column further left or right."""
    own = _KEY.match(lines[line - 1]) if 0 < line <= len(lines) else None
    for number in range(line - 1, 0, -1) if own else ():
        if above := _KEY.match(lines[number - 1]):
            return number if own and abs(own.end() - above.end()) == 1 else None
    return None
