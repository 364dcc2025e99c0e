"""Writes an invented world of treaties, decisions, partnerships and budgets, with mistakes where they are asked for.

The folder gets `authored.nt` (N-Triples, without the ontology and its concepts), `mistakes.csv` (what validation is to
find: node, path, rule, and what was done) and `examples.csv` (what to ask each saved query with parameters).
Run: python benchmarks/generate.py --triples 100000 --seed 0 --mistakes 0.001 --out FOLDER [--compare]
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.world.breaking import Breaker
from benchmarks.world.building import write_world
from benchmarks.world.examples import examples
from benchmarks.world.mistakes import mistakes


def generate(folder: Path, triples: int, seed: int = 0, share: float = 0.0) -> int:
    """Write a world of so many triples, or a few less, of which `share` are mistakes; returns how many triples."""
    folder.mkdir(parents=True, exist_ok=True)
    breaker = Breaker(mistakes(), 1 / share) if share else None
    with (folder / "authored.nt").open("w", encoding="utf-8", newline="\n") as stream:
        written = write_world(stream, triples, seed, breaker)
    injected = breaker.injected if breaker else []
    _write(folder / "mistakes.csv", ("node", "path", "rule", "kind"),
           ((one.node, one.path, one.rule, one.kind) for one in injected))  # fmt: skip
    _write(folder / "examples.csv", ("query", "parameter", "value"), examples())
    return written


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def _compare(folder: Path) -> None:
    from pyoxigraph import RdfFormat, parse

    from benchmarks.world.comparing import profile, table
    from mea_kg import resources
    from mea_kg.graph import KnowledgeGraph
    from mea_kg.ontology import read_ontology
    from mea_kg.stores import AUTHORED_GRAPH, triples_of

    ontology = set(read_ontology(resources.ontology_folder()))
    authored = triples_of(KnowledgeGraph.load().in_memory(), AUTHORED_GRAPH)
    real = profile(triple for triple in authored if triple not in ontology)
    invented = profile(quad.triple for quad in parse(path=folder / "authored.nt", format=RdfFormat.N_TRIPLES))
    print("Triples in 10,000:")
    print("\n".join(table(real, invented)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--triples", type=int, default=10_000, help="how many (default 10000, at least 6000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mistakes", type=float, default=0.0, help="mistakes as a share of the triples")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    parser.add_argument("--compare", action="store_true", help="print the shares of the curated graph beside")
    arguments = parser.parse_args()
    written = generate(arguments.out, arguments.triples, arguments.seed, arguments.mistakes)
    print(f"{written} triples in {arguments.out / 'authored.nt'}")
    if arguments.compare:
        _compare(arguments.out)


if __name__ == "__main__":
    main()
