"""The index's files: is every row where it belongs, does every vector answer, is anything left behind."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from assistant.examining.check import MEND, Check, counted, listed
from corpus import catalogue as catalogues
from corpus import overlay as overlays
from corpus.errors import DualityError
from index import lock
from index.compaction import COMPACT_AT
from index.lock import holder
from index.reachable import silent
from index.remembered import Remembered
from index.soundness import damage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.generation import Generation

BUILD = "duality index build"
WRONG_ROWS = {
    "passages without a document": "SELECT count(*) FROM passages WHERE document NOT IN (SELECT id FROM documents)",
    "pages without a document": "SELECT count(*) FROM pages WHERE document NOT IN (SELECT id FROM documents)",
    "keyword rows without a passage": "SELECT count(*) FROM keywords_docsize WHERE id NOT IN (SELECT row FROM passages)",
    "passages without keywords": (
        "SELECT count(*) FROM passages WHERE kind <> 'references' AND row NOT IN (SELECT id FROM keywords_docsize)"
    ),
}


def integrity(generation: Generation, *, thorough: bool) -> Check:
    """Whether SQLite finds its file whole; every index of it where `thorough`."""
    with generation.passages.connection() as connection:
        said = connection.execute(f"PRAGMA {'integrity' if thorough else 'quick'}_check(3)").fetchall()
    found = [str(row[0]).splitlines()[0] for row in said]
    if found != ["ok"]:
        return Check("database", "fault", f"The index's database is damaged: {listed(found)}.", BUILD)
    return Check("database", "good", "The index's database is whole.")


def damaged(generation: Generation) -> Check | None:
    """Whether the index's files and stored texts are what was written, by their checksums; None where they are."""
    unfinished = lock.unfinished(generation.directory.parent)
    found = damage(generation.passages, generation.vectors.directory, unfinished=unfinished)
    if found.whole:
        return Check("index files", "fault", f"The index is damaged: {found.whole}.", BUILD)
    if found.papers:
        said = f"Stored text of {listed(sorted(found.papers))} is damaged and is not shown."
        return Check("stored text", "fault", said, BUILD)
    return None


def own_papers(generation: Generation) -> Check | None:
    """Whether the records of the user's own papers are readable; None where they are."""
    lost = Remembered.of(generation.directory.parent).lost
    if not lost:
        return None
    said = f"The record of {counted(len(lost), 'paper')} of your own is damaged: {listed(list(lost))}."
    return Check("own papers", "fault", said, BUILD)


def overlay(path: Path) -> Check | None:
    """Whether what the user changed in the catalogue can be read; None where it can."""
    try:
        overlays.read(path).applied(catalogues.load())
    except DualityError as error:
        return Check("overlay", "fault", str(error), MEND)
    return None


def orphans(generation: Generation) -> Check:
    """Whether documents, pages, passages and keyword rows belong together."""
    with generation.passages.connection() as connection:
        counts = {name: connection.execute(sql).fetchone()[0] for name, sql in WRONG_ROWS.items()}
    wrong = [f"{number:,} {name}" for name, number in counts.items() if number]
    if wrong:
        return Check("orphans", "fault", f"The index holds {', '.join(wrong)}.", MEND)
    return Check("orphans", "good", "Every passage has its document and its keywords.")


def vectors(generation: Generation) -> Iterator[Check]:
    """Whether every passage's vector is there and answers to itself; whether many are left over."""
    ids = generation.passages.embedded_ids()
    missing = set(generation.vectors.missing(ids))
    stored = generation.vectors.count()
    if missing:
        yield Check("vectors", "fault", f"{counted(len(missing), 'passage')} lost the vector it had.", BUILD)
        return
    unheard = silent(generation, ids)
    if unheard:
        said = f"{counted(len(unheard), 'vector')} of {len(ids):,} cannot be found by search."
        yield Check("vectors", "fault", said, MEND)
        return
    yield Check("vectors", "good", f"Search finds every one of {len(ids):,} vectors.")
    extra = stored - len(ids)
    if extra > COMPACT_AT * max(stored, 1):
        said = f"{counted(extra, 'vector')} of {stored:,} belong to passages no longer there and slow the search down."
        yield Check("left-over vectors", "warning", said, MEND)


def left_behind(directory: Path, current: Generation) -> Iterator[Check]:
    """Old generations, files of a broken-off write, and the note of a writer that is gone."""
    writer = holder(directory)
    old = sorted(path.name for path in directory.glob("g[0-9]*") if path.name != current.name)
    parts = sorted(path.name for path in directory.glob(".*.[0-9]*") if path.is_file())
    if (old or parts) and not writer:
        yield Check("generations", "warning", f"Left behind: {listed(old + parts)}.", MEND)
    if writer:
        yield Check("lock", "note", f"Being written now by {writer}.", "wait for it to finish")
    elif (directory / "writer.json").exists():
        said = f"{_last_writer(directory)} ended without finishing; what it committed is kept."
        yield Check("lock", "warning", said, MEND)


def _last_writer(directory: Path) -> str:
    try:
        data = json.loads((directory / "writer.json").read_text("utf-8"))
        return f"{data['purpose']} (process {data['process']})".capitalize()
    except (OSError, ValueError, KeyError, TypeError):
        return "A writer"


def cache(path: Path) -> Check | None:
    """Whether the cache of vectors is whole; None where there is none."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
            said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            count = connection.execute("SELECT count(*) FROM vectors").fetchone()[0]
    except sqlite3.Error as error:
        said, count = str(error), 0
    if said != "ok":
        said = " ".join(str(said).split())
        return Check("vector cache", "warning", f"{path} is damaged ({said}): a rebuild embeds anew.", MEND)
    return Check("vector cache", "good", f"{counted(count, 'vector')} kept for the next rebuild.")
