"""A server whose disk is really full: the old graph stays whole, and readers see nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mea_kg.errors import RemoteError
from mea_kg.remote.locking import LOCK_GRAPH
from tests.servers.faulty import FaultyProxy, Seen
from tests.servers.running import VIRTUOSO, RunningServer, oxigraph, virtuoso
from tests.servers.versions import Readers, Versions, directly, push, version, view_after, view_of, whole

pytestmark = pytest.mark.usefixtures("no_pauses")

_ISQL = shutil.which("isql-vt")
_OXIGRAPH = "oxigraph"
_VIRTUOSO = pytest.param(
    "virtuoso", marks=pytest.mark.skipif(VIRTUOSO is None, reason="Virtuoso is not installed")
)
_SAYS = {"oxigraph": "No space left on device", "virtuoso": "Log out of disk"}


@dataclass(frozen=True)
class Disk:
    """A small disk of its own for one server."""

    folder: Path

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self, left: int = 0) -> None:
        """Leave so many bytes."""
        found = os.statvfs(self.folder)
        with self._ballast.open("wb") as file:
            for start in range(0, found.f_bavail * found.f_frsize - left, 1 << 20):
                file.write(bytes(min(1 << 20, found.f_bavail * found.f_frsize - left - start)))

    def make_room(self) -> None:
        """Take away what it was filled with."""
        self._ballast.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    folder = tmp_path_factory.mktemp("disk")
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    command = [mount, "-t", "tmpfs", "-o", "size=90m", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.fixture(scope="module", params=[_OXIGRAPH, _VIRTUOSO])
def server(request: pytest.FixtureRequest, disk: Disk) -> Iterator[RunningServer]:
    """As in the other tests, and on the small disk."""
    place = disk.folder / request.param
    place.mkdir()
    with {"oxigraph": oxigraph, "virtuoso": virtuoso}[request.param](place) as running:
        yield running
    shutil.rmtree(place)


def _again(server: RunningServer, disk: Disk) -> None:
    """Started once more, as after a power cut, with room on the disk: some need it to start."""
    server.kill()
    disk.make_room()
    server.start()
    _forget_lock(server)


def _forget_lock(server: RunningServer) -> None:
    """What a failed push could not take away on a full disk would keep the next one waiting for minutes."""
    with directly(server) as connection:
        connection.service.update(f"DROP SILENT GRAPH <{LOCK_GRAPH}>")


@pytest.mark.parametrize(("step", "way"), [("upload", "staged"), ("switch", "staged"), ("switch", "changes")])
def test_a_full_disk_keeps_the_old_version(
    server: RunningServer, proxy: FaultyProxy, large: Versions, disk: Disk, step: str, way: str
) -> None:
    proxy.spoil(lambda _: None)
    push(server, large["old"])
    fill: Iterator[Callable[[], None]] = iter([disk.fill])

    def fault(seen: Seen) -> None:
        if seen.is_switch if step == "switch" else seen.method == "PUT" and seen.body:
            next(fill, lambda: None)()

    proxy.spoil(fault)
    with Readers(server) as readers, pytest.raises(RemoteError, match=_SAYS[server.kind]) as raised:
        push(server, large["new"], proxy, way)
    assert "make room on the server's disk" in str(raised.value.hint)
    assert set(readers.seen) == {whole(large["old"])}
    with directly(server) as connection:
        assert view_of(connection) == whole(large["old"])
    _again(server, disk)
    assert view_after(server, large, step) == whole(large["old"])
    push(server, large["new"])
    assert view_after(server, large, "again") == whole(large["new"])


@pytest.mark.parametrize("server", [_OXIGRAPH], indirect=True)
def test_nothing_can_be_written_to_oxigraph_whose_disk_was_full_before_it_is_started_again(
    server: RunningServer, large: Versions, disk: Disk
) -> None:
    """Its storage stays closed for writing, whatever room there is by then."""
    push(server, large["old"])
    disk.fill()
    with pytest.raises(RemoteError, match="No space left on device"):
        push(server, large["new"])
    disk.make_room()
    with directly(server) as connection, pytest.raises(RemoteError, match="No space left on device"):
        connection.service.update("INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> <urn:o> } }")
    _again(server, disk)
    assert view_after(server, large, "closed") == whole(large["old"])
    push(server, large["new"])
    assert view_after(server, large, "again") == whole(large["new"])


@pytest.mark.parametrize("server", [_VIRTUOSO], indirect=True)
@pytest.mark.parametrize("checkpoint", [False, True])
def test_virtuoso_alone_forgets_what_it_confirms_after_its_log_was_full_until_a_checkpoint(
    server: RunningServer, large: Versions, disk: Disk, tmp_path: Path, checkpoint: bool
) -> None:
    """It writes on behind the torn end of its log, and when it is started again reads it up to there.

    No client can notice: the push is confirmed, and all who read see it. After a `checkpoint` it is kept.
    """
    if checkpoint and _ISQL is None:
        pytest.skip("isql-vt is not installed")
    small = version(tmp_path, "small", 70)
    push(server, large["old"])
    # Room for a part of it, so that the end of the log is torn.
    disk.fill(20_000)
    with pytest.raises(RemoteError, match="Log out of disk") as raised:
        push(server, large["new"])
    assert "`checkpoint;`" in str(raised.value.hint)
    disk.make_room()
    if checkpoint:
        settings = (server.folder / "virtuoso.ini").read_text()
        [port] = re.findall(r"^ServerPort = (127.*)$", settings.partition("[HTTPServer]")[0], re.MULTILINE)
        subprocess.run([str(_ISQL), port, "dba", "dba", "exec=checkpoint;"], check=True, capture_output=True)
    _forget_lock(server)
    push(server, small)
    with directly(server) as connection:
        assert view_of(connection) == whole(small)
    _again(server, disk)
    with directly(server) as connection:
        assert view_of(connection) == whole(small if checkpoint else large["old"])
