"""What validation reports: results in the terms of SHACL, and the same as findings for people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal

from mea_kg.findings import VIOLATION, Finding
from mea_kg.namespaces import SH, XSD
from mea_kg.shacl import Result

_PREFIXES = f"@prefix sh: <{SH}> .\n@prefix xsd: <{XSD}> .\n"


@dataclass(frozen=True)
class Report:
    """The results, and the same as findings in the order of files and lines.

    `results` are complete; of `findings`, those that follow from another stand under it (`Finding.also`).
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
        body = "".join(f" ;\n  sh:result {_turtle(result)}" for result in self.results)
        return f"{_PREFIXES}\n[] a sh:ValidationReport ;\n  sh:conforms {conforms}{body} .\n"


def _turtle(result: Result) -> str:
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
    return "[ a sh:ValidationResult ;\n    " + " ;\n    ".join(lines) + " ]"


def _turtle_path(path: str) -> str:
    """A path of our shapes in the vocabulary of SHACL."""
    if path.startswith("^"):
        return f"[ sh:inversePath {_turtle_path(path[1:])} ]"
    if path.startswith("("):
        members = " ".join(_turtle_path(part) for part in path[1:-1].split("|"))
        return f"[ sh:alternativePath ( {members} ) ]"
    return path
