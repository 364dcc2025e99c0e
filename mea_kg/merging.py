"""One mistake, one finding: what follows from a mistake stands under the plainest finding about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from mea_kg.findings import SEVERITIES, VIOLATION, Finding
from mea_kg.namespaces import shortened

_NAME = re.compile(r"[\w-]+(?:[/.][\w-]+)*")

REPEATED = frozenset({"undefined-reference"})
"""The rules of which equal messages are one mistake: it is where the name is defined, or not, not where it is used."""

HEADING, OF_CLASS = "Classified-type", "PropertyOfClass"
"""That a class is only a heading, and that it has not a property: so no heading has those of the kinds below it."""

ALREADY_THERE = frozenset({"AcronymAsName", "DuplicateName", "another-spelling"})
"""That the graph has an entity of that name: two names of a node that say so of one other are one mistake."""

_NO_VALUE = {"", "nothing"}


def one_per_mistake(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in the order of files and lines, each with those that follow from the same mistake in `also`.

    Of findings about one field of one node, under another rule and with the same or no value, the gravest leads,
    and of equally grave ones the first given. An undefined name, and two nodes that are too much alike, are one
    mistake, however often it is met; so is a heading in the place of a kind, whatever its node states. What was
    derived stands under a finding about a node from which it was derived; where there is none, findings that were
    derived from the same place stand together. Nothing is lost, and nothing grave stands under what is less grave.
    """
    once = dict.fromkeys(findings)
    stated = _by_gravity(finding for finding in once if not finding.follows_from)
    derived = _by_gravity(finding for finding in once if finding.follows_from)
    headings = {finding.node: finding for finding in stated if finding.rule == HEADING}
    under: dict[Finding, list[Finding]] = {}
    by_field: dict[tuple[str, str], list[Finding]] = {}
    by_mistake: dict[tuple[str, ...], Finding] = {}
    for finding in stated:
        mistake = _mistake(finding)
        lead = by_mistake.setdefault(mistake, finding) if mistake else finding
        lead = headings.get(finding.node, lead) if finding.rule == OF_CLASS else lead
        if lead is finding:
            lead = _about_the_same(finding, by_field)
        under.setdefault(lead, [])
        if lead is not finding:
            under[lead].append(finding)
    of_node = _of_nodes(under)
    places: dict[str, Finding] = {}
    for finding in derived:
        origin = next((of_node[iri] for iri in finding.follows_from if iri in of_node), None)
        if origin is None or _rank(origin) > _rank(finding):
            origin = places.setdefault(finding.place, finding)
        under.setdefault(origin, [])
        if origin is not finding:
            under[origin].append(finding)
    leads = (replace(lead, also=tuple(sorted(others))) for lead, others in under.items())
    return tuple(sorted(leads))


def _mistake(finding: Finding) -> tuple[str, ...]:
    """What findings share that are one mistake: an undefined name, or two nodes, each named where the other is meant.

    Empty where there is no such thing.
    """
    if finding.rule in REPEATED:
        return finding.rule, finding.message
    own = shortened(finding.node)
    others = {word for word in _NAME.findall(finding.message) if "/" in word} - {own}
    rule = min(ALREADY_THERE) if finding.rule in ALREADY_THERE else finding.rule
    return (rule, *sorted({own, *others})) if own and others else ()


def _rank(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity) if finding.severity in SEVERITIES else len(SEVERITIES)


def _by_gravity(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=_rank)


def _about_the_same(finding: Finding, by_field: dict[tuple[str, str], list[Finding]]) -> Finding:
    """The finding that leads this one, which may be this one itself."""
    if not finding.node or not finding.field:
        return finding
    leads = by_field.setdefault((finding.node, finding.field), [])
    for lead in leads:
        no_other_value = lead.found == finding.found or {lead.found, finding.found} & _NO_VALUE
        if lead.rule != finding.rule and no_other_value:
            return lead
    leads.append(finding)
    return finding


def _of_nodes(under: Mapping[Finding, list[Finding]]) -> dict[str, Finding]:
    """The first violation about each node, or about its evidence."""
    found: dict[str, Finding] = {}
    for lead in under:
        if lead.severity == VIOLATION and lead.node:
            found.setdefault(lead.node.partition("/evidence/")[0], lead)
    return found
