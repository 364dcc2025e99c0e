"""`mea-kg schema`: the JSON Schema of entries, for editors."""

from __future__ import annotations

import argparse
import json

from mea_kg import resources
from mea_kg.cli._files import add_output, save
from mea_kg.cli._streams import complain
from mea_kg.errors import InputError

HELP = "write the JSON Schema of entries, with which an editor completes and checks them"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_output(parser)
    parser.add_argument(
        "--install", action="store_true", help="write it where the first line of each curated file names it"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the schema, which is generated from the context, the ontology and the shapes."""
    from mea_kg.loading import read_context
    from mea_kg.ontology import read_ontology
    from mea_kg.schema import json_schema
    from mea_kg.shapes import Shapes, authored_modules

    if arguments.install and arguments.output:
        raise InputError("--install has a place of its own for the schema", "leave out --output or --install")
    schema = json_schema(
        read_context(resources.data_folder()),
        read_ontology(resources.ontology_folder()),
        Shapes.read(authored_modules(resources.shapes_folder())).triples,
    )
    content = (json.dumps(schema, indent=2, ensure_ascii=False) + "\n").encode()
    target = arguments.output
    if arguments.install:
        target = resources.schema_file()
        target.parent.mkdir(exist_ok=True)
    save(content, target)
    if arguments.install:
        complain(f"wrote {target}")
    return 0
