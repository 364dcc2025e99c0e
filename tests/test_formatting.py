"""Canonical formatting (modules `formatting`, `comments`, `scalars`, `key_order`) and `mea-kg format`."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from mea_kg import resources
from mea_kg.cli import format as command
from mea_kg.entries import parse_entry
from mea_kg.errors import EntryErrors
from mea_kg.formatting import formatted
from mea_kg.key_order import KEY_ORDER
from mea_kg.scalars import block_lines, in_one_line, is_plain
from mea_kg.trees import Mapping, Scalar, Tree

CANONICAL = """\
# Head of the file.
# Second line.

# What kind of thing this is.
id: partnership/cites-wco
type: MemorandumOfUnderstanding  # as printed
label: "Memorandum: CITES and WCO"
aliases:
  - the Memorandum
  # An old name.
  - MoU  # in one place
participants: [secretariat/cites, organization/wco]
status: established
themes: [illegal-wildlife-trade, capacity-building]  # both printed
note: |-
  First line.

    Third line.
startDate: "2005-01-01"
evidence:
  # The first.
  - source: document/cites-response-2025
    pinpoint: list of instruments
    phrase: '"Memorandum": of \\ 1996'
    gives: {status: established}
# What follows is nested.
memberships:
  - member: organization/wco
    role: member
# Foot of the file.
"""


def test_what_is_canonical_stays() -> None:
    assert formatted(CANONICAL) == CANONICAL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("label: x\nid: a/b\ntype: T\n", "id: a/b\ntype: T\nlabel: x\n"),
        ("id:   a/b", "id: a/b\n"),
        ("---\nid: a/b\n...\n", "id: a/b\n"),
        ("\ufeffid: a/b\r\nlabel: x\r\n", "id: a/b\nlabel: x\n"),
        ("{id: a/b, label: x y}\n", "id: a/b\nlabel: x y\n"),
        ("id: 'a/b'\nlabel: \"x\"\n", "id: a/b\nlabel: x\n"),
        ("order: 3\n", 'order: "3"\n'),
        ("startDate: 2005-01-01\n", 'startDate: "2005-01-01"\n'),
        ("participantsStated: false\n", 'participantsStated: "false"\n'),
        ("label: |\n  one\n", "label: one\n"),
        ("label: >-\n  one\n  two\n", "label: one two\n"),
        ("label: one\n  two\n", "label: one two\n"),
        ('label: "one\\ntwo"\n', "label: |-\n  one\n  two\n"),
        ('label: "one\\n two\\n\\nthree"\n', "label: |-\n  one\n   two\n\n  three\n"),
        ("themes:\n- a\n- b\n", "themes: [a, b]\n"),
        ("themes: [a b, c]\n", "themes:\n  - a b\n  - c\n"),
        ('themes: ["1"]\n', 'themes: ["1"]\n'),
        ("themes:\n- - a\n  - b c\n", "themes:\n  - - a\n    - b c\n"),
        ("gives:\n  themes: a\n  status: b\n", "gives: {status: b, themes: a}\n"),
        ("gives:\n  note: a b\n", "gives:\n  note: a b\n"),
        ("label: {en: x}\n", "label:\n  en: x\n"),
        ("graph:\n- id: a/b\n\n\n- id: a/c\n", "graph:\n  - id: a/b\n\n  - id: a/c\n"),
        ("unknown: x\nother: z\nid: a/b\n", "id: a/b\nunknown: x\nother: z\n"),
        ("? id\n: a/b\n", "id: a/b\n"),
        ("id: a/b\n\n\nlabel: x\n\n", "id: a/b\nlabel: x\n"),
        ("acts:\n- action: x\n  type: T\n", "acts:\n  - type: T\n    action: x\n"),
    ],
)
def test_forms(text: str, expected: str) -> None:
    assert formatted(text) == expected
    assert formatted(expected) == expected


def test_long_text_is_not_wrapped_and_long_lists_stand_below_each_other() -> None:
    text = "x" * 60 + " " + "y" * 60
    assert formatted(f"label: {text}\n") == f"label: {text}\n"
    words = ["w" * 30, "x" * 30, "y" * 30]
    assert formatted(f"themes: [{', '.join(words)}]\n").count("\n") == 4
    assert formatted(f"themes: [{', '.join(words[:2])}]\n").count("\n") == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# c\nid: a/b\n", "# c\nid: a/b\n"),
        ("# c\n\nid: a/b\n", "# c\n\nid: a/b\n"),
        ("# c\n---\nid: a/b\n", "# c\n\nid: a/b\n"),
        ("# c\n\n\n# d\n# e\nid: a/b\n", "# c\n\n# d\n# e\nid: a/b\n"),
        ("# c\n\n# d\n\nid: a/b\n", "# c\n\n# d\n\nid: a/b\n"),
        ("# c\nlabel: x\nid: a/b\n", "id: a/b\n# c\nlabel: x\n"),
        ("id: a/b # c\n", "id: a/b  # c\n"),
        ("id: a/b #c\n", "id: a/b  #c\n"),
        ("id: 'a#b' # c\n", "id: a#b  # c\n"),
        ('id: "a # b"\n', 'id: "a # b"\n'),
        ("id: # c\n  a/b\n", "id: a/b  # c\n"),
        ("id: # c\n  a/b # d\n", "# c\nid: a/b  # d\n"),
        ("themes: # c\n- a b\n", "themes:  # c\n  - a b\n"),
        ("themes: [a, b] # c\n", "themes: [a, b]  # c\n"),
        ("themes: [a, # c\n  b]\n", "themes:\n  - a  # c\n  - b\n"),
        (
            "themes: [a,\n  # c\n  b\n  # d\n  ] # e\nnote: x\n",
            "themes:  # e\n  - a\n  # c\n  - b\n# d\nnote: x\n",
        ),
        ("themes:\n- a\n# c\n- b\n", "themes:\n  - a\n  # c\n  - b\n"),
        ("acts:\n# c\n- type: x\n", "acts:\n  # c\n  - type: x\n"),
        ("acts:\n- # c\n  type: x\n", "acts:\n  # c\n  - type: x\n"),
        ("acts:\n- type: x # c\n  # d\n  id: a/b\n", "acts:\n  # d\n  - id: a/b\n    type: x  # c\n"),
        ("acts: [{type: x} # c\n ]\n", "acts:\n  - type: x  # c\n"),
        ("acts:\n- {type: x} # c\n", "acts:\n  # c\n  - type: x\n"),
        ("note: | # c\n  x\n", "note: x  # c\n"),
        ("note: |- # c\n  x\n  # y\n", "note: |-  # c\n  x\n  # y\n"),
        ("id: a/b\n# c\n\n# d\n", "id: a/b\n# c\n# d\n"),
        ("id: ü # ä\nlabel: é # ö\n", "id: ü  # ä\nlabel: é  # ö\n"),
    ],
)
def test_comments_stay_with_what_they_are_about(text: str, expected: str) -> None:
    assert formatted(text) == expected
    assert formatted(expected) == expected


@pytest.mark.parametrize("text", ["", "a: [", "a: 1\na: 2\n", "a:\n", "a: &x b\n", "- a\n", 'a: "b "\n'])
def test_what_cannot_be_read_is_not_formatted(text: str) -> None:
    with pytest.raises(EntryErrors, match=r"^name\.yaml:"):
        formatted(text, "name.yaml")


# Meaning


def meaning(tree: Tree | None) -> object:
    """The tree without the order of keys."""
    if tree is None:
        return None
    if isinstance(tree, Scalar):
        return tree.text
    if isinstance(tree, Mapping):
        return {name: meaning(entry.value) for name, entry in tree.entries.items()}
    return [meaning(item) for item in tree.items]


AWKWARD = (
    *(
        "no",
        "null",
        "~",
        "1",
        "1.5",
        "1e3",
        "0o7",
        "2005-01-01",
        "12:30",
        "a: b",
        "a #b",
        "#a",
        "- a",
        "-",
        "?",
        ":a",
    ),
    *(
        "a:",
        "'a",
        '"a',
        "a'",
        "[a",
        "{a",
        "a]",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a",
        "|",
        ">",
        "a\nb",
        "a\n\n b",
        "=",
    ),
    *(
        "<<",
        "---",
        "...",
        "- - a",
        "a\tb",
        "a  b",
        "y",
        "N",
        "\u00a0x",
        "a\u200bb",
        "\U0001f600",
        "\\",
        "a\\nb",
        ".",
    ),
    *("._", "+1", "0x1f"),
)
CHARACTERS = st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cn", "Co"], exclude_characters="\u2028\u2029\ufeff"
)
texts = st.text(CHARACTERS, min_size=1, max_size=12) | st.sampled_from(AWKWARD)
stated = texts.map(str.strip).filter(bool)
keys = st.sampled_from(KEY_ORDER) | stated
values = st.recursive(
    stated,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(keys, inner, min_size=1, max_size=4)
    ),
    max_leaves=10,
)
contents = st.dictionaries(keys, values, min_size=1, max_size=5)


@st.composite
def styled(draw: st.DrawFn) -> str:
    """A text that PyYAML writes in one of its many styles."""
    return str(
        yaml.dump(
            draw(contents),
            Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper),
            default_style=draw(st.sampled_from([None, '"', "'", "|", ">"])),
            default_flow_style=draw(st.sampled_from([None, True, False])),
            indent=draw(st.integers(2, 6)),
            width=draw(st.sampled_from([20, 80, 10_000])),
            allow_unicode=draw(st.booleans()),
            explicit_start=draw(st.booleans()),
            sort_keys=draw(st.booleans()),
            line_break=draw(st.sampled_from(["\n", "\r\n"])),
        )
    )


@given(styled())
def test_formatting_keeps_the_meaning_and_is_stable(text: str) -> None:
    before = parse_entry(text, "before")
    assume(not before.findings)
    once = formatted(text)
    after = parse_entry(once, "after")
    assert not after.findings
    assert meaning(after.root) == meaning(before.root)
    assert formatted(once) == once
    assert yaml.safe_load(once) == meaning(before.root), "every YAML reader takes every value for text"
    assert once.endswith("\n") and not once.endswith("\n\n")


LINES = CANONICAL.splitlines()
WITHOUT_COMMENTS = [
    re.sub(r"\s+# .*$", "", line) for line in LINES if not line.lstrip().startswith("#") and line
]
# In a text of several lines a line with a hash sign is no comment.
IN_TEXT = range(WITHOUT_COMMENTS.index("note: |-") + 1, WITHOUT_COMMENTS.index("note: |-") + 3)


@given(
    st.dictionaries(st.integers(0, len(WITHOUT_COMMENTS)), st.integers(0, 6), max_size=8),
    st.sets(st.integers(0, len(WITHOUT_COMMENTS) - 1), max_size=8),
    st.sets(st.integers(0, len(WITHOUT_COMMENTS)), max_size=5),
)
def test_no_comment_is_lost_wherever_it_stands(
    alone: dict[int, int], behind: set[int], blank: set[int]
) -> None:
    lines: list[str] = []
    written = []
    for number, line in enumerate([*WITHOUT_COMMENTS, None]):
        in_text = number in IN_TEXT or number - 1 in IN_TEXT
        if number in blank and not in_text:
            lines.append("")
        if number in alone and not in_text:
            written.append(f"# alone {number}")
            lines.append(" " * alone[number] + written[-1])
        if line is None:
            break
        if number in behind and number not in IN_TEXT:
            written.append(f"# behind {number}")
            line += "  " + written[-1]
        lines.append(line)
    text = "\n".join(lines) + "\n"
    once = formatted(text)
    assert sorted(re.findall(r"# (?:alone|behind) \d+", once)) == sorted(written)
    assert formatted(once) == once
    assert meaning(parse_entry(once, "f").root) == meaning(parse_entry(text, "f").root)


def test_comments_move_with_their_keys() -> None:
    text = "note: x  # of note\n# of label\nlabel: l\n# of type\ntype: T  # behind type\nid: a/b\n"
    expected = "id: a/b\n# of type\ntype: T  # behind type\n# of label\nlabel: l\nnote: x  # of note\n"
    assert formatted(text) == expected


# Scalars


@given(texts)
def test_a_line_of_yaml_is_read_as_the_text(text: str) -> None:
    for line in (f"k: {in_one_line(text)}\n", f"k:\n  - {in_one_line(text)}\n"):
        try:
            content = yaml.load(line, Loader=yaml.BaseLoader)["k"]
        except yaml.reader.ReaderError:
            assert not text.isprintable()
            continue
        assert content in (text, [text])
    assert "\n" not in in_one_line(text)


@given(texts)
def test_what_is_plain_is_a_string_to_every_reader(text: str) -> None:
    if is_plain(text):
        assert yaml.safe_load(f"k: {text}  # c\n") == {"k": text}
        assert yaml.safe_load(f"- {text}\n") == [text]


@pytest.mark.parametrize(
    "text", ["Conf. 18.5", "para. 5(c)", "a/b", "it's", 'the "X"', "Ü é", "a, b", "(Rev. CoP18)", "-5 C"]
)
def test_ordinary_text_needs_no_quotes(text: str) -> None:
    assert in_one_line(text) == text


@pytest.mark.parametrize("text", ["one", "\na", "a\n", " a\nb", "a \nb", "a\n\tb\x07", "a\rb\nc"])
def test_what_cannot_stand_in_a_block(text: str) -> None:
    assert block_lines(text) is None


# The command


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.configure(parser)
    return command.run(parser.parse_args(arguments))


@pytest.fixture
def untidy(tmp_path: Path) -> Path:
    path = tmp_path / "x.yaml"
    path.write_text("label: x\nid: 'a/b' # c\n")
    return path


def test_a_file_is_formatted_in_place(untidy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    untidy.chmod(0o640)
    assert run(str(untidy)) == 0
    assert untidy.read_bytes() == b"id: a/b  # c\nlabel: x\n"
    assert untidy.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in untidy.parent.iterdir()] == ["x.yaml"]
    captured = capsys.readouterr()
    assert captured.out == f"{untidy}\n"
    assert "1 file formatted" in captured.err
    assert run(str(untidy)) == 0
    assert capsys.readouterr().out == ""


def test_a_link_stays_a_link(untidy: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(untidy)
    assert run(str(link)) == 0
    assert link.is_symlink()
    assert untidy.read_bytes().startswith(b"id: a/b")


def test_check_prints_a_diff_and_changes_nothing(untidy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = untidy.read_bytes()
    assert run("--check", str(untidy)) == 1
    assert untidy.read_bytes() == before
    captured = capsys.readouterr()
    assert "-id: 'a/b' # c\n" in captured.out and "+id: a/b  # c\n" in captured.out
    assert "1 file to format" in captured.err


def test_check_of_a_formatted_file(untidy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(str(untidy))
    capsys.readouterr()
    assert run("--check", str(untidy)) == 0
    assert capsys.readouterr().out == ""


def test_check_sees_line_ends_and_a_missing_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for content in (b"id: a/b\r\n", b"id: a/b", b"\xef\xbb\xbfid: a/b\n"):
        path = tmp_path / "x.yaml"
        path.write_bytes(content)
        assert run("--check", str(path)) == 1
        assert capsys.readouterr().out.startswith("---")


def test_a_file_that_cannot_be_read_is_left_and_the_others_formatted(
    untidy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: [\n")
    assert run(str(broken), str(untidy), str(tmp_path / "absent.yaml")) == 2
    assert broken.read_text() == "a: [\n"
    assert untidy.read_text().startswith("id: a/b")
    errors = capsys.readouterr().err
    assert f"{broken.as_posix()}:" in errors and "absent.yaml:1:1" in errors
    assert run("--check", str(broken)) == 2


def test_what_cannot_be_written_stays_whole(
    untidy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    before = untidy.read_bytes()
    monkeypatch.setattr(Path, "replace", fail)
    assert run(str(untidy)) == 2
    assert untidy.read_bytes() == before
    assert [path.name for path in untidy.parent.iterdir()] == ["x.yaml"]
    assert "No space left on device" in capsys.readouterr().err


def test_without_files_the_data_folder_is_formatted(
    untidy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(resources, "data_folder", lambda: untidy.parent)
    assert run("--check") == 1
    assert "x.yaml" in capsys.readouterr().out


# The line that names the schema


LINE = "# yaml-language-server: $schema=../../.schema/entry.json"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{LINE}\nid: a/b\n", f"{LINE}\nid: a/b\n"),
        (f"{LINE}\n\n# about\n\nid: a/b\n", f"{LINE}\n# about\n\nid: a/b\n"),
        (f"# about\n\n{LINE}\nlabel: l\nid: a/b\n", f"{LINE}\n# about\n\nid: a/b\nlabel: l\n"),
        (f"id: a/b\n{LINE}\n", f"{LINE}\nid: a/b\n"),
        (f"{LINE}\n# of id\nid: a/b\n", f"{LINE}\n# of id\nid: a/b\n"),
    ],
)
def test_the_line_that_names_the_schema_stands_first(text: str, expected: str) -> None:
    assert formatted(text) == expected
    assert formatted(expected) == expected


def test_curated_files_get_the_line_and_others_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    curated = tmp_path / "data" / "decisions" / "a.yaml"
    other = tmp_path / "b.yaml"
    curated.parent.mkdir(parents=True)
    for path in (curated, other):
        path.write_text("# yaml-language-server: $schema=old.json\nid: a/b\n")
    monkeypatch.setattr(resources, "data_folder", lambda: tmp_path / "data")
    monkeypatch.setattr(resources, "schema_file", lambda: tmp_path / ".schema" / "entry.json")
    assert run(str(curated), str(other)) == 0
    assert curated.read_text() == f"{LINE}\nid: a/b\n"
    assert other.read_text() == "# yaml-language-server: $schema=old.json\nid: a/b\n"
