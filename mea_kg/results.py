"""What comes back from asking the graph: rows of RDF terms with their scope and remarks, a truth, or triples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from mea_kg.errors import QueryError
from mea_kg.names import Entity
from mea_kg.namespaces import ID, XSD

if TYPE_CHECKING:
    import pandas  # type: ignore[import-not-found,import-untyped,unused-ignore]

Term: TypeAlias = "NamedNode | BlankNode | Literal"
Plain: TypeAlias = "str | int | bool | Decimal | date | None"
Bindings: TypeAlias = "Mapping[str, tuple[Entity, ...]]"

EVERYTHING = ID + "collection/all"

_INTEGERS = frozenset(XSD + name for name in ("integer", "int", "long", "short", "nonNegativeInteger"))


@dataclass(frozen=True)
class Scope:
    """The source documents that an answer is limited to: how many, and the year of the newest, as it is known."""

    source: Entity
    documents: int
    newest: str = ""

    def __str__(self) -> str:
        name = "" if self.source.iri == EVERYTHING else f" ({self.source.label})"
        if self.documents == 1:
            text = f"from 1 document{name}" + (f" of {self.newest}" if self.newest else "")
        else:
            text = f"from {self.documents} documents{name}"
            text += f", the newest of {self.newest}" if self.newest else ""
        return f"{text}; not stated is not no"


@dataclass(frozen=True)
class Answer:
    """The rows of a SELECT, one for each piece of evidence.

    `key` names the columns that identify what is stated: rows that agree in them state one thing, with several
    pieces of evidence or several values. `parameters` has the entities that were asked for, by column. For people,
    `groups` names the columns by which the rows are split into tables (by default those of the parameters),
    `hide` the columns that are left out, `preface` the sentences above and `remarks` those below.
    """

    question: str
    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    scope: Scope | None = None
    _: KW_ONLY
    key: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    parameters: Bindings = field(default_factory=dict)
    groups: tuple[str, ...] | None = None
    preface: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Plain]]:
        """The rows as dicts of plain values: IRIs and texts as str, numbers, booleans and dates as their own."""
        for row in self.rows:
            yield {name: plain(term) for name, term in zip(self.variables, row, strict=True)}

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a pandas DataFrame. Raises `QueryError` where pandas is not installed."""
        try:
            import pandas
        except ImportError as error:
            raise QueryError("pandas is not installed", "install it: pip install pandas") from error
        return pandas.DataFrame(list(self), columns=list(self.variables))

    @property
    def searched(self) -> str:
        """What an answer without rows was made from, in a sentence."""
        asked = "; ".join(
            f"{name}: {', '.join(entity.label for entity in entities)}"
            for name, entities in self.parameters.items()
        )
        what = self.question + (f" ({asked})" if asked else "")
        return f"Nothing is stated. Searched: {what}\nThat nothing is stated does not mean no."


@dataclass(frozen=True)
class Truth:
    """The answer of an ASK."""

    value: bool


@dataclass(frozen=True)
class Statements:
    """The triples of a CONSTRUCT or DESCRIBE."""

    triples: tuple[Triple, ...]


Result: TypeAlias = "Answer | Truth | Statements"


def plain(term: Term | None) -> Plain:
    """A term as a plain Python value."""
    if not isinstance(term, Literal):
        return term.value if term is not None else None
    datatype = term.datatype.value
    try:
        if datatype in _INTEGERS:
            return int(term.value)
        if datatype == XSD + "decimal":
            return Decimal(term.value)
        if datatype == XSD + "date":
            return date.fromisoformat(term.value)
    except (ValueError, ArithmeticError):
        return term.value
    if datatype == XSD + "boolean":
        return term.value in ("true", "1")
    return term.value
