"""Reads the ontology: its modules and vocabularies, as triples."""

from __future__ import annotations

import re
from pathlib import Path

from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from mea_kg.errors import InputError, OntologyError
from mea_kg.namespaces import shortened
from mea_kg.places import Place


def ontology_files(folder: Path) -> list[Path]:
    """All Turtle files of the ontology, in the order of their paths; raises `InputError` if there are none."""
    files = sorted(folder.rglob("*.ttl"))
    if not files:
        raise InputError(
            f"{folder}: no Turtle file of an ontology here", "name the folder that holds mea.ttl"
        )
    return files


def read_ontology(folder: Path) -> list[Triple]:
    """The triples of all modules and vocabularies.

    Raises `InputError` with file and line for a syntax error, `OntologyError` for a blank node.
    """
    triples: list[Triple] = []
    for path in ontology_files(folder):
        for triple in read_turtle(path):
            if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
                raise OntologyError(
                    f"{path}: a blank node in the statement {triple}",
                    "give the node an IRI: what has none cannot be cited, compared or pushed twice",
                )
            triples.append(triple)
    return triples


def place_of_term(folder: Path, iri: str) -> Place | None:
    """Where a term of the ontology is defined: the first line that begins with its name and says what it is."""
    begins = re.compile(rf"(?:<{re.escape(iri)}>|{re.escape(shortened(iri))})\s+a\s")
    for path in ontology_files(folder):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if begins.match(line):
                return Place(f"{folder.name}/{path.relative_to(folder).as_posix()}", number, 1)
    return None


def read_turtle(path: Path) -> list[Triple]:
    """The triples of one Turtle file; raises `InputError` that names the file, and the line of a mistake."""
    try:
        return [quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE)]
    except (SyntaxError, OSError) as error:
        line = getattr(error, "lineno", None)
        raise InputError(f"{path}:{line or 1}: {error}", "mend the Turtle at that place") from error
