"""A limit of time for a library that may lose itself in a damaged file. Runs only in the reading process."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class OutOfTime(BaseException):
    """The time is up; no Exception, so that a library that catches those does not go on."""


@contextlib.contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Raise OutOfTime in the middle of what takes longer; without effect where there is no such clock."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
