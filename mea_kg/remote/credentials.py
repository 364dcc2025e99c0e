"""Who we are to a server: from the environment or a file, never from the command line."""

from __future__ import annotations

import configparser
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mea_kg.errors import RemoteError

USER, PASSWORD, TOKEN = "MEA_KG_USER", "MEA_KG_PASSWORD", "MEA_KG_TOKEN"
_KEYS = {"user", "password", "token"}
_ANY = "DEFAULT"


@dataclass(frozen=True)
class Credentials:
    """A user with a password, or a bearer token, or nothing. What is secret does not show in a repr."""

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)

    def __bool__(self) -> bool:
        return bool(self.user or self.token)


def credentials_from(environment: Mapping[str, str], file: Path | None, endpoint: str) -> Credentials:
    """What the file says of that endpoint, else what the environment says.

    The file has a section for each endpoint, named by its address (the longest that the endpoint begins with counts)
    or DEFAULT, with `user` and `password`, or `token`. Raises `RemoteError` for a file that cannot be used, or that
    others can read.
    """
    if file is not None:
        return _from_file(file, endpoint)
    user, password, token = (environment.get(name) or None for name in (USER, PASSWORD, TOKEN))
    if user and password is None:
        raise RemoteError(f"{USER} is set and {PASSWORD} is not", f"set {PASSWORD} too")
    return Credentials(user, password, token)


def _from_file(file: Path, endpoint: str) -> Credentials:
    # DEFAULT is a section like others: what it says must not be mixed with what is said of one endpoint.
    parser = configparser.ConfigParser(interpolation=None, default_section="\0")
    try:
        mode = file.stat().st_mode
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RemoteError(f"{file}: cannot be read (not UTF-8)", "save it as UTF-8") from error
    except OSError as error:
        raise RemoteError(f"{file}: cannot be read ({error.strerror})", "name a file that exists") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise RemoteError(f"{file}: others can read this file, which holds a password", f"chmod 600 {file}")
    try:
        parser.read_string(text, str(file))
    except configparser.Error as error:
        # The message of the parser quotes the line, which may hold the password.
        line = getattr(error, "lineno", None) or next(iter(getattr(error, "errors", [])), [None])[0]
        raise RemoteError(
            f"{file}{f', line {line}' if line else ''}: not a file of credentials",
            "write a section [https://the.endpoint] with lines such as user = name and password = word",
        ) from None
    sections = [
        name for name in parser.sections() if f"{endpoint.rstrip('/')}/".startswith(f"{name.rstrip('/')}/")
    ] or [name for name in parser.sections() if name == _ANY]
    if not sections:
        return Credentials()
    section = parser[max(sections, key=len)]
    for key in section:
        if key not in _KEYS:
            raise RemoteError(
                f"{file}: unknown key {key!r} in [{section.name}]", f"one of: {', '.join(sorted(_KEYS))}"
            )
    if section.get("user") and section.get("password") is None:
        raise RemoteError(
            f"{file}: [{section.name}] has a user without a password", "add a line password = word"
        )
    return Credentials(section.get("user"), section.get("password"), section.get("token"))
