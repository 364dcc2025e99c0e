"""RDF/XML: what must not be in it, and the places of subjects and properties.

Declarations of entities are refused before anything expands them, and nothing outside the file is read.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from mea_kg.namespaces import RDF
from mea_kg.places import Place
from mea_kg.rdf.places import Found, resolved
from mea_kg.trees import EntryFile

MAX_DEPTH = 64

_XML_BASE = "http://www.w3.org/XML/1998/namespace base"


class _Stop(Exception):
    """What was found suffices."""


def find_places(entry: EntryFile, base: str) -> Found | None:
    """The places in a file; None after a finding."""
    scanner = _Scanner(entry, base)
    try:
        scanner.parser.Parse(entry.text.encode(), True)
    except _Stop:
        return None
    except expat.ExpatError as error:
        place = Place(entry.file, error.lineno, error.offset + 1)
        message = f"not XML: {expat.ErrorString(error.code)}"
        hint = "Mend the XML at that place; is the end of the file missing?"
        entry.report(place, "syntax", message, hint=hint)
        return None
    return scanner.found


class _Scanner:
    """Follows the elements: nodes and properties by turns, below rdf:RDF."""

    def __init__(self, entry: EntryFile, base: str) -> None:
        self._entry = entry
        self.found = Found(Place(entry.file, 1, 1))
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._open: list[tuple[str, str, bool]] = []
        self._base = base

    def _place(self) -> Place:
        return Place(self._entry.file, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def _doctype(self, *_: Any) -> None:
        message = "a document type declaration, which can define entities, is not allowed"
        hint = "Remove <!DOCTYPE ...>, and write the IRIs out that its entities abbreviate."
        self._entry.report(self._place(), "doctype", message, hint=hint)
        raise _Stop

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels"
            self._entry.report(self._place(), "too-deep", message, hint="Check elements that are not closed.")
            raise _Stop
        base = self._open[-1][1] if self._open else self._base
        base = resolved(base, attributes.get(_XML_BASE, ""))
        iri = name.replace(" ", "")
        subject, is_node = "", True
        if iri != RDF + "RDF":
            above, _, above_is_node = self._open[-1] if self._open else ("", "", False)
            is_node = not above_is_node
            subject = self._node(attributes, base) if is_node else above
            if not is_node:
                self.found.fields.setdefault((subject, iri), self._place())
        else:
            is_node = False
        self._open.append((subject, base, is_node))

    def _node(self, attributes: dict[str, str], base: str) -> str:
        about, named = attributes.get(f"{RDF} about"), attributes.get(f"{RDF} ID")
        if about is None and named is None:
            self.found.blank = self.found.blank or self._place()
            return ""
        iri = resolved(base, about if about is not None else f"#{named}")
        self.found.nodes.setdefault(iri, self._place())
        for attribute in attributes:
            self.found.fields.setdefault((iri, attribute.replace(" ", "")), self._place())
        return iri

    def _end(self, name: str) -> None:
        self._open.pop()
