"""Which generation a build writes to."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from corpus.errors import NothingIndexed, StorageFailed
from index import generation as generations
from index.generation import Fingerprint, Generation
from index.lock import KILLED
from index.soundness import Damage, damage

if TYPE_CHECKING:
    from pathlib import Path

    from index.remembered import Remembered


def target(
    directory: Path, wanted: Fingerprint, remembered: Remembered, given: Generation | None = None
) -> tuple[Generation, Damage]:
    """The current generation if its fingerprint fits, else one that a killed build had begun, else a new one.

    One that is damaged as a whole is left alone.

    Args:
        directory: The index directory.
        wanted: The fingerprint of the build.
        remembered: What a new one has to know.
        given: The current generation, where this process has it open.

    Returns:
        The generation, and what is damaged of it; where it is new because the current one is damaged, why that is.
    """
    found, name = Damage(), ""
    try:
        now = given or generations.current(directory)
        name = now.name
        if now.fingerprint() == wanted:
            found = _damage(directory, now)
            if not found.whole:
                return now, found
    except NothingIndexed:
        pass
    except StorageFailed as error:  # its fingerprint is lost
        found = Damage(str(error))
    for path in sorted(directory.glob("g[0-9]*")):
        if path.name == name or not (path / "fingerprint.json").exists():
            continue
        with suppress(StorageFailed):
            begun = Generation(path)
            if begun.fingerprint() == wanted and not (of_it := _damage(directory, begun)).whole:
                return begun, Damage(found.whole, of_it.papers)
    return fresh(directory, wanted, remembered), found


def fresh(directory: Path, wanted: Fingerprint, remembered: Remembered) -> Generation:
    """A new generation that knows what the user removed from the one before."""
    new = generations.create(directory, wanted)
    new.passages.remember_removed(remembered.removed)
    return new


def _damage(directory: Path, generation: Generation) -> Damage:
    """What is damaged of a generation that is to be written to; its tables are completed where it is sound."""
    killed = (directory / KILLED).exists()
    found = damage(generation.passages, generation.vectors.directory, unfinished=killed)
    if not found.whole:
        generation.passages.create()  # an older version made fewer tables
    return found
