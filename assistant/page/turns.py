"""The turns of a conversation: those that are over lie on disk, since each has all its evidence and is seldom looked at."""

from __future__ import annotations

import contextlib
import logging
import pickle
import sqlite3
import threading
import weakref
import zlib
from collections import deque
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final, overload

if TYPE_CHECKING:
    from assistant.page.talk import Turn

__all__ = ["Turns"]

log = logging.getLogger(__name__)
LEVEL: Final = 6  # zlib's own; a turn of 40 kB comes to about 8 in a millisecond
SAID: Final = 20  # turns whose words the next question may need; it goes back over fewer


class Turns(Sequence["Turn"]):
    """Turns, oldest first; all but the last are on disk and made anew where they are asked for.

    Args:
        turns: Those to begin with.
    """

    def __init__(self, turns: Iterable[Turn] = ()) -> None:
        self._packed: list[int | bytes] = []
        self._said: deque[tuple[str, str]] = deque(maxlen=SAID)
        self._last: Turn | None = None
        weakref.finalize(self, _forget, self._packed).atexit = False
        for turn in turns:
            self.append(turn)

    def append(self, turn: Turn) -> None:
        """One more turn, which is over."""
        if self._last is not None:
            packed = zlib.compress(pickle.dumps(self._last, pickle.HIGHEST_PROTOCOL), LEVEL)
            self._packed.append(_disk().put(packed))
        self._last = turn
        self._said.append((turn.question, turn.said))

    @property
    def said(self) -> list[tuple[str, str]]:
        """The last questions, each with the text of its answer, "" where there was none."""
        return [*self._said]

    def __len__(self) -> int:
        return len(self._packed) + (self._last is not None)

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
        packed = self._packed[place]
        packed = packed if isinstance(packed, bytes) else _disk().get(packed)
        turn: Turn = pickle.loads(zlib.decompress(packed))  # noqa: S301 - packed by this very process
        return turn


class _Disk:
    """Bytes in a database that SQLite keeps in a file without a name: nobody else can open it, and it ends with us."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # what is forgotten may be found so while another is put
        self._database = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._database.execute("CREATE TABLE kept (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")

    def put(self, packed: bytes) -> int | bytes:
        """The number under which they lie; the bytes themselves where the disk takes no more."""
        with self._lock:
            try:
                return int(
                    self._database.execute("INSERT INTO kept (bytes) VALUES (?)", (packed,)).lastrowid or 0
                )
            except sqlite3.Error as error:
                log.info("A turn stays in memory: %s", error)
                return packed

    def get(self, number: int) -> bytes:
        """What lies under a number."""
        with self._lock:
            found: bytes = self._database.execute(
                "SELECT bytes FROM kept WHERE number = ?", (number,)
            ).fetchone()[0]
        return found

    def drop(self, numbers: Sequence[int]) -> None:
        """Their room is free again."""
        with self._lock, contextlib.suppress(sqlite3.Error):
            self._database.executemany("DELETE FROM kept WHERE number = ?", [(number,) for number in numbers])


@cache
def _disk() -> _Disk:
    return _Disk()


def _forget(packed: list[int | bytes]) -> None:
    _disk().drop([one for one in packed if isinstance(one, int)])
