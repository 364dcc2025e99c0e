"""`mea-kg query`: lists the saved queries, runs one, or runs a query of one's own."""

from __future__ import annotations

import argparse
from pathlib import Path

from pyoxigraph import Literal

from mea_kg import answers, resources
from mea_kg.cli import _streams
from mea_kg.cli._endpoint import add_endpoint
from mea_kg.cli._output import add_format, add_source, asked, write
from mea_kg.errors import QueryError
from mea_kg.rendering import FORMATS
from mea_kg.results import Answer
from mea_kg.saved_queries import find_query, list_queries

HELP = "list the questions that can be asked, ask one, or run SPARQL of your own"

_DESCRIPTION = """\
Without arguments: the saved queries, with their parameters. With a name: its answer.

A parameter is a name, an acronym, an alias, an id (organization/wco) or an IRI, given in its place or with --set.
The acronym of a treaty means all who act under it, one table each. A path to a .rq file, or - for standard input,
runs SPARQL 1.1 SELECT, ASK, CONSTRUCT or DESCRIBE; without FROM it is asked of what is authored and inferred.

  mea-kg query who-cooperates-with WCO
  mea-kg query mandates-of --set actor="CITES Secretariat" --source five-documents --format csv
  echo 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }' | mea-kg query -"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("query", nargs="?", metavar="QUERY", help="a saved query's name, a .rq file, or -")
    parser.add_argument("values", nargs="*", metavar="VALUE", help="the parameters, in their order")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter by its name; repeated for one name, all of its values",
    )
    add_source(parser)
    add_format(parser, FORMATS)
    parser.add_argument(
        "--sparql", action="store_true", help="print the query with its parameters, do not run it"
    )
    add_endpoint(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the list, the answer, or the query's text."""
    queries = resources.queries_folder()
    if arguments.query is None:
        if arguments.set or arguments.source or arguments.sparql:
            raise QueryError("no question is asked", "`mea-kg query` alone lists the questions")
        write(_listing(queries), arguments.format)
        return 0
    parameters: dict[str, list[str]] = {}
    for name, value in map(_pair, arguments.set):
        parameters.setdefault(name, []).append(value)
    given = answers.Given(tuple(arguments.values), parameters, arguments.source)
    own = _own_text(arguments.query)
    store = asked(arguments).store
    if arguments.sparql:
        text, path = own or _saved_text(queries, arguments.query)
        _streams.write(answers.bound_text(store, text, path, given))
    elif own:
        write(answers.run_text(store, queries, *own, given), arguments.format)
    else:
        write(answers.run(store, queries, arguments.query, given), arguments.format)
    return 0


def _own_text(query: str) -> tuple[str, Path] | None:
    return (_streams.read(), Path("standard input")) if query == "-" else answers.own_text(query)


def _saved_text(queries: Path, name: str) -> tuple[str, Path]:
    query = find_query(queries, name)
    return query.text, query.path


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name or not value:
        raise QueryError(f"--set {text!r} is not NAME=VALUE", "for example --set organization=WCO")
    return name, value


def _listing(queries: Path) -> Answer:
    rows = tuple(
        (Literal(query.usage), Literal(query.question), Literal(f"mea-kg query {query.example}"))
        for query in list_queries(queries)
    )
    return Answer("Which questions can be asked?", ("query", "question", "example"), rows)
