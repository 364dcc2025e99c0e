"""Identifiers of entities: `kind/name`, read and written in one place.

`organization/wco` is the entity `https://w3id.org/mea-kg/id/organization/wco`. A name may have several
segments (`decision/bs-iv-6/5/a`), and a generated one dots (`group/iccwc/member/organization.wco`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mea_kg.namespaces import ID

_KIND = r"[a-z][a-z0-9-]*"
KIND_NAME = re.compile(rf"{_KIND}(?:/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)+")
"""Every identifier, also a generated one."""

WRITTEN = re.compile(rf"{_KIND}(?:/[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
"""An identifier that a person gives to a node: no dots."""

_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """Lower case, every run of characters other than a-z and 0-9 a hyphen, none at the ends; may be empty.

    >>> slug("5(c)")
    '5-c'
    >>> slug("Table 2, note *")
    'table-2-note'
    """
    return _NOT_SLUG.sub("-", text.lower()).strip("-")


@dataclass(frozen=True, order=True)
class Identifier:
    """A kind and a name.

    >>> Identifier.parse("decision/bs-iv-6/5")
    Identifier(kind='decision', name='bs-iv-6/5')
    >>> Identifier.parse("decision/bs-iv-6/5").iri
    'https://w3id.org/mea-kg/id/decision/bs-iv-6/5'
    """

    kind: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Identifier:
        """Read `kind/name`.

        Raises:
            ValueError: the text has not that form.
        """
        if not KIND_NAME.fullmatch(text):
            raise ValueError(f"not an identifier of the form kind/name: {text!r}")
        kind, _, name = text.partition("/")
        return cls(kind, name)

    @classmethod
    def from_iri(cls, iri: str) -> Identifier:
        """Read the IRI of an entity.

        Raises:
            ValueError: the IRI is not one of ours.

        >>> str(Identifier.from_iri("https://w3id.org/mea-kg/id/organization/wco"))
        'organization/wco'
        """
        if not iri.startswith(ID):
            raise ValueError(f"not the IRI of an entity: {iri}")
        return cls.parse(iri[len(ID) :])

    def __str__(self) -> str:
        """The identifier as `parse` reads it."""
        return f"{self.kind}/{self.name}"

    @property
    def iri(self) -> str:
        """The IRI of the entity."""
        return f"{ID}{self}"

    @property
    def last(self) -> str:
        """The last segment.

        >>> Identifier.parse("decision/bs-iv-6/5").last
        '5'
        """
        return self.name.rpartition("/")[2]

    @property
    def dotted(self) -> str:
        """The identifier as one segment of another.

        >>> Identifier.parse("organization/wco").dotted
        'organization.wco'
        """
        return f"{self.kind}.{self.name}".replace("/", ".")

    def child(self, path: str) -> Identifier:
        """The identifier of something that this entity owns.

        >>> str(Identifier.parse("decision/bs-iv-6").child("5/act/requests"))
        'decision/bs-iv-6/5/act/requests'
        """
        return Identifier.parse(f"{self}/{path}")
