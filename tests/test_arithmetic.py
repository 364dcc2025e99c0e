"""The checks of arithmetic: what the rules find is what an oracle in decimal arithmetic finds, and nothing else."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from mea_kg import resources
from mea_kg.building import Build, build
from mea_kg.namespaces import ID, INFERRED, MEA, VOCAB
from mea_kg.selecting import select

TABLES = resources.data_folder() / "budgets" / "tables"
TOTAL = "observation/budget-2005-2006/table-5/total/contribution-total"
UGANDA = "observation/budget-2005-2006/table-5/uganda/contribution-total"

Found = tuple[str, str, Decimal, Decimal, str]
"""Check, cell, computed, difference, kind."""


@dataclass(frozen=True)
class Figure:
    """A cell of the oracle."""

    text: str

    @property
    def value(self) -> Decimal:
        text = self.text.replace(",", "")
        return Decimal(text) if text not in ("", "-") else Decimal(0)

    @property
    def place(self) -> Decimal:
        return Decimal(10) ** -len(self.text.partition(".")[2])


def rows(number: int, folder: Path = TABLES) -> dict[str, dict[str, str]]:
    with (folder / f"table-{number}.csv").open(encoding="utf-8", newline="") as lines:
        return {row["row"]: row for row in csv.DictReader(lines)}


def found_by_rules(built: Build) -> list[Found]:
    query = f"""PREFIX mea: <{MEA}> SELECT * FROM <{INFERRED}> WHERE {{
        ?discrepancy mea:discrepancyOf ?cell ; mea:check ?check ; mea:computed ?computed ;
            mea:difference ?difference ; mea:differenceKind ?kind }}"""
    return sorted(
        (
            row["check"].value.removeprefix(VOCAB + "check/"),
            row["cell"].value.removeprefix(ID),
            Decimal(row["computed"].value),
            Decimal(row["difference"].value),
            row["kind"].value.removeprefix(VOCAB + "difference/"),
        )
        for row in select(built.store, query)
    )


def compared(
    check: str, number: int, row: str, column: str, printed: Figure, computed: Decimal, tolerance: Decimal
) -> Iterator[Found]:
    difference = printed.value - computed
    if abs(difference) > printed.place / 2:
        cell = f"observation/budget-2005-2006/table-{number}/{row}/{column.replace('_', '-')}"
        kind = "rounding" if abs(difference) <= tolerance else "error"
        yield check, cell, computed, difference, kind


def sums(number: int, columns: list[str], folder: Path) -> Iterator[Found]:
    table = rows(number, folder)
    exact = number == 2
    for total, row in table.items():
        parts = [(r, 1) for r in table.values() if r["adds_to"] == total]
        parts += [(r, -1) for r in table.values() if r.get("subtracts_from") == total]
        for column in columns if parts else []:
            printed = Figure(row[column])
            computed = sum((Figure(r[column]).value * sign for r, sign in parts), Decimal(0))
            rounded = 0 if exact else sum(r[column] not in ("", "-") for r, _ in parts)
            tolerance = printed.place / 2 * (rounded + 1)
            yield from compared("sum-of-lines", number, total, column, printed, computed, tolerance)


def shares(number: int, reserve: bool, folder: Path) -> Iterator[Found]:
    """13 per cent of the costs of a year; 5 per cent of the costs and support costs of both years."""
    table = rows(number, folder)
    costs = table["sub-total-1" if number == 1 else "sub-total"]
    years = ("amount_2005", "amount_2006")
    for column in years:
        printed = Figure(table["programme-support"][column])
        computed = Figure(costs[column]).value * 13 / 100
        yield from compared(
            "share-of-lines", number, "programme-support", column, printed, computed, printed.place
        )
    if reserve:
        support = table["sub-total-2" if number == 1 else "programme-support"]
        base = sum((Figure(row[c]).value for row in (costs, support) for c in years), Decimal(0))
        printed = Figure(table["working-capital-reserve"]["amount_2005"])
        computed = base * 5 / 100
        tolerance = printed.place / 2 * 5
        yield from compared(
            "share-of-lines", number, "working-capital-reserve", years[0], printed, computed, tolerance
        )


def limits_of(table: dict[str, dict[str, str]]) -> dict[str, Decimal]:
    """The Parties that a ceiling or a cap holds down, with the per cent at which it does."""
    return {key: Decimal(row["scale_limit"]) for key, row in table.items() if row["scale_limit"]}


def factor_of(table: dict[str, dict[str, str]], year: int, whole: Decimal = Decimal(100)) -> Decimal:
    """By what the scale of the others is multiplied, so that all together are the whole."""
    limits = limits_of(table)
    spread = sum(
        Figure(row[f"un_scale_{year}"]).value
        for key, row in table.items()
        if row["party"] and key not in limits
    )
    return (whole - sum(limits.values())) / spread


def contributions(folder: Path) -> Iterator[Found]:
    table = rows(5, folder)
    for key, row in table.items():
        printed = Figure(row["contribution_total"])
        addends = Figure(row["contribution_2005"]).value + Figure(row["contribution_2006"]).value
        yield from compared(
            *("sum-of-years", 5, key, "contribution_total", printed, addends), tolerance=printed.place / 2 * 3
        )
    for year in (2005, 2006):
        base = Figure(table["total"][f"contribution_{year}"]).value
        whole = Figure(table["total"][f"scale_{year}"]).value
        parties = [(key, row) for key, row in table.items() if row["party"]]
        un = {key: Figure(row[f"un_scale_{year}"]) for key, row in parties}
        scale = {key: Figure(row[f"scale_{year}"]) for key, row in parties}
        limits = limits_of(table)
        factor = factor_of(table, year, whole)
        for key, row in parties:
            printed = Figure(row[f"contribution_{year}"])
            tolerance = scale[key].place * base / 100 + printed.place / 2
            computed = scale[key].value * base / 100
            yield from compared(
                "share-of-total", 5, key, f"contribution_{year}", printed, computed, tolerance
            )
            raised = round(un[key].value * factor, 6)
            adjusted = min(raised, limits.get(key, raised))
            tolerance = scale[key].place / 2 + (un[key].place * factor if adjusted == raised else 0)
            yield from compared("scale", 5, key, f"scale_{year}", scale[key], adjusted, tolerance)
    for key, row in table.items():
        first, again = Figure(row["un_scale_2005"]), Figure(row["un_scale_2006"])
        yield from compared("same-figure", 5, key, "un_scale_2006", again, first.value, Decimal(0))


def same_figures(folder: Path) -> Iterator[Found]:
    """Table 1 against the paragraphs, and against the total of table 5."""
    one, five = rows(1, folder), rows(5, folder)
    approved = {2005: 2166500, 2006: 1878700}
    for year in (2005, 2006):
        net = Figure(five["total"][f"contribution_{year}"]).value
        for row, dollars in (
            ("grand-total", Decimal(approved[year])),
            ("host-country-contribution", Decimal(165000)),
            ("net-total", net),
        ):
            printed = Figure(one[row][f"amount_{year}"])
            yield from compared(
                *("same-figure", 1, row, f"amount_{year}", printed, dollars / 1000), tolerance=printed.place
            )


def expected(folder: Path = TABLES) -> list[Found]:
    years = ["amount_2005", "amount_2006"]
    scales = ["un_scale_2005", "scale_2005", "contribution_2005", "un_scale_2006", "scale_2006"]
    every = [
        *sums(1, years, folder),
        *sums(2, ["posts_2005", "posts_2006"], folder),
        *sums(3, years, folder),
        *sums(4, years, folder),
        *sums(5, [*scales, "contribution_2006", "contribution_total"], folder),
        *shares(1, True, folder),
        *shares(3, True, folder),
        *shares(4, False, folder),
        *contributions(folder),
        *same_figures(folder),
    ]
    return sorted(every)


def test_the_rules_find_what_the_oracle_finds_and_nothing_else(real: Build) -> None:
    assert found_by_rules(real) == expected()


def test_the_document_has_two_errors_and_what_rounding_explains(real: Build) -> None:
    found = found_by_rules(real)
    assert [row for row in found if row[4] == "error"] == [
        ("sum-of-years", TOTAL, Decimal(3715200), Decimal(10), "error"),
        ("sum-of-years", UGANDA, Decimal(371), Decimal(10), "error"),
    ]
    assert Counter(row[0] for row in found if row[4] == "rounding") == {
        "sum-of-lines": 5,
        "sum-of-years": 19,
        "share-of-total": 160,
    }


@pytest.mark.parametrize("year", [2005, 2006])
def test_the_declared_base_of_the_scale_gives_every_contribution_to_the_dollar(year: int) -> None:
    """The table reckons with a scale that is not rounded."""
    table = rows(5)
    assert limits_of(table).keys() == {"japan", "european-community", "bangladesh", "uganda"}
    factor = factor_of(table, year)
    for key, row in table.items():
        if not row["party"]:
            continue
        raised = Figure(row[f"un_scale_{year}"]).value * factor
        scale = min(raised, limits_of(table).get(key, raised))
        computed = scale * Figure(table["total"][f"contribution_{year}"]).value / 100
        assert abs(Figure(row[f"contribution_{year}"]).value - computed) <= Decimal("0.5"), key


def test_the_sum_of_the_priorities_holds_on_the_base_of_both_years() -> None:
    table = rows(1)
    lines = (
        "bureau-meetings bch-advisory-meetings meetings-of-the-parties liaison-group-meetings"
        " compliance-committee-meetings liability-and-redress article-18-working-group"
    )
    total = sum(Figure(table[key][c]).value for key in lines.split() for c in ("amount_2005", "amount_2006"))
    assert abs(total * 1000 * Decimal("1.13") * Decimal("1.05") - 2511821) <= Decimal("0.5")


@pytest.mark.parametrize(
    ("table", "old", "new", "check", "cell", "kind"),
    [
        (1, "525.3", "526.9", "sum-of-lines", "table-1/sub-total-1/amount-2005", "error"),
        (1, "525.3", "525.4", "sum-of-lines", "table-1/sub-total-1/amount-2005", "rounding"),
        (
            1,
            ",192.6,,sub-total-3",
            ",193.6,,sub-total-3",
            "share-of-lines",
            "table-1/working-capital-reserve/amount-2005",
            "error",
        ),
        (1, ",0.0,grand", ",5.0,grand", "sum-of-lines", "table-1/sub-total-3/amount-2006", "error"),
        (1, '"1,878.7"', '"1,787.7"', "same-figure", "table-1/grand-total/amount-2006", "error"),
        (1, ",33.5,33.5,", ",33.5,35.5,", "priorities", "", "error"),
        (2, ",1,1,total,\np-4", ",2,1,total,\np-4", "sum-of-lines", "table-2/total/posts-2005", "error"),
        (3, '"542,118"', '"542,119"', "sum-of-lines", "table-3/total-cost/amount-2005", "rounding"),
        (3, '"542,118"', '"542,181"', "sum-of-lines", "table-3/total-cost/amount-2005", "error"),
        (4, "192.4,192.4", "192.4,194.2", "share-of-lines", "table-4/programme-support/amount-2006", "error"),
        (5, "France,,6.030", "France,,6.300", "scale", "table-5/france/scale-2005", "error"),
        (5, "France,,6.030", "France,,6.300", "same-figure", "table-5/france/un-scale-2006", "error"),
        (5, "Japan,,19.468,22.000", "Japan,,19.468,22.001", "scale", "table-5/japan/scale-2005", "error"),
        (5, "Uganda,,0.006,0.010", "Uganda,,0.006,0.011", "scale", "table-5/uganda/scale-2005", "error"),
        (5, "10.540", "10.541", "scale", "table-5/france/scale-2005", "rounding"),
        (5, '"210,961"', '"219,061"', "share-of-total", "table-5/france/contribution-2005", "error"),
        (5, '"391,587"', '"391,588"', "sum-of-years", "table-5/france/contribution-total", "rounding"),
        (5, "65.166", "65.266", "sum-of-lines", "table-5/total/un-scale-2005", "error"),
    ],
)
def test_a_changed_figure_is_found(
    tmp_path: Path, table: int, old: str, new: str, check: str, cell: str, kind: str
) -> None:
    data = shutil.copytree(resources.data_folder(), tmp_path / "data")
    path = data / "budgets" / "tables" / f"table-{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = found_by_rules(build(data, resources.ontology_folder()))
    assert any(
        row[0] == check and row[1].endswith(cell or "amount/sum") and row[4] == kind for row in found
    ), [row for row in found if row not in expected()]
    if check != "priorities":
        without = [row for row in found if row[0] != "priorities"]
        assert without == expected(data / "budgets" / "tables")
