"""What validation finds: one result for each violation."""

from __future__ import annotations

from dataclasses import dataclass

from mea_kg.namespaces import SH
from mea_kg.shacl.terms import Node, Term


@dataclass(frozen=True)
class Result:
    """A validation result of SHACL.

    `path` is in SPARQL syntax with full IRIs, empty where there is none; `component` and `severity` are IRIs;
    `source_constraint` is that of a query (`sh:sparql`).
    """

    focus_node: Term
    path: str
    value: Term | None
    component: str
    severity: str
    source_shape: Node
    source_constraint: Node | None
    message: str

    @property
    def is_from_query(self) -> bool:
        """Whether a query of a shape (`sh:sparql`) found it, not one of SHACL's own constraints."""
        return self.component == SH + "SPARQLConstraintComponent"

    @property
    def sort_key(self) -> tuple[str, ...]:
        """What orders results, so that equal graphs give equal reports."""
        terms = (self.source_shape, self.focus_node, self.path, self.value or "")
        return (*(str(term) for term in terms), self.component, self.message)
