"""The derivation rules: CONSTRUCT queries, run once each in the order of their names, after the closure.

A rule reads the union of the graphs it is given and adds only what none of them holds. The same rules run on
the embedded store and in rdflib.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, Quad, QueryTriples, Store, Triple

from mea_kg.errors import QueryError

if TYPE_CHECKING:
    import rdflib

_PROLOGUE = re.compile(r"(?:\s|#[^\n]*|PREFIX\s*[^\s:<]*:\s*<[^>]*>|BASE\s*<[^>]*>)*", re.IGNORECASE)
_WORD = re.compile(r"\w*")
_OUTSIDE = re.compile(
    r"""<[^<>"{}|^`\\\s]*> | "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' | \#[^\n]*
    | (?<![\w:?$-]) (?P<word> FROM | GRAPH | SERVICE ) (?![\w:-])""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Rule:
    """A CONSTRUCT query: its name (the file's, without ending), what its first comment says, its text."""

    name: str
    description: str
    text: str
    path: Path


def load_rules(folder: Path) -> list[Rule]:
    """The rules of a folder (`*.rq`), in the order of their names.

    Raises `QueryError` that names the file where one is no CONSTRUCT or does not say what it derives.
    """
    return [_read(path) for path in sorted(folder.glob("*.rq"))]


def _read(path: Path) -> Rule:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{path}: this rule cannot be read ({error})", "a rule is text in UTF-8") from error
    leading = takewhile(lambda line: line.startswith("#"), text.lstrip().splitlines())
    description = " ".join(line.lstrip("#").strip() for line in leading).strip()
    if not description:
        raise QueryError(
            f"{path}:1: nothing says what this rule derives",
            "begin the file with a line such as: # Each member of a group cooperates with each other one.",
        )
    start = _PROLOGUE.match(text).end()  # type: ignore[union-attr]
    form = _WORD.match(text, start).group()  # type: ignore[union-attr]
    if form.upper() != "CONSTRUCT":
        raise QueryError(
            f"{path}:{_line(text, start)}: a rule is a CONSTRUCT query, and this is {form or 'nothing'}",
            "what only asks belongs in the folder of queries",
        )
    for match in _OUTSIDE.finditer(text):
        if word := match.group("word"):
            raise QueryError(
                f"{path}:{_line(text, match.start())}: a rule reads all graphs as one, and this says {word}",
                f"leave {word.upper()} out: the graphs are given when the rule runs",
            )
    return Rule(path.stem, description, text, path)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def apply_rules(
    store: Store, rules: Iterable[Rule], source_graphs: Sequence[NamedNode], target_graph: NamedNode
) -> dict[str, int]:
    """Run each rule once over the union of all graphs; how many triples each added to the target graph.

    A rule sees what the rules before it derived. Raises `QueryError` that names the file where a rule cannot
    be parsed or makes a blank node.
    """
    graphs = [*source_graphs, target_graph]
    added = {}
    for rule in rules:
        new = [
            Quad(triple.subject, triple.predicate, triple.object, target_graph)
            for triple in _unheld(store, _constructed(store, rule, graphs), graphs)
        ]
        store.extend(new)
        added[rule.name] = len(new)
    return added


def _constructed(store: Store, rule: Rule, graphs: Sequence[NamedNode]) -> set[Triple]:
    try:
        results = store.query(rule.text, default_graph=list(graphs))
    except SyntaxError as error:
        raise QueryError(f"{rule.path}: {error}", "mend the query at that place") from error
    assert isinstance(results, QueryTriples)
    triples = set(results)
    for triple in triples:
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
            raise _makes_blank_node(rule)
    return triples


def _unheld(store: Store, triples: Iterable[Triple], graphs: Sequence[NamedNode]) -> Iterator[Triple]:
    """Those that no graph holds; a predicate that no graph has needs no look for each triple."""
    used: dict[NamedNode, list[NamedNode]] = {}
    for triple in triples:
        predicate = triple.predicate
        if predicate not in used:
            used[predicate] = [
                graph
                for graph in graphs
                if next(store.quads_for_pattern(None, predicate, None, graph), None) is not None
            ]
        if not any(_holds(store, triple, graph) for graph in used[predicate]):
            yield triple


def _holds(store: Store, triple: Triple, graph: NamedNode) -> bool:
    return Quad(triple.subject, triple.predicate, triple.object, graph) in store


def apply_rules_with_rdflib(graph: rdflib.Graph, rules: Iterable[Rule]) -> dict[str, int]:
    """The same in rdflib, on a graph that each rule reads and extends; how many triples each added.

    Raises `QueryError` where a rule makes a blank node, and rdflib's own errors where it cannot parse one.
    """
    import rdflib

    added = {}
    for rule in rules:
        before = len(graph)
        for triple in set(graph.query(rule.text)):
            assert isinstance(triple, tuple)
            subject, predicate, value = triple
            if isinstance(subject, rdflib.BNode) or isinstance(value, rdflib.BNode):
                raise _makes_blank_node(rule)
            if not isinstance(subject, rdflib.Literal):
                graph.add((subject, predicate, value))
        added[rule.name] = len(graph) - before
    return added


def _makes_blank_node(rule: Rule) -> QueryError:
    return QueryError(
        f"{rule.path}: this rule makes a blank node",
        "give the node an IRI made from what it follows from: BIND (IRI(CONCAT(...)) AS ?node)",
    )
