"""How the world compares with the curated graph: each class and each property of a class, a share of the triples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Triple

from mea_kg.namespaces import MEA, RDF

TYPE = RDF + "type"


@dataclass(frozen=True)
class Profile:
    """Counts of one graph: its triples, and those of each class and of each property of a class."""

    triples: int
    nodes: Mapping[str, int]
    facts: Mapping[tuple[str, str], int]


def profile(triples: Iterable[Triple]) -> Profile:
    """Count; a node of several classes counts for the first of them by name."""
    given = list(triples)
    classes: dict[NamedNode | BlankNode | Triple, str] = {}
    for triple in given:
        if triple.predicate.value == TYPE and isinstance(triple.object, NamedNode):
            name = triple.object.value.removeprefix(MEA)
            classes[triple.subject] = min(name, classes.get(triple.subject, name))
    facts = Counter((classes.get(triple.subject, ""), triple.predicate.value) for triple in given)
    return Profile(len(given), Counter(classes.values()), facts)


def missing(
    real: Profile, invented: Profile, left_out: Mapping[tuple[str, str], str]
) -> list[tuple[str, str]]:
    """The properties of classes that the real graph uses and the invented one does not, but for those left out."""
    return sorted(key for key in real.facts if key not in invented.facts and key not in left_out)


def table(real: Profile, invented: Profile) -> Iterator[str]:
    """A line for each class and each of its properties: triples per 10,000 here and there."""
    yield f"{'':56} {'real':>9} {'invented':>9}"
    for kind in sorted({**real.nodes, **invented.nodes}, key=lambda one: -real.nodes.get(one, 0)):
        yield _line(
            kind, real.nodes.get(kind, 0) / real.triples, invented.nodes.get(kind, 0) / invented.triples
        )
        for key in sorted(
            key for key in {**real.facts, **invented.facts} if key[0] == kind and key[1] != TYPE
        ):
            own = real.facts.get(key, 0) / real.triples, invented.facts.get(key, 0) / invented.triples
            yield _line("    " + key[1].removeprefix(MEA), *own)


def _line(name: str, real: float, invented: float) -> str:
    return f"{name:56} {real * 10_000:9.2f} {invented * 10_000:9.2f}"
