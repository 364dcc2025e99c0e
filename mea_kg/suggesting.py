"""What may have been meant: the nodes of the expected classes that are nearest to a wrong value."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Store

from mea_kg.context import nearest
from mea_kg.namespaces import ID, RDF, RDFS, SKOS

MAX = 3
_TYPE, _BELOW = NamedNode(RDF + "type"), NamedNode(RDFS + "subClassOf")
_LABEL = NamedNode(SKOS + "prefLabel")


def nodes_meant(store: Store, classes: Iterable[str], wrong: NamedNode) -> list[NamedNode]:
    """Nodes of these classes or below that `wrong` may stand for, the likeliest first, at most three.

    First those of the same name after the kind, then those that say something of it or it of them (a secretariat
    of the treaty that it services), else those with a label like its own.
    """
    allowed = _members(store, classes) - {wrong}
    linked: set[object] = {quad.subject for quad in store.quads_for_pattern(None, None, wrong, None)}
    linked |= {quad.object for quad in store.quads_for_pattern(wrong, None, None, None)}
    name = wrong.value.rpartition("/")[2]
    in_order = sorted(allowed, key=lambda node: node.value)
    found = [node for node in in_order if node.value.endswith("/" + name)]
    found += [node for node in in_order if node in linked]
    if not found:
        by_label = {label: node for node in allowed for label in _labels(store, node)}
        for own in _labels(store, wrong):
            found += [by_label[label] for label in nearest(own, sorted(by_label), MAX, 0.7)]
    return list(dict.fromkeys(found))[:MAX]


def _members(store: Store, classes: Iterable[str]) -> set[NamedNode]:
    reached = {NamedNode(iri) for iri in classes}
    waiting = list(reached)
    while waiting:
        for quad in store.quads_for_pattern(None, _BELOW, waiting.pop(), None):
            if isinstance(quad.subject, NamedNode) and quad.subject not in reached:
                reached.add(quad.subject)
                waiting.append(quad.subject)
    quads = (quad for kind in reached for quad in store.quads_for_pattern(None, _TYPE, kind, None))
    subjects = {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}
    return {node for node in subjects if node.value.startswith(ID)}


def _labels(store: Store, node: NamedNode) -> list[str]:
    quads = store.quads_for_pattern(node, _LABEL, None, None)
    return sorted(quad.object.value for quad in quads if isinstance(quad.object, Literal))
