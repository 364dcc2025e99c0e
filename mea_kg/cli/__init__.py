"""The command line: `mea-kg COMMAND`. Each command is a module of this package, imported only when it is called.

A command module has `HELP`, `configure(parser)` and `run(arguments) -> int`; the modules whose names begin with an
underscore are shared by commands. Exit status: 0 done or conforms, 1 does not conform, 2 could not run.
"""

from __future__ import annotations

import argparse
import os
import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import NoReturn

from mea_kg.cli._streams import complain, prepare
from mea_kg.errors import InputError, MeaKgError

DONE, DOES_NOT_CONFORM, COULD_NOT_RUN = 0, 1, 2
_INTERRUPTED, _PIPE_CLOSED = 130, 141

_USAGE = """\
usage: mea-kg COMMAND [ARGUMENT ...]

Who cooperates with whom in international environmental governance, on what basis, who was asked to do what and
by when: each fact with its source.

commands:
{commands}

  mea-kg COMMAND --help    what a command takes
  mea-kg --version

for example:
  mea-kg query                            the questions that can be asked
  mea-kg query who-cooperates-with WCO
  mea-kg show WCO
  mea-kg relation WCO INTERPOL
"""


class _Parser(argparse.ArgumentParser):
    """A parser that raises, so that there is one way to report what is wrong."""

    def error(self, message: str) -> NoReturn:
        raise InputError(message, self.format_usage().strip())


def commands() -> list[str]:
    """The names of the commands."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the status to exit with. Errors go to stderr as a message, a blank line and a hint."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        prepare()
        status = _run(arguments)
        sys.stdout.flush()
        return status
    except MeaKgError as error:
        complain(str(error))
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader has gone.
        _drop_output()
        return _PIPE_CLOSED
    except OSError as error:
        # A full disk, a folder that may not be read, a name that is too long.
        _drop_output()
        said = error.strerror or str(error)
        complain(f"{error.filename}: {said}" if error.filename else said)
        return COULD_NOT_RUN


def _drop_output() -> None:
    """Forget what stdout does not take: Python would complain when it flushes stdout at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def entry_point() -> NoReturn:
    """The console script."""
    sys.exit(main())


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_USAGE.format(commands=_listing()), end="")
        return DONE
    if arguments[0] == "--version":
        from mea_kg import __version__

        print(f"mea-kg {__version__}")
        return DONE
    name, rest = arguments[0], arguments[1:]
    module = _module(name)
    parser = _Parser(prog=f"mea-kg {name}", description=module.HELP)
    module.configure(parser)
    try:
        parsed = parser.parse_intermixed_args(rest)
    except SystemExit as exit_:
        return int(exit_.code or 0)
    status: int = module.run(parsed)
    return status


def _module(name: str) -> ModuleType:
    if name in commands():
        return import_module(f"{__name__}.{name}")
    from difflib import get_close_matches

    near = get_close_matches(name, commands(), n=2, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"one of: {', '.join(commands())}"
    raise InputError(f"there is no command {name!r}", hint)


def _listing() -> str:
    width = max(map(len, commands()))
    return "\n".join(f"  {name:{width}}  {_summary(name)}" for name in commands())


def _summary(name: str) -> str:
    text: str = import_module(f"{__name__}.{name}").HELP
    return text.strip().partition("\n")[0].rstrip(".")
