"""What the commands share that read or write files: their options, and the writing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mea_kg.cli._streams import write
from mea_kg.errors import InputError


def add_output(parser: argparse.ArgumentParser) -> None:
    """The option `--output`."""
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: standard output")


def add_folders(parser: argparse.ArgumentParser) -> None:
    """The options `--data` and `--ontology`."""
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER", help="curated entries (default: the package's)"
    )
    parser.add_argument(
        "--ontology", type=Path, metavar="FOLDER", help="ontology and rules (default: the package's)"
    )


def save(content: bytes, path: Path | None) -> None:
    """Write to the file, or else to stdout. Raises `InputError` where the file cannot be written."""
    if path is None:
        if sys.stdout.isatty():
            write(content.decode("utf-8"))
        else:
            sys.stdout.buffer.write(content)
        return
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written ({error.strerror})",
            "name a file that can be written, in a folder that exists",
        ) from error
