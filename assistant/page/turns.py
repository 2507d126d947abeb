"""The turns of a conversation, kept small: a turn that is over comes with all its evidence, and is seldom looked at."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from assistant.page.talk import Turn

__all__ = ["Turns"]

LEVEL = 6  # zlib's own; a turn of 40 kB comes to about 8 in a millisecond


class Turns(Sequence["Turn"]):
    """Turns, oldest first; all but the last are packed and made anew where they are asked for.

    Args:
        turns: Those to begin with.
    """

    def __init__(self, turns: Iterable[Turn] = ()) -> None:
        self._packed: list[bytes] = []
        self._said: list[tuple[str, str]] = []
        self._last: Turn | None = None
        for turn in turns:
            self.append(turn)

    def append(self, turn: Turn) -> None:
        """One more turn, which is over."""
        if self._last is not None:
            self._packed.append(zlib.compress(pickle.dumps(self._last, pickle.HIGHEST_PROTOCOL), LEVEL))
        self._last = turn
        self._said.append((turn.question, turn.said))

    @property
    def said(self) -> list[tuple[str, str]]:
        """Each question with the text of its answer, "" where there was none."""
        return self._said

    def __len__(self) -> int:
        return len(self._said)

    @overload
    def __getitem__(self, at: int) -> Turn: ...
    @overload
    def __getitem__(self, at: slice) -> list[Turn]: ...
    def __getitem__(self, at: int | slice) -> Turn | list[Turn]:
        places = range(len(self))[at]
        return self._at(places) if isinstance(places, int) else [self._at(place) for place in places]

    def _at(self, place: int) -> Turn:
        if place == len(self._packed) and self._last is not None:
            return self._last
        turn: Turn = pickle.loads(zlib.decompress(self._packed[place]))  # noqa: S301 - packed by this very process
        return turn
