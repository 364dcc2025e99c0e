"""Reads the SHACL shapes: their triples, and what each rule says for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from mea_kg.errors import InputError
from mea_kg.namespaces import DCTERMS, RDF, RDFS, SH
from mea_kg.ontology import read_turtle

_PREFIX = re.compile(r"@prefix\s+(\S*:)\s+(<[^>]*>)\s*\.\s*")

WHOLE = "consistency.ttl"
"""The module of rules for the whole graph; those of the others are for the authored graph, without inference."""
PREFIXES = "prefixes.ttl"
"""The prefixes of the queries in all modules."""
SHARED = "shared.ttl"
"""The shapes that those of other modules refer to."""
ABOUT_ONTOLOGY = "ontology.ttl"
"""The module for the ontology itself, which has a test of its own."""


@dataclass(frozen=True)
class Rule:
    """What a shape says of itself: name, what is expected, what to do, and the principle behind it.

    `path` is in SPARQL syntax with full IRIs, empty for a node shape; `properties` are those at its ends.
    """

    iri: str
    name: str
    description: str
    hint: str
    source: str
    path: str
    properties: tuple[str, ...]

    @property
    def local_name(self) -> str:
        """The name of the rule in messages: what follows `#`."""
        return self.iri.rpartition("#")[2]


class Shapes:
    """Shapes as triples, and their rules by IRI."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = tuple(triples)
        self._objects: dict[tuple[str, str], list[object]] = {}
        for triple in self.triples:
            self._objects.setdefault((str(triple.subject), triple.predicate.value), []).append(triple.object)

    @classmethod
    def read(cls, files: Iterable[Path]) -> Shapes:
        """Read Turtle files; raises `InputError` with file and line for a mistake in one."""
        return cls(triple for path in files for triple in read_turtle(path))

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Every shape that says something of itself, by its IRI."""
        named = {
            triple.subject.value: triple.subject
            for triple in self.triples
            if triple.predicate.value == SH + "name" and isinstance(triple.subject, NamedNode)
        }
        return {iri: self._rule(node) for iri, node in named.items()}

    def _rule(self, node: NamedNode) -> Rule:
        paths = self._objects.get((str(node), SH + "path"), [])
        path, properties = self._parts(paths[0]) if paths else ("", ())
        return Rule(
            iri=node.value,
            name=self._text(node, SH + "name"),
            description=self._text(node, SH + "description"),
            hint=self._text(node, RDFS + "comment"),
            source=self._text(node, DCTERMS + "source"),
            path=path,
            properties=properties,
        )

    def rule(self, node: NamedNode | BlankNode, path: str, component: str) -> Rule:
        """The rule of a shape; of one that says nothing of itself, a rule by the name of its constraint."""
        known = self.rules.get(node.value)
        iri = node.value if isinstance(node, NamedNode) else component
        return known or Rule(iri, "", "", "", "", path, (path[1:-1],) if path.count("<") == 1 else ())

    def classes(self, node: NamedNode | BlankNode) -> list[str]:
        """The classes of which a shape expects one: its own, and those of the shapes among which it lets choose."""
        found = [
            value
            for value in self._objects.get((str(node), SH + "class"), [])
            if isinstance(value, NamedNode)
        ]
        choices = [
            member for value in self._objects.get((str(node), SH + "or"), []) for member in self._list(value)
        ]
        inner = [
            name
            for choice in choices
            if isinstance(choice, NamedNode | BlankNode)
            for name in self.classes(choice)
        ]
        return list(dict.fromkeys([*(value.value for value in found), *inner]))

    def _text(self, node: object, predicate: str) -> str:
        return "; ".join(sorted(value.value for value in self._values(node, predicate)))

    def _values(self, node: object, predicate: str) -> list[Literal | NamedNode]:
        found = self._objects.get((str(node), predicate), [])
        return [value for value in found if isinstance(value, Literal | NamedNode)]

    def path(self, node: object) -> str:
        """A path in SPARQL syntax, with full IRIs."""
        return self._parts(node)[0]

    def _parts(self, node: object) -> tuple[str, tuple[str, ...]]:
        """A path in SPARQL syntax, and the properties from which a value may hang on the focus node."""
        if isinstance(node, NamedNode):
            return f"<{node.value}>", (node.value,)
        if inverse := self._objects.get((str(node), SH + "inversePath")):
            return f"^{self._parts(inverse[0])[0]}", ()
        if alternatives := self._objects.get((str(node), SH + "alternativePath")):
            parts = [self._parts(member) for member in self._list(alternatives[0])]
            return f"({'|'.join(text for text, _ in parts)})", tuple(p for _, direct in parts for p in direct)
        steps = [self._parts(member) for member in self._list(node)]
        return "/".join(text for text, _ in steps), steps[0][1] if steps else ()

    def _list(self, node: object) -> Sequence[object]:
        members: list[object] = []
        while first := self._objects.get((str(node), RDF + "first")):
            members.append(first[0])
            node = self._objects[(str(node), RDF + "rest")][0]
        return members


def authored_modules(folder: Path) -> list[Path]:
    """The modules for the authored graph; raises `InputError` where the folder has none."""
    files = [path for path in sorted(folder.glob("*.ttl")) if path.name not in (WHOLE, ABOUT_ONTOLOGY)]
    if not files:
        raise InputError(
            f"{folder}: no shapes here", "name the folder that holds mea.ttl and the other modules"
        )
    return files


def whole_modules(folder: Path) -> list[Path]:
    """The modules for the whole graph."""
    return [path for name in (PREFIXES, SHARED, WHOLE) if (path := folder / name).is_file()]


def read_shapes(folder: Path) -> tuple[Shapes, Shapes]:
    """The shapes for the authored graph, and those for the whole; raises `InputError` where they cannot be read."""
    return Shapes.read(authored_modules(folder)), Shapes.read(whole_modules(folder))


def merged(files: Iterable[Path]) -> str:
    """The modules as one Turtle text, with their comments, each prefix declared once; same files, same text.

    Raises `InputError` where two modules mean different namespaces by one prefix.
    """
    prefixes: dict[str, str] = {}
    parts: list[str] = []
    for path in files:
        body = []
        for line in path.read_text(encoding="utf-8").splitlines():
            if declared := _PREFIX.fullmatch(line):
                if prefixes.setdefault(declared[1], declared[2]) != declared[2]:
                    raise InputError(
                        f"{path}: the prefix {declared[1]} means something else in another module"
                    )
            else:
                body.append(line)
        parts.append("\n".join(body).strip() + "\n")
    head = "".join(f"@prefix {name} {iri} .\n" for name, iri in sorted(prefixes.items()))
    return "\n".join([head, *parts])
