"""The files of a release, as bytes by their names; the same graph gives the same bytes."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from pyoxigraph import Quad, Store

from mea_kg.errors import InputError
from mea_kg.exporting import GRAPHS, written
from mea_kg.release.describing import DESCRIPTION_GRAPH, description
from mea_kg.release.networks import graphml
from mea_kg.shapes import authored_modules, merged, whole_modules
from mea_kg.stores import in_graph

CHECKSUMS = "SHA256SUMS"
QUADS = "mea-kg.nq.gz"


def release(store: Store, data: Path, shapes: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file of a release; the last has the digests of the others.

    All graphs together as N-Quads, TriG and JSON-LD; each by itself, and merged, as Turtle and N-Triples, merged also
    as RDF/XML; cooperation as GraphML; the curated tables; the shapes for the authored graph and for the whole.
    """
    sums = []
    for name, content in _files(store, data, shapes):
        sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
        yield name, content
    yield CHECKSUMS, "".join(sums).encode()


def quads_of(store: Store) -> list[Quad]:
    """All statements of a release: authored, inferred, description."""
    return [quad for quads in _by_graph(store).values() for quad in quads]


def _by_graph(store: Store) -> dict[str, list[Quad]]:
    graphs = {
        graph: [quad for name in names for quad in store.quads_for_pattern(None, None, None, name)]
        for graph, names in GRAPHS.items()
        if graph != "all"
    }
    return {**graphs, "description": list(in_graph(description(store), DESCRIPTION_GRAPH))}


def _files(store: Store, data: Path, shapes: Path) -> Iterator[tuple[str, bytes]]:
    graphs = _by_graph(store)
    every = [quad for quads in graphs.values() for quad in quads]
    yield QUADS, _packed(written(every, "nquads"))
    yield "mea-kg.trig.gz", _packed(written(every, "trig"))
    yield "mea-kg.jsonld.gz", _packed(written(every, "jsonld"))
    for name, quads in {**graphs, "merged": every}.items():
        yield f"{name}.ttl.gz", _packed(written(quads, "turtle"))
        yield f"{name}.nt.gz", _packed(written(quads, "ntriples"))
    yield "merged.rdf.gz", _packed(written(every, "rdfxml"))
    yield "cooperation.graphml", graphml(store)
    for table in sorted(data.rglob("*.csv")):
        metadata = table.with_name(f"{table.name}-metadata.json")
        for path in (table, metadata):
            if path.is_file():
                yield f"tables/{path.name}", path.read_bytes()
    yield "shapes-authored.ttl", merged(authored_modules(shapes)).encode()
    yield "shapes-all.ttl", merged(whole_modules(shapes)).encode()


def write_release(files: Iterator[tuple[str, bytes]], folder: Path) -> list[Path]:
    """Write the files into a folder, which must be new or empty; the paths. Raises `InputError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InputError(
                f"{folder}: is not empty", "name a new folder: a release is never mixed with another"
            )
        paths = []
        for name, content in files:
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
            paths.append(path)
    except OSError as error:
        raise InputError(
            f"{error.filename}: cannot be written ({error.strerror})", "name a folder in which you may write"
        ) from error
    return paths


def _packed(content: bytes) -> bytes:
    # Without the time of day, so that the same content gives the same bytes; `gzip.compress` would also name the
    # system under some versions of Python.
    packed = BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()
