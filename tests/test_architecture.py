"""Who may do what: imports point one way, and few modules touch the world outside."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from mea_kg import resources

PACKAGE = resources.package_folder()
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = {"rdflib", "owlrl", "pyshacl", "yaml", "jsonschema", "SPARQLWrapper", "pandas", "difflib"}
COLD_PATH = [
    "cli/__init__.py",
    "cli/query.py",
    "graph.py",
    "snapshots.py",
    "answers.py",
    "rendering.py",
    "names.py",
]


def name_of(path: Path) -> str:
    parts = ["mea_kg", *path.relative_to(PACKAGE).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path, everywhere: bool = True) -> set[str]:
    """The modules that a file imports, in functions too (`everywhere`) or at its start alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typed = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree) if everywhere else ast.iter_child_nodes(tree):
        if id(node) in typed:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def uses(path: Path, *names: str) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [text for node in ast.walk(tree) if (text := ast.unparse(node)) in names]


def test_imports_point_one_way() -> None:
    names = {name_of(path): path for path in MODULES}
    edges = {name: {target for target in imports_of(path) if target in names} for name, path in names.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"a circle of imports: {' -> '.join((*trail, name))}"
        if name not in done:
            for target in sorted(edges[name] - {name, "mea_kg"}):
                visit(target, (*trail, name))
            done.add(name)

    for name in names:
        visit(name, ())
    below_cli = {name for name in names if not name.startswith("mea_kg.cli") and name != "mea_kg.__main__"}
    assert not [name for name in below_cli if any(target.startswith("mea_kg.cli") for target in edges[name])]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_commands_print_exit_or_read_the_environment(path: Path) -> None:
    if path.parent.name == "cli" or path.name == "__main__.py":
        return
    assert not uses(path, "print", "sys.exit", "sys.stdout", "sys.stderr", "os.environ", "os.getenv")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_stores_opens_a_store(path: Path) -> None:
    if path.name != "stores.py":
        assert not uses(path, "Store()", "Store.read_only", "pyoxigraph.Store()", "ox.Store()")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_resources_knows_where_folders_lie(path: Path) -> None:
    if path.name != "resources.py":
        assert not uses(path, "__file__", "Path.home")


@pytest.mark.parametrize("name", COLD_PATH)
def test_a_query_imports_nothing_heavy_at_its_start(name: str) -> None:
    first = {target.split(".")[0] for target in imports_of(PACKAGE / name, everywhere=False)}
    assert not first & HEAVY


def test_there_is_no_drawer_for_everything() -> None:
    assert not {path.stem for path in MODULES} & {"utils", "util", "helpers", "misc", "common", "services"}
