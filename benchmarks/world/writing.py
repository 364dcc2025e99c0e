"""Writes nodes as N-Triples, one line a statement, and may break one on its way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Protocol, TypeAlias

from mea_kg.namespaces import DCTERMS, FOAF, ID, MEA, RDF, SCHEMA, SKOS, UNIT, VOCAB, XSD

Value: TypeAlias = "str | int | bool | Iterable[str]"
Facts: TypeAlias = dict[str, list[str]]

_ENGLISH = "action amountRole citedFor condition description note prefLabel purpose title"
_CONCEPTS = {
    "cellState": "cell-state",
    "measure": "measure",
    "qualityKind": "quality-kind",
    "role": "role",
    "sourceKind": "source-kind",
    "status": "status",
    "theme": "theme",
    "verb": "verb",
}
_TYPED = {
    "boolean": "distributiveReading membersComplete overAllYears participantsStated perYear",
    "date": "adoptedOn dueDate endDate notBefore publishedOn retrievedOn startDate",
    "decimal": "multiplier scaleLimit share value",
    "gYear": "endYear publishedYear scaleYear startYear year",
    "gYearMonth": "endMonth startMonth",
    "integer": "durationYears memberCount order ordinal",
}
_TEXTS = (
    "acronym altLabel citedAs citedPinpoint composition dueText grade isoAlpha2 isoAlpha3 language locator mark "
    "phrase pinpoint place printed section sha256 supports symbol text verbAsPrinted"
)
_REFERENCES = """
    about actor actsUnder addressee addsTo adoptedAt adoptedBy adoptedIn agreesWith basedOn
    belongsTo body cites concerns concludedUnder concurrenceOf contributor cooperatesWith
    counterpart dueAt dueAtFromSentence endorsedAt endorsedBy establishes fund gives governs hasAct
    hasAmount hasCitation hasEvidence hasItem hasMembership hasName hasObjective hasParagraph
    hasProvision hasQualityNote hasThemeStatement implements inCollection inheritsFrom inTable
    invented issuedBy line member nextAfter officeOf participant partOf party pursuedBy recipient
    reportedBy revisedAt seeks servicesTreaty sessionOf shareOf source subject subtractsFrom
    succeeds textOf titleNames underInstrument
"""
_ELSEWHERE = {
    "altLabel": SKOS,
    "description": DCTERMS,
    "language": DCTERMS,
    "page": FOAF,
    "prefLabel": SKOS,
    "title": DCTERMS,
    "url": SCHEMA,
}


def _ways() -> dict[str, tuple[str, str, str]]:
    """Of each property: itself, and what stands before and after a value."""
    ends: dict[str, tuple[str, str]] = {
        **dict.fromkeys(_ENGLISH.split(), ('"', '"@en .\n')),
        **dict.fromkeys(_TEXTS.split(), ('"', '" .\n')),
        **dict.fromkeys(_REFERENCES.split(), (f"<{ID}", "> .\n")),
        **{key: (f"<{VOCAB}{scheme}/", "> .\n") for key, scheme in _CONCEPTS.items()},
        **{
            key: ('"', f'"^^<{XSD}{datatype}> .\n')
            for datatype, keys in _TYPED.items()
            for key in keys.split()
        },
        "page": ("<", "> .\n"),
        "url": ("<", "> .\n"),
        "unit": (f"<{UNIT}", "> .\n"),
    }
    return {key: (f"<{_ELSEWHERE.get(key, MEA)}{key}>", *around) for key, around in ends.items()} | {
        "type": (f"<{RDF}type>", f"<{MEA}", "> .\n")
    }


WAYS = _ways()
PREDICATES = {key: way[0][1:-1] for key, way in WAYS.items()}
"""The property of each key."""


class Breaking(Protocol):
    """What may break a node before it is written."""

    def __call__(self, node: str, kind: str, stated: Facts) -> None:
        """Look at a node, and maybe change what is stated of it."""

    def keep(self) -> None:
        """What was broken is written."""

    def discard(self) -> None:
        """What was broken since the last is not written after all."""


class Writer:
    """Collects lines of N-Triples, counts them, and hands each node to what may break it.

    A value of a fact is what stands between the marks of its property: `2006`, `wildlife-trade`, `treaty/x`. One
    that begins with `<` or `"` is a whole term.
    """

    def __init__(self, stream: IO[str], breaking: Breaking | None = None) -> None:
        self.stream = stream
        self.breaking = breaking
        self.lines: list[str] = []
        self.kept = 0

    def add(self, node: str, kind: str, **facts: Value) -> str:
        """Write a node with its class and facts; returns its name."""
        stated: Facts = {"type": [kind]}
        for key, value in facts.items():
            if isinstance(value, str):
                stated[key] = [value]
            elif isinstance(value, bool):
                stated[key] = ["true" if value else "false"]
            elif isinstance(value, int):
                stated[key] = [str(value)]
            else:
                stated[key] = list(value)
        if self.breaking:
            self.breaking(node, kind, stated)
        subject = f"<{ID}{node}> "
        add = self.lines.append
        for key, values in stated.items():
            predicate, before, after = WAYS[key]
            for value in values:
                if value[:1] in ("<", '"'):
                    add(f"{subject}{predicate} {value} .\n")
                else:
                    add(f"{subject}{predicate} {before}{value}{after}")
        return node

    def said(self, node: str, *passages: tuple[str, str, str | None, str]) -> list[str]:
        """Write the evidence of a node, each of document, pinpoint, phrase and supported facts; returns the names."""
        names = []
        for number, (document, pinpoint, phrase, supports) in enumerate(passages, start=1):
            more: dict[str, Value] = {"phrase": phrase} if phrase else {}
            if supports:
                more["supports"] = supports.split()
            names.append(
                self.add(f"{node}/evidence/{number}", "Evidence", source=document, pinpoint=pinpoint, **more)
            )
        return names

    def keep(self) -> None:
        """Write the lines to the stream."""
        self.stream.writelines(self.lines)
        self.kept += len(self.lines)
        self.lines.clear()
        if self.breaking:
            self.breaking.keep()

    def discard(self) -> None:
        """Forget the lines since the last that were kept."""
        self.lines.clear()
        if self.breaking:
            self.breaking.discard()
