"""What is stated between two: a verdict that promotes no status and takes no silence for a no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

from pyoxigraph import Literal

from mea_kg.answers import Given, run_saved
from mea_kg.errors import QueryError
from mea_kg.names import Entity
from mea_kg.namespaces import AUTHORED, INFERRED, MEA, SKOS, VOCAB, shortened
from mea_kg.results import EVERYTHING, Answer, Plain, Scope, Term, plain
from mea_kg.saved_queries import find_query
from mea_kg.selecting import Queryable, holds, select

STATED = "stated"
CO_PARTICIPATION = "stated by co-participation"
NOT_STATED = "not stated"
NO = "no"
_ONLY_AS = "stated only as "

_IN_BEING = {VOCAB + "status/established", VOCAB + "status/ongoing"}
_SHARED = {VOCAB + "basis/instrument", VOCAB + "basis/group", VOCAB + "basis/acknowledged"}
_GROUP = VOCAB + "basis/group"
_WEAKER = {VOCAB + "basis/effort": "an effort", VOCAB + "basis/framework": "a framework"}


def relation(store: Queryable, queries: Path, first: str, second: str, source: str | None = None) -> Answer:
    """What is stated between the two, with the column `verdict`; a pair without statements has one row.

    The verdict is `stated`; `stated by co-participation`, for two of whom sources say only that both take part in
    one instrument of several, or are members of one group; `stated only as requested` (or encouraged, sought, ...);
    `not stated`; or `no`, for an entity that is not in a group of which the source gives the whole list of members.
    Raises `UnknownName` or `AmbiguousName`, and `QueryError` where both names lead to one entity.
    """
    found = run_saved(
        store, queries, find_query(queries, "relation-between"), Given([first, second], source=source)
    )
    statements: dict[tuple[Plain, Plain], list[dict[str, Plain]]] = {}
    for row in found:
        statements.setdefault((row["first"], row["second"]), []).append(row)
    several = _with_several_participants(store)
    verdicts: dict[tuple[Plain, Plain], str] = {}
    preface: list[str] = []
    rows: list[tuple[Term | None, ...]] = []
    pairs = [
        pair for pair in product(found.parameters["first"], found.parameters["second"]) if pair[0] != pair[1]
    ]
    if not pairs:
        raise QueryError(f"{first!r} and {second!r} are the same: {found.parameters['first'][0]}", "name two")
    for one, other in pairs:
        verdict = _verdict(statements.get((one.iri, other.iri), []), several)
        if verdict == NOT_STATED and _is_ruled_out(store, one, other, found.scope):
            verdict = NO
        verdicts[one.iri, other.iri] = verdict
        preface.append(f"{one.label} and {other.label}: {verdict}{_explained(verdict)}.")
        if (one.iri, other.iri) not in statements:
            empty = (one.node, Literal(one.label), other.node, Literal(other.label))
            rows.append((*empty, Literal(verdict), *[None] * (len(found.variables) - len(empty))))
    position = 4
    for terms in found.rows:
        pair = (terms[0].value if terms[0] else None, terms[2].value if terms[2] else None)
        rows.append((*terms[:position], Literal(verdicts[pair]), *terms[position:]))
    return replace(
        found,
        variables=(*found.variables[:position], "verdict", *found.variables[position:]),
        rows=tuple(rows),
        hide=("verdict",),
        preface=tuple(preface),
        remarks=(*found.remarks, *_described(store, pairs, verdicts, found.scope)),
    )


def _described(
    store: Queryable,
    pairs: Sequence[tuple[Entity, Entity]],
    verdicts: Mapping[tuple[Plain, Plain], str],
    scope: Scope | None,
) -> Iterator[str]:
    """Of entities between which nothing is stated, the actors that a source describes in terms of an organization.

    "The relevant Offices of" an organization are others than the organization: what is stated of them is no
    answer, but it is what somebody may look for.
    """
    silent = {end.node for pair in pairs if verdicts[pair[0].iri, pair[1].iri] == NOT_STATED for end in pair}
    listed = " ".join(sorted(map(str, silent)))
    for row in select(
        store,
        f"""PREFIX mea: <{MEA}> PREFIX skos: <{SKOS}>
            SELECT DISTINCT ?actors ?label ?whose FROM <{AUTHORED}> FROM <{INFERRED}> WHERE {{
                VALUES ?whole {{ {listed} }}
                ?actors mea:belongsTo ?whole ;
                    skos:prefLabel ?label ;
                    mea:hasEvidence/mea:source/mea:inCollection <{scope.source.iri if scope else EVERYTHING}> .
                ?whole a mea:Organization ;
                    skos:prefLabel ?whose .
                FILTER (LANG(?label) = "en" && LANG(?whose) = "en")
            }} ORDER BY ?whose ?label""",
    ):
        yield (
            f"Not {row['whose'].value}, but described in terms of it: "
            f"{row['label'].value} ({shortened(row['actors'].value)})."
        )


def _verdict(rows: list[dict[str, Plain]], several: set[Plain]) -> str:
    """The verdict on one pair, from the rows of relation-between and the instruments of several participants."""
    if not rows:
        return NOT_STATED
    weaker: set[str] = set()
    together = False
    for row in rows:
        status = row["status"]
        shared = row["what"] == "membership" or row["basis"] in _SHARED
        # A shared cooperation without a status is one whose status only a document outside the source states.
        if shared and (status is None or status in _IN_BEING):
            if row["basis"] != _GROUP and row["via"] not in several:
                return STATED
            together = True
            continue
        weaker.add(_WEAKER.get(str(row["basis"])) or str(status).rpartition("/")[2])
    named = ", ".join(sorted(weaker))
    if not together:
        return _ONLY_AS + named
    return f"{CO_PARTICIPATION}, and as {named}" if named else CO_PARTICIPATION


def _with_several_participants(store: Queryable) -> set[Plain]:
    """The instruments with more than two participants: that two of these are in it says nothing of the two alone."""
    found = select(
        store,
        f"""PREFIX mea: <{MEA}>
            SELECT ?instrument FROM <{AUTHORED}> WHERE {{ ?instrument mea:participant ?participant }}
            GROUP BY ?instrument HAVING (COUNT(DISTINCT ?participant) > 2)""",
    )
    return {plain(row["instrument"]) for row in found}


def _explained(verdict: str) -> str:
    if verdict == CO_PARTICIPATION:
        return " (both take part in what is named below; nothing more is stated of the two)"
    if verdict == NOT_STATED:
        return " (which does not mean no)"
    if verdict == NO:
        return " (the source gives the whole list of members)"
    return ""


def _is_ruled_out(store: Queryable, one: Entity, other: Entity, scope: Scope | None) -> bool:
    """Whether one of the two is a group whose list of members is complete, and the other could be listed in it.

    A treaty regime or described actors can be a listed member under another name: of them nothing is said.
    """
    source = scope.source.iri if scope else EVERYTHING
    return holds(
        store,
        f"""PREFIX mea: <{MEA}>
            ASK FROM <{AUTHORED}> FROM <{INFERRED}> WHERE {{
                VALUES (?group ?entity) {{ ({one.node} {other.node}) ({other.node} {one.node}) }}
                ?group mea:membersComplete true ;
                    mea:hasEvidence ?evidence .
                ?evidence mea:source/mea:inCollection <{source}> .
                OPTIONAL {{ ?evidence mea:supports ?supported }}
                FILTER (!BOUND(?supported) || ?supported = "membersComplete")
                ?entity a mea:Organization .
                FILTER NOT EXISTS {{ ?entity a mea:TreatyRegime }}
            }}""",
    )
