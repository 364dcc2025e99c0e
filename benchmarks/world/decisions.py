"""Decisions with all their paragraphs, acts and citations."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.world.actors import next_meeting
from benchmarks.world.shared import quality
from benchmarks.world.systems import HUB, SHORT, WHOLE, System, due
from benchmarks.world.words import AIMS, CONDITIONS, SUBJECTS, THEMES, action, name, phrase
from benchmarks.world.writing import Value, Writer

VERBS = {
    "Request": (("requests", "Requests"), ("requests", "Further requests")),
    "Instruction": (("instructs", "Instructs"),),
    "Encouragement": (
        ("encourages", "Encourages"),
        ("urges", "Urges"),
        ("invites", "Invites"),
        ("calls-on", "Calls on"),
    ),
    "Authorization": (("authorizes", "Authorizes"), ("may", "may")),
    "Obligation": (("shall", "shall"), ("will", "will")),
    "Acknowledgement": (("welcomes", "Welcomes"), ("commends", "Commends"), ("takes-note", "Takes note")),
    "Determination": (
        ("decides", "Decides"),
        ("approves", "Approves"),
        ("adopts", "Adopts"),
        ("agrees", "Agrees"),
    ),
}
ORDER = (
    "Request",
    "Encouragement",
    "Determination",
    "Request",
    "Acknowledgement",
    "Encouragement",
    "Obligation",
    "Request",
    "Determination",
    "Authorization",
    "Encouragement",
    "Request",
    "Acknowledgement",
    "Obligation",
    "Instruction",
    "Request",
)
"""The kinds of the acts of a decision, one after the other."""
ASKED = {
    "Request": ("cooperate", "report", "about", "cooperate", "hurry", "report", "about"),
    "Encouragement": ("cooperate", "pay", "about", "hurry", "about"),
    "Obligation": ("report", "hurry", "pay"),
    "Authorization": ("about",),
    "Instruction": ("about",),
}
"""What the acts of a kind ask for, in turn."""


def whole_decision(w: Writer, s: System) -> None:
    """Now and then a decision with all its paragraphs."""
    if due(WHOLE, s.number):
        next_meeting(w, s)
        _whole(w, s, name(s.number))


def _whole(w: Writer, s: System, label: str) -> None:
    node = s.decision
    document = f"document/{s.slug}-ii-4"
    w.add(
        document,
        "SourceDocument",
        prefLabel=f"Decision {label} II/4 (text)",
        language="en",
        sourceKind="decision",
        title="Cooperation with other bodies",
        url=f"<https://{s.slug}.example.org/ii-4>",
        textOf=node,
        inCollection=f"collection/region-{s.number // 16}",
        publishedOn="2019-04-10",
        sha256=f"{s.number + 1:060x}dec1",
        note="The text breaks off once.",
        description="A decision on who works with whom.",
    )
    parts = [_preamble(w, s, document, number) for number in (1, 2)]
    paragraphs = s.rng.randrange(6, 16) if s.number else 16
    kinds = iter(ORDER * 3)
    parts += [_operative(w, s, document, number, kinds) for number in range(1, paragraphs + 1)]
    parts.append(_note(w, s, document, paragraphs + 3))
    w.add(
        node,
        "Decision",
        symbol=f"{label} II/4",
        prefLabel=f"Decision {label} II/4",
        adoptedBy=s.body,
        adoptedAt=s.meetings[1],
        adoptedOn="2019-03-08",
        title=f"Cooperation of {label} with other bodies",
        hasParagraph=parts,
        note="Its number stands in the source.",
        hasEvidence=w.said(
            node, (document, "title", f"{label} II/4", ""), (document, "title", phrase(s.rng), "title")
        ),
        hasQualityNote=[
            quality(
                w,
                node,
                kind,
                (document, "para. 1", "the Conference"),
                (document, "para. 2", "of the meeting"),
                (document, "table 2, last row", "the Parties"),
            )
            for kind in ("ambiguous", "breaks-off", "cited-thing-absent", "contradiction", "spelling")
        ],
    )


def _preamble(w: Writer, s: System, document: str, number: int) -> str:
    node = f"{s.decision}/p{number}"
    pinpoint = f"preamble, para. {number}"
    more: dict[str, Value] = {}
    if number == 1:
        more["hasCitation"] = _citation(w, s, node, document, pinpoint)
        more["hasQualityNote"] = quality(w, node, "spelling", (document, pinpoint, "Recaling"))
    else:
        act = f"{node}/act/notes"
        more["hasAct"] = w.add(
            act,
            "Acknowledgement",
            verb="notes",
            verbAsPrinted="Noting",
            action=action(s.rng),
            concerns=s.office,
            about=HUB,
            hasEvidence=w.said(act, (document, pinpoint, "Noting the work", "")),
        )
    return w.add(
        node,
        "PreambularParagraph",
        locator=f"p{number}",
        order=number,
        description="The Conference recalls what was decided before.",
        hasEvidence=w.said(node, (document, pinpoint, phrase(s.rng), "")),
        **more,
    )


def _operative(w: Writer, s: System, document: str, number: int, kinds: Iterator[str]) -> str:
    node, locator = f"{s.decision}/{number}", str(number)
    more: dict[str, Value] = {}
    if number % 3 == 0:
        more["hasQualityNote"] = quality(
            w, node, "ambiguous", (document, f"para. {number}", "in accordance"), about=node
        )
    if number % 4 == 1:
        more["hasCitation"] = _citation(w, s, node, document, f"para. {number}")
    if number % 5 == 4:
        more["description"] = "Two ways to go on, of which the Conference is to choose."
        more["hasEvidence"] = w.said(node, (document, f"para. {number}", phrase(s.rng), ""))
    # The items of paragraph 8 act each by itself.
    acts = [_act(w, s, node, document, f"para. {number}", 1, next(kinds))] if number != 8 else []
    if number % 4 == 2:
        acts.append(_act(w, s, node, document, f"para. {number}", 2, next(kinds)))
    if number % 5 == 3:
        items = []
        for order, letter in enumerate("abc", start=1):
            item = f"{node}/{letter}"
            pinpoint = f"para. {number}({letter})"
            items.append(
                w.add(
                    item,
                    "OperativeParagraph",
                    locator=f"{number}({letter})",
                    order=order,
                    inheritsFrom=node,
                    hasAct=_act(w, s, item, document, pinpoint, 0, "Request"),
                )
            )
        more["hasItem"] = items
    return w.add(node, "OperativeParagraph", locator=locator, order=number + 2, hasAct=acts, **more)


def _act(w: Writer, s: System, holder: str, document: str, pinpoint: str, order: int, kind: str) -> str:
    """An act of a paragraph; `order` 0 stands for the only one of an item, which has none."""
    rng = s.rng
    verb, printed = VERBS[kind][rng.randrange(len(VERBS[kind]))]
    node = f"{holder}/act/{verb}-{order}"
    facts: dict[str, Value] = {"verb": verb, "verbAsPrinted": printed, "action": action(rng)}
    supports = ""
    if order:
        facts["order"] = order
    if kind == "Acknowledgement":
        facts["concerns"] = rng.choice((s.secretariat, s.office, HUB))
        facts["about"] = f"relation/{s.slug}-effort"
        if s.turn(kind) % 10 == 0:
            facts["condition"] = rng.choice(CONDITIONS)
    elif kind == "Determination":
        facts["about"] = rng.choice((s.fund, s.treaty, s.body))
        supports = "about"
    else:
        if kind not in ("Obligation", "Authorization") or s.turn("passive") % 2:
            facts["addressee"] = s.parties if kind == "Encouragement" else s.office
            supports = "addressees"
        _what_is_asked(s, facts, kind)
    if s.turn(f"theme of {kind}") % 5 in (0, 2):
        facts["theme"] = rng.sample(THEMES, rng.randrange(1, 3))
    passages = [
        (document, pinpoint, f"{printed} {phrase(rng)}", ""),
        (document, pinpoint, phrase(rng), supports),
    ]
    if kind in ("Request", "Encouragement", "Instruction"):
        passages.append((document, pinpoint, phrase(rng), "action themes"))
    if kind == "Request" and not order and pinpoint.endswith("3(b)"):
        facts["seeks"] = _sought(w, s, node, document, pinpoint)
    elif kind == "Request" and pinpoint.endswith("8(b)"):
        facts["hasCitation"] = _citation(w, s, node, document, pinpoint)
        facts["hasQualityNote"] = quality(w, node, "contradiction", (document, pinpoint, "in two places"))
    return w.add(node, kind, hasEvidence=w.said(node, *passages), **facts)


def _what_is_asked(s: System, facts: dict[str, Value], kind: str) -> None:
    """Who is to be worked with, reported to and by when, and what the act says beside."""
    rng = s.rng
    turn = s.turn(kind)
    asked = ASKED[kind][(turn + s.number) % len(ASKED[kind])]
    if asked == "cooperate":
        facts["counterpart"] = s.partners(rng.randrange(1, 4))
    elif asked == "report":
        facts["recipient"] = s.body
        facts["dueAt"] = s.next_meeting
        if kind == "Request" and turn % 2:
            facts["dueAtFromSentence"] = s.next_meeting
    elif asked == "pay":
        facts["dueDate"] = f"20{rng.randrange(20, 30)}-{rng.randrange(1, 13):02}-15"
    elif asked == "hurry":
        facts["dueText"] = "as soon as possible"
        if kind == "Obligation":
            facts["about"] = s.fund
    else:
        facts["about"] = rng.choice((s.fund, s.treaty))
    if kind == "Authorization":
        facts["concurrenceOf"] = s.body
        facts["recipient"] = s.parties
    if kind in ("Authorization", "Instruction"):
        facts["condition"] = list(CONDITIONS[:2])
    elif turn % 5 == 0:
        facts["condition"] = rng.choice(CONDITIONS)
    if turn % 4 == 1 or kind == "Instruction":
        facts["purpose"] = rng.sample(AIMS, rng.randrange(1, 3))
    if turn % 6 == 2 or kind == "Instruction":
        facts["note"] = "The verb has one object, and the sentence one verb."


def _sought(w: Writer, s: System, act: str, document: str, pinpoint: str) -> str:
    node = f"{act}/seeks/observer"
    return w.add(
        node,
        "SoughtStatus",
        role="observer",
        body=s.organization(),
        status="sought",
        hasEvidence=w.said(
            node,
            (document, pinpoint, "the status of an observer", ""),
            (document, pinpoint, phrase(s.rng), "body"),
        ),
    )


def _citation(w: Writer, s: System, holder: str, document: str, pinpoint: str) -> str:
    """A citation of a decision of this system or of one shortly before: chains are short."""
    before = s.before()
    while not due(SHORT, before.number):
        before = System(before.number - 1, s.rng, s.states)
    node = f"{holder}/citation/{before.slug}-i-2"
    more = {"citedPinpoint": "paragraph 3"} if s.turn("citation") % 3 == 0 else {}
    return w.add(
        node,
        "Citation",
        cites=before.short_decision,
        citedAs=f"decision {name(before.number)} I/2",
        citedFor=f"the {s.rng.choice(SUBJECTS)}",
        hasEvidence=w.said(node, (document, pinpoint, f"decision {name(before.number)} I/2", "")),
        **more,
    )


def _note(w: Writer, s: System, document: str, order: int) -> str:
    node = f"{s.decision}/note-1"
    pinpoint = "note 1"
    return w.add(
        node,
        "Note",
        locator="note 1",
        order=order,
        description="What the Conference asks is for two years.",
        about=s.fund,
        hasAct=_act(w, s, node, document, pinpoint, 1, "Obligation"),
        hasCitation=_citation(w, s, node, document, pinpoint),
        hasEvidence=w.said(node, (document, pinpoint, phrase(s.rng), "")),
        hasQualityNote=quality(w, node, "mark-without-note", (document, pinpoint, "1/")),
    )
