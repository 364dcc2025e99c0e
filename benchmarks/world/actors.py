"""States, organizations and meetings."""

from __future__ import annotations

from benchmarks.world.shared import quality
from benchmarks.world.systems import (
    ALL,
    HUB,
    ORGANIZATIONS,
    PROVINCES,
    System,
    due,
    organization,
    state,
)
from benchmarks.world.words import ORDINALS, acronym, code, name
from benchmarks.world.writing import Writer


def prelude(w: Writer) -> None:
    """What every world has once: the collection of all, and the hub."""
    w.add(ALL, "Collection", prefLabel="All documents", description="Every document of this invented world.")
    source = "document/ports"
    w.add(
        source,
        "SourceDocument",
        prefLabel="Page of the World Ports Organization",
        language="en",
        sourceKind="own-statement",
        url="<https://ports.example.org/>",
    )
    said = w.said(HUB, (source, "heading", "World Ports Organization", ""))
    w.add(
        HUB,
        "IntergovernmentalOrganization",
        acronym="WPO",
        hasEvidence=said,
        prefLabel=['"World Ports Organization"@en', '"Organisation mondiale des ports"@fr'],
    )


def a_state(w: Writer, number: int) -> None:
    """A State, with its codes; the thirteenth of each dozen is printed in another way too."""
    node, label = state(number), name(1_000 + 7 * number)
    more: dict[str, list[str]] = {}
    if number % 8 == 3:
        more["altLabel"] = [f"Republic of {label}"]
    if number % 12 == 0:
        more["hasName"] = [
            w.add(
                f"{node}/name/{label.lower()}",
                "DatedName",
                text=f"{label} Land",
                startYear=2005,
                endYear=2006,
            )
        ]
    if number % 24 == 0:
        more["note"] = [f"The table turns the name {label} round."]
        more["description"] = [f"A host country, {label}."]
        more["hasQualityNote"] = [
            quality(w, node, "spelling", ("document/ports", f"list, {label}", f"{label} Land"))
        ]
    w.add(
        node,
        "State",
        prefLabel=label,
        isoAlpha2=code(number, 2),
        isoAlpha3=code(number, 3),
        hasEvidence=w.said(node, ("document/ports", f"list, {label}", label, "")),
        **more,
    )


_OTHERS = (
    ("NonGovernmentalOrganization", "Association of Divers", 0.18),
    ("StateAgency", "Harbour Service", 0.18),
    ("Organization", "Bureau", 0.27),
    ("EconomicIntegrationOrganization", "Community", 0.09),
    ("SubnationalGovernment", "Province", PROVINCES),
)


def organizations(w: Writer, s: System) -> None:
    """The organizations that come with a system, of all kinds."""
    label = name(s.number)
    for which in range(ORGANIZATIONS):
        node = organization(s.number, which)
        own = f"{label} {'Fisheries Office' if which else 'Harbour Union'}"
        more: dict[str, list[str]] = {}
        if which == 0:
            more["acronym"] = [acronym("U", s.number)]
            more["page"] = [f"<https://union-{s.slug}.example.org/>"]
        if (s.number + which) % 4 == 0:
            more["note"] = ["Named beside the bodies that it works with."]
            more["altLabel"] = [f"{label} {'Fish Office' if which else 'Union of Harbours'}"]
        if (s.number + which) % 16 == 1:
            more["partOf"] = [HUB]
            former = f"{node}/name/former"
            more["hasName"] = [
                w.add(
                    former,
                    "DatedName",
                    text=f"Old {own}",
                    endYear=1990,
                    hasEvidence=w.said(former, (s.page, "list of instruments", f"Old {own}", "")),
                )
            ]
            more["hasQualityNote"] = [quality(w, node, "spelling", (s.page, "list of instruments", own))]
        labels = [f'"{own}"@en'] + ([f'"Office {label}"@fr', f'"Oficina {label}"@es'] if which else [])
        w.add(
            node,
            "IntergovernmentalOrganization",
            prefLabel=labels,
            hasEvidence=w.said(node, (s.page, f"list of instruments, {own}", own, "")),
            **more,
        )
    for number, (kind, what, rate) in enumerate(_OTHERS):
        for _ in range(due(rate, s.number)):
            node = f"organization/{s.slug}-{what.lower().replace(' ', '-')}"
            plain: dict[str, list[str]] = {"acronym": [acronym("DEFGH"[number], s.number)]}
            if kind == "StateAgency":
                plain |= {"partOf": [state(s.number % s.states)], "altLabel": [f"Service of {label}"]}
                plain["hasQualityNote"] = [
                    quality(w, node, "spelling", (s.page, "list of instruments", "Harbor"))
                ]
            if kind == "Organization":
                plain["partOf"] = [s.body]
            if kind == "SubnationalGovernment":
                plain = {"altLabel": [f"{label} Land"]}
            w.add(
                node,
                kind,
                prefLabel=f"{label} {what}",
                note="As the source lists it.",
                hasEvidence=w.said(node, (s.page, f"list of instruments, {what}", f"{label} {what}", "")),
                **plain,
            )
    for _ in range(due(0.36, s.number)):
        node = f"body/{s.slug}-committee"
        under = {"actsUnder": s.treaty} if s.number % 4 == 0 else {"partOf": organization(s.number, 0)}
        w.add(
            node,
            "SubsidiaryBody",
            prefLabel=f"{label} Committee on Harbours",
            acronym=acronym("K", s.number),
            altLabel=f"Harbours Committee of {label}",
            note="Printed without its full name.",
            hasEvidence=w.said(node, (s.page, "list of instruments", "Committee", "")),
            **under,
        )


def meetings(w: Writer, s: System) -> None:
    """The numbered meetings of the conference."""
    label = name(s.number)
    for ordinal, node in enumerate(s.meetings, start=1):
        more: dict[str, list[str]] = {}
        if s.number % 3 == 0:
            year = 2000 + 2 * ordinal
            more = {
                "acronym": [f"{acronym('M', s.number)}{ordinal}"],
                "place": [f"{label} City"],
                "altLabel": [f"{ORDINALS[ordinal - 1].lower()} meeting of {label}"],
            }
            if s.number % 2 or ordinal == 2:
                more |= {"startMonth": [f"{year}-05"], "endMonth": [f"{year}-05"]}
            else:
                more |= {"startDate": [f"{year}-05-03"], "endDate": [f"{year}-05-07"]}
        if s.number % 12 == 0:
            more["note"] = ["Printed by its letters only."]
            more["hasQualityNote"] = [quality(w, node, "spelling", (s.page, "first line", "meeting"))]
        w.add(
            node,
            "Meeting",
            prefLabel=f"{ORDINALS[ordinal - 1]} meeting of the {label} Conference",
            ordinal=ordinal,
            sessionOf=s.body,
            hasEvidence=w.said(node, (s.page, "first line", f"{ORDINALS[ordinal - 1]} meeting", "")),
            **more,
        )


def next_meeting(w: Writer, s: System) -> None:
    """The meeting that the whole decision calls the next."""
    label, node = name(s.number), s.next_meeting
    w.add(
        node,
        "Meeting",
        prefLabel=f"Next meeting of the {label} Conference after decision {s.slug} II/4",
        sessionOf=s.body,
        nextAfter=s.decision,
        note="Called the next, without a number.",
        hasEvidence=w.said(node, (s.page, "first line", "the next meeting", "")),
    )
