"""The pipeline for graphs beyond memory: load, close, derive, write, validate, and a store on disk beside it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pyoxigraph import NamedNode, Triple

from mea_kg import reasoning, rules
from mea_kg.axioms import Axioms, compile_axioms
from mea_kg.columnar import embedded
from mea_kg.columnar.asking import construct, select
from mea_kg.columnar.closing import close
from mea_kg.columnar.database import AUTHORED, INFERRED, Database
from mea_kg.columnar.filling import Filling
from mea_kg.columnar.kinds import BLANK
from mea_kg.columnar.loading import load
from mea_kg.columnar.output import write
from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.validating import validate
from mea_kg.ontology import read_ontology
from mea_kg.pipeline import Outcome, compiled_whole, has_blank_nodes, require_files, whole_or_nothing
from mea_kg.shapes import read_shapes
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH

_BOTH = (AUTHORED, INFERRED)
_PARTS = {AUTHORED_GRAPH: AUTHORED, INFERRED_GRAPH: INFERRED}
_T = TypeVar("_T")
MEMORY = "1500MB"
"""What the database may take: at ten million triples both processes have 1.8 GB."""


def pipeline(
    files: Sequence[Path],
    ontology: Path,
    shapes: Path,
    folder: Path,
    memory: str = MEMORY,
    with_store: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Build a graph from N-Triples files and an ontology's folder in a new folder, and validate it.

    Writes `inferred.nt` there, and with `with_store` a store on disk in `store`, which a second process fills at the
    same time. The folder is there when all is done, and not before. `memory` is the limit of the database; `say` is
    told each step as it begins. Raises `InputError`, `OntologyError` or `QueryError`.
    """
    require_files(files)
    terms = read_ontology(ontology)
    axioms = compile_axioms(terms)
    seconds: dict[str, float] = {}
    derivations = rules.load_rules(ontology / "rules")
    read = read_shapes(shapes)
    for_authored, for_whole = (compiled_whole(one) for one in read)

    def go_on() -> None:
        if filling:
            filling.check()

    def timed(step: str, work: Callable[[], _T]) -> _T:
        go_on()
        say(step)
        start = time.perf_counter()
        done = work()
        seconds[step] = time.perf_counter() - start
        return done

    with whole_or_nothing(folder) as unfinished:
        inferred, store = unfinished / "inferred.nt", unfinished / "store"
        with _filled(store if with_store else None, files, terms, inferred) as filling:
            database = Database(unfinished / "columns.duckdb", memory)
            try:
                authored = timed("load", lambda: _load(database, files, terms))
                closure = timed("closure", lambda: close(database, axioms))
                derived, handed_on = timed(
                    "rules", lambda: _derive(database, rules.in_turn(derivations, go_on))
                )
                against = timed("contradictions", lambda: _contradictions(database, axioms))
                timed("write", lambda: write(database, INFERRED, inferred))
                if filling:
                    filling.go_on()
                checked = timed("validation, authored", lambda: validate(database, [AUTHORED], for_authored))
                whole = timed("validation, whole", lambda: validate(database, _BOTH, for_whole))
            finally:
                database.close()
                for path in unfinished.glob("columns.duckdb*"):
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
            if filling:
                timed("wait for the store", filling.finish)
    return Outcome(
        authored,
        closure,
        derived,
        tuple(against),
        (tuple(checked[0]), tuple(whole[0])),
        read,
        (*handed_on, *(f"{one.query.sources[0].shape}: {one.construct}" for one in (*checked[1], *whole[1]))),
        folder / inferred.name,
        folder / store.name if with_store else None,
        seconds,
    )


@contextmanager
def _filled(
    store: Path | None, files: Sequence[Path], terms: Sequence[Triple], inferred: Path
) -> Iterator[Filling | None]:
    if store is None:
        yield None
        return
    filling = Filling(store, files, terms, inferred)
    try:
        yield filling
    finally:
        filling.stop()


def _load(database: Database, files: Sequence[Path], terms: Iterable[Triple]) -> int:
    with database.at_once():
        number = load(database, files, terms)
    if any(BLANK in kinds for kinds in database.all_kinds([AUTHORED])):
        raise has_blank_nodes()
    return number


def _derive(database: Database, derivations: Iterable[rules.Rule]) -> tuple[dict[str, int], list[str]]:
    """How many triples each rule added, and the rules that the embedded store derived."""
    derived, handed_on = {}, []
    for rule in derivations:
        rules.require_query(rule)
        # Not in one transaction: tables of which nothing is committed have no statistics, and joins get slow.
        try:
            derived[rule.name] = construct(database, rule.text, _BOTH)
        except NotTranslatedError as error:
            handed_on.append(f"{rule.name}: {error.construct}")
            derived[rule.name] = embedded.construct(database, rule.text, _BOTH)
    return derived, handed_on


def _contradictions(database: Database, axioms: Axioms) -> list[reasoning.Contradiction]:
    def ask(text: str) -> Iterable[Mapping[str, Any]]:
        try:
            return list(select(database, text, _BOTH))
        except NotTranslatedError:
            return embedded.rows(database, text, _BOTH)

    def holds(triple: Triple, graph: NamedNode) -> bool:
        return database.holds(triple, _PARTS[graph])

    return reasoning.contradictions_in(ask, holds, axioms, list(_PARTS))
