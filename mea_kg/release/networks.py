"""The graph as a network in GraphML, for programs that draw and measure networks."""

from __future__ import annotations

from io import BytesIO
from xml.etree import ElementTree

from pyoxigraph import Store

from mea_kg.namespaces import AUTHORED, INFERRED, MEA, SKOS, shortened
from mea_kg.selecting import select

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_KEYS = (
    ("node", "label"),
    ("node", "class"),
    ("edge", "from"),
    ("edge", "to"),
    ("edge", "kind"),
    ("edge", "status"),
    ("edge", "via"),
    ("edge", "documents"),
)
_PREFIXES = (
    f"PREFIX mea: <{MEA}>\nPREFIX skos: <{SKOS}>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
)
_FROM = f"FROM <{AUTHORED}> FROM <{INFERRED}>"


def graphml(store: Store) -> bytes:
    """The cooperations as a network: a node for each party to one, an edge for each pair, basis and way.

    All edges are undirected, since common readers refuse a network that has both kinds. Where one is asked to
    cooperate with another, `from` and `to` say so, and where both ends are alike there is neither. `kind` is the
    basis, `documents` those that attest the edge. Every cooperation has its status: a mandate is none.
    """
    root = ElementTree.Element("graphml", xmlns=_NAMESPACE)
    for owner, name in _KEYS:
        key = {"id": f"{owner}-{name}", "for": owner, "attr.name": name, "attr.type": "string"}
        ElementTree.SubElement(root, "key", key)
    network = ElementTree.SubElement(root, "graph", id="mea-kg", edgedefault="undirected")
    edges = _edges(store)
    for node, (label, kind) in sorted(_nodes(store, {end for edge in edges for end in edge[:2]}).items()):
        element = ElementTree.SubElement(network, "node", id=node)
        _data(element, "node", label=label, **{"class": kind})
    for number, ((source, target, directed, kind, via), found) in enumerate(sorted(edges.items())):
        element = ElementTree.SubElement(
            network,
            "edge",
            id=f"edge-{number}",
            source=source,
            target=target,
        )
        statuses, documents = ("; ".join(sorted(values)) for values in found)
        direction = {"from": source, "to": target} if directed else {}
        _data(element, "edge", **direction, kind=kind, status=statuses, via=via, documents=documents)
    ElementTree.indent(root)
    content = BytesIO()
    ElementTree.ElementTree(root).write(content, encoding="utf-8", xml_declaration=True)
    return content.getvalue() + b"\n"


def _data(element: ElementTree.Element, owner: str, **values: str) -> None:
    for name, value in values.items():
        if value:
            ElementTree.SubElement(element, "data", key=f"{owner}-{name}").text = value


def _edges(store: Store) -> dict[tuple[str, str, bool, str, str], tuple[set[str], set[str]]]:
    """By ends, direction, basis and way: the statuses and the documents."""
    edges: dict[tuple[str, str, bool, str, str], tuple[set[str], set[str]]] = {}
    for row in select(
        store,
        f"""{_PREFIXES}SELECT ?a ?b ?directed ?basis ?via ?status ?document {_FROM} WHERE {{
            ?cooperation a mea:Cooperation ; mea:basis ?basisConcept .
            ?basisConcept skos:prefLabel ?basis FILTER (LANG(?basis) = "en")
            {{ ?cooperation mea:between ?a , ?b . FILTER (STR(?a) < STR(?b)) BIND (false AS ?directed) }}
            UNION {{ ?cooperation mea:from ?a ; mea:to ?b . BIND (true AS ?directed) }}
            OPTIONAL {{ ?cooperation mea:via ?way . ?way skos:prefLabel ?via FILTER (LANG(?via) = "en") }}
            OPTIONAL {{
                ?cooperation mea:attestedBy ?evidence .
                ?evidence mea:source ?source .
                ?source skos:prefLabel ?document FILTER (LANG(?document) = "en")
                OPTIONAL {{ ?evidence mea:supportsStatus/skos:prefLabel ?status FILTER (LANG(?status) = "en") }}
            }}
        }}""",
    ):
        key = (
            shortened(row["a"].value),
            shortened(row["b"].value),
            row["directed"].value == "true",
            row["basis"].value,
            row["via"].value if row["via"] else "",
        )
        statuses, documents = edges.setdefault(key, (set(), set()))
        if row["status"]:
            statuses.add(row["status"].value)
        if row["document"]:
            documents.add(row["document"].value)
    return edges


def _nodes(store: Store, names: set[str]) -> dict[str, tuple[str, str]]:
    """Label and class of each of these nodes."""
    found = {}
    for row in select(
        store,
        f"""{_PREFIXES}SELECT ?node ?label ?kind FROM <{AUTHORED}> WHERE {{
            ?node skos:prefLabel ?label ; a/rdfs:label ?kind .
            FILTER (LANG(?label) = "en")
        }} ORDER BY ?node ?kind""",
    ):
        if (name := shortened(row["node"].value)) in names:
            found[name] = (row["label"].value, row["kind"].value)
    return found
