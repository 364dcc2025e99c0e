"""The ways between two entities: against a plain breadth-first search, and read for what they may not claim."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, QueryBoolean, QuerySolutions, Store, Triple

from mea_kg.building import Build
from mea_kg.errors import QueryError, UnknownName
from mea_kg.graph import KnowledgeGraph
from mea_kg.namespaces import ID, MEA, RDF
from mea_kg.paths import path
from mea_kg.rendering import render
from mea_kg.results import EVERYTHING, Answer
from mea_kg.selecting import Graphs, Queryable
from mea_kg.steps import Links
from tests.small_world import store_of

Pairs = set[tuple[str, str]]


def walked(pairs: Pairs, start: str, end: str) -> set[tuple[str, ...]]:
    """All shortest ways, by a search that goes node by node."""
    following: dict[str, set[str]] = {}
    for one, other in pairs:
        following.setdefault(one, set()).add(other)
    found: set[tuple[str, ...]] = set()
    pending: deque[tuple[str, ...]] = deque([(start,)])
    while pending:
        way = pending.popleft()
        if found and len(way) >= len(next(iter(found))):
            break
        for other in following.get(way[-1], ()):
            if other == end:
                found.add((*way, other))
            elif other not in way:
                pending.append((*way, other))
    return found


def ways(answer: Answer) -> set[tuple[str, ...]]:
    nodes: dict[object, list[str]] = {}
    for row in answer:
        way = nodes.setdefault(row["path"], [str(row["from"])])
        if way[-1] != row["to"]:
            way.append(str(row["to"]))
    return {tuple(way) for way in nodes.values()}


def labelled(answer: Answer) -> list[list[object]]:
    return [[row[name] for name in ("step", "fromLabel", "how", "toLabel", "direction")] for row in answer]


def pairs_by_hand(store: Store) -> Pairs:
    """The pairs that a step joins, by plain loops over the triples."""
    of: dict[str, dict[str, list[str]]] = {}
    for quad in store:
        if not isinstance(quad.object, Literal) or quad.predicate.value.startswith(MEA):
            of.setdefault(quad.predicate.value.removeprefix(MEA), {}).setdefault(
                str(quad.subject).strip("<>"), []
            ).append(quad.object.value if isinstance(quad.object, Literal) else str(quad.object).strip("<>"))
    labels = {str(quad.subject).strip("<>") for quad in store if quad.predicate.value.endswith("#prefLabel")}
    kinds = of[RDF + "type"]
    pairs: Pairs = set()

    def values(node: str, name: str) -> list[str]:
        return of.get(name, {}).get(node, [])

    def backed(node: str, name: str, value: str) -> bool:
        for evidence in values(node, "hasEvidence"):
            keys = values(evidence, "supports")
            given = [other for given in values(evidence, "gives") for other in values(given, name)]
            if (not keys or {name, name + "s"} & set(keys)) and (not given or value in given):
                return True
        return False

    def link(one: str, other: str) -> None:
        pairs.update({(one, other), (other, one)})

    own = "about actsUnder adoptedAt adoptedBy adoptedIn basedOn belongsTo concludedUnder contributor endorsedAt"
    own += " endorsedBy establishes fund governs implements issuedBy nextAfter officeOf participant revisedAt"
    own += " servicesTreaty sessionOf succeeds titleNames underInstrument"
    for name in own.split():
        for node, found in of.get(name, {}).items():
            for value in found:
                if backed(node, name, value):
                    link(node, value)
    for node, parts in of["hasPart"].items():
        for part in {*parts}:
            for done in {part, *values(part, "hasAct")} - labels:
                _link_done(values, backed, link, node, done)
    for node, acts in of["hasAct"].items():
        for act in acts:
            _link_done(values, backed, link, node, act)
    for node, parts in of["partOf"].items():
        for whole in parts:
            if values(node, "hasEvidence"):
                link(node, whole)
    for node, groups in of["hasMembership"].items():
        for membership in groups:
            for member in values(membership, "member"):
                link(node, member)
    for act, sought in of["seeks"].items():
        for status in sought:
            for body in values(status, "body"):
                for addressee in values(act, "addressee"):
                    link(addressee, body)
    for cooperation, found in of["between"].items():
        assert values(cooperation, "basis")
        link(*found)
    for cooperation, found in of["from"].items():
        link(found[0], values(cooperation, "to")[0])
    for view, funds in of["fund"].items():
        if MEA + "AssessedContribution" in kinds[view]:
            link(values(view, "party")[0], funds[0])
    for node, citations in of["hasCitation"].items():
        texts = {node, *values(node, "statedIn")}
        texts |= {whole for text in texts for whole in values(text, "partOf")}
        for citation in citations:
            for cited in values(citation, "cites"):
                for text in texts:
                    link(text, cited)
    barred = {MEA + name for name in ("SourceDocument", "StatedRelation", "BudgetLine", "BudgetTable")}
    named = {node for node in labels if not barred & set(kinds.get(node, []))}
    return {(one, other) for one, other in pairs if one != other and {one, other} <= named}


def _link_done(values: object, backed: object, link: object, text: str, done: str) -> None:
    names = "about addressee concerns concurrenceOf counterpart dueAt implements pursuedBy recipient"
    for name in names.split():
        for value in values(done, name):  # type: ignore[operator]
            if backed(done, name, value):  # type: ignore[operator]
                link(text, value)  # type: ignore[operator]


@pytest.mark.parametrize("world", ["toy", "real"])
def test_steps_are_those_that_plain_loops_find(request: pytest.FixtureRequest, world: str) -> None:
    store = request.getfixturevalue(world).store
    expected = pairs_by_hand(store)
    nodes = {one for pair in expected for one in pair}
    assert Links(store).neighbours(nodes) == expected


@pytest.mark.parametrize("world", ["toy", "real"])
def test_a_step_goes_both_ways_and_has_its_passage(request: pytest.FixtureRequest, world: str) -> None:
    store = request.getfixturevalue(world).store
    links = Links(store)
    pairs = links.neighbours({one for pair in pairs_by_hand(store) for one in pair})
    rows = links.between(pairs)
    turned = {"to": "from", "from": "to", "symmetric": "symmetric"}
    found = {
        (str(row["from"]), str(row["to"]), str(row["direction"]).strip('"'), row["via"], row["evidence"])
        for row in [{**row, "evidence": (row["document"], row["pinpoint"], row["phrase"])} for row in rows]
    }
    assert found == {(other, one, turned[way], via, said) for one, other, way, via, said in found}
    assert {(row["from"].value, row["to"].value) for row in rows if row["from"] and row["to"]} == pairs
    assert all(row["document"] and row["pinpoint"] and row["how"] and row["toLabel"] for row in rows)


def test_all_shortest_ways_of_the_toy_world_are_those_of_a_plain_search(toy: Build) -> None:
    pairs = pairs_by_hand(toy.store)
    names = [
        "organization/lamp-office",
        "state/fenland",
        "decision/mm-ii-3",
        "meeting/marsh-cop-3",
        "group/dawn",
    ]
    for one in names:
        for other in names:
            if one < other:
                answer = path(toy.store, one, other, max_paths=10_000, max_steps=20)
                assert ways(answer) == walked(pairs, ID + one, ID + other)


def cooperating(edges: Iterable[tuple[int, int]]) -> Store:
    """A store in which numbered actors cooperate, each pair on the word of a document of its own."""
    lines = [f'<{ID}actor/{n}> skos:prefLabel "actor {n}"@en .' for n in range(9)]
    for one, other in edges:
        name = f"{one}-{other}"
        lines.append(f"""
            <{ID}cooperation/{name}> mea:between <{ID}actor/{one}> , <{ID}actor/{other}> ;
                mea:basis <{ID}basis> ; mea:via <{ID}via> ; mea:attestedIn <{EVERYTHING}> , <{ID}document/{name}> ;
                mea:attestedBy <{ID}evidence/{name}> .
            <{ID}evidence/{name}> mea:source <{ID}document/{name}> ; mea:pinpoint "para. 1" .
            <{ID}document/{name}> a mea:SourceDocument ; mea:inCollection <{EVERYTHING}> , <{ID}document/{name}> .""")
    lines.append(f'<{ID}basis> skos:prefLabel "instrument"@en . <{EVERYTHING}> skos:prefLabel "all"@en .')
    return store_of("\n".join(lines))


@settings(max_examples=40)
@given(
    st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] < pair[1])),
    st.integers(1, 8),
)
def test_any_graph_gives_the_ways_of_a_plain_search(edges: set[tuple[int, int]], most: int) -> None:
    store = cooperating(edges)
    pairs = {
        (f"{ID}actor/{one}", f"{ID}actor/{other}") for pair in edges for one, other in (pair, pair[::-1])
    }
    expected = walked(pairs, ID + "actor/0", ID + "actor/8")
    within = {way for way in expected if len(way) - 1 <= most}
    assert ways(path(store, "actor/0", "actor/8", max_steps=most, max_paths=10_000)) == within


def test_a_mandate_is_a_directed_step_with_its_status(toy: Build) -> None:
    answer = path(toy.store, "Lamp Office", "secretariat/marsh")
    assert labelled(answer)[0][2:] == ["mandate", "Secretariat of the Convention on Moonlit Marshes", "from"]
    assert {str(row["status"]).rpartition("/")[2] for row in answer if row["how"] == "mandate"} == {
        "requested"
    }


def test_a_treaty_stands_for_its_actors_and_an_id_for_itself(toy: Build) -> None:
    by_name = path(toy.store, "Lantern Protocol", "HU")
    assert {row["fromLabel"] for row in by_name} == {"Lantern Secretariat"}
    assert {row["step"] for row in by_name} == {1}
    by_id = path(toy.store, "treaty/lantern", "HU")
    assert max(int(str(row["step"])) for row in by_id) > 1
    assert all(row["from"] == ID + "treaty/lantern" for row in by_id if row["step"] == 1)
    own = path(toy.store, "Lantern Protocol", "Lantern Secretariat")
    assert {row["step"] for row in own} == {1}


def test_a_source_states_its_own_steps_alone(toy: Build) -> None:
    every = path(toy.store, "secretariat/marsh", "HU")
    one = path(toy.store, "secretariat/marsh", "HU", "document/portal-page")
    assert {row["document"] for row in every} == {ID + "document/mm-ii-3", ID + "document/portal-page"}
    assert {row["document"] for row in one} == {ID + "document/portal-page"}
    assert not path(toy.store, "Lantern Secretariat", "Lamp Office", "document/portal-page").rows


def test_by_cooperation_takes_no_other_step(toy: Build) -> None:
    answer = path(toy.store, "decision/mm-ii-3", "HU", cooperation_only=True)
    assert not answer.rows
    assert "no connection of at most 6 steps is stated, by cooperation alone" in answer.preface[0]
    assert path(toy.store, "decision/mm-ii-3", "HU").rows


def test_more_ways_than_are_shown_are_counted() -> None:
    store = cooperating([(0, n) for n in range(1, 8)] + [(n, 8) for n in range(1, 8)])
    answer = path(store, "actor/0", "actor/8", max_paths=2)
    assert [row["toLabel"] for row in answer if row["step"] == 1] == ["actor 1", "actor 2"]
    assert "And 5 more of the same length." in answer.remarks
    assert "nothing is transitive" in answer.remarks[-1]
    text = render(answer, "table", 100)
    assert "path 1 of 7: actor 0 - actor 1 - actor 8" in text
    assert len(json.loads(render(answer, "json"))["results"]["bindings"]) == 4
    assert render(answer, "csv").splitlines()[0].startswith("route,path,step,from,fromLabel,how,to")


def test_what_cannot_be_asked_is_an_error(toy: Build) -> None:
    with pytest.raises(UnknownName):
        path(toy.store, "HU", "Nobody at all")
    with pytest.raises(QueryError, match="'HU' and 'Harbour Union' are the same"):
        path(toy.store, "HU", "Harbour Union")
    with pytest.raises(QueryError, match="at least one step"):
        path(toy.store, "HU", "Lamp Office", max_steps=0)


class _Counted:
    """A store that counts what it is asked."""

    def __init__(self, store: Queryable) -> None:
        self._store = store
        self.asked: list[str] = []

    def query(
        self, query: str, *, default_graph: Graphs | None = None
    ) -> QuerySolutions | QueryBoolean | Iterator[Triple]:
        self.asked.append(query)
        return self._store.query(query, default_graph=default_graph)


def test_few_queries_are_asked_and_none_twice_of_the_same_entities(graph: KnowledgeGraph) -> None:
    """Each costs a server milliseconds: asked of each kind of step at each look, they were more than a thousand."""
    counted = _Counted(graph.store)
    assert path(counted, "CITES", "Rotterdam Convention").rows
    assert len(counted.asked) < 250
    steps = [query for query in counted.asked if "?from ?to ?how" in query]
    assert len(steps) == len(set(steps))
