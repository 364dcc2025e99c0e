"""What leaves the house must conform: who pushes or releases asks here first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mea_kg.cli._streams import complain
from mea_kg.findings import VIOLATION

if TYPE_CHECKING:
    from mea_kg.graph import KnowledgeGraph


def conforms(graph: KnowledgeGraph, what: str) -> bool:
    """Whether the graph conforms; if not, its violations are written to stderr, and that nothing was `what`."""
    report = graph.validate()
    if report.conforms:
        return True
    wrong = [finding for finding in report.findings if finding.severity == VIOLATION]
    complain("\n\n".join(finding.as_text() for finding in wrong))
    complain(
        f"\nnothing was {what}: the graph does not conform\n\nhint: `mea-kg validate` says the same; mend it first"
    )
    return False
