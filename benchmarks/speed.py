"""How long a saved query takes from a cold start, and the same question through rdflib and owlrl.

Prints medians with minimum and maximum, and ratios of one run. Run: python benchmarks/speed.py [--runs 10]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

QUESTION = ["query", "who-cooperates-with", "WCO", "--format", "csv"]

PEER = """
from mea_kg import reasoning, resources
from mea_kg.graph import KnowledgeGraph
from mea_kg.saved_queries import find_query

graph = KnowledgeGraph.load(engine="owlrl")
union = find_query(resources.queries_folder(), "who-cooperates-with").without_graphs()
print(len(list(reasoning.rdflib_graph({quad.triple for quad in graph.store}).query(union))))
"""


def timed(command: list[str], runs: int) -> list[float]:
    """Seconds of each of `runs` fresh processes, after one that is not counted; a slow one needs no such first."""
    seconds = []
    for number in range(0 if runs > 1 else 1, runs + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if number:
            seconds.append(time.perf_counter() - start)
    return seconds


def row(name: str, seconds: list[float]) -> str:
    median = statistics.median(seconds)
    return f"{name:<44} {median:8.3f} {min(seconds):8.3f} {max(seconds):8.3f} {len(seconds):5}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    runs = parser.parse_args().runs
    ours = [sys.executable, "-m", "mea_kg"]
    cold = timed([*ours, *QUESTION], runs)
    build = timed([*ours, "build"], runs)
    validate = timed([*ours, "validate"], runs)
    reference = timed([*ours, "validate", "--engine", "pyshacl"], 1)
    peer = timed([sys.executable, "-c", PEER], 1)
    print(f"{'seconds':<44} {'median':>8} {'min':>8} {'max':>8} {'runs':>5}")
    print(row("who-cooperates-with WCO, cold start", cold))
    print(row("build", build))
    print(row("validate", validate))
    print(row("validate through pySHACL", reference))
    print(row("the same question through rdflib with owlrl", peer))
    print(f"ratio of the two medians: {statistics.median(peer) / statistics.median(cold):.0f}")


if __name__ == "__main__":
    main()
