"""Shows each clause and table cell of the source documents with the facts that rest on it, and those with none.

A clause is covered where a phrase of evidence overlaps it. Each name, number, date and operative verb of a clause
(`mea_kg.mentions`) is accounted for where a phrase holds it, or where a phrase stands beside it (in the same
clause, or in the same item as its chapeau) whose node names it (`mea_kg.wording`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Store

from mea_kg.clauses import CELL, Clause, Outline
from mea_kg.documents import LocalCopies, LocalCopy
from mea_kg.mentions import Mention, Verbs, mentions_in
from mea_kg.phrases import Evidence, evidence_of, spans_of
from mea_kg.pinpoints import place_name
from mea_kg.texts import Span
from mea_kg.wording import Wording, operative_verbs


@dataclass(frozen=True)
class CoveredClause:
    """A clause with what rests on it.

    `covered` are the parts of the normalised text within it that phrases hold; `facts` the IRIs of the nodes of
    these phrases; `unaccounted` the mentions that no phrase and no node beside accounts for. `line` and `column`
    count from 1 in the file.
    """

    clause: Clause
    place: str
    line: int
    column: int
    covered: tuple[Span, ...]
    facts: tuple[str, ...]
    unaccounted: tuple[Mention, ...]

    @property
    def characters(self) -> tuple[int, int]:
        """How many characters phrases hold, of how many."""
        return sum(end - start for start, end in self.covered), self.clause.end - self.clause.start


@dataclass(frozen=True)
class DocumentCoverage:
    """All clauses of a document, in order."""

    copy: LocalCopy
    clauses: tuple[CoveredClause, ...]

    @property
    def uncovered(self) -> tuple[CoveredClause, ...]:
        """The clauses that no phrase overlaps."""
        return tuple(clause for clause in self.clauses if not clause.covered)

    @property
    def unaccounted(self) -> tuple[Mention, ...]:
        """The mentions that nothing accounts for."""
        return tuple(mention for clause in self.clauses for mention in clause.unaccounted)

    def share_of_clauses(self, cells: bool) -> tuple[int, int]:
        """How many table cells, or clauses and headings, a phrase overlaps, of how many."""
        chosen = [clause for clause in self.clauses if (clause.clause.kind == CELL) is cells]
        return sum(bool(clause.covered) for clause in chosen), len(chosen)

    @property
    def share_of_characters(self) -> tuple[int, int]:
        """How many characters of its clauses phrases hold, of how many."""
        counts = [clause.characters for clause in self.clauses]
        return sum(held for held, _ in counts), sum(every for _, every in counts)


def coverage_of(store: Store, copies: LocalCopies) -> list[DocumentCoverage]:
    """The coverage of each document that the folder holds, in order of their IRIs."""
    verbs = operative_verbs(store)
    wording = Wording(store, verbs)
    evidence = [one for one in evidence_of(store) if one.phrase]
    return [
        cover(copy, [one for one in evidence if one.source == source], wording, verbs)
        for source, copy in sorted(copies.by_document.items())
    ]


def cover(copy: LocalCopy, evidence: Iterable[Evidence], wording: Wording, verbs: Verbs) -> DocumentCoverage:
    """The coverage of one document by this evidence."""
    standing = [(span, one.node) for one in evidence for span in spans_of(copy, one)]
    held = _merged(span for span, _ in standing)
    facts: dict[int, set[str]] = {}
    for span, node in standing:
        for clause in copy.outline.touched(*span):
            facts.setdefault(clause.index, set()).add(node)
    near = _near(copy.outline)
    return DocumentCoverage(
        copy,
        tuple(
            _covered(
                copy,
                clause,
                held,
                facts.get(clause.index, set()),
                _named(near[clause.index], facts, wording),
                verbs,
            )
            for clause in copy.outline.clauses
        ),
    )


def _covered(
    copy: LocalCopy, clause: Clause, held: Sequence[Span], facts: set[str], named: set[str], verbs: Verbs
) -> CoveredClause:
    first = bisect_right(held, clause.start, key=lambda span: span[1])
    covered = []
    for start, end in held[first:]:
        if start >= clause.end:
            break
        covered.append((max(start, clause.start), min(end, clause.end)))
    line, column = copy.text.place_of(clause.raw_start)
    unaccounted = [
        mention
        for mention in mentions_in(clause.text, clause.start, verbs)
        if any(
            key not in named and not any(begin <= start and end <= last for begin, last in covered)
            for start, end, key in mention.words
        )
    ]
    return CoveredClause(
        clause,
        place_name(clause.path),
        line,
        column,
        tuple(covered),
        tuple(sorted(facts)),
        tuple(unaccounted),
    )


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _near(outline: Outline) -> dict[int, set[int]]:
    """For each clause, those read together with it: of the same item, its chapeau, the items that it introduces."""
    near: dict[int, set[int]] = {clause.index: set() for clause in outline.clauses}
    for clause in outline.clauses:
        for other in outline.beside([clause]):
            near[clause.index].add(other)
            near[other].add(clause.index)
    return near


def _named(clauses: Iterable[int], facts: Mapping[int, set[str]], wording: Wording) -> set[str]:
    return {key for index in clauses for node in facts.get(index, ()) for key in wording.of(node)}
