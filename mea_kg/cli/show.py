"""`mea-kg show`: one entity."""

from __future__ import annotations

import argparse

from mea_kg import resources
from mea_kg.cli._endpoint import add_endpoint
from mea_kg.cli._output import add_format, add_source, asked, write
from mea_kg.context import Context
from mea_kg.entities import portrait

HELP = "show one entity: names, kind, what is stated of it and with it, with the sources"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("name", metavar="NAME", help="a name, an acronym, an alias, an id or an IRI")
    add_source(parser)
    add_format(parser)
    add_endpoint(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the entity."""
    context = Context.load(resources.data_folder() / "context.jsonld")
    answer = portrait(
        asked(arguments).store, resources.queries_folder(), context, arguments.name, arguments.source
    )
    write(answer, arguments.format)
    return 0
