"""Skeletons of entries (modules `skeletons`, `entry_kinds`, `demands`) and `mea-kg new`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from mea_kg import resources
from mea_kg.cli import main
from mea_kg.demands import Demands
from mea_kg.entries import parse_entry
from mea_kg.entry_kinds import CuratedNodes, Kinds
from mea_kg.errors import EntryErrors, InputError
from mea_kg.findings import VIOLATION, WARNING
from mea_kg.formatting import formatted
from mea_kg.key_order import in_order
from mea_kg.loading import read_context
from mea_kg.modelines import MODELINE
from mea_kg.nodes import read_nodes
from mea_kg.ontology import read_ontology
from mea_kg.shapes import Shapes, authored_modules
from mea_kg.skeletons import Skeletons
from mea_kg.validation import validate_files
from mea_kg.vocabulary import Vocabulary

CONTEXT = read_context(resources.data_folder())
VOCABULARY = Vocabulary(read_ontology(resources.ontology_folder()))
DEMANDS = Demands(Shapes.read(authored_modules(resources.shapes_folder())).triples, CONTEXT, VOCABULARY)
KINDS = Kinds(CONTEXT, VOCABULARY, DEMANDS, CuratedNodes.read(resources.data_folder(), CONTEXT))
NAMES = sorted(KINDS.by_name)


def skeleton(name: str) -> str:
    return Skeletons(CONTEXT, VOCABULARY, DEMANDS).write(KINDS.find(name))


WRITTEN = {
    "source": "document/bs-iv-6",
    "pinpoint": "para. 1",
    "phrase": "Welcomes the partnership",
    "status": "established",
    "participants": "[secretariat/cites, organization/wco]",
    "subject": "secretariat/cites",
    "counterparts": "organization/wco",
    "sessionOf": "body/cites-cop",
    "officeOf": "organization/wco",
    "actsUnder": "treaty/unclos",
    "fund": "fund/byp",
    "contributors": "state/canada",
    "sourceKind": "third-party",
    "printed": "1,000",
    "value": '"1000"',
    "unit": "USD",
    "year": '"2005"',
    "locator": "Article 7",
    "partOf": "table/budget-2005-2006/1",
}
"""What is written for the keys that a skeleton asks for."""


def filled(name: str) -> str:
    """A skeleton with each TODO replaced by what a curator could write."""
    kind = KINDS.find(name)
    text = skeleton(name).replace(f"{kind.prefix}/TODO", f"{kind.prefix}/example-{name}")
    chosen = next(
        one
        for one in kind.classes
        if kind.prefix in (VOCABULARY.kinds(CONTEXT.classes[one]) or [kind.prefix])
    )
    text = re.sub(r"^type: TODO$", f"type: {chosen}", text, flags=re.MULTILINE)
    text = re.sub(r"^label: TODO$", f"label: Example of the kind {name}", text, flags=re.MULTILINE)

    written = {**WRITTEN, "partOf": "treaty/unclos"} if name == "provision" else WRITTEN

    def value(match: re.Match[str]) -> str:
        return f"{match[1]}{match[2]}: {written[match[2]]}"

    # What is behind a hash sign stays there, unless it is asked of the class that was chosen.
    demands, choices = DEMANDS.of(chosen)
    asked = [key for key, demand in demands.items() if demand.is_required]
    for key in [*asked, *(choice.keys[0] for choice in choices if choice.is_required)]:
        text = re.sub(rf"^#{key}: TODO$", f"{key}: TODO", text, flags=re.MULTILINE)
    return re.sub(r"^( *(?:- )?)(\w+): TODO$", value, text, flags=re.MULTILINE)


def files(folder: Path, texts: dict[str, str]) -> list[Path]:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return sorted(folder.iterdir())


@cache
def folders() -> tuple[Path, Path, Path]:
    return resources.data_folder(), resources.ontology_folder(), resources.shapes_folder()


def test_there_is_a_kind_for_each_class_that_entries_have() -> None:
    nodes = CuratedNodes.read(resources.data_folder(), CONTEXT).nodes
    assert {name for name, _, _ in nodes} <= {
        name for kind in KINDS.by_name.values() for name in kind.classes
    }
    expected = "treaty secretariat decision resolution organization state programme trust-fund meeting group"
    assert {*expected.split(), "partnership", "source-document"} <= set(NAMES)


def test_what_is_asked_for_suffices(tmp_path: Path) -> None:
    paths = files(tmp_path, {name: filled(name) for name in NAMES})
    report = validate_files(paths, *folders())
    assert [finding.as_text() for finding in report.findings if finding.severity == VIOLATION] == []


def test_what_is_not_filled_in_is_named_and_nothing_else(tmp_path: Path) -> None:
    paths = files(tmp_path, {name: skeleton(name) for name in NAMES})
    with pytest.raises(EntryErrors) as caught:
        validate_files(paths, *folders())
    assert {finding.rule for finding in caught.value.findings} == {"placeholder"}
    for path in paths:
        lines = path.read_text(encoding="utf-8").splitlines()
        asked = {number for number, line in enumerate(lines, 1) if re.match(r"^[^#]*: (\S+/)?TODO$", line)}
        named = {finding.line for finding in caught.value.findings if finding.file == path.as_posix()}
        assert asked == named, path.stem


def test_nothing_is_asked_for_without_need(tmp_path: Path) -> None:
    """An entry that lacks one of the keys asked for is refused."""
    texts = {}
    for name in NAMES:
        text = filled(name)
        for key in yaml.safe_load(text):
            if key not in ("id", "type", "evidence", "amounts"):
                shorter = re.sub(rf"^{key}: .*\n", "", text, flags=re.MULTILINE)
                assert shorter != text
                texts[f"{name}--{key}"] = shorter.replace(
                    f"/example-{name}", f"/example-{name}/{key.lower()}"
                )
    paths = files(tmp_path, texts)
    report = validate_files(paths, *folders())
    refused = {finding.file for finding in report.findings if finding.severity == VIOLATION}
    assert refused == {path.as_posix() for path in paths}


@pytest.mark.parametrize("name", NAMES)
def test_a_skeleton_can_be_formatted_and_its_keys_are_in_order(name: str) -> None:
    text = skeleton(name)
    entry = parse_entry(text, "new.yaml")
    assert entry.root is not None and not entry.findings
    keys = list(entry.root.entries)
    assert keys == in_order(keys)
    once = formatted(text)
    assert formatted(once) == once
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("name", NAMES)
def test_every_key_of_the_kind_is_explained(name: str) -> None:
    text = skeleton(name)
    for one in KINDS.find(name).classes:
        above = VOCABULARY.superclasses(CONTEXT.classes[one])
        demands, _ = DEMANDS.of(one)
        for key, term in CONTEXT.terms.items():
            barred = key in demands and demands[key].is_barred
            if above & VOCABULARY.domains.get(term.iri, set()) and not barred:
                assert re.search(rf"^#?{key}:", text, re.MULTILINE), f"{one}: {key}"
                assert re.search(rf"# {key}\b", text), f"{one}: {key}"


@pytest.mark.parametrize("name", ["decision", "group", "programme-budget", "treaty"])
def test_keys_behind_hash_signs_become_keys(name: str) -> None:
    """With one hash sign taken away from each line of keys, the file is still YAML with known keys."""
    lines = [
        line.removeprefix("#") if re.match(r"#( {2}|\S)", line) else line
        for line in skeleton(name).split("\n")
    ]
    entry = parse_entry("\n".join(lines), "new.yaml")
    read_nodes(entry, CONTEXT)
    rules = {finding.rule for finding in entry.findings}
    # `gives` holds keys of the reader's choice; nodes with placeholders get no identifiers of their own.
    unknown = {finding.found for finding in entry.findings if finding.rule == "unknown-key"}
    assert unknown <= {"TODO"} and rules <= {"placeholder", "unknown-key"}


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Decision", "decision"),
        ("source document", "source-document"),
        ("MemorandumOfUnderstanding", "memorandum-of-understanding"),
        ("Post", "budgeted-post"),
        ("fund", "fund"),
        ("body", "body"),
        ("document", "document"),
    ],
)
def test_a_kind_is_found_in_any_spelling(written: str, kind: str) -> None:
    assert KINDS.find(written).name == kind


def test_a_kind_of_which_identifiers_begin_so_has_all_its_classes() -> None:
    assert set(KINDS.find("body").classes) >= {"GoverningBody", "SubsidiaryBody"}


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("memo", "memorandum-of-understanding or memorandum-of-cooperation"),
        ("conventon", "convention"),
        ("zzz", "lists the kinds"),
        ("", "lists the kinds"),
        ("request", "inside another entry, under `acts`"),
        ("act", "inside another entry, under `acts`"),
        ("Evidence", "under `evidence`"),
        ("paragraph", "under `paragraphs` or `items`"),
    ],
)
def test_another_name_is_told_the_nearest(written: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        KINDS.find(written)
    assert hint in (caught.value.hint or "")


def test_new_writes_a_file_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bs-v-3.yaml"
    assert main(["new", "decision", "--id", "bs-v-3", "-o", str(file)]) == 0
    text = file.read_text(encoding="utf-8")
    assert MODELINE.fullmatch(text.splitlines()[0])
    assert "\nid: decision/bs-v-3\ntype: Decision\n" in text.replace("\n\n", "\n")
    assert main(["new", "decision", "-o", str(file)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == text


def test_a_kind_of_several_prefixes_takes_that_of_most_entries_and_allows_all(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for written, identifier in {"zz": "organization/zz", "body/zz": "body/zz"}.items():
        assert main(["new", "intergovernmental-organization", "--id", written]) == 0
        assert f"\nid: {identifier}\n" in capsys.readouterr().out


def test_new_without_a_kind_lists_the_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new"]) == 0
    printed = capsys.readouterr().out
    assert all(re.search(rf"^{name} ", printed, re.MULTILINE) for name in NAMES)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["decison"], "did you mean decision?"),
        (["decision", "--id", "bs-iv-6"], "is defined already, in "),
        (["decision", "--id", "BS IV/7"], "such as decision/bs-iv-7"),
        (["decision", "--id", "BS-V/9"], "such as decision/bs-v-9"),
        (["decision", "--id", "treaty/x"], "such as decision/x"),
        (["decision", "--id", "TODO"], "such as decision/todo"),
    ],
)
def test_new_says_what_it_cannot_do(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", *arguments]) == 2
    captured = capsys.readouterr()
    assert message in captured.err and not captured.out


@pytest.mark.parametrize("text", ["TODO", "todo", "TBD", "n/a", "???", "...", "TODO: the label"])
def test_a_placeholder_is_no_label_in_any_language(text: str, tmp_path: Path) -> None:
    for label in (f'"{text}"', f'{{fr: "{text}"}}'):
        (tmp_path / "x.yaml").write_text(
            f"id: collection/x\ntype: Collection\nlabel: {label}\n", encoding="utf-8"
        )
        with pytest.raises(EntryErrors) as caught:
            validate_files([tmp_path / "x.yaml"], *folders())
        (finding,) = caught.value.findings
        assert (finding.rule, finding.field, finding.line) == ("placeholder", "label", 3)


def test_a_warning_names_what_is_expected() -> None:
    """What is only expected is in the skeleton as such, and is not demanded."""
    demands, _ = DEMANDS.of("Secretariat")
    assert demands["servicesTreaty"].is_expected and not demands["servicesTreaty"].is_required
    assert "# servicesTreaty, expected:" in skeleton("secretariat")
    assert WARNING != VIOLATION
