"""What validation reports: results in the terms of SHACL, and the same as findings for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from mea_kg.findings import VIOLATION, Finding
from mea_kg.namespaces import DCTERMS, RDFS, SH, XSD
from mea_kg.shacl import Result

_PREFIXES = f"@prefix dcterms: <{DCTERMS}> .\n@prefix rdfs: <{RDFS}> .\n@prefix sh: <{SH}> .\n@prefix xsd: <{XSD}> .\n"
_OUTSIDE = NamedNode("https://w3id.org/mea-kg/shapes#OutsideShapes")
_ABOUT_OUTSIDE = f"""
{_OUTSIDE} a sh:ConstraintComponent ;
  rdfs:label "rule outside SHACL"@en ;
  rdfs:comment "What is checked of entries as written, by the rule that dcterms:identifier names."@en .
"""


@dataclass(frozen=True)
class Report:
    """The results, and the same as findings in the order of files and lines.

    `results` are complete; of `findings`, those that follow from another stand under it (`Finding.also`).
    `handed_on` says which shapes the compiler refused, and why: pySHACL checked those.
    `places` has file, line and column of results; `beyond` are all findings that no shape made.
    """

    results: tuple[Result, ...]
    findings: tuple[Finding, ...]
    handed_on: tuple[str, ...] = ()
    places: Mapping[Result, str] = field(default_factory=dict)
    beyond: tuple[Finding, ...] = ()

    @classmethod
    def of_findings(cls, findings: Iterable[Finding]) -> Report:
        """The report where the form of entries is such that no shape could be asked."""
        findings = tuple(findings)
        return cls((), findings, beyond=tuple(sorted(set(_each_of(findings)))))

    @cached_property
    def conforms(self) -> bool:
        """Whether nothing is wrong: warnings and remarks do not count."""
        return all(finding.severity != VIOLATION for finding in self.findings)

    def as_turtle(self) -> str:
        """The report in the vocabulary of SHACL; `sh:conforms` is false for warnings too, as the standard has it.

        `dcterms:source` of each result is its file, line and column.
        """
        results = [_turtle(result, self.places.get(result, "")) for result in self.results]
        results += [_turtle_of_finding(finding) for finding in self.beyond]
        body = "".join(f" ;\n  sh:result {result}" for result in results)
        about = _ABOUT_OUTSIDE if self.beyond else ""
        conforms = "false" if results else "true"
        return f"{_PREFIXES}\n[] a sh:ValidationReport ;\n  sh:conforms {conforms}{body} .\n{about}"


def _each_of(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, and those that stand under them."""
    for finding in findings:
        yield finding
        yield from _each_of(finding.also)


def _turtle(result: Result, place: str) -> str:
    """A result as a blank node of a SHACL report."""
    lines = [f"sh:focusNode {result.focus_node}", f"sh:resultSeverity <{result.severity}>"]
    if result.path:
        lines.append(f"sh:resultPath {_turtle_path(result.path)}")
    if result.value is not None:
        lines.append(f"sh:value {result.value}")
    lines += [f"sh:sourceConstraintComponent <{result.component}>", f"sh:sourceShape {result.source_shape}"]
    if result.source_constraint is not None:
        lines.append(f"sh:sourceConstraint {result.source_constraint}")
    lines.append(f"sh:resultMessage {Literal(result.message, language='en')}")
    if place:
        lines.append(f"dcterms:source {Literal(place)}")
    return _blank(lines)


def _turtle_of_finding(finding: Finding) -> str:
    """A finding that no shape made; its focus node is blank where it is about no entity."""
    message = f"{finding.message}. {finding.hint}" if finding.hint else finding.message
    return _blank(
        [
            f"sh:focusNode {NamedNode(finding.node) if finding.node else '[]'}",
            f"sh:resultSeverity sh:{finding.severity}",
            f"sh:sourceConstraintComponent {_OUTSIDE}",
            f"sh:resultMessage {Literal(message, language='en')}",
            f"dcterms:identifier {Literal(finding.rule)}",
            f"dcterms:source {Literal(finding.place)}",
        ]
    )


def _blank(lines: list[str]) -> str:
    return "[ a sh:ValidationResult ;\n    " + " ;\n    ".join(lines) + " ]"


def _turtle_path(path: str) -> str:
    """A path of our shapes in the vocabulary of SHACL."""
    if path.startswith("^"):
        return f"[ sh:inversePath {_turtle_path(path[1:])} ]"
    if path.startswith("("):
        members = " ".join(_turtle_path(part) for part in path[1:-1].split("|"))
        return f"[ sh:alternativePath ( {members} ) ]"
    return path
