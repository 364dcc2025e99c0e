"""From files of statements to a checked graph on disk: closure, rules, contradictions, both validations, a store.

In memory, for what fits there; `mea_kg.columnar.pipeline` does the same for what does not.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from pyoxigraph import RdfFormat, Store, Triple

from mea_kg import reasoning
from mea_kg.axioms import compile_axioms
from mea_kg.building import derive
from mea_kg.errors import InputError
from mea_kg.ontology import read_ontology
from mea_kg.shacl import Compiled, Result, compile_shapes, validate
from mea_kg.shapes import Shapes, read_shapes
from mea_kg.stores import (
    AUTHORED_GRAPH,
    INFERRED_GRAPH,
    Pieces,
    finish,
    in_graph,
    new_store,
    new_store_on_disk,
    write_graph,
)

LARGEST = 300_000_000
"""Bytes of N-Triples that fit: some two million statements, which take 2 GB with what follows from them."""
_LARGE_PIECE = 20_000_000
"""Bytes that are written at once while there is room: the fewer pieces, the less is sorted twice."""
_SMALL_PIECE = 5_000_000
"""The same while the store in memory is at its largest."""
_ATTEMPTS, _PAUSE = 50, 0.1
"""How often, and after how many seconds each, a folder is deleted that something still writes to."""
_BOTH = [AUTHORED_GRAPH, INFERRED_GRAPH]


@dataclass(frozen=True)
class Outcome:
    """What a pipeline did.

    `contradictions` are what the ontology forbids and the graph holds; `results` are those on the authored graph, and
    those of the shapes for the whole, and `shapes` the two that they are of; `handed_on` are the rules and queries
    that the embedded store answered in the place of another engine, with the reason; `seconds` are those of each step.
    """

    authored: int
    closure: int
    derived: Mapping[str, int]
    contradictions: tuple[reasoning.Contradiction, ...]
    results: tuple[tuple[Result, ...], tuple[Result, ...]]
    shapes: tuple[Shapes, Shapes]
    handed_on: tuple[str, ...]
    inferred_file: Path
    store: Path | None
    seconds: Mapping[str, float]


def fits_in_memory(files: Sequence[Path]) -> bool:
    """Whether `pipeline` can take these files; raises `InputError` where one is absent."""
    require_files(files)
    return sum(path.stat().st_size for path in files) <= LARGEST


def pipeline(
    files: Sequence[Path],
    ontology: Path,
    shapes: Path,
    folder: Path,
    say: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Build a graph from N-Triples files and an ontology's folder in a new folder, and validate it.

    Writes `inferred.nt` there, and a store on disk in `store`. The folder is there when all is done, and not before.
    `say` is told each step as it begins. Threads share the work: the store in memory answers queries while it is
    written to. Raises `InputError`, `OntologyError` or `QueryError`.
    """
    require_files(files)
    terms = read_ontology(ontology)
    read = read_shapes(shapes)
    compiled = [compiled_whole(one) for one in read]
    store, start, over = new_store(), time.perf_counter(), Event()

    def go_on() -> None:
        if over.is_set():
            raise CancelledError

    # One thread derives and writes what follows; another writes what was authored, and validates as a third asks it.
    with ExitStack() as stack:
        unfinished = stack.enter_context(whole_or_nothing(folder))
        inferred, on_disk = unfinished / "inferred.nt", new_store_on_disk(unfinished / "store")
        lines = stack.enter_context(inferred.open("w+b"))
        pieces = Pieces(lines, RdfFormat.N_TRIPLES, INFERRED_GRAPH, _SMALL_PIECE)
        deriver, asker, checker = (ThreadPoolExecutor(max_workers=1) for _ in range(3))
        for pool in (deriver, asker, checker):
            # Where one step fails, those that wait are not done.
            stack.callback(pool.shutdown, cancel_futures=True)
        stack.callback(over.set)
        say("load")
        writing = checker.submit(_write_authored, on_disk, files, terms)
        _load(store, files, terms)
        authored, loaded = len(store), time.perf_counter()
        say("closure, rules, and validation of what was authored")
        deriving = deriver.submit(derive, store, terms, ontology, before_each=go_on)
        written = deriver.submit(write_graph, store, INFERRED_GRAPH, inferred)
        filling = deriver.submit(pieces.load, on_disk)
        validating = asker.submit(validate, store, [AUTHORED_GRAPH], compiled[0], workers=checker)
        at_work: list[Future[Any]] = [writing, validating, deriving]
        # The first that fails is said at once: a full disk must not wait for what is derived meanwhile.
        for done in as_completed(at_work):
            done.result()
        (closure, derived), on_authored = deriving.result(), validating.result()
        derived_at = time.perf_counter()
        say("contradictions, validation of the whole, and the store on disk")
        against = reasoning.contradictions(store, compile_axioms(terms), _BOTH)
        written.result()
        for done in (checker.submit(pieces.load, on_disk), filling):
            done.result()
        # One core would be idle meanwhile.
        packing = deriver.submit(finish, on_disk)
        on_whole = validate(store, _BOTH, compiled[1], workers=checker)
        del store
        packing.result()
        # It must be closed before its folder gets another name.
        del on_disk
    end = time.perf_counter()
    return Outcome(
        authored,
        closure,
        derived,
        tuple(against),
        (tuple(on_authored), tuple(on_whole)),
        read,
        (),
        folder / inferred.name,
        folder / "store",
        {"load": loaded - start, "derive and validate": derived_at - loaded, "write": end - derived_at},
    )


def require_files(files: Sequence[Path]) -> None:
    """Raise `InputError` for a file that is not there."""
    for path in files:
        if not path.is_file():
            raise InputError(f"{path}: no such file", "give files of N-Triples")


def has_blank_nodes() -> InputError:
    """What is said of files with blank nodes: they are read in pieces, where one node would become several."""
    return InputError("the files have blank nodes", "give each node an IRI")


@contextmanager
def whole_or_nothing(folder: Path) -> Iterator[Path]:
    """A folder under another name, which gets its own at the end, and is deleted where anything goes wrong."""
    if folder.exists():
        raise InputError(f"{folder}: this is there already", "name a new folder")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(
            tempfile.mkdtemp(prefix=f".{folder.name}-", suffix=".unfinished", dir=folder.parent)
        )
    except OSError as error:
        raise InputError(f"{folder}: this folder cannot be made ({error})", "name another") from error
    try:
        yield unfinished
        unfinished.chmod(0o755)
        unfinished.rename(folder)
    except OSError as error:
        if folder.exists():
            raise InputError(f"{folder}: this was made by another meanwhile", "name a new folder") from error
        raise InputError(f"{folder}: this cannot be written ({error})", "make room on the disk") from error
    finally:
        _remove(unfinished)


def _remove(folder: Path) -> None:
    """Delete a folder in which a store that failed may still be writing for a moment."""
    for _ in range(_ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE)


def compiled_whole(shapes: Shapes) -> Compiled:
    """The shapes as queries; raises `InputError` where one is left to pySHACL."""
    compiled = compile_shapes(shapes.triples)
    if compiled.refused:
        raise InputError(
            f"a shape is not compiled: {compiled.refused[0].shape}: {compiled.refused[0].reason}",
            "leave it out: pySHACL cannot check a graph of this size",
        )
    return compiled


def _load(store: Store, files: Sequence[Path], terms: Sequence[Triple]) -> None:
    store.extend(in_graph(terms, AUTHORED_GRAPH))
    for path in files:
        try:
            store.bulk_load(path=path, format=RdfFormat.N_TRIPLES, to_graph=AUTHORED_GRAPH)
        except (OSError, SyntaxError) as error:
            raise InputError(f"{path}: {error}", "give files of N-Triples") from error
    if store.query("ASK { GRAPH ?graph { ?s ?p ?o FILTER (isBlank(?s) || isBlank(?o)) } }"):
        raise has_blank_nodes()


def _write_authored(on_disk: Store, files: Sequence[Path], terms: Sequence[Triple]) -> None:
    on_disk.bulk_extend(in_graph(terms, AUTHORED_GRAPH))
    for path in files:
        with path.open("rb") as lines:
            Pieces(lines, RdfFormat.N_TRIPLES, AUTHORED_GRAPH, _LARGE_PIECE).load(on_disk)
