"""The pipeline for graphs beyond memory: load, close, derive, validate, write, and a store on disk beside it."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.synchronize import Event as _Event
from pathlib import Path
from typing import TypeVar

from pyoxigraph import RdfFormat, Triple

from mea_kg import rules
from mea_kg.axioms import compile_axioms
from mea_kg.columnar import embedded
from mea_kg.columnar.asking import construct
from mea_kg.columnar.closing import close
from mea_kg.columnar.database import AUTHORED, INFERRED, Database
from mea_kg.columnar.kinds import BLANK
from mea_kg.columnar.loading import load
from mea_kg.columnar.output import write
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.validating import HandedOn, validate
from mea_kg.errors import InputError
from mea_kg.ontology import read_ontology, read_turtle
from mea_kg.shacl import compile_shapes
from mea_kg.shacl.results import Result
from mea_kg.shapes import authored_modules, whole_modules
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, new_store_on_disk

_BOTH = (AUTHORED, INFERRED)
_T = TypeVar("_T")


@dataclass(frozen=True)
class Outcome:
    """What the pipeline did.

    `seconds` are those of each step; `untranslated` are queries of shapes to be asked of the embedded store.
    """

    authored: int
    closure: int
    derived: Mapping[str, int]
    results: tuple[Result, ...]
    handed_on: tuple[HandedOn, ...]
    inferred_file: Path
    store: Path | None
    seconds: Mapping[str, float]


def pipeline(
    files: Sequence[Path],
    ontology: Path,
    shapes: Path,
    folder: Path,
    memory: str = "2GB",
    with_store: bool = True,
    rules_folder: Path | None = None,
) -> Outcome:
    """Build a graph from N-Triples files and an ontology's folder in a new folder, and validate it.

    Writes `inferred.nt` there, sorted, and with `with_store` a store on disk in `store`, which a second process
    fills at the same time. `memory` is the limit of the database. Raises `InputError`, `OntologyError`, `QueryError`.
    """
    folder.mkdir(parents=True)
    terms = read_ontology(ontology)
    axioms = compile_axioms(terms)
    seconds: dict[str, float] = {}
    inferred, store = folder / "inferred.nt", folder / "store"
    filling = _Filling(store, files, terms, inferred) if with_store else None
    database = Database(folder / "columns.duckdb", memory)
    try:
        authored = _timed(seconds, "load", lambda: _load(database, files, terms))
        if any(BLANK in kinds for kinds in database.all_kinds([AUTHORED])):
            raise InputError("the files have blank nodes", "give each node an IRI")
        closure = _timed(seconds, "closure", lambda: close(database, axioms))
        derived = _timed(seconds, "rules", lambda: _derive(database, rules_folder or ontology / "rules"))
        _timed(seconds, "write", lambda: write(database, INFERRED, inferred))
        if filling:
            filling.go_on()
        checked = _timed(seconds, "validation of the authored graph", lambda: _check(database, shapes, False))
        whole = _timed(seconds, "validation of the whole graph", lambda: _check(database, shapes, True))
    except BaseException:
        if filling:
            filling.stop()
        raise
    finally:
        database.close()
    if filling:
        _timed(seconds, "wait for the store", filling.finish)
    results = sorted({*checked[0], *whole[0]}, key=lambda result: result.sort_key)
    return Outcome(
        authored,
        closure,
        derived,
        tuple(results),
        (*checked[1], *whole[1]),
        inferred,
        store if with_store else None,
        seconds,
    )


def _timed(seconds: dict[str, float], step: str, work: Callable[[], _T]) -> _T:
    start = time.perf_counter()
    done = work()
    seconds[step] = time.perf_counter() - start
    return done


def _load(database: Database, files: Sequence[Path], terms: Iterable[Triple]) -> int:
    with database.at_once():
        return load(database, files, terms)


def _derive(database: Database, folder: Path) -> dict[str, int]:
    derived = {}
    for rule in rules.load_rules(folder):
        # Tables of which nothing is committed have no statistics, and joins are done in a bad order.
        try:
            derived[rule.name] = construct(database, rule.text, _BOTH)
        except NotTranslatedError:
            derived[rule.name] = embedded.construct(database, rule.text, _BOTH)
    return derived


def _check(database: Database, shapes: Path, whole: bool) -> tuple[list[Result], list[HandedOn]]:
    modules = whole_modules(shapes) if whole else authored_modules(shapes)
    compiled = compile_shapes(triple for path in modules for triple in read_turtle(path))
    return validate(database, _BOTH if whole else [AUTHORED], compiled)


class _Filling:
    """A second process that fills a store on disk: at once with the files, and with what is inferred when told."""

    def __init__(self, store: Path, files: Iterable[Path], terms: Sequence[Triple], inferred: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._ready = context.Event()
        lines = "".join(f"{term} .\n" for term in terms)
        arguments = (str(store), [str(path) for path in files], lines, str(inferred), self._ready)
        self._process = context.Process(target=_fill, args=arguments)
        self._process.start()

    def go_on(self) -> None:
        """Say that what is inferred is written."""
        self._ready.set()

    def finish(self) -> None:
        """Wait for the end; raises `InputError` where it failed."""
        self._process.join()
        if self._process.exitcode:
            raise InputError("the store on disk could not be filled", "look whether the disk is full")

    def stop(self) -> None:
        """End it now."""
        self._process.terminate()
        self._process.join()


def _fill(store: str, files: list[str], lines: str, inferred: str, ready: _Event) -> None:
    target = new_store_on_disk(Path(store))
    target.bulk_load(lines.encode(), RdfFormat.N_TRIPLES, to_graph=AUTHORED_GRAPH)
    for path in files:
        target.bulk_load(path=path, format=RdfFormat.N_TRIPLES, to_graph=AUTHORED_GRAPH)
    ready.wait()
    target.bulk_load(path=inferred, format=RdfFormat.N_TRIPLES, to_graph=INFERRED_GRAPH)
    target.optimize()
    target.flush()
