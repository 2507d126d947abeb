"""The SQLite file of a generation: its tables, and connections that commit whole or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from corpus import disk
from corpus.errors import StorageFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS own_papers (id TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refused (
  file TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS set_aside (
  file TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, paper TEXT NOT NULL, why TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS removed (
  paper TEXT PRIMARY KEY, file TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
  at REAL NOT NULL, own TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
  id INTEGER PRIMARY KEY, paper TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL,
  file TEXT NOT NULL DEFAULT '', size INTEGER NOT NULL DEFAULT 0, modified INTEGER NOT NULL DEFAULT 0,
  pages INTEGER NOT NULL DEFAULT 0, remarks TEXT NOT NULL DEFAULT '[]', checksum INTEGER NOT NULL,
  UNIQUE (paper, source));
CREATE TABLE IF NOT EXISTS pages (
  document INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, number INTEGER NOT NULL,
  label TEXT NOT NULL, text TEXT NOT NULL, raw BLOB NOT NULL, checksum INTEGER NOT NULL,
  PRIMARY KEY (document, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
  id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, kind TEXT NOT NULL,
  number TEXT NOT NULL, page INTEGER NOT NULL, text TEXT NOT NULL, box TEXT NOT NULL, first INTEGER NOT NULL,
  last INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS parts_of_document ON parts (document, kind);
CREATE TABLE IF NOT EXISTS passages (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL, kind TEXT NOT NULL, section TEXT NOT NULL, text TEXT NOT NULL, spans TEXT NOT NULL,
  tokens INTEGER NOT NULL, embedded INTEGER NOT NULL, gist INTEGER NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS tables (
  passage INTEGER PRIMARY KEY REFERENCES passages(row) ON DELETE CASCADE, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS passages_of_document ON passages (document, ordinal);
CREATE VIRTUAL TABLE IF NOT EXISTS keywords USING fts5 (title, section, text, tokenize = 'porter unicode61');
"""


class Database:
    """The SQLite file of one generation. Every thread and call opens its own connection."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self) -> None:
        """Make the tables where they are not there yet."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._writing() as connection:
            connection.executescript(SCHEMA)

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection for reading. Raises StorageFailed where the file is damaged."""
        try:
            with closing(self._opened()) as connection:
                yield connection
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error

    def _opened(self) -> sqlite3.Connection:
        """A connection that can read; where the disk is full or may only be read, one that needs no file beside it."""
        connection = sqlite3.connect(self.path, timeout=30)
        connection.text_factory = _text
        try:
            connection.execute("PRAGMA schema_version").fetchone()
        except sqlite3.OperationalError:
            connection.close()
            log = self.path.with_name(f"{self.path.name}-wal")
            if not self.path.exists() or (log.exists() and log.stat().st_size):
                raise
            connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            connection.text_factory = _text
        return connection

    def _unreadable(self, error: sqlite3.Error) -> StorageFailed:
        said = f"The index at {self.path.parent} cannot be read ({error})"
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if primary in (
            sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_FULL,
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_READONLY,
        ):
            return StorageFailed(f"{said}: {disk.why(error, self.path)}.")  # even reading needs a little room
        return StorageFailed(f"{said}: run `duality index build`, which makes it anew.")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A connection whose one transaction commits at the end or not at all."""
        try:
            with closing(sqlite3.connect(self.path, timeout=30)) as connection:
                connection.text_factory = _text
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA foreign_keys = ON")
                with connection:
                    yield connection
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_ERROR:
                raise self._unreadable(error) from error
            raise StorageFailed(
                f"The index at {self.path.parent} cannot be written ({error}): {disk.why(error, self.path)}; "
                "what was committed is kept."
            ) from error
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error

    def revision(self) -> int:
        """A number that moves with every change, whichever process made it."""
        return self._number("revision")

    def _number(self, name: str) -> int:
        with self.connection() as connection:
            row = connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    @staticmethod
    def _count_up(connection: sqlite3.Connection, name: str, by: int = 1) -> None:
        connection.execute(
            "INSERT INTO state VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + excluded.value",
            (name, by),
        )


def _text(stored: bytes) -> str:
    """A text column; a flipped bit that makes it no UTF-8 is left to its checksum."""
    return stored.decode("utf-8", "replace")
