"""Instruments, groups with their members, and relations that a source states without either."""

from __future__ import annotations

from benchmarks.world.shared import quality
from benchmarks.world.systems import HUB, REGIMES, WHOLE, System, due, organization
from benchmarks.world.words import AIMS, SUBJECTS, THEMES, acronym, name, phrase
from benchmarks.world.writing import Value, Writer


def partnerships(w: Writer, s: System) -> None:
    """All partnerships that come with a system."""
    label = name(s.number)
    for number, partner in enumerate(s.partners(due(1.45, s.number)), start=1):
        _memorandum(w, s, label, number, partner)
    if s.number % 11 == 0:
        _rare_instruments(w, s, label)
        _group(
            w,
            s,
            label,
            "Consortium",
            5,
            {"membersComplete": True, "page": f"<https://{s.slug}.example.org/c>"},
        )
        _group(w, s, label, "LiaisonGroup", 1, {"composition": "the heads of the secretariats"})
        _group(
            w,
            s,
            label,
            "Initiative",
            1,
            {
                "membersComplete": False,
                "composition": "a number of bodies",
                "page": f"<https://{s.slug}.example.org/i>",
            },
        )
        _group(w, s, label, "InterAgencyMechanism", 1, {})
        _acknowledged_partnership(w, s, label)
    if s.number % 6 == 0:
        _group(
            w,
            s,
            label,
            "CollaborativePartnership",
            1,
            {"memberCount": 15, "composition": "international bodies"},
        )
        _relation(w, s, label, "AcknowledgedRelation", s.secretariat, s.partners(2), {})
    if due(WHOLE, s.number):
        more: dict[str, Value] = {"theme": "food-standards"}
        if s.number % 4 == 0:
            more["about"] = organization(s.number, 1)
        _relation(w, s, label, "CooperationEffort", s.office, s.partners(1), more)


def _themes(w: Writer, s: System, node: str, count: int) -> dict[str, Value]:
    """The themes of an instrument, each as printed, and all as concepts."""
    chosen = s.rng.sample(THEMES, count)
    statements = []
    for order, theme in enumerate(chosen, start=1):
        part = f"{node}/theme/{order}"
        more = {"note": "Read as one theme."} if s.rng.random() < 0.05 or s.number == 0 else {}
        statements.append(
            w.add(
                part,
                "ThemeStatement",
                order=order,
                theme=theme,
                printed=f"{s.rng.choice(SUBJECTS)} and their use",
                hasEvidence=w.said(part, (s.page, "list of instruments", "and their use", "")),
                **more,
            )
        )
    return {"hasThemeStatement": statements, "theme": chosen}


def _memorandum(w: Writer, s: System, label: str, number: int, partner: str) -> None:
    node = f"partnership/{s.slug}-{number}"
    participants = [s.secretariat, partner]
    more: dict[str, Value] = {}
    if s.rng.random() < 0.06:
        participants.append(s.before().secretariat)
    elif s.rng.random() < 0.38:
        more["distributiveReading"] = True
        more["note"] = "The source prints one plural for several bodies."
    if s.rng.random() < 0.95:
        more |= _themes(w, s, node, s.rng.randrange(2, 5))
    if (s.number + number) % 8 == 1:
        more["about"] = s.treaty
        more["hasQualityNote"] = quality(
            w, node, "ambiguous", (s.page, "list of instruments", "Memoranda with")
        )
    w.add(
        node,
        "MemorandumOfUnderstanding",
        status="established",
        participant=dict.fromkeys(participants),
        prefLabel=f"Memorandum of Understanding {number} of the {label} Secretariat",
        description="Cooperation in a few main parts.",
        hasEvidence=w.said(
            node,
            (s.page, "list of instruments", "Memoranda of Understanding", "status participants"),
            (s.page, "list of instruments", phrase(s.rng), ""),
            (s.page, f"list of instruments, {number}", phrase(s.rng), "description themes"),
        ),
        **more,
    )


def _rare_instruments(w: Writer, s: System, label: str) -> None:
    before = s.before()
    with_regime = s.number and due(REGIMES, before.number)
    other = before.regime if with_regime else organization(s.number, 0)
    place = (s.page, "list of instruments")
    base = f"partnership/{s.slug}"
    w.add(
        f"{base}-moc",
        "MemorandumOfCooperation",
        status="established",
        note="Nothing is said of its content.",
        prefLabel=f"Memorandum of Cooperation of the {label} Secretariat",
        participant=[s.secretariat, HUB],
        hasEvidence=w.said(f"{base}-moc", (*place, "Memorandum of Cooperation", "")),
    )
    guide = f"{base}-guidelines"
    w.add(
        guide,
        "CooperationGuidelines",
        status="established",
        note="As the item prints them.",
        prefLabel=f"Guidelines of {label} for joint work",
        participant=[s.body, organization(s.number, 1)],
        description="How news is sent from one to the other.",
        about=s.parties,
        hasQualityNote=quality(w, guide, "ambiguous", (*place, "Guidelines")),
        hasEvidence=w.said(guide, (*place, "Guidelines", "")),
        **_themes(w, s, guide, 2),
    )
    joint = f"{base}-joint-work-programme"
    w.add(
        joint,
        "JointWorkProgramme",
        status="established",
        startYear="2021",
        endYear="2025",
        prefLabel=f"Joint Work Programme 2021-2025 of {label}",
        altLabel=f"{label} Work Programme",
        underInstrument=f"{base}-1",
        endorsedBy=s.body,
        endorsedAt=s.meetings[1],
        description="The present one of several.",
        note="Printed in one item with its memorandum.",
        hasQualityNote=quality(w, joint, "ambiguous", (*place, "Work Programme")),
        hasEvidence=w.said(joint, (*place, "Work Programme", "")),
        participant=[s.secretariat, other],
        **_themes(w, s, joint, 5),
    )
    letter = f"{base}-letter"
    w.add(
        letter,
        "LetterOfUnderstanding",
        status="established",
        participantsStated=False,
        establishes=f"group/{s.slug}-consortium",
        note="Signed when the group was set up.",
        prefLabel=f"Letter of Understanding that sets up the {label} Consortium",
        hasEvidence=w.said(letter, (*place, "Letter of Understanding", "")),
    )


def _group(w: Writer, s: System, label: str, kind: str, members: int, more: dict[str, Value]) -> None:
    node = f"group/{s.slug}-{kind.lower()}"
    title = {
        "LiaisonGroup": "Liaison Group",
        "CollaborativePartnership": "Collaborative Partnership",
        "InterAgencyMechanism": "Mechanism",
    }.get(kind, kind)
    memberships = []
    ways = [s.secretariat, HUB, organization(s.number, 0), organization(s.number, 1), s.office]
    for member in ways[:members]:
        part = f"{node}/member/{member.replace('/', '.')}"
        dated: dict[str, Value] = (
            {"startYear": "2018", "note": "A member from the start."} if member == HUB else {}
        )
        memberships.append(
            w.add(
                part,
                "Membership",
                member=member,
                role="member",
                status="established",
                hasEvidence=w.said(part, (s.page, "groups", "its members", "")),
                **dated,
            )
        )
    if memberships:
        more["hasMembership"] = memberships
    if kind != "InterAgencyMechanism":
        more["acronym"] = acronym(
            {"Consortium": "Q", "LiaisonGroup": "L", "Initiative": "I"}.get(kind, "V"), s.number
        )
    if kind in ("LiaisonGroup", "CollaborativePartnership", "InterAgencyMechanism"):
        cited = f"{node}/citation/guide"
        more["hasCitation"] = w.add(
            cited,
            "Citation",
            cites=f"publication/{s.slug}-guide",
            citedAs="the Guide",
            citedFor="how it works",
            hasEvidence=w.said(cited, (s.page, "groups", "the Guide", "")),
            reportedBy=s.page,
            note="Read as part of the page.",
        )
    if kind == "LiaisonGroup":
        more["hasQualityNote"] = quality(w, node, "ambiguous", (s.page, "groups", "heads"))
    w.add(
        node,
        kind,
        prefLabel=f"{label} {title} on Harbours",
        theme=s.rng.sample(THEMES, 2),
        description="Bodies that work together.",
        note="Few members are named.",
        purpose=s.rng.sample(AIMS, 2),
        hasEvidence=w.said(
            node,
            (s.page, "groups", title, ""),
            (s.page, "groups", phrase(s.rng), "composition"),
            (s.page, "groups", phrase(s.rng), "description purposes"),
        ),
        **more,
    )


def _relation(
    w: Writer, s: System, label: str, kind: str, subject: str, others: list[str], more: dict[str, Value]
) -> None:
    effort = kind == "CooperationEffort"
    node = f"relation/{s.slug}-{'effort' if effort else 'acknowledged'}"
    w.add(
        node,
        kind,
        subject=subject,
        counterpart=others,
        status="ongoing" if effort else "established",
        prefLabel=f"{'Efforts' if effort else 'Working relations'} of the {label} Secretariat",
        description="Above all on harbours.",
        **({} if effort else {"note": "The statement is its own."}),
        hasEvidence=w.said(
            node,
            (s.page, "relations", phrase(s.rng), "status subject"),
            (s.page, "relations", phrase(s.rng), "counterparts"),
        ),
        **more,
    )


def _acknowledged_partnership(w: Writer, s: System, label: str) -> None:
    """A partnership of which two sources, in six places each, give different statuses."""
    node = f"relation/{s.slug}-partnership"
    said = []
    for number in range(12):
        document, status = (s.page, "established") if number % 2 else ("document/ports", "ongoing")
        piece = f"{node}/evidence/{number + 1}"
        values = w.add(
            f"{piece}/values",
            "StatedValues",
            status=status,
            purpose=AIMS[number % 4],
            theme=THEMES[1 + number % 2],
            counterpart=HUB,
        )
        said.append(
            w.add(
                piece,
                "Evidence",
                source=document,
                pinpoint=f"relations, {number + 1}",
                gives=values,
                phrase="in partnership with",
                supports=["status", "subject", "counterparts"],
            )
        )
    w.add(
        node,
        "AcknowledgedPartnership",
        subject=s.secretariat,
        counterpart=HUB,
        status=["established", "ongoing"],
        purpose=list(AIMS[:4]),
        theme=list(THEMES[1:3]),
        note="Others are not named.",
        prefLabel=f"Partnership of the {label} Secretariat with ports",
        hasEvidence=said,
    )
