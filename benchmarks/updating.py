"""How long one changed entry takes until closure, rules and validation are up to date, by kind of change.

Makes a world, builds it, and changes it so many times for each kind, there and back again. Prints seconds and
processor seconds (median and worst), with what the first look at the graph took and the memory.
Run: python benchmarks/updating.py [--triples 100000] [--changes 5] [--built FILE.nq]
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pyoxigraph import RdfFormat, Store

from benchmarks.generate import generate
from benchmarks.scaling.changing import ANY, KINDS, changes
from mea_kg import reasoning, resources, rules
from mea_kg.axioms import compile_axioms
from mea_kg.ontology import read_ontology
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store
from mea_kg.updating import LiveGraph


def build(triples: int) -> Store:
    """A world of so many triples with the ontology, closed and derived."""
    ontology = resources.ontology_folder()
    terms = read_ontology(ontology)
    store = new_store(in_graph(terms, AUTHORED_GRAPH))
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), triples)
        store.bulk_load(
            path=str(Path(folder, "authored.nt")), format=RdfFormat.N_TRIPLES, to_graph=AUTHORED_GRAPH
        )
    reasoning.close(store, [AUTHORED_GRAPH], INFERRED_GRAPH, compile_axioms(terms))
    rules.apply_rules(store, rules.load_rules(ontology / "rules"), [AUTHORED_GRAPH], INFERRED_GRAPH)
    return store


def built(path: Path) -> Store:
    """A built world from a file of N-Quads."""
    store = new_store()
    store.bulk_load(path=str(path), format=RdfFormat.N_QUADS)
    return store


def measure(live: LiveGraph, number: int, kinds: str) -> dict[str, list[tuple[float, float]]]:
    """Of each kind of change the seconds and processor seconds of each that was made."""
    found: dict[str, list[tuple[float, float]]] = {}
    for one in changes(live.store, number, kinds=(*KINDS, *ANY)):
        if kinds and kinds not in one.kind:
            continue
        start, start_work = time.perf_counter(), time.process_time()
        live.update(one.added, one.removed)
        taken = time.perf_counter() - start, time.process_time() - start_work
        found.setdefault(one.kind, []).append(taken)
    return found


def memory() -> float:
    """The present memory of this process in MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--changes", type=int, default=5, help="changes of each kind (default 5)")
    parser.add_argument("--kind", default="", help="only the kinds whose name has this in it")
    parser.add_argument("--built", type=Path, metavar="FILE.nq", help="a built world instead of a new one")
    arguments = parser.parse_args()
    store = built(arguments.built) if arguments.built else build(arguments.triples)
    before, start, work = memory(), time.perf_counter(), time.process_time()
    live = LiveGraph.of(store, resources.ontology_folder(), resources.shapes_folder())
    print(
        f"{len(store):,} triples, {before:.0f} MiB; the first look {time.perf_counter() - start:.1f} s "
        f"({time.process_time() - work:.1f} s of processor), {memory():.0f} MiB"
    )
    print(f"{'':<24} {'changes':>8} {'median s':>9} {'worst s':>9} {'processor':>10} {'worst':>9}")
    for kind, taken in measure(live, arguments.changes, arguments.kind).items():
        figures = [f(column) for column in zip(*taken, strict=True) for f in (statistics.median, max)]
        print(f"{kind:<24} {len(taken):8} " + " ".join(f"{figure:9.3f}" for figure in figures), flush=True)
    print(f"afterwards {memory():.0f} MiB")


if __name__ == "__main__":
    main()
