"""Comments of a YAML text, and what each of them belongs to.

A comment on a line of its own belongs to the key or list item that comes next, one at the end of a line to the
key or item that it stands behind. What stands at the head of the file, before a blank line, belongs to the file,
and so does what comes after the last key.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from mea_kg.composing import LOADER
from mea_kg.trees import Mapping, Sequence, Tree

Position = tuple[int, int]
"""Line and column, from 1."""

Anchor = tuple[Position, bool]
"""What a comment belongs to: where it begins, and whether it is a list item (else a key)."""

_COMMENT = re.compile(r"#[^\r\n\x85\u2028\u2029]*")
_LINE_END = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+(#[^\r\n]*)")
_BEFORE_ITEM = re.compile(r"[-?\s]*")


@dataclass
class Comments:
    """The comments of a text, with their hash signs; `head` has an empty text for each blank line between."""

    head: list[str] = field(default_factory=list)
    above: dict[Anchor, list[str]] = field(default_factory=dict)
    behind: dict[Anchor, list[str]] = field(default_factory=dict)
    foot: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Comment:
    text: str
    position: Position
    follows: Position
    is_alone: bool


def read_comments(text: str, root: Mapping) -> Comments:
    """The comments of a text, which is the YAML of the tree `root`."""
    comments = Comments()
    if "#" not in text:
        return comments
    found = list(_find(text))
    if not found:
        return comments
    anchors = sorted(_anchors(root), key=lambda anchor: anchor[0])
    starts = [position for position, _ in anchors]
    head: list[_Comment] = []
    for comment in found:
        after = bisect_right(starts, comment.follows)
        if not comment.is_alone and after > 0:
            comments.behind.setdefault(anchors[after - 1], []).append(comment.text)
            continue
        following = bisect_right(starts, comment.position)
        if following == 0:
            head.append(comment)
        elif following == len(starts):
            comments.foot.append(comment.text)
        else:
            comments.above.setdefault(anchors[following], []).append(comment.text)
    _split_head(head, anchors[0], comments)
    return comments


def _split_head(head: list[_Comment], first: Anchor, comments: Comments) -> None:
    """Give the file what stands before the last blank line, and the first key the rest."""
    lines = [comment.position[0] for comment in head]
    below = [*lines[1:], first[0][0]]
    gaps = [index for index, line in enumerate(lines) if below[index] > line + 1]
    kept = gaps[-1] + 1 if gaps else 0
    for index, comment in enumerate(head[:kept]):
        comments.head.append(comment.text)
        if index in gaps[:-1]:
            comments.head.append("")
    if rest := [comment.text for comment in head[kept:]]:
        comments.above[first] = rest + comments.above.get(first, [])


def _anchors(tree: Tree) -> Iterator[Anchor]:
    # Of an item and its first key, which begin at one place, the item comes first: `sorted` keeps this order.
    if isinstance(tree, Mapping):
        for entry in tree.entries.values():
            place = entry.key.place
            yield (place.line, place.column), False
            yield from _anchors(entry.value)
    elif isinstance(tree, Sequence):
        for item in tree.items:
            yield (item.place.line, item.place.column), True
            yield from _anchors(item)


def _find(text: str) -> Iterator[_Comment]:
    """The comments: what is neither token nor white space."""
    source = _Source(text)
    done = depth = 0
    opened: Position = (1, 1)
    closed: Position | None = None
    tokens: Any = yaml.scan(text, Loader=LOADER)
    for token in tokens:
        start, end = token.start_mark.index, token.end_mark.index
        for match in _COMMENT.finditer(text, done, max(done, start)):
            yield source.comment(match[0], match.start(), closed)
        done = max(done, end)
        closed = None
        if isinstance(token, (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)):
            depth += 1
            if depth == 1:
                opened = source.position(start)
        elif isinstance(token, (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)):
            depth -= 1
            # A comment behind a closing bracket belongs to what the brackets belong to.
            closed = opened if depth == 0 else None
        elif isinstance(token, yaml.ScalarToken) and (header := _BLOCK_HEADER.match(text, start)):
            yield source.comment(header[1], header.start(1), None)


class _Source:
    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def position(self, index: int) -> Position:
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1

    def comment(self, text: str, index: int, follows: Position | None) -> _Comment:
        position = self.position(index)
        before = self._text[self._starts[position[0] - 1] : index]
        return _Comment(text.rstrip(), position, follows or position, bool(_BEFORE_ITEM.fullmatch(before)))
