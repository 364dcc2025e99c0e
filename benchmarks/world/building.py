"""Builds a world of a given size, system by system, so that it never holds more than one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import IO, TypeAlias

from benchmarks.world import actors, budgets, decisions, partnerships, texts, treaties
from benchmarks.world.systems import System
from benchmarks.world.writing import Breaking, Writer

Piece: TypeAlias = Callable[[Writer, System], None]

STATES = 195
"""No world has more States."""
TRIPLES_TO_A_STATE = 230
SMALL: tuple[Piece, ...] = (
    treaties.treaty,
    actors.organizations,
    actors.meetings,
    texts.resolutions,
    texts.programmes,
)
LARGE: tuple[Piece, ...] = (decisions.whole_decision, budgets.funds, partnerships.partnerships)


def write_world(stream: IO[str], triples: int, seed: int, breaking: Breaking | None = None) -> int:
    """Write so many triples or a few less to the stream; returns how many. The same seed gives the same bytes.

    What is left when no further system fits is filled with small systems, and that with leaflets.
    """
    w = Writer(stream, breaking)
    states = min(STATES, max(24, triples // TRIPLES_TO_A_STATE))
    actors.prelude(w)
    for number in range(states):
        actors.a_state(w, number)
    w.keep()
    number = 0
    pieces: Sequence[Piece] = (*SMALL, *LARGE)
    while True:
        s = System(number, Random(f"{seed}/{number}"), states)
        if _fits(w, s, pieces, triples):
            if pieces is not SMALL:
                budgets.budget(w, s, room=triples - w.kept)
                w.keep()
            number += 1
        elif pieces is SMALL:
            break
        else:
            pieces = SMALL
    leaflet = 1
    last = System(number - 1, Random(f"{seed}/last"), states)
    while _fits(w, last, [partial(texts.leaflet, number=leaflet)], triples):
        leaflet += 1
    return w.kept


def _fits(w: Writer, s: System, pieces: Sequence[Piece], triples: int) -> bool:
    """Whether these pieces were kept, or else written in vain."""
    for piece in pieces:
        piece(w, s)
    if w.kept + len(w.lines) > triples:
        w.discard()
        return False
    w.keep()
    return True
