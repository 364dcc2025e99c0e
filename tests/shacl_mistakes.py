"""A graph with many mistakes at once, so that two engines have much to agree on."""

from __future__ import annotations

import random
from collections.abc import Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from mea_kg.namespaces import ID, MEA, RDF, XSD


def mistaken(
    data: Sequence[Triple], dice: random.Random, count: int, for_rdflib: bool = False
) -> list[Triple]:
    """The graph with so many mistakes: statements lost, doubled, of another value, property, class or subject.

    Those `for_rdflib` have no blank nodes, which no export has, and no literals that are false in Python (an empty
    text, a boolean that is none): rdflib follows a path from one as if from everything.
    """
    graph = dict.fromkeys(data)
    stated = [t for t in data if str(t.subject).startswith(f"<{ID}")]
    classes = [t.object for t in stated if t.predicate.value == RDF + "type"]
    kinds = ["lost", "value", "more", "property", "class", "subject", "text", "literal", "blank"]
    texts = ["", " x", "the Secretariat", "<b>x</b>", "x" * 600]
    datatypes = ["date", "decimal", "boolean", "gYear"]
    if for_rdflib:
        kinds, texts, datatypes = kinds[:-1], texts[1:], ["date", "decimal", "gYear"]
    for triple in dice.sample(stated, count):
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        other = dice.choice(stated)
        kind = dice.choice(kinds)
        if kind != "more":
            graph.pop(triple, None)
        if kind in ("value", "more"):
            value = other.object
        elif kind == "property":
            predicate = dice.choice([other.predicate, NamedNode(MEA + "unknown")])
        elif kind == "class":
            predicate, value = NamedNode(RDF + "type"), dice.choice(classes)
        elif kind == "subject":
            subject = other.subject
        elif kind == "text":
            value = Literal(dice.choice(texts), language="en")
        elif kind == "literal":
            datatype = dice.choice(datatypes)
            value = Literal(
                dice.choice(["x", "2005-02-30", "-5", "2005"]), datatype=NamedNode(XSD + datatype)
            )
        elif kind == "blank":
            value = BlankNode("nobody")
        if kind != "lost":
            graph[Triple(subject, predicate, value)] = None
    return list(graph)
