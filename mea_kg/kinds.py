"""The kind of an identifier, its first part: one that the ontology gives to the node's class (`mea:idKind`)."""

from __future__ import annotations

from collections.abc import Iterable

from mea_kg.context import Context, nearest
from mea_kg.nodes import Node
from mea_kg.trees import EntryFile
from mea_kg.vocabulary import Vocabulary

_RULE = "id-kind"


def check_kinds(
    entry: EntryFile, top: Iterable[Node], nodes: Iterable[Node], context: Context, vocabulary: Vocabulary
) -> None:
    """Report each written id of an unknown kind, and each id of a node in `top` of the kind of another class.

    `nodes` are those in `top` and all nested ones. An ontology that gives no kinds allows all.
    """
    known = vocabulary.kinds()
    if not known:
        return
    outer = {id(node) for node in top}
    for node in nodes:
        if node.identifier is None or "id" not in node.places:
            continue
        kind = node.identifier.kind
        own = _kinds_of(node, context, vocabulary)
        if kind not in known:
            message = f"unknown kind of identifier: {kind}"
        elif id(node) in outer and own and kind not in own:
            message = f"a node of type {', '.join(node.classes)} has no identifier of the kind {kind}"
        else:
            continue
        near = sorted(own) or nearest(kind, known)
        if near:
            hint = "Write " + " or ".join(f"{other}/{node.identifier.name}" for other in near) + "."
        else:
            hint = "Use one of those; the ontology gives each class its kinds (mea:idKind)."
        report = entry.reporter(node.name, "id")
        expected = ", ".join(near or known)
        report(node.places["id"], _RULE, message, found=kind, expected=f"the kind {expected}", hint=hint)


def _kinds_of(node: Node, context: Context, vocabulary: Vocabulary) -> set[str]:
    classes = (context.classes.get(name) for name in node.classes)
    return {kind for iri in classes if iri for kind in vocabulary.kinds(iri)}
