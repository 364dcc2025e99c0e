"""The tables of a columnar graph: one for each predicate and part, and a dictionary of all terms.

`authored` and `inferred` are the two parts; what is in the first is never in the second.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Triple

from mea_kg.columnar.arithmetic import MACROS, let, power_of_ten
from mea_kg.columnar.failing import said
from mea_kg.columnar.kinds import KINDS, Term, key_of, kind_of_key, term_of
from mea_kg.errors import InputError

AUTHORED, INFERRED = "a", "i"
Kinds = frozenset[int]
_SPILLED = "16GB"
"""How much may be on disk for want of memory: a join that needs more is in a bad order, and must not fill the disk."""
_NOTHING = "(SELECT NULL::UBIGINT AS s, NULL::UBIGINT AS o WHERE false)"
_DERIVED_TERM = "regexp_extract(key, '^\"(?s:(.*))\"(@[a-z0-9-]+|\\^\\^<([^<>]*)>)?$', {group})"


@dataclass
class _Predicate:
    """The tables of a predicate, and which kinds of terms stand in them."""

    number: int
    iri: str
    rows: dict[str, int] = field(default_factory=dict)
    subjects: dict[str, Kinds] = field(default_factory=dict)
    objects: dict[str, Kinds] = field(default_factory=dict)


class Database:
    """A graph in DuckDB. `memory` is the limit of what the database takes, such as `2GB`."""

    def __init__(self, path: Path | None = None, memory: str = "2GB", threads: int = 2) -> None:
        import duckdb

        self.folder = path.parent if path else None
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "threads": threads,
            "preserve_insertion_order": False,
        }
        if path is not None:
            config["temp_directory"] = f"{path}.tmp"
            config["max_temp_directory_size"] = _SPILLED
        self._any_error = duckdb.Error
        self._memory = memory
        with said(self._memory):
            self._connection = duckdb.connect(str(path or ":memory:"), config=config)
        self._predicates: dict[str, _Predicate] = {}
        self._names = count()
        self._numbers: dict[str, int] = {}
        self._closed: dict[str, str] = {}
        for body in (
            "unescaped(t) AS replace(replace(replace(replace(replace(replace(replace(replace(t, '\\\\', chr(57344)),"
            " '\\\"', '\"'), '\\n', chr(10)), '\\r', chr(13)), '\\t', chr(9)), '\\b', chr(8)), '\\f', chr(12)),"
            " chr(57344), '\\')",
            f"kind_of_key(key) AS {kind_of_key()}",
            # With bits: DuckDB moves a factor or summand to the other side of a comparison, and fails if it is large.
            "number_of_hash(key, k) AS (md5_number_lower(key) & 18446744073709551600::UBIGINT) | (k)::UBIGINT",
            "number_of_key(key) AS number_of_hash(key, kind_of_key(key))",
            "number_of_truth(t) AS CASE WHEN t"
            " THEN number_of_hash('\"true\"^^<http://www.w3.org/2001/XMLSchema#boolean>', 6)"
            " WHEN NOT t THEN number_of_hash('\"false\"^^<http://www.w3.org/2001/XMLSchema#boolean>', 6) END",
            "kind(id) AS (id % 16)::INTEGER",
            "lexical_of_key(key) AS CASE WHEN starts_with(key, '<') THEN substr(key, 2, length(key) - 2)"
            " WHEN starts_with(key, '_')"
            f" THEN substr(key, 3) WHEN ends_with(key, '\"') THEN substr(key, 2, length(key) - 2)"
            f" ELSE {_DERIVED_TERM.format(group=1)} END",
            "tag_of_key(key) AS CASE WHEN starts_with(key, '<') OR starts_with(key, '_') OR ends_with(key, '\"')"
            " THEN NULL"
            f" WHEN NOT ends_with(key, '>') THEN regexp_extract(key, '@([a-z0-9-]+)$', 1)"
            f" ELSE {_DERIVED_TERM.format(group=3)} END",
            power_of_ten(),
            *MACROS,
            let(
                "number_of_number(v, w)",
                "CASE WHEN abs(x.v) >= 1000000000000000000000000000000000000 THEN"
                " error('no exact translation: a number of more than 18 digits' || left(x.v::VARCHAR, 0))"
                " WHEN x.w THEN number_of_hash('\"' || text_of_number(x.v) ||"
                " '\"^^<http://www.w3.org/2001/XMLSchema#integer>', 4)"
                " ELSE number_of_hash('\"' || text_of_number(x.v) ||"
                " '\"^^<http://www.w3.org/2001/XMLSchema#decimal>', 5) END",
            ),
        ):
            self.run(f"CREATE OR REPLACE MACRO {body}")
        self.run("CREATE TABLE terms (id UBIGINT, lex VARCHAR, tag VARCHAR)")

    def run(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement.

        Raises `NotTranslatedError` where a number is out of range, `InputError` where memory or disk is full, or the
        disk fails.
        """
        with said(self._memory):
            return self._connection.execute(sql, list(values)).fetchall()

    @contextmanager
    def temporary(self, select: str, values: Sequence[object] = ()) -> Iterator[str]:
        """The name of a table that holds what a SELECT gives, for as long as the context lasts."""
        name = self.new_name()
        self.run(f"CREATE TEMP TABLE {name} AS {select}", values)
        try:
            yield name
        finally:
            # After some errors the database answers nothing more.
            with suppress(self._any_error):
                self._connection.execute(f"DROP TABLE {name}")

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Write to the file once for all that is done in this block."""
        self._connection.begin()
        try:
            yield
        except BaseException:
            # After some errors the database has done so already.
            with suppress(self._any_error):
                self._connection.rollback()
            raise
        with said(self._memory):
            self._connection.commit()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def new_name(self) -> str:
        """A name for a table that no other has."""
        return f"t{next(self._names)}"

    def numbers(self, terms: Iterable[Term]) -> list[int]:
        """The numbers of terms, which are added to the dictionary."""
        keys = [key_of(term) for term in terms]
        if new := sorted({key for key in keys if key not in self._numbers}):
            name = self.new_name()
            self.run(f"CREATE TEMP TABLE {name} AS SELECT unnest(?::VARCHAR[]) AS key", [new])
            self.add_keys(f"SELECT key FROM {name}")
            self._numbers.update(self.run(f"SELECT key, number_of_key(key) FROM {name}"))
            self.run(f"DROP TABLE {name}")
        return [self._numbers[key] for key in keys]

    def number(self, term: Term) -> int:
        """The number of one term, which is added to the dictionary."""
        return self.numbers([term])[0]

    def add_keys(self, keys: str) -> None:
        """Add to the dictionary the terms with these keys, a SELECT of `key`; raises on two terms with one number."""
        new = self.new_name()
        self.run(
            f"CREATE TEMP TABLE {new} AS SELECT number_of_key(key) AS id, min(key) AS key, max(key) AS other"
            f" FROM (SELECT DISTINCT key FROM ({keys})) GROUP BY 1"
        )
        for one, other in self.run(f"SELECT key, other FROM {new} WHERE key <> other LIMIT 1"):
            raise InputError(f"two terms have one number: {one} and {other}", "use the embedded store")
        known = f"{new} AS n JOIN terms AS t ON n.id = t.id"
        clash = "lexical_of_key(n.key) <> t.lex OR tag_of_key(n.key) IS DISTINCT FROM t.tag"
        for one, other in self.run(f"SELECT n.key, t.lex FROM {known} WHERE {clash} LIMIT 1"):
            raise InputError(f"two terms have one number: {one} and {other}", "use the embedded store")
        self.run(
            f"INSERT INTO terms SELECT id, lexical_of_key(key), tag_of_key(key) FROM {new} AS n"
            " WHERE NOT EXISTS (SELECT 1 FROM terms AS t WHERE t.id = n.id)"
        )
        self.run(f"DROP TABLE {new}")

    def terms(self, numbers: Iterable[int]) -> dict[int, Term]:
        """The terms with these numbers."""
        name = self.new_name()
        wanted = sorted(set(numbers))
        self.run(f"CREATE TEMP TABLE {name} AS SELECT unnest(?::UBIGINT[]) AS id", [wanted])
        rows = self.run(f"SELECT id, lex, tag FROM terms SEMI JOIN {name} USING (id)")
        self.run(f"DROP TABLE {name}")
        return {number: term_of(number % 16, lexical, tag) for number, lexical, tag in rows}

    def add_triples(self, table: str, part: str) -> int:
        """Add the rows (s, p, o) of a table, whose terms are known, to a part; how many are new in all parts."""
        added = 0
        for (number,) in self.run(f"SELECT DISTINCT p FROM {table} ORDER BY p"):
            ((iri,),) = self.run("SELECT lex FROM terms WHERE id = ?", [number])
            added += self._add(iri, f"SELECT s, o FROM {table} WHERE p = {number}", part)
        return added

    def add_pairs(self, predicate: str, pairs: str, part: str) -> int:
        """Add subjects and objects, a SELECT of `s` and `o`, to a part; how many are new in all parts."""
        return self._add(predicate, pairs, part)

    def _add(self, iri: str, pairs: str, part: str) -> int:
        self._closed.clear()
        known = self._predicates.setdefault(iri, _Predicate(len(self._predicates), iri))
        have = self.relation(iri)
        others = (
            ""
            if have is None
            else f" WHERE NOT EXISTS (SELECT 1 FROM {have} AS h WHERE h.s = n.s AND h.o = n.o)"
        )
        new, own = self.new_name(), f"{part}{known.number}"
        kind = "TEMP TABLE" if part in known.rows else "TABLE"
        name = new if part in known.rows else own
        self.run(f"CREATE {kind} {name} AS SELECT DISTINCT n.s, n.o FROM ({pairs}) AS n{others}")
        facts = f"SELECT count(*), list(DISTINCT kind(s)), list(DISTINCT kind(o)) FROM {name}"
        ((rows, subjects, objects),) = self.run(facts)
        if part in known.rows:
            self.run(f"INSERT INTO {own} SELECT s, o FROM {new}")
            self.run(f"DROP TABLE {new}")
        known.rows[part] = known.rows.get(part, 0) + rows
        known.subjects[part] = known.subjects.get(part, frozenset()) | frozenset(subjects or ())
        known.objects[part] = known.objects.get(part, frozenset()) | frozenset(objects or ())
        assert known.subjects[part] | known.objects[part] <= KINDS
        return int(rows)

    def relation(self, iri: str, parts: Sequence[str] = (AUTHORED, INFERRED)) -> str | None:
        """What to select `s` and `o` of a predicate from, None where it has no rows."""
        known = self._predicates.get(iri)
        tables = (
            [f"{part}{known.number}" for part in parts if known and known.rows.get(part)] if known else []
        )
        if not tables:
            return None
        return (
            tables[0]
            if len(tables) == 1
            else f"({' UNION ALL '.join(f'SELECT s, o FROM {one}' for one in tables)})"
        )

    def everything(self, parts: Sequence[str], among: Collection[str] | None = None) -> str:
        """What to select `s`, `p` and `o` of all triples from, or of those with one of these predicates."""
        selects = [
            f"SELECT s, {number}::UBIGINT AS p, o FROM {self.relation(iri, parts)}"
            for iri, number in self._predicate_numbers(parts)
            if among is None or iri in among
        ]
        empty = "SELECT NULL::UBIGINT AS s, NULL::UBIGINT AS p, NULL::UBIGINT AS o WHERE false"
        return f"({' UNION ALL '.join(selects) or empty})"

    def _predicate_numbers(self, parts: Sequence[str]) -> list[tuple[str, int]]:
        names = self.predicates(parts)
        return list(zip(names, self.numbers(NamedNode(iri) for iri in names), strict=True))

    def all_kinds(self, parts: Sequence[str], among: Collection[str] | None = None) -> tuple[Kinds, Kinds]:
        """The kinds of all subjects and of all objects, or of those of some predicates."""
        iris = self.predicates(parts)
        both = [self.kinds(iri, parts) for iri in iris if among is None or iri in among]
        return frozenset[int]().union(*(one for one, _ in both)), frozenset[int]().union(
            *(other for _, other in both)
        )

    def closed(self, pairs: str) -> str:
        """The table of all pairs that one step or more of a SELECT of `s` and `o` join; kept while the graph stays."""
        if pairs not in self._closed:
            name = self.new_name()
            self.run(
                f"CREATE TEMP TABLE {name} AS WITH RECURSIVE edges AS MATERIALIZED"
                f" (SELECT DISTINCT s, o FROM ({pairs})),"
                " steps(s, o) AS (SELECT s, o FROM edges UNION"
                " SELECT steps.s, edges.o FROM steps JOIN edges ON steps.o = edges.s) SELECT s, o FROM steps"
            )
            self._closed[pairs] = name
        return self._closed[pairs]

    def kinds(self, iri: str, parts: Sequence[str]) -> tuple[Kinds, Kinds]:
        """The kinds of the subjects and of the objects of a predicate."""
        known = self._predicates.get(iri)
        if known is None:
            return frozenset(), frozenset()
        subjects = frozenset[int]().union(*(known.subjects.get(part, frozenset()) for part in parts))
        return subjects, frozenset[int]().union(*(known.objects.get(part, frozenset()) for part in parts))

    def holds(self, triple: Triple, part: str) -> bool:
        """Whether a part has this triple."""
        table = self.relation(triple.predicate.value, [part])
        subject, value = self.numbers([triple.subject, triple.object])  # type: ignore[list-item]
        return table is not None and bool(
            self.run(f"SELECT 1 FROM {table} WHERE s = {subject} AND o = {value} LIMIT 1")
        )

    def predicates(self, parts: Sequence[str]) -> list[str]:
        """The predicates that have rows."""
        return [iri for iri, known in self._predicates.items() if any(known.rows.get(part) for part in parts)]

    def rows(self, part: str) -> int:
        """How many triples a part has."""
        return sum(known.rows.get(part, 0) for known in self._predicates.values())


def nothing() -> str:
    """A relation without rows."""
    return _NOTHING


def is_name(word: str) -> bool:
    """Whether a word can name a column as it is.

    >>> is_name("this"), is_name("a-b")
    (True, False)
    """
    return re.fullmatch(r"\w+", word, re.ASCII) is not None
