"""Skeletons of entries: every key of a kind, in its order, with what it means and what is allowed.

A key that an entry must have stands there with `TODO`; one that it may have stands behind a hash sign and no blank,
`#acronym: TODO`. All words are from ontology, context and shapes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Sequence

from mea_kg.context import Context, Term
from mea_kg.demands import Choice, Demand, Demands
from mea_kg.entry_kinds import Kind
from mea_kg.key_order import in_order
from mea_kg.literals import FORMS
from mea_kg.namespaces import MEA
from mea_kg.nesting import NESTED
from mea_kg.placeholders import PLACEHOLDER
from mea_kg.values import EXTERNAL
from mea_kg.vocabulary import Vocabulary

_WIDTH = 108
_DEEPEST = 2
# A piece of evidence lacks its phrase only where the document's text is not at hand.
_EXPECTED = frozenset({"phrase"})
_ENTITY = MEA + "Entity"
_HEAD = """\
Fill in each {placeholder}: an entry that still has one is refused. A key behind # may be left out; take the # away
to use it. Leave out what the source does not state. What is not a phrase or as printed is in your own words.
When you are done, delete these comments; then: mea-kg format FILE, mea-kg validate FILE."""


class Skeletons:
    """Writes skeletons."""

    def __init__(self, context: Context, vocabulary: Vocabulary, demands: Demands) -> None:
        self._context = context
        self._vocabulary = vocabulary
        self._demands = demands

    def write(
        self, kind: Kind, identifier: str | None = None, modeline: str = "", see: Sequence[str] = ()
    ) -> str:
        """The skeleton of a kind as the text of a file.

        `identifier` is that of the new entry, `modeline` the first line, `see` names entries like it.
        """
        about = f"New entry, {kind.name.replace('-', ' ')}: {kind.definition}."
        lines = [modeline] if modeline else []
        lines += [*_words(about, 0), "#", *_words(_HEAD.format(placeholder=PLACEHOLDER), 0)]
        if see:
            lines += _words("Entries like it: " + ", ".join(see) + ".", 0)
        described: set[str] = set()
        start = identifier or f"{kind.prefix}/{PLACEHOLDER}"
        blocks = [
            [
                *_words(f"id, required: {self._prefixes(kind)} It never changes.", 0),
                f"id: {start}",
            ],
            self._type(kind.classes),
            *self._blocks(kind.classes, 0, (), described),
        ]
        return "\n\n".join("\n".join(block) for block in [lines, *blocks]) + "\n"

    def _prefixes(self, kind: Kind) -> str:
        """What the identifier begins with, by class where that differs."""
        by_prefix: dict[str, list[str]] = {}
        for name in kind.classes:
            for prefix in self._vocabulary.kinds(self._context.classes[name]) or (kind.prefix,):
                by_prefix.setdefault(prefix, []).append(name)
        forms = [f"{prefix}/name" for prefix in by_prefix]
        if len(by_prefix) > 1 and len(kind.classes) > 1:
            forms = [f"{prefix}/name ({', '.join(names)})" for prefix, names in by_prefix.items()]
        return f"{' or '.join(forms)}, in lower case with hyphens."

    def _type(self, classes: Sequence[str]) -> list[str]:
        if len(classes) == 1:
            return [f"type: {classes[0]}"]
        told = [f"{name} ({self._vocabulary.definition(self._context.classes[name])})" for name in classes]
        return [*_words("type, required: " + "; ".join(told) + ".", 0), f"type: {PLACEHOLDER}"]

    def _blocks(
        self, classes: Sequence[str], depth: int, within: tuple[str, ...], described: set[str]
    ) -> list[list[str]]:
        """The lines of each key of a node of one of these classes."""
        demands = {name: self._demands.of(name) for name in classes}
        every = [
            choice for _, some in demands.values() for choice in some if not (depth and choice.or_inside)
        ]
        choices = list({choice.keys: choice for choice in every}.values())
        blocks = []
        for key in in_order(self._keys(classes)):
            of_key = {name: by_key.get(key, Demand()) for name, (by_key, _) in demands.items()}
            if all(demand.is_barred for demand in of_key.values()):
                continue
            is_live = (
                all(demand.is_required for demand in of_key.values())
                or self._is_chosen(key, choices)
                or key in _EXPECTED
            )
            if depth and not is_live and not self._is_worth(key, of_key.values(), depth, within):
                continue
            lines = [] if key in described else _words(self._about(key, of_key, choices), depth)
            described.add(key)
            value = self._value(key, of_key, depth, within, described)
            blocks.append([*lines, *(value if is_live else [f"#{line}" for line in value])])
        return blocks

    def _keys(self, classes: Sequence[str]) -> list[str]:
        above = {
            iri for name in classes for iri in self._vocabulary.superclasses(self._context.classes[name])
        }
        return [
            key
            for key, term in self._context.terms.items()
            if above & self._vocabulary.domains.get(term.iri, set())
        ]

    def _is_chosen(self, key: str, choices: Iterable[Choice]) -> bool:
        """Whether a key is the first of several of which one must be there."""
        return any(choice.is_required and choice.keys[0] == key for choice in choices)

    def _is_worth(self, key: str, demands: Collection[Demand], depth: int, within: tuple[str, ...]) -> bool:
        """Whether an optional key of a nested node is shown: not one that every entity has, nor too deep."""
        if any(one.is_required or one.is_expected for one in demands):
            return True
        if _ENTITY in self._vocabulary.domains.get(self._context.terms[key].iri, ()):
            return False
        return depth < _DEEPEST if key in NESTED else depth <= _DEEPEST

    def _about(self, key: str, of_key: dict[str, Demand], choices: Iterable[Choice]) -> str:
        """What a key means, whether it must be there, and what its values are."""
        term = self._context.terms[key]
        demands = list(of_key.values())
        demand = demands[0]
        needing = [name for name, one in of_key.items() if one.is_required]
        if len(needing) == len(demands):
            start = f"{key}, required"
        elif needing:
            start = f"{key}, required of {' and '.join(needing)}"
        elif any(one.is_expected for one in demands):
            start = f"{key}, expected"
        else:
            start = key
        for choice in choices:
            if key in choice.keys:
                need = "required" if choice.is_required else "expected"
                others = ", ".join(other for other in choice.keys if other != key)
                start = f"{key}, {need} where there is none of {others}" if others else f"{key}, {need}"
        meaning = self._vocabulary.definition(term.iri) or self._vocabulary.label(term.iri)
        told = [f"{start}: {meaning}." if meaning else f"{start}."]
        told += dict.fromkeys(rule.description for rule in demand.rules)
        told += dict.fromkeys(choice.rule.description for choice in choices if key in choice.keys)
        if example := self._vocabulary.example(term.iri):
            told.append(f"E.g. {example}")
        if form := self._form(term, demand):
            told.append(form)
        return " ".join(told)

    def _form(self, term: Term, demand: Demand) -> str:
        if demand.values:
            return f"Allowed: {', '.join(demand.values)}."
        if term.key in NESTED:
            return "A list: each item has keys of its own."
        if term.key in EXTERNAL:
            return "An address that begins with https://."
        if term.scheme is not None:
            several = "One" if demand.is_single else "One or more"
            return f"{several} of: {', '.join(self._vocabulary.concepts(term.base or ''))}."
        if term.base is not None:
            return "A code, such as USD."
        if term.is_reference:
            of = (
                f" of a node of the kind {' or '.join(dict.fromkeys(demand.classes))}"
                if demand.classes
                else ""
            )
            return (
                f"The id{of}." if demand.is_single else f"The id, or a list of ids,{of}.".replace(",.", ".")
            )
        if term.datatype is not None:
            return f"Written as {FORMS[term.datatype].expected}."
        return "" if demand.is_single or term.is_language_map else "A text, or a list of texts."

    def _value(
        self, key: str, of_key: dict[str, Demand], depth: int, within: tuple[str, ...], described: set[str]
    ) -> list[str]:
        """A key with what stands for its value."""
        nesting = NESTED.get(key)
        if nesting is None:
            return [f"{key}: {PLACEHOLDER}"]
        classes = [name for name in nesting.classes if name not in self._demands.headings()]
        if nesting.default:
            classes = [nesting.default]
        blocks = self._blocks(classes, depth + 1, (*within, key), described)
        if not any(demand.is_required for name in classes for demand in self._demands.of(name)[0].values()):
            # A node of which nothing is demanded says what another says.
            blocks = [[f"{PLACEHOLDER}: {PLACEHOLDER}"]]
        if not nesting.default:
            about = _words(f"type, required: {', '.join(classes)}.", depth + 1)
            blocks = [[*about, f"type: {PLACEHOLDER}"], *blocks]
        # The dash stands before a key that is there.
        first = next(block for block in blocks if not block[-1].startswith("#"))
        blocks = [first, *(block for block in blocks if block is not first)]
        return [f"{key}:", *_item([line for block in blocks for line in block])]


def _item(lines: Sequence[str]) -> list[str]:
    """Lines as one item of a list; comments stand before its dash."""
    first = next(index for index, line in enumerate(lines) if not line.startswith("#"))
    head = [f"  {line}" for line in lines[:first]]
    return [*head, f"  - {lines[first]}", *(f"    {line}" for line in lines[first + 1 :])]


def _words(text: str, depth: int) -> list[str]:
    """Text as comments, `depth` nodes deep in an entry."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += textwrap.wrap(
            f"# {paragraph}",
            _WIDTH - 6 * depth,
            subsequent_indent="# ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines
