"""The JSON-LD context of the curated data: which keys and classes exist, and what their values are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import Any

from mea_kg.errors import InputError
from mea_kg.namespaces import VOCAB

STRUCTURAL = ("id", "type", "key", "graph")
"""Keys that are not properties."""

_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """A key: the property that it stands for, and the form of its values.

    `datatype` is an IRI, for typed literals. `is_reference` is true of values that are identifiers; `base` is
    what these are relative to, where it is not the base of all, and `scheme` our concept scheme, if any.
    """

    key: str
    iri: str
    datatype: str | None = None
    is_reference: bool = False
    base: str | None = None
    scheme: str | None = None
    is_language_map: bool = False
    language: str | None = None


class Context:
    """The terms and classes of a context."""

    def __init__(self, content: dict[str, Any]) -> None:
        """Take the content of `@context`."""
        self._content = content
        self.base: str = content["@base"]
        self.classes: dict[str, str] = {}
        self.terms: dict[str, Term] = {}
        for key, definition in content.items():
            if isinstance(definition, dict):
                self.terms[key] = self._term(key, definition)
            elif isinstance(definition, str) and definition.startswith("mea:") and key[0].isupper():
                self.classes[key] = self._expanded(definition)

    @classmethod
    def load(cls, path: Path) -> Context:
        """Read `context.jsonld`.

        Raises:
            InputError: the file is missing or is not a context of the form that we use.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(content["@context"])
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}", "The data folder holds context.jsonld.") from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"{path}: not a JSON-LD context that this package can use ({error})"
            raise InputError(message, "Compare it with the file of the release.") from None

    def term(self, key: str) -> Term | None:
        """The term of a key, None for a key that the context does not know."""
        return self.terms.get(key)

    def key_of(self, property_iri: str) -> str | None:
        """The key that stands for a property."""
        return self._keys.get(property_iri)

    @cached_property
    def _keys(self) -> dict[str, str]:
        return {term.iri: key for key, term in self.terms.items()}

    def inline(self) -> dict[str, Any]:
        """The context as it stands in a document of its own, with its base."""
        return self._content

    def _expanded(self, name: str) -> str:
        prefix, separator, local = name.partition(":")
        namespace = self._content.get(prefix)
        return namespace + local if separator and isinstance(namespace, str) else name

    def _term(self, key: str, definition: dict[str, Any]) -> Term:
        kind = definition.get("@type")
        scoped = definition.get("@context", {})
        base = scoped.get("@base") or scoped.get("@vocab")
        return Term(
            key=key,
            iri=self._expanded(definition["@id"]),
            datatype=None if kind in (None, "@id", "@vocab") else self._expanded(kind),
            is_reference=kind in ("@id", "@vocab"),
            base=base,
            scheme=base[len(VOCAB) :].rstrip("/") if base and base.startswith(VOCAB) else None,
            is_language_map=definition.get("@container") == "@language",
            language=definition.get("@language"),
        )


def nearest(word: str, candidates: Iterable[str], limit: int = 3, least: float = 0.6) -> list[str]:
    """The candidates most like `word`, best first; one that differs in case and signs only comes before all.

    `least` is the likeness from 0 to 1 that a candidate must have.

    >>> nearest("adopted_by", ["adoptedAt", "adoptedBy", "label"])[0]
    'adoptedBy'
    >>> nearest("zzz", ["label"])
    []
    """
    sought = _folded(word)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(sought)
    scored = []
    for candidate in dict.fromkeys(candidates):
        folded = _folded(candidate)
        matcher.set_seq1(folded)
        if folded == sought:
            scored.append((-2.0, candidate))
        elif matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
            ratio = matcher.ratio()
            if ratio >= least:
                scored.append((-ratio, candidate))
    scored.sort()
    # What is much less like the word than the best candidate only distracts from it.
    return [candidate for score, candidate in scored[:limit] if score <= scored[0][0] + 0.15]


def _folded(word: str) -> str:
    return _NOT_WORD.sub("", word.casefold())
