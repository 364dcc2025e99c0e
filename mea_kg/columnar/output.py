"""What a part of a columnar graph holds, as N-Triples."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from mea_kg.columnar.database import Database
from mea_kg.columnar.kinds import (
    BLANK,
    BOOLEAN,
    DATATYPES,
    DATE,
    DECIMAL,
    INTEGER,
    IRI,
    STRING,
    TAGGED,
    YEAR,
    text,
)

_BLOCK = 1 << 20
_ESCAPES = (
    ("\\", "\\\\"),
    ('"', '\\"'),
    ("\n", "\\n"),
    ("\r", "\\r"),
    ("\t", "\\t"),
    ("\b", "\\b"),
    ("\f", "\\f"),
)


def triples(database: Database, part: str) -> Iterator[Triple]:
    """The triples of a part, predicate by predicate; each predicate's are in memory."""
    for iri in database.predicates([part]):
        pairs = database.run(f"SELECT s, o FROM {database.relation(iri, [part])}")
        terms = database.terms({number for pair in pairs for number in pair})
        for subject, value in pairs:
            yield Triple(terms[subject], NamedNode(iri), terms[value])  # type: ignore[arg-type]


def write(database: Database, part: str, path: Path) -> None:
    """Write a part as N-Triples in bounded memory: predicate by predicate, sorted by these and within each."""
    with path.open("wb") as whole:
        for iri in sorted(database.predicates([part])):
            own = path.with_name(f"{path.name}.part")
            write_selected(database, iri, f"SELECT s, o FROM {database.relation(iri, [part])}", own)
            with own.open("rb") as lines:
                shutil.copyfileobj(lines, whole, _BLOCK)
            own.unlink()


def write_selected(database: Database, iri: str, pairs: str, path: Path) -> None:
    """Write the statements with one predicate, a SELECT of `s` and `o`, as sorted N-Triples."""
    lines = (
        f"SELECT {_written('s')} || {text(f' <{iri}> ')} || {_written('o')} || ' .' AS line"
        f" FROM ({pairs}) AS pairs JOIN terms AS s ON s.id = pairs.s JOIN terms AS o ON o.id = pairs.o"
    )
    # No line has a character that would make the writer of CSV quote it.
    options = "FORMAT csv, HEADER false, DELIMITER '\x01', QUOTE '', ESCAPE ''"
    database.run(f"COPY (SELECT line FROM ({lines}) ORDER BY line) TO {text(str(path))} ({options})")


def _written(alias: str) -> str:
    """The term of a row of the dictionary as N-Triples."""
    lexical = f"{alias}.lex"
    for raw, escaped in _ESCAPES:
        lexical = f"replace({lexical}, {_character(raw)}, {text(escaped)})"
    odd = f"regexp_matches({alias}.lex, '[\"\\\\\\x08-\\x0D]')"
    quoted = f"'\"' || CASE WHEN {odd} THEN {lexical} ELSE {alias}.lex END || '\"'"
    typed = " ".join(
        f"WHEN {kind} THEN {text(f'^^<{DATATYPES[kind]}>')}"
        for kind in (INTEGER, DECIMAL, BOOLEAN, DATE, YEAR)
    )
    suffix = (
        f"CASE kind({alias}.id) WHEN {STRING} THEN '' WHEN {TAGGED} THEN '@' || {alias}.tag {typed}"
        f" ELSE '^^<' || {alias}.tag || '>' END"
    )
    return (
        f"CASE kind({alias}.id) WHEN {IRI} THEN '<' || {alias}.lex || '>' WHEN {BLANK} THEN '_:' || {alias}.lex"
        f" ELSE {quoted} || {suffix} END"
    )


def _character(one: str) -> str:
    return f"chr({ord(one)})"
