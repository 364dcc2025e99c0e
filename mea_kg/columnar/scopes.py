"""Where an expression stands: the relation whose rows it is asked of, and what is around it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.columnar.relations import ID, Column, Relation
from mea_kg.columnar.values import Value, unbound


@dataclass
class Scope:
    """A relation under an alias. Texts that an expression needs are joined from the dictionary, once for each variable.

    `around` is the scope of the pattern in which this one is tested. `materialised`: the relation is a table.
    """

    alias: str
    relation: Relation
    around: Scope | None = None
    columns: dict[str, Column] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    tests: dict[str, str] = field(default_factory=dict)
    materialised: bool = False

    def __post_init__(self) -> None:
        self.columns = dict(self.relation.columns)

    def value(self, variable: str) -> Value:
        """The value of a variable here, or around."""
        column = self.columns.get(variable)
        if column is None:
            return self.around.value(variable) if self.around else unbound()
        if column.form != ID:
            first, second = self._sql(column.first), self._sql(column.second)
            return Value(column.form, first, second, column.kinds, certain=column.certain)
        return Value(
            ID,
            self._sql(column.first),
            kinds=column.kinds,
            lookup=lambda: self._looked_up(variable),
            certain=column.certain,
            listed=column.listed,
        )

    def visible(self) -> set[str]:
        """The variables here and around."""
        return set(self.columns) | (self.around.visible() if self.around else set())

    def _sql(self, name: str) -> str:
        return f"{self.alias}.{name}" if name else ""

    def _looked_up(self, variable: str) -> tuple[str, str]:
        column = self.columns[variable]
        if not column.listed:
            raise NotTranslatedError("the text of what may be computed or a term")
        if not column.lexical:
            alias = f"{self.alias}_{column.first}"
            kind = "JOIN" if column.certain else "LEFT JOIN"
            self.joins.append(f"{kind} terms AS {alias} ON {alias}.id = {self._sql(column.first)}")
            column = replace(column, lexical=f"{column.first}_lex", tag=f"{column.first}_tag")
            self.added += [f"{alias}.lex AS {column.lexical}", f"{alias}.tag AS {column.tag}"]
            self.columns[variable] = column
        return self._sql(column.lexical), self._sql(column.tag)

    def keep(self, key: str, test: str) -> str:
        """Hold what a test gives in a column of its own; how to read it."""
        name = f"{self.alias}_{len(self.kept)}"
        self.kept[key] = name
        self.tests[name] = test
        return self._sql(name)

    def known(self, key: str) -> str | None:
        """How to read what this test gave before."""
        name = self.kept.get(key) or self.relation.tested.get(key)
        return self._sql(name) if name else None

    def source(self) -> str:
        """What to select from: the relation with what was looked up, and what was tested."""
        found = f"({self.relation.sql}) AS {self.alias}"
        if self.joins:
            shown = ", ".join([f"{self.alias}.*", *self.added])
            found = f"(SELECT {shown} FROM {' '.join([found, *self.joins])}) AS {self.alias}"
        if self.kept:
            shown = ", ".join(
                [f"{self.alias}.*", *(f"{test} AS {name}" for name, test in self.tests.items())]
            )
            found = f"(SELECT {shown} FROM {found}) AS {self.alias}"
        return found
