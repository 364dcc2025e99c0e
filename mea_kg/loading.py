"""Curated files -> triples, with the place of every node and key; all that is wrong is raised together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import pyoxigraph as ox

from mea_kg import resources
from mea_kg.context import Context
from mea_kg.entries import read_entry
from mea_kg.errors import EntryErrors, InputError
from mea_kg.findings import VIOLATION, Finding
from mea_kg.jsonld import document, merged, triples
from mea_kg.kinds import check_kinds
from mea_kg.merging import one_per_mistake
from mea_kg.namespaces import shortened
from mea_kg.naming import in_words
from mea_kg.nodes import Node, read_nodes
from mea_kg.places import Place, Places
from mea_kg.references import Catalogue, Reference, check_references, links
from mea_kg.support import check_support
from mea_kg.tables.metadata import SUFFIX
from mea_kg.tables.reading import ENDING, Table, check_table, read_table, table_paths
from mea_kg.trees import EntryFile
from mea_kg.vocabulary import Vocabulary

CONTEXT_NAME = "context.jsonld"

Known: TypeAlias = "Callable[[ox.Triple], bool]"
"""Whether the graph says something already."""


@dataclass(frozen=True)
class LoadedFile:
    """A file without findings; a table has no `document` and no `nodes`.

    `file` is its name in messages; `nodes` are its nodes, nested ones included; `lines` has the place of each
    node, by IRI; `field_lines` that of each key, by IRI and YAML key.
    """

    path: Path
    file: str
    document: dict[str, Any]
    triples: list[ox.Triple]
    nodes: list[Node]
    lines: dict[str, Place]
    field_lines: dict[tuple[str, str], Place]
    references: list[Reference]


@dataclass(frozen=True)
class Loaded:
    """Files without findings, in the order of their names, and the context that they were read with."""

    files: tuple[LoadedFile, ...]
    context: Context

    @property
    def triples(self) -> Iterator[ox.Triple]:
        """The triples of all files."""
        return (triple for file in self.files for triple in file.triples)

    @cached_property
    def places(self) -> Places:
        """The place of each node, by IRI, of each field, by IRI and YAML key, and of the items of lists."""
        nodes = {iri: place for file in self.files for iri, place in file.lines.items()}
        fields = {field: place for file in self.files for field, place in file.field_lines.items()}
        values = {
            (reference.subject, reference.key, reference.iri): reference.place
            for file in self.files
            for reference in file.references
            if reference.place.line
            != file.field_lines.get((reference.subject, reference.key), reference.place).line
        }
        return Places(nodes, fields, values)


@dataclass
class _Read:
    path: Path
    entry: EntryFile
    top: list[Node]
    nodes: list[Node]
    stated: list[ox.Triple] | None = None


def read_context(data: Path) -> Context:
    """The context of a folder of entries: its own, or else that of the package."""
    own = data / CONTEXT_NAME
    return Context.load(own if own.is_file() else resources.data_folder() / CONTEXT_NAME)


def load_file(path: Path, context: Context, file: str | None = None) -> LoadedFile:
    """Load a file by itself: references to other files and concepts are not checked.

    Raises:
        EntryErrors: something is wrong with the file.
    """
    read = _read(path, context, file)
    if read.entry.findings:
        raise EntryErrors(sorted(read.entry.findings))
    content = document(read.top, context)
    return _loaded(read, content, triples(content))


def load_folder(folder: Path, ontology: Iterable[ox.Triple], context: Context | None = None) -> Loaded:
    """Load every `.yaml` file and every table in and below a folder; messages name files from its name on.

    `ontology` has the triples of the ontology and its vocabularies, which define the concepts. Without a
    context the folder's `context.jsonld` is read.

    Raises:
        EntryErrors: with every finding in every file, in the order of file and line.
        InputError: the folder or its context cannot be read, or it has no entries.
    """
    if not folder.is_dir():
        raise InputError(
            f"{folder}: no such folder", "Name the folder that holds context.jsonld and the entries."
        )
    context = context or Context.load(folder / CONTEXT_NAME)
    found = {path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml")} | table_paths(folder)
    paths = sorted(path.relative_to(folder) for path in found)
    # What begins with a dot is an editor's.
    shown = [path for path in paths if not any(part.startswith(".") for part in path.parts)]
    if not shown:
        raise InputError(f"{folder}: no entries here", "Name the folder that holds the entries, .yaml files.")
    named = [(folder / path, f"{folder.resolve().name}/{path.as_posix()}") for path in shown]
    return _load(named, ontology, context, None)


def expanded(paths: Iterable[Path]) -> list[Path]:
    """The files, each once; those of a folder in the order of their names.

    Raises `InputError` where a folder holds none, or cannot be read.
    """
    from mea_kg.rdf.reading import FORMATS

    endings = {".yaml", ".yml", ENDING, *FORMATS}
    found: dict[Path, None] = {}
    for path in paths:
        if not _is_folder(path):
            found[path] = None
            continue
        inside = [
            one
            for one in sorted(path.rglob("*"))
            if one.suffix.lower() in endings
            and one.is_file()
            and not one.name.endswith(ENDING + SUFFIX)
            and one.name != CONTEXT_NAME
            and not any(part.startswith(".") for part in one.relative_to(path).parts)
        ]
        if not inside:
            raise InputError(f"{path}: no entries here", "Name a folder that holds files of entries.")
        found |= dict.fromkeys(inside)
    return list(found)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        # In a folder that may not be looked into: reading the file says so.
        return False


def load_files(
    paths: Iterable[Path],
    ontology: Iterable[ox.Triple],
    context: Context,
    beside: Loaded | Catalogue | None = None,
    known: Known = lambda triple: False,
    tables: Mapping[str, Path] = MappingProxyType({}),
) -> Loaded:
    """Load files of any format that may refer to each other and to what is `beside` them.

    Of files `beside` them, earlier states of these are left out. What RDF says that is `known` is passed over.
    `tables` are curated tables by the name of the file: a changed copy is read with the metadata of the one of
    its name, unless it has its own.

    Raises:
        EntryErrors: with every finding in every file, in the order of file and line.
    """
    return _load([(path, path.as_posix()) for path in paths], ontology, context, beside, known, tables)


def _load(
    named: Iterable[tuple[Path, str]],
    ontology: Iterable[ox.Triple],
    context: Context,
    beside: Loaded | Catalogue | None = None,
    known: Known = lambda triple: False,
    curated_tables: Mapping[str, Path] = MappingProxyType({}),
) -> Loaded:
    named = list(named)
    vocabulary = Vocabulary(ontology)
    reads = [
        _read(path, context, file, vocabulary)
        if path.suffix in (".yaml", ".yml")
        else _read_graph(path, file, context, vocabulary, known)
        for path, file in named
        if path.suffix != ENDING
    ]
    tables = [
        read_table(path, file, curated_tables.get(path.name)) for path, file in named if path.suffix == ENDING
    ]
    unbacked = {key for key, term in context.terms.items() if term.iri in vocabulary.needs_no_evidence}
    catalogue = beside if isinstance(beside, Catalogue) else _beside(beside, [path for path, _ in named])
    for read in reads:
        if read.path.suffix == ".yml":
            hint = f"Rename it to {read.path.with_suffix('.yaml').name}."
            read.entry.report(Place(read.entry.file, 1, 1), "file-name", "entries are .yaml files", hint=hint)
        if read.entry.root is None:
            catalogue.add_unread(read.entry.text)
        _catalogue(read, catalogue)
    findings = [finding for table in tables for finding in _catalogue_table(table, catalogue)]
    for read in reads:
        check_kinds(read.entry, read.top, read.nodes, context, vocabulary)
        check_references(read.entry, read.nodes, context, catalogue, vocabulary)
        for node in read.nodes:
            check_support(node, unbacked, read.entry)
    for table in tables:
        findings += [*table.findings, *check_table(table, catalogue, vocabulary.iris)]
    findings += (finding for read in reads for finding in read.entry.findings)
    if findings:
        nodes = [node for read in reads for node in read.nodes]
        raise EntryErrors(one_per_mistake(in_words(sorted(findings), nodes, context, vocabulary)))
    documents = [document(read.top, context) if read.stated is None else {} for read in reads]
    homes = {node.iri: index for index, read in enumerate(reads) for node in read.nodes}
    shares: list[list[ox.Triple]] = [list(read.stated or ()) for read in reads]
    for triple in triples(merged([one for one in documents if one], context)):
        assert isinstance(triple.subject, ox.NamedNode)
        shares[homes[triple.subject.value]].append(triple)
    loaded = [_loaded(*parts) for parts in zip(reads, documents, shares, strict=True)]
    loaded += (_loaded_table(table) for table in tables)
    return Loaded(tuple(sorted(loaded, key=lambda file: file.file)), context)


def _catalogue(read: _Read, catalogue: Catalogue) -> None:
    twice: list[str] = []
    for node in read.nodes:
        first = catalogue.add(node)
        # What stands in a node that is defined twice is defined twice with it.
        if first and first.file != node.place.file and not node.name.startswith(tuple(twice)):
            twice.append(node.name + "/")
            message = f"{node.name} is defined here and in {first.file}:{first.line}"
            hint = "A node is defined once: merge the two, or give one another id."
            read.entry.report(
                node.place, "id-twice", message, entity=node.name, field="id", found=str(first), hint=hint
            )


def _catalogue_table(table: Table, catalogue: Catalogue) -> Iterator[Finding]:
    for iri, place in table.lines.items():
        first = catalogue.add_line(iri, place)
        if first and first.file != place.file:
            name = shortened(iri)
            message = f"{name} is defined here and in {first.file}:{first.line}"
            hint = "A node is defined once: give the row or the table another id."
            yield Finding(
                *(place.file, place.line, place.column, VIOLATION, "id-twice", message),
                entity=name,
                found=str(first),
                hint=hint,
            )


def _loaded_table(table: Table) -> LoadedFile:
    return LoadedFile(
        path=table.path,
        file=table.file,
        document={},
        triples=table.triples,
        nodes=[],
        lines=table.lines,
        field_lines=table.field_lines,
        references=table.references,
    )


def _beside(loaded: Loaded | None, given: Iterable[Path]) -> Catalogue:
    catalogue = Catalogue()
    # Unlike `resolve`, this says nothing against a link that leads to itself: reading it does.
    own = {os.path.realpath(path) for path in given}
    for other in loaded.files if loaded else ():
        if os.path.realpath(other.path) not in own:
            for node in other.nodes:
                catalogue.add(node)
            for iri, place in other.lines.items():
                catalogue.add_line(iri, place)
    return catalogue


def _read_graph(path: Path, file: str, context: Context, vocabulary: Vocabulary, known: Known) -> _Read:
    from mea_kg.rdf.reading import read_graph

    given = read_graph(path, file, context, vocabulary, known)
    return _Read(
        path, given.entry, given.top, [node for top in given.top for node in top.walk()], given.triples
    )


def _read(path: Path, context: Context, file: str | None, vocabulary: Vocabulary | None = None) -> _Read:
    entry = read_entry(path, file)
    top = read_nodes(entry, context, vocabulary)
    nodes = [node for start in top for node in start.walk()]
    return _Read(path, entry, top, nodes)


def _loaded(read: _Read, content: dict[str, Any], own: list[ox.Triple]) -> LoadedFile:
    return LoadedFile(
        path=read.path,
        file=read.entry.file,
        document=content,
        triples=own,
        nodes=read.nodes,
        lines={node.iri: node.place for node in read.nodes},
        field_lines={(node.iri, key): place for node in read.nodes for key, place in node.places.items()},
        references=[Reference(link.iri, node.iri, key, link.place) for node, key, link in links(read.nodes)],
    )
