"""Text of a curated file -> literal or reference, as the key that it stands under asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mea_kg.context import Term
from mea_kg.identifiers import KIND_NAME
from mea_kg.literals import FORMS, canonical, canonical_language, with_separators
from mea_kg.namespaces import ID, XSD
from mea_kg.placeholders import is_placeholder
from mea_kg.places import Place
from mea_kg.trees import Report, Scalar, Sequence, Tree

EXTERNAL = frozenset({"homepage", "address"})
"""Keys whose values are addresses on the web."""

WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""The name of a concept."""

_ADDRESS = re.compile(r"https?://[^\s/?#<>\"{}|\\^`\[\]]+(?:[/?#][^\s<>\"{}|\\^`\[\]]*)?")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DOT_SEGMENT = re.compile(r"/\.\.?(?:[/?#]|$)")
_UNIT = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Text:
    """A literal as written, with its language where a language map gives it."""

    text: str
    place: Place
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A reference as written, and its IRI: empty where the text has not the form of an identifier."""

    text: str
    iri: str
    place: Place


def read_value(item: Scalar, term: Term, report: Report) -> Text | Link | None:
    """The value that a text under the key of `term` is; None after a finding."""
    if term.key in EXTERNAL:
        return _address(item, "an address that begins with https:// or http://", report)
    if term.scheme is not None:
        # Whether there is such a concept, and which may be meant, `references` knows.
        return Link(item.text, f"{term.base}{item.text}", item.place)
    if term.base is not None:
        return _unit(item, term.base, report)
    if term.is_reference:
        # A text of another form may still be somebody's name: `references` looks for who was meant.
        return Link(item.text, ID + item.text if KIND_NAME.fullmatch(item.text) else "", item.place)
    if term.datatype is not None:
        return _typed(item, term.datatype, report)
    return Text(item.text, item.place)


def fits(item: Scalar, term: Term) -> bool:
    """Whether a text has the form that the values of a key have."""
    text = item.text
    if term.key in EXTERNAL:
        return bool(_ADDRESS.fullmatch(text))
    if term.scheme is not None:
        return bool(WORD.fullmatch(text)) and not text[0].isdigit()
    if term.base is not None:
        return bool(_UNIT.fullmatch(text) or _ADDRESS.fullmatch(text))
    if term.is_reference:
        return bool(KIND_NAME.fullmatch(text))
    if term.datatype is not None:
        return canonical(term.datatype, text) is not None
    return not (KIND_NAME.fullmatch(text) or _ADDRESS.fullmatch(text) or canonical(XSD + "date", text))


def report_placeholder(place: Place, text: str, key: str, report: Report) -> None:
    """Report that a value is still to be filled in."""
    hint = "Write what the source states, or remove the key when it states nothing."
    report(place, "placeholder", f"`{key}` is still to be filled in", found=text, hint=hint)


def read_texts(tree: Tree, key: str, report: Report) -> list[Text]:
    """The texts of a key that has one for each language: plain text, or a mapping from language to text."""
    if isinstance(tree, Scalar):
        if is_placeholder(tree.text):
            report_placeholder(tree.place, tree.text, key, report)
            return []
        return [Text(tree.text, tree.place)]
    if isinstance(tree, Sequence):
        expected = "text, or a text for each language (en: ..., fr: ...)"
        hint = "Put further names under `aliases`."
        report(tree.place, "not-text", "a list where one text stands", expected=expected, hint=hint)
        return []
    texts = []
    for tag, entry in tree.entries.items():
        right = canonical_language(tag)
        if right != tag:
            message = f"`{tag}` is not a language tag" + (" in lower case" if right else "")
            expected = right or "a language tag, such as en or fr"
            hint = f"Write {expected}."
            report(entry.key.place, "language-tag", message, found=tag, expected=expected, hint=hint)
        elif isinstance(entry.value, Scalar) and is_placeholder(entry.value.text):
            report_placeholder(entry.value.place, entry.value.text, key, report)
        elif isinstance(entry.value, Scalar):
            texts.append(Text(entry.value.text, entry.value.place, tag))
        else:
            hint = "Put further names under `aliases`."
            report(entry.value.place, "not-text", f"no single text in the language {tag}", hint=hint)
    return texts


def _typed(item: Scalar, datatype: str, report: Report) -> Text | None:
    right = canonical(datatype, item.text)
    if right == item.text:
        return Text(item.text, item.place)
    expected = FORMS[datatype].expected
    thousands = with_separators(datatype, item.text)
    if right is None:
        hint = f"Write {expected}, or leave the key out."
        if thousands:
            hint = f"Write {thousands} if the points separate thousands; if not, {expected}."
        report(item.place, "literal-form", f"not {expected}", found=item.text, expected=expected, hint=hint)
    else:
        hint = f"Write {right}."
        if thousands:
            hint = f"Write {right} if the point is a decimal point, {thousands} if it separates thousands."
        report(
            item.place,
            "literal-form",
            "not in its canonical form",
            found=item.text,
            expected=f"{right} or {thousands}" if thousands else right,
            hint=hint,
        )
    return None


def _address(item: Scalar, expected: str, report: Report) -> Link | None:
    text = item.text
    if _ADDRESS.fullmatch(text) and not _BAD_PERCENT.search(text) and not _DOT_SEGMENT.search(text):
        return Link(text, text, item.place)
    hint = "Write a space as %20, [ as %5B, ] as %5D." if "://" in text else f"Write {expected}."
    report(item.place, "address-form", f"not {expected}", found=text, expected=expected, hint=hint)
    return None


def _unit(item: Scalar, base: str, report: Report) -> Link | None:
    if _UNIT.fullmatch(item.text):
        return Link(item.text, base + item.text, item.place)
    return _address(item, "a currency code such as USD, or the address of a unit", report)
