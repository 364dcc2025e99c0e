"""What the commands share that talk to a triple store: its address, who we are, and how long we wait."""

from __future__ import annotations

import argparse
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from mea_kg.errors import InputError

if TYPE_CHECKING:
    from mea_kg.remote.connecting import Connection
    from mea_kg.remote.credentials import Credentials


def add_endpoint(parser: argparse.ArgumentParser) -> None:
    """The option `--endpoint`, with those that say how it is talked to."""
    parser.add_argument(
        "--endpoint", metavar="URL", help="ask the graph on this server, such as http://localhost:7878"
    )
    _add_common(parser)


def add_server_options(parser: argparse.ArgumentParser) -> None:
    """The options that say how a server is talked to, for reading and writing."""
    _add_common(parser)
    parser.add_argument("--update-url", metavar="URL", help="where it takes updates, if elsewhere than usual")
    parser.add_argument(
        "--store-url", metavar="URL", help="where its graph store is, if elsewhere than usual"
    )


def credentials_of(arguments: argparse.Namespace, endpoint: str) -> Credentials:
    """Who we are to that endpoint, from the file that `--credentials` names, or from the environment."""
    from mea_kg.remote.credentials import credentials_from

    return credentials_from(os.environ, arguments.credentials, endpoint)


def connection_of(arguments: argparse.Namespace, endpoint: str) -> AbstractContextManager[Connection]:
    """The services at that endpoint, with the options of `add_server_options`."""
    from mea_kg.remote.connecting import connected

    return connected(
        endpoint,
        credentials_of(arguments, endpoint),
        arguments.server,
        arguments.timeout,
        arguments.update_url,
        arguments.store_url,
    )


def _add_common(parser: argparse.ArgumentParser) -> None:
    """What both have. Passwords are not among it: others can read arguments."""
    parser.add_argument(
        "--server", metavar="KIND", help="its kind, where it cannot be told: oxigraph, virtuoso, ..."
    )
    parser.add_argument(
        "--credentials",
        type=Path,
        metavar="FILE",
        help="user and password, or token, by endpoint (default: MEA_KG_USER and MEA_KG_PASSWORD, or MEA_KG_TOKEN)",
    )
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=120.0,
        metavar="SECONDS",
        help="how long to wait for an answer (120)",
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise InputError(f"--timeout {text}: not a number of seconds", "give one such as 60")
    return seconds
