"""The closure under the ontology's axioms, in SQL: one pass through the strata, as on the embedded store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode

from mea_kg.axioms import Axioms, Role, Stratum
from mea_kg.columnar.database import INFERRED, Database
from mea_kg.namespaces import RDF

_TYPE = RDF + "type"


def close(database: Database, axioms: Axioms) -> int:
    """Add to the inferred part all that follows from the graph; how many triples."""
    database.numbers(NamedNode(role.iri) for stratum in axioms.strata for role in stratum.roles)
    added = sum(_relation(database, stratum) for stratum in axioms.strata)
    types = database.relation(_TYPE)
    if types is None or not axioms.superclasses:
        return added
    pairs = [(lower, upper) for lower, above in axioms.superclasses.items() for upper in sorted(above)]
    names = sorted({name for pair in pairs for name in pair})
    numbers = dict(zip(names, database.numbers(NamedNode(name) for name in names), strict=True))
    rows = ", ".join(f"({numbers[lower]}::UBIGINT, {numbers[upper]}::UBIGINT)" for lower, upper in pairs)
    above = f"SELECT t.s, c.o FROM {types} AS t JOIN (VALUES {rows}) AS c(s, o) ON t.o = c.s"
    return added + database.add_pairs(_TYPE, above, INFERRED)


def _relation(database: Database, stratum: Stratum) -> int:
    """Fill the relation's first property (a transitive one by recursion), then copy it to the others."""
    first, *others = stratum.roles
    everything = [*stratum.roles, *stratum.below]
    added = 0
    if stratum.transitive:
        added += _fill(database, first.iri, everything, transitive=True)
    elif len(everything) > 1:
        added += _fill(database, first.iri, everything[1:])
    for role in others:
        if not role.inverse:
            added += _fill(database, role.iri, [first])
        elif role.flipped() not in stratum.roles:
            forwards = [other.flipped() for other in everything if other.inverse and other != role]
            added += _fill(database, role.iri, [first.flipped(), *forwards])
    return added


def _fill(database: Database, iri: str, roles: Sequence[Role], transitive: bool = False) -> int:
    edges = " UNION ALL ".join(_read(database, roles))
    if not edges:
        return 0
    if transitive:
        edges = (
            f"WITH RECURSIVE edges AS MATERIALIZED (SELECT DISTINCT s, o FROM ({edges})), steps(s, o) AS ("
            " SELECT s, o FROM edges UNION SELECT steps.s, edges.o FROM steps JOIN edges ON steps.o = edges.s)"
            " SELECT s, o FROM steps"
        )
    no_literal = " WHERE kind(s) < 2" if any(role.inverse for role in roles) else ""
    return database.add_pairs(iri, f"SELECT s, o FROM ({edges}){no_literal}", INFERRED)


def _read(database: Database, roles: Iterable[Role]) -> Iterable[str]:
    for role in roles:
        if table := database.relation(role.iri):
            yield f"SELECT {'o AS s, s AS o' if role.inverse else 's, o'} FROM {table}"
