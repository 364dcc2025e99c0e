"""Releases: the files say the same in every format, and the same graph gives the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, parse

from mea_kg import resources
from mea_kg.building import Build
from mea_kg.cli import main
from mea_kg.errors import InputError
from mea_kg.exporting import written
from mea_kg.loading import read_context
from mea_kg.namespaces import DESCRIPTION, ID, MEA, shortened
from mea_kg.places import Places
from mea_kg.release.describing import DATASET, VOID, description
from mea_kg.release.diffing import difference, read_state
from mea_kg.release.files import CHECKSUMS, QUADS, quads_of, release, write_release
from mea_kg.release.networks import graphml
from mea_kg.reporting import as_text
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, new_store
from mea_kg.validation import validate
from tests.conftest import TOY

SHAPES = resources.shapes_folder()
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


@pytest.fixture(scope="module")
def files(toy: Build) -> dict[str, bytes]:
    return dict(release(toy.store, TOY / "data", SHAPES))


def read(content: bytes, format: RdfFormat) -> set[Quad]:
    return set(parse(gzip.decompress(content), format=format))


def test_every_format_says_the_same(toy: Build, files: dict[str, bytes]) -> None:
    every = set(quads_of(toy.store))
    assert {quad.graph_name for quad in every} == {AUTHORED_GRAPH, INFERRED_GRAPH, NamedNode(DESCRIPTION)}
    assert read(files[QUADS], RdfFormat.N_QUADS) == every
    assert read(files["mea-kg.trig.gz"], RdfFormat.TRIG) == every
    assert read(files["mea-kg.jsonld.gz"], RdfFormat.JSON_LD) == every
    triples = {quad.triple for quad in every}
    for name, format in (
        ("merged.ttl.gz", RdfFormat.TURTLE),
        ("merged.nt.gz", RdfFormat.N_TRIPLES),
        ("merged.rdf.gz", RdfFormat.RDF_XML),
    ):
        assert {quad.triple for quad in read(files[name], format)} == triples
    for graph in ("authored", "inferred", "description"):
        own = {quad.triple for quad in every if quad.graph_name.value.endswith(graph)}  # type: ignore[union-attr]
        for suffix, format in (("ttl", RdfFormat.TURTLE), ("nt", RdfFormat.N_TRIPLES)):
            assert {quad.triple for quad in read(files[f"{graph}.{suffix}.gz"], format)} == own


def test_the_same_graph_gives_the_same_bytes(toy: Build, files: dict[str, bytes]) -> None:
    backwards = sorted(toy.store, key=str, reverse=True)
    assert dict(release(new_store(backwards), TOY / "data", SHAPES)) == files


def test_no_blank_nodes_and_canonical_literals(files: dict[str, bytes]) -> None:
    """What a store loads and dumps is what it got: the canonical hash needs no relabelling, and no literal changes."""
    text = gzip.decompress(files[QUADS])
    assert b"_:" not in text
    quads = list(parse(text, format=RdfFormat.N_QUADS))
    # A store writes literals in canonical form.
    assert set(new_store(quads)) == set(quads)
    canonical = Dataset(quads)
    canonical.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert set(canonical) == set(quads)


def test_the_digests_are_those_of_the_files(files: dict[str, bytes]) -> None:
    lines = (line.split("  ") for line in files[CHECKSUMS].decode().splitlines())
    sums = {name: digest for digest, name in lines}
    assert set(sums) == set(files) - {CHECKSUMS}
    for name, digest in sums.items():
        assert hashlib.sha256(files[name]).hexdigest() == digest


def test_the_tables_are_those_of_the_data(files: dict[str, bytes]) -> None:
    tables = {name for name in files if name.startswith("tables/")}
    assert tables
    for name in tables:
        [path] = (TOY / "data").rglob(Path(name).name)
        assert files[name] == path.read_bytes()


def test_the_description_counts_what_is_there(toy: Build, files: dict[str, bytes]) -> None:
    found: dict[tuple[str, str], list[NamedNode | Literal]] = {}
    for triple in description(toy.store):
        assert isinstance(triple.subject, NamedNode)
        assert isinstance(triple.object, NamedNode | Literal)
        found.setdefault((triple.subject.value, triple.predicate.value), []).append(triple.object)

    def number(subject: str, name: str) -> int:
        [value] = found[subject, VOID + name]
        return int(value.value)

    for graph in (AUTHORED_GRAPH, INFERRED_GRAPH):
        own = [quad for quad in toy.store if quad.graph_name == graph]
        assert number(graph.value, "triples") == len(own)
        assert number(graph.value, "distinctSubjects") == len({quad.subject for quad in own})
        assert number(graph.value, "properties") == len({quad.predicate for quad in own})
    assert number(DATASET, "triples") == len({quad.triple for quad in toy.store})
    treaties = {
        quad.subject
        for quad in toy.store
        if quad.predicate.value.endswith("#type") and quad.object == NamedNode(MEA + "Treaty")
    }
    assert number(f"{DESCRIPTION}#class-Treaty", "entities") == len(treaties) > 0
    digest = hashlib.sha256(gzip.decompress(files["authored.nt.gz"])).hexdigest()
    assert any(
        value.value == digest for values in found.values() for value in values if hasattr(value, "value")
    )


def test_the_network_has_each_cooperation_once(toy: Build) -> None:
    root = ElementTree.fromstring(graphml(toy.store))
    edges = root.findall(f".//{GRAPHML}edge")
    nodes = {node.get("id") for node in root.findall(f".//{GRAPHML}node")}
    assert edges and {edge.get(end) for edge in edges for end in ("source", "target")} == nodes
    ends: set[tuple[str, frozenset[object], str]] = set()
    for quad in toy.store.quads_for_pattern(None, NamedNode(MEA + "basis"), None, INFERRED_GRAPH):
        parties = frozenset(
            other.object
            for name in ("between", "from", "to")
            for other in toy.store.quads_for_pattern(quad.subject, NamedNode(MEA + name), None, None)
        )
        via = [
            q.object for q in toy.store.quads_for_pattern(quad.subject, NamedNode(MEA + "via"), None, None)
        ]
        ends.add((str(quad.object), parties, str(via)))
    assert len(edges) == len(ends)
    for edge in edges:
        data = {item.get("key"): item.text for item in edge.findall(f"{GRAPHML}data")}
        assert data["edge-kind"]
        assert data["edge-documents"]


def test_readers_that_know_one_kind_of_edge_take_the_network(toy: Build) -> None:
    """Common readers refuse a network that has edges of both kinds; who is asked is data of the edge."""
    root = ElementTree.fromstring(graphml(toy.store))
    [network] = root.findall(f"{GRAPHML}graph")
    assert network.get("edgedefault") == "undirected"
    asked = set()
    for edge in network.findall(f"{GRAPHML}edge"):
        assert edge.get("directed", "false") == "false"
        data = {item.get("key"): item.text for item in edge.findall(f"{GRAPHML}data")}
        ends = data.get("edge-from"), data.get("edge-to")
        if ends != (None, None):
            assert ends == (edge.get("source"), edge.get("target"))
            asked.add(ends)
    expected = {
        (shortened(source.value), shortened(target.value))
        for cooperation, source in pairs(toy, "from")
        for same, target in pairs(toy, "to")
        if same == cooperation
    }
    assert asked == expected != set()


def pairs(toy: Build, name: str) -> list[tuple[NamedNode, NamedNode]]:
    quads = toy.store.quads_for_pattern(None, NamedNode(MEA + name), None, None)
    found = [(quad.subject, quad.object) for quad in quads]
    return [(s, o) for s, o in found if isinstance(s, NamedNode) and isinstance(o, NamedNode)]


def test_packed_files_are_the_same_whatever_python_packed_them(files: dict[str, bytes]) -> None:
    """Python 3.11 and 3.12 would name the system in the tenth byte, 3.10 and 3.13 do not; none has a time."""
    packed = {name: content for name, content in files.items() if name.endswith(".gz")}
    assert packed
    for content in packed.values():
        assert content[4:8] == bytes(4)
        assert content[9] == 255


def test_a_release_is_not_mixed_with_another(toy: Build, tmp_path: Path) -> None:
    write_release(release(toy.store, TOY / "data", SHAPES), tmp_path / "new")
    with pytest.raises(InputError, match="is not empty"):
        write_release(release(toy.store, TOY / "data", SHAPES), tmp_path / "new")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_release(release(toy.store, TOY / "data", SHAPES), tmp_path / "file")


def test_a_difference_has_what_was_added_and_removed(toy: Build, tmp_path: Path) -> None:
    write_release(release(toy.store, TOY / "data", SHAPES), tmp_path / "old")
    every = set(quads_of(toy.store))
    assert set(read_state(tmp_path / "old")) == every
    gone = next(quad for quad in sorted(every, key=str) if quad.predicate.value.endswith("#status"))
    came = Quad(
        gone.subject,
        gone.predicate,
        NamedNode("https://w3id.org/mea-kg/vocab/status/ongoing"),
        AUTHORED_GRAPH,
    )
    found = difference(read_state(tmp_path / "old"), (every - {gone}) | {came})
    assert (found.added, found.removed) == ((came,), (gone,))
    added, removed = found.as_nquads()
    assert set(parse(added, format=RdfFormat.N_QUADS)) == {came}
    assert set(parse(removed, format=RdfFormat.N_QUADS)) == {gone}
    text = found.as_text()
    assert "+ has status: ongoing (vocab/status/ongoing)" in text or "+ status: ongoing" in text
    assert text.endswith("1 statements added, 1 removed\n")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("absent.nq", None, "cannot be read"),
        (
            "cut.nq.gz",
            gzip.compress(b"<urn:a> <urn:b> <urn:c> <urn:d> .\n" * 100, mtime=0)[:-20],
            "cannot be read",
        ),
        ("not.nq", b"what is this", "cannot be read"),
        ("state.pdf", b"", "not a state of the graph"),
        ("folder", None, "cannot be read"),
        ("state.gone", None, "No such file or directory"),
    ],
    ids=["absent", "cut", "no N-Quads", "another format", "empty folder", "no file at all"],
)
def test_a_state_that_cannot_be_read_is_told(
    tmp_path: Path, name: str, content: bytes | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    elif "." not in name:
        path.mkdir()
    assert main(["diff", str(path), str(path)]) == 2
    assert message in capsys.readouterr().err


def test_a_graph_that_does_not_conform_is_not_released(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    shutil.copytree(TOY / "data", data)
    entry = data / "organizations.yaml"
    text = entry.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.strip().startswith("label:"))
    entry.write_text(text.replace(f"{line}\n", "", 1), encoding="utf-8")
    assert main(["build", "--data", str(data), "--release", str(tmp_path / "toy")]) == 1
    assert "nothing was released: the graph does not conform" in capsys.readouterr().err
    assert not (tmp_path / "toy").exists()


def test_the_commands_write_and_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["build", "--data", str(TOY / "data"), "--release", str(tmp_path / "toy")]
    assert main(arguments) == 0
    assert f"files in {tmp_path / 'toy'}" in capsys.readouterr().out
    assert main(["diff", str(tmp_path / "toy"), str(tmp_path / "toy" / "mea-kg.trig.gz")]) == 0
    assert capsys.readouterr().out == "0 statements added, 0 removed\n"
    assert main(["export", "--format", "graphml", "--output", str(tmp_path / "net.graphml")]) == 0
    assert ElementTree.parse(tmp_path / "net.graphml").getroot().tag == f"{GRAPHML}graphml"


@pytest.mark.parametrize("name", ["", QUADS, "mea-kg.trig.gz"])
def test_a_release_is_validated_as_the_graph_that_it_is(
    toy: Build, files: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    write_release(iter(files.items()), tmp_path / "release")
    report = validate(toy.store, Places(), SHAPES, read_context(TOY / "data"))
    arguments = ["validate", "--release", str(tmp_path / "release" / name), "--data", str(TOY / "data")]
    assert main(arguments) == (0 if report.conforms else 1)
    assert capsys.readouterr().out == as_text.write(report.findings)


def test_what_is_wrong_in_a_release_is_found(
    toy: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = Quad(
        NamedNode(ID + "organization/hu"), NamedNode(MEA + "startDate"), Literal("soon"), AUTHORED_GRAPH
    )
    path = tmp_path / "wrong.nq"
    path.write_bytes(written([*toy.store, wrong], "nquads"))
    assert main(["validate", "--release", str(path)]) == 1
    assert "organization/hu" in capsys.readouterr().out
    path.write_text("<urn:s> <urn:p> <urn:o> .\n")
    assert main(["validate", "--release", str(path)]) == 2
    assert "nothing is in" in capsys.readouterr().err
    assert main(["validate", "--release", str(path), str(path)]) == 2
