"""The vectors of one generation, in an embedded Chroma collection.

Chroma's known faults are designed around here: it is opened at first use, in the process that uses
it; it is told no embedding function; rows go in by our own batches; nothing is ever deleted or added
again under the same id.
"""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from corpus.errors import StorageFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

COLLECTION = "passages"
STORAGE_ERROR = re.compile(r"InternalError|disk|database|No space", re.IGNORECASE)  # in Chroma's own words
BATCH = 2_000  # rows of one add; Chroma refuses more than 5,461


class Vectors:
    """One Chroma directory. Thread-safe; `reopen` shows what another process added."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._client: Any = None
        self._collection: Any = None
        self._lock = threading.RLock()

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

    @contextmanager
    def _in_use(self) -> Iterator[Any]:
        """The collection, for one thread at a time.

        Raises:
            StorageFailed: The disk is full or refuses; what is in memory then is forgotten.
        """
        with self._lock:
            try:
                yield self._open()
            except Exception as error:
                said = " ".join(str(error).split())
                if not (isinstance(error, OSError) or STORAGE_ERROR.search(f"{type(error).__name__} {said}")):
                    raise
                with suppress(Exception):
                    self.close()
                raise StorageFailed(
                    f"The vectors at {self.directory} cannot be read or written ({said}): free some space or "
                    "check the disk, then try again; `duality doctor` says what else may be wrong."
                ) from error

    def _open(self) -> Any:
        if self._collection is None:
            import chromadb
            from chromadb.config import Settings

            self.directory.mkdir(parents=True, exist_ok=True)
            self._client = chromadb.PersistentClient(
                path=str(self.directory), settings=Settings(anonymized_telemetry=False)
            )
            self._collection = self._client.get_or_create_collection(
                COLLECTION,
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine", "ef_search": 200}},
            )
        return self._collection
