"""Checks every piece of evidence of the graph against local copies of the source documents.

A phrase must stand in its document, word for word once both are normalised (`mea_kg.texts`), where its pinpoint
says (`mea_kg.pinpoints`), and have at most 15 words; the place must be one that the document has
(`mea_kg.named_places`). What a node gives as printed must stand there too (`mea_kg.as_printed`), and a name of it
beside a phrase (`mea_kg.named_beside`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pyoxigraph import Store

from mea_kg.as_printed import ABSENT, ELSEWHERE, PrintedValue, printed_values
from mea_kg.clauses import Clause
from mea_kg.documents import LocalCopies, LocalCopy, SourceDocument
from mea_kg.findings import VIOLATION, WARNING, Finding
from mea_kg.named_beside import Unnamed, unnamed
from mea_kg.named_places import NamedPlaces
from mea_kg.namespaces import shortened
from mea_kg.passages import nearest
from mea_kg.phrases import Evidence, evidence_of
from mea_kg.pinpoints import parsed, place_name
from mea_kg.places import Place, Places
from mea_kg.texts import Span, normalised, word_count

MAXIMUM_WORDS = 15

FOUND, NOT_FOUND, NOT_CHECKED = "found", "not found", "not checked"


@dataclass(frozen=True)
class EvidenceReport:
    """The findings, sorted by place, and what was counted.

    `phrases` counts by document's IRI and outcome (found, not found, not checked); `pinpoints` by outcome (True,
    False, None for not checked); `printed` by outcome (beside, elsewhere, absent, unknown).
    """

    copies: LocalCopies
    findings: tuple[Finding, ...]
    phrases: Counter[tuple[str, str]]
    pinpoints: Counter[bool | None]
    printed: Counter[str]

    @property
    def conforms(self) -> bool:
        """Whether no finding is a Violation."""
        return all(finding.severity != VIOLATION for finding in self.findings)


def check_evidence(
    store: Store,
    copies: LocalCopies,
    places: Places | None = None,
    only: Collection[str] | None = None,
    every: list[Evidence] | None = None,
) -> EvidenceReport:
    """Check all evidence in these documents; `places` says where nodes stand in curated files.

    With `only`, IRIs of nodes, nothing but the evidence and the printed values of these. `every` is all evidence
    of the store, where it has been read.
    """
    every = evidence_of(store) if every is None else every
    check = _Check(copies, places or Places(), every)
    findings = [check.missing(document) for document in copies.missing]
    for one in {one.iri: one for one in every if one.source in check.documents}.values():
        if only is None or one.iri in only:
            findings.extend(check.phrase(one))
    for value in printed_values(store, every, copies.by_document, only):
        if check.documents.keys() & set(value.sources):
            findings.extend(check.printed_value(value))
    for missing in unnamed(store, every, copies.by_document, only):
        if check.documents.keys() & set(missing.sources):
            findings.append(check.unnamed(missing))
    return EvidenceReport(copies, tuple(sorted(findings)), check.phrases, check.pinpoints, check.printed)


class _Check:
    """One run: the counts so far."""

    def __init__(self, copies: LocalCopies, places: Places, evidence: list[Evidence]) -> None:
        self._copies = copies
        self._places = places
        self._named = {iri: named_places(copy, evidence) for iri, copy in copies.by_document.items()}
        every = (*(copy.document for copy in copies.by_document.values()), *copies.missing, *copies.unread)
        self.documents = {document.iri: document for document in every}
        self.phrases: Counter[tuple[str, str]] = Counter()
        self.pinpoints: Counter[bool | None] = Counter()
        self.printed: Counter[str] = Counter()

    def missing(self, document: SourceDocument) -> Finding:
        return self._finding(
            document.iri,
            "sha256",
            "evidence-document-missing",
            f"no file in {self._copies.folder} is the text of {shortened(document.iri)}",
            found=f"files with other digests than {document.sha256}",
            hint="put an unchanged copy of the document there; its name does not matter",
        )

    def phrase(self, evidence: Evidence) -> Iterator[Finding]:
        """The findings on one piece of evidence; counts it."""
        copy = self._copies.by_document.get(evidence.source)
        if evidence.phrase and (words := word_count(evidence.phrase)) > MAXIMUM_WORDS:
            yield self._of(
                evidence,
                "evidence-phrase-length",
                f"the phrase has {words} words; at most {MAXIMUM_WORDS} are quoted",
                hint="keep the words that carry the fact",
            )
        if copy is None or not evidence.phrase:
            self.phrases[evidence.source, NOT_CHECKED] += 1
            if copy is not None:
                yield self._of(
                    evidence,
                    "evidence-phrase-absent",
                    f"no phrase, although the text of {shortened(evidence.source)} is at hand",
                    hint=f"add `phrase`: at most {MAXIMUM_WORDS} words as the document prints them",
                )
            return
        spans = copy.text.find_whole(evidence.phrase)
        self.phrases[evidence.source, FOUND if spans else NOT_FOUND] += 1
        if spans:
            yield from self._pinpoint(evidence, copy, spans)
        else:
            yield self._not_found(evidence, copy)

    def _pinpoint(self, evidence: Evidence, copy: LocalCopy, spans: tuple[Span, ...]) -> Iterator[Finding]:
        touched = [copy.outline.touched(*span) for span in spans]
        named = self._named[evidence.source]
        outcomes = [named.stands_at(evidence.pinpoint, clauses) for clauses in touched]
        outcome = True if True in outcomes else None if None in outcomes else False
        if not named.has(evidence.pinpoint):
            self.pinpoints[False] += 1
            # How a document is numbered is read from its text, and may be misread; words stand there or do not.
            doubtful = outcome is None and parsed(evidence.pinpoint) is not None
            yield self._no_such_place(evidence, named, WARNING if doubtful else VIOLATION)
            return
        self.pinpoints[outcome] += 1
        if outcome is False:
            stands = [place_name(clauses[0].path) or clauses[0].text for clauses in touched]
            yield self._of(
                evidence,
                "evidence-pinpoint",
                f"the phrase does not stand at the pinpoint {evidence.pinpoint!r}",
                field="pinpoint",
                found=evidence.pinpoint,
                expected="; ".join(dict.fromkeys(stands)),
                severity=VIOLATION if parsed(evidence.pinpoint) else WARNING,
                hint="cite the place where the phrase stands, or quote a phrase of the place cited",
            )

    def _no_such_place(self, evidence: Evidence, named: NamedPlaces, severity: str) -> Finding:
        near = named.nearest(evidence.pinpoint)
        return self._of(
            evidence,
            "evidence-pinpoint-place",
            f"{shortened(evidence.source)} has no place of the name {evidence.pinpoint!r}",
            field="pinpoint",
            found=evidence.pinpoint,
            expected=" or ".join(near),
            severity=severity,
            hint="name the place in words that stand there, or give the document's entry evidence with this pinpoint",
        )

    def _not_found(self, evidence: Evidence, copy: LocalCopy) -> Finding:
        phrase = normalised(evidence.phrase).text
        if inside := copy.text.find(evidence.phrase):
            start, end = inside[0]
            message = "the phrase begins or ends inside a word or a number"
            expected, hint = copy.text.whole_words(start, end), "quote whole words"
        else:
            message = f"the phrase does not stand in {shortened(evidence.source)}"
            passage = nearest(copy.text.text, phrase)
            expected = f"{passage.words} ({place_of(copy, passage.start)})" if passage else ""
            hint = (
                "; ".join(passage.differences) if passage else "nothing there is like it: is `source` right?"
            )
            others = [
                shortened(iri)
                for iri, other in self._copies.by_document.items()
                if other is not copy and other.text.find_whole(evidence.phrase)
            ]
            if others:
                hint = f"it stands in {', '.join(others)}"
        return self._of(
            evidence, "evidence-phrase-verbatim", message, found=phrase, expected=expected, hint=hint
        )

    def printed_value(self, value: PrintedValue) -> Iterator[Finding]:
        """The findings on one value given as printed; counts it."""
        self.printed[value.outcome] += 1
        sources = ", ".join(shortened(source) for source in value.sources)
        if value.outcome == ABSENT:
            yield self._finding(
                value.node,
                value.key,
                "as-printed",
                f"`{value.key}` does not stand as printed in {sources}",
                found=value.value,
                expected=self._nearest(value),
                hint="give it in the words and the spelling of the source",
            )
        elif value.outcome == ELSEWHERE:
            yield self._finding(
                value.node,
                value.key,
                "as-printed-beside",
                f"`{value.key}` stands in {sources}, but not beside a phrase of this node's evidence",
                found=value.value,
                severity=WARNING,
                hint="add evidence whose phrase stands in the same clause",
            )
        elif value.is_apart:
            yield self._finding(
                value.node,
                value.key,
                "as-printed-phrase",
                f"no phrase of the evidence has a word of `{value.key}`",
                found=value.value,
                severity=WARNING,
                hint="is it the evidence of what stands beside it? If not, quote a phrase that has the words",
            )

    def unnamed(self, missing: Unnamed) -> Finding:
        """The finding on evidence that does not name what it is about."""
        whose = "it" if missing.node == missing.value else shortened(missing.value)
        return self._finding(
            missing.node,
            missing.key,
            "evidence-names",
            f"no phrase of its evidence stands beside a name of {whose}",
            severity=WARNING,
            found=missing.phrase,
            expected=f"a word of a name of {shortened(missing.value)}",
            hint="Is it the evidence of another? If not, quote a phrase that names it, or add the printed name "
            "to its aliases.",
            source=", ".join(shortened(source) for source in missing.sources),
        )

    def _nearest(self, value: PrintedValue) -> str:
        copies = (self._copies.by_document.get(source) for source in value.sources)
        passages = (nearest(copy.text.text, normalised(value.value).text) for copy in copies if copy)
        return next((passage.words for passage in passages if passage), "")

    def _of(
        self, evidence: Evidence, rule: str, message: str, field: str = "phrase", **others: str
    ) -> Finding:
        source = f"{shortened(evidence.source)}, {evidence.pinpoint}".rstrip(", ")
        others.setdefault("found", evidence.phrase)
        return self._finding(
            evidence.iri, field, rule, message, entity=shortened(evidence.node), source=source, **others
        )

    def _finding(
        self,
        node: str,
        key: str,
        rule: str,
        message: str,
        *,
        severity: str = VIOLATION,
        entity: str = "",
        found: str = "",
        expected: str = "",
        hint: str = "",
        source: str = "",
    ) -> Finding:
        place = self._places.of(node, key) or Place(shortened(node), 1, 1)
        return Finding(
            file=place.file,
            line=place.line,
            column=place.column,
            severity=severity,
            rule=rule,
            message=message,
            entity=entity or shortened(node),
            field=key,
            found=found,
            expected=expected,
            hint=hint,
            source=source,
        )


def named_places(copy: LocalCopy, evidence: list[Evidence]) -> NamedPlaces:
    """The named places of a document, some of them named by the evidence of its own entry."""
    here = [one for one in evidence if one.source == copy.document.iri]
    declared: dict[str, tuple[Clause, ...]] = {}
    for one in here:
        if one.node == copy.document.iri and parsed(one.pinpoint) is None and one.phrase:
            touched = [copy.outline.touched(*span) for span in copy.text.find_whole(one.phrase)[:1]]
            found = (clause for clauses in touched for clause in clauses)
            declared[one.pinpoint] = (*declared.get(one.pinpoint, ()), *found)
    return NamedPlaces(
        copy.outline,
        {name: clauses for name, clauses in declared.items() if clauses},
        (one.pinpoint for one in here),
    )


def place_of(copy: LocalCopy, position: int) -> str:
    """The place of a position of the normalised text: its pinpoint, where it has one, and its line."""
    clauses = copy.outline.touched(position, position + 1)
    line = copy.text.place_of(copy.text.starts[position])[0]
    name = place_name(clauses[0].path) if clauses else ""
    return f"{name}, line {line}" if name else f"line {line}"
