"""How hosts are asked: who asks, how long between two requests, and how long a busy host is left alone.

All processes of one home share one queue and one memory of when each host may be asked again.
"""

from __future__ import annotations

import json
import random
import time
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from corpus.errors import StorageFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAUSE_SECONDS: Final = 3.0
"""Between two requests to one host; arXiv's terms of use for its interfaces ask for three seconds and one connection."""

LONGEST_WAIT: Final = 120.0
"""Seconds that are waited for a busy host; one that asks for more is left for another run."""

LONGEST_REST: Final = 3_600.0
"""Seconds for which a host's wish to be left alone is remembered, whatever it asks."""

FIRST_BACKOFF: Final = 5.0


class Stopped(Exception):
    """The caller asked to stop; what has come is kept."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance, so that tests need neither wait nor guess."""

    now: Callable[[], float] = time.time
    elapsed: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


def user_agent(contact: str | None) -> str:
    """What the hosts are told: who asks, and how to reach them."""
    from importlib.metadata import version

    asks = f"; {contact}" if contact else ""
    told = f"duality-assistant/{version('duality-assistant')} (research reading aid{asks})"
    return "".join(
        letter for letter in told if letter.isascii() and letter.isprintable()
    )  # as a header must be


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110, 10.2.3), or None where it says nothing of use."""
    text = (value or "").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def backoff(tries: int, chance: float) -> float:
    """Seconds before the next attempt: twice as long each time, with as much chance as certainty."""
    return min(LONGEST_WAIT, FIRST_BACKOFF * 2.0 ** (tries - 1)) * (0.5 + 0.5 * chance)


class Manners:
    """When each host may be asked, over all processes of one home.

    Args:
        folder: Where the queue's lock and the memory lie.
        stopped: Asked while waiting.
        pause: Seconds between two requests to one host.
        clock: Time.
    """

    def __init__(
        self,
        folder: Path,
        stopped: Callable[[], bool],
        pause: float = PAUSE_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        self.folder = folder
        self.stopped = stopped
        self.pause = pause
        self.clock = clock or Clock()
        self._memory = folder / ".hosts.json"

    @contextmanager
    def alone(self, told: Callable[[str], None]) -> Iterator[None]:
        """Hold the queue: one download at a time in this home.

        Args:
            told: Told when another process is waited for.

        Raises:
            Stopped: The caller stopped while it waited.
            StorageFailed: The folder cannot be written.
        """
        import filelock

        lock = filelock.FileLock(self.folder / ".fetch.lock")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            while True:
                try:
                    lock.acquire(timeout=0.5)
                    break
                except filelock.Timeout:
                    told("another process is fetching; taking turns")
                    if self.stopped():
                        raise Stopped from None
        except OSError as error:
            raise StorageFailed(
                f"{self.folder} cannot be written ({error.strerror or error}): free some space or check its permissions."
            ) from error
        try:
            yield
        finally:
            lock.release()

    def rest_left(self, host: str) -> float:
        """Seconds until the host may be asked."""
        left = self._read().get(host, 0.0) - self.clock.now()
        return left if 0 < left <= LONGEST_REST + self.pause else 0.0  # a clock set back says nothing

    def wait_for(self, host: str, told: Callable[[str], None]) -> None:
        """Return when the host may be asked. Raises Stopped where the caller stops meanwhile."""
        left = self.rest_left(host)
        if left > self.pause:
            told(f"{host} is busy: waiting {left:.0f} s")
        until = self.clock.elapsed() + left
        while (left := until - self.clock.elapsed()) > 0:
            if self.stopped():
                raise Stopped
            self.clock.sleep(min(left, 0.2))
        if self.stopped():
            raise Stopped

    def asked(self, host: str, seconds: float | None = None) -> None:
        """Remember that the host was asked now, and is to be left alone for `seconds` (the pause at the least)."""
        rest = min(max(self.pause, seconds or 0.0), LONGEST_REST)
        now = self.clock.now()
        memory = {name: at for name, at in self._read().items() if at > now}
        memory[host] = max(now + rest, memory.get(host, 0.0))
        fresh = self._memory.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(memory), "utf-8")
            fresh.replace(self._memory)
        except OSError as error:
            raise StorageFailed(
                f"{self._memory} cannot be written ({error.strerror}): free some space, then fetch again."
            ) from error

    def _read(self) -> dict[str, float]:
        try:
            data = json.loads(self._memory.read_text("utf-8"))
            return {str(name): float(at) for name, at in data.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}
