"""Where the four folders lie: in the wheel, or in the checkout."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _root() -> Path:
    packed = _PACKAGE / "_resources"
    return packed if packed.is_dir() else _PACKAGE.parent


def ontology_folder() -> Path:
    """The folder of ontology modules, with `vocabularies/` and `rules/`."""
    return _root() / "ontology"


def data_folder() -> Path:
    """The folder of curated entries, with `context.jsonld`."""
    return _root() / "data"


def shapes_folder() -> Path:
    """The folder of SHACL shapes."""
    return _root() / "shapes"


def queries_folder() -> Path:
    """The folder of saved queries."""
    return _root() / "queries"


def schema_file() -> Path:
    """Where the JSON Schema of entries lies for editors, once `mea-kg schema --install` has written it."""
    return _root() / ".schema" / "entry.json"


def package_folder() -> Path:
    """The folder of this package's modules."""
    return _PACKAGE


def cache_folder() -> Path | None:
    """Where compiled graphs are kept: the user's cache folder; None for a user without a home."""
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "mea-kg"
    if sys.platform == "win32":
        return home / "AppData" / "Local" / "mea-kg" / "Cache"
    return home / ".cache" / "mea-kg"
