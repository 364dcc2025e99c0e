"""The derivation rules: CONSTRUCT queries, run once each in the order of their names, after the closure.

A rule reads the union of the graphs it is given and adds only what none of them holds. The same rules run on
the embedded store and in rdflib.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, QuerySolutions, QueryTriples, Store

from mea_kg.errors import QueryError
from mea_kg.sparql.tokens import tokens_of
from mea_kg.sparql.wanted_statements import wanted
from mea_kg.stores import new_store, predicates_of
from mea_kg.templates import Template, read_template

if TYPE_CHECKING:
    import rdflib

_PROLOGUE = re.compile(r"(?:\s|#[^\n]*|PREFIX\s*[^\s:<]*:\s*<[^>]*>|BASE\s*<[^>]*>)*", re.IGNORECASE)
_WORD = re.compile(r"\w*")


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
    for token in tokens_of(text):
        if token.says("FROM", "GRAPH", "SERVICE"):
            raise QueryError(
                f"{path}:{_line(text, token.start)}: a rule reads all graphs as one, and this says {token.text}",
                f"leave {token.text.upper()} out: the graphs are given when the rule runs",
            )
    return Rule(path.stem, description, text, path)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def in_turn(rules: Iterable[Rule], before_each: Callable[[], None]) -> Iterator[Rule]:
    """The rules, with a call before each is given: what that raises ends the work on them."""
    for rule in rules:
        before_each()
        yield rule


def apply_rules(
    store: Store, rules: Iterable[Rule], source_graphs: Sequence[NamedNode], target_graph: NamedNode
) -> dict[str, int]:
    """Run each rule once over the union of all graphs; how many triples each added to the target graph.

    A rule sees what the rules before it derived. The target holds nothing yet that a source holds. Raises `QueryError`
    that names the file where a rule cannot be parsed or makes a blank node: it adds nothing then.
    """
    blank = "ASK { ?s ?p ?o FILTER (isBlank(?s) || isBlank(?o)) }"
    may_be_blank = bool(store.query(blank, default_graph=[*source_graphs, target_graph]))
    occurring = predicates_of(store, target_graph)
    return {
        rule.name: _apply(store, rule, source_graphs, target_graph, may_be_blank, occurring) for rule in rules
    }


def _apply(
    store: Store,
    rule: Rule,
    sources: Sequence[NamedNode],
    target: NamedNode,
    may_be_blank: bool,
    occurring: set[str],
) -> int:
    """`occurring` are the predicates that the target may have; those that the rule adds are put in."""
    # What is derived never leaves the store: as objects of Python it would cost more than the query. Nor does it pass
    # through a graph of its own: a store in memory keeps what was removed.
    require_query(rule)
    graphs = _read_by(store, rule, sources, target, occurring)
    template = read_template(rule.text, _PROLOGUE.match(rule.text).end())  # type: ignore[union-attr]
    if may_be_blank or template.may_be_blank:
        _refuse_blank_nodes(store, rule, graphs)
    before = _held(store, template, target)
    try:
        store.update(template.as_update(graphs, target))
    except SyntaxError as error:
        raise QueryError(f"{rule.path}: {error}", "mend the query at that place") from error
    added = _held(store, template, target) - before
    if not added:
        return 0
    occurring |= predicates_of(store, target) if template.predicates is None else template.predicates
    is_shared = False
    for pattern in template.patterns:
        for graph in sources:
            held = f"GRAPH {graph} {{ {pattern} }}"
            if store.query(f"{template.prologue} ASK {{ {held} }}"):
                is_shared = True
                made = f"GRAPH {target} {{ {pattern} }}"
                store.update(f"{template.prologue} DELETE {{ {made} }} WHERE {{ {made} {held} }}")
    return _held(store, template, target) - before if is_shared else added


def _read_by(
    store: Store, rule: Rule, sources: Sequence[NamedNode], target: NamedNode, occurring: set[str]
) -> list[NamedNode]:
    """The graphs that have what a rule can match: each further graph makes each step of it slower."""
    statements = wanted(rule.text)
    if statements is None:
        return [*sources, target]
    for predicate in occurring & statements.keys():
        objects = statements[predicate]
        if objects is None:
            return [*sources, target]
        limits = " ".join(f"<{iri}>" for iri in sorted(objects))
        if store.query(f"ASK {{ GRAPH {target} {{ VALUES ?o {{ {limits} }} ?s <{predicate}> ?o }} }}"):
            return [*sources, target]
    return list(sources)


def _held(store: Store, template: Template, graph: NamedNode) -> int:
    """How many triples of a graph the template could have made."""
    total = 0
    for pattern in template.patterns:
        counts = store.query(
            f"{template.prologue} SELECT (COUNT(*) AS ?count) {{ GRAPH {graph} {{ {pattern} }} }}"
        )
        assert isinstance(counts, QuerySolutions)
        total += sum(int(row["count"].value) for row in counts)
    return total


def require_query(rule: Rule) -> None:
    """Raise an error that names the place in the rule: some text that is no query would be several updates."""
    try:
        new_store().query(rule.text)
    except SyntaxError as error:
        raise QueryError(f"{rule.path}: {error}", "mend the query at that place") from error


def _refuse_blank_nodes(store: Store, rule: Rule, graphs: Sequence[NamedNode]) -> None:
    constructed = store.query(rule.text, default_graph=list(graphs))
    assert isinstance(constructed, QueryTriples)
    for triple in constructed:
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
            raise _makes_blank_node(rule)


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
