"""Contradictions of the closed graph, as findings with the place of the statements behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode

from mea_kg.context import Context
from mea_kg.findings import VIOLATION, Finding
from mea_kg.namespaces import RDF, shortened
from mea_kg.places import Place, Places
from mea_kg.reasoning import Contradiction

HINT = "mend the entries that say both: what contradicts the ontology is not released"


def findings_of(
    contradictions: Iterable[Contradiction], places: Places, context: Context
) -> Iterator[Finding]:
    """A finding for each contradiction, at the first statement from which it follows that stands in a file."""
    for contradiction in contradictions:
        keys = []
        known = []
        for statement in contradiction.statements:
            if isinstance(statement.subject, NamedNode):
                iri = statement.predicate.value
                key = "type" if iri == RDF + "type" else context.key_of(iri) or shortened(iri)
                if place := places.of(statement.subject.value, key):
                    known.append(place)
                    keys.append(key)
        place = known[0] if known else Place(shortened(contradiction.subject), 1, 1)
        yield Finding(
            *(place.file, place.line, place.column, VIOLATION, contradiction.kind, contradiction.message),
            entity=shortened(contradiction.subject),
            field=keys[0] if keys else "",
            found=shortened(contradiction.object) if contradiction.object else "",
            expected=f"not what the ontology forbids: {contradiction.axiom}",
            hint=HINT,
            source="The ontology (ontology/)",
            node=contradiction.subject,
        )
