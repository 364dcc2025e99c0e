"""How long validation of the curated graph takes: our engine, and pySHACL with the same shapes and data.

Prints seconds and their ratio, of one run. pySHACL takes minutes. Run: python benchmarks/validation.py [--toy]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from pyoxigraph import NamedNode, Store, Triple

from mea_kg import resources
from mea_kg.building import build
from mea_kg.ontology import read_turtle
from mea_kg.rdflib_bridge import as_rdflib
from mea_kg.shacl import compile_shapes, validate
from mea_kg.shapes import authored_modules, whole_modules
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, triples_of

T = TypeVar("T")
TOY = Path(__file__).resolve().parent.parent / "tests" / "toy" / "data"
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


def timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def of_pyshacl(triples: list[Triple], shapes: list[Triple]) -> tuple[float, int]:
    """Seconds that pySHACL itself takes, and the number of its results; reading is not counted."""
    import pyshacl
    from rdflib.namespace import SH

    data, rules = as_rdflib(triples), as_rdflib(shapes)
    seconds, (_, report, _) = timed(
        lambda: pyshacl.validate(data, shacl_graph=rules, inference="none", inplace=True)
    )
    return seconds, len(list(report.objects(None, SH.result)))


def of_ours(store: Store, graphs: Sequence[NamedNode], shapes: list[Triple]) -> tuple[float, float, int]:
    """Seconds that compiling the shapes takes, and validation; and the number of results."""
    compiling, compiled = timed(lambda: compile_shapes(shapes))
    assert not compiled.refused, compiled.refused
    runs = [timed(lambda: validate(store, graphs, compiled)) for _ in range(5)]
    return compiling, statistics.median(seconds for seconds, _ in runs), len(runs[0][1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--toy", action="store_true", help="the invented world of the tests, which is smaller"
    )
    toy = parser.parse_args().toy
    store = build(TOY if toy else resources.data_folder(), resources.ontology_folder()).store
    folder = resources.shapes_folder()
    ours = compiling = peer = 0.0
    print(f"{'graph':<12} {'triples':>8} {'results':>8} {'compiled':>9} {'ours':>8} {'pySHACL':>9}")
    for name, modules, graphs in (
        ("authored", authored_modules(folder), [AUTHORED_GRAPH]),
        ("whole", whole_modules(folder), [AUTHORED_GRAPH, INFERRED_GRAPH]),
    ):
        shapes = [triple for path in modules for triple in read_turtle(path)]
        triples = [triple for graph in graphs for triple in triples_of(store, graph)]
        first, seconds, found = of_ours(store, graphs, shapes)
        slow, expected = of_pyshacl(triples, shapes)
        assert found == expected, f"{found} results, and pySHACL has {expected}"
        print(f"{name:<12} {len(triples):>8} {found:>8} {first:>8.3f}s {seconds:>7.3f}s {slow:>8.2f}s")
        compiling, ours, peer = compiling + first, ours + seconds, peer + slow
    print(
        f"ratio: {peer / ours:.0f} without the compiling of shapes, {peer / (ours + compiling):.0f} with it"
    )
    if not toy:
        cold = [timed(lambda: subprocess.run([sys.executable, "-c", COLD], check=True))[0] for _ in range(4)]
        print(f"whole graph from a cold start: {statistics.median(cold[1:]):.2f} s (median of 3)")


if __name__ == "__main__":
    main()
