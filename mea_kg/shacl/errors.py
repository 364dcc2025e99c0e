"""Why a shape is not compiled."""

from __future__ import annotations

from mea_kg.errors import MeaKgError


class NotCompiledError(MeaKgError):
    """A shape has something that this engine does not compile; the message says what."""
