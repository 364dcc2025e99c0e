"""What the evidence of a node says that it backs (`supports`, `gives`), against what the node states."""

from __future__ import annotations

from collections.abc import Collection

from mea_kg.context import nearest
from mea_kg.nodes import Node
from mea_kg.trees import EntryFile


def check_support(node: Node, unbacked: Collection[str], entry: EntryFile) -> None:
    """Report each `supports` and `gives` that does not fit the node, and each key that no evidence backs.

    `unbacked` are the structural and editorial keys, which need no evidence.
    """
    if _has_unknown_key(node, entry):
        # What the node states is not known before that key is mended.
        return
    items = node.nested("evidence")
    for item in items:
        _check_supports(node, item, entry)
    _check_gives(node, items, entry)
    if items and all("supports" in item.places for item in items):
        backed = {key for item in items for key in [*item.texts("supports"), *_given(item)]}
        # A key that `supports` misspells is backed: that it is misspelt is said already.
        backed |= {near for name in backed - set(_stated(node)) for near in nearest(name, _stated(node), 1)}
        for key in node.values:
            if key not in unbacked and key not in backed and not _carries_evidence(node, key, unbacked):
                message = f"no evidence of {_name(node)} supports `{key}`"
                hint = f"Add {key} to `supports` of the evidence that states it, or add evidence."
                entry.reporter(node.name, key)(node.places[key], "unsupported", message, hint=hint)


def _has_unknown_key(node: Node, entry: EntryFile) -> bool:
    keys = {(place.file, place.line, place.column) for place in node.places.values()}
    return any(
        finding.rule == "unknown-key" and (finding.file, finding.line, finding.column) in keys
        for finding in entry.findings
    )


def _check_supports(node: Node, item: Node, entry: EntryFile) -> None:
    report = entry.reporter(node.name, "supports")
    stated = _stated(node)
    for value in item.values.get("supports", ()):
        if isinstance(value, Node) or entry.has_no_value(value.text, node.place):
            continue
        if value.text not in stated:
            near = nearest(value.text, stated)
            message = f"`supports` names `{value.text}`, which {_name(node)} does not state"
            hint = f"Did you mean `{near[0]}`?" if near else _what_it_states(node)
            report(value.place, "supports", message, found=value.text, hint=hint)


def _check_gives(node: Node, items: list[Node], entry: EntryFile) -> None:
    given: dict[str, set[str]] = {}
    for item in items:
        for key, texts in _given(item).items():
            given.setdefault(key, set()).update(texts)
            _check_given(node, item, key, entry)
    for key, texts_given in given.items():
        missing = [text for text in node.texts(key) if text not in texts_given]
        if missing:
            message = f"no evidence of {_name(node)} gives {' or '.join(missing)} for `{key}`"
            hint = "Where evidences say which value they give, together they give all values of the node."
            report = entry.reporter(node.name, key)
            report(node.places[key], "gives", message, found=", ".join(missing), hint=hint)


def _check_given(node: Node, item: Node, key: str, entry: EntryFile) -> None:
    stated = node.texts(key)
    for values in item.nested("gives"):
        if not stated and key in values.places:
            message = f"`gives` has `{key}`, which {_name(node)} does not state"
            report = entry.reporter(node.name, "gives")
            report(values.places[key], "gives", message, found=key, hint=_what_it_states(node))
            continue
        for value in values.values.get(key, ()):
            if not isinstance(value, Node) and value.text not in stated:
                message = f"`gives` has a value of `{key}` that {_name(node)} does not state"
                hint = f"Add it to `{key}` of the node, or correct it."
                report = entry.reporter(node.name, key)
                report(
                    value.place, "gives", message, found=value.text, expected=" or ".join(stated), hint=hint
                )


def _given(item: Node) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for values in item.nested("gives"):
        for key in values.values:
            given.setdefault(key, []).extend(values.texts(key))
    return given


def _stated(node: Node) -> list[str]:
    return [key for key in node.places if key not in ("id", "key")]


def _name(node: Node) -> str:
    return node.name or "the node"


def _what_it_states(node: Node) -> str:
    return f"It has {', '.join(node.values)}."


def _carries_evidence(node: Node, key: str, unbacked: Collection[str]) -> bool:
    """Whether a key holds nodes that have evidence of their own, or that only hold such nodes."""
    nested = node.nested(key)
    return bool(nested) and all(
        "evidence" in child.values
        or all(_carries_evidence(child, inner, unbacked) for inner in child.values if inner not in unbacked)
        for child in nested
    )
