"""`mea-kg new`: the skeleton of an entry."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mea_kg import resources
from mea_kg.cli._files import add_output, save
from mea_kg.cli._streams import complain, write
from mea_kg.errors import InputError, quoted

if TYPE_CHECKING:
    from mea_kg.entry_kinds import CuratedNodes, Kind

_WIDTH = 100

HELP = "write the skeleton of an entry, with all its keys explained"
_NEIGHBOURS = 3


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument(
        "kind", nargs="?", metavar="KIND", help="decision, treaty, secretariat ... (default: list the kinds)"
    )
    parser.add_argument("--id", metavar="ID", help="the id of the new entry, such as decision/bs-v-9")
    add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the kinds, or write a skeleton; a file that exists is left as it is."""
    from mea_kg.demands import Demands
    from mea_kg.entry_kinds import CuratedNodes, Kinds
    from mea_kg.loading import read_context
    from mea_kg.modelines import modeline
    from mea_kg.ontology import read_ontology
    from mea_kg.shapes import Shapes, authored_modules
    from mea_kg.skeletons import Skeletons
    from mea_kg.vocabulary import Vocabulary

    data = resources.data_folder()
    context = read_context(data)
    vocabulary = Vocabulary(read_ontology(resources.ontology_folder()))
    demands = Demands(Shapes.read(authored_modules(resources.shapes_folder())).triples, context, vocabulary)
    curated = CuratedNodes.read(data, context)
    kinds = Kinds(context, vocabulary, demands, curated)
    if arguments.kind is None:
        write(_listing(kinds.by_name.values()))
        return 0
    kind = kinds.find(arguments.kind)
    identifier = _identifier(arguments.id, kind, curated) if arguments.id else None
    neighbours = curated.files(kind.classes)[:_NEIGHBOURS]
    if arguments.output and arguments.output.exists():
        raise InputError(f"{arguments.output}: is there already", "name a file that does not exist yet")
    place = arguments.output or next(iter(neighbours), data / "entries" / "new.yaml")
    text = Skeletons(context, vocabulary, demands).write(
        kind,
        identifier,
        modeline(place.resolve(), resources.schema_file()),
        [os.path.relpath(path, data.parent) for path in neighbours],
    )
    save(text.encode(), arguments.output)
    if arguments.output:
        complain(f"wrote {arguments.output}: fill in each TODO, then mea-kg validate {arguments.output}")
    return 0


def _identifier(text: str, kind: Kind, curated: CuratedNodes) -> str:
    from mea_kg.identifiers import WRITTEN, slug

    identifier = text if "/" in text else f"{kind.prefix}/{text}"
    if not WRITTEN.fullmatch(identifier):
        # A slash in a symbol (BS-V/9) parts no kind from a name.
        own = identifier if identifier.partition("/")[0] in kind.prefixes else f"{kind.prefix}/{slug(text)}"
        right = "/".join(part for part in map(slug, own.split("/")) if part)
        hint = f"such as {right}" if WRITTEN.fullmatch(right) else f"such as {kind.prefix}/name"
        raise InputError(f"not an id of the form kind/name in lower case: {quoted(text)}", hint)
    start = identifier.partition("/")[0]
    if start not in kind.prefixes:
        allowed = " or ".join(f"{prefix}/{identifier.partition('/')[2]}" for prefix in kind.prefixes)
        raise InputError(
            f"ids of the kind {kind.name} do not begin with {start}/: {quoted(text)}", f"such as {allowed}"
        )
    if place := curated.place_of(identifier):
        raise InputError(
            f"{identifier} is defined already, in {place.file}:{place.line}",
            "add to that entry, or give the new one another id",
        )
    return identifier


def _listing(kinds: Iterable[Kind]) -> str:
    from mea_kg.layout import table

    rows = [(kind.name, f"{kind.prefix}/...", kind.definition) for kind in kinds]
    # The longest names must stay whole, so that they can be copied.
    width = max(_WIDTH, shutil.get_terminal_size().columns)
    return table(("kind", "id", "what it is"), rows, width) + "\n"
