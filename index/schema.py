"""The SQLite file of a generation: its tables, and connections that commit whole or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

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
  pages INTEGER NOT NULL DEFAULT 0, remarks TEXT NOT NULL DEFAULT '[]', UNIQUE (paper, source));
CREATE TABLE IF NOT EXISTS pages (
  document INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, number INTEGER NOT NULL,
  label TEXT NOT NULL, text TEXT NOT NULL, raw BLOB NOT NULL, PRIMARY KEY (document, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passages (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL, kind TEXT NOT NULL, section TEXT NOT NULL, text TEXT NOT NULL, spans TEXT NOT NULL,
  tokens INTEGER NOT NULL, embedded INTEGER NOT NULL, gist INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS tables (
  passage INTEGER PRIMARY KEY REFERENCES passages(row) ON DELETE CASCADE, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS passages_of_document ON passages (document, ordinal);
CREATE VIRTUAL TABLE IF NOT EXISTS keywords USING fts5 (title, section, text, tokenize = 'porter unicode61');
"""
NO_TABLES = "CREATE TEMP TABLE tables (passage INTEGER PRIMARY KEY, record TEXT NOT NULL)"


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
            with closing(sqlite3.connect(self.path, timeout=30)) as connection:
                if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'tables'").fetchone():
                    connection.execute(NO_TABLES)  # made by a version that kept none
                yield connection
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def _damaged(self, error: sqlite3.Error) -> StorageFailed:
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        full = primary in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL)  # even reading needs a little room
        remedy = (
            "free some space or check the disk, then try again"
            if full
            else "run `duality index build --fresh`"
        )
        return StorageFailed(f"The index at {self.path.parent} cannot be read ({error}): {remedy}.")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A connection whose one transaction commits at the end or not at all."""
        try:
            with closing(sqlite3.connect(self.path, timeout=30)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA foreign_keys = ON")
                with connection:
                    yield connection
        except sqlite3.OperationalError as error:
            raise StorageFailed(
                f"The index at {self.path.parent} cannot be written ({error}): free some space or check its "
                "permissions, then run the same command again; what was committed is kept."
            ) from error
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

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
