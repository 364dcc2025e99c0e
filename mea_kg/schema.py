"""JSON Schema for entry files, so that an editor completes and checks while somebody types.

It is made from the context (which keys there are, and the form of their values), the ontology (which keys go with
which class, what concepts there are, what a term means) and the shapes (which keys a class must or must not have,
how many values, of which form). It cannot see other files: whether a reference leads anywhere, only loading says.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from mea_kg.context import Context, Term
from mea_kg.demands import Choice, Demand, Demands
from mea_kg.identifiers import KIND_NAME, WRITTEN
from mea_kg.key_order import in_order
from mea_kg.literals import FORMS
from mea_kg.nesting import NESTED, Nesting
from mea_kg.placeholders import PATTERN as PLACEHOLDERS
from mea_kg.values import EXTERNAL, WORD
from mea_kg.vocabulary import Vocabulary

Schema = dict[str, Any]

IDENTIFIER = "https://w3id.org/mea-kg/schema/entry.json"
_FILLED: Schema = {"not": {"type": "string", "pattern": PLACEHOLDERS}}
_TEXT: Schema = {"type": "string", "pattern": r"^\S([\s\S]*\S)?$", **_FILLED}
_ADDRESS: Schema = {"type": "string", "pattern": r"^https?://\S+$"}


def json_schema(context: Context, ontology: Iterable[ox.Triple], shapes: Iterable[ox.Triple] = ()) -> Schema:
    """The JSON Schema (2020-12) of an entry file; the same input gives the same schema, in the same order.

    `shapes` are those for the authored graph; without them, only form is checked.
    """
    vocabulary = Vocabulary(ontology)
    demands = Demands(shapes, context, vocabulary)
    headings = demands.headings()
    definitions: Schema = {}
    for key in in_order(context.terms):
        definitions[_key(key)] = _property(context.terms[key], vocabulary)
    for name in sorted(context.classes):
        definitions[name] = _class(name, context, vocabulary, demands)
    definitions["node"] = _node(sorted(set(context.classes) - headings))
    for key, nesting in NESTED.items():
        definitions[f"nested {key}"] = _nested(nesting, headings)
    node = {"$ref": "#/$defs/node"}
    graph = {"type": "array", "items": node, "minItems": 1}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": IDENTIFIER,
        "title": "Entry of the knowledge graph",
        "description": "One node, or a list of nodes under `graph`.",
        "type": "object",
        "if": {"required": ["graph"]},
        "then": {"properties": {"graph": graph}, "additionalProperties": False},
        "else": node,
        "$defs": definitions,
    }


def _key(key: str) -> str:
    return f"key {key}"


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}".replace(" ", "%20")}


def _pattern(expression: str) -> Schema:
    return {"type": "string", "pattern": f"^(?:{expression})$", **_FILLED}


def _property(term: Term, vocabulary: Vocabulary) -> Schema:
    words = {"title": vocabulary.label(term.iri), "description": vocabulary.definition(term.iri)}
    told = {name: text for name, text in words.items() if text}
    if term.is_language_map:
        by_language = {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z]{2,3}(-[a-z0-9]{2,8})*$"},
            "additionalProperties": _TEXT,
            "minProperties": 1,
        }
        return {**told, "anyOf": [_TEXT, by_language]}
    value = _reference(f"nested {term.key}") if term.key in NESTED else _value(term, vocabulary)
    several = {"type": "array", "items": value, "minItems": 1, "uniqueItems": True}
    return {**told, "if": {"type": "array"}, "then": several, "else": value}


def _value(term: Term, vocabulary: Vocabulary) -> Schema:
    if term.key in EXTERNAL:
        return _ADDRESS
    if term.scheme is not None:
        return {"type": "string", "enum": list(vocabulary.concepts(term.base or ""))}
    if term.base is not None:
        return {"anyOf": [_pattern("[A-Z]{3}"), _ADDRESS]}
    if term.is_reference:
        return _pattern(KIND_NAME.pattern)
    if term.datatype is not None:
        form = FORMS[term.datatype]
        return {"type": "string", "pattern": form.pattern, "description": form.expected}
    return _TEXT


def _class(name: str, context: Context, vocabulary: Vocabulary, demands: Demands) -> Schema:
    iri = context.classes[name]
    above = vocabulary.superclasses(iri)
    keys = [key for key, term in context.terms.items() if above & vocabulary.domains.get(term.iri, set())]
    schema: Schema = {"type": "object"}
    if definition := vocabulary.definition(iri):
        schema["description"] = definition
    by_key, choices = demands.of(name)
    schema["properties"] = {
        "id": _identifier(name, iri, vocabulary),
        "type": True,
        "key": _pattern(WORD.pattern),
    } | {key: _demanded(context.terms[key], by_key.get(key)) for key in in_order(keys)}
    schema["additionalProperties"] = False
    if required := in_order(key for key, demand in by_key.items() if demand.is_required):
        schema["required"] = required
    if every := [_one_of(choice) for choice in choices if choice.is_required and not choice.or_inside]:
        schema["allOf"] = every
    return schema


def _identifier(name: str, iri: str, vocabulary: Vocabulary) -> Schema:
    """The form of an id: of a kind of the class, or of any for what may stand in a node of another class."""
    nested = any(name in nesting.classes for nesting in NESTED.values())
    kinds = (() if nested else vocabulary.kinds(iri)) or vocabulary.kinds()
    return _pattern(f"(?=(?:{'|'.join(kinds)})/){WRITTEN.pattern}" if kinds else WRITTEN.pattern)


def _demanded(term: Term, demand: Demand | None) -> Schema | bool:
    """A key as the context has it, with what the shapes demand of it in one class."""
    key = _reference(_key(term.key))
    if demand is None:
        return key
    if demand.is_barred:
        return False
    narrowed: Schema = {}
    if descriptions := list(dict.fromkeys(rule.description for rule in demand.rules)):
        narrowed["description"] = " ".join(descriptions)
    if demand.is_single:
        narrowed["maxItems"] = 1
    value: Schema = {}
    if demand.values:
        value["enum"] = list(demand.values)
    if demand.max_length is not None:
        value["maxLength"] = demand.max_length
    if demand.patterns and (not term.is_reference or term.key in EXTERNAL):
        value["allOf"] = [{"pattern": pattern} for pattern in dict.fromkeys(demand.patterns)]
    if value and term.is_language_map:
        narrowed |= {**value, "additionalProperties": value}
    elif value:
        narrowed |= {"if": {"type": "array"}, "then": {"items": value}, "else": value}
    return {"allOf": [key, narrowed]} if narrowed else key


def _one_of(choice: Choice) -> Schema:
    return {
        "description": choice.rule.description,
        "anyOf": [{"required": [key]} for key in choice.keys],
    }


def _node(classes: list[str]) -> Schema:
    """A node that says its class; one of several classes has the keys that any of them has."""
    by_class = [
        {"if": {"properties": {"type": {"const": name}}, "required": ["type"]}, "then": _reference(name)}
        for name in classes
    ]
    one = {"type": "string", "enum": classes}
    several = {"type": "array", "items": one, "minItems": 1, "uniqueItems": True}
    type_of = {"if": {"type": "array"}, "then": several, "else": one}
    return {"type": "object", "required": ["id", "type"], "properties": {"type": type_of}, "allOf": by_class}


def _nested(nesting: Nesting, headings: frozenset[str]) -> Schema:
    """A node under a key: of one of its classes, with an id or what one is made from."""
    has_id = {"anyOf": [{"required": ["id"]}, {"required": list(nesting.needs)}]} if nesting.needs else {}
    if nesting.default:
        content = {**_reference(nesting.default), "properties": {"type": {"const": nesting.default}}}
        return {**content, **has_id}
    classes = [name for name in nesting.classes if name not in headings]
    by_class = [
        {"if": {"properties": {"type": {"const": name}}}, "then": _reference(name)} for name in classes
    ]
    type_of = {"type": "string", "enum": classes}
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": type_of},
        **has_id,
        "allOf": by_class,
    }
