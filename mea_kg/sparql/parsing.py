"""Reads the patterns of a SPARQL query; what it does not know it refuses, and the query is asked as a whole then."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pyoxigraph import NamedNode

from mea_kg.namespaces import RDF
from mea_kg.sparql.equalities import bare, computed, equalities, matching
from mea_kg.sparql.patterns import (
    Choice,
    End,
    Group,
    Inverse,
    Link,
    Parsed,
    Path,
    Pattern,
    Repeated,
    Same,
    Sequence,
    Var,
)
from mea_kg.sparql.tokens import Token, tokens_of

_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
_TYPE = Link(NamedNode(RDF + "type"))


class NotReadError(Exception):
    """The query has something that is not read here, with what it is."""


@lru_cache(maxsize=2048)
def parsed(text: str) -> Parsed:
    """The patterns of a SELECT or a CONSTRUCT; raises `NotReadError` for anything that is not known here."""
    return _Reader(text).query()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens_of(text)
        self._at = 0
        self._prefixes: dict[str, str] = {}
        self._count = 0

    def query(self) -> Parsed:
        while self._next().says("PREFIX"):
            self._take()
            name, iri = self._take().text, self._take().text
            self._prefixes[name.removesuffix(":")] = iri[1:-1]
        template: list[Pattern] = []
        if self._next().says("CONSTRUCT"):
            self._take()
            self._expect("{")
            made = Group(0)
            while not self._next().signs("}"):
                self._triples(made)
            self._take()
            if made.inner or made.exists:
                raise NotReadError("a template that is not of triples")
            template = made.patterns
            if self._next().says("WHERE"):
                self._take()
            group = self._group()
            self._modifiers(group)
        elif self._next().says("SELECT"):
            group, _ = self._select()
        else:
            raise NotReadError(f"a query that begins with {self._next().text}")
        if self._next().kind != "end":
            raise NotReadError(f"{self._next().text} after the query")
        return Parsed(self._text, tuple(template), group)

    def _next(self, ahead: int = 0) -> Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _take(self) -> Token:
        token = self._next()
        if token.kind == "end":
            raise NotReadError("a query that breaks off")
        self._at += 1
        return token

    def _expect(self, sign: str) -> Token:
        token = self._take()
        if not token.signs(sign):
            raise NotReadError(f"{token.text} where {sign} should be")
        return token

    def _fresh(self) -> Var:
        self._count += 1
        return Var(f"#{self._count}")

    def _select(self) -> tuple[Group, set[str] | None]:
        """The group of a SELECT, and the variables that it gives (None: all)."""
        self._take()
        given: set[str] | None = set()
        exists: list[Group] = []
        counts = False
        while not self._next().signs("{") and not self._next().says("WHERE"):
            if self._next().signs("*"):
                given = None
                self._take()
            elif self._next().signs("("):
                tokens, inside = self._brackets()
                exists += inside
                counts = counts or any(token.says(*_AGGREGATES) for token in tokens)
                if given is not None:
                    given.add(tokens[-2].text[1:])
            else:
                token = self._take()
                if token.kind == "variable" and given is not None:
                    given.add(token.text[1:])
        if self._next().says("WHERE"):
            self._take()
        group = self._group()
        group.exists += exists
        grouped = self._modifiers(group)
        if counts and not grouped:
            raise NotReadError("a count of everything")
        return group, given

    def _modifiers(self, group: Group) -> bool:
        """What stands after a group; whether it is grouped."""
        grouped = False
        while not self._next().signs("}") and self._next().kind != "end":
            token = self._next()
            if token.says("LIMIT", "OFFSET", "VALUES"):
                raise NotReadError(f"{token.text} after a query")
            grouped = grouped or token.says("GROUP")
            if token.signs("("):
                group.exists += self._brackets()[1]
            else:
                self._take()
        return grouped

    def _group(self) -> Group:
        group = Group(self._expect("{").end)
        if self._next().says("SELECT"):
            body, given = self._select()
            self._expect("}")
            if given is not None:
                self._count += 1
                own = {name: f"{name}#{self._count}" for name in body.variables() - given}
                body = body.renamed(own)
            group.inner.append(body)
            return group
        while not self._next().signs("}"):
            self._part(group)
            _refuse_bound_later(group)
        group.end = self._take().end - 1
        group.patterns += matching(group)
        return group

    def _part(self, group: Group) -> None:
        token = self._next()
        if token.signs("{"):
            branches = [self._group()]
            while self._next().says("UNION"):
                self._take()
                branches.append(self._group())
            if len(branches) > 1:
                group.unions.append(branches)
            else:
                group.inner += branches
        elif token.says("OPTIONAL", "MINUS"):
            self._take()
            part = self._group()
            (group.optional if token.says("OPTIONAL") else group.minus).append(part)
            group.open |= part.variables() - _joined(group)
        elif token.says("FILTER"):
            self._take()
            self._filter(group)
        elif token.says("BIND"):
            self._take()
            self._bind(group)
        elif token.says("VALUES"):
            self._take()
            self._values(group)
        elif token.signs("."):
            self._take()
        else:
            self._triples(group)

    def _brackets(self) -> tuple[list[Token], list[Group]]:
        """What stands in brackets, with them, and the groups of EXISTS in it."""
        tokens, exists, depth = [self._expect("(")], [], 1
        while depth:
            if self._next().signs("{"):
                if not tokens[-1].says("EXISTS"):
                    raise NotReadError("a brace in an expression")
                exists.append(self._group())
                continue
            tokens.append(self._take())
            depth += tokens[-1].signs("(") - tokens[-1].signs(")")
        return tokens, exists

    def _filter(self, group: Group) -> None:
        while not self._next().signs("("):
            if self._next().signs("{"):
                group.exists.append(self._group())
                return
            if self._take().kind not in ("word", "name", "iri", "other"):
                raise NotReadError("a filter without brackets")
        tokens, exists = self._brackets()
        group.exists += exists
        group.equal += equalities(tokens[1:-1]) if not exists else []
        inside = bare(tokens[1:-1])
        if len(inside) > 2 and inside[0].kind == "variable":
            terms = [one for one in inside[2:] if not one.signs("(", ")", ",")]
            listed = inside[1].says("IN") or (inside[1].signs("=") and len(terms) == 1)
            if listed and all(one.kind in ("iri", "name") for one in terms) and not exists:
                self._allow(group, inside[0].text[1:], {self._iri(one) for one in terms})

    @staticmethod
    def _allow(group: Group, name: str, iris: set[NamedNode]) -> None:
        group.allowed[name] = group.allowed.get(name, frozenset(iris)) & frozenset(iris)

    def _bind(self, group: Group) -> None:
        tokens, exists = self._brackets()
        group.exists += exists
        if len(tokens) == 5 and tokens[1].kind == "variable":
            group.patterns.append(Pattern(Var(tokens[1].text[1:]), Same(), Var(tokens[3].text[1:])))
        elif (one := computed(tokens[1:-3])) and not exists:
            group.computed[tokens[-2].text[1:]] = one

    def _values(self, group: Group) -> None:
        names: list[str] = []
        if self._next().signs("("):
            names = [token.text[1:] for token in self._brackets()[0][1:-1]]
        else:
            names.append(self._take().text[1:])
        self._expect("{")
        terms: list[Token] = []
        while not self._next().signs("}"):
            token = self._take()
            if token.signs("^^"):
                self._take()
            elif not token.signs("(", ")"):
                terms.append(token)
        self._take()
        for index, name in enumerate(names):
            column = terms[index :: len(names)]
            if all(one.kind in ("iri", "name") for one in column):
                self._allow(group, name, {self._iri(one) for one in column})

    def _iri(self, token: Token) -> NamedNode:
        if token.kind == "iri":
            return NamedNode(token.text[1:-1])
        iri = token.in_full(self._prefixes)
        if iri is None:
            raise NotReadError(f"the prefix of {token.text}")
        return NamedNode(iri)

    def _triples(self, group: Group) -> None:
        if self._next().signs("."):
            self._take()
            return
        subject = self._end()
        while True:
            path = self._path()
            while True:
                group.patterns.extend(_plain(Pattern(subject, path, self._end()), self._fresh))
                if not self._next().signs(","):
                    break
                self._take()
            while self._next().signs(";"):
                self._take()
                if not self._next().signs(";", ".", "}"):
                    break
            else:
                break
            if self._next().signs(".", "}"):
                break
        if self._next().signs("."):
            self._take()

    def _end(self) -> End:
        token = self._take()
        if token.kind == "variable":
            return Var(token.text[1:])
        if token.kind in ("iri", "name"):
            return self._iri(token)
        if token.kind == "blank":
            return Var(token.text)
        if token.kind == "text" and self._next().signs("^^"):
            self._take()
            self._take()
        if token.kind in ("text", "number") or token.says("TRUE", "FALSE"):
            return self._fresh()
        raise NotReadError(f"{token.text} where a term should be")

    def _path(self) -> Path:
        if self._next().kind == "variable":
            return Link(Var(self._take().text[1:]))
        ways = [self._steps()]
        while self._next().signs("|"):
            self._take()
            ways.append(self._steps())
        return ways[0] if len(ways) == 1 else Choice(tuple(ways))

    def _steps(self) -> Path:
        path = self._step()
        while self._next().signs("/"):
            self._take()
            path = Sequence(path, self._step())
        return path

    def _step(self) -> Path:
        token = self._take()
        if token.signs("^"):
            return Inverse(self._step())
        path: Path
        if token.signs("("):
            path = self._path()
            self._expect(")")
        elif token.kind in ("iri", "name"):
            path = Link(self._iri(token))
        elif token.kind == "word" and token.text == "a":
            path = _TYPE
        else:
            raise NotReadError(f"{token.text} in a path")
        if self._next().signs("*", "+"):
            return Repeated(path, maybe_none=self._take().text == "*")
        # A question mark that is followed by a word is a variable, and not of the path.
        if self._next().signs("?"):
            self._take()
            return Choice((path, Same()))
        return path


def _joined(group: Group) -> set[str]:
    """The variables of what is joined in a group."""
    found = {name for pattern in group.patterns for name in pattern.variables()}
    for part in (*group.inner, *(one for branches in group.unions for one in branches)):
        found |= part.variables()
    return found


def _refuse_bound_later(group: Group) -> None:
    """What OPTIONAL and MINUS find does not depend on what comes after them: no step leads from there to them."""
    if later := group.open & _joined(group):
        raise NotReadError(f"?{min(later)} in an OPTIONAL or a MINUS before it is joined")


def _plain(pattern: Pattern, fresh: object) -> Iterator[Pattern]:
    """A sequence as one pattern for each step, and an inverse as a pattern the other way round."""
    if isinstance(pattern.path, Sequence) and callable(fresh):
        middle = fresh()
        yield from _plain(Pattern(pattern.subject, pattern.path.first, middle), fresh)
        yield from _plain(Pattern(middle, pattern.path.second, pattern.object), fresh)
    elif isinstance(pattern.path, Inverse):
        yield from _plain(Pattern(pattern.object, pattern.path.inner, pattern.subject), fresh)
    else:
        yield pattern
