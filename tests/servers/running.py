"""Starting and stopping real triple stores."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from mea_kg.remote.credentials import Credentials

_READY_SECONDS = 60

VIRTUOSO = shutil.which("virtuoso-t")

_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
CheckpointInterval = 60
CaseMode = 2
DirsAllowed = {folder}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = 10000
"""


@dataclass
class RunningServer:
    """A server that runs: its endpoint, who may write, and how to kill and start it again on what it kept."""

    kind: str
    endpoint: str
    command: list[str]
    folder: Path
    ready_at: str
    credentials: Credentials = field(default_factory=Credentials)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "output.txt").open("ab") as output:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with urlopen(self.ready_at, timeout=5):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        self.kill()
        raise AssertionError((self.folder / "output.txt").read_text(errors="replace"))

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        # Virtuoso does not start where a lock of a process that is gone lies.
        (self.folder / "virtuoso.lck").unlink(missing_ok=True)


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def oxigraph(folder: Path) -> Iterator[RunningServer]:
    """An Oxigraph server with a store on disk."""
    base = f"http://127.0.0.1:{free_port()}"
    program = Path(sys.executable).with_name("oxigraph")
    command = [
        str(program),
        "serve",
        "--location",
        str(folder / "store"),
        "--bind",
        base.removeprefix("http://"),
    ]
    server = RunningServer("oxigraph", base, command, folder, f"{base}/query?query=ASK%7B%7D")
    yield from _run(server)


@contextmanager
def virtuoso(folder: Path, buffers: int = 20_000) -> Iterator[RunningServer]:
    """A Virtuoso server with so many buffers of 8 KB; `VIRTUOSO` is None where it is not installed."""
    assert VIRTUOSO is not None
    port = free_port()
    (folder / "virtuoso.ini").write_text(
        _INI.format(folder=folder, port=port, sql_port=free_port(), buffers=buffers, dirty=buffers * 3 // 4)
    )
    base = f"http://127.0.0.1:{port}"
    server = RunningServer(
        "virtuoso",
        f"{base}/sparql",
        [VIRTUOSO, "-f", "-c", "virtuoso.ini"],
        folder,
        f"{base}/sparql?query=ASK%7B%7D",
        Credentials("dba", "dba"),
    )
    yield from _run(server)


def _run(server: RunningServer) -> Iterator[RunningServer]:
    server.start()
    try:
        yield server
    finally:
        server.kill()
