"""`--source` against its oracle: the graph made again from the evidence of those documents alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pyoxigraph import NamedNode, QuerySolutions, Store, Triple

from mea_kg import reasoning, resources, rules
from mea_kg.axioms import compile_axioms
from mea_kg.building import Build
from mea_kg.loading import read_context
from mea_kg.namespaces import ID, MEA, PREFIXES, RDF
from mea_kg.ontology import read_ontology
from mea_kg.results import EVERYTHING
from mea_kg.saved_queries import SavedQuery, list_queries
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store, triples_of
from tests.parameter_values import Bound, widest

SOURCES = {
    "real": (
        "collection/five-documents",
        "document/bs-iv-6",
        "document/customs-portal",
        "document/budget-2005-2006",
        "document/bamako-cooperation",
        "document/cites-response-2025",
        "document/ecolex-c1-dec-18",
    ),
    "toy": ("collection/toy", "document/mm-ii-3", "document/lantern-statement", "document/portal-page"),
}
QUERIES = list_queries(resources.queries_folder())
_PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
_STATEMENTS = ("Act", "StatedRelation", "Instrument", "Membership", "SoughtStatus")

# The title of a resolution prints both ends of its framework; who adopted it is only the way to the regime.
_COOPERATION = ("who-cooperates-with", "relation-between", "dealt-with-by-both", "only-cited")
_ADOPTED_BY = MEA + "adoptedBy"

Rows = set[tuple[str, ...]]


def _ask(store: Store, query: str) -> QuerySolutions:
    found = store.query(_PREFIXES + query, default_graph=[AUTHORED_GRAPH, INFERRED_GRAPH])
    assert isinstance(found, QuerySolutions)
    return found


class Rebuilding:
    """What was authored, taken apart by evidence, so that a graph can be made from some documents of it."""

    def __init__(self, world: Build) -> None:
        self.world = world
        self.authored = list(triples_of(world.store, AUTHORED_GRAPH))
        self.axioms = compile_axioms(read_ontology(resources.ontology_folder()))
        self.rules = rules.load_rules(resources.ontology_folder() / "rules")
        self.context = read_context(resources.data_folder())
        self.objects: dict[tuple[NamedNode, str], list[object]] = {}
        for triple in self.authored:
            self.objects.setdefault((_node(triple.subject), triple.predicate.value), []).append(triple.object)
        self.needs_none = {
            row["property"]
            for row in _ask(world.store, "SELECT ?property { ?property mea:needsNoEvidence true }")
        }
        self.statements = self._members(*_STATEMENTS)
        self.decisions = self._members("DeliberativeDocument")

    def _members(self, *classes: str) -> set[object]:
        kinds = " ".join(f"mea:{name}" for name in classes)
        found = _ask(self.world.store, f"SELECT ?node {{ VALUES ?kind {{ {kinds} }} ?node a ?kind }}")
        return {row["node"] for row in found}

    def documents(self, source: str) -> set[object]:
        found = _ask(self.world.store, f"SELECT ?document {{ ?document mea:inCollection <{ID}{source}> }}")
        return {row["document"] for row in found}

    def graph(self, source: str, regardless: tuple[str, ...] = ()) -> Store:
        """The graph of what these documents say, and of these properties whatever the document."""
        store = new_store(in_graph(self._kept(self.documents(source), regardless), AUTHORED_GRAPH))
        reasoning.close(store, [AUTHORED_GRAPH], INFERRED_GRAPH, self.axioms)
        rules.apply_rules(store, self.rules, [AUTHORED_GRAPH], INFERRED_GRAPH)
        return store

    def _kept(self, documents: set[object], regardless: tuple[str, ...]) -> Iterator[Triple]:
        """What is left without the other documents and their evidence.

        Acts, relations, instruments and memberships without evidence go, and so do values without it, but what
        describes an actor or a treaty of which these documents say nothing stays.
        """
        gone = self.documents("collection/all") - documents
        evidence: dict[NamedNode, list[NamedNode]] = {}
        for (node, name), values in self.objects.items():
            if name == MEA + "source" and not documents.issuperset(values):
                gone |= {node, *self.objects.get((node, MEA + "gives"), [])}
        for (node, name), values in self.objects.items():
            if name == MEA + "hasEvidence":
                evidence[node] = [_node(value) for value in values if value not in gone]
        gone |= {node for node, left in evidence.items() if not left and node in self.statements}
        for triple in self.authored:
            if triple.subject in gone or triple.object in gone:
                continue
            left = evidence.get(_node(triple.subject))
            is_described = not left and triple.subject not in self.decisions
            if is_described or triple.predicate.value in regardless or self._is_backed(triple, left or []):
                yield triple

    def _is_backed(self, triple: Triple, evidence: list[NamedNode]) -> bool:
        if triple.predicate in self.needs_none or triple.predicate.value == RDF + "type":
            return True
        key = self.context.key_of(triple.predicate.value)
        for node in evidence:
            supported = {
                getattr(value, "value", "") for value in self.objects.get((node, MEA + "supports"), [])
            }
            given = [
                value
                for values in self.objects.get((node, MEA + "gives"), [])
                for value in self.objects.get((_node(values), triple.predicate.value), [])
            ]
            if (not supported or key in supported) and (not given or triple.object in given):
                return True
        return False


def _node(term: object) -> NamedNode:
    assert isinstance(term, NamedNode)
    return term


@dataclass(frozen=True)
class Rebuilt:
    """A world, and the graphs of its sources: as they are, and with what a cooperation needs besides."""

    world: Build
    graphs: dict[str, Store]
    for_cooperation: dict[str, Store]


@pytest.fixture(scope="module", params=SOURCES)
def rebuilt(request: pytest.FixtureRequest) -> Rebuilt:
    world: Build = request.getfixturevalue(request.param)
    rebuilding = Rebuilding(world)
    sources = SOURCES[request.param]
    return Rebuilt(
        world,
        {source: rebuilding.graph(source) for source in sources},
        {source: rebuilding.graph(source, (_ADOPTED_BY,)) for source in sources},
    )


def _rows(store: Store, query: SavedQuery, bound: Bound, source: str) -> Rows:
    solutions = store.query(query.bound({**bound, "source": [NamedNode(source)]}))
    assert isinstance(solutions, QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return {tuple(f"{name}={row[name]}" for name in names if row[name] is not None) for row in solutions}


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_source_limits_an_answer_to_what_its_documents_say(rebuilt: Rebuilt, query: SavedQuery) -> None:
    store = rebuilt.world.store
    graphs = rebuilt.for_cooperation if query.name in _COOPERATION else rebuilt.graphs
    bound = widest(store, query)
    answers = {source: _rows(store, query, bound, ID + source) for source in graphs}
    assert any(answers.values())
    for source, rows in answers.items():
        expected = _rows(graphs[source], query, bound, EVERYTHING)
        beyond, left_out = sorted(rows - expected), sorted(expected - rows)
        if query.name == "what-cites":
            # A path cannot filter its steps: the middle of a chain may rest on other documents, as the notes say.
            beyond = [row for row in beyond if 'way="indirectly"' not in row]
        assert not beyond, f"{source} does not say this"
        assert not left_out, f"{source} says this too"
