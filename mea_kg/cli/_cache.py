"""Where the commands keep compiled graphs."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path | None:
    """The folder in `XDG_CACHE_HOME`, where it names one from the root; else None, for that of the package."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return base / "mea-kg" if base.is_absolute() else None
