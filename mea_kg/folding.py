"""Rows for people: what is stated once, with all its evidence, instead of one row for each piece of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mea_kg.namespaces import VOCAB, shortened
from mea_kg.results import Answer, Term, plain

EVIDENCE = ("document", "documentLabel", "sourceKind", "pinpoint", "phrase", "address")


@dataclass(frozen=True)
class Evidence:
    """Where something is said: document, pinpoint, phrase, and the document's address where it is known."""

    document: str
    kind: str
    pinpoint: str
    phrase: str
    address: str

    @property
    def place(self) -> str:
        """The document and the pinpoint in it."""
        return ", ".join(part for part in (self.document, self.pinpoint) if part)

    @property
    def link(self) -> str:
        """The address that opens the page at the phrase; empty where the document has none."""
        return link_to(self.address, self.phrase)


@dataclass(frozen=True)
class Value:
    """A value in a cell, and the pieces of evidence that give it: indexes from 0 in those of the row."""

    text: str
    evidence: frozenset[int]


@dataclass(frozen=True)
class Fact:
    """What is stated once: the values of each column, and the evidence."""

    cells: tuple[tuple[Value, ...], ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Group:
    """The facts of one table; `heading` names what they are about."""

    heading: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Folded:
    """An answer for people: columns by their names, facts in groups."""

    columns: tuple[str, ...]
    groups: tuple[Group, ...]


def link_to(address: str, phrase: str) -> str:
    """The address with a text fragment that opens the page at the phrase."""
    if not address or not phrase:
        return address
    from mea_kg.texts import text_fragment

    fragment = text_fragment(phrase)
    return address + (fragment[1:] if "#" in address else fragment)


def fold(answer: Answer) -> Folded:
    """The answer folded by its key and split into its groups, in the order of its rows.

    An entity that was asked for and of which nothing is stated has a group without facts.
    """
    positions = {name: index for index, name in enumerate(answer.variables)}
    grouping = [name for name in answer.groups or answer.parameters if name in positions]
    columns = [name for name in answer.variables if _is_column(name, positions, grouping, answer.hide)]
    key = answer.key or tuple(name for name in answer.variables if name not in EVIDENCE)
    facts: dict[tuple[object, ...], list[tuple[Term | None, ...]]] = {}
    for row in answer.rows:
        facts.setdefault(tuple(row[positions[name]] for name in key), []).append(row)
    groups: dict[tuple[str, ...], list[Fact]] = {}
    headings: dict[tuple[str, ...], str] = {}
    if len(grouping) == 1:
        for entity in answer.parameters.get(grouping[0], ()):
            groups[(entity.iri,)] = []
            headings[(entity.iri,)] = f"{grouping[0]}: {entity}"
    for rows in facts.values():
        group = tuple(str(plain(rows[0][positions[name]])) for name in grouping)
        headings.setdefault(group, _heading(answer, grouping, rows[0], positions))
        fact = _fact(rows, columns, positions)
        groups.setdefault(group, [])
        if any(fact.cells):
            groups[group].append(fact)
    return Folded(
        tuple(columns), tuple(Group(headings[group], tuple(found)) for group, found in groups.items())
    )


def cell_text(name: str, row: Sequence[Term | None], positions: dict[str, int]) -> str:
    """A cell for people: the label that the row has for it, the words of a concept, or the value."""
    term = row[positions[name]]
    label = positions.get(name + "Label")
    if label is not None and row[label] is not None:
        return str(plain(row[label]))
    if term is None:
        return ""
    value = term.value
    if value.startswith(VOCAB):
        return value.rpartition("/")[2].replace("-", " ")
    return shortened(value)


def _is_column(name: str, positions: dict[str, int], asked: Sequence[str], hidden: Sequence[str]) -> bool:
    base = name.removesuffix("Label")
    if name in EVIDENCE or name in hidden or base in hidden or base in asked:
        return False
    return base == name or base not in positions


def _fact(rows: list[tuple[Term | None, ...]], columns: Sequence[str], positions: dict[str, int]) -> Fact:
    pieces: dict[Evidence, int] = {}
    cells: list[dict[str, set[int]]] = [{} for _ in columns]
    for row in rows:
        piece = _evidence(row, positions)
        indexes = {pieces.setdefault(piece, len(pieces))} if piece else set()
        for name, cell in zip(columns, cells, strict=True):
            if text := cell_text(name, row, positions):
                cell.setdefault(text, set()).update(indexes)
    return Fact(
        tuple(tuple(Value(text, frozenset(found)) for text, found in cell.items()) for cell in cells),
        tuple(pieces),
    )


def _evidence(row: Sequence[Term | None], positions: dict[str, int]) -> Evidence | None:
    def text(name: str) -> str:
        term = row[positions[name]] if name in positions else None
        return "" if term is None else term.value

    if not text("document"):
        return None
    return Evidence(
        cell_text("document", row, positions),
        cell_text("sourceKind", row, positions) if "sourceKind" in positions else "",
        text("pinpoint"),
        text("phrase"),
        text("address"),
    )


def _heading(
    answer: Answer, grouping: Sequence[str], row: Sequence[Term | None], positions: dict[str, int]
) -> str:
    parts = []
    for name in grouping:
        term = row[positions[name]]
        asked = (
            entity
            for entity in answer.parameters.get(name, ())
            if term is not None and entity.iri == term.value
        )
        entity = next(asked, None)
        parts.append(f"{name}: {entity}" if entity else cell_text(name, row, positions))
    return "; ".join(parts)
