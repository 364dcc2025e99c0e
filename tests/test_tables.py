"""Tables: what is read from CSV and metadata, what is refused, and that every figure is the printed one."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mea_kg import resources
from mea_kg.building import Build
from mea_kg.context import Context
from mea_kg.errors import EntryErrors
from mea_kg.findings import Finding
from mea_kg.loading import CONTEXT_NAME, load_folder
from mea_kg.namespaces import ID, MEA, VOCAB
from mea_kg.ontology import read_ontology
from mea_kg.selecting import select
from mea_kg.stores import AUTHORED_GRAPH, triples_of
from mea_kg.tables.cells import canonical, read_cell
from tests.conftest import TOY

FOLDER = resources.data_folder() / "budgets" / "tables"
TABLES = sorted(FOLDER.glob("*.csv"))
CELLS = f"{ID}observation/budget-2005-2006/"

EditOf = Callable[[str], str]


@pytest.mark.parametrize(
    ("printed", "state", "value"),
    [
        ("2,166.5", "figure", "2166.5"),
        ("0.010", "figure", "0.01"),
        ("100.000", "figure", "100"),
        ("1746.8", "figure", "1746.8"),
        ("0.0", "zero", "0"),
        ("0", "zero", "0"),
        ("-", "dash", None),
        ("–", "dash", None),
        ("", "blank", None),
    ],
)
def test_blank_zero_and_dash_are_three_things(printed: str, state: str, value: str | None) -> None:
    cell = read_cell(printed)
    assert (cell.printed, cell.state, cell.value) == (printed, state, value)


@pytest.mark.parametrize("text", ["1,23", "12,3456", "1.", ".5", "1 000", "192.6*", "n/a", "1e3", "-5", "١"])
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither a figure nor a dash nor blank"):
        read_cell(text)


@given(st.decimals(min_value=0, max_value=10**9, places=3))
def test_the_value_is_canonical_and_that_of_the_text(number: Decimal) -> None:
    value = read_cell(f"{number:,f}").value
    assert value is not None
    assert Decimal(value) == number
    assert value == canonical(Decimal(value))
    assert re.fullmatch(r"(0|[1-9]\d*)(\.\d*[1-9])?", value)


def printed_cells(text: str) -> dict[int, list[tuple[str, list[str]]]]:
    """Words and figures of each row of tables 1 to 5, read from the document itself."""
    text = re.sub(r"\n(?=(?:liability and|Parties\) \||hardware/software|& Redress|on Liability))", " ", text)
    tables: dict[int, list[tuple[str, list[str]]]] = {}
    number, width = 0, {1: 2, 2: 2, 3: 3, 4: 2, 5: 7}
    for line in text.splitlines():
        if caption := re.match(r"Table\.? ?(\d)\.?", line):
            number = int(caption[1])
        cells = [cell.strip() for cell in line.removeprefix("|").strip().removesuffix("|").split("|")]
        if re.fullmatch(r"[IVAB]+\.", cells[0]):
            cells = cells[1:]
        if number and "|" in line and len(cells) > 1 and cells[0]:
            figures = cells[1:]
            # The row on liability in table 3 has one cell less than the others.
            figures = figures[-2:] if number == 3 and len(figures) >= 3 else figures
            if len(cells) - 1 <= width[number]:
                tables.setdefault(number, []).append((cells[0], figures))
    return tables


def test_all_figures_equal_the_printed_ones_digit_for_digit(source_folder: Path) -> None:
    (document,) = source_folder.glob("002*")
    printed = printed_cells(document.read_text(encoding="utf-8"))
    counted = 0
    for number, path in enumerate(TABLES, 1):
        metadata = json.loads(path.with_name(path.name + "-metadata.json").read_text(encoding="utf-8"))
        columns = [c["name"] for c in metadata["tableSchema"]["columns"] if MEA + "measure" in c]
        with path.open(encoding="utf-8", newline="") as lines:
            rows = [(row["printed"], [row[name] for name in columns]) for row in csv.DictReader(lines)]
        theirs = [(words, figures) for words, figures in printed[number] if any(map(is_figure, figures))]
        ours = [(words, figures) for words, figures in rows if any(figures)]
        if number == 5:
            assert len(ours) == 92
        assert [words for words, _ in ours] == [words for words, _ in theirs]
        for (words, mine), (_, source) in zip(ours, theirs, strict=True):
            padded = source + [""] * (len(mine) - len(source))
            assert mine == padded, words
            counted += len(mine)
    assert counted == 40 + 10 + 26 + 16 + 644


def is_figure(text: str) -> bool:
    return bool(re.fullmatch(r"[\d.,]+", text)) and not re.fullmatch(r"20\d\d", text)


def test_every_cell_is_an_observation_that_says_all(real: Build) -> None:
    said: dict[str, dict[str, list[str]]] = {}
    for triple in triples_of(real.store, AUTHORED_GRAPH):
        if str(triple.subject).startswith(f"<{CELLS}"):
            name = triple.predicate.value.removeprefix(MEA)
            said.setdefault(str(triple.subject), {}).setdefault(name, []).append(
                getattr(triple.object, "value", "")
            )
    cells = 0
    for path in TABLES:
        metadata = json.loads(path.with_name(path.name + "-metadata.json").read_text(encoding="utf-8"))
        figures = sum(MEA + "measure" in column for column in metadata["tableSchema"]["columns"])
        cells += figures * (len(path.read_text(encoding="utf-8").splitlines()) - 1)
    assert len(said) == cells == 750
    once = {"printed", "cellState", "measure", "unit", "multiplier", "inTable", "line", "fund", "pinpoint"}
    for iri, rows in said.items():
        assert once <= rows.keys(), iri
        assert all(len(values) == 1 for values in rows.values()), iri
        assert ("value" in rows) == (rows["cellState"][0].rpartition("/")[2] in ("figure", "zero"))


def test_a_cell_in_full(real: Build) -> None:
    found = {
        (t.predicate.value.rpartition("#")[2], getattr(t.object, "value", ""))
        for t in triples_of(real.store, AUTHORED_GRAPH)
        if str(t.subject) == f"<{CELLS}table-5/france/contribution-2005>"
    }
    assert found == {
        ("type", MEA + "Observation"),
        ("inTable", f"{ID}table/budget-2005-2006/5"),
        ("fund", f"{ID}fund/byp"),
        ("line", f"{ID}line/budget-2005-2006/table-5/france"),
        ("party", f"{ID}state/france"),
        ("measure", f"{VOCAB}measure/contribution"),
        ("unit", "http://qudt.org/vocab/unit/CCY_USD"),
        ("multiplier", "1"),
        ("year", "2005"),
        ("dueDate", "2005-01-01"),
        ("printed", "210,961"),
        ("cellState", f"{VOCAB}cell-state/figure"),
        ("value", "210961"),
        ("pinpoint", "table 5, France, Contributions due 1 Jan. 2005 (US$)"),
    }


def test_the_scale_of_the_united_nations_has_a_year_of_its_own(real: Build) -> None:
    said = [
        (str(t.subject), getattr(t.object, "value", ""))
        for t in triples_of(real.store, AUTHORED_GRAPH)
        if t.predicate.value == MEA + "scaleYear"
    ]
    assert len(said) == 2 * 92
    assert {year for _, year in said} == {"2004"}
    assert all("/un-scale-200" in cell for cell, _ in said)


def test_the_fund_of_a_table_says_that_it_is_a_reading(real: Build) -> None:
    notes = {
        str(t.subject)[1 + len(ID) : -1]: getattr(t.object, "value", "")
        for t in triples_of(real.store, AUTHORED_GRAPH)
        if t.predicate.value == MEA + "note" and str(t.subject).startswith(f"<{ID}table/")
    }
    assert notes.keys() == {f"table/budget-2005-2006/{number}" for number in range(1, 6)}
    assert [number for number in "12345" if "read as" in notes[f"table/budget-2005-2006/{number}"]] == [
        *"125"
    ]


def test_the_fund_of_a_table_rests_on_the_paragraph_that_says_it(real: Build) -> None:
    query = f"""PREFIX mea: <{MEA}> SELECT * FROM <{AUTHORED_GRAPH.value}> WHERE {{
        ?table a mea:BudgetTable ; mea:hasEvidence ?evidence .
        ?evidence mea:supports "fund" ; mea:pinpoint ?pinpoint }}"""
    found: dict[str, set[str]] = {}
    for row in select(real.store, query):
        found.setdefault(row["table"].value.rpartition("/")[2], set()).add(row["pinpoint"].value)
    assert found == {
        "1": {"para. 3"},
        "2": {"para. 3", "para. 4"},
        "3": {"para. 9(a)"},
        "4": {"para. 9(b)"},
        "5": {"para. 10", "table 1, NET TOTAL"},
    }


def test_a_cell_has_a_place(real: Build) -> None:
    place = real.places.of(f"{CELLS}table-5/uganda/contribution-total")
    assert place is not None
    assert (place.file, place.line) == ("data/budgets/tables/table-5.csv", 87)
    line = TABLES[4].read_text(encoding="utf-8").splitlines()[place.line - 1]
    assert line[place.column - 1 :].startswith("381")


def test_states_have_the_codes_of_the_library(real: Build) -> None:
    pycountry = pytest.importorskip("pycountry")
    codes: dict[str, dict[str, str]] = {}
    states = set()
    for triple in triples_of(real.store, AUTHORED_GRAPH):
        name = triple.predicate.value.rpartition("#")[2]
        if name in ("isoAlpha2", "isoAlpha3"):
            codes.setdefault(str(triple.subject), {})[name] = getattr(triple.object, "value", "")
        if name == "type" and str(triple.object) == f"<{MEA}State>":
            states.add(str(triple.subject))
    assert states == codes.keys()
    assert len(states) == 92
    assert len({code["isoAlpha2"] for code in codes.values()}) == 92
    for state, code in codes.items():
        country = pycountry.countries.get(alpha_2=code["isoAlpha2"])
        assert country is not None and country.alpha_3 == code["isoAlpha3"], state
        known = (getattr(country, key, "") for key in ("name", "common_name", "official_name"))
        words = set(re.findall(r"[a-zà-ÿ]{4,}", " ".join(known).casefold()))
        changed = {"turkey": "türkiye", "czech": "czechia"}
        own = state.rpartition("/")[2].strip(">").split("-")
        assert any(changed.get(word, word) in words for word in own) or own == ["viet", "nam"], state


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_the_metadata_is_csvw(path: Path) -> None:
    csvw = pytest.importorskip("csvw")
    group = csvw.CSVW(str(path.with_name(path.name + "-metadata.json")), validate=True)
    assert group.is_valid, group.warnings


def edited(
    tmp_path: Path, csv_edit: EditOf | None = None, metadata_edit: EditOf | None = None
) -> list[Finding]:
    """The findings on the toy world with its table of costs, or the metadata of it, edited."""
    data = shutil.copytree(TOY / "data", tmp_path / "data")
    shutil.copy(resources.data_folder() / CONTEXT_NAME, data / CONTEXT_NAME)
    for name, edit in (("costs.csv", csv_edit), ("costs.csv-metadata.json", metadata_edit)):
        path = data / name
        if edit:
            before = path.read_bytes().decode("utf-8")
            after = edit(before)
            assert after != before
            path.write_bytes(after.encode("utf-8", "surrogateescape"))
    terms = read_ontology(resources.ontology_folder())
    with pytest.raises(EntryErrors) as caught:
        load_folder(data, terms, Context.load(data / CONTEXT_NAME))
    return list(caught.value.findings)


def replaced(old: str, new: str) -> EditOf:
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("edit", "rule", "line", "column", "message"),
    [
        (replaced("387.2", "387,2"), "table-cells", 3, 1, "the row has 12 cells"),
        (replaced("387.2", "38x.2"), "table-cell", 3, 15, "neither a figure nor a dash nor blank: '38x.2'"),
        (replaced("387.2", "387.2 "), "table-cell", 3, 15, "space at the end of a cell"),
        (replaced("boats,I", "Boats!,I"), "row-key", 3, 1, "the key of the row is not a word"),
        (replaced("boats,I", "lanterns,I"), "row-twice", 3, 1, "first in line 2"),
        (replaced("amount_2031,", ""), "table-header", 1, 1, "the column amount_2031 is missing"),
        (replaced("amount_2031,", "amount_2030,"), "table-header", 1, 1, "the column amount_2031 is missing"),
        (replaced("Boats", ""), "table-cell", 3, 9, "the cell printed is blank"),
        (replaced(",10,costs,", ",ten,costs,"), "table-cell", 5, 43, "not a number"),
        (replaced(",true,", ",yes,"), "table-cell", 6, 58, "neither true nor false"),
        (replaced("-,costs", "-,cost"), "undefined-reference", 3, 23, "table-1/cost is not defined"),
        (replaced("-,costs", "-,boats"), "own-addend", 3, 23, "the row is reckoned from itself"),
        (replaced("Boats", "B\udcffts"), "not-utf-8", 3, 10, "not UTF-8"),
        (lambda text: "\ufeff" + text, "encoding", 1, 1, "byte order mark"),
        (replaced("Boats", '"Bo\nats"'), "table-cells", 3, 1, "the row has"),
        (replaced("budget/marsh-2031", "budget/marsh-2013"), "undefined-reference", 7, 38, "marsh-2013"),
    ],
)
def test_a_mistake_in_a_table_has_a_place(
    tmp_path: Path, edit: EditOf, rule: str, line: int, column: int, message: str
) -> None:
    finding = next(f for f in edited(tmp_path, csv_edit=edit) if f.rule == rule)
    assert (finding.file, finding.line) == ("data/costs.csv", line)
    assert finding.column == column, finding.as_text()
    assert message in finding.message
    assert finding.hint


@pytest.mark.parametrize(
    ("edit", "rule", "message"),
    [
        (replaced("vocab/measure/amount", "vocab/measure/amuont"), "unknown-concept", "measure/amuont"),
        (replaced("ontology#section", "ontology#sectoin"), "unknown-concept", "sectoin is not defined"),
        (replaced("fund/marsh", "fund/mrash"), "undefined-reference", "fund/mrash is not defined"),
        (replaced('"separator"', '"seperator"'), "table-metadata", "unknown key seperator"),
        (replaced('"url": "costs.csv"', '"url": "cost.csv"'), "table-metadata", "`url` is not the table"),
        (replaced("ontology#unit", "ontology#unti"), "table-metadata", "unknown key"),
        (
            replaced(
                '"tableSchema"', f'"{MEA}hasEvidence": [{{"{MEA}pinpoint": "para. 2"}}],\n  "tableSchema"'
            ),
            "table-metadata",
            "ontology#phrase is missing",
        ),
        (replaced("{", "["), "table-metadata", "not JSON"),
        (
            replaced('"name": "section"', '"name": "printed"'),
            "table-metadata",
            "two columns are named printed",
        ),
    ],
)
def test_a_mistake_in_the_metadata_has_a_place(tmp_path: Path, edit: EditOf, rule: str, message: str) -> None:
    findings = edited(tmp_path, metadata_edit=edit)
    finding = next(f for f in findings if f.rule == rule and message in f.message)
    assert finding.file == "data/costs.csv-metadata.json"
    assert finding.line >= 1 and finding.hint


def test_a_table_without_metadata_and_metadata_without_a_table(tmp_path: Path) -> None:
    def findings(missing: str) -> list[tuple[str, str]]:
        data = shutil.copytree(TOY / "data", tmp_path / missing / "data")
        (data / missing).unlink()
        terms = read_ontology(resources.ontology_folder())
        context = Context.load(resources.data_folder() / CONTEXT_NAME)
        with pytest.raises(EntryErrors) as caught:
            load_folder(data, terms, context)
        return [(finding.file, finding.rule) for finding in caught.value.findings]

    assert ("data/posts.csv", "table-file") in findings("posts.csv-metadata.json")
    assert ("data/posts.csv", "table-file") in findings("posts.csv")
