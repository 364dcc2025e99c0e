"""Real entries with their bytes changed: a success or findings with lines, never a stack trace."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mea_kg import resources
from mea_kg.context import Context
from mea_kg.errors import EntryErrors
from mea_kg.findings import Finding
from mea_kg.loading import load_file, load_files
from mea_kg.ontology import read_ontology

DATA = resources.data_folder()
CONTEXT = Context.load(DATA / "context.jsonld")
TERMS = read_ontology(resources.ontology_folder())
TABLE = DATA / "budgets" / "tables" / "table-2.csv"
SYNTAXES = {
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
ENTRIES = ("partnerships/cpf.yaml", "decisions/bs-iv-9.yaml", "organizations/iucn.yaml")


@cache
def seeds(ending: str) -> tuple[bytes, ...]:
    """Entries of the graph in one format."""
    if ending == "csv":
        return (TABLE.read_bytes(),)
    paths = [DATA / name for name in ENTRIES]
    if ending == "yaml":
        return tuple(path.read_bytes() for path in paths)
    syntax = SYNTAXES[ending]
    contents = []
    for path in paths:
        triples = load_file(path, CONTEXT).triples
        content = ox.serialize(triples, format=syntax)
        assert content is not None
        contents.append(content)
    return tuple(contents)


PIECES = st.one_of(
    st.binary(min_size=1, max_size=4),
    st.sampled_from(
        [
            *(b"\x00", b"\xff", b"\xef\xbb\xbf", b"\r", b"\t", b"\n", b"\xe2\x80\xae", b"&", b"*", b"!"),
            *(
                b"{",
                b"}",
                b"[",
                b"]",
                b"(",
                b"<",
                b">",
                b":",
                b"'",
                b'"',
                b"\\",
                b"#",
                b"%",
                b"@",
                b"-",
                b"|",
            ),
            *(b"? ", b"- ", b"<<: ", b"---\n", b"&a ", b"*a ", b"!!set ", b'"""', b"<!DOCTYPE x>", b"<!--"),
            *(
                b"@context",
                b"@id",
                b"@graph",
                b"@prefix ",
                b"_:a ",
                b". ",
                b"; ",
                b"^^",
                b"\\u0000",
                b"\\uD800",
            ),
            *(
                b"id: ",
                b"type: ",
                b"graph: ",
                b"9" * 50,
                b"https://w3id.org/mea-kg/id/",
                b"../",
                b"//[",
                b"kg:",
            ),
        ]
    ),
)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["insert", "replace", "remove", "repeat", "cut"]),
        st.floats(0, 1),
        st.integers(1, 60),
        PIECES,
    ),
    min_size=1,
    max_size=4,
)


def changed(content: bytes, changes: list[tuple[str, float, int, bytes]]) -> bytes:
    for kind, where, length, piece in changes:
        at = int(where * len(content))
        after = content[at + length :]
        if kind == "insert":
            content = content[:at] + piece + content[at:]
        elif kind == "replace":
            content = content[:at] + piece + content[at + len(piece) :]
        elif kind == "remove":
            content = content[:at] + after
        elif kind == "repeat":
            content = content[:at] + content[at : at + length] * 3 + after
        else:
            content = content[:at]
    return content


def read(path: Path) -> list[Finding]:
    try:
        load_files([path], TERMS, CONTEXT, tables={path.name: TABLE} if path.suffix == ".csv" else {})
    except EntryErrors as errors:
        return list(errors.findings)
    return []


@pytest.mark.parametrize("ending", ["yaml", "csv", *SYNTAXES])
@settings(
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(data=st.data())
def test_changed_bytes(tmp_path: Path, ending: str, data: st.DataObject) -> None:
    content = changed(data.draw(st.sampled_from(seeds(ending))), data.draw(CHANGES))
    path = tmp_path / f"given.{ending}"
    path.write_bytes(content)
    for finding in read(path):
        assert finding.file == path.as_posix() or finding.file.endswith("-metadata.json")
        assert finding.line >= 1 and finding.column >= 1
        if not finding.file.endswith(".json"):
            # A lone carriage return ends a line of YAML, and so do some signs of Unicode.
            assert finding.line <= len(content.decode(errors="replace").splitlines()) + 1
        assert finding.message and finding.hint and finding.rule
