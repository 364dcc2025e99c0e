"""A copy of the real graph that a test may break, and what is then found: by a query, or by a shape."""

from __future__ import annotations

from functools import cache

from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store, parse

from mea_kg.namespaces import ID, PREFIXES
from mea_kg.shacl import compile_shapes, validate
from mea_kg.shacl.compiling import Compiled
from mea_kg.shapes import WHOLE
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, in_graph, new_store
from tests.test_shapes import ALL_RULES, around, rules_of

SHAPES = {rule.rpartition("#")[2]: (path, rule) for path, rule in ALL_RULES}
BOTH: tuple[NamedNode, ...] = (AUTHORED_GRAPH, INFERRED_GRAPH)
HEADER = f"BASE <{ID}>\n" + "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
TURTLE = HEADER.replace("BASE", "@base").replace("PREFIX", "@prefix").replace(">\n", "> .\n")


class World:
    """A copy of the real graph that a test may break."""

    def __init__(self, store: Store) -> None:
        self.store = new_store(store)

    def add(self, turtle: str, graph: NamedNode = AUTHORED_GRAPH) -> World:
        """Add statements."""
        triples = [quad.triple for quad in parse(TURTLE + turtle, format=RdfFormat.TURTLE)]
        added = [quad for quad in in_graph(triples, graph) if quad not in self.store]
        assert added, "the breach is in the real graph already"
        self.store.extend(added)
        return self

    def drop(self, node: str, name: str, value: str | None = None) -> World:
        """Take away what is stated of a node by a property."""
        prefix, _, local = name.partition(":")
        wanted = NamedNode(ID + value) if value else None
        quads = list(
            self.store.quads_for_pattern(NamedNode(ID + node), NamedNode(PREFIXES[prefix] + local), wanted)
        )
        assert quads, f"nothing to take away: {node} {name}"
        for quad in quads:
            self.store.remove(quad)
        return self

    def ask(self, query: str) -> set[str]:
        """The first column of a query on both graphs, without the base of identifiers."""
        found = self.store.query(HEADER + query, default_graph=list(BOTH))
        assert isinstance(found, QuerySolutions)
        return {
            value.value.removeprefix(ID) for (value, *_) in found if isinstance(value, NamedNode | Literal)
        }

    def refused(self, *names: str) -> set[tuple[str, str]]:
        """The shapes of these names that refuse a node, with the node."""
        results = set()
        for name in names:
            path, _ = SHAPES[name]
            graphs = BOTH if path.name == WHOLE else (AUTHORED_GRAPH,)
            results |= {
                (str(result.source_shape).rpartition("#")[2].rstrip(">"), str(result.focus_node))
                for result in validate(self.store, graphs, compiled(name))
            }
        return {(shape, node.strip("<>").removeprefix(ID)) for shape, node in results if shape in names}


@cache
def compiled(name: str) -> Compiled:
    """A rule of the shapes, ready to run."""
    path, rule = SHAPES[name]
    found = compile_shapes(around(path, rules_of(path)[rule]).triples)
    assert not found.refused
    return found
