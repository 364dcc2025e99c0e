"""`mea-kg stats`: what the graph holds, counted."""

from __future__ import annotations

import argparse

from pyoxigraph import Literal, NamedNode

from mea_kg.answers import scope_of
from mea_kg.cli._endpoint import add_endpoint
from mea_kg.cli._output import add_format, asked, write
from mea_kg.namespaces import XSD
from mea_kg.results import Answer
from mea_kg.statistics import count

HELP = "count what the graph holds: triples, sources, entities, cooperations"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_format(parser)
    add_endpoint(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the counts."""
    store = asked(arguments).store
    integer = NamedNode(XSD + "integer")
    rows = tuple(
        (*(Literal(part) for part in name.split(": ", 1)), Literal(str(number), datatype=integer))
        for name, number in count(store).items()
    )
    answer = Answer(
        "What does the graph hold?", ("part", "what", "number"), rows, scope_of(store, None), groups=("part",)
    )
    write(answer, arguments.format)
    return 0
