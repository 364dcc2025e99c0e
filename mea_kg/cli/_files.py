"""What the commands share that write a file: the option `--output`, and the writing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mea_kg.cli._streams import write
from mea_kg.errors import InputError


def add_output(parser: argparse.ArgumentParser) -> None:
    """The option `--output`."""
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")


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
