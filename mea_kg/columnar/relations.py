"""What a pattern becomes: a SELECT of SQL, and what its columns say of each variable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mea_kg.columnar.kinds import KINDS

ID, TRUTH, TEXT, NAME, NUMBER = "id", "truth", "text", "name", "number"
"""The forms of a value: the number of a term; a truth value; a text with its language or NULL; the text of an
IRI; a number times 10^18 with whether it is an integer."""


@dataclass(frozen=True)
class Column:
    """A variable: the names of its columns, its form, the kinds that it may have, whether it is always bound.

    `second` is the language of a text, or says whether a number is an integer. `lexical` and `tag` are those of the
    dictionary, empty where they were not looked up. `listed`: all its terms are in the dictionary. `among`: the IRIs
    that it can be, where these are known and few.
    """

    first: str
    form: str = ID
    second: str = ""
    kinds: frozenset[int] = KINDS
    certain: bool = True
    lexical: str = ""
    tag: str = ""
    listed: bool = True
    among: frozenset[str] | None = None

    def names(self) -> list[str]:
        """The columns that hold it."""
        return [name for name in (self.first, self.second, self.lexical, self.tag) if name]

    def possible(self) -> Column:
        """The same, which may be unbound."""
        return replace(self, certain=False)


@dataclass(frozen=True)
class Relation:
    """A SELECT, its columns by variable, and the columns of what was tested already, by what it was."""

    sql: str
    columns: Mapping[str, Column]
    tested: Mapping[str, str] = field(default_factory=dict)


def column_name(variable: str) -> str:
    """The name of a variable's first column.

    >>> column_name("this")
    'v_this'
    """
    return "v_" + "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in variable)
