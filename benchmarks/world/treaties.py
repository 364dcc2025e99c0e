"""Treaties, their pages, and those who act under them."""

from __future__ import annotations

from benchmarks.world.shared import quality
from benchmarks.world.systems import (
    HUB,
    NEIGHBOURHOOD,
    REGIMES,
    System,
    due,
)
from benchmarks.world.words import TOPICS, acronym, name, phrase
from benchmarks.world.writing import Value, Writer


def treaty(w: Writer, s: System) -> None:
    """The convention, its secretariat, conference, regime, office, Parties and pages."""
    label, topic = name(s.number), s.rng.choice(TOPICS)
    short = f"{label} Convention"
    w.add(
        s.page,
        "SourceDocument",
        prefLabel=f"Page of the {short}",
        language="en",
        sourceKind="own-statement",
        url=f"<https://{s.slug}.example.org/page>",
        title=f"The {short} at work",
        inCollection=f"collection/region-{s.number // 16}",
        **_of_page(w, s),
    )
    if s.number % 16 == 0:
        w.add(
            f"collection/region-{s.number // 16}",
            "Collection",
            description="Documents of one region.",
            prefLabel=f"Documents of region {s.number // 16 + 1}",
        )
    more: dict[str, list[str]] = {}
    if s.number % 5 == 0:
        more["hasProvision"] = [_provision(w, s)]
        more["title"] = [f"{short} on the Protection of the {topic}"]
        more["note"] = ["Only the short name is printed."]
    if s.number % 11 == 0:
        more["concludedUnder"] = [HUB]
        more["altLabel"] = [f"Treaty of {label}"]
        more["hasQualityNote"] = [quality(w, s.treaty, "ambiguous", (s.page, "first line", short))]
    if s.number % 3 == 0:
        more["acronym"] = [acronym("C", s.number)]
    if s.number % 3:
        more["page"] = [f"<https://{s.slug}.example.org/>"]
    w.add(
        s.treaty,
        "Convention",
        prefLabel=short,
        hasEvidence=w.said(
            s.treaty, (s.page, "heading", short, ""), (s.page, "first line", phrase(s.rng), "")
        ),
        **more,
    )
    if s.number % 22 == 0:
        _protocol(w, s)
    _those_who_act(w, s, short)


def _of_page(w: Writer, s: System) -> dict[str, Value]:
    """What only some pages have; one in six cites resolutions."""
    facts: dict[str, Value] = {"note": "No date of the page is known."}
    if s.number % 3 == 0:
        facts = {"sha256": f"{s.number + 1:064x}", "notBefore": "2019-05-02"}
    if s.number % 6 == 0:
        facts["description"] = "A page on who works with whom."
        facts["hasEvidence"] = w.said(
            s.page, *((s.page, f"line {line}", phrase(s.rng), "") for line in (1, 2, 3))
        )
        facts["hasQualityNote"] = [
            quality(w, s.page, kind, (s.page, "line 4", "adressed"))
            for kind in ("spelling", "ambiguous", "contradiction")
        ]
        cited = []
        for number in range(max(0, s.number - NEIGHBOURHOOD), s.number + 1):
            other = System(number, s.rng, s.states)
            node = f"{s.page}/citation/{other.slug}-1"
            cited.append(
                w.add(
                    node,
                    "Citation",
                    cites=other.resolution,
                    citedAs=f"Resolution {name(number)} R.1",
                    citedFor="what it asks",
                    hasEvidence=w.said(node, (s.page, f"line {number + 5}", "R.1", "")),
                )
            )
        facts["hasCitation"] = cited
    return facts


def _protocol(w: Writer, s: System) -> None:
    """A protocol of the convention."""
    node, label = f"{s.treaty}-protocol", f"{name(s.number)} Protocol on Harbours"
    w.add(
        node,
        "Protocol",
        prefLabel=label,
        altLabel=f"{name(s.number)} Protocol",
        basedOn=s.treaty,
        page=f"<https://{s.slug}.example.org/protocol>",
        hasEvidence=w.said(node, (s.page, "first line", label, "")),
    )


def _provision(w: Writer, s: System) -> str:
    node = f"{s.treaty}/article-7"
    part = f"{node}/paragraph-2"
    act = f"{part}/act/shall-consult"
    w.add(
        act,
        "Obligation",
        verb="shall",
        verbAsPrinted="shall",
        order=1,
        addressee=s.secretariat,
        counterpart=HUB,
        action="consult the organization before ports are closed",
        purpose="ships are warned",
        condition="where ports are touched",
        note="The sentence has one verb.",
        theme="customs",
        hasEvidence=w.said(act, (s.page, "Article 7, paragraph 2", "shall consult the organization", "")),
    )
    w.add(
        part,
        "Provision",
        locator="Article 7, paragraph 2",
        prefLabel=f"{name(s.number)} Convention, Article 7, 2",
        hasEvidence=w.said(part, (s.page, "Article 7, paragraph 2", phrase(s.rng), "")),
        hasAct=act,
    )
    return w.add(
        node,
        "Provision",
        locator="Article 7",
        prefLabel=f"{name(s.number)} Convention, Article 7",
        hasProvision=part,
        hasEvidence=w.said(node, (s.page, "Article 7", phrase(s.rng), "")),
        description="Who is consulted before ports are closed.",
    )


def _those_who_act(w: Writer, s: System, short: str) -> None:
    label = name(s.number)
    more: dict[str, list[str]] = {}
    if s.number % 3 == 0:
        more["altLabel"] = [f"{label} Secretariat"]
        more["page"] = [f"<https://{s.slug}.example.org/secretariat>"]
    if s.number % 7 == 0:
        more["description"] = ["Has held training for inspectors."]
        more["hasQualityNote"] = [
            quality(w, s.secretariat, "spelling", (s.page, "heading", "the Secretariat"))
        ]
    w.add(
        s.secretariat,
        "Secretariat",
        prefLabel=f"Secretariat of the {short}",
        servicesTreaty=s.treaty,
        note="Named beside its head.",
        hasEvidence=w.said(
            s.secretariat,
            (s.page, "heading", "the Secretariat", ""),
            (s.page, "list of instruments", phrase(s.rng), "servicesTreaty"),
        ),
        **more,
    )
    parties = f"Parties to the {short}"
    about: dict[str, Value] = {}
    if s.number % 11 == 0:
        about["note"] = "A body of its own."
        about["hasQualityNote"] = quality(w, s.body, "spelling", (s.page, "heading", "Conferense"))
    w.add(
        s.body,
        "GoverningBody",
        prefLabel=f"Conference of the {parties}",
        governs=s.treaty,
        altLabel=[f"Conference of the {short}", f"{label} Conference"],
        acronym=acronym("B", s.number),
        hasEvidence=w.said(s.body, (s.page, "heading", "Conference", "")),
        **about,
    )
    if due(REGIMES, s.number):
        named = {"acronym": acronym("C", s.number)} if s.number % 3 == 0 else {}
        w.add(
            s.regime,
            "TreatyRegime",
            prefLabel=f"{short} (organ not stated)",
            actsUnder=s.treaty,
            **named,
            description="The convention where a source names it as one that acts.",
            hasEvidence=w.said(s.regime, (s.page, "first line", short, "")),
        )
    w.add(
        s.office,
        "Office",
        prefLabel=f"Head of the {label} Secretariat",
        officeOf=s.secretariat,
        note="The office and the Secretariat stand apart.",
        hasEvidence=w.said(s.office, (s.page, "signature", "Head of the Secretariat", "")),
    )
    w.add(
        s.parties,
        "DescribedActors",
        prefLabel=parties,
        belongsTo=s.treaty,
        hasEvidence=w.said(s.parties, (s.page, "first line", "the Parties", "")),
    )
    for kind in ("relevant port authorities", "coastal communities")[: 1 + s.number % 2]:
        node = f"actors/{s.slug}-{kind.replace(' ', '-')}"
        w.add(
            node,
            "DescribedActors",
            prefLabel=f"{kind} ({short})",
            belongsTo=s.treaty,
            note="Described as a class.",
            altLabel=f"{kind} of {label}",
            description="They live or work on the coast.",
            hasEvidence=w.said(node, (s.page, "list of instruments", kind, "")),
        )
