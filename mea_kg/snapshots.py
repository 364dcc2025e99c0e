"""The compiled graph: a store on disk, keyed by a digest of all that it was made from.

A snapshot is a folder `<digest>/` with the store, its two graphs as text, the places of its nodes and a manifest.
It is made in a folder of its own and renamed, so that a reader never sees half of one and two makers do not meet.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Collection, Iterable
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Store

from mea_kg.errors import InputError
from mea_kg.places import Place, Places
from mea_kg.stores import (
    AUTHORED_GRAPH,
    INFERRED_GRAPH,
    open_read_only,
    read_graphs,
    write_compiled,
    write_graph,
)

_KEPT = 4
_MAKING = ".making-"
_MAKING_SECONDS = 3600
_MANIFEST = "manifest.json"
_PLACES, _NODES = "places.json", "nodes.json"
_GRAPHS = {"authored.nt": AUTHORED_GRAPH, "inferred.nt": INFERRED_GRAPH}


def digest_of(folders: Iterable[Path]) -> str:
    """The digest of all that the compiled graph is made from: the folders' files, our code, the store's version."""
    total = hashlib.sha256(f"pyoxigraph {pyoxigraph.__version__}\n".encode())
    for folder in folders:
        for path in _input_files(folder):
            total.update(f"{path.relative_to(folder)}\n".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _input_files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for parent, names, files in os.walk(folder):
        names[:] = [
            name for name in names if name != "__pycache__" and not name.startswith((".", "_resources"))
        ]
        found += [Path(parent, name) for name in files if not name.startswith(".")]
    return sorted(found)


def open_snapshot(cache: Path, digest: str) -> Store | None:
    """The store of that digest, or None where there is none that can be read; a damaged one is removed."""
    folder = cache / digest
    if not folder.is_dir():
        return None
    try:
        expected = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if expected["digest"] != digest:
            raise ValueError(digest)
        store = open_read_only(folder / "store")
    except (InputError, OSError, ValueError, KeyError, TypeError):
        shutil.rmtree(folder, ignore_errors=True)
        return None
    return store


def read_places(cache: Path, digest: str) -> Places:
    """Where each node of that snapshot stands in the curated files."""
    text = (cache / digest / _PLACES).read_text(encoding="utf-8")
    return Places.from_json(text)


def read_nodes(cache: Path, digest: str) -> dict[str, Place]:
    """The place of each node of that snapshot alone, by IRI: a part of `read_places`."""
    text = (cache / digest / _NODES).read_text(encoding="utf-8")
    return {node: Place(*place) for node, *place in json.loads(text)["nodes"]}


def read_into_memory(cache: Path, digest: str, graphs: Collection[NamedNode]) -> Store:
    """These graphs of that snapshot, in memory; raises `InputError` where it is damaged."""
    folder = cache / digest
    return read_graphs((folder / name, graph) for name, graph in _GRAPHS.items() if graph in graphs)


def write_snapshot(cache: Path, digest: str, store: Store, places: Places) -> None:
    """Keep this graph under that digest, unless another process was quicker. Raises OSError if it cannot."""
    cache.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=_MAKING, dir=cache))
    try:
        write_compiled(store, made / "store")
        (made / _PLACES).write_text(places.to_json(), encoding="utf-8")
        (made / _NODES).write_text(Places(places.nodes).to_json(), encoding="utf-8")
        for name, graph in _GRAPHS.items():
            write_graph(store, graph, made / name)
        (made / _MANIFEST).write_text(json.dumps({"digest": digest}), encoding="utf-8")
        try:
            made.rename(cache / digest)
        except OSError:
            # Another process renamed its own first: the two are equal, and that one stays.
            if not (cache / digest / _MANIFEST).is_file():
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    _forget_old(cache, digest)


def _forget_old(cache: Path, newest: str) -> None:
    def age(folder: Path) -> float:
        try:
            return folder.stat().st_mtime
        except OSError:
            return 0.0

    others = [folder for folder in cache.iterdir() if folder.is_dir() and len(folder.name) == 64]
    kept = sorted((folder for folder in others if folder.name != newest), key=age, reverse=True)
    # What a process that was killed had begun.
    begun = [folder for folder in cache.iterdir() if folder.name.startswith(_MAKING)]
    left = [folder for folder in begun if age(folder) < time.time() - _MAKING_SECONDS]
    for folder in (*kept[_KEPT - 1 :], *left):
        shutil.rmtree(folder, ignore_errors=True)
