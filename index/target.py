"""Which generation a build writes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.errors import NothingIndexed
from index import generation as generations
from index.generation import Fingerprint, Generation

if TYPE_CHECKING:
    from pathlib import Path

    from index.remembered import Remembered


def target(
    directory: Path, wanted: Fingerprint, remembered: Remembered, given: Generation | None = None
) -> Generation:
    """The current generation if its fingerprint fits, else one that a killed build had begun, else a new one.

    Args:
        directory: The index directory.
        wanted: The fingerprint of the build.
        remembered: What a new one has to know.
        given: The current generation, where this process has it open.
    """
    try:
        now = given or generations.current(directory)
        if now.fingerprint() == wanted:
            now.passages.create()  # an older version made fewer tables
            return now
    except NothingIndexed:
        pass
    for path in sorted(directory.glob("g[0-9]*")):
        begun = Generation(path)
        if (path / "fingerprint.json").exists() and begun.fingerprint() == wanted:
            begun.passages.create()
            return begun
    return fresh(directory, wanted, remembered)


def fresh(directory: Path, wanted: Fingerprint, remembered: Remembered) -> Generation:
    """A new generation that knows what the user removed from the one before."""
    new = generations.create(directory, wanted)
    new.passages.remember_removed(remembered.removed)
    return new
