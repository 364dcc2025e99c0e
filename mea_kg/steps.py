"""What leads from one entity to another in one step: the cooperations and the links that a source states.

A step joins two named entities. That they share a document, a theme, a kind or a status is none, and neither is
what only the graph made (a paragraph, a line of a table, a relation without an instrument). Each kind of step is
one small SELECT that starts from the entities at hand, and is asked of a whole frontier at once, if anything is said
with the property that it starts with; what the evidence is, and what things are called, is asked of the result: in one
large query the store takes another order. A server answers none quicker than in some milliseconds, so few are asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, QuerySolution

from mea_kg.folding import EVIDENCE
from mea_kg.namespaces import AUTHORED, INFERRED, MEA, PREFIXES, VOCAB
from mea_kg.results import EVERYTHING, Term
from mea_kg.selecting import Queryable, select

COLUMNS = (
    "from",
    "fromLabel",
    "how",
    "to",
    "toLabel",
    "direction",
    "via",
    "viaLabel",
    "role",
    "status",
    *EVIDENCE,
)

_PREFIXES = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("mea", "skos", "schema", "rdfs"))
_FROM_GRAPHS = f"FROM <{AUTHORED}> FROM <{INFERRED}>"
_UNNAMED = {VOCAB + "basis/acknowledged", VOCAB + "basis/effort"}
_NO_ENDS = {MEA + name for name in ("SourceDocument", "StatedRelation", "BudgetLine", "BudgetTable")}

# What is said of an entity, and what is said of it by an act, an objective or a note of a text.
_OWN = (
    "about",
    "actsUnder",
    "adoptedAt",
    "adoptedBy",
    "adoptedIn",
    "basedOn",
    "belongsTo",
    "concludedUnder",
    "contributor",
    "endorsedAt",
    "endorsedBy",
    "establishes",
    "fund",
    "governs",
    "implements",
    "issuedBy",
    "nextAfter",
    "officeOf",
    "participant",
    "revisedAt",
    "servicesTreaty",
    "sessionOf",
    "succeeds",
    "titleNames",
    "underInstrument",
)
_IN_A_TEXT = (
    "about",
    "addressee",
    "concerns",
    "concurrenceOf",
    "counterpart",
    "dueAt",
    "implements",
    "pursuedBy",
    "recipient",
)

_COOPERATION = """
    mea:basis ?basis ; mea:via ?via ; mea:attestedIn ?collection ; mea:attestedBy ?evidence .
    ?basis skos:prefLabel ?how FILTER (LANG(?how) = "en")
"""
_MEMBERSHIP = """ mea:role ?role . ?evidence mea:attests ?node BIND ("membership" AS ?how) """
_SOUGHT = """ mea:role ?role ; mea:hasEvidence ?evidence BIND ("status sought" AS ?how) """
# Each way from a text to what it does or cites is asked for by itself: the store takes another order with a path.
_TO_ACT = ("mea:hasAct", "mea:hasPart/mea:hasAct", "mea:hasPart")
_TO_CITATION = (
    "mea:hasCitation",
    "mea:hasAct/mea:hasCitation",
    "mea:hasPart/mea:hasCitation",
    "mea:hasPart/mea:hasAct/mea:hasCitation",
)
_LABEL, _BACK = "rdfs:label", "mea:inverseLabel"
_CITED = "mea:hasEvidence ?evidence ."
_UNLABELLED = "FILTER NOT EXISTS { ?statement skos:prefLabel ?own }"
_CONTRIBUTION = "?view a mea:AssessedContribution . ?view mea:derivedFrom/mea:line/mea:hasEvidence ?evidence"


def _stated(pattern: str, statement: str, value: str, name: str, wording: str) -> str:
    unlabelled = _UNLABELLED if statement == "?statement" else ""
    return (
        f"{pattern} . {statement} mea:hasEvidence ?evidence . mea:{name} {wording} ?how {unlabelled} "
        f"{_supported(name, value)}"
    )


def _supported(name: str, value: str) -> str:
    """Evidence supports keys of an entry, and the key of several addressees is "addressees".

    A passage that gives some of several values alone says nothing of the others.
    """
    return f"""
        OPTIONAL {{ ?evidence mea:supports ?supported }}
        FILTER (!BOUND(?supported) || ?supported IN ("{name}", "{name}s"))
        OPTIONAL {{ ?evidence mea:gives ?values . ?values mea:{name} ?named }}
        FILTER (!BOUND(?named) || ?named = {value})"""


_TO, _FROM = "to", "from"
_KINDS: tuple[tuple[str, str], ...] = (
    ("symmetric", f"?cooperation mea:between ?from ; mea:between ?to ; {_COOPERATION}"),
    (_TO, f"?cooperation mea:from ?from ; mea:to ?to ; {_COOPERATION}"),
    (_FROM, f"?cooperation mea:to ?from ; mea:from ?to ; {_COOPERATION}"),
    (_TO, f"?to mea:hasMembership ?node . ?node mea:member ?from ; {_MEMBERSHIP}"),
    (_FROM, f"?from mea:hasMembership ?node . ?node mea:member ?to ; {_MEMBERSHIP}"),
    (_TO, f"?act mea:addressee ?from ; mea:seeks ?node . ?node mea:body ?to ; {_SOUGHT}"),
    (_FROM, f"?act mea:addressee ?to ; mea:seeks ?node . ?node mea:body ?from ; {_SOUGHT}"),
    *((_TO, _stated(f"?from mea:{name} ?to", "?from", "?to", name, _LABEL)) for name in _OWN),
    *((_FROM, _stated(f"?to mea:{name} ?from", "?to", "?from", name, _BACK)) for name in _OWN),
    *(
        (
            _TO,
            _stated(f"?from {way} ?statement . ?statement mea:{name} ?to", "?statement", "?to", name, _LABEL),
        )
        for way in _TO_ACT
        for name in _IN_A_TEXT
    ),
    *(
        (
            _FROM,
            _stated(
                f"?statement mea:{name} ?from . ?to {way} ?statement", "?statement", "?from", name, _BACK
            ),
        )
        for way in _TO_ACT
        for name in _IN_A_TEXT
    ),
    *(
        (_TO, f"?from {way} ?statement . ?statement mea:cites ?to ; {_CITED} mea:cites {_LABEL} ?how")
        for way in _TO_CITATION
    ),
    *(
        (_FROM, f"?statement mea:cites ?from ; {_CITED} ?to {way} ?statement . mea:cites {_BACK} ?how")
        for way in _TO_CITATION
    ),
    (_TO, "?from mea:partOf ?to ; mea:hasEvidence ?evidence . mea:partOf rdfs:label ?how"),
    (_FROM, "?to mea:partOf ?from ; mea:hasEvidence ?evidence . mea:hasPart rdfs:label ?how"),
    (
        _TO,
        f'?view mea:party ?from ; mea:fund ?to . {_CONTRIBUTION} BIND ("is assessed to contribute to" AS ?how)',
    ),
    (
        _FROM,
        f"?view mea:fund ?from ; mea:party ?to . {_CONTRIBUTION} "
        'BIND ("has an assessed contribution of" AS ?how)',
    ),
)
_OF_COOPERATION = 3
_STARTS = re.compile(r"\?from mea:(?P<said>\w+)|mea:(?P<of>\w+) \?from")


def _start(pattern: str) -> tuple[str, str]:
    """Where a step's pattern begins: "said" of the entity or "of" it as the object, with which property."""
    found = _STARTS.search(pattern)
    assert found is not None and found.lastgroup is not None
    return found.lastgroup, MEA + found[found.lastgroup]


_STARTING = {pattern: _start(pattern) for _, pattern in _KINDS}


@dataclass(frozen=True)
class Links:
    """The steps of a graph, as far as a source states them: a document or a collection, by its IRI."""

    store: Queryable
    source: str = EVERYTHING
    cooperation_only: bool = False
    # What was found of each entity that was asked of: a search comes by again and again.
    _known: dict[str, list[tuple[str, QuerySolution]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def neighbours(self, nodes: Collection[str]) -> set[tuple[str, str]]:
        """Pairs of one of these entities and one that is a step away from it, as IRIs."""
        rows = list(self._found(nodes))
        return {(row["from"].value, row["to"].value) for _, row in self._backed(rows)}

    def between(self, pairs: Collection[tuple[str, str]]) -> list[dict[str, Term | None]]:
        """The steps that join these pairs, with `COLUMNS`: a row for each piece of evidence and status of it."""
        found = [
            (direction, row)
            for direction, row in self._found({first for first, _ in pairs})
            if (row["from"].value, row["to"].value) in pairs
        ]
        backed = list(self._backed(found))
        labels = self._labels({row[name] for _, row in backed for name in ("from", "to", "via") if row[name]})
        passages = self._passages({row["evidence"] for _, row in backed})
        steps = []
        for direction, row in backed:
            via = row["via"]
            unnamed = row["basis"] is not None and row["basis"].value in _UNNAMED
            for passage in passages.get(row["evidence"], ()):
                steps.append(
                    {
                        "from": row["from"],
                        "fromLabel": labels.get(row["from"]),
                        "how": row["how"],
                        "to": row["to"],
                        "toLabel": labels.get(row["to"]),
                        "direction": Literal(direction),
                        "via": via,
                        # A relation without an instrument is a node of this graph, not a thing that a source names.
                        "viaLabel": Literal("none printed") if unnamed else labels.get(via),
                        "role": row["role"],
                        **passage,
                    }
                )
        return steps

    def _found(self, nodes: Collection[str]) -> Iterator[tuple[str, QuerySolution]]:
        """Direction and row of each step from these entities, whoever states it."""
        if new := {iri for iri in nodes if iri not in self._known}:
            found: dict[str, list[tuple[str, QuerySolution]]] = {iri: [] for iri in new}
            for direction, row in self._asked(new):
                found[row["from"].value].append((direction, row))
            # Only now: where a server fails half-way, nothing is known.
            self._known.update(found)
        for iri in nodes:
            yield from self._known[iri]

    def _asked(self, nodes: Collection[str]) -> Iterator[tuple[str, QuerySolution]]:
        listed = _listed(NamedNode(iri) for iri in nodes)
        kinds = _KINDS[:_OF_COOPERATION] if self.cooperation_only else _KINDS
        used = self._used(listed)
        for direction, pattern in kinds:
            if _STARTING[pattern] not in used:
                continue
            for row in select(
                self.store,
                f"""{_PREFIXES} SELECT DISTINCT ?from ?to ?how ?basis ?via ?role ?evidence ?collection
                {_FROM_GRAPHS} WHERE {{ VALUES ?from {{ {listed} }} {pattern} }}""",
            ):
                if row["from"] != row["to"]:
                    yield direction, row

    def _used(self, listed: str) -> set[tuple[str, str]]:
        """With which properties something is said of these entities, or has them as its object."""
        ways = {"said": "?from ?property ?other", "of": "?other ?property ?from"}
        return {
            (way, row["property"].value)
            for way, pattern in ways.items()
            for row in self._select(f"VALUES ?from {{ {listed} }} {pattern}", "DISTINCT ?property")
        }

    def _backed(self, found: list[tuple[str, QuerySolution]]) -> Iterator[tuple[str, QuerySolution]]:
        """The steps that the source states, to entities that have a name."""
        within = self._within({row["evidence"] for _, row in found})
        named = self._named({row["to"] for _, row in found})
        for direction, row in found:
            # Both memberships make a cooperation in a group, and both are to be within the source.
            attested = row["collection"] is None or row["collection"].value == self.source
            if attested and row["evidence"] in within and row["to"] in named:
                yield direction, row

    def _within(self, evidence: set[Term]) -> set[Term]:
        documents = {
            row["document"]
            for row in self._select(f"?document mea:inCollection <{self.source}>", "?document")
        }
        pattern = f"VALUES ?evidence {{ {_listed(evidence)} }} ?evidence mea:source ?document"
        return {
            row["evidence"]
            for row in self._select(pattern, "?evidence ?document")
            if row["document"] in documents
        }

    def _named(self, nodes: set[Term]) -> set[Term]:
        kinds = self._select(f"VALUES ?node {{ {_listed(nodes)} }} ?node a ?kind", "?node ?kind")
        return set(self._labels(nodes)) - {row["node"] for row in kinds if row["kind"].value in _NO_ENDS}

    def _labels(self, nodes: set[Term]) -> dict[Term, Term]:
        pattern = f"""VALUES ?node {{ {_listed(nodes)} }} ?node skos:prefLabel ?label
            FILTER (LANG(?label) = "en")"""
        return {row["node"]: row["label"] for row in self._select(pattern, "?node ?label")}

    def _passages(self, evidence: set[Term]) -> dict[Term, list[dict[str, Term | None]]]:
        """Of each piece of evidence the columns of a passage, once for each status that it gives."""
        pattern = f"""VALUES ?evidence {{ {_listed(evidence)} }}
            ?evidence mea:source ?document ; mea:pinpoint ?pinpoint .
            OPTIONAL {{ ?evidence mea:phrase ?phrase }}
            OPTIONAL {{ ?evidence mea:supportsStatus ?status }}
            OPTIONAL {{ ?document mea:sourceKind ?sourceKind }}
            OPTIONAL {{ ?document schema:url ?address }}
            OPTIONAL {{ ?document skos:prefLabel ?documentLabel FILTER (LANG(?documentLabel) = "en") }}"""
        columns = ("status", *EVIDENCE)
        passages: dict[Term, list[dict[str, Term | None]]] = {}
        for row in self._select(pattern, " ".join(f"?{name}" for name in ("evidence", *columns))):
            passages.setdefault(row["evidence"], []).append({name: row[name] for name in columns})
        return passages

    def _select(self, pattern: str, columns: str) -> Iterator[QuerySolution]:
        yield from select(self.store, f"{_PREFIXES} SELECT {columns} {_FROM_GRAPHS} WHERE {{ {pattern} }}")


def _listed(terms: Iterable[Term]) -> str:
    return " ".join(sorted(map(str, terms)))
