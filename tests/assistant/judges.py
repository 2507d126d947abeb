"""A judge for tests of what is done with its word."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.support.judge import Heard, Reads


class Sure:
    """Finds everything carried that it is asked: what has the same words."""

    name = "sure"
    kind = "embedded"
    reads: Reads = "same words"
    contradicts: float | None = None

    def scores(self, heard: Sequence[Heard], stopped: Callable[[], bool]) -> list[float | None]:
        """The highest score for each."""
        return [9.0] * len(heard)
