"""Recipes for bulk loaders: followed as they are printed, they leave the release on the server, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from mea_kg.building import Build
from mea_kg.cli import main
from mea_kg.namespaces import ID, SKOS
from mea_kg.release.files import release, write_release
from mea_kg.remote.recipes import recipe
from mea_kg.resources import shapes_folder
from mea_kg.stores import AUTHORED_GRAPH, new_store
from tests.conftest import TOY
from tests.servers.running import VIRTUOSO, oxigraph, virtuoso

_ISQL = shutil.which("isql-vt")
_MORE = Quad(
    NamedNode(ID + "organization/more"),
    NamedNode(SKOS + "prefLabel"),
    Literal("More", language="en"),
    AUTHORED_GRAPH,
)


@pytest.mark.skipif(VIRTUOSO is None or _ISQL is None, reason="Virtuoso or its isql-vt is not installed")
def test_virtuoso_takes_a_second_release_in_the_place_of_the_first(
    toy: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its loader skips a file that it loaded once, and says that it is loaded, with the graphs emptied before."""
    for name, store in (("first", new_store([*toy.store, _MORE])), ("second", toy.store)):
        write_release(release(store, TOY / "data", shapes_folder()), tmp_path / name)
    place = tmp_path / "release"
    commands = tmp_path / "recipe.sql"
    commands.write_text(recipe("virtuoso").replace("RELEASE", str(place)))
    with virtuoso(tmp_path) as server:
        settings = (tmp_path / "virtuoso.ini").read_text()
        [port] = re.findall(r"^ServerPort = (127.*)$", settings.partition("[HTTPServer]")[0], re.MULTILINE)
        for name in ("first", "second"):
            shutil.rmtree(place, ignore_errors=True)
            (tmp_path / name).rename(place)
            isql = [str(_ISQL), port, "dba", "dba", str(commands)]
            done = subprocess.run(isql, check=True, capture_output=True, text=True)
            assert "***" not in done.stdout + done.stderr
            assert main(["diff", str(place), "--endpoint", server.endpoint]) == 0
            assert capsys.readouterr().out == "0 statements added, 0 removed\n"


def test_oxigraph_serves_what_its_loader_took(
    toy: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_release(release(toy.store, TOY / "data", shapes_folder()), tmp_path / "release")
    _, load, *_ = recipe("oxigraph").splitlines()
    words = (
        load.replace("RELEASE", str(tmp_path / "release")).replace("STORE", str(tmp_path / "store")).split()
    )
    program = Path(sys.executable).with_name(words[0])
    subprocess.run([str(program), *words[1:]], check=True, capture_output=True)
    with oxigraph(tmp_path) as server:
        assert main(["diff", str(tmp_path / "release"), "--endpoint", server.endpoint]) == 0
    assert capsys.readouterr().out == "0 statements added, 0 removed\n"
