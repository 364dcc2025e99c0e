"""Waits for files to be saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_QUIET_MILLISECONDS = 200
"""How long nothing must change before a change is told: a save is often several."""
_WAIT_MILLISECONDS = 500


def changes(files: Iterable[Path], folders: Sequence[Path]) -> Iterator[set[str]]:
    """At once an empty set; then, whenever any of the files is saved, or a file below the folders, their names.

    What is saved between two sets is in the next one. Files that begin with a dot or end with `~` are an
    editor's, and passed over. Ctrl-C raises `KeyboardInterrupt`.
    """
    from watchfiles import watch

    wanted = {path.resolve() for path in files}
    roots = [folder.resolve() for folder in folders]

    def is_wanted(_: object, path: str) -> bool:
        changed = Path(path).resolve()
        if changed.name.startswith(".") or changed.name.endswith("~"):
            return False
        return changed in wanted or any(root in changed.parents for root in roots)

    first = True
    while True:
        watched = _folders(wanted, roots)
        for changed in watch(
            *watched,
            watch_filter=is_wanted,
            debounce=_QUIET_MILLISECONDS,
            step=_QUIET_MILLISECONDS // 4,
            rust_timeout=_WAIT_MILLISECONDS if not first else 10,
            yield_on_timeout=True,
            recursive=False,
        ):
            # The watcher is at work only after its first set.
            if first or changed:
                yield {Path(path).name for _, path in changed}
            first = False
            if changed and _folders(wanted, roots) != watched:
                # What was saved in a new folder before it was watched.
                first = True
                break


def _folders(files: Iterable[Path], roots: Iterable[Path]) -> list[Path]:
    """The folders to watch, each by itself: what lies below the folder of a file is nobody's business.

    An editor may replace a file instead of writing it, so that the file itself cannot be watched.
    """
    below = (folder for root in roots for folder in (root, *root.rglob("*/")) if folder.is_dir())
    return sorted({*(path.parent for path in files), *below})
