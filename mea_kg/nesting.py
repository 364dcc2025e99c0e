"""Nested nodes: which keys hold them, of what class they are, and the identifier of one that states none.

The identifier is made from the parent's and from fields of the node, never from its position, so that it
stays when others are added before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from mea_kg.identifiers import Identifier, slug

_PARAGRAPHS = ("PreambularParagraph", "OperativeParagraph", "Paragraph", "Note")
_ACTS = (
    "Request",
    "Instruction",
    "Encouragement",
    "Authorization",
    "Obligation",
    "Acknowledgement",
    "Determination",
)

Fields = Mapping[str, str]
"""The fields of a node that hold one text, as written."""


class IncompleteNode(ValueError):
    """The fields of a node do not suffice to make an identifier."""


@dataclass(frozen=True)
class Nesting:
    """What stands under a key.

    `classes` are those that it may have; the first is that of a node that states none, if `has_default`.
    `needs` are the fields that its identifier cannot be made without, and `path` makes it.
    """

    classes: tuple[str, ...]
    needs: tuple[str, ...]
    path: Callable[[Identifier, Fields], str]
    has_default: bool = True

    @property
    def default(self) -> str | None:
        """The class of a node that states none; None where it must state one."""
        return self.classes[0] if self.has_default else None

    def identifier(self, parent: Identifier, fields: Fields) -> Identifier:
        """The identifier of a node without `id`.

        Raises:
            IncompleteNode: a needed field is missing, or nothing can be made of what is there.
        """
        if missing := [name for name in self.needs if name not in fields]:
            are = "is missing, or no single text" if len(missing) == 1 else "are missing, or no single texts"
            raise IncompleteNode(f"{' and '.join(f'`{name}`' for name in missing)} {are}")
        try:
            return parent.child(self.path(parent, fields))
        except IncompleteNode:
            raise
        except ValueError:
            made_from = ", ".join(f"`{name}`" for name in self.needs)
            raise IncompleteNode(f"no identifier of the node can be made from {made_from}") from None


def _with_key(path: str, fields: Fields) -> str:
    return f"{path}-{slug(fields['key'])}" if "key" in fields else path


def _tail(text: str) -> str:
    return text.rpartition("/")[2]


def _evidence(parent: Identifier, fields: Fields) -> str:
    parts = (fields["source"], fields["pinpoint"], fields.get("phrase", ""))
    return _with_key("evidence/" + sha256("\n".join(parts).encode()).hexdigest()[:12], fields)


def _values(parent: Identifier, fields: Fields) -> str:
    return _with_key("values", fields)


def _located(parent: Identifier, fields: Fields) -> str:
    return _with_key(slug(fields["locator"]), fields)


def _item(parent: Identifier, fields: Fields) -> str:
    return _with_key(slug(fields["locator"]).removeprefix(parent.last + "-"), fields)


def _act(parent: Identifier, fields: Fields) -> str:
    return _with_key("act/" + fields["verb"], fields)


def _citation(parent: Identifier, fields: Fields) -> str:
    path = "citation/" + _tail(fields["cites"])
    if "citedPinpoint" in fields:
        path = f"{path}-{slug(fields['citedPinpoint'])}"
    return _with_key(path, fields)


def _membership(parent: Identifier, fields: Fields) -> str:
    return _with_key("member/" + Identifier.parse(fields["member"]).dotted, fields)


def _objective(parent: Identifier, fields: Fields) -> str:
    return _with_key("objective/" + slug(fields["locator"]), fields)


def _amount(parent: Identifier, fields: Fields) -> str:
    if "year" in fields:
        return _with_key("amount/" + slug(fields["year"]), fields)
    if "key" not in fields:
        raise IncompleteNode("it has neither `year` nor `key`")
    return "amount/" + slug(fields["key"])


def _theme_statement(parent: Identifier, fields: Fields) -> str:
    return _with_key("theme/" + slug(fields["order"]), fields)


def _sought(parent: Identifier, fields: Fields) -> str:
    return _with_key("seeks/" + Identifier.parse(fields["body"]).name.replace("/", "."), fields)


def _name(parent: Identifier, fields: Fields) -> str:
    return _with_key("name/" + slug(fields["text"]), fields)


def _quality_note(parent: Identifier, fields: Fields) -> str:
    return _with_key("quality/" + fields["qualityKind"], fields)


NESTED: dict[str, Nesting] = {
    "evidence": Nesting(("Evidence",), ("source", "pinpoint"), _evidence),
    "gives": Nesting(("StatedValues",), (), _values),
    "paragraphs": Nesting(_PARAGRAPHS, ("locator",), _item, has_default=False),
    "items": Nesting(_PARAGRAPHS, ("locator",), _item, has_default=False),
    "provisions": Nesting(("Provision",), ("locator",), _located),
    "acts": Nesting(_ACTS, ("verb",), _act, has_default=False),
    "citations": Nesting(("Citation",), ("cites",), _citation),
    "memberships": Nesting(("Membership",), ("member",), _membership),
    "objectives": Nesting(("Objective",), ("locator",), _objective),
    "amounts": Nesting(("MonetaryAmount",), (), _amount),
    "themeStatements": Nesting(("ThemeStatement",), ("order",), _theme_statement),
    "seeks": Nesting(("SoughtStatus",), ("body",), _sought),
    "names": Nesting(("DatedName",), ("text",), _name),
    "qualityNotes": Nesting(("DataQualityNote",), ("qualityKind",), _quality_note),
}
"""The keys that hold nested nodes."""
