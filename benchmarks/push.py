"""How long a large graph takes to a triple store: curl's PUT of the file, our upload, the switch, the comparison.

Starts servers of its own on loopback. The push runs in a process of its own,
whose peak memory is printed. Run: python benchmarks/push.py [--triples 1000000] [--servers oxigraph virtuoso]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from mea_kg.namespaces import AUTHORED
from mea_kg.remote.connecting import connected
from mea_kg.remote.contents import LocalGraph, content_of, written
from mea_kg.remote.credentials import Credentials
from mea_kg.remote.pushing import Pusher

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.servers.running import VIRTUOSO, RunningServer, oxigraph, virtuoso

BASE = "https://example.org/"


def invented(number: int) -> Iterator[Triple]:
    """So many triples in the proportions of decisions: types, links, labels, dates and numbers."""
    kinds = [NamedNode(f"{BASE}Class{i}") for i in range(20)]
    names = [NamedNode(f"{BASE}p{i}") for i in range(6)]
    is_a = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    integer = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    date = NamedNode("http://www.w3.org/2001/XMLSchema#date")
    for i in range(number // 5):
        node = NamedNode(f"{BASE}id/act/{i}")
        yield Triple(node, is_a, kinds[i % 20])
        yield Triple(node, names[0], NamedNode(f"{BASE}id/act/{i * 7 % (number // 5)}"))
        yield Triple(node, names[1], Literal(f"paragraph {i} requests the secretariat to do thing {i % 977}"))
        yield Triple(node, names[2], Literal(str(i % 5000), datatype=integer))
        yield Triple(node, names[3], Literal(f"20{i % 25:02}-0{i % 9 + 1}-1{i % 10}", datatype=date))


def measured_push(endpoint: str, kind: str, credentials: Credentials, file: Path) -> dict[str, Any]:
    """One push, in this process: the seconds of its steps and the peak memory in MB."""
    graph = LocalGraph(
        AUTHORED,
        file,
        content_of(LocalGraph(AUTHORED, file, content_of(())).triples()),
    )
    with connected(endpoint, credentials, kind, timeout=1800) as found:
        pushed = Pusher(found.addresses, found.service, found.store).push([graph])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": pushed.seconds, "peak": peak}


def by_curl(server: RunningServer, file: Path) -> float:
    """Seconds of curl's PUT of the file to a graph of its own."""
    with connected(server.endpoint, server.credentials, server.kind) as found:
        address = found.addresses.store
    login = (
        ["--digest", "--user", f"{server.credentials.user}:{server.credentials.password}"]
        if server.credentials
        else []
    )
    start = time.perf_counter()
    command = ["curl", "-sSf", *login, "-T", str(file), "-H", "Content-Type: application/n-triples"]
    subprocess.run([*command, f"{address}?graph=urn:curl"], check=True)
    return time.perf_counter() - start


def by_us(server: RunningServer, file: Path) -> dict[str, Any]:
    """One push, in a process of its own."""
    command = [sys.executable, __file__, "--push", str(file), server.endpoint, server.kind]
    done = subprocess.run(
        command,
        check=True,
        stdout=subprocess.PIPE,
        env={
            **os.environ,
            "MEA_KG_USER": server.credentials.user or "",
            "MEA_KG_PASSWORD": server.credentials.password or "",
        },
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--servers", nargs="+", default=["oxigraph", *(["virtuoso"] if VIRTUOSO else [])])
    parser.add_argument("--push", nargs=3, metavar=("FILE", "ENDPOINT", "KIND"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.push:
        file, endpoint, kind = arguments.push
        who = Credentials(os.environ["MEA_KG_USER"] or None, os.environ["MEA_KG_PASSWORD"] or None)
        print(json.dumps(measured_push(endpoint, kind, who, Path(file))))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "graph.nt")
        graph = written(AUTHORED, invented(arguments.triples), file)
        print(f"{graph.content.triples:,} triples, {file.stat().st_size / 1e6:.0f} MB of N-Triples")
        for name in arguments.servers:
            # A fresh server for each: what one has written would make the other quicker or slower.
            with _fresh(name, Path(folder, f"{name}-curl")) as server:
                curl = by_curl(server, file)
            with _fresh(name, Path(folder, f"{name}-ours")) as server:
                found = by_us(server, file)
            seconds: dict[str, float] = found["seconds"]
            steps = "  ".join(f"{step} {taken:.1f} s" for step, taken in seconds.items())
            print(
                f"{name}: curl {curl:.1f} s  {steps}  upload to curl {seconds['upload'] / curl:.2f}"
                f"  peak {found['peak']:.0f} MB",
                flush=True,
            )


def _fresh(name: str, place: Path) -> AbstractContextManager[RunningServer]:
    place.mkdir()
    # With few buffers Virtuoso never comes to the end of a PUT of half a million triples, ours or curl's.
    return virtuoso(place, buffers=170_000) if name == "virtuoso" else oxigraph(place)


if __name__ == "__main__":
    main()
