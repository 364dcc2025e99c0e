"""Doing again, after a pause, what is safe to do again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from mea_kg.errors import RemoteError, RemoteTimeout

T = TypeVar("T")

_PAUSES = (0.5, 1.5, 4.0)


def patiently(
    do: Callable[[], T], sleep: Callable[[float], None] = time.sleep, after_timeout: bool = True
) -> T:
    """What `do` gives, tried up to four times with growing pauses while the server is busy or away.

    Only for what may be done twice; not `after_timeout` where the server would have to do a long work twice.
    Raises the last `RemoteError`.
    """
    for pause in _PAUSES:
        try:
            return do()
        except RemoteError as error:
            if not error.transient or (isinstance(error, RemoteTimeout) and not after_timeout):
                raise
        # Clients that were turned away together should not come back together.
        sleep(pause * random.uniform(0.75, 1.25))
    return do()


def eventually(
    holds: Callable[[], bool], once: bool = False, sleep: Callable[[float], None] = time.sleep
) -> bool:
    """Whether it comes to hold within the time that `patiently` gives; `once` looks without waiting.

    Raises `RemoteError` where the server cannot be asked.
    """
    for pause in () if once else _PAUSES:
        if patiently(holds, sleep):
            return True
        sleep(pause)
    return patiently(holds, sleep)
