"""A curated file -> its tree; every way in which a file cannot be read is a finding."""

from __future__ import annotations

from pathlib import Path

from mea_kg.composing import compose
from mea_kg.encodings import read_text
from mea_kg.places import Place
from mea_kg.trees import EntryFile, Mapping, Sequence


def read_entry(path: Path, file: str | None = None) -> EntryFile:
    """Read a file; `file` is its name in messages, its path if none is given."""
    entry = EntryFile(path.as_posix() if file is None else file)
    text = read_text(path, entry.report, entry.file)
    if text is None:
        return entry
    entry.source = text
    return _read(entry)


def parse_entry(text: str, file: str) -> EntryFile:
    """Read the text of a file; `file` is its name in messages."""
    return _read(EntryFile(file, text))


def _read(entry: EntryFile) -> EntryFile:
    root = compose(entry)
    if isinstance(root, Mapping):
        entry.root = root
    elif isinstance(root, Sequence):
        hint = "Put several nodes in a list under the key `graph`."
        entry.report(root.place, "not-a-node", "the file is a list, not a node", found="a list", hint=hint)
    elif root is not None:
        hint = "Write `key: value` lines, with a space after the colon."
        entry.report(root.place, "not-a-node", "the file is not a node", found=root.text[:40], hint=hint)
    elif not entry.findings:
        hint = "Write a node with id and type, or graph: with a list of nodes."
        entry.report(Place(entry.file, 1, 1), "empty-file", "the file says nothing", hint=hint)
    return entry
