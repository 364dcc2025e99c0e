"""The first line of a curated file, which names the JSON Schema for editors that know the YAML language server."""

from __future__ import annotations

import os
import re
from pathlib import Path

MODELINE = re.compile(r"# *yaml-language-server: *\$schema=\S+")
"""Such a line, without its end."""


def modeline(file: Path, schema: Path) -> str:
    """The line for a file: it names the schema by its path from the folder of the file.

    >>> modeline(Path("/x/data/decisions/a.yaml"), Path("/x/.schema/entry.json"))
    '# yaml-language-server: $schema=../../.schema/entry.json'
    """
    path = Path(os.path.relpath(schema, file.parent)).as_posix()
    return f"# yaml-language-server: $schema={path}"
