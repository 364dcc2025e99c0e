"""The shapes as one file, for users of other engines: what `pyshacl` finds with it, and what the docs list."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, Triple, parse

from mea_kg import resources
from mea_kg.building import Build
from mea_kg.cli import main
from mea_kg.errors import InputError
from mea_kg.exporting import export
from mea_kg.ontology import read_ontology
from mea_kg.places import Places
from mea_kg.shapes import Shapes, authored_modules, merged, whole_modules
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store
from mea_kg.validation import validate

FOLDER = resources.shapes_folder()
DOCS = Path(__file__).resolve().parent.parent / "docs" / "validation.md"

PREFIXES = """\
@base <https://w3id.org/mea-kg/id/> .
@prefix mea: <https://w3id.org/mea-kg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix status: <https://w3id.org/mea-kg/vocab/status/> .
@prefix basis: <https://w3id.org/mea-kg/vocab/basis/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
AUTHORED_MISTAKES = """\
<partnership/no-status> a mea:MemorandumOfUnderstanding ; skos:prefLabel "Memorandum without status"@en ;
    mea:participant <secretariat/lantern> , <organization/nobody> .
<partnership/alone> a mea:MemorandumOfUnderstanding ; skos:prefLabel "Alone"@en ; mea:status status:established ;
    mea:participant <secretariat/lantern> .
<meeting/nowhere> a mea:Meeting ; mea:startDate "2005-1-1"^^xsd:date .
<office/unlabelled> a mea:Office ; mea:officeOf <treaty/lantern> .
<fund/long> a mea:TrustFund ; skos:prefLabel "<b>Fund</b>"@en , "Second label"@en ; mea:durationYears "ten" .
"""
WHOLE_MISTAKES = """\
<cooperation/self> a mea:Cooperation ; mea:from <organization/a> ; mea:to <organization/a> ; mea:basis basis:mandate .
<organization/a> mea:cooperatesWith <organization/b> .
"""


def rules_found_by_pyshacl(folder: Path, shapes: str, graph: bytes) -> set[tuple[str, str]]:
    """Rule and focus node of each result that the command prints, as Turtle."""
    (folder / "shapes.ttl").write_text(shapes, encoding="utf-8")
    (folder / "graph.ttl").write_bytes(graph)
    done = subprocess.run(
        [sys.executable, "-m", "pyshacl", "-s", "shapes.ttl", "-f", "turtle", "graph.ttl"],
        cwd=folder,
        capture_output=True,
        check=False,
        text=True,
        timeout=500,
    )
    assert done.returncode in (0, 1), done.stderr
    report = list(parse(input=done.stdout, format=RdfFormat.TURTLE))
    # What stands under `sh:detail` explains a result.
    results = {quad.object for quad in report if quad.predicate.value.endswith("#result")}
    by_predicate = {
        name: {quad.subject: quad.object for quad in report if quad.predicate.value.endswith(f"#{name}")}
        for name in ("sourceShape", "focusNode")
    }
    found = {
        (rule.value, by_predicate["focusNode"][node].value)
        for node, rule in by_predicate["sourceShape"].items()
        if node in results
    }
    assert len(found) > 0 or done.returncode == 0
    return found


def rules_found_here(store: Store) -> set[tuple[str, str]]:
    """The same of our own validation."""
    report = validate(store, Places({}, {}), FOLDER)
    return {
        (result.source_shape.value, result.focus_node.value)
        for result in report.results
        if isinstance(result.source_shape, NamedNode) and isinstance(result.focus_node, NamedNode)
    }


def mistaken(mistakes: str) -> list[Triple]:
    return [quad.triple for quad in parse(input=PREFIXES + mistakes, format=RdfFormat.TURTLE)]


def test_pyshacl_finds_in_the_authored_graph_what_we_find(toy: Build, tmp_path: Path) -> None:
    """On what one file states, and the ontology: what refers to the others is a mistake, too."""
    store = new_store(in_graph(read_ontology(resources.ontology_folder()), AUTHORED_GRAPH))
    for file in toy.loaded.files:
        if file.path.stem == "treaties":
            store.extend(in_graph(file.triples, AUTHORED_GRAPH))
    store.extend(in_graph(mistaken(AUTHORED_MISTAKES), AUTHORED_GRAPH))
    of_the_whole = set(Shapes.read([FOLDER / "consistency.ttl"]).rules)
    expected = {pair for pair in rules_found_here(store) if pair[0] not in of_the_whole}
    assert len({rule for rule, _ in expected}) >= 12
    graph = export(store, "turtle", "authored")
    assert rules_found_by_pyshacl(tmp_path, merged(authored_modules(FOLDER)), graph) == expected


def test_pyshacl_finds_in_the_whole_graph_what_we_find(toy: Build, tmp_path: Path) -> None:
    store = new_store(toy.store)
    store.extend(in_graph(mistaken(WHOLE_MISTAKES), INFERRED_GRAPH))
    of_the_whole = set(Shapes.read([FOLDER / "consistency.ttl"]).rules)
    expected = {pair for pair in rules_found_here(store) if pair[0] in of_the_whole}
    assert len({rule for rule, _ in expected}) >= 5
    graph = export(store, "turtle", "all")
    assert rules_found_by_pyshacl(tmp_path, merged(whole_modules(FOLDER)), graph) == expected


@pytest.mark.parametrize("modules", [authored_modules, whole_modules])
def test_the_one_file_has_all_shapes_of_its_modules(modules: object) -> None:
    assert callable(modules)
    files = modules(FOLDER)
    whole = Shapes([quad.triple for quad in parse(input=merged(files), format=RdfFormat.TURTLE)])
    parts = Shapes.read(files)
    assert len(set(whole.triples)) == len(set(parts.triples))
    assert {iri: rule.path for iri, rule in whole.rules.items()} == {
        iri: rule.path for iri, rule in parts.rules.items()
    }
    assert merged(files) == merged(files)


def test_one_prefix_with_two_meanings_is_refused(tmp_path: Path) -> None:
    for name, iri in (("a", "http://a/"), ("b", "http://b/")):
        (tmp_path / f"{name}.ttl").write_text(f"@prefix x: <{iri}> .\n", encoding="utf-8")
    with pytest.raises(InputError, match="x: means something else"):
        merged(sorted(tmp_path.iterdir()))


def test_the_command_writes_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for graph, modules in (("authored", authored_modules), ("all", whole_modules)):
        assert main(["export", "--shapes", "--graph", graph, "-o", str(tmp_path / "shapes.ttl")]) == 0
        assert (tmp_path / "shapes.ttl").read_text(encoding="utf-8") == merged(modules(FOLDER))
    assert main(["export", "--shapes", "--graph", "inferred"]) == 2
    assert "no shapes are for the inferred graph" in capsys.readouterr().err
    assert main(["export", "--shapes", "--format", "nquads"]) == 2
    assert "they are Turtle" in capsys.readouterr().err


def test_the_document_lists_every_rule_that_is_outside_shacl() -> None:
    """The rules that the package reports by name: words that stand where a finding has its rule."""
    reported = set()
    for path in resources.package_folder().rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            if re.search(r"report(er\(.*\))?$", ast.unparse(node.func), re.DOTALL):
                reported |= {str(one.value) for one in node.args[1:2] if isinstance(one, ast.Constant)}
            elif re.search(r"([Ff]inding|\b_of)$", ast.unparse(node.func)):
                constants = [c for one in node.args for c in ast.walk(one) if isinstance(c, ast.Constant)]
                words = {c.value for c in constants if isinstance(c.value, str)}
                reported |= {word for word in words if re.fullmatch(r"[a-z]+(-[a-z]+)+", word)}
    assert {"placeholder", "unknown-key", "unsupported", "table-cell"} <= reported
    assert {"another-spelling", "after-today", "evidence-phrase-verbatim", "as-printed"} <= reported
    text = DOCS.read_text(encoding="utf-8")
    unlisted = {rule for rule in reported if f"`{rule}`" not in text}
    assert not unlisted, f"docs/validation.md does not list {unlisted}"


def test_the_document_lists_no_rule_that_is_gone() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in resources.package_folder().rglob("*.py"))
    outside = DOCS.read_text(encoding="utf-8").partition("## Outside SHACL")[2].partition("\n## ")[0]
    listed = set(re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)*)`", outside)) - {"rule"}
    assert len(listed) > 40
    assert not {rule for rule in listed if f'"{rule}"' not in code}
