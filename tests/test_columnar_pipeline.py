"""The pipeline of columns: what it builds of a world with mistakes is what the embedded pipeline builds, or nothing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, RdfFormat, Store

import mea_kg.pipeline
from benchmarks.generate import generate
from mea_kg import reasoning, resources, rules
from mea_kg.axioms import compile_axioms
from mea_kg.cli import main
from mea_kg.columnar.database import Database
from mea_kg.columnar.pipeline import pipeline
from mea_kg.errors import InputError, QueryError
from mea_kg.namespaces import ID, MEA, RDF
from mea_kg.ontology import read_ontology, read_turtle
from mea_kg.pipeline import Outcome
from mea_kg.shacl import Result, compile_shapes, validate
from mea_kg.shapes import authored_modules, whole_modules
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store, open_read_only, triples_of

pytest.importorskip("duckdb")

ONTOLOGY, SHAPES = resources.ontology_folder(), resources.shapes_folder()
BOTH = [AUTHORED_GRAPH, INFERRED_GRAPH]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20,000 triples with mistakes."""
    folder = tmp_path_factory.mktemp("world")
    generate(folder, 20_000, seed=1, share=0.002)
    return folder / "authored.nt"


@pytest.fixture(scope="module")
def built(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return pipeline([world], ONTOLOGY, SHAPES, tmp_path_factory.mktemp("built") / "graph")


@pytest.fixture(scope="module")
def embedded(world: Path) -> Store:
    terms = read_ontology(ONTOLOGY)
    store = new_store(in_graph(terms, AUTHORED_GRAPH))
    store.load(path=world, format=RdfFormat.N_TRIPLES, to_graph=AUTHORED_GRAPH)
    reasoning.close(store, [AUTHORED_GRAPH], INFERRED_GRAPH, compile_axioms(terms))
    rules.apply_rules(store, rules.load_rules(ONTOLOGY / "rules"), [AUTHORED_GRAPH], INFERRED_GRAPH)
    return store


def results(store: Store, modules: Sequence[Path], graphs: int) -> list[Result]:
    compiled = compile_shapes(triple for path in modules for triple in read_turtle(path))
    return validate(store, BOTH[:graphs], compiled)


def test_the_same_triples_and_results(built: Outcome, embedded: Store) -> None:
    inferred = set(triples_of(embedded, INFERRED_GRAPH))
    assert sorted(built.inferred_file.read_text().splitlines()) == sorted(f"{one} ." for one in inferred)
    assert built.closure + sum(built.derived.values()) == len(inferred) > 5_000
    authored, whole = built.results
    assert list(authored) == results(embedded, authored_modules(SHAPES), 1)
    assert list(whole) == results(embedded, whole_modules(SHAPES), 2)
    assert len(authored) > 30
    assert whole


def test_the_store_opens_and_answers(built: Outcome, embedded: Store) -> None:
    assert built.store is not None
    store = open_read_only(built.store)
    for graph in BOTH:
        assert set(triples_of(store, graph)) == set(triples_of(embedded, graph))
    query = f"SELECT (COUNT(*) AS ?n) {{ ?x a <{MEA}Cooperation> }}"
    counts = []
    for one in (store, embedded):
        rows = one.query(query, default_graph=[AUTHORED_GRAPH, INFERRED_GRAPH])
        assert isinstance(rows, QuerySolutions)
        counts += [row["n"] for row in rows]
    assert counts[0] == counts[1]
    assert counts[0].value != "0"
    assert sorted(path.name for path in built.store.parent.iterdir()) == ["inferred.nt", "store"]


def ended(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run some code in a process of its own."""
    header = """
        import os, resource, signal, sys
        from pathlib import Path
        from mea_kg import resources
        from mea_kg.columnar.pipeline import pipeline
        from mea_kg.errors import InputError
        file, folder = Path(sys.argv[1]), Path(sys.argv[2])
        ontology, shapes = resources.ontology_folder(), resources.shapes_folder()
    """
    text = (
        textwrap.dedent(header)
        + "if __name__ == '__main__':\n"
        + textwrap.indent(textwrap.dedent(code), "    ")
    )
    script = Path(str(arguments[1])).with_name("script.py")
    script.write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(script), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
    )


def until(holds: Callable[[], bool]) -> bool:
    for _ in range(100):
        if holds():
            return True
        time.sleep(0.1)
    return False


def is_gone(process: int) -> bool:
    """Whether a process has ended; one that nobody waited for counts."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to look for processes")
def test_killed_half_way_leaves_nothing_that_looks_whole(world: Path, tmp_path: Path) -> None:
    done = ended(
        """
        import multiprocessing
        def say(step):
            if step == "rules":
                print(multiprocessing.active_children()[0].pid, flush=True)
                os.kill(os.getpid(), signal.SIGKILL)
        pipeline([file], ontology, shapes, folder, say=say)
        """,
        world,
        tmp_path / "graph",
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not (tmp_path / "graph").exists()
    assert until(lambda: is_gone(int(done.stdout)))


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of this kind")
@pytest.mark.parametrize("size", [10_000, 3_000_000])
def test_a_full_disk(world: Path, tmp_path: Path, size: int) -> None:
    """One clear error, and nothing is left; files may have no more than so many bytes."""
    done = ended(
        f"""
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
        try:
            pipeline([file], ontology, shapes, folder)
        except InputError as error:
            print(error)
        """,
        world,
        tmp_path / "graph",
    )
    assert done.returncode == 0, done.stderr
    assert "hint: make room on the disk" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


def test_too_little_memory(world: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no room") as raised:
        pipeline([world], ONTOLOGY, SHAPES, tmp_path / "graph", memory="4MB", with_store=False)
    assert "more memory than 4MB" in str(raised.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("last", ["load", "rules"])
def test_the_process_of_the_store_is_ended(world: Path, tmp_path: Path, last: str) -> None:
    """It is said at once, and not when all else is done."""
    import multiprocessing

    steps: list[str] = []

    def say(step: str) -> None:
        steps.append(step)
        if step == last:
            (process,) = multiprocessing.active_children()
            process.kill()
            process.join()

    with pytest.raises(InputError, match="the store on disk cannot be filled"):
        pipeline([world], ONTOLOGY, SHAPES, tmp_path / "graph", say=say)
    assert steps[-1] == last
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f"<{ID}x> <{MEA}p> .", "file.nt"),
        (f"_:x <{MEA}p> <{ID}x> .", "blank nodes"),
    ],
)
def test_what_cannot_be_used(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "file.nt"
    file.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        pipeline([file], ONTOLOGY, SHAPES, tmp_path / "graph", with_store=False)
    assert [path.name for path in tmp_path.iterdir()] == ["file.nt"]


def test_a_folder_that_is_there_and_a_file_that_is_not(world: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this is there already"):
        pipeline([world], ONTOLOGY, SHAPES, tmp_path)
    with pytest.raises(InputError, match="no such file"):
        pipeline([tmp_path / "none.nt"], ONTOLOGY, SHAPES, tmp_path / "graph")


def test_a_rule_that_cannot_be_parsed(tmp_path: Path) -> None:
    ontology, file = tmp_path / "ontology", tmp_path / "file.nt"
    shutil.copytree(ONTOLOGY, ontology)
    for rule in (ontology / "rules").iterdir():
        rule.unlink()
    (ontology / "rules" / "a.rq").write_text(
        "# It derives.\nCONSTRUCT { ?a ?b ?c } { ?a ?b }", encoding="utf-8"
    )
    file.write_text("", encoding="utf-8")
    with pytest.raises(QueryError, match=r"a\.rq: error at 2:"):
        pipeline([file], ontology, SHAPES, tmp_path / "graph", with_store=False)
    assert not (tmp_path / "graph").exists()


def test_a_contradiction(tmp_path: Path) -> None:
    """The same as in the embedded pipeline."""
    terms = read_ontology(ONTOLOGY)
    one, other = sorted(compile_axioms(terms).disjoint_classes)[0]
    file = tmp_path / "file.nt"
    file.write_text("".join(f"<{ID}x> <{RDF}type> <{name}> .\n" for name in (one, other)), encoding="utf-8")
    store = new_store(in_graph(terms, AUTHORED_GRAPH))
    store.load(path=file, format=RdfFormat.N_TRIPLES, to_graph=AUTHORED_GRAPH)
    reasoning.close(store, [AUTHORED_GRAPH], INFERRED_GRAPH, compile_axioms(terms))
    found = reasoning.contradictions(store, compile_axioms(terms), BOTH)
    outcome = pipeline([file], ONTOLOGY, SHAPES, tmp_path / "graph", with_store=False)
    assert list(outcome.contradictions) == found
    assert found


def test_two_processes_do_not_share_a_file(tmp_path: Path) -> None:
    first = Database(tmp_path / "columns.duckdb")
    second = f"""
        from mea_kg.columnar.database import Database
        try:
            Database(Path({str(tmp_path / "columns.duckdb")!r}))
        except InputError as error:
            print(error.message)
    """
    done = ended(second, tmp_path, tmp_path / "other")
    first.close()
    assert done.returncode == 0, done.stderr
    assert "no room" not in done.stdout
    assert "cannot be read or written (IO Error: Could not set lock on file" in done.stdout


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.mkdir(), "Is a directory"),
        (lambda path: path.write_bytes(b"x" * 50_000), "not a valid DuckDB database file"),
    ],
    ids=["folder", "no database"],
)
def test_what_is_no_lack_of_room_keeps_its_reason(
    tmp_path: Path, make: Callable[[Path], object], reason: str
) -> None:
    path = tmp_path / "columns.duckdb"
    make(path)
    with pytest.raises(InputError, match=rf"cannot be read or written \(IO Error: .*{reason}") as raised:
        Database(path)
    assert "no room" not in str(raised.value)
    assert raised.value.hint == "mend what the reason says, and build anew"


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of this kind")
@pytest.mark.parametrize("at_once", [False, True])
def test_a_disk_that_is_full_at_the_end_of_a_transaction(tmp_path: Path, at_once: bool) -> None:
    """Until then all may be in memory."""
    done = ended(
        f"""
        from contextlib import nullcontext
        from mea_kg.columnar.database import Database
        database = Database(folder)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        try:
            with database.at_once() if {at_once} else nullcontext():
                database.run("CREATE TABLE texts AS SELECT md5(i::VARCHAR) AS s FROM range(50000) t(i)")
        except InputError as error:
            print(error)
        """,
        tmp_path,
        tmp_path / "columns.duckdb",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("the columns of the graph have no room (")
    assert "hint: make room on the disk" in done.stdout


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing fits into memory."""
    monkeypatch.setattr(mea_kg.pipeline, "LARGEST", 0)


@pytest.mark.usefixtures("large")
def test_the_command(world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--statements", str(world), "--into", str(tmp_path / "graph")]) == 1
    said = capsys.readouterr().out
    assert said.startswith("1 files, ")
    assert "does not conform: " in said
    assert (tmp_path / "graph" / "store").is_dir()
    assert main(["build", "--statements", str(world), "--into", str(tmp_path / "graph")]) == 2
    assert "this is there already" in capsys.readouterr().err
    assert main(["build", "--statements", str(world)]) == 2
    assert "--into" in capsys.readouterr().err


@pytest.mark.usefixtures("large")
def test_without_duckdb_the_command_says_what_to_install(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert main(["build", "--statements", str(world), "--into", str(tmp_path / "graph")]) == 2
    assert "pip install 'mea-kg[columnar]'" in capsys.readouterr().err
