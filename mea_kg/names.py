"""From what a person types to entities: ids, IRIs, labels, acronyms, symbols and aliases.

The exact spelling is looked for first, then any spelling that differs only in case, accents, white space or
punctuation ("BS II/6" is "BS-II/6"), then the last part of an id ("five-documents"). The store is asked each
time: there is no index to build or to go stale.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode

from mea_kg.errors import AmbiguousName, QueryError, UnknownName, quoted
from mea_kg.namespaces import AUTHORED, ID, INFERRED, MEA, PREFIXES, VOCAB, shortened
from mea_kg.saved_queries import Parameter
from mea_kg.selecting import Queryable, holds, select

_PREFIXES = "".join(
    f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("mea", "skos", "dcterms", "rdfs")
)
_FROM = f"FROM <{AUTHORED}> FROM <{INFERRED}>"
_NAME = "skos:prefLabel|skos:altLabel|mea:acronym|mea:symbol|dcterms:title|(mea:hasName/mea:text)"
_REGIME = MEA + "TreatyRegime"
_TREATY = MEA + "Treaty"
_NEAREST = 5


@dataclass(frozen=True)
class Entity:
    """A node of the graph, as it is shown to a person: IRI, label and kind in words.

    A value that a parameter takes in the place of a node has a `datatype`, and its text as `iri` and `label`.
    """

    iri: str
    label: str
    kind: str
    datatype: str = ""

    @property
    def node(self) -> NamedNode | Literal:
        """The entity or value as an RDF term."""
        if self.datatype:
            return Literal(self.label, datatype=NamedNode(self.datatype))
        return NamedNode(self.iri)

    def __str__(self) -> str:
        if self.datatype:
            return self.label
        return f"{self.label} ({self.kind}, {shortened(self.iri)})"


@dataclass(frozen=True)
class _Candidate:
    entity: Entity
    classes: frozenset[str]

    def fits(self, parameter: Parameter) -> bool:
        if parameter.scheme:
            return self.entity.iri.startswith(parameter.scheme + "/")
        return not parameter.classes or not self.classes.isdisjoint(parameter.classes)


def normalised(text: str) -> str:
    """The text without case, accents and punctuation.

    >>> normalised("BS II/6"), normalised("bs-ii/6"), normalised("  Organización\\tMundial ")
    ('bs ii 6', 'bs ii 6', 'organizacion mundial')
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())


def find_entities(store: Queryable, text: str, parameter: Parameter) -> tuple[Entity, ...]:
    """The entities that a text names, of the parameter's classes.

    One, but for a treaty's name given where an actor is asked for: that names the treaty regime and all who
    act under the treaty, serve it or govern it. Raises `UnknownName` or `AmbiguousName`; `QueryError` for what
    is no value of the parameter's datatype.
    """
    if parameter.datatype:
        return (_value(text, parameter),)
    found = _named(store, text, parameter)
    fitting = [candidate for candidate in found if candidate.fits(parameter)]
    if parameter.classes:
        treaties = [candidate.entity for candidate in found if _TREATY in candidate.classes]
        linked = _who_act_for(store, treaties, parameter)
        if linked and {candidate.entity for candidate in fitting} <= set(linked):
            return linked
    if not fitting:
        raise _unknown(store, text, parameter, found)
    if len(fitting) > 1:
        names = "\n".join(f"  {candidate.entity}" for candidate in fitting)
        raise AmbiguousName(
            f"{quoted(text)} is the name of {len(fitting)} entities", f"give the id of one of them:\n{names}"
        )
    return (fitting[0].entity,)


def _value(text: str, parameter: Parameter) -> Entity:
    try:
        day = date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        hint = f"{parameter.label}: such as {parameter.example}"
        raise QueryError(f"{text!r} is not a day of the calendar, YYYY-MM-DD", hint) from None
    return Entity(day, day, "date", parameter.datatype)


def find_entity(store: Queryable, text: str) -> tuple[Entity, tuple[Entity, ...]]:
    """The one entity of any class that a text names; of a treaty and its actors, the treaty.

    The second value has the other entities of that name, which are actors of that treaty.
    Raises `UnknownName` or `AmbiguousName`.
    """
    anything = Parameter("name", "an entity")
    found = _named(store, text, anything)
    treaties = [candidate.entity for candidate in found if _TREATY in candidate.classes]
    if len(treaties) == 1:
        others = tuple(candidate.entity for candidate in found if candidate.entity not in treaties)
        if set(others) <= set(_who_act_for(store, treaties, anything)):
            return treaties[0], others
    return find_entities(store, text, anything)[0], ()


def find_ends(store: Queryable, text: str) -> tuple[Entity, ...]:
    """The entities where a path begins or ends: of the name of a treaty, the treaty and all who act for it.

    Of an id or an IRI, that entity alone. Raises `UnknownName` or `AmbiguousName`.
    """
    anything = Parameter("name", "an entity")
    entity, others = find_entity(store, text)
    if entity.iri in _possible_iris(text, anything):
        return (entity,)
    kinds = _candidates(store, [entity.iri])
    is_treaty = any(_TREATY in candidate.classes for candidate in kinds)
    acting = _who_act_for(store, [entity], anything) if is_treaty else ()
    return tuple(dict.fromkeys((entity, *acting, *others)))


def _named(store: Queryable, text: str, parameter: Parameter) -> list[_Candidate]:
    if not _is_unicode(text):
        return []
    for iri in _possible_iris(text, parameter):
        if present := _present(store, iri):
            return _candidates(store, [present])
    if exact := _exactly_named(store, text):
        return _candidates(store, exact)
    wanted = normalised(text)
    loosely, by_id = set(), set()
    for row in select(store, f"{_PREFIXES} SELECT ?entity ?name {_FROM} WHERE {{ ?entity {_NAME} ?name }}"):
        iri = row["entity"].value
        if normalised(row["name"].value) == wanted:
            loosely.add(iri)
        elif iri.endswith("/" + text):
            by_id.add(iri)
    return _candidates(store, loosely or by_id) if wanted else []


def _possible_iris(text: str, parameter: Parameter) -> list[str]:
    text = text.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    if "://" in text:
        return [text] if _is_iri(text) else []
    possible = [f"{parameter.scheme}/{text}"] if parameter.scheme else []
    if text.startswith("vocab/"):
        possible.append(VOCAB + text.removeprefix("vocab/"))
    if "/" in text:
        possible.append(ID + text)
    return [iri for iri in possible if _is_iri(iri)]


def _is_iri(text: str) -> bool:
    """Whether the text is an IRI, so that it can stand between angle brackets in a query."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _is_unicode(text: str) -> bool:
    """Whether the text is characters: bytes of a command line that are none come as lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _present(store: Queryable, iri: str) -> str | None:
    """The IRI if the graph has it, or that of the entity which replaces it."""
    for row in select(
        store, f"{_PREFIXES} SELECT ?new {_FROM} WHERE {{ <{iri}> dcterms:isReplacedBy ?new }}"
    ):
        return str(row["new"].value)
    return iri if holds(store, f"ASK {_FROM} {{ <{iri}> ?property ?value }}") else None


def _exactly_named(store: Queryable, text: str) -> set[str]:
    spellings = f"{Literal(text)} {Literal(text, language='en')}"
    rows = select(
        store,
        f"{_PREFIXES} SELECT ?entity {_FROM} WHERE {{ VALUES ?name {{ {spellings} }} ?entity {_NAME} ?name }}",
    )
    return {row["entity"].value for row in rows}


def _candidates(store: Queryable, iris: Iterable[str]) -> list[_Candidate]:
    """What the graph says of these entities; ontology terms and the like are left out."""
    classes: dict[str, set[str]] = {iri: set() for iri in iris if iri.startswith((ID, VOCAB))}
    entities = {entity.iri: entity for entity in read_entities(store, classes)}
    listed = " ".join(str(NamedNode(iri)) for iri in classes)
    rows = select(
        store, f"SELECT ?entity ?class {_FROM} WHERE {{ VALUES ?entity {{ {listed} }} ?entity a ?class }}"
    )
    for row in rows:
        classes[row["entity"].value].add(row["class"].value)
    return sorted(
        (_Candidate(entities[iri], frozenset(kinds)) for iri, kinds in classes.items()),
        key=lambda candidate: candidate.entity.iri,
    )


def read_entities(store: Queryable, iris: Iterable[str]) -> list[Entity]:
    """These entities with their English labels and the kinds that their entries give them."""
    listed = " ".join(str(NamedNode(iri)) for iri in iris)
    labels: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for row in select(
        store,
        f"""{_PREFIXES} SELECT ?entity ?label ?class ?kind FROM <{AUTHORED}> WHERE {{
            VALUES ?entity {{ {listed} }}
            OPTIONAL {{ ?entity skos:prefLabel ?label FILTER (LANG(?label) = "en") }}
            OPTIONAL {{ ?entity a ?class OPTIONAL {{ ?class rdfs:label ?kind }} }}
        }} ORDER BY ?entity ?class ?label""",
    ):
        iri = row["entity"].value
        labels.setdefault(iri, row["label"].value if row["label"] else shortened(iri))
        if row["class"]:
            kinds.setdefault(iri, row["kind"].value if row["kind"] else in_words(row["class"].value))
    return [Entity(iri, label, kinds.get(iri, "entity")) for iri, label in labels.items()]


def in_words(term: str) -> str:
    """A term's name as words.

    >>> in_words("mea:MemorandumOfUnderstanding"), in_words("verbAsPrinted")
    ('memorandum of understanding', 'verb as printed')
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.split("[:/#]", term)[-1]).lower()


def _who_act_for(store: Queryable, treaties: Sequence[Entity], parameter: Parameter) -> tuple[Entity, ...]:
    """The regime of each treaty, then its secretariats, bodies and offices, as far as they fit."""
    if not treaties or _TREATY in parameter.classes:
        return ()
    listed = " ".join(str(treaty.node) for treaty in treaties)
    rows = select(
        store,
        f"""{_PREFIXES} SELECT DISTINCT ?actor {_FROM} WHERE {{
            VALUES ?treaty {{ {listed} }}
            ?actor mea:actsUnder|(mea:officeOf?/mea:servicesTreaty)|mea:governs ?treaty
        }}""",
    )
    candidates = _candidates(store, [row["actor"].value for row in rows])
    fitting = [candidate for candidate in candidates if candidate.fits(parameter)]
    fitting.sort(key=lambda candidate: (_REGIME not in candidate.classes, candidate.entity.label))
    return tuple(candidate.entity for candidate in fitting)


def _unknown(store: Queryable, text: str, parameter: Parameter, others: Sequence[_Candidate]) -> UnknownName:
    if others:
        what = " or ".join(in_words(shortened(name)) for name in parameter.classes) or parameter.label
        return UnknownName(
            f"{others[0].entity} does not fit; asked for: {parameter.label}",
            f"give the name of another entity, of kind {what}",
        )
    near = _nearest(store, text, parameter)
    hint = "did you mean\n" + "\n".join(f"  {entity}" for entity in near) if near else "no name is near to it"
    return UnknownName(f"no entity is named {quoted(text)}; asked for: {parameter.label}", hint)


def _nearest(store: Queryable, text: str, parameter: Parameter) -> list[Entity]:
    """The entities whose names hold all words of the text or are spelt nearly so, the nearest first."""
    from difflib import get_close_matches

    classes = " ".join(f"<{name}>" for name in parameter.classes)
    pattern = f"VALUES ?class {{ {classes} }} ?entity a ?class ." if classes else ""
    names: dict[str, set[str]] = {}
    for row in select(
        store, f"{_PREFIXES} SELECT DISTINCT ?entity ?name {_FROM} {{ {pattern} ?entity {_NAME} ?name }}"
    ):
        iri = row["entity"].value
        if iri.startswith(parameter.scheme + "/" if parameter.scheme else ID):
            names.setdefault(normalised(row["name"].value), set()).add(iri)
    wanted = normalised(text)
    words = set(wanted.split())
    near = get_close_matches(wanted, names, n=_NEAREST, cutoff=0.6)
    near += sorted((name for name in names if words and words <= set(name.split())), key=len)
    iris = [iri for name in near for iri in sorted(names[name])]
    entities = {entity.iri: entity for entity in read_entities(store, iris)} if iris else {}
    return [entities[iri] for iri in dict.fromkeys(iris)][:_NEAREST]
