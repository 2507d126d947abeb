"""Vectors already made, by embedder and text: what makes any rebuild cheap."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.embedders import Embedder

log = logging.getLogger(__name__)
LOOKED_UP_AT_ONCE = 500
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
T = TypeVar("T")


class VectorCache:
    """A table of vectors in one SQLite file; losing it costs time, never data."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def embed(
        self, texts: Sequence[str], embedder: Embedder, progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """The vectors of `texts`, (n, dimension) and L2-normalised; only new texts are embedded.

        Args:
            texts: What to embed.
            embedder: Makes what is not there; its name is part of the key.
            progress: Told how many of `texts` are done so far.
        """
        keys = [
            hashlib.sha256(f"{embedder.name}\0{text}".encode("utf-8", "replace")).digest() for text in texts
        ]
        vectors = np.empty((len(texts), embedder.dimension), dtype=np.float32)
        known = self._try(lambda connection: self._known(connection, keys, embedder.dimension)) or {}
        missing = [i for i, key in enumerate(keys) if key not in known]
        for i, key in enumerate(keys):
            if key in known:
                vectors[i] = known[key]
        if progress:
            progress(len(texts) - len(missing))
        if missing:
            vectors[missing] = embedder.embed([texts[i] for i in missing])
            rows = [(keys[i], vectors[i].tobytes()) for i in missing]
            self._try(
                lambda connection: connection.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows
                )
            )
            if progress:
                progress(len(texts))
        return vectors

    def _try(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """What `work` gives; None where the file cannot be used now. A damaged file is begun anew."""
        for _ in range(2):
            try:
                with closing(self._open()) as connection, connection:
                    return work(connection)
            except sqlite3.Error as error:
                log.info("The cache of vectors at %s cannot be used: %s", self.path, error)
                if error.sqlite_errorcode & 0xFF not in DAMAGED:  # full, locked or read-only: do without
                    return None
                for suffix in ("", "-wal", "-shm"):
                    with suppress(OSError):
                        self.path.with_name(self.path.name + suffix).unlink()
        return None

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=30)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
            )
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    @staticmethod
    def _known(
        connection: sqlite3.Connection, keys: Sequence[bytes], dimension: int
    ) -> dict[bytes, NDArray[np.float32]]:
        known: dict[bytes, NDArray[np.float32]] = {}
        for at in range(0, len(keys), LOOKED_UP_AT_ONCE):
            part = keys[at : at + LOOKED_UP_AT_ONCE]
            marks = ", ".join("?" * len(part))
            for key, blob in connection.execute(
                f"SELECT key, vector FROM vectors WHERE key IN ({marks})", part
            ):
                if len(blob) == 4 * dimension:
                    known[key] = np.frombuffer(blob, dtype=np.float32)
        return known
