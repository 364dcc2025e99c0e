"""After each change a live graph is what a build from scratch makes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from mea_kg.axioms import compile_axioms
from mea_kg.building import Build
from mea_kg.errors import QueryError
from mea_kg.namespaces import PREFIXES, RDF
from mea_kg.rules import Rule
from mea_kg.sparql.patterns import Matching
from mea_kg.stores import AUTHORED_GRAPH, triples_of
from mea_kg.updating import neighbourhood
from mea_kg.updating.dependencies import reading
from tests.live_worlds import NO_SHAPES, LiveWorld, change, node, ontology, our_rules, own, small_triple
from tests.test_shapes import ALL_RULES, pair

HEADER = "@prefix : <http://example.org/> .\n" + "".join(
    f"@prefix {k}: <{v}> .\n" for k, v in PREFIXES.items()
)
TYPE = NamedNode(RDF + "type")


def turtle(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(HEADER + text, format=RdfFormat.TURTLE)]


def rule(name: str, text: str) -> Rule:
    head = "PREFIX : <http://example.org/> PREFIX mea: <https://w3id.org/mea-kg/ontology#>\n"
    return Rule(name, name, head + text, Path(f"{name}.rq"))


def small(data: str = "", axioms: str = "", *rules: str) -> LiveWorld:
    """A world of a few triples with axioms and rules of its own."""
    own = [rule(f"{number:02}", text) for number, text in enumerate(rules)]
    return LiveWorld(turtle(data), compile_axioms(turtle(axioms)), own, NO_SHAPES)


@pytest.fixture(scope="module")
def toy_world(toy: Build) -> LiveWorld:
    return LiveWorld(triples_of(toy.store, AUTHORED_GRAPH))


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_edits_of_the_toy_world(toy_world: LiveWorld, seed: int) -> None:
    chance = random.Random(seed)
    before = toy_world.quads()
    updates = [toy_world.update(*change(toy_world, chance)) for _ in range(3)]
    toy_world.check()
    for update in reversed(updates):
        toy_world.update(update.removed, update.added)
    assert toy_world.quads() == before


AXIOMS = """
    :p0 a owl:TransitiveProperty ; owl:inverseOf :p1 . :p2 rdfs:subPropertyOf :p0 . :p0 rdfs:subPropertyOf :p5 .
    :p3 a owl:SymmetricProperty . :p4 rdfs:subPropertyOf :p3 , :p2 . :p6 owl:equivalentProperty :p4 .
    :p7 a owl:TransitiveProperty , owl:SymmetricProperty . :p5 rdfs:subPropertyOf :p8 .
    :C0 rdfs:subClassOf :C1 . :C1 rdfs:subClassOf :C2 . :C3 owl:equivalentClass :C1 . :C4 owl:disjointWith :C2 .
    :p3 owl:propertyDisjointWith :p1 . :p2 a owl:IrreflexiveProperty . :p5 a owl:AsymmetricProperty .
"""
RULES = (
    "CONSTRUCT { ?a :r0 ?b . ?b a :C5 } WHERE { ?a :p5 ?b OPTIONAL { ?b :p3 ?c } FILTER (!BOUND(?c)) }",
    "CONSTRUCT { ?a :r1 ?d } WHERE { { ?a :p0/:p2 ?b } UNION { ?a ^:p3|:p4 ?b } ?b :r0? ?d MINUS { ?d a :C2 } }",
    "CONSTRUCT { ?x a :C1 ; :of ?a ; :many ?n } WHERE { { SELECT ?a (COUNT(?b) AS ?n) { ?a :r1 ?b } GROUP BY ?a }"
    " FILTER (?n > 1) BIND (IRI(CONCAT(STR(?a), '/many')) AS ?x) }",
    "CONSTRUCT { ?a :r2 ?b } WHERE { ?a :p2 ?b FILTER NOT EXISTS { ?a :r2 ?other } }",
    "CONSTRUCT { ?a :r3 ?b } WHERE { ?a :p7+ ?b . ?a ?any ?b FILTER EXISTS { ?b a ?k . FILTER (?k IN (:C1, :C5)) } }",
    "CONSTRUCT { ?a :p8 ?b . ?b :r2 ?a } WHERE { ?a :r3 ?b"
    " FILTER NOT EXISTS { ?b :p1 ?c FILTER NOT EXISTS { ?c :p4 ?a } } }",
)
KEYED = (
    "CONSTRUCT { ?a :same ?b } WHERE { ?a :p0 ?x . ?b :p1|:p2 ?y FILTER (LCASE(STR(?x)) = STR(?y)) }",
    "CONSTRUCT { ?a :near ?b } WHERE { { ?a :p0 ?x } BIND (SUBSTR(STR(?x), 1, 20) AS ?key) ?b :p1 ?y"
    " FILTER (?a != ?b && SUBSTR(STR(?y), 1, 20) = ?key) }",
)
PREDICATES = [
    f"http://example.org/{name}"
    for name in ("p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "r1", "r2")
]
CLASSES = [f"http://example.org/C{number}" for number in range(6)]


@settings(max_examples=60, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_changes_of_a_small_world_in_which_much_meets(seed: int) -> None:
    chance = random.Random(seed)
    predicates = [*PREDICATES, TYPE.value, TYPE.value]
    world = small("", AXIOMS, *chance.sample(RULES, 4))
    for _ in range(6):
        added = {small_triple(chance, predicates, CLASSES) for _ in range(chance.randrange(4))}
        stated = world.authored()
        world.update(added, chance.sample(stated, min(len(stated), chance.randrange(4))))
        world.check()


@settings(max_examples=30, derandomize=True)
@given(seed=st.integers(0, 2**32), size=st.integers(0, 3))
def test_changes_whose_neighbourhood_is_too_large_to_be_asked_apart(seed: int, size: int) -> None:
    chance = random.Random(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbourhood, "MANY", size)
        world = small("", AXIOMS, *chance.sample(RULES, 4))
        for _ in range(4):
            added = {small_triple(chance, [*PREDICATES, TYPE.value], CLASSES) for _ in range(4)}
            stated = world.authored()
            world.update(added, chance.sample(stated, min(len(stated), 2)))
            world.check()


@settings(max_examples=40, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_changes_of_values_that_are_joined_by_what_is_computed_of_them(seed: int) -> None:
    chance = random.Random(seed)
    world = small("", "", *KEYED)
    assert all(
        any(one.path.__class__ is Matching for one in reading(rule.text).required) for rule in world.rules
    )
    for _ in range(6):
        added = {small_triple(chance, PREDICATES[:3], ()) for _ in range(chance.randrange(5))}
        stated = world.authored()
        world.update(added, chance.sample(stated, min(len(stated), chance.randrange(4))))
        world.check()


def test_each_shape_is_touched() -> None:
    world = LiveWorld(ontology())
    before = world.quads()
    data = [set(pair(path, rule, "fail")[0]) - own() for path, rule in ALL_RULES]
    updates = []
    for start in range(0, len(data), 12):
        updates.append(world.update(set().union(*data[start : start + 12])))
    world.check()
    for update in updates:
        world.update(update.removed, update.added)
    assert world.quads() == before
    assert world.live.results == []


def test_an_empty_change_changes_nothing(toy_world: LiveWorld) -> None:
    before = toy_world.quads()
    stated = toy_world.authored()[:3]
    absent = Triple(node(1), TYPE, node(2))
    update = toy_world.live.update(stated, [absent])
    assert not (update.added or update.removed or update.inferred or update.come or update.rebuilt)
    assert toy_world.quads() == before


def test_what_is_added_and_removed_at_once_is_there() -> None:
    world = small()
    triple = turtle(":a :p :b .")
    assert world.update(triple, triple).added == set(triple)


def test_a_derived_triple_that_is_stated_too_stays_when_it_is_no_longer_stated() -> None:
    world = small(":a :p :b , :c .", "", "CONSTRUCT { ?x :r ?y } WHERE { ?x :p ?y }")
    assert world.update(turtle(":a :r :b .")).withdrawn == set(turtle(":a :r :b ."))
    world.check()
    assert world.update((), turtle(":a :r :b .")).inferred == set(turtle(":a :r :b ."))
    world.check()


def test_what_two_rules_derive_goes_with_the_last() -> None:
    both = [f"CONSTRUCT {{ ?x :r ?y }} WHERE {{ ?x :{name} ?y }}" for name in "pq"]
    world = small(":a :p :b ; :q :b .", "", *both)
    assert not world.update((), turtle(":a :p :b .")).withdrawn
    assert world.update((), turtle(":a :q :b .")).withdrawn == set(turtle(":a :r :b ."))
    world.check()


def test_a_rule_does_not_read_what_it_derives_itself() -> None:
    own = "CONSTRUCT { ?x :actor ?y } WHERE { ?x :by ?y FILTER NOT EXISTS { ?x :actor ?printed } }"
    world = small(":a :by :b .", "", own)
    assert world.update(turtle(":a :by :c .")).inferred == set(turtle(":a :actor :c ."))
    assert world.update(turtle(":a :actor :b .")).withdrawn == set(turtle(":a :actor :b , :c ."))
    world.check()


def test_an_optional_before_what_it_shares_a_variable_with() -> None:
    text = "CONSTRUCT { ?a :r ?c } WHERE { ?a :p ?b OPTIONAL { ?b :q ?c } ?a :s ?c }"
    world = small(":a :p :b ; :s :c .", "", text)
    assert world.update(turtle(":b :q :z .")).withdrawn == set(turtle(":a :r :c ."))
    world.check()


def test_where_a_rule_reads_what_a_later_one_derives_all_is_derived_anew() -> None:
    early, late = "CONSTRUCT { ?x :s ?y } WHERE { ?x :r ?y }", "CONSTRUCT { ?x :r ?y } WHERE { ?x :p ?y }"
    prior = "CONSTRUCT { ?x :r ?y } WHERE { ?x :o ?y }"
    world = small(":a :o :b .", "", prior, early, late)
    assert not world.update(turtle(":b :o :c .")).rebuilt
    assert world.update(turtle(":a :p :c .")).rebuilt == "a rule reads what a later one writes"
    world.check()
    assert world.update((), turtle(":a :p :c .")).rebuilt
    assert not world.update((), turtle(":b :o :c .")).rebuilt
    world.check()


def test_our_rules_are_never_derived_anew(toy_world: LiveWorld) -> None:
    chance = random.Random(5)
    for _ in range(10):
        update = toy_world.update(*change(toy_world, chance))
        assert not update.rebuilt
        toy_world.update(update.removed, update.added)
    assert all(step.anchor for step in toy_world.live._derivations.steps)


def test_contradictions_come_and_go() -> None:
    world = small(":a a :C .", ":C owl:disjointWith :D . :E rdfs:subClassOf :D .")
    world.update(turtle(":a a :E ."))
    assert [one.subject for one in world.live.contradictions] == ["http://example.org/a"]
    world.check()
    world.update((), turtle(":a a :C ."))
    assert world.live.contradictions == []


def test_an_error_in_a_rule_changes_nothing() -> None:
    world = small(":a :p :b .", "", "CONSTRUCT { ?x :r [] } WHERE { ?x :q ?y }")
    before = world.quads()
    with pytest.raises(QueryError, match="blank node"):
        world.update(turtle(":a :q :b ; :p :c ."))
    assert world.quads() == before
    world.update(turtle(":a :p :c ."))
    world.check()


def test_a_changed_hierarchy_of_classes_is_seen_by_the_shapes(toy_world: LiveWorld) -> None:
    sub = turtle("mea:NewKind rdfs:subClassOf mea:Instrument . :new a mea:NewKind .")
    update = toy_world.update(sub)
    toy_world.check()
    toy_world.update((), update.added)
    toy_world.check()


def test_each_rule_is_touched(toy_world: LiveWorld) -> None:
    """Each rule's rows change with something that it reads."""
    chance = random.Random(1)
    for step in toy_world.live._derivations.steps:
        read = {entry.predicate for entry in step.entries}
        stated = [t for t in toy_world.authored() if t.predicate in read and t not in own()]
        update = toy_world.update((), chance.sample(stated, min(len(stated), 3)))
        toy_world.update(update.removed, update.added)
    toy_world.check()
    assert len(toy_world.live._derivations.steps) == len(our_rules())
