"""What many kinds of nodes have: notes on the quality of a source, amounts of money."""

from __future__ import annotations

from benchmarks.world.writing import Value, Writer


def quality(w: Writer, node: str, kind: str, *passages: tuple[str, str, str], about: str = "") -> str:
    """A data-quality note of a node; returns its name."""
    note = f"{node}/quality/{kind}"
    said = w.said(note, *((document, pinpoint, text, "") for document, pinpoint, text in passages))
    more = {"about": about} if about else {}
    return w.add(
        note,
        "DataQualityNote",
        qualityKind=kind,
        hasEvidence=said,
        description="The words can be read in two ways; both are kept.",
        **more,
    )


def amount(w: Writer, node: str, document: str, value: int, role: str, **when: Value) -> str:
    """An amount of money as printed; returns its name."""
    printed = f"US $ {value:,}"
    return w.add(
        node,
        "MonetaryAmount",
        printed=printed,
        value=str(value),
        unit="CCY_USD",
        amountRole=role,
        hasEvidence=w.said(node, (document, "para. 1", printed, "")),
        **when,
    )
