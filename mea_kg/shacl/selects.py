"""The queries of shapes: a SELECT about one node, `$this`, becomes one about all focus nodes.

What makes them the same: in each group that mentions `$this` (but for those of EXISTS, which are asked for one
solution at a time) the pattern of the focus nodes is put first, so that `$this` is bound there as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile

from pyoxigraph import NamedNode

from mea_kg.namespaces import RDF, SH
from mea_kg.shacl.errors import NotCompiledError
from mea_kg.shacl.paths import Path
from mea_kg.shacl.reading import ShapesGraph
from mea_kg.shacl.terms import Node
from mea_kg.sparql.tokens import IRI, Token, tokens_of

_IRI = re.compile(IRI)
_NEVER = {"PREFIX", "BASE", "FROM", "GRAPH", "SERVICE", "MINUS", "VALUES"}
SELECT_ALL = "https://w3id.org/mea-kg/shapes#selectAll"
"""What a constraint may state beside sh:select: the same query, in an order of joins that suits all focus nodes."""

_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}


@dataclass
class _Group:
    """What stands between two braces: tokens, and groups with what precedes each."""

    parts: list[Token | _Group] = field(default_factory=list)

    def tokens(self) -> list[Token]:
        return [part for part in self.parts if isinstance(part, Token)]

    def groups(self) -> list[_Group]:
        return [part for part in self.parts if isinstance(part, _Group)]

    def mentions(self, name: str) -> bool:
        inside = any(group.mentions(name) for group in self.groups())
        return inside or any(token.variable == name for token in self.tokens())


@dataclass(frozen=True)
class Select:
    """A query of a shape, read and found fit: the same for all focus nodes at once as for each of them.

    `severity` and `message` are those of the constraint, empty where it states none. `for_all` is the query as
    the shape words it for all nodes at once, or `query` itself.
    """

    node: Node
    query: _Group
    for_all: _Group
    severity: str
    message: str

    @property
    def binding_properties(self) -> tuple[NamedNode, ...] | None:
        """What the query for all nodes reads of each node first, where it binds `$this` without any domain.

        Empty where it is worded for all nodes, and None where there is a group in which nothing binds `$this`.
        """
        if not _binding(self.for_all) or not _binds_throughout(self.for_all):
            return None
        if self.for_all is not self.query:
            return ()
        return _first_properties(self.query) or None

    def about_all(self, domain: str) -> str:
        """The SELECT for all nodes of a domain, a pattern that binds ?this; empty where the query does."""
        return _written(self.for_all, domain, top=True)

    def about_few(self, domain: str) -> str:
        """The same, as it is worded for one node."""
        return _written(self.query, domain, top=True, few=True)

    def about(self, variable: str) -> str:
        """The SELECT about the node that a variable around it is bound to; its own variables are set apart."""
        names = {"this": variable}
        return _written(self.query, names=lambda name: names.get(name, f"?_of_{name}"))


def read_select(shapes: ShapesGraph, node: Node, path: Path | None) -> Select | None:
    """The query of a `sh:sparql` constraint, None where it is deactivated; `path` is that of the shape.

    A constraint may state the same query in another order of joins, `SELECT_ALL`: that is asked of all nodes at once.
    Raises `NotCompiledError` where one query for all nodes would say something else than one for each.
    """
    known = {"select", "prefixes", "message", "severity", "deactivated", "name", "description"}
    for predicate in shapes.predicates(node):
        if predicate.startswith(SH) and predicate.removeprefix(SH) not in known:
            raise NotCompiledError(f"sh:{predicate.removeprefix(SH)} in a query's constraint")
    select, severity = shapes.one(node, "select"), shapes.one(node, "severity")
    if select is None:
        raise NotCompiledError("sh:sparql without sh:select")
    if shapes.truth(node, "deactivated"):
        return None
    prefixes = prefixes_of(shapes, node)
    query = _parsed(select.value, prefixes, path)
    _check_scope(query, "the query")
    for_all = query
    if (other := shapes.one(node, SELECT_ALL)) is not None:
        for_all = _parsed(other.value, prefixes, path)
        _check_scope(for_all, "the query for all nodes")
    return Select(node, query, for_all, severity.value if severity else "", message_of(shapes, node))


def message_of(shapes: ShapesGraph, node: Node) -> str:
    """The message that a shape or a constraint states, in English where there are several; empty for none."""
    texts = sorted(
        shapes.objects(node, "message"), key=lambda text: (not str(text).endswith("@en"), str(text))
    )
    return texts[0].value if texts else ""


def prefixes_of(shapes: ShapesGraph, node: Node) -> dict[str, str]:
    """The namespaces by prefix that a query may use, also from what the declaring ontologies import."""
    waiting, seen = list(shapes.nodes(node, "prefixes")), set()
    found: dict[str, str] = {}
    while waiting:
        ontology = waiting.pop()
        if ontology in seen:
            continue
        seen.add(ontology)
        waiting += shapes.nodes(ontology, "http://www.w3.org/2002/07/owl#imports")
        for declaration in shapes.nodes(ontology, "declare"):
            prefix, namespace = shapes.one(declaration, "prefix"), shapes.one(declaration, "namespace")
            if prefix is None or namespace is None:
                raise NotCompiledError("sh:declare without prefix or namespace")
            if found.setdefault(prefix.value, namespace.value) != namespace.value:
                raise NotCompiledError(f"the prefix {prefix.value} is declared twice")
    return found


def _parsed(text: str, prefixes: Mapping[str, str], path: Path | None) -> _Group:
    groups = [_Group()]
    *tokens, _ = tokens_of(text)
    for token in tokens:
        if token.signs("}"):
            groups.pop()
            if not groups:
                raise NotCompiledError("a query with a brace too many")
        elif token.signs("{"):
            groups[-1].parts.append(_Group())
            groups.append(groups[-1].groups()[-1])
        else:
            groups[-1].parts.append(_expanded(token, prefixes, path))
    if len(groups) != 1:
        raise NotCompiledError("a query with a brace too few")
    return groups[0]


def _expanded(token: Token, prefixes: Mapping[str, str], path: Path | None) -> Token:
    """The token with its prefix written out; raises `NotCompiledError` for one that cannot be compiled."""
    if token.says(*_NEVER):
        raise NotCompiledError(f"{token.text} in a query")
    if token.variable in ("currentShape", "shapesGraph", "failure"):
        raise NotCompiledError(f"${token.variable} in a query")
    if token.variable == "PATH":
        if path is None or path.stays:
            raise NotCompiledError("$PATH in a query, with no path or one that may stay where it is")
        return replace(token, kind="iri", text=f"({path.text})")
    if token.kind != "name":
        return token
    iri = token.in_full(prefixes)
    if iri is None:
        raise NotCompiledError(f"the prefix {token.text.partition(':')[0]}: is not declared by sh:prefixes")
    return replace(token, kind="iri", text=f"<{iri}>")


def _check_scope(scope: _Group, name: str) -> None:
    """Raise `NotCompiledError` unless a SELECT, and those in it, come to the same with `$this` bound or not."""
    tokens = scope.tokens()
    if not tokens or not tokens[0].says("SELECT") or not scope.groups():
        raise NotCompiledError(f"{name} is not a SELECT")
    if scope.mentions("this"):
        _check_modifiers(scope, name)
    for group in scope.groups():
        _check_group(group)


def _check_group(group: _Group) -> None:
    tokens = group.tokens()
    if tokens and tokens[0].says("SELECT"):
        _check_scope(group, "a query within the query")
        return
    for before, token in pairwise(tokens):
        if before.says("AS") and token.variable == "this":
            raise NotCompiledError("AS $this in a query")
    for inner in group.groups():
        _check_group(inner)


def _check_modifiers(scope: _Group, name: str) -> None:
    first = next(index for index, part in enumerate(scope.parts) if isinstance(part, _Group))
    head = [part for part in scope.parts[:first] if isinstance(part, Token)]
    tail = [part for part in scope.parts[first:] if isinstance(part, Token)]
    if not any(token.variable == "this" or token.text == "*" for token in head):
        raise NotCompiledError(f"{name} does not select $this")
    if any(token.says("LIMIT", "OFFSET") for token in tail):
        raise NotCompiledError(f"{name} has LIMIT or OFFSET, which count for each node apart")
    grouped = any(token.says("GROUP") for token in tail)
    by = [token for index, token in enumerate(tail) if token.variable == "this" and _in_grouping(tail, index)]
    if (grouped or any(token.says(*_AGGREGATES) for token in head + tail)) and not by:
        raise NotCompiledError(f"{name} counts without GROUP BY $this")


def _in_grouping(tokens: list[Token], index: int) -> bool:
    """Whether the last clause that begins before a token is GROUP BY."""
    clauses = [token for token in tokens[:index] if token.says("GROUP", "HAVING", "ORDER")]
    return bool(clauses) and clauses[-1].says("GROUP")


def _written(
    group: _Group,
    domain: str | None = None,
    top: bool = False,
    names: Callable[[str], str] = "?{}".format,
    few: bool = False,
) -> str:
    """The text of a group, with the domain in it and in those below that speak of ?this; `top`: in any case.

    Without a domain the query is about one node, with an empty one about all that it finds. With `few` the domain has
    few nodes: it is quicker to read all that is said of them than all of some properties.
    """
    is_select = bool(group.tokens()) and group.tokens()[0].says("SELECT")
    texts = []
    if domain and not is_select and (top or _speaks_of_this(group)):
        texts.append(domain)
    if domain is not None:
        texts += [
            f" VALUES {names(name)} {{ {' '.join(iris)} }} " for name, iris in _few_properties(group, few)
        ]
    before: Token | None = None
    for part in group.parts:
        if isinstance(part, Token):
            if before is None or before.end < part.start:
                texts.append(" ")
            texts.append(names(part.variable) if part.variable else part.text)
        else:
            inside = None if before is not None and before.says("EXISTS") else domain
            texts.append(f" {{ {_written(part, inside, top and is_select, names, few)} }} ")
        before = part if isinstance(part, Token) else None
    return "".join(texts)


def _few_properties(group: _Group, few: bool = False) -> Iterator[tuple[str, list[str]]]:
    """The variables that stand as property in a pattern of a group, and that it filters to be one of some IRIs.

    Where the store is given the values before the pattern it reads those properties alone, and not all triples.
    With `few` not those of ?this.
    """
    tokens = group.tokens()
    properties = {
        middle.variable
        for before, middle, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if before.variable and middle.variable and after.variable and not (few and before.variable == "this")
    }
    for start, token in enumerate(tokens):
        opening = [one.text.upper() for one in tokens[start : start + 5]]
        if not token.says("FILTER") or opening[1:2] != ["("] or opening[3:] != ["IN", "("]:
            continue
        name, rest = tokens[start + 2].variable, tokens[start + 5 :]
        end = next((index for index, one in enumerate(rest) if one.text == ")"), len(rest))
        listed = [one for one in rest[:end] if one.text != ","]
        closed = [one.text for one in rest[end : end + 2]] == [")", ")"]
        if name in properties and closed and all(one.kind == "iri" for one in listed):
            yield name, [one.text for one in listed]


def _speaks_of_this(group: _Group) -> bool:
    """Whether a group mentions `$this` itself, or in the group of an EXISTS, which is asked for its solutions."""
    for before, part in zip([None, *group.parts], group.parts, strict=False):
        if isinstance(part, Token):
            if part.variable == "this":
                return True
        elif isinstance(before, Token) and before.says("EXISTS") and part.mentions("this"):
            return True
    return False


def _binds_throughout(group: _Group, before: Token | None = None) -> bool:
    """Whether all groups that speak of `$this` bind it by patterns of their own; those of EXISTS need not."""
    if before is not None and before.says("EXISTS"):
        return True
    is_select = bool(group.tokens()) and group.tokens()[0].says("SELECT")
    if not is_select and _speaks_of_this(group) and not _binding(group):
        return False
    befores = [None, *group.parts]
    return all(
        _binds_throughout(part, earlier if isinstance(earlier, Token) else None)
        for earlier, part in zip(befores, group.parts, strict=False)
        if isinstance(part, _Group)
    )


def _binding(group: _Group) -> list[_Group]:
    """The groups, this one or some in it, whose first pattern binds `$this`; empty where it may stay unbound."""
    tokens = group.tokens()
    if tokens and tokens[0].variable == "this":
        # A path that may stay where it is joins every node of the graph with itself.
        path = takewhile(lambda token: not token.variable, tokens[1:])
        return [] if any(token.text in ("*", "?", "!") for token in path) else [group]
    for alternatives in _required(group):
        branches = [_binding(one) for one in alternatives]
        if all(branches):
            return [one for branch in branches for one in branch]
    return []


def _required(group: _Group) -> Iterator[list[_Group]]:
    """The groups in a group that are neither optional nor asked for existence, with those that UNION joins to each."""
    alternatives: list[_Group] = []
    before: Token | _Group | None = None
    for part in group.parts:
        if isinstance(part, _Group):
            word = before if isinstance(before, Token) else None
            is_joined = word is not None and word.says("UNION")
            if alternatives and not is_joined:
                yield alternatives
                alternatives = []
            if is_joined or word is None or not word.says("OPTIONAL", "EXISTS"):
                alternatives.append(part)
        before = part
    if alternatives:
        yield alternatives


def _first_properties(query: _Group) -> tuple[NamedNode, ...]:
    """The properties of the patterns that bind `$this`; empty where one of them is any property."""
    found: list[NamedNode] = []
    for group in _binding(query):
        _, *after = group.tokens()
        if after[0].variable:
            listed = [
                iri for name, iris in _few_properties(group) if name == after[0].variable for iri in iris
            ]
        else:
            end = next((index for index, token in enumerate(after) if token.variable), len(after))
            listed = [iri for token in after[:end] if token.kind == "iri" for iri in _IRI.findall(token.text)]
            listed += [f"<{RDF}type>" for token in after[:end] if token.says("A")]
        if not listed:
            return ()
        found += [NamedNode(iri[1:-1]) for iri in listed]
    return tuple(found)
