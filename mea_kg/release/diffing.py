"""What changed between two states of the graph: statements added and removed, and the same in words."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from mea_kg.errors import InputError
from mea_kg.namespaces import ID, RDF, RDFS, SKOS, shortened
from mea_kg.release.files import QUADS

_LABELS = (SKOS + "prefLabel", RDFS + "label")
_FORMATS = {".nq": RdfFormat.N_QUADS, ".trig": RdfFormat.TRIG, ".jsonld": RdfFormat.JSON_LD}


@dataclass(frozen=True)
class Difference:
    """The statements that only the new state has, and those that only the old one had, each sorted.

    `labels` are those of nodes and properties in either state, the new one's first.
    """

    added: tuple[Quad, ...]
    removed: tuple[Quad, ...]
    labels: Mapping[str, str]

    def as_nquads(self) -> tuple[bytes, bytes]:
        """N-Quads added, and N-Quads removed."""
        return _nquads(self.added), _nquads(self.removed)

    def as_text(self) -> str:
        """The changes in words, node by node: `+` is new, `-` is gone."""
        changes: dict[str, list[tuple[str, str, str]]] = {}
        for sign, quads in (("+", self.added), ("-", self.removed)):
            for quad in quads:
                predicate, value = quad.predicate.value, self._in_words(quad.object)
                said = "is a" if predicate == RDF + "type" else self._name(predicate)
                changes.setdefault(str(quad.subject).strip("<>"), []).append((said, sign, value))
        blocks = []
        for node in sorted(changes, key=lambda iri: (not iri.startswith(ID), iri)):
            label = self.labels.get(node)
            heading = f"{label} ({shortened(node)})" if label else shortened(node)
            lines = [f"  {sign} {said}: {value}" for said, sign, value in sorted(set(changes[node]))]
            blocks.append("\n".join([heading, *lines]))
        summary = f"{len(self.added)} statements added, {len(self.removed)} removed"
        return "\n\n".join([*blocks, summary]) + "\n"

    def _name(self, iri: str) -> str:
        return self.labels.get(iri) or shortened(iri)

    def _in_words(self, term: object) -> str:
        if isinstance(term, Literal):
            language = f" ({term.language})" if term.language and term.language != "en" else ""
            return f"{' '.join(term.value.split())}{language}"
        assert isinstance(term, NamedNode)
        label, short = self.labels.get(term.value), shortened(term.value)
        return f"{label} ({short})" if label else short


def difference(old: Iterable[Quad], new: Iterable[Quad]) -> Difference:
    """What `new` has more and less than `old`; graph names count."""
    before, after = set(old), set(new)
    labels: dict[str, str] = {}
    for quads in (after, before):
        for quad in quads:
            if quad.predicate.value in _LABELS and isinstance(quad.object, Literal):
                # The least of several, so that the same graphs give the same words.
                key = str(quad.subject).strip("<>")
                if quads is after or key not in labels:
                    labels[key] = min(labels.get(key, quad.object.value), quad.object.value)
    return Difference(tuple(_ordered(after - before)), tuple(_ordered(before - after)), labels)


def read_state(path: Path) -> Iterator[Quad]:
    """The statements of a release: its folder, or a file of N-Quads, TriG or JSON-LD, packed with gzip or not.

    Raises `InputError` where there is none, or it cannot be read.
    """
    if path.is_dir():
        path = path / QUADS
    name = path.name.removesuffix(".gz")
    format = next((format for suffix, format in _FORMATS.items() if name.endswith(suffix)), None)
    if format is None and not path.exists():
        raise InputError(
            f"{path}: cannot be read (No such file or directory)", "name a release that was written"
        )
    if format is None:
        raise InputError(
            f"{path}: not a state of the graph",
            f"name the folder of a release, or a file in {', '.join(_FORMATS)}",
        )
    try:
        with _opened(path) as content:
            yield from parse(content, format=format)
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise InputError(
            f"{path}{line}: cannot be read ({error.msg})", "the file may be cut: fetch it again"
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path}: cannot be read ({said})", "name a release that is whole") from error


def _opened(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path, "rb")) if path.name.endswith(".gz") else path.open("rb")


def _ordered(quads: Iterable[Quad]) -> list[Quad]:
    return sorted(quads, key=str)


def _nquads(quads: Iterable[Quad]) -> bytes:
    content = serialize(quads, format=RdfFormat.N_QUADS)
    assert content is not None
    return content
