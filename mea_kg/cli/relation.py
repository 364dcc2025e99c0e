"""`mea-kg relation`: what is stated between two."""

from __future__ import annotations

import argparse

from mea_kg import resources
from mea_kg.cli._endpoint import add_endpoint
from mea_kg.cli._output import add_format, add_source, asked, write
from mea_kg.relations import relation

HELP = "say what is stated between two actors, or between an actor and a group"

_DESCRIPTION = """\
What is stated between two actors, or between an actor and a group, with a verdict: "stated"; "stated by
co-participation", where a source says only that both take part in one instrument of several, or are members of one
group; "stated only as requested" (or encouraged, sought, ...); "not stated", which does not mean no; or "no", for
somebody who is not in a group of which the source gives the whole list of members."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("first", metavar="A", help="an actor or a group, by name, acronym, alias, id or IRI")
    parser.add_argument("second", metavar="B", help="the other")
    add_source(parser)
    add_format(parser)
    add_endpoint(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the verdict and the statements."""
    found = relation(
        asked(arguments).store,
        resources.queries_folder(),
        arguments.first,
        arguments.second,
        arguments.source,
    )
    write(found, arguments.format)
    return 0
