"""What a rule gives for some nodes, asked of the little that decides it, is what it gives asked of all."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Any, cast

import pytest
from pyoxigraph import NamedNode, Quad, QuerySolutions, QueryTriples, Store, Triple

from mea_kg.building import Build
from mea_kg.rules import Rule
from mea_kg.stores import AUTHORED_GRAPH, in_graph, new_store
from mea_kg.updating import neighbourhood as module
from mea_kg.updating.dependencies import reading
from mea_kg.updating.derivation import Derivation
from mea_kg.updating.neighbourhood import neighbourhood
from mea_kg.updating.walking import MANY, Fans, TooManyError, Walker
from tests.live_worlds import node, our_rules, small_triple

PREFIX = "PREFIX : <http://example.org/>\n"
PREDICATES = [f"http://example.org/p{number}" for number in range(5)]
QUERIES = (
    "{ ?a :p0 ?b }",
    "{ ?a :p0/:p1 ?b . ?b :p2|^:p3 ?c }",
    "{ ?a :p0 ?b OPTIONAL { ?b :p1 ?c OPTIONAL { ?c :p2 ?d } } FILTER (!BOUND(?d)) }",
    "{ ?a :p0 ?b MINUS { ?b :p1 ?c . ?c :p2 ?a } }",
    "{ ?a :p0 ?b MINUS { ?x :p1 ?b . ?a :p2 ?x } }",
    "{ ?a :p0 ?b FILTER NOT EXISTS { ?b :p1 ?c FILTER NOT EXISTS { ?c :p2 ?d . ?d :p3 ?a } } }",
    "{ { ?a :p0 ?b } UNION { ?b :p1 ?a } ?b :p2 ?c OPTIONAL { ?c :p3 ?d } FILTER (COALESCE(?d, ?a) = ?a) }",
    "{ { SELECT ?a (COUNT(?b) AS ?n) { ?a :p0 ?b . ?b :p1 ?c } GROUP BY ?a } ?a :p2 ?b }",
    "{ { SELECT ?b (COUNT(?c) AS ?n) { ?b :p1 ?c OPTIONAL { ?c :p2 ?d } } GROUP BY ?b } ?a :p0 ?b FILTER (?n > 1) }",
    "{ ?a :p0+ ?b . ?b :p1* ?c . ?c :p2? ?d }",
    "{ ?a ?any ?b . ?b ?other ?a FILTER (?any IN (:p0, :p1)) }",
    "{ VALUES ?p { :p1 :p2 } ?a :p0 ?b . ?b ?p ?c FILTER NOT EXISTS { ?c ?p ?a } }",
    "{ ?a :p0 ?b . BIND (?b AS ?c) OPTIONAL { ?c :p1 ?d . ?a :p2 ?d } }",
    "{ ?a :p0 ?x . ?b :p1 ?y FILTER (LCASE(STR(?x)) = STR(?y)) OPTIONAL { ?b :p2 ?c } }",
)


def store_of(triples: Iterable[Triple]) -> Store:
    return new_store(in_graph(triples, AUTHORED_GRAPH))


def near(store: Store, text: str, name: str, nodes: set[NamedNode]) -> set[Quad]:
    fans = Fans(store)
    for one in reading(text).joins:
        fans.keys.prepare(one.path)
    return neighbourhood(Walker(store, None, fans), fans, reading(text).scope, {name: set(nodes)})


def rows(store: Store, text: str) -> set[tuple[object, ...]]:
    found = store.query(text, use_default_graph_as_union=True)
    if isinstance(found, QueryTriples):
        return {(one,) for one in found}
    assert isinstance(found, QuerySolutions)
    return {tuple(row) for row in found}


@pytest.mark.parametrize("text", QUERIES)
def test_small_worlds_in_which_much_meets(text: str) -> None:
    text = f"{PREFIX}SELECT * {text}"
    answered = 0
    for seed in range(60):
        chance = random.Random(seed)
        store = store_of({small_triple(chance, PREDICATES, ()) for _ in range(chance.randrange(5, 30))})
        nodes = {node(chance.randrange(6)) for _ in range(chance.randrange(1, 3))}
        asked = reading(text).query.restricted("a", f"VALUES ?a {{ {' '.join(map(str, nodes))} }}")
        expected = rows(store, asked)
        answered += bool(expected)
        assert rows(new_store(near(store, text, "a", nodes)), asked) == expected
    assert answered > 5


@pytest.mark.parametrize("rule", our_rules(), ids=lambda rule: rule.name)
def test_our_rules_in_the_toy_world(toy: Build, rule: Rule) -> None:
    step = Derivation(rule, Fans(toy.store))
    assert step.reading
    assert step.anchor
    head, _, body = rule.text.partition("CONSTRUCT")
    body = body[body.index("WHERE") :]
    found = (row[0] for row in rows(toy.store, f"{head} SELECT ?{step.anchor} {body}"))
    anchors = sorted({one for one in found if isinstance(one, NamedNode)}, key=str)
    some = random.Random(1).sample(anchors, min(len(anchors), 6))
    for nodes in [set(some), *({one} for one in some)]:
        values = f"VALUES ?{step.anchor} {{ {' '.join(map(str, nodes))} }}"
        asked = step.reading.query.restricted(step.anchor, values)
        quads = near(toy.store, rule.text, step.anchor, nodes)
        assert rows(new_store(quads), asked) == rows(toy.store, asked)


def test_what_many_have_in_common_does_not_come_with_it() -> None:
    year, line = NamedNode("http://example.org/year"), NamedNode("http://example.org/line")
    triples = [Triple(node(number), year, node(0)) for number in range(1, 7000)]
    triples += [Triple(node(number), line, node(number // 2 * 2)) for number in range(1, 7000)]
    text = f"{PREFIX}SELECT * {{ ?a :line ?l ; :year ?y . ?b :line ?l ; :year ?y OPTIONAL {{ ?b :of ?c }} }}"
    quads = near(store_of(triples), text, "a", {node(5000)})
    assert {quad.subject for quad in quads} == {node(5000), node(5001)}
    assert len(quads) == 4


class CountingStore:
    """Counts the quads that are read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.read = 0

    def quads_for_pattern(self, *pattern: Any) -> Iterator[Quad]:
        for quad in self._store.quads_for_pattern(*pattern):
            self.read += 1
            yield quad


@pytest.mark.parametrize(
    ("body", "steps"),
    [
        ("{ ?a :line ?l ; :year ?y . ?b :line ?l ; :year ?y }", 2),
        ("{ ?a :line ?l ; :year ?y . ?b :line ?l OPTIONAL { ?b :year ?y } }", 1),
    ],
)
def test_a_node_with_more_than_others_is_not_read_to_its_end(body: str, steps: int) -> None:
    """By the years of most nodes, one year leads to one node; this one leads to thousands."""
    year, line, shared, hub = (
        NamedNode(f"http://example.org/{name}") for name in ("year", "line", "l", "hub")
    )
    triples = [Triple(node(number), year, hub) for number in range(30_000)]
    triples += [Triple(node(number), year, node(number)) for number in range(30_000, 40_000)]
    triples += [Triple(node(number), line, shared) for number in range(4)]
    store = store_of(triples)
    counting = CountingStore(store)
    read = reading(f"{PREFIX}SELECT * {body}")
    quads = neighbourhood(
        Walker(cast(Store, counting), None, Fans(store)), Fans(store), read.scope, {"a": {node(0)}}
    )
    assert len(quads) == 8
    assert counting.read < steps * 4 * MANY + 100


def test_where_one_step_is_too_long_another_way_is_followed() -> None:
    """Also where it is asked meanwhile whether a predicate is rare."""
    year, line, of, rare, shared = (
        NamedNode(f"http://example.org/{name}") for name in ("year", "line", "of", "rare", "l")
    )
    triples = [Triple(node(number), year, shared) for number in range(30_000)]
    triples += [Triple(node(number), year, node(number)) for number in range(30_000, 40_000)]
    triples += [Triple(node(number), line, shared) for number in range(4)]
    triples += [Triple(node(0), of, rare), Triple(node(1), rare, node(2))]
    body = "{ ?a :of ?p ; :line ?l ; :year ?y . ?b :year ?y ; :line ?l . ?c ?p ?d }"
    quads = near(store_of(triples), f"{PREFIX}SELECT * {body}", "a", {node(0)})
    assert len(quads) == 10


@pytest.mark.parametrize(
    "body", ["{ ?a :p0 ?b . ?c :p1 ?d }", "{ ?a :p0 ?b FILTER EXISTS { ?c :p1 ?d } }", "{ ?a :p0/:p1* ?y }"]
)
def test_where_no_way_leads_or_too_many_nodes_all_is_to_be_asked(
    body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = [Triple(node(number), NamedNode(PREDICATES[number > 0]), node(number + 1)) for number in range(9)]
    monkeypatch.setattr(module, "MANY", 2)
    with pytest.raises(TooManyError):
        near(store_of(chain), f"{PREFIX}SELECT * {body}", "a", {node(0)})
