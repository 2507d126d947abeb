"""Who is answered now and who waits: so many at once, so many waiting, one question a visitor, and how long it takes."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE: Final = 4  # answers, comparisons and summaries side by side, over all visitors
WAITING: Final = 20
REMEMBERED: Final = 20  # answers whose seconds the estimate rests on
WORDS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class Full(Exception):
    """As many wait as may.

    Attributes:
        seconds: When there may be room; 0 where that is not known.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(slots=True, eq=False)
class Place:
    """A place in the line.

    Attributes:
        turn: Set once its answer may begin.
        begun: When that was, by the monotonic clock.
    """

    turn: threading.Event = field(default_factory=threading.Event)
    begun: float = 0.0


@dataclass(slots=True)
class Line:
    """Thread-safe.

    Args:
        at_once: How many are answered side by side.
        waiting: How many may wait beside them.
    """

    at_once: int = AT_ONCE
    waiting: int = WAITING
    _answered: set[Place] = field(default_factory=set)
    _line: list[Place] = field(default_factory=list)
    _took: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def place(self) -> Iterator[Place]:
        """A place until the block ends; whoever leaves it gives it to the next.

        Raises:
            Full: As many wait as may.
        """
        mine = Place()
        with self._lock:
            if len(self._line) >= self.waiting:
                raise Full(self._seconds(0))
            self._line.append(mine)
            self._let_in()
        try:
            yield mine
        finally:
            with self._lock:
                if mine in self._answered:
                    self._answered.remove(mine)
                    self._took.append(time.monotonic() - mine.begun)
                else:
                    self._line.remove(mine)
                self._let_in()

    def before(self, mine: Place) -> tuple[int, float]:
        """How many answers end before one begins, 0 once it may, and about how many seconds that takes, 0 if unknown."""
        with self._lock:
            if mine not in self._line:
                return 0, 0.0
            at = self._line.index(mine)
            return at + 1, self._seconds(at)

    def _let_in(self) -> None:
        while self._line and len(self._answered) < self.at_once:
            first = self._line.pop(0)
            first.begun = time.monotonic()
            self._answered.add(first)
            first.turn.set()

    def _seconds(self, at: int) -> float:
        """Until the one at that place of the line begins: as many answers end before, `at_once` side by side."""
        return (at + 1) * median(self._took) / self.at_once if self._took else 0.0


def waits(answers: int, seconds: float) -> str:
    """How long one waits: "Waiting: two answers before yours, about 40 s"."""
    number = WORDS[answers] if answers < len(WORDS) else str(answers)
    about = f", about {_about(seconds)}" if seconds else ""
    return f"Waiting: {number} answer{'' if answers == 1 else 's'} before yours{about}"


def too_many(seconds: float, waiting: int = WAITING) -> str:
    """What is said to one who finds the line full."""
    when = f"in about {_about(seconds)}" if seconds else "in a moment"
    return f"{waiting} questions are waiting already: yours is kept where you typed it, ask it again {when}."


def _about(seconds: float) -> str:
    """Rounded up: to 5 seconds, from two minutes on to minutes."""
    return f"{math.ceil(seconds / 60)} min" if seconds > 120 else f"{5 * math.ceil(seconds / 5)} s"
