"""Asks of the embedded store what has no exact translation, with a copy of the statements that the query can match."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from pyoxigraph import NamedNode, QuerySolutions, QueryTriples, RdfFormat, Store, Triple

from mea_kg.columnar.database import INFERRED, Database
from mea_kg.columnar.kinds import BLANK, Term, key_of
from mea_kg.columnar.output import write_selected
from mea_kg.errors import InputError
from mea_kg.pipeline import has_blank_nodes
from mea_kg.sparql.wanted_statements import Wanted, wanted
from mea_kg.stores import AUTHORED_GRAPH, new_store, new_store_on_disk

_T = TypeVar("_T")
IN_MEMORY = 1_000_000
"""Up to how many statements are copied into memory: about 600 megabytes."""


def rows(
    database: Database, text: str, parts: Sequence[str], in_memory: int = IN_MEMORY
) -> list[dict[str, Term]]:
    """The rows of a SELECT over the parts of a graph, as the embedded store has them."""

    def asked(store: Store) -> list[dict[str, Term]]:
        found = store.query(text, default_graph=[AUTHORED_GRAPH])
        assert isinstance(found, QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [{name: term for name in names if (term := row[name]) is not None} for row in found]

    return _of_a_copy(database, text, parts, in_memory, asked)


def construct(database: Database, text: str, parts: Sequence[str], in_memory: int = IN_MEMORY) -> int:
    """Add what a CONSTRUCT gives over the parts of a graph to the inferred part; how many triples are new.

    Raises `InputError` where it makes a blank node.
    """

    def asked(store: Store) -> set[Triple]:
        found = store.query(text, default_graph=[AUTHORED_GRAPH])
        assert isinstance(found, QueryTriples)
        return set(found)

    return _add(database, _of_a_copy(database, text, parts, in_memory, asked))


def _add(database: Database, triples: Collection[Triple]) -> int:
    if not triples:
        return 0
    keys = [[key_of(term) for term in triple] for triple in triples]
    if any(key.startswith("_:") for row in keys for key in row):
        raise InputError("a rule makes a blank node", "give the node an IRI made from what it follows from")
    with database.temporary(
        "SELECT unnest(?) AS s, unnest(?) AS p, unnest(?) AS o",
        [list(column) for column in zip(*keys, strict=True)],
    ) as raw:
        database.add_keys(
            " UNION ALL ".join(f"SELECT {place} AS key FROM {raw}" for place in ("s", "p", "o"))
        )
        numbers = ", ".join(f"number_of_key({place}) AS {place}" for place in ("s", "p", "o"))
        with database.temporary(f"SELECT {numbers} FROM {raw}") as numbered:
            return database.add_triples(numbered, INFERRED)


def _of_a_copy(
    database: Database, text: str, parts: Sequence[str], in_memory: int, ask: Callable[[Store], _T]
) -> _T:
    """What a store answers that has all that a query can match: in memory, or on disk where it is much."""
    selects = list(_selects(database, wanted(text), parts))
    number = sum(rows for _, _, rows in selects)
    with TemporaryDirectory(prefix="mea-kg-", dir=database.folder) as folder:
        store = new_store() if number <= in_memory else new_store_on_disk(Path(folder, "store"))
        for index, (iri, pairs, _) in enumerate(selects):
            path = Path(folder, f"{index}.nt")
            write_selected(database, iri, pairs, path)
            store.bulk_load(path=path, format=RdfFormat.N_TRIPLES, to_graph=AUTHORED_GRAPH, lenient=True)
            path.unlink()
        answer = ask(store)
        # A store that is open writes to its folder, which could not be deleted.
        del store
        return answer


def _selects(
    database: Database, asked: Wanted | None, parts: Sequence[str]
) -> Iterable[tuple[str, str, int]]:
    """For each predicate that is wanted, a SELECT of its pairs, and how many these are."""
    iris = database.predicates(parts)
    if asked is not None:
        iris = [iri for iri in iris if iri in asked]
    for iri in iris:
        if any(BLANK in kinds for kinds in database.kinds(iri, parts)):
            raise has_blank_nodes()
        objects = None if asked is None else asked[iri]
        pairs = f"SELECT s, o FROM {database.relation(iri, parts)}"
        if objects is not None:
            numbers = database.numbers(NamedNode(one) for one in sorted(objects))
            pairs += f" WHERE o IN ({', '.join(map(str, numbers))})"
        ((number,),) = database.run(f"SELECT count(*) FROM ({pairs})")
        yield iri, pairs, number
