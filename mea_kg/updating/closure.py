"""What a change of the authored graph changes in its closure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from mea_kg.axioms import Axioms, Role, Stratum
from mea_kg.sparql.patterns import Choice, Inverse, Link, Path, Repeated
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH
from mea_kg.updating.dependencies import TYPE
from mea_kg.updating.layers import Layers
from mea_kg.updating.walking import Fans, Term, Walker


class Closure:
    """The closure of an authored graph under axioms, kept up to date.

    A triple follows if a property below its own joins its ends in the authored graph, or a chain of such
    triples does where a transitive property is below it; a type, if a class below its own is stated.
    """

    def __init__(self, axioms: Axioms, fans: Fans) -> None:
        self._axioms = axioms
        self._fans = fans
        self._above: defaultdict[str, list[Role]] = defaultdict(list)
        for role, below in axioms.roles_below.items():
            if not role.inverse:
                for lower in below:
                    self._above[lower.iri].append(Role(lower.inverse, role.iri))
        self._transitive = [stratum for stratum in axioms.strata if stratum.transitive]

    def predicates(self) -> set[str]:
        """The properties with triples that follow from other triples."""
        derived = {role.iri for stratum in self._axioms.strata for role in stratum.roles}
        return derived | ({TYPE.value} if self._axioms.superclasses else set())

    def update(self, layers: Layers, changed: Iterable[Triple]) -> set[Triple]:
        """Bring the inferred graph up to date with changed authored triples; what no longer follows and is not stated.

        A triple that a rule derives as well is among what is given back: the rules are to say so.
        """
        lost = set()
        for triple in set(self._candidates(layers, changed)):
            if layers.holds(triple, "new", AUTHORED_GRAPH):
                layers.remove([triple], INFERRED_GRAPH)
            elif self.follows(layers, triple):
                layers.add([triple], INFERRED_GRAPH)
            elif layers.holds(triple, "both"):
                layers.remove([triple], INFERRED_GRAPH)
                lost.add(triple)
        return lost

    def follows(self, layers: Layers, triple: Triple) -> bool:
        """Whether a triple that is not stated follows from what is, in the new state."""
        s, p, o = triple.subject, triple.predicate, triple.object
        if p == TYPE:
            return isinstance(o, NamedNode) and any(
                layers.holds(Triple(s, TYPE, NamedNode(name)), "new", AUTHORED_GRAPH)
                for name in self._axioms.subclasses(o.value)
                if name != o.value
            )
        below = self._axioms.subroles(p.value)
        for role in below:
            one = _read(s, NamedNode(role.iri), o, role.inverse)
            if one is not None and layers.holds(one, "new", AUTHORED_GRAPH):
                return True
        walker = Walker(layers.store, layers.graphs("new", AUTHORED_GRAPH), self._fans)
        chains = {
            role
            for stratum in self._transitive
            for role in (stratum.roles[0], stratum.roles[0].flipped())
            # Each pair stands in the first property before it is read backwards, and has no literal as subject there.
            if role in below and not (role.inverse and isinstance(o, Literal))
        }
        return any(
            o in walker.follow(Repeated(self._base(role), maybe_none=False), [s]) for role in sorted(chains)
        )

    def _candidates(self, layers: Layers, changed: Iterable[Triple]) -> Iterator[Triple]:
        walker = Walker(layers.store, layers.graphs("both", AUTHORED_GRAPH), self._fans)
        reach: dict[tuple[Stratum, Term, bool], frozenset[Term]] = {}
        for triple in changed:
            s, p, o = triple.subject, triple.predicate, triple.object
            yield triple
            if p == TYPE and isinstance(o, NamedNode):
                yield from (
                    Triple(s, p, NamedNode(name)) for name in self._axioms.superclasses.get(o.value, ())
                )
            for role in self._above.get(p.value, ()):
                if (one := _read(s, NamedNode(role.iri), o, role.inverse)) is not None:
                    yield one
            for stratum in self._transitive:
                first = stratum.roles[0]
                below = self._axioms.subroles(first.iri)
                for inverse in (False, True):
                    if Role(inverse, p.value) not in below:
                        continue
                    start, end = (o, s) if inverse else (s, o)
                    many = Repeated(self._base(first), maybe_none=True)
                    for node, forward in ((start, False), (end, True)):
                        if (stratum, node, forward) not in reach:
                            found = frozenset(walker.follow(many, [node], forward))
                            reach[stratum, node, forward] = found
                    for role in (Role(False, first.iri), *self._above.get(first.iri, ())):
                        for x in reach[stratum, start, False]:
                            if isinstance(x, Literal):
                                continue
                            for y in reach[stratum, end, True]:
                                if (one := _read(x, NamedNode(role.iri), y, role.inverse)) is not None:
                                    yield one

    def _base(self, role: Role) -> Path:
        """One step of a transitive relation in the authored graph."""
        ways: list[Path] = []
        for lower in sorted(self._axioms.roles_below.get(role, {role})):
            link = Link(NamedNode(lower.iri))
            ways.append(Inverse(link) if lower.inverse else link)
        return ways[0] if len(ways) == 1 else Choice(tuple(ways))


def _read(subject: Term, predicate: NamedNode, value: Term, inverse: bool) -> Triple | None:
    """The triple in this direction, None where its subject would be a literal."""
    one, other = (value, subject) if inverse else (subject, value)
    return None if isinstance(one, Literal) else Triple(one, predicate, other)
