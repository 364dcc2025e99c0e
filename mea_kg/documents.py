"""The source documents of the graph, and their local copies in a folder.

A copy is any file of the folder; it belongs to the document whose `mea:sha256` it has, whatever its name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Store

from mea_kg.clauses import Outline
from mea_kg.errors import InputError
from mea_kg.namespaces import AUTHORED, DCTERMS, MEA, RDF, SKOS, shortened
from mea_kg.texts import NormalisedText, normalised


@dataclass(frozen=True)
class SourceDocument:
    """A source document of the graph; without a digest its text is not at hand."""

    iri: str
    title: str = ""
    sha256: str | None = None


@dataclass(frozen=True)
class LocalCopy:
    """A file that holds the text of a source document."""

    document: SourceDocument
    path: Path
    text: NormalisedText

    @cached_property
    def outline(self) -> Outline:
        """The clauses of the document."""
        return Outline.of(self.text)


@dataclass(frozen=True)
class LocalCopies:
    """What a folder holds: the copies by the IRI of their document, and the documents that it lacks.

    `missing` have a digest that no file of the folder has; `unread` have none: nothing can be checked.
    """

    folder: Path
    by_document: Mapping[str, LocalCopy]
    missing: tuple[SourceDocument, ...] = ()
    unread: tuple[SourceDocument, ...] = ()

    def require_some(self) -> None:
        """Raise `InputError` where no file of the folder is the text of a document: nothing can be checked."""
        if not self.by_document:
            raise InputError(
                f"{self.folder}: no file is the text of a source document",
                "copies are known by their digest: put unchanged copies there, under any names",
            )


def source_documents(store: Store) -> list[SourceDocument]:
    """The source documents of the authored graph, sorted by IRI."""
    kind, document = NamedNode(RDF + "type"), NamedNode(MEA + "SourceDocument")
    found = []
    for quad in store.quads_for_pattern(None, kind, document, NamedNode(AUTHORED)):
        if isinstance(node := quad.subject, NamedNode):
            title = (
                _literal(store, node, DCTERMS + "title") or _literal(store, node, SKOS + "prefLabel") or ""
            )
            digest = _literal(store, node, MEA + "sha256")
            found.append(SourceDocument(node.value, title, digest.lower() if digest else None))
    return sorted(found, key=lambda one: one.iri)


def _literal(store: Store, subject: NamedNode, predicate: str) -> str | None:
    quads = store.quads_for_pattern(subject, NamedNode(predicate), None, NamedNode(AUTHORED))
    return min((quad.object.value for quad in quads if isinstance(quad.object, Literal)), default=None)


def chosen(documents: Iterable[SourceDocument], name: str | None) -> list[SourceDocument]:
    """All documents, or the one of that IRI or id (`document/x` or `x`). Raises `InputError` if none is."""
    every = list(documents)
    if name is None:
        return every
    found = [
        document
        for document in every
        if name in (document.iri, shortened(document.iri), shortened(document.iri).removeprefix("document/"))
    ]
    if not found:
        known = ", ".join(shortened(document.iri) for document in every if document.sha256)
        raise InputError(f"no source document {name!r}", f"those with a digest: {known or 'none'}")
    return found


def read_copies(folder: Path, documents: Iterable[SourceDocument]) -> LocalCopies:
    """The copies of these documents among the files directly in a folder.

    Raises `InputError` where there is no such folder, a file cannot be read, or a copy is not UTF-8.
    """
    documents = list(documents)
    wanted = {document.sha256 for document in documents}
    files: dict[str, tuple[Path, bytes]] = {}
    for path in files_in(folder):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror})") from error
        # Other files of the folder may be large, and are not kept.
        if (digest := hashlib.sha256(content).hexdigest()) in wanted:
            files.setdefault(digest, (path, content))
    copies: dict[str, LocalCopy] = {}
    missing, unread = [], []
    for document in documents:
        if document.sha256 is None:
            unread.append(document)
        elif document.sha256 not in files:
            missing.append(document)
        else:
            path, content = files[document.sha256]
            copies[document.iri] = LocalCopy(document, path, normalised(_decoded(path, content)))
    return LocalCopies(folder, copies, tuple(missing), tuple(unread))


def files_in(folder: Path) -> list[Path]:
    """The files directly in a folder of copies, sorted. Raises `InputError` where there is no such folder."""
    hint = "give the folder that holds local copies of the source documents"
    try:
        if folder.is_dir():
            return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror})", hint) from error
    raise InputError(f"{folder}: no such folder", hint)


def _decoded(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}:{line}: not UTF-8 (byte {error.start} is 0x{content[error.start]:02x})",
            "the digest is of this file as it is: make a UTF-8 copy, and record the digest of that one",
        ) from error
