"""Whether an update that ended in an error was done all the same: a broken connection does not tell, the graphs do."""

from __future__ import annotations

from collections.abc import Callable

from mea_kg.errors import RemoteError
from mea_kg.remote.retrying import eventually
from mea_kg.remote.servers import Server


def settle(server: Server, done: Callable[[], bool], error: RemoteError) -> None:
    """After an error: nothing, where the new graphs are there, else a `RemoteError` that says what is known.

    Its `status` is None where the update may still be under way.
    """
    refused = error.status is not None and error.status < 500 and not error.transient
    try:
        if eventually(done, once=refused):
            return
    except RemoteError as also:
        raise RemoteError(
            f"the connection broke while the new graphs were switched to, and whether they were is not known:"
            f" {error.message}; then {also.message}",
            "each graph is the old or the new one, whole"
            if server.one_transaction
            else "this server may have switched some graphs and not others, or a part",
        ) from error
    raise RemoteError(
        f"the switch to the new graphs was not done{'' if refused else ', or not yet'}: {error.message}",
        "the old graphs are as they were, and push may be run again"
        + (f"; {error.hint}" if error.hint else "")
        if server.one_transaction
        else "this server may have switched some graphs and not others: run the same push again",
        error.status if refused else None,
    ) from error
