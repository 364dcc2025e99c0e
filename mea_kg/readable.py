"""Answers for people: a table, Markdown, or sentences with footnotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from mea_kg.folding import Evidence, Fact, Folded, Group, Value, fold
from mea_kg.layout import one_line, table, wrapped
from mea_kg.names import in_words
from mea_kg.results import Answer


class _Notes:
    """Evidence numbered in the order in which it is first cited."""

    def __init__(self) -> None:
        self.numbers: dict[Evidence, int] = {}

    def number(self, evidence: Evidence) -> int:
        return self.numbers.setdefault(evidence, len(self.numbers) + 1)


def as_table(answer: Answer, width: int | None = None) -> str:
    """A table for each entity that was asked for, with notes below that say where each row is stated.

    `width` is that of the terminal; None does not wrap.
    """
    folded, notes = fold(answer), _Notes()
    lines = _beginning(answer, width)
    for group in _shown(answer, folded):
        if group.heading:
            lines += [*_fitted(group.heading, width), ""]
        if group.facts:
            header, rows = _grid(folded, group.facts, notes, "[{}]".format)
            lines += [table(header, rows, width), ""]
        else:
            lines += ["Nothing is stated.", ""]
    for evidence, number in notes.numbers.items():
        lines += _note(evidence, number, width)
    if notes.numbers:
        lines.append("")
    return "\n".join(lines + _ending(answer, width)) + "\n"


def as_markdown(answer: Answer) -> str:
    """Markdown: a table for each entity that was asked for, evidence as footnotes."""
    folded, notes = fold(answer), _Notes()
    lines = [f"## {_escaped(one_line(answer.question))}", ""]
    lines += [_escaped(line) for line in _beginning(answer, None)]
    for group in _shown(answer, folded):
        if group.heading:
            lines += [f"### {_escaped(one_line(group.heading))}", ""]
        if not group.facts:
            lines += ["Nothing is stated.", ""]
            continue
        header, rows = _grid(folded, group.facts, notes, "[^{}]".format, _escaped)
        lines.append(_markdown_row(header))
        lines.append(_markdown_row(["---"] * len(header)))
        lines += [_markdown_row(row) for row in rows]
        lines.append("")
    for evidence, number in notes.numbers.items():
        link = f"<{evidence.link}>" if evidence.link else "(no address known)"
        lines.append(f"[^{number}]: {_escaped(_cited(evidence))} {link}")
    if notes.numbers:
        lines.append("")
    for line in _ending(answer, None):
        lines += [_escaped(line), ""]
    return "\n".join(lines)


def as_citations(answer: Answer) -> str:
    """One line for each fact, with footnotes: to be pasted into a text."""
    folded, notes = fold(answer), _Notes()
    lines = _beginning(answer, None)
    for group in folded.groups:
        heading = one_line(group.heading).partition(": ")[2].partition(" (")[0]
        for fact in group.facts:
            cells = [_cell(cell, fact, notes, "[{}]".format) for cell in fact.cells]
            marks = "".join(f"[{notes.number(evidence)}]" for evidence in fact.evidence)
            lines.append("; ".join(part for part in (heading, *cells) if part) + "." + marks)
    if lines:
        lines.append("")
    for evidence, number in notes.numbers.items():
        lines.append(f"[{number}] {_cited(evidence)} {one_line(evidence.link) or '(no address known)'}")
    if notes.numbers:
        lines.append("")
    return "\n".join(lines + _ending(answer, None)) + "\n"


def _shown(answer: Answer, folded: Folded) -> list[Group]:
    """The groups that have something to say: where all is empty, one sentence at the end says it for all."""
    return [group for group in folded.groups if group.facts or (answer.rows and not answer.preface)]


def _beginning(answer: Answer, width: int | None) -> list[str]:
    lines = [line for sentence in answer.preface for line in _fitted(sentence, width)]
    return [*lines, ""] if lines else []


def _fitted(text: str, width: int | None) -> list[str]:
    return wrapped(one_line(text), width) if width else [one_line(text)]


def _grid(
    folded: Folded,
    facts: Sequence[Fact],
    notes: _Notes,
    mark: Callable[[int], str],
    escape: Callable[[str], str] = str,
) -> tuple[list[str], list[list[str]]]:
    """Header and rows as texts, without columns that are empty here; the last column has the notes."""
    used = [index for index in range(len(folded.columns)) if any(fact.cells[index] for fact in facts)]
    header = [in_words(folded.columns[index].removesuffix("Label")) for index in used]
    noted = any(fact.evidence for fact in facts)
    rows = []
    for fact in facts:
        # Numbers are given in the order of the notes column, before a cell refers to them.
        marks = " ".join(mark(notes.number(evidence)) for evidence in fact.evidence)
        row = [_cell(fact.cells[index], fact, notes, mark, escape) for index in used]
        rows.append([*row, marks] if noted else row)
    return [*header, "said in"] if noted else header, rows


def _cell(
    values: Sequence[Value],
    fact: Fact,
    notes: _Notes,
    mark: Callable[[int], str],
    escape: Callable[[str], str] = str,
) -> str:
    """The values of a cell; where sources give different ones, each with the notes of those that give it."""
    differing = len({value.evidence for value in values}) > 1
    texts = []
    for value in values:
        text = escape(one_line(value.text))
        if differing:
            text += " " + "".join(
                mark(notes.number(fact.evidence[index])) for index in sorted(value.evidence)
            )
        texts.append(text)
    return "; ".join(texts)


def _cited(evidence: Evidence) -> str:
    kind = f"{evidence.kind}: " if evidence.kind else ""
    phrase = f': "{one_line(evidence.phrase)}"' if evidence.phrase else ""
    return f"{kind}{one_line(evidence.place)}{phrase}."


def _note(evidence: Evidence, number: int, width: int | None) -> list[str]:
    mark = f"[{number}] "
    text = _cited(evidence)
    lines = wrapped(text, width - len(mark)) if width else [text]
    indent = " " * len(mark)
    link = one_line(evidence.link) or "(no address known)"
    return [mark + lines[0], *(indent + line for line in lines[1:]), indent + link]


def _ending(answer: Answer, width: int | None) -> list[str]:
    """The remarks, what was searched where nothing was found, and the scope."""
    sentences = list(answer.remarks)
    if not answer.rows:
        sentences += answer.searched.splitlines()
    if answer.scope:
        scope = str(answer.scope)
        sentences.append(scope[0].upper() + scope[1:] + ".")
    return [line for sentence in sentences for line in _fitted(sentence, width)]


def _markdown_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", text)
