"""Leaving unreachable vectors behind: what is visible is copied into a new generation and verified."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from corpus.errors import StorageFailed
from index import generation as generations
from index.reachable import ATTEMPTS, add_answering, silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.generation import Generation

COMPACT_AT = 0.25  # share of unreachable vectors from which a build ends with a compaction
COPIED_AT_ONCE = 1_000


def is_due(generation: Generation, *, opened: bool = True) -> bool:
    """Whether so many vectors are unreachable that copying the others is worth it.

    Args:
        generation: The index.
        opened: Whether the vectors themselves are counted; opening them takes a second. Else the rows decide, which
            know of every removal but not of what a killed build left.
    """
    reachable = len(generation.passages.embedded_ids())
    stored = generation.vectors.count() if opened else reachable + generation.passages.unreachable()
    return stored - reachable > COMPACT_AT * max(stored, 1)


def unheard_in(generation: Generation) -> list[str]:
    """The ids of the vectors that search does not find, in the files as the next process reads them.

    Raises:
        StorageFailed: Vectors are missing altogether.
    """
    generation.vectors.reopen()
    ids = generation.passages.embedded_ids()
    if missing := generation.vectors.missing(ids):
        raise StorageFailed(
            f"{len(missing)} vectors are missing in {generation.directory}: run `duality index build`, which makes them anew."
        )
    return silent(generation, ids)


def compacted(directory: Path, old: Generation) -> Generation:
    """A new generation with all that is visible in `old`, current from now on; the old one is deleted.

    Raises:
        StorageFailed: A vector of the copy is missing or is not found by search; the old generation stays current.
    """
    new = generations.create(directory, old.fingerprint())
    new.looked_at = True
    with old.passages.connection() as source, new.passages.connection() as target:
        source.backup(target)
    new.passages.none_unreachable()
    ids = new.passages.embedded_ids()
    for at in range(0, len(ids), COPIED_AT_ONCE):
        part = ids[at : at + COPIED_AT_ONCE]
        _store(new, part, part, old.vectors.get(part))
    unheard = unheard_in(new)
    for _ in range(ATTEMPTS):  # what answered while it was written may not, as the next process reads it
        if not unheard:
            break
        _store(new, unheard, [uuid.uuid4().hex for _ in unheard], new.vectors.get(unheard))
        unheard = unheard_in(new)
    if unheard:
        raise StorageFailed(
            f"{len(unheard)} vectors copied from {old.directory} are not found by search: "
            "run `duality index build --fresh`."
        )
    new.passages.seal(new.vectors.files())
    generations.make_current(directory, new)
    new.looked_at = False
    new.wrote()
    generations.sweep(directory, new)
    return new


def _store(
    new: Generation, passages: Sequence[str], ids: Sequence[str], vectors: NDArray[np.float32]
) -> None:
    """Store the vectors of passages so that they answer, under `ids` or ones made up for it, which become the passages'."""
    owners = new.passages.owners()
    stored = add_answering(new.vectors, ids, vectors, [owners[i] for i in passages])
    new.passages.store_under({was: now for was, now in zip(passages, stored, strict=True) if was != now})
