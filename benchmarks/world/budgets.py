"""Trust funds and budgets: tables of costs, posts and assessed contributions whose figures add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.world.shared import amount, quality
from benchmarks.world.systems import WHOLE, System, due, has_province, state
from benchmarks.world.words import acronym, name, phrase
from benchmarks.world.writing import Value, Writer

YEARS = (2005, 2006)
COSTS = (
    "Staff costs",
    "Meetings of the Bureau",
    "Travel",
    "Consultants",
    "Training",
    "Meetings of the Parties",
)
POSTS = (("P-5", 1), ("P-4", 2), ("P-3", 1))
MARKED = (2, 3)
"""The rows of Parties that have a footnote mark."""
OF_A_PARTY = 112
"""Triples that one more Party in a table of contributions makes."""
WITHOUT_PARTIES = 900
"""At most so many triples has a budget beside its Parties."""


def funds(w: Writer, s: System) -> None:
    """The trust fund of a system that has a budget, and now and then the one before it."""
    if not due(WHOLE, s.number):
        return
    label = name(s.number)
    document = f"document/{s.slug}-ii-4"
    more: dict[str, Value] = {}
    if has_province(s.number):
        before = f"fund/{s.slug}-general"
        w.add(
            before,
            "TrustFund",
            prefLabel=f"General Trust Fund of {label}",
            altLabel=f"{label} General Fund",
            note="It is to be closed.",
            description="Set up by an older decision.",
            hasEvidence=w.said(before, (document, "para. 1", "General Trust Fund", "")),
        )
        more["succeeds"] = before
    w.add(
        s.fund,
        "TrustFund",
        prefLabel=f"Core Trust Fund of {label}",
        altLabel=f"{label} Core Fund",
        acronym=acronym("T", s.number),
        durationYears=3,
        startDate="2005-01-01",
        endDate="2007-12-31",
        purpose="the core budget is paid",
        note="The trust fund of the tables.",
        hasEvidence=w.said(
            s.fund,
            (document, "para. 1", "Trust Fund", ""),
            (document, "para. 1", phrase(s.rng), ""),
            (document, "para. 2", phrase(s.rng), "startDate endDate durationYears"),
        ),
        **more,
    )


def decimal(value: Decimal) -> str:
    """The canonical text of a number.

    >>> decimal(Decimal("100.000")), decimal(Decimal("0.010"))
    ('100', '0.01')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass
class _Table:
    """A table that is being written; of each line the name and the cells."""

    w: Writer
    s: System
    number: int
    multiplier: int
    lines: int = 0

    @property
    def base(self) -> str:
        return f"{self.s.slug}-budget/table-{self.number}"

    @property
    def document(self) -> str:
        return f"document/{self.s.slug}-ii-4"

    def begin(self, title: str) -> str:
        node = f"table/{self.s.slug}-budget/{self.number}"
        self.w.add(
            node,
            "BudgetTable",
            prefLabel=f"Table {self.number} of {name(self.s.number)}: {title}",
            title=title,
            partOf=self.s.decision,
            fund=self.s.fund,
            note="The title names the fund.",
            hasEvidence=self.w.said(
                node,
                *(
                    (self.document, f"table {self.number}, {part}", phrase(self.s.rng), "")
                    for part in ("title", "first row", "last row", "unit")
                ),
            ),
        )
        return node

    def line(self, key: str, printed: str, **more: Value) -> str:
        self.lines += 1
        node = f"line/{self.base}/{key}"
        label = f"{printed} (table {self.number}, {name(self.s.number)})"
        return self.w.add(
            node,
            "Post" if "grade" in more else "BudgetLine",
            printed=printed,
            prefLabel=label,
            order=self.lines,
            partOf=f"table/{self.s.slug}-budget/{self.number}",
            hasEvidence=self.w.said(node, (self.document, f"table {self.number}, {printed}", printed, "")),
            **more,
        )

    def cell(self, key: str, column: str, printed: str, measure: str, unit: str, **more: Value) -> None:
        plain = printed.replace(",", "")
        if plain in ("", "-"):
            state_of_cell = "blank" if not plain else "dash"
        else:
            state_of_cell = "zero" if not Decimal(plain) else "figure"
            more["value"] = decimal(Decimal(plain))
        self.w.add(
            f"observation/{self.base}/{key}/{column}",
            "Observation",
            printed=printed,
            cellState=state_of_cell,
            multiplier=self.multiplier,
            unit=unit,
            measure=measure,
            line=f"line/{self.base}/{key}",
            fund=self.s.fund,
            inTable=f"table/{self.s.slug}-budget/{self.number}",
            pinpoint=f"table {self.number}, {key}, {column}",
            **more,
        )


def budget(w: Writer, s: System, room: int | None = None) -> None:
    """The budget of a system that has one: in `room` triples it has as many Parties as fit."""
    if not due(WHOLE, s.number):
        return
    parties = s.rng.randrange(20, 46)
    if room is not None:
        parties = min(parties, (room - WITHOUT_PARTIES) // OF_A_PARTY)
    if parties < 2:
        return
    net = _costs(w, s)
    _contributions(w, s, net, min(parties, s.states))
    if has_province(s.number) or s.number % 3 == 1:
        _posts(w, s)


def _costs(w: Writer, s: System) -> list[Decimal]:
    """The table of costs in thousands; returns what is left for the Parties, in dollars, for each year."""
    table = _Table(w, s, 1, 1000)
    table.begin("Costs of the core budget (thousands of US dollars)")
    amounts = [
        [Decimal(s.rng.randrange(0 if row == 3 else 1, 9) * 100) for _ in YEARS] for row in range(len(COSTS))
    ]
    with_host = has_province(s.number)
    for printed, row in zip(COSTS, amounts, strict=True):
        key = printed.lower().replace(" ", "-")
        more: dict[str, Value] = {"section": "I", "addsTo": f"line/{table.base}/sub-total-1"}
        if key == "meetings-of-the-parties":
            more["about"] = s.meetings[1]
            more["mark"] = "1/"
        table.line(key, printed, **more)
        for year, cost in zip(YEARS, row, strict=True):
            printed_amount = "-" if not cost and year == 2006 else f"{cost:,}"
            _money(table, key, year, printed_amount)
    total = [sum((row[index] for row in amounts), Decimal(0)) for index in range(2)]
    charge = [Decimal(13) * one / 100 for one in total]
    reserve = (total[0] + total[1]) * Decimal("1.13") * 5 / 100
    reserve = reserve.quantize(Decimal("0.1"))
    grand = [total[0] + charge[0] + reserve, total[1] + charge[1]]
    host = Decimal(100) if with_host else Decimal(0)
    net = [one - host for one in grand]
    line = f"line/{table.base}"
    rows: list[tuple[str, str, Sequence[Decimal | None], dict[str, Value]]] = [
        ("sub-total-1", "Sub-total (I)", total, {"section": "I", "addsTo": f"{line}/grand-total"}),
        (
            "support",
            "Programme support (13%)",
            charge,
            {
                "section": "II",
                "share": "13",
                "shareOf": f"{line}/sub-total-1",
                "addsTo": f"{line}/sub-total-2",
            },
        ),
        ("sub-total-2", "Sub-total (II)", charge, {"section": "II", "addsTo": f"{line}/grand-total"}),
        (
            "reserve",
            "Working capital reserve (5%)",
            [reserve, None],
            {
                "section": "III",
                "share": "5",
                "shareOf": [f"{line}/sub-total-1", f"{line}/sub-total-2"],
                "overAllYears": True,
                "addsTo": f"{line}/grand-total",
            },
        ),
        (
            "grand-total",
            "GRAND TOTAL",
            grand,
            {
                "section": ["I", "II", "III"],
                "addsTo": f"{line}/net-total",
                **({"agreesWith": f"budget/{s.slug}-core"} if with_host else {}),
            },
        ),
        (
            "net-total",
            "NET TOTAL (shared by Parties)",
            net,
            {"agreesWith": f"line/{s.slug}-budget/table-2/total"},
        ),
    ]
    if with_host:
        rows.insert(
            5, ("host", "Less contribution of the host", [host, host], {"subtractsFrom": f"{line}/net-total"})
        )
    for key, printed, values, facts in rows:
        table.line(key, printed, **facts)
        for year, value in zip(YEARS, values, strict=True):
            _money(table, key, year, "" if value is None else f"{value:,.1f}")
    if with_host:
        _sums(w, s, grand, amounts)
    return [one * 1000 for one in net]


def _money(table: _Table, key: str, year: int, printed: str) -> None:
    table.cell(key, f"amount-{year}", printed, "amount", "CCY_USD", year=str(year))


def _sums(w: Writer, s: System, grand: list[Decimal], amounts: list[list[Decimal]]) -> None:
    """The budget and its reserve, what the host gives, and the priorities, which repeat the figures of the table."""
    label, document = name(s.number), f"document/{s.slug}-ii-4"
    node = f"budget/{s.slug}-core"
    w.add(
        node,
        "ProgrammeBudget",
        prefLabel=f"Core budget of {label} for 2005-2006",
        startYear="2005",
        endYear="2006",
        fund=s.fund,
        hasEvidence=w.said(node, (document, "para. 1", "core budget", "")),
        hasAmount=[
            amount(w, f"{node}/amount/{year}", document, int(value * 1000), "approved budget", year=str(year))
            for year, value in zip(YEARS, grand, strict=True)
        ],
    )
    reserve = f"reserve/{s.slug}"
    w.add(
        reserve,
        "Reserve",
        prefLabel=f"Working capital reserve of {label}",
        fund=s.fund,
        share="5",
        description="five per cent of the costs",
        hasEvidence=w.said(reserve, (document, "para. 2", "a reserve", "")),
    )
    host = f"contribution/{s.slug}-host"
    w.add(
        host,
        "HostCountryContribution",
        prefLabel=f"Yearly gift of the host of {label}",
        note="The sum is not divided.",
        contributor=[state(0), f"organization/{s.slug}-province"],
        hasAmount=amount(w, f"{host}/amount/whole", document, 100000, "each year", perYear=True),
        hasEvidence=w.said(host, (document, "para. 3", "the host", "")),
        hasQualityNote=quality(w, host, "ambiguous", (document, "para. 3", "an offset")),
    )
    base = f"line/{s.slug}-budget"
    priorities = f"{base}/priorities"
    chosen = [0, 2, 4]
    value = sum(sum(amounts[row]) for row in chosen) * 1000 * Decimal("1.13") * Decimal("1.05")
    w.add(
        priorities,
        "BudgetLine",
        prefLabel=f"Priorities of {label}",
        printed="Priorities",
        partOf=s.decision,
        fund=s.fund,
        hasEvidence=w.said(priorities, (document, "list", "Priorities", "")),
        note="One sum is printed for all.",
        hasAmount=amount(w, f"{priorities}/amount/sum", document, round(value), "sum of the priorities"),
    )
    for order, row in enumerate(chosen, start=1):
        key = COSTS[row].lower().replace(" ", "-")
        w.add(
            f"{priorities}/{key}",
            "BudgetLine",
            prefLabel=f"Priority of {label}: {COSTS[row]}",
            printed=COSTS[row],
            partOf=priorities,
            about=f"{base}/table-1/{key}",
            order=order,
            hasEvidence=w.said(f"{priorities}/{key}", (document, f"list, {order}", COSTS[row], "")),
        )


def _contributions(w: Writer, s: System, net: list[Decimal], count: int) -> None:
    """Who pays what: the scale of each Party, raised so that all together pay the whole, up to a limit for some."""
    table = _Table(w, s, 2, 1)
    table.begin("Contributions of the Parties (US dollars)")
    # The host, State 0, pays everywhere.
    parties = [0, *sorted(s.rng.sample(range(1, s.states), count - 1))]
    scales = [Decimal(s.rng.randrange(1, 900)).scaleb(-3) for _ in parties]
    limited = 1 if count > 6 else None
    if limited is not None:
        scales[limited] = Decimal("0.010")
    rest = 100 - (Decimal("0.01") if limited is not None else 0)
    spread = sum((one for row, one in enumerate(scales) if row != limited), Decimal(0))
    raised = [Decimal("0.01") if row == limited else one * rest / spread for row, one in enumerate(scales)]
    total = f"line/{table.base}/total"
    for row, party in enumerate(parties):
        node = state(party)
        key = node.partition("/")[2]
        printed = name(1_000 + 7 * party)
        more: dict[str, Value] = {"scaleLimit": "0.01"} if row == limited else {}
        if row in MARKED:
            more["mark"] = "1/"
            printed += " 1/"
        table.line(key, printed, addsTo=total, party=node, **more)
        _columns(table, key, scales[row], raised[row], [raised[row] * one / 100 for one in net], node)
    table.line("total", "TOTAL")
    _columns(table, "total", sum(scales, Decimal(0)), Decimal(100), net, "")


def _columns(
    table: _Table, key: str, scale: Decimal, raised: Decimal, sums: Sequence[Decimal], party: str
) -> None:
    of: dict[str, Value] = {"party": party} if party else {}
    whole = [round(one) for one in sums]
    for year, owed in zip(YEARS, whole, strict=True):
        when = {"year": str(year)}
        table.cell(
            key, f"un-scale-{year}", f"{scale:.3f}", "un-scale", "PERCENT", scaleYear="2004", **when, **of
        )
        table.cell(key, f"scale-{year}", f"{raised:.3f}", "adjusted-scale", "PERCENT", **when, **of)
        table.cell(
            key,
            f"contribution-{year}",
            f"{owed:,}",
            "contribution",
            "CCY_USD",
            dueDate=f"{year}-01-01",
            **when,
            **of,
        )
    table.cell(
        key,
        "contribution-total",
        f"{sum(whole):,}",
        "contribution",
        "CCY_USD",
        startYear="2005",
        endYear="2006",
        **of,
    )


def _posts(w: Writer, s: System) -> None:
    table = _Table(w, s, 3, 1)
    table.begin("Posts of the core budget")
    for grade, count in (*POSTS, ("total", sum(count for _, count in POSTS))):
        key = grade.lower()
        if key == "total":
            table.line(key, "TOTAL", section=["A", "B"])
        else:
            table.line(key, grade, grade=grade, section="A", addsTo=f"line/{table.base}/total")
        for year in YEARS:
            table.cell(key, f"posts-{year}", str(count), "posts", "NUM", year=str(year))
