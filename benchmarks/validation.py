"""How long validation of the curated graph takes: our engine, and pySHACL with the same shapes and data.

The reports are compared result by result, also on the graph with mistakes put in at random; where they differ,
the differences are printed and the exit status is 1. pySHACL takes minutes, since rdflib parses the query of a
constraint again for each node. The column "parsed once" is pySHACL with each query parsed once, which is
the lower bound of what its users could get; on a graph with mistakes it is the only one. Seconds are those of
processors, all together (our engine uses two at a time), so that other work counts little; of one run.
Run: python benchmarks/validation.py [--toy] [--mistakes 400] [--seed 0]
"""

from __future__ import annotations

import argparse
import logging
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, TypeVar

from pyoxigraph import Store, Triple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mea_kg import resources  # noqa: E402
from mea_kg.building import build  # noqa: E402
from mea_kg.ontology import read_turtle  # noqa: E402
from mea_kg.rdflib_bridge import as_rdflib  # noqa: E402
from mea_kg.reasoning import triples_of as triples_of_rdflib  # noqa: E402
from mea_kg.shacl import compile_shapes, validate  # noqa: E402
from mea_kg.shapes import authored_modules, whole_modules  # noqa: E402
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store, triples_of  # noqa: E402
from tests.shacl_mistakes import mistaken  # noqa: E402
from tests.shacl_oracle import Key, key, report_keys  # noqa: E402

if TYPE_CHECKING:
    from rdflib import Graph

T = TypeVar("T")
TOY = ROOT / "tests" / "toy" / "data"
COLD = """
from mea_kg import resources
from mea_kg.graph import KnowledgeGraph
from mea_kg.ontology import read_turtle
from mea_kg.shacl import compile_shapes, validate
from mea_kg.shapes import authored_modules, whole_modules
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH

store = KnowledgeGraph.load().in_memory()
shapes = resources.shapes_folder()
for modules, graphs in (
    (authored_modules(shapes), [AUTHORED_GRAPH]),
    (whole_modules(shapes), [AUTHORED_GRAPH, INFERRED_GRAPH]),
):
    compiled = compile_shapes(triple for path in modules for triple in read_turtle(path))
    assert not compiled.refused, compiled.refused
    validate(store, graphs, compiled)
"""


def timed(work: Callable[[], T], clock: Callable[[], float] = time.process_time) -> tuple[float, T]:
    """Seconds of all processors by the clock, and what came of the work."""
    start = clock()
    result = work()
    return clock() - start, result


def of_pyshacl(
    triples: Sequence[Triple], shapes: Sequence[Triple], parsed_once: bool
) -> tuple[float, set[Key]]:
    """Seconds that pySHACL takes, and its results; reading the graphs is not counted."""
    import pyshacl
    from rdflib import Graph

    data: Graph = as_rdflib(triples)
    if not parsed_once:
        plain = Graph()
        for triple in data:
            plain.add(triple)
        data = plain
    rules = as_rdflib(shapes)
    seconds, (_, report, _) = timed(
        lambda: pyshacl.validate(data, shacl_graph=rules, inference="none", inplace=True)
    )
    assert isinstance(report, Graph), report
    return seconds, report_keys(triples_of_rdflib(report), shapes)


def of_ours(store: Store, shapes: Sequence[Triple]) -> tuple[float, float, set[Key]]:
    """Seconds that compiling the shapes takes, and validation (the median of five); and the results."""
    compiling, compiled = timed(lambda: compile_shapes(shapes))
    assert not compiled.refused, compiled.refused
    runs = [timed(lambda: validate(store, [AUTHORED_GRAPH], compiled)) for _ in range(5)]
    return compiling, statistics.median(seconds for seconds, _ in runs), {key(one) for one in runs[0][1]}


def is_equal(name: str, found: set[Key], expected: set[Key]) -> bool:
    """Whether two reports are the same; prints in what they differ."""
    for whose, differing in (("we", found - expected), ("pySHACL", expected - found)):
        for result in sorted(differing):
            print(f"{name}: only {whose}: {' '.join(result)}", file=sys.stderr)
    return found == expected


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--toy", action="store_true", help="the invented world of the tests, which is smaller"
    )
    parser.add_argument("--mistakes", type=int, default=400, help="how many are put in (default: 400)")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    # rdflib speaks of each literal that is not of its datatype; so do the shapes.
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")
    world = build(TOY if arguments.toy else resources.data_folder(), resources.ontology_folder()).store
    folder = resources.shapes_folder()
    equal = True
    print(
        f"{'graph':<9} {'mistakes':>8} {'triples':>8} {'results':>8} {'compiling':>10} {'ours':>9}"
        f" {'pySHACL':>9} {'ratio':>6} {'parsed once':>12} {'ratio':>6}"
    )
    for name, modules, graphs in (
        ("authored", authored_modules(folder), [AUTHORED_GRAPH]),
        ("whole", whole_modules(folder), [AUTHORED_GRAPH, INFERRED_GRAPH]),
    ):
        shapes = [triple for path in modules for triple in read_turtle(path)]
        curated = sorted({triple for graph in graphs for triple in triples_of(world, graph)}, key=str)
        for mistakes in (0, arguments.mistakes):
            triples = (
                mistaken(curated, Random(arguments.seed), mistakes, for_rdflib=True) if mistakes else curated
            )
            store = new_store(in_graph(triples, AUTHORED_GRAPH))
            compiling, seconds, found = of_ours(store, shapes)
            once, expected = of_pyshacl(triples, shapes, parsed_once=True)
            equal &= is_equal(f"{name}, {mistakes} mistakes", found, expected)
            row = f"{name:<9} {mistakes:>8} {len(triples):>8} {len(found):>8}"
            first, plain = f"{'':>10}", f"{'':>9} {'':>6}"
            if not mistakes:
                slow, expected = of_pyshacl(triples, shapes, parsed_once=False)
                equal &= is_equal(f"{name}, not parsed once", found, expected)
                first, plain = f"{compiling:>9.3f}s", f"{slow:>8.1f}s {slow / seconds:>6.0f}"
            print(f"{row} {first} {seconds:>8.3f}s {plain} {once:>11.1f}s {once / seconds:>6.0f}", flush=True)
    if not arguments.toy:
        cold = [
            timed(lambda: subprocess.run([sys.executable, "-c", COLD], check=True), time.perf_counter)[0]
            for _ in range(4)
        ]
        print(
            f"both graphs from a cold start: {statistics.median(cold[1:]):.2f} s by the wall clock (median of 3)"
        )
    if not equal:
        sys.exit("the reports differ")
    print("the reports are equal, result by result")


if __name__ == "__main__":
    main()
