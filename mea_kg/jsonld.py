"""Nodes -> JSON-LD document with inline context -> triples, through any of three JSON-LD readers."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox

from mea_kg.context import Context
from mea_kg.errors import InputError
from mea_kg.nodes import Node
from mea_kg.values import Text


def document(nodes: Sequence[Node], context: Context) -> dict[str, Any]:
    """The JSON-LD document of a file: every node with id and type, every value a string."""
    contents = [_content(node) for node in nodes]
    inline = {"@context": context.inline()}
    return {**inline, **contents[0]} if len(contents) == 1 else {**inline, "graph": contents}


def _content(node: Node) -> dict[str, Any]:
    content: dict[str, Any] = {"id": str(node.identifier), "type": _one_or_list(node.classes)}
    for key, values in node.values.items():
        if any(isinstance(value, Text) and value.language for value in values):
            content[key] = {value.language: value.text for value in values if isinstance(value, Text)}
        else:
            content[key] = _one_or_list(
                [_content(value) if isinstance(value, Node) else value.text for value in values]
            )
    return content


def _one_or_list(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else list(values)


def merged(documents: Sequence[dict[str, Any]], context: Context) -> dict[str, Any]:
    """One document with the nodes of all: the context, which takes a parser longest, stands in it once."""
    nodes: list[dict[str, Any]] = []
    for content in documents:
        own = {key: value for key, value in content.items() if key != "@context"}
        nodes += own.get("graph", [own])
    return {"@context": context.inline(), "graph": nodes}


def triples(content: dict[str, Any]) -> list[ox.Triple]:
    """The triples of a document, with literals as written.

    Raises:
        InputError: the document is not JSON-LD that can be read offline, or has a node without an identifier.
    """
    try:
        found = [quad.triple for quad in ox.parse(json.dumps(content), format=ox.RdfFormat.JSON_LD)]
    except SyntaxError as error:
        hint = "Compare context.jsonld with that of the release."
        raise InputError(f"the entries and their context are not JSON-LD: {error}", hint) from error
    for triple in found:
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
            hint = "Give every node an `id`."
            raise InputError(f"a node without an identifier in the statement {triple}", hint)
    return found


def triples_by_rdflib(content: dict[str, Any]) -> set[ox.Triple]:
    """The triples that rdflib reads from a document."""
    import rdflib

    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        with warnings.catch_warnings():
            # Its JSON-LD parser uses what rdflib itself has deprecated.
            warnings.simplefilter("ignore", DeprecationWarning)
            graph = rdflib.Graph().parse(data=json.dumps(content), format="json-ld")
        text = graph.serialize(format="nt", encoding="utf-8")
    finally:
        rdflib.NORMALIZE_LITERALS = before
    return {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)}


def triples_by_pyld(content: dict[str, Any]) -> set[ox.Triple]:
    """The triples that PyLD reads from a document."""
    from pyld import jsonld

    text: str = jsonld.to_rdf(content, {"format": "application/n-quads"})
    return {quad.triple for quad in ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS)}
