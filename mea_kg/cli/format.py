"""`mea-kg format`: the canonical formatting of curated files."""

from __future__ import annotations

import argparse
import difflib
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from mea_kg import resources
from mea_kg.cli._streams import complain, write
from mea_kg.errors import InputError, MeaKgError

HELP = (
    "format curated files: order of keys, indentation, quotes, the line that names the schema; comments stay"
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="default: all files of the data folder"
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; print what would change, as a diff"
    )


def run(arguments: argparse.Namespace) -> int:
    """Format the files; 1 if `--check` finds one to format, 2 if one cannot be read or written."""
    changed, failed = 0, 0
    paths = arguments.files or sorted(resources.data_folder().rglob("*.yaml"))
    for path in paths:
        try:
            changed += _format(path, arguments.check)
        except MeaKgError as error:
            complain(str(error))
            failed += 1
    done = "to format" if arguments.check else "formatted"
    right = len(paths) - changed - failed
    counts = f"{changed} {'file' if changed == 1 else 'files'} {done}, {right} in form already"
    complain(f"{counts}, {failed} that cannot be read or written" if failed else counts)
    if failed:
        return 2
    return 1 if arguments.check and changed else 0


def _format(path: Path, is_check: bool) -> bool:
    """Whether the file was, or is, to be changed."""
    from mea_kg.entries import read_entry
    from mea_kg.formatting import format_entry
    from mea_kg.modelines import modeline

    entry = read_entry(path)
    is_curated = resources.data_folder() in path.resolve().parents
    after = format_entry(entry, modeline(path.resolve(), resources.schema_file()) if is_curated else None)
    if after == entry.source:
        return False
    if is_check:
        write("".join(_diff(entry.source, after, path)))
    else:
        _replace(path, after)
        write(f"{path}\n")
    return True


def _diff(before: str, after: str, path: Path) -> Iterable[str]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for line in difflib.unified_diff(old, new, f"{path} (now)", f"{path} (formatted)"):
        yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all, with its permissions; a link stays a link."""
    target = path.resolve()
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(text.encode())
            shutil.copymode(target, temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        hint = "Check the permissions of the folder."
        raise InputError(f"{path}: cannot be written ({error.strerror})", hint) from error
