"""The order of the keys of a node: what it is, what it says, its evidence, what is nested in it."""

from __future__ import annotations

from collections.abc import Iterable

_GROUPS = (
    # What it is.
    "id type key label title symbol acronym aliases isoAlpha2 isoAlpha3",
    # Where it stands in what it is part of.
    "locator order ordinal inheritsFrom partOf",
    # What an act does.
    "verb verbAsPrinted actor addressees concerns counterparts recipients concurrenceOf",
    "qualityKind about action conditions purposes dueDate dueText dueAt dueAtFromSentence",
    # What a citation cites.
    "cites citedAs citedPinpoint citedFor reportedBy",
    # Who takes part, in what capacity.
    "subject member role body participants participantsStated status",
    "memberCount membersComplete composition establishes underInstrument implements",
    "endorsedBy endorsedAt distributiveReading",
    # To what it belongs.
    "basedOn concludedUnder servicesTreaty governs actsUnder officeOf belongsTo",
    "sessionOf nextAfter place adoptedBy adoptedAt adoptedIn adoptedOn revisedAt titleNames",
    "pursuedBy issuedBy succeeds fund contributors share",
    # Money.
    "amountRole printed value unit year perYear",
    # Words.
    "text themes description note",
    # When.
    "startDate endDate startMonth endMonth startYear endYear durationYears",
    # What a source document is, and where.
    "sourceKind textOf collections language publishedOn publishedYear notBefore retrievedOn homepage address sha256",
    # What a piece of evidence is.
    "source pinpoint phrase supports gives",
    # What backs the node, and what is nested in it.
    "evidence names qualityNotes themeStatements memberships amounts objectives provisions",
    "citations seeks acts items paragraphs graph",
)

KEY_ORDER = tuple(key for group in _GROUPS for key in group.split())
"""Every key of the context, once."""

_RANK = {key: rank for rank, key in enumerate(KEY_ORDER)}


def in_order(keys: Iterable[str]) -> list[str]:
    """The keys in their order; those that nobody knows come last, as they came.

    >>> in_order(["label", "note", "id", "surprise"])
    ['id', 'label', 'note', 'surprise']
    """
    return sorted(keys, key=lambda key: _RANK.get(key, len(_RANK)))
