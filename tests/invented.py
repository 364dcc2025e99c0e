"""An invented decision, an invented web page, and a graph that cites them: for tests of evidence and coverage."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pyoxigraph import RdfFormat, Store, parse

from mea_kg.stores import AUTHORED_GRAPH, in_graph, new_store

DECISION = """R-III/4. Cooperation with other
bodies and processes
The Conference of the Parties to the
Treaty of the Three Rivers,
Recalling decision R-I/2, in particular its
17. paragraph,
Aware of the work of the Fisheries Board (FB),
1. Welcomes the partnership of the Secretariat with the Fisheries
Board, with a view to saving the Grey Eel;
2. Requests the Executive Officer, as set out in para. 2, b) of Conf. 18.3, to:
(a) Cooperate with the Harbour Union on the matters of paragraph
(f) of decision R-I/2;
(b) Prepare, subject to funds: (1) a list of harbours; (2) a map; and (3) notes;
(i) For the upper river; and
(ii) For the delta, e.g. its ports
(c) Report to the fourth meeting
3. Approves a budget of US $1,250,000 (Eel Fund)*6 for 2031, andurges Parties to
pay by 15 March 2032. Special attention should be given to No. 4 of the list;
Table. 1 Budget of the Eel Fund
| Expenditures | 2031 |
I. | Description | |
| Staff costs* | 525.3 |
| Meetings of the Conference of the Parties to the
Treaty | - |
6/ The designation may be changed by the Trustee.
* The Executive Officer will review the staff costs.
"""

PAGE = r"""# The Eel Office

The **Eel Office** works with the [Harbour Union](#) and the *Fisheries Board*.\n\nIt has members \(three\):

- Memorandum with the Harbour Union (HU)

The two bodies exchange notes on (a) eels, (b) ports.

- Memorandum with the Fisheries Board (FB)

They share maps of the Grey Delta.
"""


def digest(text: str) -> str:
    """The digest of a copy of this text."""
    return hashlib.sha256(text.encode()).hexdigest()


def copies_in(folder: Path, **texts: str) -> Path:
    """A folder with these texts, one a file."""
    for name, text in texts.items():
        (folder / f"{name}.txt").write_bytes(text.encode())
    return folder


PREFIXES = """@prefix mea: <https://w3id.org/mea-kg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix verb: <https://w3id.org/mea-kg/vocab/verb/> .
@base <https://w3id.org/mea-kg/id/> .
"""

DOCUMENTS = f"""
<document/decision> a mea:SourceDocument ; skos:prefLabel "The decision"@en ; mea:sha256 "{digest(DECISION)}" .
<document/page> a mea:SourceDocument ; dcterms:title "The Eel Office"@en ; mea:sha256 "{digest(PAGE)}" .
<document/elsewhere> a mea:SourceDocument .
verb:requests skos:inScheme <https://w3id.org/mea-kg/vocab/verb> ; skos:prefLabel "requests"@en .
verb:urges skos:inScheme <https://w3id.org/mea-kg/vocab/verb> ; skos:prefLabel "urges"@en ;
  skos:altLabel "strongly urges"@en .
"""


def evidence(node: str, name: str, document: str, pinpoint: str, phrase: str | None) -> str:
    """One piece of evidence of a node, in Turtle."""
    quoted = f'; mea:phrase """{phrase}"""' if phrase is not None else ""
    return (
        f"<{node}> mea:hasEvidence <{node}/evidence/{name}> .\n"
        f'<{node}/evidence/{name}> mea:source <document/{document}> ; mea:pinpoint "{pinpoint}" {quoted} .\n'
    )


def store_of(*turtle: str) -> Store:
    """A store whose authored graph holds this, beside the documents and two verbs."""
    text = PREFIXES + DOCUMENTS + "".join(turtle)
    return new_store(in_graph((quad.triple for quad in parse(text, RdfFormat.TURTLE)), AUTHORED_GRAPH))
