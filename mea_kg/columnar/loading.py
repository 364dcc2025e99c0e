"""N-Triples into a columnar graph, in bounded memory.

Lines in the canonical form are read in SQL, both cores at once. Others, and literals that the embedded store would
rewrite, are read one by one as the store reads them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from mea_kg.columnar.database import AUTHORED, Database
from mea_kg.columnar.kinds import DATATYPES, STRING, in_the_stores_form, key_of, text
from mea_kg.errors import InputError
from mea_kg.namespaces import XSD

_IRI = r'<[^<>"{}|^`\\\x00-\x20]+>'
_NODE = rf"({_IRI}|_:[A-Za-z0-9_]+)"
_LITERAL = rf'"([^"\\\x00-\x1f\x7f]|\\[tbnrf"\\])*"(@[a-z0-9-]+|\^\^{_IRI})?'
_LINE = rf"{_NODE} {_IRI} ({_NODE}|{_LITERAL}) \."
_ODD_TYPE = f'"^^<{DATATYPES[STRING]}> .'
_BATCH = 100_000


def load(database: Database, files: Iterable[Path], more: Iterable[Triple] = ()) -> int:
    """Load N-Triples files and further triples as the authored part of an empty graph; how many triples.

    Raises `InputError` that names the file and what is wrong in it.
    """
    raw = database.new_name()
    database.run(f"CREATE TABLE {raw} (s VARCHAR, p VARCHAR, o VARCHAR)")
    for path in files:
        _read_lines(database, path, raw)
    _insert(database, raw, more)
    _rewrite(database, raw)
    database.add_keys(
        f"SELECT s AS key FROM {raw} UNION ALL SELECT DISTINCT p FROM {raw} UNION ALL SELECT o FROM {raw}"
    )
    numbered = database.new_name()
    columns = ", ".join(f"number_of_key({one}) AS {one}" for one in "spo")
    database.run(f"CREATE TABLE {numbered} AS SELECT {columns} FROM {raw} ORDER BY p, s")
    database.run(f"DROP TABLE {raw}")
    added = database.add_triples(numbered, AUTHORED)
    database.run(f"DROP TABLE {numbered}")
    return added


def _read_lines(database: Database, path: Path, raw: str) -> None:
    lines = (
        f"read_csv({text(str(path))}, columns = {{'line': 'VARCHAR'}}, delim = chr(1), quote = '', escape = '',"
        " header = false, auto_detect = false, new_line = '\\n', max_line_size = 16777216)"
    )
    usual = f"regexp_full_match(line, {text(_LINE)}) AND NOT ends_with(line, {text(_ODD_TYPE)})"
    # What is not in the usual form goes into the last column as it stands.
    database.run(
        f"INSERT INTO {raw} SELECT CASE WHEN usual THEN s END, CASE WHEN usual THEN p END,"
        " CASE WHEN NOT usual THEN line WHEN contains(o, '\\') THEN unescaped(o) ELSE o END FROM ("
        "SELECT line, usual, s, p,"
        " substr(line, length(s) + length(p) + 3, length(line) - length(s) - length(p) - 4) AS o FROM ("
        f" SELECT line, {usual} AS usual,"
        f" split_part(line, ' ', 1) AS s, split_part(line, ' ', 2) AS p FROM {lines}"
        " WHERE line <> ''))"
    )
    found = "\n".join(line for (line,) in database.run(f"SELECT o FROM {raw} WHERE s IS NULL"))
    if found:
        database.run(f"DELETE FROM {raw} WHERE s IS NULL")
    try:
        triples = [quad.triple for quad in parse(found, format=RdfFormat.N_TRIPLES)]
    except SyntaxError as error:
        raise InputError(f"{path}: {error}", "give N-Triples, one triple on each line") from error
    _insert(database, raw, triples)


def _insert(database: Database, raw: str, triples: Iterable[Triple]) -> None:
    batch: list[list[str]] = []
    for triple in triples:
        batch.append([key_of(triple.subject), key_of(triple.predicate), key_of(triple.object)])  # type: ignore[arg-type]
        if len(batch) == _BATCH:
            _write(database, raw, batch)
            batch.clear()
    if batch:
        _write(database, raw, batch)


def _write(database: Database, raw: str, batch: list[list[str]]) -> None:
    columns = [list(column) for column in zip(*batch, strict=True)]
    database.run(f"INSERT INTO {raw} SELECT unnest(?), unnest(?), unnest(?)", columns)


def _rewrite(database: Database, raw: str) -> None:
    """Give literals the form that the embedded store gives them."""
    typed = f"o[1] = '\"' AND o[-1] = '>' AND contains(o, '\"^^<{XSD}') AND kind_of_key(o) IN (7, 9, 15)"
    found = [key for (key,) in database.run(f"SELECT DISTINCT o FROM {raw} WHERE {typed}")]
    literals = [_literal(key) for key in found]
    stored = [key_of(term) for term in in_the_stores_form(literals)]
    if changed := [[before, after] for before, after in zip(found, stored, strict=True) if before != after]:
        before, after = (list(column) for column in zip(*changed, strict=True))
        name = database.new_name()
        database.run(
            f"CREATE TEMP TABLE {name} AS SELECT unnest(?) AS old, unnest(?) AS new", [before, after]
        )
        database.run(f"UPDATE {raw} SET o = {name}.new FROM {name} WHERE {raw}.o = {name}.old")
        database.run(f"DROP TABLE {name}")


def _literal(key: str) -> Literal:
    lexical, _, datatype = key[1:-1].rpartition('"^^<')
    return Literal(lexical, datatype=NamedNode(datatype))
