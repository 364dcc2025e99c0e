from __future__ import annotations

from pathlib import Path

import pytest

from mea_kg.errors import InputError
from mea_kg.jsonld import merged, triples, triples_by_pyld, triples_by_rdflib
from tests.entry_world import context, load

EVERYTHING = """\
graph:
  - id: decision/x
    type: [Decision, Resolution]
    label: {en: "A \\"quoted\\" \\\\ label", fr: Étiquette}
    title: A title
    symbol: X/1
    aliases: [one, "two: 2"]
    homepage: https://example.org/a?b=c&d=%20#e
    startDate: "2005-01-01"
    startYear: "2005"
    startMonth: 2021-05
    durationYears: "3"
    share: "2.5"
    participantsStated: "false"
    themes: [capacity-building, illegal-wildlife-trade]
    description: |-
      two
      lines
    amounts: [{year: "2005", value: "2854.5", unit: USD, perYear: "true"}]
    paragraphs:
      - type: OperativeParagraph
        locator: "5"
        order: "1"
        acts:
          - type: Request
            verb: calls-on
            addressees: secretariat/lantern
            action: do it
            evidence:
              - source: document/statement
                pinpoint: para. 5
                phrase: Calls on
                supports: [action, verb, addressees]
                gives: {action: do it}
"""


def test_three_readers_read_the_same_triples(tmp_path: Path) -> None:
    for file in load(tmp_path, everything=EVERYTHING).files:
        assert set(file.triples) == triples_by_rdflib(file.document) == triples_by_pyld(file.document)
        assert set(file.triples) == set(triples(file.document))


def test_merged_documents_have_the_triples_of_all(tmp_path: Path) -> None:
    files = load(tmp_path, everything=EVERYTHING).files
    together = triples(merged([file.document for file in files], context()))
    assert sorted(map(str, together)) == sorted(str(triple) for file in files for triple in file.triples)


def test_a_blank_node_is_an_error() -> None:
    with pytest.raises(InputError, match="without an identifier"):
        triples({"@context": context().inline(), "type": "Treaty", "label": "x"})


def test_what_is_no_json_ld_is_an_error() -> None:
    with pytest.raises(InputError, match="not JSON-LD"):
        triples({"@context": "https://example.org/context.jsonld", "id": "treaty/x", "type": "Treaty"})
