"""What an engine did: named steps with seconds, and digests by which the results of engines are compared."""

from __future__ import annotations

import csv
import hashlib
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from mea_kg import reasoning, resources
from mea_kg.namespaces import ELI, ID, MEA, ORG, PROV, XSD
from mea_kg.saved_queries import list_queries

T = TypeVar("T")
PIPELINE_AT_ONCE = "pipeline with a store on disk"
"""The step of all that makes a checked graph of a file, from its reading to the store that is opened."""
MISTAKES = "mistakes"
"""The step that counts what was put into the world; in the place of a digest it has what of that was found."""
WARM_BELOW = 1.0
"""A query that takes fewer seconds is asked three times more, and the median of these counts."""


@dataclass(frozen=True)
class Step:
    """A step with its seconds, how much it found, and the digest of that; an empty digest is not compared."""

    name: str
    seconds: float
    count: int
    digest: str = ""


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds, and what the work returned."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def digest(items: Iterable[str]) -> str:
    """The digest of a set of texts."""
    return hashlib.sha256("\n".join(sorted(set(items))).encode()).hexdigest()[:16]


def closure_step(seconds: float, triples: Iterable[Triple]) -> Step:
    """The closure: what two engines must agree on is between IRIs, in the namespaces of the axioms."""
    found = {
        str(triple)
        for triple in reasoning.comparable(triples, MEA, ORG, ELI, PROV)
        if str(triple.subject).startswith(f"<{ID}")
    }
    return Step("closure", seconds, len(found), digest(found))


def report_step(name: str, seconds: float, results: Iterable[tuple[str, str]]) -> Step:
    """A report: shape and node of each result."""
    found = {f"{shape.strip('<>')} {node.strip('<>')}" for shape, node in results}
    return Step(name, seconds, len(found), digest(found))


def query_steps(
    ask: Callable[[str], Sequence[Sequence[T]]],
    written: Callable[[T], str],
    queries: Iterable[tuple[str, str]],
) -> Iterator[Step]:
    """Ask each query; `ask` returns its rows, all of them read, and `written` is how a term of theirs is compared."""
    for name, text in queries:
        seconds, rows = timed(lambda text=text: ask(text))  # type: ignore[misc]
        if seconds < WARM_BELOW:
            seconds = statistics.median(timed(lambda text=text: ask(text))[0] for _ in range(3))  # type: ignore[misc]
        found = {"\t".join(map(written, row)) for row in rows}
        yield Step(f"query {name}", seconds, len(found), digest(found))


def cell(value: object, datatype: str) -> str:
    """A value of a row as a text that two engines write alike."""
    text = "" if value is None else str(value)
    if datatype in (XSD + "decimal", XSD + "integer"):
        with suppress(InvalidOperation):
            return f"{Decimal(text).normalize():f}"
    return text


def queries_for(folder: Path, with_graphs: bool) -> list[tuple[str, str]]:
    """The saved queries, bound to the examples of the world; for an engine with one graph without FROM."""
    with (folder / "examples.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    bound = []
    for query in list_queries(resources.queries_folder()):
        terms: dict[str, list[NamedNode | Literal]] = {}
        for row in rows:
            if row["query"] == query.name:
                is_iri = row["value"].startswith("http")
                term = (
                    NamedNode(row["value"])
                    if is_iri
                    else Literal(row["value"], datatype=NamedNode(XSD + "date"))
                )
                terms.setdefault(row["parameter"], []).append(term)
        text = query.bound(terms)
        if not with_graphs:
            text = "\n".join(line for line in text.splitlines() if not line.startswith("FROM "))
        bound.append((query.name, text))
    return bound


def read(path: Path) -> Iterator[Triple]:
    """The triples of a file of N-Triples."""
    return (quad.triple for quad in parse(path=str(path), format=RdfFormat.N_TRIPLES))


def mistakes_step(folder: Path, results: Iterable[tuple[str, str]]) -> Step:
    """Whether the results, shape and node of each, are the mistakes that were put into the world, and nothing else."""
    with (folder / "mistakes.csv").open(encoding="utf-8", newline="") as stream:
        injected = {(row["rule"], row["node"]) for row in csv.DictReader(stream)}
    found = {(shape.strip("<>").rpartition("#")[2], node.strip("<>")) for shape, node in results}
    missed, beyond = len(injected - found), len(found - injected)
    exact = "all and nothing else" if not missed and not beyond else f"{missed} missed, {beyond} beyond"
    return Step(MISTAKES, 0.0, len(injected), exact)
