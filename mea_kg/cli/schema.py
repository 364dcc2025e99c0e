"""`mea-kg schema`: the JSON Schema of entries, for editors."""

from __future__ import annotations

import argparse
import json

from mea_kg import resources
from mea_kg.cli._files import add_output, save

HELP = "write the JSON Schema of entries, with which an editor completes and checks them"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the schema, which is generated from the context and the ontology."""
    from mea_kg.building import read_context
    from mea_kg.ontology import read_ontology
    from mea_kg.schema import json_schema

    schema = json_schema(read_context(resources.data_folder()), read_ontology(resources.ontology_folder()))
    save((json.dumps(schema, indent=2, ensure_ascii=False) + "\n").encode(), arguments.output)
    return 0
