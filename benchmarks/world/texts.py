"""Decisions that are only cited, resolutions, programmes, publications and rules."""

from __future__ import annotations

from benchmarks.world.shared import amount, quality
from benchmarks.world.systems import HUB, SHORT, System, due
from benchmarks.world.words import THEMES, TOPICS, acronym, action, name, phrase
from benchmarks.world.writing import Value, Writer

PROGRAMMES = 0.7
"""How many systems have a programme, as a share."""


def resolutions(w: Writer, s: System) -> None:
    """A resolution, and now and then a decision that is only cited."""
    label = name(s.number)
    if due(SHORT, s.number):
        _short(w, s, label)
    _resolution(w, s, label)


def _short(w: Writer, s: System, label: str) -> None:
    node = s.short_decision
    document = s.page
    more: dict[str, Value] = {"adoptedBy": s.body, "adoptedAt": s.meetings[0]}
    if s.number % 6 == 0:
        more["hasAct"] = [
            w.add(
                f"{node}/act/{verb}",
                kind,
                verb=verb,
                verbAsPrinted=verb,
                action=action(s.rng),
                addressee=s.parties,
                recipient=s.secretariat,
                reportedBy=document,
                order=order,
                hasEvidence=w.said(f"{node}/act/{verb}", (document, "list of decisions", verb, "")),
            )
            for order, (kind, verb) in enumerate((("Request", "requests"), ("Obligation", "shall")), start=1)
        ]
    elif s.number % 4 == 1:
        act = f"{node}/act/decides"
        amounts = [
            amount(
                w,
                f"{act}/amount/{year}",
                document,
                1000 * s.rng.randrange(200, 900),
                "approved sum",
                year=str(year),
            )
            for year in (2005, 2006)
        ]
        w.add(
            act,
            "Determination",
            verb="decides",
            verbAsPrinted="decides",
            action=action(s.rng),
            hasAmount=amounts,
            reportedBy=document,
            actor=s.body,
            theme=s.rng.choice(THEMES),
            hasEvidence=w.said(
                act, (document, "first line", "decides", ""), (document, "note", phrase(s.rng), "")
            ),
        )
        more["hasAct"] = act
    w.add(
        node,
        "Decision",
        symbol=f"{label} I/2",
        prefLabel=f"Decision {label} I/2",
        altLabel=f"{label} I-2",
        hasEvidence=w.said(
            node,
            (document, "list of decisions", f"decision {label} I/2", ""),
            (document, "note", phrase(s.rng), "adoptedBy adoptedAt"),
        ),
        **more,
    )


def _resolution(w: Writer, s: System, label: str) -> None:
    node, document, partner = s.resolution, s.page, s.organization()
    more: dict[str, Value] = {}
    if s.number % 3 == 0:
        more["revisedAt"] = s.meetings[1]
    if s.number % 5 == 0:
        more["about"] = s.treaty
        more["description"] = "The resolution that includes the plan of work."
    if s.number % 11 == 0:
        acts = []
        for verb in ("encourages", "recommends"):
            act = f"{node}/act/{verb}"
            acts.append(
                w.add(
                    act,
                    "Encouragement",
                    verb=verb,
                    verbAsPrinted=verb,
                    action=action(s.rng),
                    addressee=s.parties,
                    counterpart=partner,
                    reportedBy=document,
                    theme=s.rng.choice(THEMES),
                    hasEvidence=w.said(act, (document, "list of resolutions", verb, "")),
                )
            )
        more["hasAct"] = acts
    w.add(
        node,
        "Resolution",
        symbol=f"{label} R.1",
        prefLabel=f"Resolution {label} R.1 on cooperation",
        altLabel=f"Res. {label} 1",
        title=f"Cooperation with another organization for {label}",
        adoptedBy=s.body,
        titleNames=partner,
        theme=s.rng.sample(THEMES, 2),
        note="The source prints the title only.",
        hasEvidence=w.said(
            node,
            (document, "list of resolutions", f"{label} R.1", ""),
            (document, "list of resolutions", phrase(s.rng), "titleNames adoptedBy"),
        ),
        **more,
    )


def programmes(w: Writer, s: System) -> None:
    """Programmes with objectives, publications, texts that are no treaties, and citations of the page."""
    label = name(s.number)
    if due(PROGRAMMES, s.number):
        _programme(w, s, label)
    node = f"publication/{s.slug}-guide"
    chapter = f"{node}-chapter"
    w.add(
        node,
        "Publication",
        prefLabel=f"Guide to the {label} Convention",
        title=f"A guide to {label}",
        hasEvidence=w.said(node, (s.page, "publications", f"Guide to {label}", "")),
        issuedBy=s.secretariat,
        altLabel=f"{label} Guide",
    )
    if s.number % 2 == 0:
        w.add(
            chapter,
            "Publication",
            prefLabel=f"Guide to the {label} Convention, chapter 2",
            partOf=node,
            note="Printed without a date.",
            description="On harbours.",
            about=s.treaty,
            hasEvidence=w.said(chapter, (s.page, "publications", "chapter 2", "")),
        )
    if due(0.45, s.number):
        text = f"non-treaty/{s.slug}-rules"
        more: dict[str, Value] = {"adoptedBy": s.body} if s.number % 4 == 0 else {"concludedUnder": HUB}
        w.add(
            text,
            "NonTreatyInstrument",
            prefLabel=f"Rules of procedure of {label}",
            altLabel=f"{label} Rules",
            note="Who adopted them is not said.",
            description="How the meetings go.",
            hasEvidence=w.said(text, (s.page, "list of instruments", "rules of procedure", "")),
            **more,
        )
        if s.number % 4 == 0:
            rule = f"provision/{s.slug}-rule-14"
            w.add(
                rule,
                "Provision",
                prefLabel=f"Rule 14 of {label}",
                locator="Rule 14",
                partOf=text,
                hasEvidence=w.said(rule, (s.page, "list of instruments", "rule 14", "")),
            )


def _programme(w: Writer, s: System, label: str) -> None:
    node = f"programme/{s.slug}-plan"
    more: dict[str, Value] = {"startYear": "2012", "endYear": "2020", "acronym": acronym("P", s.number)}
    if s.number % 4 == 0:
        more |= {
            "adoptedIn": s.resolution,
            "adoptedAt": s.meetings[1],
            "adoptedBy": s.body,
            "title": f"Plan of {label}",
        }
        act = f"{node}/act/agrees"
        more["hasAct"] = w.add(
            act,
            "Determination",
            verb="agrees",
            verbAsPrinted="agreed",
            action=action(s.rng),
            actor=s.parties,
            reportedBy=s.page,
            hasEvidence=w.said(act, (s.page, "plan", "agreed", "")),
        )
        objectives = []
        goal = f"{node}/objective/goal-1"
        for order, locator in enumerate(("Goal 1", "1.1", "1.2"), start=1):
            part = goal if order == 1 else f"{node}/objective/1-{order - 1}"
            rest: dict[str, Value] = (
                {"partOf": goal, "pursuedBy": s.parties} if order > 1 else {"about": s.treaty}
            )
            if order == 3:
                rest["note"] = "The sentence names nobody."
                rest["hasQualityNote"] = quality(w, part, "ambiguous", (s.page, "plan", "be done"))
            objectives.append(
                w.add(
                    part,
                    "Objective",
                    locator=locator,
                    order=order,
                    theme=s.rng.sample(THEMES, 2),
                    description=f"The {s.rng.choice(TOPICS).lower()} are kept in step {locator}.",
                    hasEvidence=w.said(part, (s.page, f"plan, {locator}", phrase(s.rng), "")),
                    **rest,
                )
            )
        more["hasObjective"] = objectives
    else:
        # A plan is part of one that has half its number: the tree of parts grows with the world, slowly.
        whole = s.number // 2
        while not due(PROGRAMMES, whole):
            whole -= 1
        more["partOf"] = f"programme/{System(whole, s.rng, s.states).slug}-plan"
    w.add(
        node,
        "Programme",
        prefLabel=f"Plan of Action of {label}",
        altLabel=f"{label} Plan",
        theme=s.rng.choice(THEMES),
        description="What is to be done in eight years.",
        note="The page does not say when it began.",
        hasEvidence=w.said(node, (s.page, "plan", f"Plan of {label}", "")),
        **more,
    )


def leaflet(w: Writer, s: System, number: int) -> None:
    """A publication of few triples."""
    node = f"publication/{s.slug}-leaflet-{number}"
    label = f"Leaflet {number} of {name(s.number)}"
    w.add(node, "Publication", prefLabel=label, hasEvidence=w.said(node, (s.page, "publications", label, "")))
