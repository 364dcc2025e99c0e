"""Reading of files: bytes, YAML, tree (modules `entries`, `composing` and `trees`)."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mea_kg import composing
from mea_kg.composing import MAX_DEPTH
from mea_kg.encodings import MAX_BYTES
from mea_kg.entries import parse_entry, read_entry
from mea_kg.findings import Finding
from mea_kg.trees import EntryFile, Mapping, Scalar, Tree


def plain(tree: Tree | None) -> object:
    """The tree as strings, lists and dicts."""
    if tree is None or isinstance(tree, Scalar):
        return tree.text if tree else None
    if isinstance(tree, Mapping):
        return {name: plain(entry.value) for name, entry in tree.entries.items()}
    return [plain(item) for item in tree.items]


def only(entry: EntryFile) -> Finding:
    (finding,) = entry.findings
    return finding


@pytest.fixture(params=["c", "python"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test that asks for it runs with the C loader and with the one that is always there."""
    if request.param == "python":
        monkeypatch.setattr(composing, "LOADER", yaml.SafeLoader)


def test_every_scalar_is_text() -> None:
    text = "a: no\nb: 3:45\nc: 8.10\nd: 2005-01-01\ne: 0x1f\nf: 'null'\ng: .inf\nno: x\n"
    entry = parse_entry(text, "f")
    assert not entry.findings
    assert plain(entry.root) == {
        "a": "no",
        "b": "3:45",
        "c": "8.10",
        "d": "2005-01-01",
        "e": "0x1f",
        "f": "null",
        "g": ".inf",
        "no": "x",
    }


@pytest.mark.usefixtures("loader")
def test_places_count_from_one() -> None:
    entry = parse_entry("# ü\nid: a/b\nlist:\n  - x: 1\n    y: [ä, bb]\n", "f")
    assert entry.root is not None
    key, value = entry.root.entries["list"].key, entry.root.entries["list"].value
    assert (key.place.line, key.place.column) == (3, 1)
    assert not isinstance(value, Scalar | Mapping)
    (node,) = value.items
    assert (node.place.line, node.place.column) == (4, 5)
    assert isinstance(node, Mapping)
    words = node.entries["y"].value
    assert not isinstance(words, Scalar | Mapping)
    assert [(item.place.line, item.place.column) for item in words.items] == [(5, 9), (5, 12)]


def test_a_block_scalar_has_no_line_end_at_its_end() -> None:
    entry = parse_entry("a: |\n  one\n  two\nb: >\n  three\n  four\n", "f")
    assert not entry.findings
    assert plain(entry.root) == {"a": "one\ntwo", "b": "three four"}


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "rule", "line", "column"),
    [
        ("", "empty-file", 1, 1),
        ("# nothing\n", "empty-file", 1, 1),
        ("null\n", "empty-file", 1, 1),
        ("- a\n", "not-a-node", 1, 1),
        ("text\n", "not-a-node", 1, 1),
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", 3, 1),
        ("a:\n", "no-value", 1, 3),
        ("a: ~\n", "no-value", 1, 4),
        ("a: null\n", "no-value", 1, 4),
        ("a: ''\n", "no-value", 1, 4),
        ("a: '  '\n", "no-value", 1, 4),
        ("a: []\n", "no-value", 1, 4),
        ("a: {}\n", "no-value", 1, 4),
        ("a: [b, '']\n", "no-value", 1, 8),
        ("a:\n  - b\n  -\n", "no-value", 3, 4),
        ("a: x\n'': b\n", "no-value", 2, 1),
        ("a: &x b\n", "anchor", 1, 4),
        ("a: &x [b]\n", "anchor", 1, 4),
        ("a: !!str b\n", "tag", 1, 4),
        ("a: !x {b: c}\n", "tag", 1, 4),
        ("<<: {a: b}\n", "merge", 1, 1),
        ("%YAML 1.1\n---\na: b\n", "directive", 1, 1),
        ("a: b\n---\nc: d\n", "several-documents", 2, 1),
        ("? [a]\n: b\nc: d\n", "key-not-text", 1, 3),
        ("? {a: b}\n: b\nc: d\n", "key-not-text", 1, 3),
        (f"'{'k' * 201}': b\n", "long-key", 1, 1),
        ('a: "b "\n', "white-space", 1, 4),
        ('a: "\\0"\n', "control-character", 1, 4),
        ('a: "\\u202e"\n', "control-character", 1, 4),
        ("a: b: c\n", "syntax", 1, 5),
        ("a: [b\nc: d\n", "syntax", 2, 2),
        ('a: "b\n', "syntax", 2, 1),
        ("a: b\n\tc: d\n", "syntax", 2, 1),
        ("a: @b\n", "syntax", 1, 4),
        ("a: b\x01\n", "syntax", 1, 5),
    ],
)
def test_what_is_refused(text: str, rule: str, line: int, column: int) -> None:
    finding = only(parse_entry(text, "f.yaml"))
    assert (finding.rule, finding.file) == (rule, "f.yaml")
    assert (finding.line, finding.column) == (line, column) or rule == "syntax"
    if rule == "syntax":
        assert abs(finding.line - line) <= 1
    assert finding.hint


def test_an_alias_is_refused_with_its_anchor() -> None:
    entry = parse_entry("a: &x b\nc: *x\n", "f")
    assert [finding.rule for finding in entry.findings] == ["anchor", "alias"]


def test_an_alias_bomb_is_read_in_no_time() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    entry = parse_entry("\n".join(lines), "f")
    assert {finding.rule for finding in entry.findings} == {"anchor", "alias"}


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "a: " + "{a: " * 5_000, "- " * 100_000, "a: " + "[" * 200 + "]" * 200]
)
def test_deep_nesting_is_refused(text: str) -> None:
    entry = parse_entry(text, "f")
    assert {finding.rule for finding in entry.findings} <= {"too-deep", "syntax"}
    assert entry.findings and entry.root is None


def test_nesting_up_to_the_bound_is_read() -> None:
    depth = MAX_DEPTH - 1
    assert not parse_entry("a: " + "[" * depth + "b" + "]" * depth, "f").findings
    assert only(parse_entry("a: " + "[" * (depth + 1) + "b" + "]" * (depth + 1), "f")).rule == "too-deep"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("label: Foo: bar\n", "double quotes"),
        ("label: x\n\ttype: y\n", "tab"),
        ("label: @x\n", "double quotes"),
        ("a: null\n", '"null"'),
        ("a: &b c\n", "double quotes"),
        ("a: 1\na: 2\n", "list"),
    ],
)
def test_hints_say_what_to_do(text: str, words: str) -> None:
    assert words in parse_entry(text, "f").findings[0].hint


def test_all_findings_are_collected() -> None:
    entry = parse_entry("a:\nb: 1\nb: 2\nc: &d e\nf: []\n", "f")
    assert [finding.rule for finding in entry.findings] == ["no-value", "duplicate-key", "anchor", "no-value"]


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes("a: ü\nb: ü".encode() + b"\xe9\n")
    finding = only(read_entry(path))
    assert (finding.rule, finding.line, finding.column) == ("not-utf-8", 2, 5)
    assert finding.file == path.as_posix()


def test_utf16_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("a: b", encoding="utf-16")
    assert only(read_entry(path)).rule == "not-utf-8"


def test_a_byte_order_mark_and_carriage_returns_are_read(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(b"\xef\xbb\xbfid: a/b\r\nlabel: x\r\n  y\r\n")
    entry = read_entry(path, "shown.yaml")
    assert not entry.findings
    assert plain(entry.root) == {"id": "a/b", "label": "x y"}
    assert entry.root is not None and entry.root.place.column == 1
    assert entry.file == "shown.yaml"


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(b"a: " + b"b" * MAX_BYTES)
    assert only(read_entry(path)).rule == "too-large"


@pytest.mark.parametrize("name", ["absent.yaml", "folder"])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    assert only(read_entry(tmp_path / name)).rule == "unreadable"


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    entry = parse_entry(text, "f")
    assert (entry.root is None) <= bool(entry.findings)
    lines = text.count("\n") + text.count("\r") + sum(map(text.count, "\x85\u2028\u2029")) + 1
    assert all(1 <= finding.line <= lines + 1 and finding.column >= 1 for finding in entry.findings)


PIECES = (
    *(
        "a",
        "id",
        ": ",
        ":",
        "\n",
        "\n  ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "'",
        '"',
        "#",
        "&x ",
        "*x",
        "!t ",
        "|",
    ),
    *(">", "? ", "~", "null", "---\n", "\t", "%", "@", "<<", " ", "é", "\\"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_yaml_breaks_the_reader_and_both_loaders_agree(text: str) -> None:
    first = parse_entry(text, "f")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composing, "LOADER", yaml.SafeLoader)
        second = parse_entry(text, "f")
    if not first.findings and not second.findings:
        assert plain(first.root) == plain(second.root)
