"""Whether an index is what was written: looked at before its vectors are opened, and before a build says "nothing changed".

Chroma maps its vector files into memory and follows the links in them: a flipped bit there ends the process. So their
checksums, stored in the transaction that makes a paper visible, are held against them before they are opened. Only
where a writer was killed between the two can they differ without damage; then a child process opens them first, whose
death is read as damage.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import StorageFailed
from index import checksums, lock
from index.vectors import DATABASE, Vectors, VectorsDamaged, damaged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.passage_store import PassageStore

# Not `-m`: that would run whatever lies in the current folder under the name of a library.
START = (
    "import sys; sys.path.insert(0, sys.argv.pop()); import index; del sys.path[0]; "
    "from index.soundness import opened_here; opened_here(sys.argv[1])"
)
STORED = (  # the ids in Chroma's database, those among them that a killed process had only queued
    "SELECT embedding_id FROM embeddings UNION ALL SELECT id FROM embeddings_queue "
    "WHERE operation = 0 AND seq_id > (SELECT coalesce(max(seq_id), 0) FROM embeddings)"
)
PROBE_SECONDS = 60.0
ASKED = 50  # vectors that the child asks for
SETTLES = (0.0, 0.1, 0.2, 0.4)  # seconds in which another process may be between vectors and rows


@dataclass(frozen=True, slots=True)
class Damage:
    """What of an index is not what was written.

    Attributes:
        whole: Why the index has to be built anew; "" where it has not.
        papers: Papers whose stored text is damaged and has to be read again.
    """

    whole: str = ""
    papers: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.whole or self.papers)


def damage(passages: PassageStore, vectors: Path, *, unfinished: bool) -> Damage:
    """Everything of an index looked at that can be without opening its vectors.

    Args:
        passages: Its passages.
        vectors: The directory of its vectors.
        unfinished: Whether a writer was killed whose work nobody has looked at since, or one is at work.

    Raises:
        StorageFailed: The disk is full or refuses.
    """
    try:
        with passages.connection() as connection:
            said = [str(row[0]) for row in connection.execute("PRAGMA quick_check(1)")]
        if said != ["ok"]:
            return Damage(f"its database is not whole: {said[0].splitlines()[0]}")
        papers, documents = passages.look_for_damage()
    except StorageFailed as error:
        if isinstance(error.__cause__, sqlite3.OperationalError):
            raise  # full, locked, read-only
        return Damage(str(error.__cause__))
    if documents:
        return Damage(f"{documents} of its records are not what was stored")
    wrong = vectors_wrong(passages, vectors, unfinished=unfinished)
    if not wrong and (lost := _lost(passages, vectors / DATABASE)):
        wrong = f"{lost:,} of them are gone"
    return Damage(f"its vectors: {wrong}" if wrong else "", frozenset(papers))


def _lost(passages: PassageStore, path: Path) -> int:
    """How many passages have no vector any more, by Chroma's own database."""
    wanted = set(passages.embedded_ids())
    if not wanted:
        return 0
    with suppress(sqlite3.DatabaseError), closing(_reading(path)) as connection:
        wanted.difference_update(row[0] for row in connection.execute(STORED))
        return len(wanted)
    return 0


def check_vectors(passages: PassageStore, directory: Path) -> None:
    """Raise VectorsDamaged where the files of the vectors are not what was written."""
    if wrong := vectors_wrong(passages, directory, unfinished=lock.unfinished(directory.parents[1])):
        raise VectorsDamaged(damaged(directory, wrong))


def vectors_wrong(passages: PassageStore, directory: Path, *, unfinished: bool) -> str:
    """What is wrong with the files of the vectors; "" where nothing is. Arguments as for `damage`."""
    for wait in SETTLES if unfinished else SETTLES[:1]:
        time.sleep(wait)
        wrong = _differing(directory, passages.vector_files())
        if not wrong:
            break
    if wrong and unfinished and opens(directory):
        wrong = ""
    return wrong or _database_wrong(directory / DATABASE, passages.counts()["embedded"])


def _differing(directory: Path, stored: dict[str, tuple[int, int]]) -> str:
    """The first file that is not as stored, and how."""
    for name, (size, checksum) in stored.items():
        path = directory / name
        try:
            if path.stat().st_size != size:
                return f"{path.name} has {path.stat().st_size:,} bytes instead of {size:,}"
            if checksums.of_file(path) != checksum:
                return f"{path.name} is not what was written"
        except FileNotFoundError:
            return f"{path.name} is gone"
        except OSError as error:
            return f"{path.name} cannot be read: {error.strerror}"
    return ""


def _database_wrong(path: Path, embedded: int) -> str:
    """What is wrong with Chroma's own database, which changes at every opening, as far as SQLite sees it."""
    if not embedded:
        return ""
    if not path.exists():
        return f"{path.name} is gone"
    try:
        with closing(_reading(path)) as connection:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            there = connection.execute(f"SELECT count(*) FROM ({STORED})").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in (
            sqlite3.SQLITE_CORRUPT,
            sqlite3.SQLITE_NOTADB,
            sqlite3.SQLITE_ERROR,
        ):
            return ""  # full, locked, read-only: opening it will say so
        said, there = str(error), embedded
    if said != "ok":
        return f"{path.name} is not whole: {said.splitlines()[0]}"
    return "" if there >= embedded else f"{path.name} holds {there:,} vectors of {embedded:,}"


def _reading(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
    connection.text_factory = lambda stored: stored.decode("utf-8", "replace")
    return connection


# --- in a child process ---


def opens(directory: Path) -> bool:
    """Whether a child process can open the vectors, read all of them and search them."""
    command: Sequence[str] = [
        sys.executable,
        "-P",
        "-c",
        START,
        str(directory),
        str(Path(__file__).parents[1]),
    ]
    try:
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PROBE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return ended.returncode == 0


def opened_here(directory: str) -> None:
    """Open the vectors, read all of them and search for some, in a process that may be ended by it."""
    vectors = Vectors(Path(directory))
    with vectors._in_use() as collection:  # noqa: SLF001 - every vector, whatever its id
        ids = collection.get(include=[])["ids"]
    if ids:
        asked = [vectors.get(ids[at : at + 1000]) for at in range(0, len(ids), 1000)]
        step = max(1, len(ids) // ASKED)
        for part in asked:
            vectors.nearest_to_each(part[::step], 10)
    vectors.close()
