"""A given file -> its text; every way in which it has none is one finding, in bounded time and memory."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path

from mea_kg.places import Place
from mea_kg.trees import Report

MAX_BYTES = 4_000_000

_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_SAVE = "Save it as UTF-8 (in an editor: Save as, encoding UTF-8)."


def read_text(path: Path, report: Report, file: str) -> str | None:
    """The text of a file, with a byte order mark if it has one; None after a finding, at its line."""
    start = Place(file, 1, 1)
    content = _bytes(path, report, start)
    if content is None:
        return None
    if encoding := next((name for mark, name in _MARKS if content.startswith(mark)), None):
        report(start, "not-utf-8", f"the file is {encoding}, not UTF-8", hint=_SAVE)
        return None
    nul = content.find(0)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        if 0 <= nul < error.start:
            _report_nul(content, nul, report, start)
            return None
        place = _place(content, error.start, file)
        message = f"the file is not UTF-8: byte 0x{content[error.start]:02x}"
        report(place, "not-utf-8", message, hint=_SAVE)
        return None
    if nul >= 0:
        _report_nul(content, nul, report, start)
        return None
    return text


def _bytes(path: Path, report: Report, start: Place) -> bytes | None:
    try:
        # To open a pipe would wait for somebody who writes into it.
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "no ordinary file"
            report(start, "unreadable", f"this is {what}", hint="Name a file.")
            return None
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "Check its name and its permissions."
        report(start, "unreadable", f"the file cannot be read: {reason}", hint=hint)
        return None
    if len(content) > MAX_BYTES:
        hint = (
            "Give each decision, treaty or partnership a file of its own. A whole graph that was exported is not "
            "given as new entries: `mea-kg validate --release FILE` checks a release or its N-Quads, without FILE the "
            "graph that it was made from, and with --endpoint URL one that a server holds."
        )
        report(start, "too-large", f"the file has more than {MAX_BYTES} bytes", hint=hint)
        return None
    return content


def _report_nul(content: bytes, nul: int, report: Report, start: Place) -> None:
    many = content.count(0) * 5 > len(content)
    hint = "Is it UTF-16 or no text at all? " + _SAVE if many else "Remove it: it is no character of a text."
    place = _place(content, nul, start.file)
    report(place, "control-character", "the file has a NUL byte, U+0000", hint=hint)


def _place(content: bytes, offset: int, file: str) -> Place:
    before = content[:offset].decode(errors="replace")
    return Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
