"""Asking a server: whole answers where it cuts them, and one clear error for each thing that it does wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryBoolean, QueryResultsFormat, QuerySolutions, Store

from mea_kg.cli import main
from mea_kg.errors import RemoteError
from mea_kg.graph import KnowledgeGraph
from mea_kg.namespaces import AUTHORED
from mea_kg.remote.credentials import Credentials
from mea_kg.remote.protocol import SparqlService
from mea_kg.remote.query_text import read_query
from mea_kg.remote.remote_store import RemoteStore
from mea_kg.stores import new_store
from tests.servers.pretending import JSON, Reply, pretending

EVERYTHING = f"SELECT ?s ?o FROM <{AUTHORED}> WHERE {{ ?s ?p ?o }}"
YES = json.dumps({"head": {}, "boolean": True}).encode()


def store_at(endpoint: str, timeout: float = 10, credentials: Credentials | None = None) -> RemoteStore:
    return RemoteStore(SparqlService(endpoint, endpoint, credentials or Credentials(), timeout))


def rows_of(found: object) -> list[tuple[str, ...]]:
    assert isinstance(found, QuerySolutions)
    return [tuple(str(row[variable]) for variable in found.variables) for row in found]


@pytest.fixture(scope="module")
def numbers() -> Store:
    predicate, graph = NamedNode("urn:p"), NamedNode(AUTHORED)
    return new_store(
        Quad(NamedNode(f"urn:s{number % 97}"), predicate, Literal(f"{number} of many"), graph)
        for number in range(2500)
    )


def cutting(
    store: Store, limit: int, says: bool = False, asked: list[str] | None = None
) -> Callable[[str, dict[str, str]], Reply]:
    """A server that sends no more than so many rows of what the store answers."""

    def answer(query: str, _: dict[str, str]) -> Reply:
        if asked is not None:
            asked.append(query)
        found = store.query(query)
        if isinstance(found, QueryBoolean):
            return Reply(200, YES, JSON)
        assert isinstance(found, QuerySolutions)
        content = json.loads(found.serialize(format=QueryResultsFormat.JSON) or b"")
        rows = content["results"]["bindings"]
        cut = {"X-SPARQL-MaxRows": str(limit)} if says and len(rows) > limit else {}
        content["results"]["bindings"] = rows[:limit]
        return Reply(200, json.dumps(content).encode(), {**JSON, **cut})

    return answer


@pytest.mark.parametrize("limit", [10, 137, 500, 1000, 1023, 1024, 1025, 2499, 2500])
@pytest.mark.parametrize("says", [True, False])
def test_an_answer_is_whole_whatever_the_limit_of_the_server(numbers: Store, limit: int, says: bool) -> None:
    with pretending(cutting(numbers, limit, says)) as endpoint:
        found = rows_of(store_at(endpoint).query(EVERYTHING))
    assert sorted(found) == sorted(rows_of(numbers.query(EVERYTHING)))


def test_pages_keep_the_order_of_the_query_and_its_ties(numbers: Store) -> None:
    ordered = f"SELECT DISTINCT ?s FROM <{AUTHORED}> {{ ?s ?p ?o }} ORDER BY DESC(STRLEN(STR(?s)))"
    with pretending(cutting(numbers, 13)) as endpoint:
        found = rows_of(store_at(endpoint).query(ordered))
    assert sorted(found) == sorted(rows_of(numbers.query(ordered)))
    assert [len(row[0]) for row in found] == sorted((len(row[0]) for row in found), reverse=True)


def test_a_short_answer_costs_one_request_and_a_trial_is_made_once(numbers: Store) -> None:
    asked: list[str] = []
    with pretending(cutting(numbers, 10_000, asked=asked)) as endpoint:
        store = store_at(endpoint)
        store.query(f"{EVERYTHING} LIMIT 9")
        assert len(asked) == 1
        for _ in range(3):
            store.query(f"{EVERYTHING} LIMIT 500")
        assert len(asked) == 1 + 3 + 1
        store.query(EVERYTHING)
        store.query(f"{EVERYTHING} LIMIT 2400")
    assert [query for query in asked if "COUNT" in query] == [read_query(EVERYTHING).count()]
    assert len(asked) == 5 + 2 + 1


def test_a_graph_that_changes_between_pages_is_told(numbers: Store) -> None:
    cut = cutting(numbers, 1000)

    def answer(query: str, headers: dict[str, str]) -> Reply:
        if "OFFSET 2000" in query:
            return Reply(200, b'{"head": {"vars": ["s", "o"]}, "results": {"bindings": []}}', JSON)
        return cut(query, headers)

    with (
        pretending(answer) as endpoint,
        pytest.raises(RemoteError, match=re.escape("2,500 rows, and by pages the server gave 2,000")),
    ):
        store_at(endpoint).query(EVERYTHING)


def test_statements_are_found_by_their_form(numbers: Store) -> None:
    subject, predicate, graph = NamedNode("urn:s1"), NamedNode("urn:p"), NamedNode(AUTHORED)
    with pretending(cutting(numbers, 20)) as endpoint:
        store = store_at(endpoint)
        for pattern in ((subject, None, None, None), (None, predicate, Literal("7 of many"), graph)):
            found = set(store.quads_for_pattern(*pattern))
            assert found == set(numbers.quads_for_pattern(*pattern))
            assert found


def test_xml_is_read_where_a_server_knows_no_json(numbers: Store) -> None:
    def answer(query: str, _: dict[str, str]) -> Reply:
        found = numbers.query(query)
        assert isinstance(found, QuerySolutions)
        body = found.serialize(format=QueryResultsFormat.XML) or b""
        return Reply(200, body, {"Content-Type": "application/sparql-results+xml"})

    with pretending(answer) as endpoint:
        found = rows_of(store_at(endpoint).query(EVERYTHING))
    assert sorted(found) == sorted(rows_of(numbers.query(EVERYTHING)))


HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE = b"<html><head><title>500</title></head><body><h1>Out of memory</h1><pre>at com.example</pre></body></html>"
WRONG = {
    "page of HTML": (Reply(500, PAGE, HTML), "failed on the server (status 500): 500 Out of memory"),
    "bad query": (Reply(400, b"line 3: what is FORM?"), "was refused (status 400): line 3: what is FORM?"),
    "password": (Reply(401, b"", {"WWW-Authenticate": 'Basic realm="house"'}), "needs a user and password"),
    "forbidden": (Reply(403), "is forbidden (status 403)"),
    "not there": (Reply(404), "is not offered there (status 404)"),
    "error inside a success": (
        Reply(200, b'{"head": {"vars": ["s"]}, "results": {"bindings": [ Error: out of time', JSON),
        "is not a whole SPARQL result, though its status says that all went well",
    ),
    "error as JSON": (Reply(200, b'{"error": "out of time"}', JSON), "is not a whole SPARQL result"),
    "wrong type": (
        Reply(200, b"<html><body>Welcome</body></html>", HTML),
        "(text/html) is not a whole SPARQL",
    ),
    "empty body": (Reply(200, b"", JSON), "the answer is empty, though its status says that all went well"),
    "broken off": (
        Reply(
            200, b'{"head": {"vars": ["s"]}, "results": {"bindings": []}}', {**JSON, "X-SQL-State": "S1TAT"}
        ),
        "broke the query off at its limit of time",
    ),
    "ends early": (Reply(200, b'{"head"', {**JSON, "Content-Length": "900"}), "the connection broke"),
    "closes": (Reply(broken=True), "the connection broke"),
    "redirect": (
        Reply(302, b"", {"Location": "http://127.0.0.1:1/elsewhere"}),
        "sends us on to http://127.0.0.1:1/",
    ),
    "redirect of a form": (Reply(307, b"", {"Location": "/other"}), "sends us on to /other"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_a_server_does_wrong_is_one_clear_error(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mea_kg.remote.retrying._PAUSES", (0.01,))
    reply, expected = WRONG[name]
    with pretending(lambda _, __: reply) as endpoint:
        for command in (
            ["query", "members-of", "WCO"],
            ["show", "WCO"],
            ["relation", "WCO", "INTERPOL"],
            ["path", "WCO", "INTERPOL"],
            ["stats"],
        ):
            assert main([*command, "--endpoint", endpoint]) == 2
            said = capsys.readouterr()
            assert said.out == ""
            assert said.err.startswith(f"{endpoint}: ")
            assert expected in said.err
            assert "Traceback" not in said.err


def test_no_answer_in_time_is_told_and_not_asked_again(capsys: pytest.CaptureFixture[str]) -> None:
    asked = []

    def answer(query: str, _: dict[str, str]) -> Reply:
        asked.append(query)
        return Reply(200, YES, JSON, after=30)

    with pretending(answer) as endpoint:
        assert main(["stats", "--endpoint", endpoint, "--timeout", "0.2"]) == 2
    assert "no answer within 0.2 seconds" in capsys.readouterr().err
    assert len(asked) == 1


def test_where_nothing_listens_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pretending(lambda _, __: Reply()) as endpoint:
        pass
    assert main(["stats", "--endpoint", endpoint]) == 2
    assert "nothing listens there (connection refused)" in capsys.readouterr().err


def test_a_server_that_is_busy_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mea_kg.remote.retrying._PAUSES", (0.01, 0.01))
    replies = [Reply(503, b"busy"), Reply(429), Reply(200, YES, JSON)]
    with pretending(lambda _, __: replies.pop(0)) as endpoint:
        assert store_at(endpoint).query("ASK { ?s ?p ?o }")
    assert not replies


def test_a_redirect_does_not_take_the_token_along() -> None:
    seen: list[dict[str, str]] = []

    def elsewhere(_: str, headers: dict[str, str]) -> Reply:
        seen.append(headers)
        return Reply(200, YES, JSON)

    with (
        pretending(elsewhere) as other,
        pretending(lambda _, __: Reply(302, b"", {"Location": other})) as endpoint,
        pytest.raises(RemoteError, match="sends us on"),
    ):
        store_at(endpoint, credentials=Credentials(token="a secret")).query("ASK { ?s ?p ?o }")
    assert not seen


def test_a_server_without_the_graph_does_not_answer_that_nothing_is_stated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    no = json.dumps({"head": {}, "boolean": False}).encode()
    with pretending(lambda _, __: Reply(200, no, JSON)) as endpoint:
        assert main(["query", "members-of", "WCO", "--endpoint", endpoint]) == 2
        assert f"nothing is in <{AUTHORED}>" in capsys.readouterr().err
        with pytest.raises(RemoteError, match="the graph is not there"):
            KnowledgeGraph.connect(endpoint)


def test_a_cut_construct_is_told(tmp_path: Path) -> None:
    def answer(_: str, __: dict[str, str]) -> Reply:
        body = b"<urn:s> <urn:p> <urn:o> .\n"
        return Reply(200, body, {"Content-Type": "application/n-triples", "X-SPARQL-MaxRows": "1"})

    with pretending(answer) as endpoint, pytest.raises(RemoteError, match="cut the answer at its limit of 1"):
        store_at(endpoint).query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
