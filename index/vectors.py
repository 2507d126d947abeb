"""The vectors of one generation, in an embedded Chroma collection.

Chroma's known faults are designed around here: it is opened at first use, in the process that uses
it; it is told no embedding function; rows go in by our own batches; nothing is ever deleted or added
again under the same id.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus import disk
from corpus.errors import StorageFailed
from index import checksums

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

COLLECTION = "passages"
DATABASE = "chroma.sqlite3"  # written to at every opening; the other files only as vectors are added
LISTED = "index_metadata.pickle"
# As the graph is built. With Chroma's own 100, 26 of 45 openings of an index of the long papers of bench/small_index.py
# (2,128 vectors that are almost the same) did not find all of them; with 200 none did not, in the same time.
NEIGHBOURS_TRIED = 200
BATCH = 2_000  # rows of one add; Chroma refuses more than 5,461

Files = dict[str, tuple[int, int]]


class VectorsDamaged(StorageFailed):
    """The stored vectors are not what was written, or cannot be read."""


class Vectors:
    """One Chroma directory. Thread-safe; `reopen` shows what another process added.

    Where it may only be read, or the disk is full, a copy of it in the system's folder for temporary files is opened.

    Args:
        directory: The directory.
        sound: Called before it is opened, beside Chroma's import: raises VectorsDamaged where its files are not what
            was written. Chroma maps them into memory, and ends the process where a bit in them is wrong.
    """

    def __init__(self, directory: Path, sound: Callable[[], None] = lambda: None) -> None:
        self.directory = directory
        self._sound = sound
        self._client: Any = None
        self._collection: Any = None
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._lock = threading.RLock()
        self._sums: dict[Path, tuple[tuple[int, int], int]] = {}  # size, time of change, checksum

    def files(self) -> Files:
        """Size and CRC-32 of each file that Chroma maps into memory, by its path; those unchanged are not read again.

        Before it has written a list of what they hold, which it does every 1,000 vectors, it makes them anew at every
        opening, and they do not count.
        """
        found: Files = {}
        for path in sorted(
            p for listed in self.directory.glob("*/" + LISTED) for p in listed.parent.iterdir()
        ):
            about = path.stat()
            seen = (about.st_size, about.st_mtime_ns)
            known = self._sums.get(path)
            if known is None or known[0] != seen:
                self._sums[path] = known = (seen, checksums.of_file(path))
            found[path.relative_to(self.directory).as_posix()] = (about.st_size, known[1])
        return found

    def add(
        self, ids: Sequence[str], vectors: NDArray[np.float32], owners: Sequence[tuple[str, str, bool]]
    ) -> None:
        """Store vectors.

        Args:
            ids: Never used before in this directory.
            vectors: (n, dimension), L2-normalised.
            owners: For each the paper's id, the kind of source, and whether it tells the paper's gist.
        """
        with self._in_use() as collection:
            for at in range(0, len(ids), BATCH):
                part = slice(at, at + BATCH)
                collection.add(
                    ids=list(ids[part]),
                    embeddings=vectors[part],
                    metadatas=[
                        {"paper": paper, "source": source, "gist": gist}
                        for paper, source, gist in owners[part]
                    ],
                )

    def nearest(
        self,
        vector: NDArray[np.float32],
        count: int,
        papers: Sequence[str] | None = None,
        sources: Sequence[str] = (),
        *,
        gist: bool = False,
    ) -> list[tuple[str, float]]:
        """The ids nearest to `vector`, nearest first, with their cosine (1 is the same direction).

        Args:
            vector: (dimension,), L2-normalised.
            count: How many at the most.
            papers: Only these papers; None for all.
            sources: Only these kinds of source; empty for all.
            gist: Only what tells a paper's gist.
        """
        if papers is not None and not papers:
            return []
        conditions: list[dict[str, Any]] = []
        if papers is not None:
            conditions.append({"paper": {"$in": list(papers)}})
        if sources:
            conditions.append({"source": {"$in": list(sources)}})
        if gist:
            conditions.append({"gist": True})
        where = conditions[0] if len(conditions) == 1 else {"$and": conditions} if conditions else None
        with self._in_use() as collection:
            found = collection.query(
                query_embeddings=[vector], n_results=count, where=where, include=["distances"]
            )
        return [(i, 1.0 - d) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)]

    def nearest_to_each(self, vectors: NDArray[np.float32], count: int) -> list[list[tuple[str, float]]]:
        """As `nearest`, for many vectors at once, (n, dimension), a list for each in their order."""
        if not len(vectors):
            return []
        with self._in_use() as collection:
            found = collection.query(query_embeddings=vectors, n_results=count, include=["distances"])
        return [
            [(identity, 1.0 - distance) for identity, distance in zip(*one, strict=True)]
            for one in zip(found["ids"], found["distances"], strict=True)
        ]

    def count(self) -> int:
        """How many vectors are stored, visible or not."""
        with self._in_use() as collection:
            return int(collection.count())

    def missing(self, ids: Sequence[str]) -> list[str]:
        """Those of `ids` that have no vector here."""
        there: set[str] = set()
        with self._in_use() as collection:
            for at in range(0, len(ids), BATCH):
                there.update(collection.get(ids=list(ids[at : at + BATCH]), include=[])["ids"])
        return [identity for identity in ids if identity not in there]

    def get(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of `ids`, in their order, (n, dimension); all must be there."""
        import numpy as np

        with self._in_use() as collection:
            found = collection.get(ids=list(ids), include=["embeddings"])
        place = {identity: row for row, identity in enumerate(found["ids"])}
        return np.asarray(found["embeddings"], dtype=np.float32)[[place[identity] for identity in ids]]

    def reopen(self) -> None:
        """Forget what is in memory; the next call reads the directory afresh."""
        self.close()

    def close(self) -> None:
        """Let go of the directory."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = None
            if self._copy is not None:
                self._copy.cleanup()
            self._copy = None

    @contextmanager
    def _in_use(self) -> Iterator[Any]:
        """The collection, for one thread at a time.

        Raises:
            VectorsDamaged: They cannot be read.
            StorageFailed: The disk is full or refuses; what is in memory then is forgotten.
        """
        with self._lock:
            try:
                yield self._open()
            except StorageFailed:
                raise
            except BaseException as error:
                if not _is_storage(error):
                    raise
                with suppress(Exception):
                    self.close()
                why = disk.why(error, self.directory)
                if why in (disk.FULL, disk.READ_ONLY):
                    said = f"The vectors at {self.directory} cannot be written: {why}."
                    raise StorageFailed(said) from error
                raise VectorsDamaged(damaged(self.directory, " ".join(str(error).split())[:200])) from error

    def _open(self) -> Any:
        if self._collection is None:
            with ThreadPoolExecutor(1, "checksums") as beside:
                looked = beside.submit(self._sound)
                import chromadb  # takes seconds, in which the checksums are taken

                looked.result()
            known = (self.directory / DATABASE).exists()
            if not disk.is_writable(self.directory):
                self._opened(chromadb, self._copied(), known=known)
                return self._collection
            try:
                self.directory.mkdir(parents=True, exist_ok=True)
                self._opened(chromadb, self.directory, known=known)
            except Exception as error:
                if not known or disk.why(error, self.directory) not in (disk.FULL, disk.READ_ONLY):
                    raise
                self._opened(chromadb, self._copied(), known=known)
        return self._collection

    def _opened(self, chromadb: Any, directory: Path, *, known: bool) -> None:
        from chromadb.config import Settings

        self._client = chromadb.PersistentClient(
            path=str(directory), settings=Settings(anonymized_telemetry=False)
        )
        self._collection = (
            self._client.get_collection(COLLECTION, embedding_function=None)
            if known and COLLECTION in {found.name for found in self._client.list_collections()}
            else self._client.create_collection(
                COLLECTION,
                embedding_function=None,
                configuration={
                    "hnsw": {"space": "cosine", "ef_search": 200, "ef_construction": NEIGHBOURS_TRIED}
                },
            )
        )

    def _copied(self) -> Path:
        """A copy of the directory where it may be written; Chroma writes to what it opens, even to read it."""
        self._copy = tempfile.TemporaryDirectory(prefix="duality-vectors-", ignore_cleanup_errors=True)
        return Path(shutil.copytree(self.directory, Path(self._copy.name) / "chroma"))


def damaged(directory: Path, why: str) -> str:
    """The sentence for vectors that are not what was stored."""
    return (
        f"The vectors at {directory} are damaged ({why}): run `duality index build`, which makes them anew."
    )


def _is_storage(error: BaseException) -> bool:
    """Whether an exception of Chroma's speaks of its files, and not of how it was called."""
    name = type(error).__name__
    return (
        isinstance(error, OSError)
        or name in ("PanicException", "InternalError", "ChromaError", "NotFoundError")
        or "database" in str(error)
    )
