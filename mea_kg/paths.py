"""How two entities are connected: the shortest ways between them, each step with what states it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from pyoxigraph import Literal, NamedNode

from mea_kg.answers import scope_of
from mea_kg.errors import QueryError
from mea_kg.folding import EVIDENCE
from mea_kg.names import Entity, find_ends, find_entities, read_entities
from mea_kg.namespaces import XSD
from mea_kg.results import EVERYTHING, Answer, Term
from mea_kg.saved_queries import SOURCE_PARAMETER
from mea_kg.selecting import Queryable
from mea_kg.steps import COLUMNS, Links

MOST_STEPS = 6
MOST_PATHS = 5

_INTEGER = NamedNode(XSD + "integer")

Path = tuple[str, ...]
Levels = list[set[str]]


def path(
    store: Queryable,
    first: str,
    second: str,
    source: str | None = None,
    *,
    max_steps: int = MOST_STEPS,
    max_paths: int = MOST_PATHS,
    cooperation_only: bool = False,
) -> Answer:
    """The shortest paths between two entities: a row for each piece of evidence of each step.

    The name of a treaty stands for the treaty and for all who act under it; an id stands for that node alone.
    Paths that are as short are sorted by their names, and those above `max_paths` are counted in a remark.
    No row means that no path of at most `max_steps` steps is stated.
    Raises `UnknownName` or `AmbiguousName`, and `QueryError` where both names lead to one entity or a bound is
    below 1.
    """
    if max_steps < 1 or max_paths < 1:
        raise QueryError("a path has at least one step, and at least one path is shown", "give 1 or more")
    starts, ends = _apart(first, find_ends(store, first), second, find_ends(store, second))
    limit = find_entities(store, source, SOURCE_PARAMETER)[0] if source else None
    links = Links(store, limit.iri if limit else EVERYTHING, cooperation_only)
    levels = shortest(links, {end.iri for end in starts}, {end.iri for end in ends}, max_steps)
    edges = _edges(links, levels)
    labels = {entity.iri: entity.label for entity in read_entities(store, set().union(*levels))}
    found = sorted(_paths(levels, edges), key=lambda nodes: ([labels[node] for node in nodes], nodes))
    shown = found[:max_paths]
    kinds = ", by cooperation alone" if cooperation_only else ""
    begun = f"{_named(first, starts)} and {_named(second, ends)}"
    if not found:
        preface = f"{begun}: no connection of at most {_counted(max_steps, 'step')} is stated{kinds}."
    else:
        preface = f"{begun}: connected in {_counted(len(levels) - 1, 'step')}{kinds}."
    remarks = []
    if len(found) > len(shown):
        remarks.append(f"And {len(found) - len(shown)} more of the same length.")
    if len(levels) > 2:
        remarks.append(
            "Each step is stated by itself; what follows for the two ends is not: nothing is transitive."
        )
    return Answer(
        "How are two entities connected?",
        ("route", "path", "step", *COLUMNS),
        tuple(_rows(links, shown, labels, len(found))),
        scope_of(store, limit),
        key=("path", "step", "how", "direction", "via", "role"),
        hide=("path",),
        groups=("route",),
        preface=(preface,),
        remarks=tuple(remarks),
    )


def shortest(links: Links, starts: set[str], ends: set[str], max_steps: int) -> Levels:
    """The entities on the shortest paths, by their distance from the start; empty where there is no path.

    The search goes from both sides, and each time from the side with fewer entities to go on from.
    """
    fore, back = [set(starts)], [set(ends)]
    seen = {0: set(starts), 1: set(ends)}
    while not (met := fore[-1] & back[-1]):
        if len(fore) + len(back) - 2 >= max_steps or not fore[-1] or not back[-1]:
            return []
        side, reached = (0, fore) if len(fore[-1]) <= len(back[-1]) else (1, back)
        new = {other for _, other in links.neighbours(reached[-1])} - seen[side]
        seen[side] |= new
        reached.append(new)
    return [*_leading(links, fore, met), met, *reversed(_leading(links, back, met))]


def _leading(links: Links, levels: Levels, met: set[str]) -> Levels:
    """Of the levels before the last, those entities that lead to where both searches met."""
    kept = [met]
    for level in reversed(levels[:-1]):
        kept.append({other for _, other in links.neighbours(kept[-1])} & level)
    return kept[:0:-1]


def _edges(links: Links, levels: Levels) -> dict[str, list[str]]:
    edges: dict[str, list[str]] = {}
    for level, following in pairwise(levels):
        for node, other in sorted(links.neighbours(level)):
            if other in following:
                edges.setdefault(node, []).append(other)
    return edges


def _paths(levels: Levels, edges: dict[str, list[str]]) -> Iterator[Path]:
    pending: list[Path] = [(node,) for node in (levels[0] if levels else ())]
    while pending:
        nodes = pending.pop()
        if len(nodes) == len(levels):
            yield nodes
        else:
            pending += [(*nodes, other) for other in edges.get(nodes[-1], ())]


def _rows(
    links: Links, paths: Sequence[Path], labels: dict[str, str], number: int
) -> Iterator[tuple[Term | None, ...]]:
    stated: dict[tuple[str, ...], list[dict[str, Term | None]]] = {}
    for row in links.between({pair for nodes in paths for pair in pairwise(nodes)}):
        ends = tuple(term.value for term in (row["from"], row["to"]) if term is not None)
        stated.setdefault(ends, []).append(row)
    order = ("how", "direction", "viaLabel", "role", *EVIDENCE, "status")
    for position, nodes in enumerate(paths, 1):
        route = f"path {position} of {number}: {' - '.join(labels[node] for node in nodes)}"
        for step, pair in enumerate(pairwise(nodes), 1):
            for row in sorted(stated[pair], key=lambda row: [str(row[name] or "") for name in order]):
                begun = (Literal(route), Literal(str(position), datatype=_INTEGER))
                yield (*begun, Literal(str(step), datatype=_INTEGER), *(row[name] for name in COLUMNS))


def _apart(
    first: str, starts: tuple[Entity, ...], second: str, ends: tuple[Entity, ...]
) -> tuple[tuple[Entity, ...], tuple[Entity, ...]]:
    """The two ends without what they share: one of them may be an actor of the treaty that the other names."""
    only_first = tuple(entity for entity in starts if entity not in ends)
    only_second = tuple(entity for entity in ends if entity not in starts)
    if only_first and (only_second or len(ends) == 1):
        return only_first, only_second or ends
    if only_second and len(starts) == 1:
        return starts, only_second
    raise QueryError(f"{first!r} and {second!r} are the same: {starts[0]}", "name two")


def _named(text: str, entities: Sequence[Entity]) -> str:
    if len(entities) == 1:
        return entities[0].label
    more = f" and {len(entities) - 3} more" if len(entities) > 3 else ""
    return f"{text} ({', '.join(entity.label for entity in islice(entities, 3))}{more})"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
