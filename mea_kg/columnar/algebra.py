"""What rdflib's algebra of a query says."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from mea_kg.columnar.refusing import NotTranslatedError


def algebra_of(text: str) -> Any:
    """The algebra of a query; raises `NotTranslatedError` where rdflib cannot parse it."""
    from pyparsing import ParseException
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import expandUnicodeEscapes, parseQuery

    try:
        try:
            parsed = _without_comments().parse_string(expandUnicodeEscapes(text), parse_all=True)
        except ParseException:
            parsed = parseQuery(text)
    except ParseException as error:
        raise NotTranslatedError(f"a query that rdflib cannot parse ({error})") from error
    _bind_in_pattern(parsed[1])
    return translateQuery(parsed).algebra


@cache
def _without_comments() -> Any:
    """rdflib's grammar for texts that have no comments: half of its time goes into looking for them at each step."""
    from rdflib.plugins.sparql.parser import Query

    grammar = deepcopy(Query)
    waiting, seen = [grammar], set()
    while waiting:
        element = waiting.pop()
        if id(element) not in seen:
            seen.add(id(element))
            element.ignoreExprs = []
            waiting += [*element.recurse()]
    return grammar


def _bind_in_pattern(query: Any) -> None:
    """Turn expressions with EXISTS that a query selects into BIND: rdflib counts an inner COUNT as the query's own."""
    from rdflib.plugins.sparql.parserutils import CompValue

    if dict.get(query, "groupby") or dict.get(query, "having") or not dict.get(query, "projection"):
        return
    for index, item in enumerate(query.projection):
        if dict.get(item, "evar") is not None and "EXISTS" in repr(item.expr):
            query.where.part.append(CompValue("Bind", expr=item.expr, var=item.evar))
            query.projection[index] = CompValue("vars", var=item.evar)


def variable(term: Any) -> str:
    """The name of a variable, or of a blank node that stands for one."""
    import rdflib

    return f"_blank_{term}" if isinstance(term, rdflib.BNode) else str(term)


def conjuncts(node: Any) -> list[Any]:
    """The tests that must all hold."""
    name = getattr(node, "name", "")
    if name == "ConditionalAndExpression":
        return [one for part in (node.expr, *node.other) for one in conjuncts(part)]
    return [node]


def only_exists(node: Any) -> tuple[Any, bool] | None:
    """The EXISTS that a test consists of, and whether it is denied."""
    name = getattr(node, "name", "")
    if name == "UnaryNot":
        inner = only_exists(node.expr)
        return (inner[0], not inner[1]) if inner else None
    return (node, name == "Builtin_NOTEXISTS") if name in ("Builtin_EXISTS", "Builtin_NOTEXISTS") else None


def names_in(node: Any) -> set[str]:
    """The variables in an expression."""
    import rdflib
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, rdflib.Variable):
        return {str(node)}
    if isinstance(node, CompValue):
        return set[str]().union(*(names_in(getattr(node, name)) for name in node if name != "_vars"))
    if isinstance(node, list | tuple):
        return set[str]().union(*(names_in(one) for one in node))
    return set()


def group(node: Any) -> Any:
    """The pattern of an EXISTS, as an attribute that rdflib sets: the item of that name is what was parsed."""
    if node.graph.name.startswith("GroupGraph"):
        raise NotTranslatedError("EXISTS outside of FILTER and BIND")
    return node.graph


def pattern_key(node: Any) -> str:
    """The same text for the same pattern."""
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, CompValue):
        if node.name == "BGP":
            return f"BGP({sorted(str(triple) for triple in node.triples)})"
        inside = ",".join(
            f"{name}:{pattern_key(node[name])}" for name in sorted(node) if name not in ("_vars", "lazy")
        )
        return f"{node.name}({inside})"
    if isinstance(node, list | tuple):
        return f"[{','.join(pattern_key(one) for one in node)}]"
    return repr(node)


def is_plain(node: Any) -> bool:
    """Whether a pattern consists of triples alone, so that it is the same wherever it stands."""
    if node.name in ("Join", "Union"):
        return is_plain(node.p1) and is_plain(node.p2)
    return bool(node.name == "BGP")


def merged(node: Any) -> Any:
    """A join of triples with triples as one pattern."""
    from rdflib.plugins.sparql.parserutils import CompValue

    if node.name != "Join":
        return node
    one, other = merged(node.p1), merged(node.p2)
    if one.name == other.name == "BGP":
        return CompValue("BGP", triples=[*one.triples, *other.triples])
    return CompValue("Join", p1=one, p2=other)
