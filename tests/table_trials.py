"""What catches a mutant of a table: form, a rule of the shapes, the text of its source, arithmetic, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from mea_kg.loading import LoadedFile
from mea_kg.namespaces import shortened
from mea_kg.places import Place
from mea_kg.tables.cubes import Cube
from mea_kg.tables.metadata import SUFFIX, Description, MetadataReader
from mea_kg.tables.reading import ENDING, Table, check_table
from mea_kg.tables.rows import Row, RowReader
from tests.mutant_trials import FORM, Outcome, Trials
from tests.table_mutants import TableMutant, table_mutants

Known = Collection[tuple[int, tuple[str, ...]]]


@dataclass(frozen=True)
class _Original:
    """A curated table as it stands in the folder."""

    file: LoadedFile
    description: Description
    lines: list[str]
    rows: list[Row]


class TableTrials:
    """The tables of a folder, in which one line after the other is replaced by a mutant."""

    def __init__(self, trials: Trials) -> None:
        self._trials = trials
        self._folder = TemporaryDirectory()
        self._tables: dict[str, _Original] = {}
        for file in trials.loaded.files:
            if file.path.suffix == ENDING:
                metadata = file.path.with_name(file.path.name + SUFFIX)
                description = MetadataReader(metadata, file.file).read()
                assert description is not None
                rows = RowReader(description, file.file).read()
                lines = file.path.read_text(encoding="utf-8").splitlines()
                self._tables[file.file] = _Original(file, description, lines, rows)

    def mutants(self, seed: int = 0) -> Iterator[TableMutant]:
        """All mutants of all tables."""
        for name, table in self._tables.items():
            yield from table_mutants(name, table.lines, table.description, seed)

    def text(self, mutant: TableMutant) -> tuple[Path, str]:
        """The file that a mutant is of, and what would stand in it."""
        table = self._tables[mutant.file]
        return table.file.path, mutant.applied(table.lines)

    def outcome(self, mutant: TableMutant) -> Outcome:
        """What catches a mutant first: form, then shapes, then the text of the source, then arithmetic."""
        table = self._tables[mutant.file]
        path = Path(self._folder.name) / "mutant.csv"
        path.write_text(mutant.applied(table.lines), encoding="utf-8")
        reader = RowReader(replace(table.description, csv=path), mutant.file)
        rows = reader.read()
        if reader.findings:
            return Outcome(FORM, reader.findings[0].rule)
        before = _Changed(table.description, table.rows, _known(rows))
        now = _Changed(table.description, rows, _known(table.rows))
        if rule := self._references(mutant.file, before, now):
            return Outcome(FORM, rule)
        return self._trials.changed(
            set(before.triples), set(now.triples), before.lines.keys() | now.lines.keys()
        )

    def _references(self, file: str, before: Cube, now: Cube) -> str:
        """The first rule that references break, the changed ones and those to what is there no longer."""
        places = self._trials.catalogue.places
        gone = {shortened(iri) for iri in before.lines.keys() - now.lines.keys()}
        new = {shortened(iri) for iri in now.lines.keys() - before.lines.keys()}
        if any(name in places for name in new):
            return "id-twice"
        changed = {shortened(iri) for iri in before.lines}
        if any(self._trials.users.get(name, set()) - changed for name in gone):
            return "undefined-reference"
        kept = {name: places.pop(name) for name in gone}
        places.update(dict.fromkeys(new, Place(file, 1, 1)))
        try:
            table = Table(Path(file), file, references=now.references)
            return next((finding.rule for finding in check_table(table, self._trials.catalogue, ())), "")
        finally:
            for name in new:
                del places[name]
            places.update(kept)


class _Changed(Cube):
    """A table without the lines that are known: to make the triples of all would take ten times as long."""

    def __init__(self, description: Description, rows: list[Row], known: Known) -> None:
        self._known = known
        super().__init__(description, rows)

    def _line(self, row: Row, order: int) -> None:
        if (order, tuple(row.texts.values())) not in self._known:
            super()._line(row, order)


def _known(rows: list[Row]) -> Known:
    return {(order, tuple(row.texts.values())) for order, row in enumerate(rows, 1)}
