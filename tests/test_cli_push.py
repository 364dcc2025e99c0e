"""`mea-kg push` as people call it: what it sends, says and returns."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mea_kg import cli
from mea_kg.namespaces import AUTHORED, DESCRIPTION, INFERRED
from mea_kg.remote.connecting import connected
from mea_kg.remote.credentials import Credentials
from mea_kg.remote.recipes import STORES
from mea_kg.remote.servers import STRATEGIES
from tests.conftest import TOY
from tests.servers.fake import basic, fake_server
from tests.servers.faulty import Fault, Seen, faulty_proxy
from tests.servers.running import RunningServer, oxigraph

DATA = TOY / "data"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as running:
        yield running


@pytest.fixture
def run(
    store: RunningServer,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs push on the toy world, to a server that holds nothing: exit status, stdout, stderr."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    for name in ("MEA_KG_USER", "MEA_KG_PASSWORD", "MEA_KG_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with connected(store.endpoint, Credentials(), "oxigraph") as found:
        found.service.update("DROP ALL")

    def push(*arguments: str, data: Path = DATA) -> tuple[int, str, str]:
        status = cli.main(["push", *arguments, "--data", str(data)])
        output = capsys.readouterr()
        return status, output.out, output.err

    return push


def graphs_on(store: RunningServer) -> list[str]:
    with connected(store.endpoint, Credentials(), "oxigraph") as found:
        rows = found.service.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }").solutions()
        return sorted(row["g"].value for row in rows)


@pytest.mark.parametrize(
    "options", [[], ["--strategy", "update"], ["--strategy", "put"], ["--server", "oxigraph"]]
)
def test_push_writes_both_graphs_and_a_second_push_nothing(
    run: Run, store: RunningServer, options: list[str]
) -> None:
    status, out, err = run(store.endpoint, *options)
    assert (status, err) == (0, "")
    assert out.splitlines()[:3] == [f"written: {graph}" for graph in (AUTHORED, INFERRED, DESCRIPTION)]
    assert " s" in out.splitlines()[3]
    assert graphs_on(store) == [AUTHORED, DESCRIPTION, INFERRED]
    assert run(store.endpoint, *options) == (0, "nothing to do: the server holds this graph already\n", "")


def test_a_dry_run_says_what_would_change_and_changes_nothing(run: Run, store: RunningServer) -> None:
    status, out, _ = run(store.endpoint, "--dry-run")
    first, second, _ = out.splitlines()
    assert status == 0
    assert first.startswith(f"{AUTHORED}: ")
    assert "triples would be added, 0 removed" in second
    assert graphs_on(store) == []
    run(store.endpoint)
    status, out, _ = run(store.endpoint, "--dry-run")
    assert [line.partition(": ")[2].partition(";")[0] for line in out.splitlines()] == [
        "nothing would change"
    ] * 3


def test_a_graph_that_does_not_conform_is_refused_and_nothing_is_sent(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    entry = data / "organizations.yaml"
    text = entry.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.strip().startswith("label:"))
    entry.write_text(text.replace(f"{line}\n", "", 1), encoding="utf-8")
    with fake_server() as fake:
        status, out, err = run(fake.address, data=data)
    assert (status, out, fake.seen) == (1, "", [])
    assert "organizations.yaml:" in err
    assert "nothing was pushed" in err


@pytest.mark.parametrize("name", STORES)
def test_a_recipe_needs_no_server(run: Run, name: str) -> None:
    status, out, err = run("--recipe", name)
    assert (status, err) == (0, "")
    assert "RELEASE" in out


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ([], "push where to?"),
        (["localhost:7878"], "not the address of an endpoint"),
        (["ftp://localhost"], "not the address of an endpoint"),
        (["--recipe", "mysql"], "no recipe for 'mysql'"),
        (["http://127.0.0.1:9", "--server", "mysql"], "no kind of server 'mysql'"),
        (["http://127.0.0.1:9", "--timeout", "soon"], "not a number of seconds"),
        (["http://127.0.0.1:9", "--credentials", "/nowhere/file"], "cannot be read"),
        (["http://127.0.0.1:9"], "nothing listens there"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_to_do(run: Run, arguments: list[str], error: str) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert error in err
    assert "\n\nhint: " in err
    assert "Traceback" not in err


def test_an_unknown_strategy_and_one_that_the_server_cannot_do_are_refused(
    run: Run, store: RunningServer
) -> None:
    status, _, err = run(store.endpoint, "--strategy", "magic")
    assert (status, f"one of: {', '.join(STRATEGIES)}" in err) == (2, True)
    status, _, err = run(store.endpoint, "--strategy", "staged", "--server", "standard")
    assert (status, "needs a graph store" in err) == (2, True)
    assert graphs_on(store) == []


def test_credentials_come_from_a_file_or_the_environment(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fake_server(basic("curator", "word")) as fake:
        options = [fake.address, "--server", "standard", "--dry-run"]
        assert run(*options)[0] == 2
        file = tmp_path / "credentials.ini"
        file.touch(0o600)
        file.write_text(f"[{fake.address}]\nuser = curator\npassword = word\n")
        assert run(*options, "--credentials", str(file))[0] == 0
        monkeypatch.setenv("MEA_KG_USER", "curator")
        monkeypatch.setenv("MEA_KG_PASSWORD", "not-it")
        status, _, err = run(*options)
        assert (status, "401" in err, "not-it" in err) == (2, True, False)


def test_progress_is_for_a_terminal_alone(
    run: Run, store: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert run(store.endpoint, "--strategy", "staged")[0] == 0
    said = terminal.getvalue()
    assert f"triples for {AUTHORED}" in said
    assert said.index("comparing") < said.index("writing") < said.index("switching")


def test_an_interrupt_in_the_middle_ends_quietly_and_leaves_nothing(store: RunningServer, run: Run) -> None:
    """The process itself, and what others see of it: no password in its arguments."""
    reached, ended = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        ended.wait(60)

    def fault(seen: Seen) -> Fault | None:
        return Fault("half", wait) if seen.method == "PUT" and not reached.is_set() else None

    with faulty_proxy(store.endpoint) as proxy:
        proxy.spoil(fault)
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "mea_kg",
                "push",
                proxy.address,
                "--server",
                "oxigraph",
                "--strategy",
                "staged",
                "--data",
                str(DATA),
            ],
            env={**os.environ, "MEA_KG_USER": "curator", "MEA_KG_PASSWORD": "correct-horse"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            assert reached.wait(120)
            if Path("/proc").is_dir():
                assert b"correct-horse" not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
            ended.set()
    assert (process.returncode, out, err) == (130, b"", b"")
    assert graphs_on(store) == []
