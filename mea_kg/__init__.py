"""mea-kg: who cooperates with whom in international environmental governance, each fact with its source.

from mea_kg import KnowledgeGraph

graph = KnowledgeGraph.load()
for row in graph.query("who-cooperates-with", "WCO"):
    print(row)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mea_kg.errors import MeaKgError
    from mea_kg.graph import KnowledgeGraph

__all__ = ["KnowledgeGraph", "MeaKgError", "__version__"]


def __getattr__(name: str) -> Any:
    if name == "KnowledgeGraph":
        from mea_kg.graph import KnowledgeGraph

        return KnowledgeGraph
    if name == "MeaKgError":
        from mea_kg.errors import MeaKgError

        return MeaKgError
    if name == "__version__":
        from importlib.metadata import version

        return version("mea-kg")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
