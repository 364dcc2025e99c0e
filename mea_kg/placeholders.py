"""What stands in an entry for a value that is still to be found: never a fact."""

from __future__ import annotations

import re

PLACEHOLDER = "TODO"
"""What a skeleton has where a value is to be filled in."""

PATTERN = r"^(?:[a-z0-9.-]+/)*(?:TODO(?:[:,/-][\s\S]*)?|[Tt]odo|TB[ACD]|tb[acd]|FIXME|[Nn]/[Aa]|\?+|\.{3}|…)$"
"""The texts that are placeholders, also at the end of an identifier; written so that JSON Schema reads it too."""

_PLACEHOLDER = re.compile(PATTERN)


def is_placeholder(text: str) -> bool:
    """Whether a text only holds the place of one.

    >>> [is_placeholder(text) for text in ("TODO", "decision/TODO", "TODO: the title", "n/a", "???")]
    [True, True, True, True, True]
    >>> [is_placeholder(text) for text in ("Todos", "TODOS LOS PUEBLOS", "XXX", "decision/todos")]
    [False, False, False, False]
    """
    return bool(_PLACEHOLDER.match(text))
