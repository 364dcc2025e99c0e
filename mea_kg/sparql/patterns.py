"""What a query is made of, as far as it matters for what its rows depend on: patterns in groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import NamedNode


@dataclass(frozen=True)
class Var:
    """A variable, by its name without mark."""

    name: str


End = NamedNode | Var
"""An end of a pattern. A literal is taken for a variable of its own: what depends on one value depends on any."""


@dataclass(frozen=True)
class Link:
    """A predicate: an IRI, or a variable for any."""

    predicate: End


@dataclass(frozen=True)
class Same:
    """No step at all: both ends are one node."""


@dataclass(frozen=True)
class Computed:
    """What an expression makes of a variable: `?it` in the expression, which is empty for the variable itself."""

    variable: str
    expression: str


@dataclass(frozen=True)
class Key:
    """A string that is computed from a value of some properties; `?it` in the expression stands for the value."""

    expression: str
    predicates: frozenset[NamedNode]


@dataclass(frozen=True)
class Matching:
    """From a value to those whose key is the same."""

    here: Key
    there: Key


@dataclass(frozen=True)
class Inverse:
    """A path from object to subject."""

    inner: Path


@dataclass(frozen=True)
class Sequence:
    """One path after the other."""

    first: Path
    second: Path


@dataclass(frozen=True)
class Choice:
    """Any of several paths."""

    ways: tuple[Path, ...]


@dataclass(frozen=True)
class Repeated:
    """A path taken any number of times, at least once unless `maybe_none`."""

    inner: Path
    maybe_none: bool


Path = Link | Same | Matching | Inverse | Sequence | Choice | Repeated


@dataclass(frozen=True)
class Pattern:
    """A triple pattern or a path between two ends."""

    subject: End
    path: Path
    object: End

    @property
    def binds(self) -> bool:
        """Whether it gives its variables their values, as no BIND and no filter does."""
        return not isinstance(self.path, Same | Matching)

    def variables(self) -> Iterator[str]:
        """The variables at the ends, and that of the predicate where it is one."""
        for end in (
            self.subject,
            self.object,
            *([self.path.predicate] if isinstance(self.path, Link) else []),
        ):
            if isinstance(end, Var):
                yield end.name


@dataclass
class Group:
    """What stands between two braces.

    `inner` are groups that are joined (also the bodies of sub-SELECTs, whose own variables are renamed apart),
    `unions` the branches of each UNION; `allowed` are the IRIs among which a variable's value must be.
    `offset` is where the group's text begins, and `end` where it ends: a line put there is of this group.
    `computed` is what BIND gives variables, `equal` what filters compare: what these join is among the patterns.
    `open` are variables of OPTIONAL and MINUS that nothing before these joins.
    """

    offset: int
    end: int = 0
    patterns: list[Pattern] = field(default_factory=list)
    inner: list[Group] = field(default_factory=list)
    unions: list[list[Group]] = field(default_factory=list)
    optional: list[Group] = field(default_factory=list)
    minus: list[Group] = field(default_factory=list)
    exists: list[Group] = field(default_factory=list)
    allowed: dict[str, frozenset[NamedNode]] = field(default_factory=dict)
    is_select: bool = False
    computed: dict[str, Computed] = field(default_factory=dict)
    equal: list[tuple[Computed, Computed]] = field(default_factory=list)
    open: set[str] = field(default_factory=set)

    def level(self) -> Iterator[Group]:
        """The group and all that are joined with it in any case."""
        yield self
        for group in self.inner:
            yield from group.level()

    def required(self) -> list[Pattern]:
        """The patterns that each of its rows matches; a UNION counts where all its branches join the same two."""
        found = []
        for group in self.level():
            found += group.patterns
            for branches in group.unions:
                found += _common(branches)
        return found

    def limits(self) -> dict[str, frozenset[NamedNode]]:
        """The IRIs among which values must be, in all that is joined."""
        found: dict[str, frozenset[NamedNode]] = {}
        for group in self.level():
            for name, iris in group.allowed.items():
                found[name] = found[name] & iris if name in found else iris
        return found

    def renamed(self, names: Mapping[str, str]) -> Group:
        """A copy with other names for some variables."""

        def end(one: End) -> End:
            return Var(names.get(one.name, one.name)) if isinstance(one, Var) else one

        def path(one: Path) -> Path:
            return Link(end(one.predicate)) if isinstance(one, Link) else one

        def all_of(groups: Iterable[Group]) -> list[Group]:
            return [group.renamed(names) for group in groups]

        return Group(
            self.offset,
            self.end,
            [Pattern(end(one.subject), path(one.path), end(one.object)) for one in self.patterns],
            all_of(self.inner),
            [all_of(branches) for branches in self.unions],
            all_of(self.optional),
            all_of(self.minus),
            all_of(self.exists),
            {names.get(name, name): iris for name, iris in self.allowed.items()},
            self.is_select,
        )

    def binds(self) -> set[str]:
        """The variables that its own patterns bind. What BIND binds is not among them: it must not be bound before."""
        return {name for pattern in self.patterns if pattern.binds for name in pattern.variables()}

    def variables(self) -> set[str]:
        """All variables of patterns, at any depth."""
        found = {name for pattern in self.patterns for name in pattern.variables()}
        for group in self.below():
            found |= group.variables()
        return found | set(self.allowed)

    def below(self) -> Iterator[Group]:
        """The groups directly in this one, of any kind."""
        yield from self.inner
        for branches in self.unions:
            yield from branches
        yield from self.optional
        yield from self.minus
        yield from self.exists


@dataclass(frozen=True)
class Parsed:
    """A query: the template of a CONSTRUCT (none of a SELECT), and what it asks."""

    text: str
    template: tuple[Pattern, ...]
    group: Group

    def with_lines(self, lines: Mapping[int, str]) -> str:
        """The text with a line put at the beginning of some groups, by their offsets."""
        text = self.text
        for offset in sorted(lines, reverse=True):
            text = f"{text[:offset]} {lines[offset]} {text[offset:]}"
        return text

    def restricted(self, variable: str, values: str, at_end: bool = False) -> str:
        """The query for some values of a variable: a VALUES block in each group that matches it.

        Not in the groups of EXISTS, which are asked for one row at a time. `at_end` puts the block behind what BIND
        needs, so that what comes after that is matched for these values.
        """
        groups = (group for group in self.matched() if variable in group.binds())
        return self.with_lines({group.end if at_end else group.offset: values for group in groups})

    def matched(self) -> Iterator[Group]:
        """The groups that are matched at once for all rows: all but those of EXISTS."""
        return _matched(self.group)


def _matched(group: Group) -> Iterator[Group]:
    yield group
    for below in (
        *group.inner,
        *group.optional,
        *group.minus,
        *(one for ways in group.unions for one in ways),
    ):
        yield from _matched(below)


def _common(branches: list[Group]) -> Iterator[Pattern]:
    """Where each branch joins the same two variables by one pattern: the choice between these."""
    ways: list[dict[tuple[str, str], Path]] = []
    for branch in branches:
        found: dict[tuple[str, str], Path] = {}
        for pattern in branch.required():
            if isinstance(pattern.subject, Var) and isinstance(pattern.object, Var):
                found[pattern.subject.name, pattern.object.name] = pattern.path
                found[pattern.object.name, pattern.subject.name] = Inverse(pattern.path)
        ways.append(found)
    for one, other in ways[0] if ways else ():
        if one < other and all((one, other) in found for found in ways):
            yield Pattern(Var(one), Choice(tuple(found[one, other] for found in ways)), Var(other))
