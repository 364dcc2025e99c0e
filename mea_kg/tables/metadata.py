"""The CSVW metadata of a table: what the table is, and what each of its columns says.

Read is what our tables use of the vocabulary: a table with `url`, `dc:title` and a `tableSchema`, and columns with
`name`, `propertyUrl`, `valueUrl`, `aboutUrl`, `separator`, `datatype` and `required`. What CSVW has no word for has
the full IRI of a property of the ontology. A column with `mea:measure` holds figures, one an observation; any
other column says something of its row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mea_kg.context import nearest
from mea_kg.encodings import read_text
from mea_kg.findings import VIOLATION, Finding
from mea_kg.namespaces import MEA, XSD
from mea_kg.places import Place

SUFFIX = "-metadata.json"
ROW = "row"
PRINTED, PHRASE, PARTY, GRADE = (MEA + name for name in ("printed", "phrase", "party", "grade"))

_TABLE_KEYS = ("@context", "@id", "url", "dc:title", "rdfs:label", "tableSchema")
_TABLE_LINKS = ("fund", "partOf", "source")
_TABLE_TEXTS = ("pinpoint", "phrase")
_TABLE_REMARKS = ("note", "hasEvidence")
_SCHEMA_KEYS = ("aboutUrl", "primaryKey", "columns")
_COLUMN_KEYS = (
    "name", "dc:title", "aboutUrl", "propertyUrl", "valueUrl", "separator", "datatype", "required",
    "suppressOutput",
)  # fmt: skip
_FIGURE_KEYS = ("measure", "unit", "multiplier", "year", "startYear", "endYear", "scaleYear", "dueDate")


@dataclass(frozen=True)
class Column:
    """A column. `said` are the properties of the observations in it, by IRI; empty unless it holds figures.

    Each value of `said` is an IRI, or a text with the name of its datatype.
    """

    name: str
    place: Place
    about: str = ""
    predicate: str = ""
    value_url: str = ""
    separator: str = ""
    datatype: str = "string"
    required: bool = False
    title: str = ""
    said: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def has_figures(self) -> bool:
        """Whether each cell is an observation."""
        return bool(self.said)

    @property
    def years(self) -> str:
        """The year or years of the column, as text; empty where it has none."""
        texts = [
            self.said[MEA + key][0] for key in ("year", "startYear", "endYear") if MEA + key in self.said
        ]
        return "-".join(texts)


@dataclass(frozen=True)
class Description:
    """What the metadata says of a table; links are IRIs, `phrases` the evidence of caption and header.

    `note` says what is a reading; it is empty where all stands in the table. `fund_evidence` are pinpoints and phrases
    elsewhere in the source that say whose fund the table is about.
    """

    path: Path
    place: Place
    iri: str
    csv: Path
    title: str
    label: str
    fund: str
    part_of: str
    source: str
    note: str
    pinpoint: str
    phrases: tuple[str, ...]
    fund_evidence: tuple[tuple[str, str], ...]
    line_url: str
    columns: tuple[Column, ...]

    @property
    def figures(self) -> tuple[Column, ...]:
        """The columns that hold figures."""
        return tuple(column for column in self.columns if column.has_figures)


class MetadataReader:
    """Reads one metadata file; `findings` has what is wrong with it."""

    def __init__(self, path: Path, file: str) -> None:
        self.findings: list[Finding] = []
        self._path = path
        self._file = file
        self._text = ""

    def read(self) -> Description | None:
        """The description; None where it cannot be used."""
        text = read_text(self._path, self._report, self._file)
        if text is None:
            return None
        self._text = text
        try:
            content = json.loads(self._text)
        except RecursionError:
            self.report(1, "too-deep", "nested too deep", "Check brackets that are not closed.")
            return None
        except json.JSONDecodeError as error:
            self.report(
                error.lineno, "table-metadata", f"not JSON: {error.msg}", "Mend the JSON at that place."
            )
            return None
        if not isinstance(content, dict):
            self.report(1, "table-metadata", "the metadata of a table is an object", "Begin with {.")
            return None
        description = self._table(content)
        return None if self.findings else description

    def report(self, line: int, rule: str, message: str, hint: str, **details: Any) -> None:
        """Add a finding."""
        self.findings.append(Finding(self._file, line, 1, VIOLATION, rule, message, hint=hint, **details))

    def _report(self, place: Place, rule: str, message: str, hint: str) -> None:
        self.report(place.line, rule, message, hint)

    def line_of(self, text: str) -> int:
        """The line in which a JSON string first stands; 1 if it does not."""
        offset = self._text.find(json.dumps(text, ensure_ascii=False))
        return 1 if offset < 0 else self._text.count("\n", 0, offset) + 1

    def _table(self, content: dict[str, Any]) -> Description:
        own = [*_TABLE_KEYS, *(MEA + name for name in (*_TABLE_LINKS, *_TABLE_TEXTS))]
        self._check_keys(content, own, [*own, *(MEA + name for name in _TABLE_REMARKS)])
        schema = content.get("tableSchema")
        schema = schema if isinstance(schema, dict) else {}
        self._check_keys(schema, _SCHEMA_KEYS, _SCHEMA_KEYS)
        listed = schema.get("columns")
        columns = [self._column(column) for column in (listed if isinstance(listed, list) else [])]
        names = [column.name for column in columns]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.report(self.line_of(name), "table-metadata", f"two columns are named {name}", "Rename one.")
        if ROW not in names or PRINTED not in [c.predicate for c in columns if not c.has_figures]:
            hint = f"Describe a column `{ROW}`, and one whose propertyUrl is {PRINTED}."
            self.report(1, "table-metadata", "no column for the key or for the words of a row", hint)
        return Description(
            path=self._path,
            place=Place(self._file, 1, 1),
            iri=_text(content, "@id"),
            csv=self._path.parent / _text(content, "url"),
            title=_text(content, "dc:title"),
            label=_text(content, "rdfs:label"),
            fund=_link(content, "fund"),
            part_of=_link(content, "partOf"),
            source=_link(content, "source"),
            note=_text(content, MEA + "note"),
            pinpoint=_text(content, MEA + "pinpoint"),
            phrases=tuple(_texts(content, MEA + "phrase")),
            fund_evidence=tuple(self._evidence(content)),
            line_url=_text(schema, "aboutUrl"),
            columns=tuple(columns),
        )

    def _evidence(self, content: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Pinpoint and phrase of each piece of evidence that says whose fund the table is about."""
        keys = (MEA + "pinpoint", MEA + "phrase")
        listed = content.get(MEA + "hasEvidence", [])
        for item in listed if isinstance(listed, list) else [listed]:
            piece = item if isinstance(item, dict) else {}
            self._check_keys(piece, keys, keys)
            yield _text(piece, keys[0]), _text(piece, keys[1])

    def _column(self, content: object) -> Column:
        column = content if isinstance(content, dict) else {}
        name = _text(column, "name")
        self._check_keys(column, ("name",), (*_COLUMN_KEYS, *(MEA + key for key in _FIGURE_KEYS)), name)
        said = {MEA + key: _said(column[MEA + key]) for key in _FIGURE_KEYS if MEA + key in column}
        if said:
            self._check_keys(
                column, ("dc:title", "aboutUrl", *(MEA + k for k in _FIGURE_KEYS[:3])), None, name
            )
            if not any(MEA + key in said for key in ("year", "startYear")):
                self.report(
                    self.line_of(name), "table-metadata", f"column {name} has no year", "Add mea:year."
                )
        datatype = column.get("datatype", "string")
        return Column(
            name=name,
            place=Place(self._file, self.line_of(name), 1),
            about=_text(column, "aboutUrl"),
            predicate=_text(column, "propertyUrl"),
            value_url=_text(column, "valueUrl"),
            separator=_text(column, "separator"),
            datatype=datatype if isinstance(datatype, str) else "string",
            required=column.get("required") is True,
            title=_text(column, "dc:title"),
            said=said,
        )

    def _check_keys(
        self, content: dict[str, Any], needed: tuple[str, ...] | list[str], known: Any, name: str = ""
    ) -> None:
        of = f" of column {name}" if name else ""
        line = self.line_of(name) if name else 1
        for key in needed:
            if not content.get(key):
                self.report(line, "table-metadata", f"the key {key}{of} is missing", f"Add {key}.", field=key)
        for key in content:
            if known is not None and key not in known:
                near = nearest(key, known)
                hint = f"Did you mean {near[0]}?" if near else "Known keys are described in docs/tables.md."
                at = self.line_of(key)
                self.report(at, "table-metadata", f"unknown key {key}{of}", hint, field=key, found=key)


def _text(content: dict[str, Any], key: str) -> str:
    value = content.get(key, "")
    return value if isinstance(value, str) else ""


def _texts(content: dict[str, Any], key: str) -> list[str]:
    value = content.get(key, [])
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


def _link(content: dict[str, Any], name: str) -> str:
    value = content.get(MEA + name)
    return _text(value, "@id") if isinstance(value, dict) else ""


def _said(value: object) -> tuple[str, str]:
    """An IRI with no datatype, or a text with the IRI of its datatype."""
    if isinstance(value, dict) and "@id" in value:
        return _text(value, "@id"), ""
    if isinstance(value, dict):
        return _text(value, "@value"), XSD + _text(value, "@type").removeprefix("xsd:")
    return str(value), XSD + "string"
