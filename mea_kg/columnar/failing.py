"""What DuckDB cannot do, said in our words."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from mea_kg.columnar.refusing import NotTranslatedError
from mea_kg.errors import InputError

_FULL = re.compile(
    "|".join(
        (
            # The system's own words stand in DuckDB's: for a full disk, a limit of files, a quota, and full memory.
            *(
                re.escape(os.strerror(number))
                for number in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.ENOMEM)
            ),
            "(?:could not|failed to) (?:allocate|offload|pin)",
        )
    ),
    re.IGNORECASE,
)


@contextmanager
def said(memory: str) -> Iterator[None]:
    """Turn the errors of a database that may take so much memory into ours.

    Raises `NotTranslatedError` where a number is out of range, and `InputError` where memory or disk is full, or what
    is on the disk cannot be read or written for another reason, which is given.
    """
    import duckdb

    try:
        yield
    except (
        duckdb.OutOfRangeException,
        duckdb.ConversionException,
        duckdb.InvalidInputException,
    ) as error:
        raise NotTranslatedError(f"a value out of range ({_first_line(error)})") from error
    except (
        duckdb.OutOfMemoryException,
        duckdb.IOException,
        duckdb.FatalException,
        duckdb.TransactionException,
    ) as error:
        if isinstance(error, duckdb.OutOfMemoryException) or _FULL.search(str(error)):
            raise InputError(
                f"the columns of the graph have no room ({_first_line(error)})",
                f"make room on the disk, or give more memory than {memory}",
            ) from error
        raise InputError(
            f"the columns of the graph cannot be read or written ({_first_line(error)})",
            "mend what the reason says, and build anew",
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
