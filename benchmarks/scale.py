"""Our pipeline and the peers that a user would pick, side by side, on invented worlds of growing size.

Each engine runs in a process of its own; rounds alternate between the engines, so that what else the machine does
falls on all, and a peer whose process takes more than half a minute has one round. A peer has a limit of time: where
it ended at the limit, or would by its times so far, it is not tried at a larger size: what it would take follows from
its own exponent, and is marked. Writes `scale.csv`, `scale.md` and `scale.png`.
Run: python benchmarks/scale.py --sizes 10k,100k [--runs 3] [--limit 600] [--engines "ours; rdflib"] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.generate import generate  # noqa: E402
from benchmarks.scaling.engines import ENGINES, IN_MEMORY, ON_DISK  # noqa: E402
from benchmarks.scaling.running import PROCESS, Measured, run_engine, usable  # noqa: E402
from benchmarks.scaling.summary import OURS, Summary  # noqa: E402
from benchmarks.scaling.writing import write_csv, write_markdown, write_plot  # noqa: E402
from mea_kg import resources  # noqa: E402
from mea_kg.ontology import read_ontology, read_turtle  # noqa: E402
from mea_kg.shapes import authored_modules, whole_modules  # noqa: E402

UNITS = {"k": 1_000, "M": 1_000_000}
ONCE = 30.0
"""Seconds: a peer whose process takes longer has one round, and so have our engines above `IN_MEMORY` triples."""
OWN_LIMIT = 3600.0
"""Seconds that our own engines have."""
SHARE = 0.001
"""Mistakes in the worlds, as a share of their triples: a report that is empty would compare nothing."""


def size(text: str) -> int:
    """A number of triples.

    >>> size("10k"), size("1M"), size("2500")
    (10000, 1000000, 2500)
    """
    return int(text[:-1]) * UNITS[text[-1]] if text[-1:] in UNITS else int(text)


def prepare(folder: Path, triples: int) -> None:
    """Write a world, the ontology with it, and the shapes, for all engines to read."""
    generate(folder, triples, seed=0, share=SHARE)
    _write(folder / "stated.nt", read_ontology(resources.ontology_folder()))
    with (folder / "stated.nt").open("ab") as stated, (folder / "authored.nt").open("rb") as authored:
        while block := authored.read(1 << 20):
            stated.write(block)
    # N-Triples are Turtle.
    (folder / "stated.ttl").unlink(missing_ok=True)
    (folder / "stated.ttl").symlink_to("stated.nt")
    shapes = resources.shapes_folder()
    for which, modules in (("authored", authored_modules(shapes)), ("whole", whole_modules(shapes))):
        _write(folder / f"shapes-{which}.nt", (triple for path in modules for triple in read_turtle(path)))


def _write(path: Path, triples: Iterable[object]) -> None:
    path.write_text("".join(f"{triple} .\n" for triple in dict.fromkeys(triples)), encoding="utf-8")


def measure(
    sizes: Iterable[int], engines: list[str], runs: int, limit: float, folder: Path
) -> Iterator[Measured]:
    """Run all engines at all sizes, size by size and round by round; `limit` is for the peers."""
    given_up: set[str] = set()
    taken: dict[str, tuple[int, float]] = {}
    for triples in sorted(sizes):
        world = folder / str(triples)
        prepare(world, triples)
        for run in range(runs):
            for engine in engines:
                is_own = engine.startswith(OURS)
                if engine in given_up or (triples > IN_MEMORY and engine not in ON_DISK):
                    continue
                before, seconds = taken.get(engine, (triples, 0.0))
                if run and seconds > ONCE and not (is_own and triples <= IN_MEMORY):
                    continue
                if not is_own and seconds * triples / before > limit:
                    given_up.add(engine)
                    continue
                # What others have written is not to be counted.
                os.sync()
                for one in run_engine(engine, world, triples, run, OWN_LIMIT if is_own else limit):
                    if one.step == PROCESS:
                        taken[engine] = triples, one.seconds
                        print(
                            f"{triples:>10,} {engine:<26} {one.seconds:8.2f} s {one.peak:6.0f} MiB {one.ended}"
                        )
                        if one.ended and engine != OURS:
                            given_up.add(engine)
                    yield one


def chosen(text: str) -> list[str]:
    """The engines that a text names, in the order in which they run; raises `SystemExit` for an unknown one.

    >>> chosen("rdflib; ours, in columns")
    ['ours, in columns', 'rdflib']
    """
    named = {name.strip() for name in text.split(";")}
    if unknown := sorted(named - set(ENGINES)):
        raise SystemExit(
            f"no engine {unknown[0]!r}; these are there, with ; between them: {'; '.join(ENGINES)}"
        )
    return [name for name in ENGINES if name in named]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="5k,10k", help="for instance 5k,10k,100k,1M,10M")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--limit", type=float, default=600.0, help="seconds that a process of a peer may take"
    )
    parser.add_argument(
        "--engines", default=";".join(ENGINES), help=f"with ; between them, of: {'; '.join(ENGINES)}"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    parser.add_argument("--worlds", type=Path, help="where the worlds are made (default: a temporary folder)")
    arguments = parser.parse_args()
    wanted = chosen(arguments.engines)
    engines, absent = usable(wanted)
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.worlds or Path(temporary)
        sizes = [size(text) for text in arguments.sizes.split(",")]
        measured: list[Measured] = []
        for one in measure(sizes, engines, arguments.runs, arguments.limit, folder):
            measured.append(one)
            # What there is by now is kept, should the rest be interrupted.
            if one.step == PROCESS and one.engine == engines[-1]:
                write(arguments.out, Summary(measured), absent)
        write(arguments.out, Summary(measured), absent)
    print(f"written to {arguments.out}")


def write(folder: Path, summary: Summary, absent: Mapping[str, str]) -> None:
    """Write the three files of results."""
    write_csv(folder / "scale.csv", summary)
    write_markdown(folder / "scale.md", summary, absent)
    write_plot(folder / "scale.png", summary)


if __name__ == "__main__":
    main()
