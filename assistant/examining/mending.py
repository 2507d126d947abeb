"""Mending what can be mended without asking: nothing that a user put there is touched."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from assistant.examining import storage
from assistant.examining.check import counted
from corpus import overlay as overlays
from corpus.errors import DualityError, NothingIndexed
from index import generation as generations
from index.compaction import compacted, is_due
from index.lock import looked_after, writing
from index.reachable import silent
from index.soundness import damage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.generation import Generation

CLEANING = (
    "DELETE FROM pages WHERE document NOT IN (SELECT id FROM documents)",
    "DELETE FROM passages WHERE document NOT IN (SELECT id FROM documents)",
    "DELETE FROM keywords WHERE rowid NOT IN (SELECT row FROM passages)",
    """INSERT INTO keywords (rowid, title, section, text)
    SELECT p.row, coalesce((SELECT k.title FROM keywords k JOIN passages o ON o.row = k.rowid
    WHERE o.document = p.document LIMIT 1), d.paper), p.section, p.text
    FROM passages p JOIN documents d ON d.id = p.document
    WHERE p.kind <> 'references' AND p.row NOT IN (SELECT id FROM keywords_docsize)""",
)


def overlay_set_aside(path: Path) -> Iterator[str]:
    """Rename the overlay where it is damaged; a sentence on it, and on how to get back what was before."""
    if storage.overlay(path) is None:
        return
    aside = overlays.set_aside(path)
    back = ""
    with suppress(DualityError):
        if overlays.read(overlays.backup_of(path)):
            back = " `duality corpus sync --undo` brings back what was before its last change."
    yield f"The damaged {path.name} is set aside as {aside.name}.{back}"


def mended(directory: Path, wait_seconds: float = 5.0) -> Iterator[str]:
    """Mend an index directory; a sentence for each thing done. What has to be built anew is left as it is.

    Raises:
        IndexLocked: Another process writes.
        StorageFailed: The disk is full or refuses.
    """
    with writing(directory, "mending", wait_seconds) as after_kill:
        if after_kill:  # its note goes with that of this one
            yield "The note of a writer that is gone was taken away."
        yield from _cache(directory / "vectors.sqlite")
        try:
            generation = generations.current(directory)
        except NothingIndexed:
            return
        found = damage(generation.passages, generation.vectors.directory, unfinished=after_kill)
        if found.whole:
            return
        generation.looked_at = True
        yield from _rows(generation)
        ids = generation.passages.embedded_ids()
        unheard = [] if generation.vectors.missing(ids) else silent(generation, ids)
        generation.passages.seal(generation.vectors.files())
        if unheard or is_due(generation):
            before = generation.vectors.count()
            generation.close()
            new = compacted(directory, generation)
            if unheard:
                yield f"{counted(len(unheard), 'vector')} that search did not find stored anew."
            if left := before - new.vectors.count():
                yield f"{counted(left, 'left-over vector')} left behind."
            yield f"The index is {new.name} now."
            new.close()
            generation = new
        yield from _generations(directory, generation)
        generation.close()
        looked_after(directory)


def _cache(path: Path) -> Iterator[str]:
    found = storage.cache(path)
    if found is not None and found.severity != "good":
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        yield "The damaged cache of vectors was deleted; the next rebuild makes it anew."


def _rows(generation: Generation) -> Iterator[str]:
    if storage.orphans(generation).severity == "good":
        return
    with closing(sqlite3.connect(generation.passages.path, timeout=30)) as connection, connection:
        changed = sum(max(0, connection.execute(statement).rowcount) for statement in CLEANING)
        connection.execute(
            "INSERT INTO state VALUES ('revision', 1) "
            "ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
        )
    yield f"{counted(changed, 'row')} of the index put right."


def _generations(directory: Path, current: Generation) -> Iterator[str]:
    old = [path.name for path in directory.glob("g[0-9]*") if path.name != current.name]
    parts = [path for path in directory.glob(".*.[0-9]*") if path.is_file()]
    generations.sweep(directory, current)
    for path in parts:
        path.unlink(missing_ok=True)
    if old or parts:
        yield f"Deleted: {', '.join(sorted([*old, *(path.name for path in parts)]))}."
