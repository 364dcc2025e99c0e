"""JSON-LD: what must not be in it, and the places of subjects and properties.

A context stands in the file. One from elsewhere is never fetched: only that of the entries, `context.jsonld`, is
known by its name, and put in its place.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from mea_kg.context import Context
from mea_kg.namespaces import RDF
from mea_kg.places import Place
from mea_kg.rdf.places import Found, Lines, resolved
from mea_kg.trees import EntryFile

MAX_DEPTH = 64

# A string that nobody closes is one token too: to look for its end again from each sign in it takes for ever.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[\]{}:,]', re.DOTALL)
_OURS = re.compile(r"(?:https://w3id\.org/mea-kg/)?(?:[\w.-]+/)*context\.jsonld")


@dataclass
class _Object:
    """An open object or list: `keys` with their offsets; `key` is that whose value comes next."""

    offset: int
    keys: dict[str, int] = field(default_factory=dict)
    key: str | None = None
    id: str = ""


def read_json(entry: EntryFile, context: Context, base: str) -> tuple[str, Found] | None:
    """The document as JSON-LD that needs nothing from elsewhere, and the places in it; None after a finding."""
    lines = Lines(entry.file, entry.text)
    objects = _scan(entry, lines)
    if objects is None:
        return None
    try:
        content = json.loads(entry.text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        place = Place(entry.file, error.lineno, error.colno)
        hint = "Check commas, quotation marks and brackets; is the end of the file missing?"
        entry.report(place, "syntax", f"not JSON: {error.msg}", hint=hint)
        return None
    except ValueError as error:
        hint = "Put the number in quotation marks."
        entry.report(Place(entry.file, 1, 1), "syntax", f"not JSON: {error}", hint=hint)
        return None
    terms: dict[str, Any] = {}
    foreign: list[str] = []
    content = _with_context(content, context, terms, foreign)
    if foreign:
        offset = entry.text.find(json.dumps(foreign[0], ensure_ascii=False))
        message = f"the context {foreign[0]} is not in the file, and nothing is fetched"
        hint = (
            "Put the context itself into the file, under @context; context.jsonld alone is known by its name."
        )
        entry.report(lines.place(max(offset, 0)), "remote-context", message, found=foreign[0], hint=hint)
        return None
    return json.dumps(content, ensure_ascii=False), _found(objects, lines, terms, base)


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _scan(entry: EntryFile, lines: Lines) -> list[_Object] | None:
    """The objects with their keys; None after a finding on a key that stands twice, or nesting too deep."""
    opened: list[_Object] = []
    done: list[_Object] = []
    previous: tuple[str, int] = ("", 0)
    for match in _TOKEN.finditer(entry.text):
        token, offset = match.group(), match.start()
        if token in "{[":
            if len(opened) >= MAX_DEPTH:
                message = f"nested deeper than {MAX_DEPTH} levels"
                entry.report(
                    lines.place(offset), "too-deep", message, hint="Check brackets that are not closed."
                )
                return None
            opened.append(_Object(offset))
        elif token in "}]" and opened:
            done.append(opened.pop())
        elif token == ":" and opened and previous[0]:
            top = opened[-1]
            top.key = _string(previous[0])
            if top.key in top.keys:
                place = lines.place(previous[1])
                message = f"the key {top.key} stands twice in one object"
                hint = "Merge the two: several values of one key are a list."
                entry.report(place, "duplicate-key", message, field=top.key, hint=hint)
                return None
            top.keys[top.key] = previous[1]
        elif token.startswith('"') and opened and opened[-1].key in ("@id", "id") and not opened[-1].id:
            opened[-1].id = _string(token)
        if token == "," and opened:
            opened[-1].key = None
        previous = (token, offset) if token.startswith('"') else ("", 0)
    return done + opened


def _string(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token[1:-1]


def _with_context(content: Any, context: Context, terms: dict[str, Any], foreign: list[str]) -> Any:
    """The content with our context where it is named; gathers terms, and the names of other contexts."""
    if isinstance(content, list):
        return [_with_context(item, context, terms, foreign) for item in content]
    if not isinstance(content, dict):
        return content
    inside = {}
    for key, value in content.items():
        if key == "@context":
            inside[key] = _local(value, context, terms, foreign)
        elif key == "@import":
            foreign.append(str(value))
        else:
            inside[key] = _with_context(value, context, terms, foreign)
    return inside


def _local(value: Any, context: Context, terms: dict[str, Any], foreign: list[str]) -> Any:
    if isinstance(value, list):
        return [_local(item, context, terms, foreign) for item in value]
    if isinstance(value, str):
        if not _OURS.fullmatch(value):
            foreign.append(value)
            return value
        value = context.inline()
    if isinstance(value, dict):
        for key, definition in value.items():
            terms.setdefault(key, definition)
        return _with_context(value, context, terms, foreign)
    return value


def _found(objects: list[_Object], lines: Lines, terms: dict[str, Any], base: str) -> Found:
    base = terms["@base"] if isinstance(terms.get("@base"), str) else base
    found = Found(lines.place(0))
    for one in sorted(objects, key=lambda one: one.offset):
        if not one.id:
            continue
        iri = _expanded(one.id, terms, base)
        for key, offset in one.keys.items():
            if key in ("@id", "id"):
                found.nodes.setdefault(iri, lines.place(offset))
            else:
                found.fields.setdefault((iri, _property(key, terms)), lines.place(offset))
    return found


def _property(key: str, terms: dict[str, Any]) -> str:
    for _ in range(4):
        definition = terms.get(key)
        target = definition.get("@id") if isinstance(definition, dict) else definition
        if not isinstance(target, str) or target == key:
            break
        key = target
    if key == "@type":
        return RDF + "type"
    vocabulary = terms.get("@vocab")
    return _expanded(key, terms, vocabulary if isinstance(vocabulary, str) else "")


def _expanded(name: str, terms: dict[str, Any], base: str) -> str:
    prefix, colon, local = name.partition(":")
    namespace = terms.get(prefix)
    namespace = namespace.get("@id") if isinstance(namespace, dict) else namespace
    if colon and isinstance(namespace, str) and not local.startswith("//"):
        return namespace + local
    return resolved(base, name)
