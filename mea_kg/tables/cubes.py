"""Rows of a table -> triples: the table, its lines with their evidence, and one observation for each cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from mea_kg.identifiers import Identifier
from mea_kg.namespaces import DCTERMS, MEA, RDF, SKOS, VOCAB, XSD, shortened
from mea_kg.nesting import NESTED
from mea_kg.places import Place
from mea_kg.references import Reference
from mea_kg.tables.metadata import GRADE, PARTY, PHRASE, PRINTED, Column, Description
from mea_kg.tables.rows import Row, values_of

_AROUND = re.compile(r"^- |\s*(?:\d+/|\*)$")
"""What a row's name loses: the bullet before it, the footnote mark behind it."""


class Cube:
    """The triples and references of one table, and the places of its nodes and cells."""

    def __init__(self, description: Description, rows: list[Row]) -> None:
        self.triples: list[Triple] = []
        self.lines: dict[str, Place] = {}
        self.field_lines: dict[tuple[str, str], Place] = {}
        self.references: list[Reference] = []
        self._description = description
        self._columns = {c.predicate: c for c in description.columns if c.predicate and not c.has_figures}
        self._titles = _titles(description)
        self._table()
        for order, row in enumerate(rows, 1):
            self._line(row, order)

    def _add(self, subject: str, predicate: str, value: NamedNode | Literal) -> None:
        self.triples.append(Triple(NamedNode(subject), NamedNode(predicate), value))

    def _refer(self, subject: str, predicate: str, iri: str, place: Place) -> None:
        self._add(subject, predicate, NamedNode(iri))
        self.references.append(Reference(iri, subject, predicate.removeprefix(MEA), place))

    def _begin(self, node: str, kind: str, place: Place) -> None:
        self.lines[node] = place
        self._add(node, RDF + "type", NamedNode(MEA + kind))

    def _table(self) -> None:
        table = self._description
        self._begin(table.iri, "BudgetTable", table.place)
        self._add(table.iri, SKOS + "prefLabel", Literal(table.label, language="en"))
        self._add(table.iri, DCTERMS + "title", Literal(table.title, language="en"))
        self._refer(table.iri, MEA + "fund", table.fund, table.place)
        self._refer(table.iri, MEA + "partOf", table.part_of, table.place)
        if table.note:
            self._add(table.iri, MEA + "note", Literal(table.note, language="en"))
        for phrase in table.phrases:
            self._evidence(
                table.iri, table.pinpoint, phrase, table.place, "title" if table.fund_evidence else ""
            )
        for pinpoint, phrase in table.fund_evidence:
            self._evidence(table.iri, pinpoint, phrase, table.place, "fund")

    def _evidence(self, node: str, pinpoint: str, phrase: str, place: Place, supports: str = "") -> None:
        source = self._description.source
        fields = {"source": shortened(source), "pinpoint": pinpoint, "phrase": phrase}
        evidence = NESTED["evidence"].identifier(Identifier.from_iri(node), fields).iri
        self._begin(evidence, "Evidence", place)
        self._add(node, MEA + "hasEvidence", NamedNode(evidence))
        self._refer(evidence, MEA + "source", source, self._description.place)
        self._add(evidence, MEA + "pinpoint", Literal(pinpoint))
        self._add(evidence, MEA + "phrase", Literal(phrase))
        if supports:
            self._add(evidence, MEA + "supports", Literal(supports))

    def _line(self, row: Row, order: int) -> None:
        table = self._description
        line = table.line_url.replace("{row}", row.key)
        name = _AROUND.sub("", self._text(row, PRINTED))
        self._begin(line, "Post" if self._text(row, GRADE) else "BudgetLine", row.place)
        self._add(line, SKOS + "prefLabel", Literal(f"{name} ({table.pinpoint})", language="en"))
        self._add(line, MEA + "partOf", NamedNode(table.iri))
        self._add(line, MEA + "order", Literal(str(order), datatype=NamedNode(XSD + "integer")))
        for column in self._columns.values():
            if column.predicate != PHRASE:
                self._say(line, row, column)
        pinpoint = f"{table.pinpoint}, {name}"
        self._evidence(line, pinpoint, self._text(row, PHRASE) or self._joined(row), row.place)
        for column in table.figures:
            self._observation(row, column, line, f"{pinpoint}, {self._titles[column.name]}")

    def _text(self, row: Row, predicate: str) -> str:
        column = self._columns.get(predicate)
        return row.texts[column.name] if column else ""

    def _iris(self, row: Row, predicate: str) -> Iterator[str]:
        if column := self._columns.get(predicate):
            for value in values_of(row, column):
                yield column.value_url.replace(f"{{{column.name}}}", value)

    def _say(self, line: str, row: Row, column: Column) -> None:
        """What a cell says of its row."""
        place = self.field_lines[line, column.name] = row.places[column.name]
        if column.value_url:
            for iri in self._iris(row, column.predicate):
                self._refer(line, column.predicate, iri, place)
            return
        for value in values_of(row, column):
            self._add(line, column.predicate, Literal(value, datatype=NamedNode(XSD + column.datatype)))

    def _joined(self, row: Row) -> str:
        """The row as the source prints it: its words and its figures between bars."""
        figures = (row.texts[column.name] for column in self._description.figures)
        return " | ".join([self._text(row, PRINTED), *figures]).rstrip(" |")

    def _observation(self, row: Row, column: Column, line: str, pinpoint: str) -> None:
        cell = row.cells[column.name]
        cell_iri = column.about.replace("{row}", row.key)
        self._begin(cell_iri, "Observation", row.places[column.name])
        self._add(cell_iri, MEA + "inTable", NamedNode(self._description.iri))
        self._add(cell_iri, MEA + "fund", NamedNode(self._description.fund))
        self._add(cell_iri, MEA + "line", NamedNode(line))
        for party in self._iris(row, PARTY):
            self._add(cell_iri, PARTY, NamedNode(party))
        for predicate, (text, datatype) in column.said.items():
            value = Literal(text, datatype=NamedNode(datatype)) if datatype else NamedNode(text)
            self._add(cell_iri, predicate, value)
        self._add(cell_iri, PRINTED, Literal(cell.printed))
        self._add(cell_iri, MEA + "cellState", NamedNode(f"{VOCAB}cell-state/{cell.state}"))
        if cell.value is not None:
            self._add(cell_iri, MEA + "value", Literal(cell.value, datatype=NamedNode(XSD + "decimal")))
        self._add(cell_iri, MEA + "pinpoint", Literal(pinpoint))


def _titles(description: Description) -> dict[str, str]:
    """What pinpoints call the columns: the printed title, with the year where the table prints it twice."""
    times = Counter(column.title for column in description.figures)
    return {
        column.name: f"{column.title} (for {column.years})" if times[column.title] > 1 else column.title
        for column in description.figures
    }
