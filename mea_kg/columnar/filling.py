"""A store on disk that a second process fills, while the columns are still at work."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store, Triple

from mea_kg.errors import InputError
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, Pieces, finish, new_store_on_disk


class Filling:
    """The second process: it loads the files at once, and what is inferred when it is told.

    Both talk through a pipe alone, which says so where one of them is gone.
    """

    def __init__(self, store: Path, files: Iterable[Path], terms: Sequence[Triple], inferred: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other_end = context.Pipe()
        lines = "".join(f"{term} .\n" for term in terms)
        self._process = context.Process(
            target=_fill,
            args=(str(store), [str(path) for path in files], lines, str(inferred), other_end),
            daemon=True,
        )
        self._process.start()
        other_end.close()
        self._reason: str | None = None

    def go_on(self) -> None:
        """Say that what is inferred is written."""
        # Where the process is gone, `finish` says why.
        with suppress(OSError):
            self._pipe.send("")

    def check(self) -> None:
        """Raise `InputError` where it has failed already; what is at work meanwhile need not be finished then."""
        if self._reason is None and self._pipe.poll():
            self.finish()

    def finish(self) -> None:
        """Wait for the end; raises `InputError` where it failed."""
        if self._reason is None:
            try:
                self._reason = self._pipe.recv()
            except (EOFError, OSError):
                self._reason = "its process was ended"
            self._process.join()
        if self._reason:
            raise InputError(
                f"the store on disk cannot be filled ({self._reason})", "make room on the disk and in memory"
            )

    def stop(self) -> None:
        """End it now."""
        self._process.terminate()
        self._process.join()
        self._pipe.close()


def _fill(store: str, files: list[str], lines: str, inferred: str, pipe: Connection) -> None:
    try:
        target = new_store_on_disk(Path(store))
        target.bulk_load(lines.encode(), RdfFormat.N_TRIPLES, to_graph=AUTHORED_GRAPH)
        for path in files:
            _load(target, path, AUTHORED_GRAPH)
        pipe.recv()
        _load(target, inferred, INFERRED_GRAPH)
        finish(target)
        pipe.send("")
    except EOFError:
        # The first process is gone: nobody waits for the store.
        return
    except (OSError, RuntimeError, SyntaxError, ValueError) as error:
        with suppress(OSError):
            pipe.send(str(error))


def _load(target: Store, path: str, graph: NamedNode) -> None:
    with Path(path).open("rb") as lines:
        Pieces(lines, RdfFormat.N_TRIPLES, graph).load(target)
