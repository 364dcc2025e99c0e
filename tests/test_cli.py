from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mea_kg import cli, resources
from mea_kg.building import Build
from mea_kg.cli import stats as stats_command
from mea_kg.cli._cache import cache_folder
from mea_kg.documents import SourceDocument
from mea_kg.graph import KnowledgeGraph
from tests.invented import digest

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(toy: Build, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on the toy world: exit status, stdout, stderr."""
    monkeypatch.setattr(KnowledgeGraph, "load", lambda **_: SimpleNamespace(store=toy.store))
    monkeypatch.setenv("COLUMNS", "100")

    def run_command(*arguments: str) -> tuple[int, str, str]:
        status = cli.main(arguments)
        output = capsys.readouterr()
        return status, output.out, output.err

    return run_command


def test_help_lists_every_command(run: Run) -> None:
    for arguments in ((), ("--help",), ("-h",)):
        status, out, _ = run(*arguments)
        assert status == 0
        assert set(cli.commands()) >= {"query", "show", "relation", "stats"}
        assert all(f"\n  {name} " in out for name in cli.commands())


@pytest.mark.parametrize("name", cli.commands())
def test_every_command_explains_itself(run: Run, name: str) -> None:
    status, out, _ = run(name, "--help")
    assert status == 0
    assert out.startswith(f"usage: mea-kg {name}")


def test_version(run: Run) -> None:
    status, out, _ = run("--version")
    assert status == 0
    assert out.startswith("mea-kg ")


def test_an_unknown_command_names_the_nearest(run: Run) -> None:
    assert run("qurey") == (2, "", "there is no command 'qurey'\n\nhint: did you mean query?\n")
    status, _, error = run("_output")
    assert status == 2 and "one of: " in error


def test_without_arguments_query_lists_the_questions(run: Run) -> None:
    status, out, _ = run("query", "--format", "csv")
    assert status == 0
    lines = out.splitlines()
    assert lines[0] == "query,question,example"
    assert len(lines) == 1 + len(list(resources.queries_folder().glob("*.rq")))
    assert any(line.startswith("who-cooperates-with ORGANIZATION,") for line in lines)


def test_a_saved_query_is_answered(run: Run) -> None:
    status, out, error = run("query", "who-cooperates-with", "HU")
    assert (status, error) == (0, "")
    assert out.startswith("organization: Harbour Union (intergovernmental organization")
    assert out.endswith("not stated is not no.\n")


def test_options_stand_anywhere_and_values_can_be_named(run: Run) -> None:
    plain = run("query", "members-of", "group/dawn", "--format", "csv")
    assert run("query", "members-of", "--format", "csv", "group/dawn") == plain
    assert run("query", "--set", "group=group/dawn", "members-of", "--format", "csv") == plain
    _, both, _ = run(
        "query", "members-of", "--set", "group=group/dawn", "--set", "group=UN-Marshes", "--format=csv"
    )
    assert len(both.splitlines()) == 3


def test_in_formats_for_programs_scope_and_remarks_go_to_stderr(run: Run) -> None:
    status, out, error = run("query", "members-of", "Night Consortium", "--format", "json")
    assert status == 0
    assert len(json.loads(out)["results"]["bindings"]) == 3
    assert "gives the whole list of members" in error
    assert error.endswith("from 4 documents, the newest of 2030; not stated is not no\n")
    _, out, error = run("query", "mandates-of", "HU", "--format", "tsv")
    assert out.count("\n") == 1
    assert "Nothing is stated. Searched: What has an actor been asked" in error


def test_source_limits_the_answer(run: Run) -> None:
    _, out, _ = run("query", "who-cooperates-with", "HU", "--source", "Lantern Page")
    assert "ongoing" in out and "instrument" not in out
    assert out.endswith("From 1 document (Lantern Page); not stated is not no.\n")


def test_the_text_of_a_query_can_be_had(run: Run) -> None:
    status, out, _ = run("query", "members-of", "group/dawn", "--sparql")
    assert status == 0
    assert "VALUES ?group { <https://w3id.org/mea-kg/id/group/dawn> }" in out


def test_a_query_of_ones_own_from_standard_input_or_a_file(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = "PREFIX mea: <https://w3id.org/mea-kg/ontology#> SELECT ?fund { ?fund a mea:TrustFund }"
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    piped = run("query", "-", "--format", "csv")
    assert piped[:2] == (0, "fund\nhttps://w3id.org/mea-kg/id/fund/marsh\n")
    file = tmp_path / "own.rq"
    file.write_text(text)
    assert run("query", str(file), "--format", "csv") == piped
    file.write_text(text.replace("SELECT ?fund", "CONSTRUCT { ?fund a mea:TrustFund }"))
    assert "mea:TrustFund" in run("query", str(file))[1]
    file.write_text("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    status, out, error = run("query", str(file))
    assert (status, out) == (2, "")
    assert error.startswith(f"{file}: SERVICE is refused\n\nhint: ")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (
            ["query", "who-cooperates"],
            "there is no saved query 'who-cooperates'\n\nhint: did you mean who-coop",
        ),
        (["query", "members-of"], "members-of needs group: "),
        (["query", "members-of", "Nite Consortium"], "hint: did you mean\n  Night Consortium (consortium"),
        (["query", "members-of", "--set", "group"], "--set 'group' is not NAME=VALUE"),
        (["query", "--format", "xml"], "argument --format: invalid choice: 'xml'"),
        (["query", "--nope"], "unrecognized arguments: --nope\n\nhint: usage: mea-kg query"),
        (["query", "trust-funds", "--format", "turtle"], "rows cannot be written as turtle"),
        (["query", "nowhere/none.rq"], "nowhere/none.rq: cannot be read"),
        (["show"], "the following arguments are required: NAME"),
        (["show", "Harbor Onion"], "no entity is named 'Harbor Onion'"),
        (["relation", "HU"], "the following arguments are required: B"),
    ],
)
def test_what_cannot_be_run_is_explained_on_stderr(run: Run, arguments: list[str], error: str) -> None:
    status, out, said = run(*arguments)
    assert (status, out) == (2, "")
    assert error in said
    assert "\n\nhint: " in said
    assert "Traceback" not in said


def test_show_relation_and_stats(run: Run) -> None:
    status, out, _ = run("show", "HU")
    assert status == 0
    assert out.startswith(
        "Harbour Union (intergovernmental organization, organization/harbour-union)\n\nnames\n"
    )
    status, out, _ = run("relation", "HU", "Night Consortium")
    assert status == 0
    assert out.startswith("Harbour Union and Night Consortium: stated.\n")
    status, out, error = run("relation", "Lamp Office", "Tide Council", "--format", "csv")
    assert status == 0
    assert "not stated" in out and "Lamp Office and Tide Council: not stated" in error
    status, out, _ = run("path", "Lamp Office", "World Heron Society", "--max-steps", "2")
    assert status == 0
    assert out.startswith("Lamp Office and World Heron Society: connected in 2 steps.\n")
    status, out, error = run(
        "path", "Lamp Office", "World Heron Society", "--max-steps", "1", "--format", "csv"
    )
    assert (status, len(out.splitlines())) == (0, 1)
    assert "no connection of at most 1 step is stated" in error
    status, out, _ = run("stats", "--format", "csv")
    assert status == 0
    assert "sources,documents,4" in out.splitlines()


def test_the_text_of_a_query_of_ones_own_can_be_had(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = (resources.queries_folder() / "members-of.rq").read_text(encoding="utf-8")
    file = tmp_path / "own.rq"
    file.write_text(text, encoding="utf-8")
    expected = run("query", "members-of", "group/dawn", "--sparql")
    assert run("query", str(file), "group/dawn", "--sparql") == expected
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    assert run("query", "-", "group/dawn", "--sparql") == expected
    monkeypatch.setattr(sys, "stdin", io.StringIO("ASK {}\n"))
    assert run("query", "-", "--sparql") == (0, "ASK {}\n", "")


@pytest.mark.parametrize("option", [["--source", "HU"], ["--sparql"], ["--set", "actor=HU"]])
def test_an_option_of_a_question_is_not_dropped_where_none_is_asked(run: Run, option: list[str]) -> None:
    status, out, error = run("query", *option)
    assert (status, out) == (2, "")
    assert "mea-kg query" in error


def test_what_the_system_refuses_is_a_message(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(arguments: object) -> int:
        raise OSError(36, "File name too long", "a\x1b[31m")

    monkeypatch.setattr(stats_command, "run", refused)
    assert run("stats") == (2, "", "a\\u001B[31m: File name too long\n")


def test_messages_never_command_a_terminal(run: Run, tmp_path: Path) -> None:
    for name in ("\x1b[31m.rq", "\x1b[31m"):
        _, _, error = run("query", f"{tmp_path}/{name}")
        assert "\x1b" not in error and "u001B" in error
    _, _, error = run("format", f"{tmp_path}/\x1b[31m.yaml")
    assert "\x1b" not in error and "u001B" in error


def test_an_interrupt_ends_quietly(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(stats_command, "run", interrupted)
    assert run("stats") == (130, "", "")


def test_data_never_commands_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO('SELECT ("\\u001B[31m\\u009Bx" AS ?a) {}'))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    _, out, _ = run("query", "-", "--format", "csv")
    assert out == "a\n\\u001B[31m\\u009Bx\n"


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a user who has asked before."""
    environment = {**os.environ, "HOME": str(tmp_path_factory.mktemp("home")), "PYTHONWARNINGS": "error"}
    subprocess.run(
        [sys.executable, "-m", "mea_kg", "stats"], env=environment, check=True, capture_output=True
    )
    return environment


def test_a_query_from_a_cold_start_imports_nothing_heavy(warm: dict[str, str]) -> None:
    code = (
        "import sys; from mea_kg.cli import main; status = main(['query', 'who-cooperates-with', 'WCO']);"
        "heavy = {'rdflib', 'yaml', 'owlrl', 'pyshacl', 'difflib', 'jsonschema', 'http', 'asyncio', 'pkg_resources'};"
        "print(sorted(heavy & set(sys.modules)), status, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=warm, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[] 0"
    assert "World Customs Organization" in done.stdout


def test_a_reader_that_goes_away_is_no_error(warm: dict[str, str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "mea_kg", "query"], env=warm, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


def asked(environment: dict[str, str], *arguments: str, **streams: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "mea_kg", *arguments],
        env=environment,
        stderr=subprocess.PIPE,
        check=False,
        **streams,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [["query"], ["--help"], ["export"]])
def test_a_full_disk_is_a_message(warm: dict[str, str], arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = asked(warm, *arguments, stdout=full)
    assert (done.returncode, done.stderr) == (2, b"No space left on device\n")


@pytest.mark.skipif(sys.platform == "win32", reason="no descriptors to close")
def test_closed_standard_streams_are_messages(warm: dict[str, str]) -> None:
    def close(descriptor: int) -> subprocess.CompletedProcess[bytes]:
        return asked(warm, "query", "-", preexec_fn=lambda: os.close(descriptor), input=None)

    assert (close(0).returncode, close(0).stderr) == (2, b"standard input is closed\n")
    assert (close(1).returncode, close(1).stderr) == (2, b"standard output is closed\n")


def test_standard_input_that_is_no_text_is_a_message(warm: dict[str, str]) -> None:
    done = asked(warm, "query", "-", stdout=subprocess.PIPE, input=b"SELECT \xff")
    assert done.returncode == 2
    assert done.stderr.startswith(b"standard input: not UTF-8")
    with_mark = asked(warm, "query", "-", stdout=subprocess.PIPE, input=b"\xef\xbb\xbfASK {}")
    assert with_mark.stdout == b"true\n"


@pytest.mark.parametrize("command", ["evidence", "coverage"])
def test_documents_never_command_a_terminal(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content = "# The \x1b[31meel\x9b\n"
    (tmp_path / "copy\x1b[31m.md").write_text(content, encoding="utf-8")
    document = SourceDocument("https://w3id.org/mea-kg/id/document/x", "", digest(content))
    monkeypatch.setattr("mea_kg.documents.source_documents", lambda store: [document])
    for is_terminal in (True, False):
        monkeypatch.setattr(sys.stdout, "isatty", lambda to=is_terminal: to, raising=False)
        assert cli.main([command, str(tmp_path)]) == 0
        assert ("\x1b" in capsys.readouterr().out) is not is_terminal


def test_the_cache_is_where_the_environment_puts_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "mea-kg"
    assert cli.main(["query", "documents"]) == 0
    assert list((tmp_path / "mea-kg").iterdir())
    for unusable in ("", "relative/folder"):
        monkeypatch.setenv("XDG_CACHE_HOME", unusable)
        assert cache_folder() is None


@pytest.mark.parametrize("arguments", [["show", "WCO"], ["relation", "WCO", "INTERPOL"], ["stats"]])
def test_turtle_is_not_offered_where_there_are_no_triples(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([arguments[0], "--help"]) == 0
    assert "turtle" not in capsys.readouterr().out
    assert cli.main([*arguments, "--format", "turtle"]) == 2
    assert "invalid choice" in capsys.readouterr().err
