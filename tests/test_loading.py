"""Loading of files and folders, and what is wrong within one node (modules `loading`, `nodes` and `values`)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mea_kg.composing import compose
from mea_kg.entries import parse_entry
from mea_kg.errors import EntryErrors, InputError
from mea_kg.loading import load_file, load_files, load_folder
from mea_kg.namespaces import ID, MEA, VOCAB
from mea_kg.nodes import read_nodes
from mea_kg.places import Place
from tests.entry_world import ORGANIZATIONS, context, finding, findings, load, ontology, write

MEMORANDUM = """\
id: partnership/lantern-wco
type: MemorandumOfUnderstanding
label: Memorandum with the World Customs Organization
participants: [secretariat/lantern, organization/wco]
status: established
evidence:
  - source: document/statement
    pinpoint: list of instruments
    phrase: Memorandum with the World Customs Organization
"""


def statements(loaded_triples: object) -> set[str]:
    return {str(triple) for triple in loaded_triples}  # type: ignore[attr-defined]


def test_a_folder_becomes_triples(tmp_path: Path) -> None:
    loaded = load(tmp_path, memorandum=MEMORANDUM)
    assert [file.file for file in loaded.files] == [
        "data/document.yaml",
        "data/memorandum.yaml",
        "data/organizations.yaml",
    ]
    found = statements(loaded.files[1].triples)
    node = f"<{ID}partnership/lantern-wco>"
    assert f"{node} <{MEA}participant> <{ID}organization/wco>" in found
    assert f"{node} <{MEA}status> <{VOCAB}status/established>" in found
    label = '"Memorandum with the World Customs Organization"'
    assert f"{node} <http://www.w3.org/2004/02/skos/core#prefLabel> {label}@en" in found
    (evidence,) = [
        triple.object for triple in loaded.files[1].triples if triple.predicate.value == MEA + "hasEvidence"
    ]
    assert str(evidence).startswith(f"<{ID}partnership/lantern-wco/evidence/")
    assert f"{evidence} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{MEA}Evidence>" in found
    assert len(found) == 10


def test_every_value_is_one_triple(tmp_path: Path) -> None:
    loaded = load(tmp_path, memorandum=MEMORANDUM)
    for file in loaded.files:
        values = sum(len(node.classes) + sum(map(len, node.values.values())) for node in file.nodes)
        assert len(set(file.triples)) == len(file.triples) == values


def test_a_key_makes_the_identifier_unique_and_no_triple(tmp_path: Path) -> None:
    text = """\
id: decision/x
type: Decision
label: x
acts:
  - {type: Request, verb: requests, action: to do one thing}
  - {type: Request, verb: requests, key: other, action: to do another}
"""
    loaded = load(tmp_path, decision=text)
    acts = [str(node.identifier) for node in loaded.files[0].nodes[1:]]
    assert acts == ["decision/x/act/requests", "decision/x/act/requests-other"]
    assert not any("key" in triple.predicate.value for triple in loaded.triples)


def test_a_list_of_one_is_as_good_as_the_one(tmp_path: Path) -> None:
    text = "id: decision/x\ntype: Decision\nlabel: x\ncitations: [{cites: [document/statement]}]\n"
    assert load(tmp_path, decision=text).files[0].nodes[1].name == "decision/x/citation/statement"


def test_places_of_nodes_and_keys(tmp_path: Path) -> None:
    loaded = load(tmp_path, memorandum="# head\n" + MEMORANDUM)
    iri = f"{ID}partnership/lantern-wco"
    assert loaded.places.of(iri) == Place("data/memorandum.yaml", 2, 1)
    assert loaded.places.of(iri, "status") == Place("data/memorandum.yaml", 6, 1)
    (evidence,) = [node.iri for node in loaded.files[1].nodes[1:]]
    assert loaded.places.of(evidence) == Place("data/memorandum.yaml", 8, 5)
    assert loaded.places.of(evidence, "phrase") == Place("data/memorandum.yaml", 10, 5)


def test_references_have_subject_key_and_place(tmp_path: Path) -> None:
    (file,) = [file for file in load(tmp_path, memorandum=MEMORANDUM).files if "memorandum" in file.file]
    found = {(reference.key, reference.iri, reference.place.line) for reference in file.references}
    assert ("participants", f"{ID}organization/wco", 4) in found
    assert ("status", f"{VOCAB}status/established", 5) in found
    assert ("source", f"{ID}document/statement", 7) in found
    assert {reference.subject for reference in file.references if reference.key == "status"} == {
        f"{ID}partnership/lantern-wco"
    }


def test_a_language_map(tmp_path: Path) -> None:
    text = "id: treaty/x\ntype: Treaty\nlabel:\n  en: Convention\n  fr: Convention\n  pt-br: Convenção\n"
    found = statements(load(tmp_path, treaty=text).triples)
    prefix = f"<{ID}treaty/x> <http://www.w3.org/2004/02/skos/core#prefLabel>"
    assert {f'{prefix} "Convention"@en', f'{prefix} "Convention"@fr', f'{prefix} "Convenção"@pt-br'} <= found


def test_addresses_and_units_may_be_absolute(tmp_path: Path) -> None:
    text = """\
id: organization/x
type: Organization
label: x
homepage: https://example.org/a(b)?q=%20#c
amounts:
  - {value: "3.5", unit: USD, year: "2005"}
  - {value: "4", unit: "http://qudt.org/vocab/unit/CCY_EUR", year: "2006"}
"""
    found = statements(load(tmp_path, x=text).triples)
    assert (
        f"<{ID}organization/x> <http://xmlns.com/foaf/0.1/page> <https://example.org/a(b)?q=%20#c>" in found
    )
    unit = f"<{MEA}unit>"
    assert f"<{ID}organization/x/amount/2005> {unit} <http://qudt.org/vocab/unit/CCY_USD>" in found
    assert f"<{ID}organization/x/amount/2006> {unit} <http://qudt.org/vocab/unit/CCY_EUR>" in found


HEAD = "id: partnership/x\ntype: MemorandumOfUnderstanding\nlabel: x\n"


@pytest.mark.parametrize(
    ("lines", "rule", "found", "words"),
    [
        ("participant: organization/wco", "unknown-key", "participant", "`participants`"),
        ("adopted_by: organization/wco", "unknown-key", "adopted_by", "`adoptedBy`"),
        ('"@id": x', "unknown-key", "@id", "`id`"),
        ("mea: x", "unknown-key", "mea", ""),
        ("Treaty: x", "unknown-key", "Treaty", ""),
        ("names: [{text: x, graph: x}]", "unknown-key", "graph", ""),
        ("signedOn: 2013-05-04", "unknown-key", "signedOn", "a key of MemorandumOfUnderstanding"),
        ("hasStatus: established", "unknown-key", "hasStatus", "Did you mean `status`?"),
        ("started: 2013-05-04", "unknown-key", "started", "Did you mean `startDate`?"),
        ("started: '2013'", "unknown-key", "started", "Did you mean `startYear` or `share`?"),
        (
            "amounts: [{value: 250.000, key: a}]",
            "literal-form",
            "250.000",
            "Write 250 if the point is a decimal point, 250000 if it separates thousands.",
        ),
        ("amounts: [{value: 1.250.000, key: a}]", "literal-form", "1.250.000", "Write 1250000 if the points"),
        ("memberCount: 1.250", "literal-form", "1.250", "Write 1250 if the points"),
        ("amounts: [{value: 0.250, key: a}]", "literal-form", "0.250", "Write 0.25."),
        ("startDate: 2005-02-30", "literal-form", "2005-02-30", "a calendar date YYYY-MM-DD"),
        ("startDate: 2005-2-3", "literal-form", "2005-2-3", "Write 2005-02-03."),
        ('startYear: "05"', "literal-form", "05", "a year YYYY"),
        ("startMonth: May 2021", "literal-form", "May 2021", "a month YYYY-MM"),
        ("participantsStated: yes", "literal-form", "yes", "Write true."),
        ("status: Established", "concept-form", "Established", "Write established."),
        (
            f"status: {VOCAB}status/established",
            "concept-form",
            f"{VOCAB}status/established",
            "Write established.",
        ),
        ("status: established, ongoing", "concept-form", "established, ongoing", "a concept of status"),
        ("status: Signed off", "concept-form", "Signed off", "Use one of those"),
        (
            "themes: [Illegal wildlife trading]",
            "concept-form",
            "Illegal wildlife trading",
            "Did you mean illegal-wildlife-trade",
        ),
        ("status: {id: established}", "not-text", "keys id", "a concept of status"),
        ("participants: {id: organization/x}", "not-text", "keys id", "Define the node"),
        ("note: {Foo: bar}", "not-text", "keys Foo", "double quotes"),
        ("note: [[a, b]]", "nested-list", "", "one list"),
        ("aliases: [a, b, a]", "value-twice", "a", "Remove one"),
        (
            "participants: [organization/wco, organization/wco]",
            "value-twice",
            "organization/wco",
            "Remove one",
        ),
        (
            "evidence: document/statement",
            "not-a-node",
            "document/statement",
            "Evidence with source, pinpoint",
        ),
        ("evidence: [{source: document/statement}]", "no-id", "", "Write it: the identifier"),
        (
            "citations: [{cites: [document/statement, organization/wco]}]",
            "no-id",
            "",
            "Write it: the identifier",
        ),
        ("evidence: [{source: document/statement, pinpoint: }]", "no-value", "nothing", "Leave it out"),
        ("acts: [{type: Request, verb: Requests}]", "concept-form", "Requests", "Write requests."),
        ("acts: [{verb: requests}]", "no-type", "", "Request or Instruction"),
        ("acts: [{type: Reqest, verb: requests}]", "unknown-type", "Reqest", "`Request`"),
        ("acts: [{type: Treaty, verb: requests}]", "nested-type", "Treaty", "Request or Instruction"),
        ("names: [{text: x, type: Decision}]", "nested-type", "Decision", "DatedName"),
        ("names: [{text: x}, {text: X}]", "id-twice", "partnership/x/name/x (twice)", "`key`"),
        ("names: [{text: x, key: a b}]", "key-form", "a b", "one word"),
        ("homepage: organization/wco", "address-form", "organization/wco", "https://"),
        ("homepage: ftp://example.org/", "address-form", "ftp://example.org/", "https://"),
        ("homepage: https://example.org/a b", "address-form", "https://example.org/a b", "%20"),
        ("homepage: https://example.org/%2", "address-form", "https://example.org/%2", "https://"),
        ("homepage: https://example.org/../a", "address-form", "https://example.org/../a", "https://"),
        ('homepage: "https://example.org/[a]"', "address-form", "https://example.org/[a]", "%5B"),
        ("amounts: [{year: '2005', unit: dollars}]", "address-form", "dollars", "USD"),
    ],
)
def test_what_is_wrong_with_a_field(tmp_path: Path, lines: str, rule: str, found: str, words: str) -> None:
    fault = finding(tmp_path, x=HEAD + lines + "\n")
    assert (fault.rule, fault.file, fault.line) == (rule, "data/x.yaml", 4)
    assert fault.found == found
    assert words in fault.hint + fault.expected
    assert fault.hint
    assert "partnership/x" in fault.entity or rule == "id-form"


@pytest.mark.parametrize(
    ("text", "rule", "line", "words"),
    [
        ("type: Treaty\nlabel: x\n", "no-id", 1, "kind/name"),
        ("id: treaty/x\nlabel: x\n", "no-type", 1, "a class"),
        ("id: treaty/x\ntype: Traety\nlabel: x\n", "unknown-type", 2, "`Treaty`"),
        ("id: treaty/x\ntype: [Treaty, Treaty]\nlabel: x\n", "value-twice", 2, "Remove one"),
        ("id: treaty/x\ntype: [Treaty, [Convention]]\nlabel: x\n", "not-text", 2, "class"),
        ("id: Treaty/X Y\ntype: Treaty\nlabel: x\n", "id-form", 1, "Write treaty/x-y."),
        (f"id: {ID}treaty/x\ntype: Treaty\nlabel: x\n", "id-form", 1, "Write treaty/x."),
        ("id: x\ntype: Treaty\nlabel: x\n", "id-form", 1, "organization/wco"),
        ("id: treaty/x.y\ntype: Treaty\nlabel: x\n", "id-form", 1, "Write treaty/x-y."),
        ("id: [treaty/x]\ntype: Treaty\nlabel: x\n", "id-form", 1, "organization/wco"),
        ("id: treaty/x\ntype: Treaty\nlabel: [x, y]\n", "not-text", 3, "aliases"),
        ("id: treaty/x\ntype: Treaty\nlabel: {english: x}\n", "language-tag", 3, "such as en"),
        ("id: treaty/x\ntype: Treaty\nlabel: {en-GB: x}\n", "language-tag", 3, "en-gb"),
        ("id: treaty/x\ntype: Treaty\nlabel: {en: [x, y]}\n", "not-text", 3, "aliases"),
        ("graph: [x]\n", "not-a-node", 1, "behind the dash"),
        (
            "id: treaty/x\ngraph:\n  - {id: treaty/x, type: Treaty, label: x}\n",
            "beside-graph",
            1,
            "nothing beside it",
        ),
        ("graph:\n  - {id: a/x, type: Treaty}\n  - {id: a/x, type: Treaty}\n", "id-twice", 3, "another id"),
    ],
)
def test_what_is_wrong_with_a_node(tmp_path: Path, text: str, rule: str, line: int, words: str) -> None:
    fault = finding(tmp_path, x=text)
    assert (fault.rule, fault.line) == (rule, line)
    assert words in fault.hint + fault.expected
    assert fault.hint


def test_what_follows_from_a_fault_is_not_reported(tmp_path: Path) -> None:
    text = (
        "id: Treaty X\ntype: Treaty\nlabel: x\nevidence:\n  - {source: document/statement, pinpoint: text}\n"
    )
    assert finding(tmp_path, x=text).rule == "id-form"


def test_findings_of_all_files_are_raised_together_and_sorted(tmp_path: Path) -> None:
    faulty = "id: treaty/x\ntype: Traety\nlabel: x\nnoet: x\nbasedOn: treaty/y\n"
    found = findings(tmp_path, b=faulty, a="a: [", c=faulty.replace("/x", "/z").replace("/y", "/w"))
    assert [(fault.file, fault.line) for fault in found] == sorted(
        (fault.file, fault.line) for fault in found
    )
    assert [fault.rule for fault in found] == [
        "syntax",
        *("unknown-type", "unknown-key", "undefined-reference"),
        *("unknown-type", "unknown-key", "undefined-reference"),
    ]


def test_the_error_says_where_what_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EntryErrors) as caught:
        load(tmp_path, x=HEAD + "participant: organization/wco\n")
    text = str(caught.value)
    assert text.startswith("data/x.yaml:4:1: Violation: unknown key `participant`")
    assert "hint: Did you mean `participants`" in text


def test_a_yml_file_is_not_passed_over(tmp_path: Path) -> None:
    data = write(tmp_path)
    (data / "x.yml").write_text("id: treaty/x\ntype: Treaty\nlabel: x\n")
    with pytest.raises(EntryErrors, match=r"Rename it to x\.yaml"):
        load_folder(data, ontology(), context())


def test_files_of_editors_are_passed_over(tmp_path: Path) -> None:
    data = write(tmp_path)
    (data / ".#organizations.yaml").symlink_to("nowhere")
    assert len(load_folder(data, ontology(), context()).files) == 2


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        load_folder(tmp_path / "data", ontology())


def test_a_folder_without_entries_is_not_taken_for_a_graph(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no entries here"):
        load_folder(tmp_path, ontology(), context())


def test_a_folder_without_a_context(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"context\.jsonld"):
        load_folder(write(tmp_path), ontology())


def test_new_files_beside_a_graph(tmp_path: Path) -> None:
    graph = load(tmp_path)
    new = tmp_path / "new.yaml"
    new.write_text(MEMORANDUM)
    loaded = load_files([new], ontology(), context(), beside=graph)
    assert [file.file for file in loaded.files] == [new.as_posix()]


def test_a_new_file_cannot_define_what_is_defined(tmp_path: Path) -> None:
    graph = load(tmp_path)
    new = tmp_path / "new.yaml"
    new.write_text("id: organization/wco\ntype: Organization\nlabel: WCO\n")
    with pytest.raises(EntryErrors, match=r"defined here and in data/organizations\.yaml:2"):
        load_files([new], ontology(), context(), beside=graph)


def test_a_copy_of_an_entry_is_one_mistake(tmp_path: Path) -> None:
    """What stands in a node that is defined twice is not reported beside it."""
    graph = load(tmp_path, x=MEMORANDUM)
    new = tmp_path / "new.yaml"
    new.write_text(MEMORANDUM)
    with pytest.raises(EntryErrors) as caught:
        load_files([new], ontology(), context(), beside=graph)
    (fault,) = caught.value.findings
    assert (fault.rule, fault.field, fault.file) == ("id-twice", "id", new.as_posix())


def test_a_class_that_was_meant_is_not_buried_under_all_others(tmp_path: Path) -> None:
    fault = finding(tmp_path, x="id: treaty/x\ntype: Traety\nlabel: x\n")
    assert fault.expected == "`Treaty`"
    assert "`Treaty`" in fault.hint


@pytest.mark.parametrize("line", ["type: Request, verb: Requests", "type: Request, verb: "])
def test_a_finding_in_a_node_without_identifier_names_what_holds_it(tmp_path: Path, line: str) -> None:
    text = f"id: decision/x\ntype: Decision\nlabel: Some decision\nacts:\n  - {{{line}}}\n"
    assert finding(tmp_path, x=text).entity == "Some decision (decision/x)"


def test_a_changed_file_replaces_what_it_was(tmp_path: Path) -> None:
    graph = load(tmp_path)
    path = tmp_path / "data" / "organizations.yaml"
    path.write_text(ORGANIZATIONS.replace("organization/interpol", "organization/icpo"))
    loaded = load_files([path], ontology(), context(), beside=graph)
    assert f"{ID}organization/icpo" in loaded.places.nodes
    new = tmp_path / "new.yaml"
    new.write_text(MEMORANDUM.replace("organization/wco", "organization/interpol"))
    with pytest.raises(EntryErrors, match="organization/interpol is not defined"):
        load_files([path, new], ontology(), context(), beside=graph)


def test_one_file_alone_is_not_checked_against_others(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(MEMORANDUM)
    loaded = load_file(path, context(), "shown.yaml")
    assert loaded.file == "shown.yaml"
    assert statements(loaded.triples) == statements(load(tmp_path, memorandum=MEMORANDUM).files[1].triples)
    path.write_text(MEMORANDUM.replace("status", "statos"))
    with pytest.raises(EntryErrors, match="unknown key"):
        load_file(path, context())


keys = st.sampled_from(
    ["id", "type", "key", "label", "graph", "status", "evidence", "acts", "gives", "unit", "nope"]
)
trees = st.recursive(
    st.text("abc/:- é0\\\"'", max_size=6) | st.sampled_from(["a/b", "Treaty", "requests", "2005-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(keys, trees, min_size=1, max_size=5))
def test_no_tree_breaks_the_reader(content: dict[str, object]) -> None:
    import json

    # JSON with these characters is YAML.
    entry = parse_entry(json.dumps(content, ensure_ascii=False), "f")
    compose(entry)
    nodes = read_nodes(entry, context())
    assert entry.findings or all(node.identifier and node.classes for top in nodes for node in top.walk())


@pytest.mark.parametrize("name", ["garph", "Graph", "nodes", "entries"])
def test_another_name_for_graph_is_one_mistake(tmp_path: Path, name: str) -> None:
    text = f"{name}:\n  - {{id: organization/a, type: Organization, label: A}}\n"
    text += "  - {id: organization/b, type: Organization, label: B, partOf: organization/a}\n"
    fault = finding(tmp_path, x=text)
    assert (fault.rule, fault.line, fault.column, fault.found) == ("unknown-key", 1, 1, name)
    assert "`graph`" in fault.hint


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("id: organization/a\ntype: Organization\n label: A\n", "Lines 2 and 3"),
        ("id: organization/a\n type: Organization\nlabel: A\n", "Lines 1 and 2"),
        (" id: organization/a\ntype: Organization\nlabel: A\n", "Lines 1 and 2"),
        ("graph:\n  - id: organization/a\n     type: Organization\n", "Lines 2 and 3"),
    ],
)
def test_a_stray_space_before_a_key_is_one_mistake(tmp_path: Path, text: str, lines: str) -> None:
    fault = finding(tmp_path, x=text)
    assert fault.rule == "syntax"
    assert fault.hint.startswith(lines)
