"""A curated file -> its tree; every way in which a file cannot be read is a finding."""

from __future__ import annotations

from pathlib import Path

from mea_kg.composing import compose
from mea_kg.places import Place
from mea_kg.trees import EntryFile, Mapping, Sequence

MAX_BYTES = 4_000_000


def read_entry(path: Path, file: str | None = None) -> EntryFile:
    """Read a file; `file` is its name in messages, its path if none is given."""
    entry = EntryFile(path.as_posix() if file is None else file)
    start = Place(entry.file, 1, 1)
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        entry.report(start, "unreadable", message, hint="Check its name and its permissions.")
        return entry
    if len(content) > MAX_BYTES:
        hint = "Give each decision, treaty or partnership a file of its own."
        entry.report(start, "too-large", f"the file has more than {MAX_BYTES} bytes", hint=hint)
        return entry
    try:
        entry.source = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        place = Place(entry.file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"the file is not UTF-8: byte 0x{content[error.start]:02x}"
        entry.report(place, "not-utf-8", message, hint="Save it as UTF-8.")
        return entry
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
