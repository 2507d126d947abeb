"""Leaving unreachable vectors behind: what is visible is copied into a new generation and verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.errors import StorageFailed
from index import generation as generations
from index.reachable import add_answering, silent

if TYPE_CHECKING:
    from pathlib import Path

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
    owners = new.passages.owners()
    for at in range(0, len(ids), COPIED_AT_ONCE):
        part = ids[at : at + COPIED_AT_ONCE]
        copied = add_answering(new.vectors, part, old.vectors.get(part), [owners[i] for i in part])
        again = {before: now for before, now in zip(part, copied, strict=True) if before != now}
        if again:
            new.passages.store_under(again)
    if unheard := unheard_in(new):
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
