"""One finding about curated data: what is wrong, where, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

VIOLATION = "Violation"
WARNING = "Warning"
INFO = "Info"


@dataclass(frozen=True, order=True)
class Finding:
    """A finding. `line` and `column` count from 1; empty strings mean "does not apply"."""

    file: str
    line: int
    column: int
    severity: str
    rule: str
    message: str
    entity: str = ""
    field: str = ""
    found: str = ""
    expected: str = ""
    hint: str = ""
    source: str = ""

    def as_text(self) -> str:
        """`file:line:column: Severity: message`, then what was found and expected, then the hint."""
        lines = [f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message}"]
        for name in ("entity", "field", "found", "expected", "source"):
            if value := getattr(self, name):
                lines.append(f"  {name}: {value}")
        lines.append(f"  rule: {self.rule}")
        if self.hint:
            lines += ["", f"hint: {self.hint}"]
        return "\n".join(lines)
