"""The checks of single values: class, datatype, kind, range, text, language, and lists of values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from pyoxigraph import Literal, NamedNode

from mea_kg.namespaces import RDF, SH, shortened
from mea_kg.shacl.checks import Check, component
from mea_kg.shacl.datatypes import is_literal_of
from mea_kg.shacl.errors import NotCompiledError
from mea_kg.shacl.reading import ShapesGraph
from mea_kg.shacl.terms import Node, Term, compared, is_one_of, members

_BOUNDS = {
    "minExclusive": (">", "more than"),
    "minInclusive": (">=", "at least"),
    "maxExclusive": ("<", "less than"),
    "maxInclusive": ("<=", "at most"),
}
_KINDS = {
    "IRI": ("isIRI",),
    "Literal": ("isLiteral",),
    "BlankNode": ("isBlank",),
    "BlankNodeOrIRI": ("isBlank", "isIRI"),
    "BlankNodeOrLiteral": ("isBlank", "isLiteral"),
    "IRIOrLiteral": ("isIRI", "isLiteral"),
}
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def value_checks(shapes: ShapesGraph, node: Node, fresh: Callable[[], str]) -> Iterator[Check]:
    """The checks of single values that a shape has; `fresh` gives a new variable at each call."""
    for value in shapes.objects(node, "nodeKind"):
        yield _check("NodeKind", _kind(value), f"is not of the kind {_brief(value)}")
    if datatype := shapes.one(node, "datatype"):
        if not isinstance(datatype, NamedNode):
            raise NotCompiledError("sh:datatype is not an IRI")
        test = partial(is_literal_of, datatype=datatype.value)
        test("?value")
        yield _check("Datatype", test, f"is not a well-formed {_brief(datatype)}")
    for name, (operator, words) in _BOUNDS.items():
        for bound in shapes.objects(node, name):
            if not isinstance(bound, Literal):
                raise NotCompiledError(f"sh:{name} is not a literal")
            test = partial(_ordered, operator=operator, bound=str(bound))
            yield _check(name[0].upper() + name[1:], test, f"is not {words} {_brief(bound)}")
    yield from _text_checks(shapes, node)
    for allowed in shapes.lists_of(node, "in"):
        test = partial(is_one_of, terms=allowed)
        test("?value")
        yield _check("In", test, "is none of the values allowed")
    for one in shapes.names(node, "class"):
        yield _check("Class", partial(_member, one=one, fresh=fresh), f"is not of the class {_brief(one)}")


def _text_checks(shapes: ShapesGraph, node: Node) -> Iterator[Check]:
    shortest, longest = shapes.number(node, "minLength"), shapes.number(node, "maxLength")
    if shortest is not None:
        yield _check("MinLength", partial(_length, limit=f">= {shortest}"), f"is shorter than {shortest}")
    if longest is not None:
        yield _check("MaxLength", partial(_length, limit=f"<= {longest}"), f"is longer than {longest}")
    flags = shapes.one(node, "flags")
    for pattern in shapes.objects(node, "pattern"):
        if not isinstance(pattern, Literal) or not (flags is None or isinstance(flags, Literal)):
            raise NotCompiledError("sh:pattern or sh:flags is not a text")
        test = partial(_matches, pattern=regular(pattern.value), flags=flags.value if flags else "")
        yield _check("Pattern", test, f"does not match {pattern.value}")
    for tags in shapes.lists_of(node, "languageIn"):
        texts = [tag.value for tag in tags if isinstance(tag, Literal) and _LANGUAGE.fullmatch(tag.value)]
        if len(texts) < len(tags):
            raise NotCompiledError("sh:languageIn has what is not a language tag")
        yield _check("LanguageIn", partial(_languages, tags=texts), f"is not in {' or '.join(texts)}")


def regular(pattern: str) -> str:
    """A regular expression, if the store reads it as XPath does; raises `NotCompiledError` otherwise.

    The store refuses some by itself; these it would read as something else: operations on sets of characters.
    """
    inside = False
    for part in re.findall(r"\\.|\[\^?\]?|\]|&&|--|~~|.", pattern, re.DOTALL):
        if inside and (part.startswith("[") or part in ("&&", "--", "~~")):
            raise NotCompiledError(f"a set of characters that engines read differently: {pattern}")
        inside = part.startswith("[") or (inside and part != "]")
    return pattern


def _check(name: str, test: Callable[[str], str], found: str) -> Check:
    return Check(component(name), lambda focus, value: test(value), found=found)


def _brief(term: Term) -> str:
    return shortened(term.value)


def _kind(kind: Term) -> Callable[[str], str]:
    tests = _KINDS.get(kind.value.removeprefix(SH)) if isinstance(kind, NamedNode) else None
    if tests is None:
        raise NotCompiledError(f"sh:nodeKind {kind}")
    return lambda value: f"({' || '.join(f'{test}({value})' for test in tests)})"


def _ordered(value: str, operator: str, bound: str) -> str:
    return compared(value, operator, bound)


def _member(value: str, one: NamedNode, fresh: Callable[[], str]) -> str:
    kind = fresh()
    return f"EXISTS {{ {value} <{RDF}type> {kind} . {members(kind, [one])} }}"


def _length(value: str, limit: str) -> str:
    return f"COALESCE(STRLEN(STR({value})) {limit} && !isBlank({value}), false)"


def _matches(value: str, pattern: str, flags: str) -> str:
    text = f"REGEX(STR({value}), {Literal(pattern)}, {Literal(flags)})"
    return f"COALESCE({text} && !isBlank({value}), false)"


def _languages(value: str, tags: Sequence[str]) -> str:
    tests = " || ".join(f'LANGMATCHES(LANG({value}), "{tag}")' for tag in tags)
    return f"COALESCE({tests}, false)" if tests else "false"
