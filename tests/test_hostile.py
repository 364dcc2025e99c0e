"""Files that were never meant to be read: each gives one clear error, in bounded time and memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mea_kg import resources
from mea_kg.context import Context
from mea_kg.encodings import MAX_BYTES
from mea_kg.errors import EntryErrors
from mea_kg.findings import Finding
from mea_kg.loading import load_files
from mea_kg.ontology import read_ontology

CONTEXT = Context.load(resources.data_folder() / "context.jsonld")
TERMS = read_ontology(resources.ontology_folder())
RDF_OPEN = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">'
LAUGHS = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10))
TEXTS = ("yaml", "ttl", "trig", "nt", "nq", "jsonld", "rdf")
MEMORY = 1_500_000_000
SECONDS = 20


def bomb(anchors: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, anchors)]
    return "\n".join(lines)


HOSTILE: dict[str, tuple[str, bytes, str, int]] = {
    **{f"empty {ending}": (ending, b"", "", 1) for ending in TEXTS},
    **{f"binary {ending}": (ending, bytes(range(256)) * 40, "", 1) for ending in TEXTS},
    **{
        f"UTF-16 {ending}": (ending, "id: organization/ü".encode("utf-16"), "not-utf-8", 1)
        for ending in TEXTS
    },
    **{
        f"UTF-16 without mark {ending}": (ending, "id: x".encode("utf-16-le"), "control-character", 1)
        for ending in TEXTS
    },
    **{f"Latin-1 {ending}": (ending, "# a\n# Zürich".encode("latin-1"), "not-utf-8", 2) for ending in TEXTS},
    **{f"NUL {ending}": (ending, b"# a\n# b\x00c", "control-character", 2) for ending in TEXTS},
    **{f"too large {ending}": (ending, b"#" * (MAX_BYTES + 1), "too-large", 1) for ending in TEXTS},
    "aliases that multiply": ("yaml", bomb(12).encode(), "", 1),
    "deep lists": ("yaml", b"[" * 1_000_000, "too-deep", 1),
    "deep mappings": ("yaml", b"{a: " * 100_000, "", 1),
    "deep blocks": ("yaml", "".join(" " * n + "a:\n" for n in range(1500)).encode(), "", 1),
    "deep JSON": ("jsonld", b'{"a":' * 500_000, "too-deep", 1),
    "deep JSON lists": ("jsonld", b"[" * 1_000_000, "too-deep", 1),
    "deep XML": ("rdf", (RDF_OPEN + "\n" + "<e:a>" * 500_000).encode(), "too-deep", 2),
    "deep Turtle": ("ttl", b"<a:a> <a:b> " + b"[ <a:b> " * 100_000, "syntax", 1),
    "deep Turtle lists": ("ttl", b"<a:a> <a:b> " + b"(" * 500_000, "syntax", 1),
    "a billion laughs": (
        "rdf",
        f'<?xml version="1.0"?>\n<!DOCTYPE l [<!ENTITY l0 "l">{LAUGHS}]>\n{RDF_OPEN}&l9;</rdf:RDF>'.encode(),
        "doctype",
        2,
    ),
    "an entity from a file": (
        "rdf",
        f'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/hostname">]>{RDF_OPEN}&x;</rdf:RDF>'.encode(),
        "doctype",
        1,
    ),
    "a context from elsewhere": (
        "jsonld",
        b'{\n"@context": "http://localhost:1/c",\n"@id": "a:b"}',
        "remote-context",
        2,
    ),
    "a context in a list": (
        "jsonld",
        b'{"@context": [{"a": "b:c"},\n"http://localhost:1/c"]}',
        "remote-context",
        2,
    ),
    "an imported context": (
        "jsonld",
        b'{"@context": {\n"@import": "http://localhost:1/c"}}',
        "remote-context",
        2,
    ),
    "a scoped context": (
        "jsonld",
        b'{"@context": {"a": {"@id": "b:c",\n "@context": "http://localhost:1/c"}}}',
        "remote-context",
        2,
    ),
    "a key twice in JSON": ("jsonld", b'{"@id": "a:b",\n"a:c": "x",\n"a:c": "y"}', "duplicate-key", 3),
    "a key twice in YAML": (
        "yaml",
        b"id: organization/x\nlabel: a\nlabel: b\ntype: Organization",
        "duplicate-key",
        3,
    ),
    "a number without end": ("jsonld", b'{"a:b": ' + b"9" * 100_000 + b"}", "syntax", 1),
    "no number": ("jsonld", b'{"@id": "a:b", "a:b": NaN}', "syntax", 1),
    "cut JSON": ("jsonld", b'{"@id": "a:b",\n "a:c": "x', "syntax", 2),
    "cut XML": ("rdf", f"{RDF_OPEN}\n<e:a".encode(), "syntax", 2),
    "cut Turtle": ("ttl", b'<a:a> <a:b>\n "x', "syntax", 2),
    "cut N-Triples": ("nt", b"<a:a> <a:b> <a:c> .\n<a:a> <a:b", "syntax", 2),
    "cut YAML": ("yaml", b'id: organization/x\nlabel: "cut', "syntax", 2),
    "a tab": ("yaml", b"id: organization/x\n\ttype: Organization", "syntax", 2),
    "a long line of quotation marks": ("ttl", b'"""' * 600_000, "syntax", 1),
    "many quotation marks in JSON": ("jsonld", b'"\\' * 900_000, "syntax", 1),
    "no statement": ("ttl", b"@prefix a: <https://example.org/> .", "empty-file", 1),
    "other format": ("txt", b"id: organization/x", "file-kind", 1),
}


def read(path: Path) -> list[Finding]:
    try:
        load_files([path], TERMS, CONTEXT)
    except EntryErrors as errors:
        return list(errors.findings)
    return []


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def run_limited(paths: list[Path]) -> list[dict[str, object]]:
    """The findings of each file, read one after the other in a process with bounded time and memory."""
    program = """
import json, sys, time
from dataclasses import asdict
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.test_hostile import read
for name in sys.argv[2:]:
    begun = time.process_time()
    found = [asdict(finding) for finding in read(Path(name))]
    print(json.dumps({"file": name, "findings": found, "seconds": time.process_time() - begun}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(Path(__file__).parent.parent), *map(str, paths)],
        capture_output=True,
        text=True,
        preexec_fn=limited if sys.platform == "linux" else None,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What each hostile file gives; all of them together within the limits."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = {}
    for number, (name, (ending, content, _, _)) in enumerate(HOSTILE.items()):
        paths[name] = folder / f"given-{number}.{ending}"
        paths[name].write_bytes(content)
    by_file = {str(outcome["file"]): outcome for outcome in run_limited(list(paths.values()))}
    return {name: by_file[str(path)] for name, path in paths.items()}


@pytest.mark.parametrize("name", HOSTILE)
def test_one_clear_error(outcomes: dict[str, dict[str, object]], name: str) -> None:
    _, _, rule, line = HOSTILE[name]
    outcome = outcomes[name]
    found = outcome["findings"]
    assert isinstance(found, list) and isinstance(outcome["seconds"], float)
    assert outcome["seconds"] < 4
    if name != "aliases that multiply":
        assert len(found) == 1, [one["message"] for one in found]
    first = found[0]
    assert first["file"] == outcome["file"]
    assert first["message"] and first["hint"] and len(first["message"]) < 400
    if rule:
        assert (first["rule"], first["line"]) == (rule, line), first


def make_folder(path: Path) -> None:
    path.mkdir()


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_loop(path: Path) -> None:
    path.symlink_to(path)


def make_nothing(path: Path) -> None:
    """No file at all."""


@pytest.mark.skipif(sys.platform != "linux", reason="pipes and links as Linux has them")
@pytest.mark.parametrize("ending", ["yaml", "ttl", "csv", "jsonld", "rdf"])
@pytest.mark.parametrize("make", [make_folder, make_pipe, make_loop, make_nothing])
def test_what_is_no_file(tmp_path: Path, make: Callable[[Path], None], ending: str) -> None:
    path = tmp_path / f"given.{ending}"
    make(path)
    [finding] = read(path)
    assert finding.line == 1 and finding.hint
    assert finding.rule == ("table-file" if ending == "csv" else "unreadable")


def test_a_device_without_end(tmp_path: Path) -> None:
    path = tmp_path / "given.ttl"
    path.symlink_to("/dev/zero")
    [finding] = read(path)
    assert finding.message == "this is no ordinary file"


METADATA = resources.data_folder() / "budgets" / "tables" / "table-1.csv-metadata.json"
TABLE = METADATA.with_name("table-1.csv").read_bytes()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"\x00" * 100, 1),
        (TABLE.decode().encode("utf-16"), 1),
        (TABLE.replace(b"Consultants", b"Consult\xffants"), 5),
        (TABLE.replace(b"Consultants", b'"Consultants'), 5),
        (TABLE.replace(b"Consultants", b"C" * 200_000), 5),
        (TABLE[: len(TABLE) // 2].rsplit(b"\n", 1)[0] + b"\nx,y", 0),
        (b"," * MAX_BYTES, 1),
    ],
)
def test_hostile_tables(tmp_path: Path, content: bytes, line: int) -> None:
    path = tmp_path / "table-1.csv"
    path.write_bytes(content)
    tables = {"table-1.csv": METADATA.with_name("table-1.csv")}
    with pytest.raises(EntryErrors) as caught:
        load_files([path], TERMS, CONTEXT, tables=tables)
    found = [finding for finding in caught.value.findings if finding.rule != "undefined-reference"]
    assert found and all(finding.line >= 1 and finding.hint for finding in found)
    if line:
        assert found[0].line == line, found[0].as_text()


def test_a_list_whose_only_item_is_refused_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "given.yaml"
    path.write_text("id: organization/x\ntype: Organization\nevidence:\n  - source:\n      - null\n", "utf-8")
    assert ("no-value", 5) in [(finding.rule, finding.line) for finding in read(path)]
