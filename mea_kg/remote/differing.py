"""How what a server holds differs from what it is to hold, in memory that does not grow with the graph."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import BlankNode, Triple

_IN_A_FILE = 20_000
# Each is open at the same time as all others.
_MOST_FILES = 200
_OURS, _THEIRS = "+", "-"


@dataclass(frozen=True)
class Difference:
    """What a push would change in one graph: triples added and removed, of how many there are then."""

    graph: str
    added: int
    removed: int
    triples: int


@dataclass(frozen=True)
class Changes:
    """What makes one graph on a server the one that is wanted: triples to add and to remove, as N-Triples."""

    graph: str
    added: tuple[str, ...]
    removed: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.added) + len(self.removed)


def counted(graph: str, ours: Iterable[Triple], theirs: Iterable[Triple], size: int) -> Difference:
    """How many triples are to be added and removed; `ours` has `size` of them, and in neither one comes twice."""
    added = removed = 0
    for wanted, _ in _different(ours, theirs, size):
        added += wanted
        removed += not wanted
    return Difference(graph, added, removed, size)


def changes(
    graph: str, ours: Iterable[Triple], theirs: Iterable[Triple], size: int, most: int
) -> Changes | None:
    """What is to be added and removed; None where that is more than `most`, or has nodes without a name."""
    added: list[str] = []
    removed: list[str] = []
    for wanted, triple in _different(ours, _named(theirs), size):
        if len(added) + len(removed) == most or not triple:
            return None
        (added if wanted else removed).append(triple)
    return Changes(graph, tuple(added), tuple(removed))


def _named(triples: Iterable[Triple]) -> Iterator[Triple | None]:
    """The same; None for each that has a blank node, by which no update can name it."""
    for triple in triples:
        unnamed = isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)
        yield None if unnamed else triple


def _different(
    ours: Iterable[Triple], theirs: Iterable[Triple | None], size: int
) -> Iterator[tuple[bool, str]]:
    """The triples that one side alone has, as N-Triples, with whether that is ours; "" for a None of theirs."""
    number = min(size // _IN_A_FILE + 1, _MOST_FILES)
    with TemporaryDirectory(prefix="mea-kg-") as folder:
        paths = [Path(folder, str(index)) for index in range(number)]
        with ExitStack() as opened:
            files = [opened.enter_context(path.open("w", encoding="utf-8", newline="\n")) for path in paths]
            for sign, triples in ((_OURS, ours), (_THEIRS, theirs)):
                for triple in triples:
                    if triple is None:
                        yield False, ""
                        continue
                    # The escapes of N-Triples leave no line break in it.
                    line = str(triple)
                    files[zlib.crc32(line.encode()) % number].write(f"{sign}{line}\n")
        for path in paths:
            with path.open(encoding="utf-8", newline="\n") as lines:
                alone: set[str] = set()
                for line in lines:
                    sign, written = line[0], line[1:-1]
                    if sign == _OURS:
                        alone.add(written)
                    elif written in alone:
                        alone.remove(written)
                    else:
                        yield False, written
            yield from ((True, written) for written in sorted(alone))
