"""One finding about curated data: what is wrong, where, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

VIOLATION = "Violation"
WARNING = "Warning"
INFO = "Info"
SEVERITIES = (VIOLATION, WARNING, INFO)
"""The severities, the gravest first."""

_SHOWN = 5


@dataclass(frozen=True, order=True)
class Finding:
    """A finding. `line` and `column` count from 1; empty strings mean "does not apply".

    `entity` and `field` are what it is about, for people; `field_label` is what the ontology calls the field.
    `node` is the IRI of the entity, and `follows_from` has those of the curated nodes from which it was derived,
    if it was. `also` are the findings that follow from the same mistake.
    """

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
    field_label: str = ""
    node: str = ""
    follows_from: tuple[str, ...] = ()
    also: tuple[Finding, ...] = ()

    @property
    def place(self) -> str:
        """`file:line:column`."""
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def field_name(self) -> str:
        """The key of the field, and its label where that says more."""
        if not self.field_label or self.field_label == self.field:
            return self.field
        return f"{self.field} ({self.field_label})"

    @property
    def details(self) -> tuple[tuple[str, str], ...]:
        """What is said beside message and hint: name and text, in the order of reading."""
        named = (
            ("entity", self.entity),
            ("field", self.field_name),
            ("found", self.found),
            ("expected", self.expected),
            ("rule", self.rule),
            ("source", self.source),
        )
        return tuple((name, text) for name, text in named if text)

    @property
    def body(self) -> tuple[str, ...]:
        """The lines below the message: the details, what else follows from the mistake, and the hint."""
        lines = [f"  {name}: {_in_one_line(text)}" for name, text in self.details]
        lines += [f"  also: {line}" for line in self.consequences]
        return (*lines, "", f"hint: {_in_one_line(self.hint)}") if self.hint else tuple(lines)

    def as_text(self) -> str:
        """`file:line:column: Severity: message`, then the body."""
        return "\n".join([f"{self.place}: {self.severity}: {_in_one_line(self.message)}", *self.body])

    @property
    def consequences(self) -> tuple[str, ...]:
        """One line for each of the first findings that follow from this one, and how many more there are."""
        lines = [
            _in_one_line(other.message if other.place == self.place else f"{other.message} ({other.place})")
            for other in self.also
        ]
        distinct = tuple(dict.fromkeys(lines))
        more = len(distinct) - _SHOWN
        return (*distinct[:_SHOWN], f"{more} more") if more > 0 else distinct


def _in_one_line(text: str) -> str:
    return text.replace("\r", "\\r").replace("\n", "\\n")
