"""What the graph holds, counted."""

from __future__ import annotations

from mea_kg.namespaces import AUTHORED, ID, INFERRED, PREFIXES
from mea_kg.selecting import Queryable, select

_PREFIXES = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("mea", "rdfs"))


def size(store: Queryable) -> tuple[int, int]:
    """The numbers of authored and of inferred triples."""
    return _number(store, "?s ?p ?o", AUTHORED), _number(store, "?s ?p ?o", INFERRED)


def count(store: Queryable) -> dict[str, int]:
    """Numbers by what they count: `triples: authored`, `entities: decision`, `cooperation: instrument`, ...

    Entities are counted by the class that their entry gives them; derived cooperations by their basis.
    """
    authored, inferred = size(store)
    counts = {
        "triples: authored": authored,
        "triples: inferred": inferred,
        "sources: documents": _number(store, "?s a mea:SourceDocument", AUTHORED),
        "sources: pieces of evidence": _number(store, "?s a mea:Evidence", AUTHORED),
        "sources: with a phrase": _number(store, "?s mea:phrase ?phrase", AUTHORED),
    }
    for row in select(
        store,
        f"""{_PREFIXES} SELECT ?kind (COUNT(DISTINCT ?node) AS ?number) FROM <{AUTHORED}> WHERE {{
            ?node a ?class .
            ?class rdfs:label ?kind .
            FILTER (STRSTARTS(STR(?node), "{ID}") && ?class NOT IN (mea:SourceDocument, mea:Evidence))
        }} GROUP BY ?kind ORDER BY ?kind""",
    ):
        counts[f"entities: {row['kind'].value}"] = int(row["number"].value)
    for row in select(
        store,
        f"""{_PREFIXES} SELECT ?basis (COUNT(?node) AS ?number) FROM <{INFERRED}> WHERE {{
            ?node a mea:Cooperation ;
                mea:basis ?basis .
        }} GROUP BY ?basis ORDER BY ?basis""",
    ):
        counts[f"cooperation: {row['basis'].value.rpartition('/')[2]}"] = int(row["number"].value)
    return counts


def _number(store: Queryable, pattern: str, graph: str) -> int:
    rows = select(store, f"{_PREFIXES} SELECT (COUNT(*) AS ?number) FROM <{graph}> WHERE {{ {pattern} }}")
    return int(next(iter(rows))["number"].value)
