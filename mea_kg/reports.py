"""What validation reports: results in the terms of SHACL, and the same as findings for people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from mea_kg.findings import VIOLATION, Finding
from mea_kg.namespaces import SH, XSD

_PREFIXES = f"@prefix sh: <{SH}> .\n@prefix xsd: <{XSD}> .\n"


@dataclass(frozen=True)
class Result:
    """One validation result of SHACL; `path` is in SPARQL syntax with full IRIs, empty where there is none."""

    focus: NamedNode
    path: str
    value: NamedNode | Literal | None
    severity: str
    component: str
    rule: str
    message: str

    @property
    def sort_key(self) -> tuple[str, ...]:
        """What orders results, so that equal graphs give equal reports."""
        return (self.rule, self.focus.value, self.path, str(self.value or ""), self.message, self.component)

    def as_turtle(self) -> str:
        """The result as a blank node of a SHACL report."""
        lines = [f"sh:focusNode {self.focus}", f"sh:resultSeverity sh:{self.severity}"]
        if self.path:
            lines.append(f"sh:resultPath {_turtle_path(self.path)}")
        if self.value is not None:
            lines.append(f"sh:value {self.value}")
        lines += [
            f"sh:sourceConstraintComponent <{self.component}>",
            f"sh:sourceShape <{self.rule}>",
            f"sh:resultMessage {Literal(self.message, language='en')}",
        ]
        return "[ a sh:ValidationResult ;\n    " + " ;\n    ".join(lines) + " ]"


@dataclass(frozen=True)
class Report:
    """The results, and the same as findings in the order of files and lines.

    `handed_on` says which shapes the compiler refused, and why: pySHACL checked those.
    """

    results: tuple[Result, ...]
    findings: tuple[Finding, ...]
    handed_on: tuple[str, ...] = ()

    @cached_property
    def conforms(self) -> bool:
        """Whether nothing is wrong: warnings and remarks do not count."""
        return all(finding.severity != VIOLATION for finding in self.findings)

    def as_turtle(self) -> str:
        """The report in the vocabulary of SHACL; `sh:conforms` is false for warnings too, as the standard has it."""
        conforms = "false" if self.results else "true"
        body = "".join(f" ;\n  sh:result {result.as_turtle()}" for result in self.results)
        return f"{_PREFIXES}\n[] a sh:ValidationReport ;\n  sh:conforms {conforms}{body} .\n"


def _turtle_path(path: str) -> str:
    """A path of our shapes in the vocabulary of SHACL."""
    if path.startswith("^"):
        return f"[ sh:inversePath {_turtle_path(path[1:])} ]"
    if path.startswith("("):
        members = " ".join(_turtle_path(part) for part in path[1:-1].split("|"))
        return f"[ sh:alternativePath ( {members} ) ]"
    return path
