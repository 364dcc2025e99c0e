"""The queries to ask of the store, and what their rows mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from mea_kg.shacl.targets import Targets
from mea_kg.shacl.terms import Node, all_of


@dataclass(frozen=True)
class Source:
    """What a result says of the constraint that it comes from.

    `message` may name variables of the row, `{?value}`. `about_focus`: the value is the focus node.
    """

    component: str
    shape: Node
    path: str
    severity: str
    message: str
    constraint: Node | None = None
    about_focus: bool = False


@dataclass(frozen=True)
class Scan:
    """A query without its targets: the same rows, and those of nodes that are none.

    `properties` are those of which the query reads all triples, empty where it is worded to read few.
    """

    text: str
    properties: tuple[NamedNode, ...]
    targets: Targets


@dataclass(frozen=True)
class Query:
    """A SELECT of ?this, and where it has them ?value and ?path.

    Each row is a violation; with several sources, or where it is `tested`, of those whose column (?holds0,
    ?holds1 ...) is not true. `domain` is the part of the text that gives ?this its values. `worded_for_few` is the
    same query as it is best for a few nodes, empty where that is `text`. `scan` is there where it can be asked
    without its targets.
    """

    text: str
    domain: str
    sources: tuple[Source, ...]
    tested: bool = False
    worded_for_few: str = ""
    scan: Scan | None = None

    @property
    def for_few(self) -> str:
        """The text to ask about a few nodes."""
        return self.worded_for_few or self.text


@dataclass(frozen=True)
class Question:
    """One test of all solutions of a pattern, which binds ?this by its `domain`, and ?value if `of_values`.

    `scan` is the pattern without the targets, where it binds ?this by itself.
    """

    pattern: str
    domain: str
    of_values: bool
    test: str
    source: Source
    scan: Scan | None = None


def combined(questions: Iterable[Question]) -> Iterator[Query]:
    """One query for all tests of the same pattern."""
    by_pattern: dict[tuple[str, str, bool], list[Question]] = {}
    for question in questions:
        by_pattern.setdefault((question.pattern, question.domain, question.of_values), []).append(question)
    for (pattern, domain, of_values), asked in by_pattern.items():
        yield _query(pattern, domain, of_values, asked)


def _query(pattern: str, domain: str, of_values: bool, asked: Sequence[Question]) -> Query:
    """Whether any test fails is asked first; which ones, only of the rows where one does."""
    wanted = "?this ?value" if of_values else "?this"
    columns = " ".join(f"({question.test} AS ?holds{index})" for index, question in enumerate(asked))
    fails = f"FILTER (!{all_of(question.test for question in asked)})"
    head = f"SELECT DISTINCT {wanted} {columns}"
    scan = asked[0].scan
    return Query(
        f"{head} {{ {pattern} {fails} }}",
        domain,
        tuple(question.source for question in asked),
        tested=True,
        scan=scan and replace(scan, text=f"{head} {{ {scan.text} {fails} }}"),
    )
