"""The phrases of the graph's evidence, and where they stand in the local copies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from mea_kg.documents import LocalCopy
from mea_kg.namespaces import AUTHORED, MEA
from mea_kg.pinpoints import stands_at
from mea_kg.texts import Span

_BACKS = "?node mea:hasEvidence ?evidence ."
_EVIDENCE = f"""PREFIX mea: <{MEA}>
SELECT ?evidence ?node ?source ?pinpoint ?phrase WHERE {{
  {_BACKS}
  ?evidence mea:source ?source .
  OPTIONAL {{ ?evidence mea:pinpoint ?pinpoint }}
  OPTIONAL {{ ?evidence mea:phrase ?phrase }}
}}"""


@dataclass(frozen=True, order=True)
class Evidence:
    """One piece of evidence: its IRI, the node that it backs, its document, pinpoint and phrase ("" if none)."""

    iri: str
    node: str
    source: str
    pinpoint: str
    phrase: str


def evidence_of(store: Store, only: Collection[str] | None = None) -> list[Evidence]:
    """All evidence of the authored graph, sorted; one entry for each node that it backs.

    With `only`, IRIs, the evidence that is one of these nodes or backs one.
    """
    text = _EVIDENCE
    if only is not None:
        rows = " ".join(f"<{iri}>" for iri in only)
        sides = (f"{{ VALUES {side} {{ {rows} }} {_BACKS} }}" for side in ("?node", "?evidence"))
        text = text.replace(_BACKS, " UNION ".join(sides))
    solutions = store.query(text, default_graph=[NamedNode(AUTHORED)])
    assert isinstance(solutions, QuerySolutions)
    found = set()
    for solution in solutions:
        evidence, node, source = (solution[name] for name in ("evidence", "node", "source"))
        if isinstance(evidence, NamedNode) and isinstance(node, NamedNode) and isinstance(source, NamedNode):
            texts = (solution[name] for name in ("pinpoint", "phrase"))
            pinpoint, phrase = (text.value if isinstance(text, Literal) else "" for text in texts)
            found.add(Evidence(evidence.value, node.value, source.value, pinpoint, phrase))
    return sorted(found)


def spans_of(copy: LocalCopy, evidence: Evidence) -> tuple[Span, ...]:
    """Where the phrase stands in its document: at the pinpoint, if that can be told, or else everywhere."""
    spans = copy.text.find_whole(evidence.phrase)
    there = (
        span for span in spans if stands_at(evidence.pinpoint, copy.outline, copy.outline.touched(*span))
    )
    return tuple(there) or spans
