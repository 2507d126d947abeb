"""Passages, pages and keywords of one generation, in SQLite; the truth about what is indexed.

A document is visible from the moment its transaction commits: vectors without a row here are never
shown, so a build killed half-way leaves nothing half-done behind.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from corpus.document import Page, pack, unpack
from corpus.errors import StorageFailed
from corpus.passages import Passage, Span, main_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

SourceKind = Literal["pdf", "digest", "table"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS own_papers (id TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refused (
  file TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, reason TEXT NOT NULL);
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
CREATE INDEX IF NOT EXISTS passages_of_document ON passages (document, ordinal);
CREATE VIRTUAL TABLE IF NOT EXISTS keywords USING fts5 (title, section, text, tokenize = 'porter unicode61');
"""
UNSEARCHABLE = re.compile(r'["\0\ud800-\udfff]')  # what ends a quoted term, or is no text for SQLite
SELECT_PASSAGE = """
SELECT p.id, d.paper, d.source, p.kind, p.section, p.text, p.spans, p.tokens, p.ordinal, d.id
FROM passages p JOIN documents d ON d.id = p.document
"""


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """One indexed document: a PDF, a digest or a survey-table row.

    Attributes:
        paper: The paper's id.
        source: What kind of document it is.
        sha256: Of the file, or of the digest's or row's text.
        file: Path of the PDF; "" for the others.
        size: Bytes of the file.
        modified: The file's modification time, in nanoseconds.
        pages: Number of pages; 0 where there are none.
        remarks: Sentences for the user about the reading.
    """

    paper: str
    source: SourceKind
    sha256: str
    file: str = ""
    size: int = 0
    modified: int = 0
    pages: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as the index keeps it.

    Attributes:
        id: Unique over all builds.
        paper: The paper's id.
        source: Whether it is the paper's own words, a digest, or the survey's table.
        kind: body, abstract, caption, references or appendix.
        section: The heading it stands under.
        text: What is shown.
        spans: Where it stands; empty for digest and table.
        tokens: cl100k tokens of `text`.
        ordinal: Its place in the document, from 0.
        document: The document's number in this generation.
    """

    id: str
    paper: str
    source: SourceKind
    kind: str
    section: str
    text: str
    spans: tuple[Span, ...]
    tokens: int
    ordinal: int
    document: int

    @property
    def page(self) -> int | None:
        """The physical page on which most of it stands; None for digest and table."""
        return main_page(self.spans) if self.spans else None


def _stored(row: Sequence[object]) -> StoredPassage:
    identity, paper, source, kind, section, text, spans, tokens, ordinal, document = row
    where = tuple(Span(*span) for span in json.loads(str(spans)))
    return StoredPassage(identity, paper, source, kind, section, text, where, tokens, ordinal, document)  # type: ignore[arg-type]


def tells_gist(source: SourceKind, passage: Passage, ordinal: int) -> bool:
    """Whether a passage says what its paper is about: the digest, the abstract, a PDF's first two passages."""
    return (
        ordinal == 0
        if source == "digest"
        else source == "pdf" and (passage.kind == "abstract" or ordinal < 2)
    )


class PassageStore:
    """The passages of one generation. Every thread and call opens its own connection."""

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
                yield connection
        except sqlite3.DatabaseError as error:
            raise StorageFailed(
                f"The index at {self.path.parent} cannot be read ({error}): run `duality index build --fresh`."
            ) from error

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

    # --- writing ---

    def put(
        self,
        record: DocumentRecord,
        title: str,
        passages: Sequence[tuple[str, Passage, bool]],
        pages: Sequence[Page] = (),
        own: dict[str, object] | None = None,
    ) -> None:
        """Make `record` visible with its passages, in the place of an older one of the same paper and source.

        Args:
            record: The document.
            title: The paper's title and names, a field of the keyword index.
            passages: Id, passage, and whether a vector was stored under that id.
            pages: The pages of a PDF.
            own: What is to be remembered of a paper of the user's own.
        """
        with self._writing() as connection:
            if own is not None:
                connection.execute(
                    "INSERT OR REPLACE INTO own_papers VALUES (?, ?)",
                    (record.paper, json.dumps(own, ensure_ascii=False)),
                )
            self._drop(connection, record.paper, record.source)
            document = connection.execute(
                "INSERT INTO documents (paper, source, sha256, file, size, modified, pages, remarks) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    record.paper,
                    record.source,
                    record.sha256,
                    record.file,
                    record.size,
                    record.modified,
                    record.pages,
                    json.dumps(record.remarks),
                ),
            ).lastrowid
            connection.executemany(
                "INSERT INTO pages VALUES (?, ?, ?, ?, ?)",
                [(document, page.number, page.label, page.text, pack(page.raw)) for page in pages],
            )
            for ordinal, (identity, passage, embedded) in enumerate(passages):
                gist = tells_gist(record.source, passage, ordinal)
                spans = json.dumps([[s.page, s.start, s.end] for s in passage.spans])
                row = connection.execute(
                    "INSERT INTO passages (id, document, ordinal, kind, section, text, spans, tokens, embedded, gist) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        identity,
                        document,
                        ordinal,
                        passage.kind,
                        passage.section,
                        passage.text,
                        spans,
                        passage.tokens,
                        embedded,
                        gist,
                    ),
                ).lastrowid
                if passage.kind != "references":
                    connection.execute(
                        "INSERT INTO keywords (rowid, title, section, text) VALUES (?, ?, ?, ?)",
                        (row, title, passage.section, passage.text),
                    )
            self._advance(connection)

    def put_refused(self, file: str, size: int, modified: int, reason: str) -> None:
        """Remember why a file is not indexed, so that it is not read again before it changes."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO refused VALUES (?, ?, ?, ?)", (file, size, modified, reason)
            )

    def refused(self) -> dict[str, tuple[int, int, str]]:
        """Size, modification time and reason of each file that was not indexed."""
        with self.connection() as connection:
            rows = connection.execute("SELECT file, size, modified, reason FROM refused").fetchall()
        return {file: (size, modified, reason) for file, size, modified, reason in rows}

    def remove(self, paper: str, source: SourceKind) -> bool:
        """Hide the document at once; whether there was one."""
        with self._writing() as connection:
            there = self._drop(connection, paper, source)
            self._advance(connection)
        return there

    def touch(self, record: DocumentRecord) -> None:
        """Note that the file was touched but holds what it held."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE documents SET file = ?, size = ?, modified = ? WHERE paper = ? AND source = ?",
                (record.file, record.size, record.modified, record.paper, record.source),
            )

    @staticmethod
    def _drop(connection: sqlite3.Connection, paper: str, source: str) -> bool:
        found = connection.execute(
            "SELECT id FROM documents WHERE paper = ? AND source = ?", (paper, source)
        ).fetchone()
        if found is None:
            return False
        connection.execute(
            "DELETE FROM keywords WHERE rowid IN (SELECT row FROM passages WHERE document = ?)", found
        )
        connection.execute("DELETE FROM documents WHERE id = ?", found)
        return True

    @staticmethod
    def _advance(connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT INTO state VALUES ('revision', '1') "
            "ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
        )

    # --- reading ---

    def revision(self) -> int:
        """A number that moves with every change, whichever process made it."""
        with self.connection() as connection:
            row = connection.execute("SELECT value FROM state WHERE name = 'revision'").fetchone()
        return int(row[0]) if row else 0

    def documents(self) -> list[DocumentRecord]:
        """All documents, by paper."""
        with self.connection() as connection:
            rows = connection.execute(
                "SELECT paper, source, sha256, file, size, modified, pages, remarks FROM documents ORDER BY paper, source"
            ).fetchall()
        return [
            DocumentRecord(paper, source, sha256, file, size, modified, pages, tuple(json.loads(remarks)))
            for paper, source, sha256, file, size, modified, pages, remarks in rows
        ]

    def own_papers(self) -> dict[str, dict[str, object]]:
        """The records of the user's own papers, by id."""
        with self.connection() as connection:
            rows = connection.execute("SELECT id, record FROM own_papers ORDER BY id").fetchall()
        return {identity: json.loads(record) for identity, record in rows}

    def counts(self) -> dict[str, int]:
        """Passages by source, and `embedded`, those that have a vector."""
        with self.connection() as connection:
            rows = connection.execute(
                "SELECT d.source, count(*), sum(p.embedded) FROM passages p JOIN documents d ON d.id = p.document "
                "GROUP BY d.source"
            ).fetchall()
        counted = {str(source): int(count) for source, count, _ in rows}
        counted["embedded"] = sum(int(embedded or 0) for *_, embedded in rows)
        return counted

    def passages(self, identities: Iterable[str]) -> dict[str, StoredPassage]:
        """The visible passages among `identities`, by id."""
        wanted = list(identities)
        found: dict[str, StoredPassage] = {}
        with self.connection() as connection:
            for at in range(0, len(wanted), 500):
                part = wanted[at : at + 500]
                marks = ", ".join("?" * len(part))
                for row in connection.execute(f"{SELECT_PASSAGE} WHERE p.id IN ({marks})", part):
                    found[row[0]] = _stored(row)
        return found

    def papers_of(self, identities: Iterable[str]) -> dict[str, str]:
        """The paper of each visible passage among `identities`, at most some hundreds."""
        wanted = list(identities)
        with self.connection() as connection:
            return dict(
                connection.execute(
                    "SELECT p.id, d.paper FROM passages p JOIN documents d ON d.id = p.document "
                    f"WHERE p.id IN ({', '.join('?' * len(wanted))})",
                    wanted,
                ).fetchall()
            )

    def all_passages(self) -> Iterator[StoredPassage]:
        """Every visible passage, document by document."""
        with self.connection() as connection:
            for row in connection.execute(f"{SELECT_PASSAGE} ORDER BY p.document, p.ordinal"):
                yield _stored(row)

    def embedded_ids(self) -> list[str]:
        """The ids of all visible passages that have a vector."""
        with self.connection() as connection:
            return [
                row[0] for row in connection.execute("SELECT id FROM passages WHERE embedded ORDER BY row")
            ]

    def owners(self) -> dict[str, tuple[str, str, bool]]:
        """Paper, source and whether it tells the gist, of each passage that has a vector, by the passage's id."""
        with self.connection() as connection:
            rows = connection.execute(
                "SELECT p.id, d.paper, d.source, p.gist FROM passages p JOIN documents d ON d.id = p.document "
                "WHERE p.embedded"
            ).fetchall()
        return {identity: (paper, source, bool(gist)) for identity, paper, source, gist in rows}

    def neighbours(self, passage: StoredPassage, distance: int = 1) -> list[StoredPassage]:
        """The passages up to `distance` before and after, in the same section and flow, without itself."""
        with self.connection() as connection:
            rows = connection.execute(
                f"{SELECT_PASSAGE} WHERE p.document = ? AND p.ordinal BETWEEN ? AND ? AND p.ordinal <> ? "
                "AND p.section = ? AND p.kind = ? ORDER BY p.ordinal",
                (
                    passage.document,
                    passage.ordinal - distance,
                    passage.ordinal + distance,
                    passage.ordinal,
                    passage.section,
                    passage.kind,
                ),
            ).fetchall()
        return [_stored(row) for row in rows]

    def page(self, paper: str, number: int) -> Page | None:
        """Page `number` (physical, from 1) of the paper's PDF, or None."""
        with self.connection() as connection:
            row = connection.execute(
                "SELECT g.number, g.label, g.text, g.raw FROM pages g JOIN documents d ON d.id = g.document "
                "WHERE d.paper = ? AND d.source = 'pdf' AND g.number = ?",
                (paper, number),
            ).fetchone()
        return Page(row[0], row[1], row[2], (), unpack(row[3])) if row else None

    def labels(self, paper: str) -> dict[int, str]:
        """The printed label of each page of the paper's PDF, by physical number."""
        with self.connection() as connection:
            return dict(
                connection.execute(
                    "SELECT g.number, g.label FROM pages g JOIN documents d ON d.id = g.document "
                    "WHERE d.paper = ? AND d.source = 'pdf'",
                    (paper,),
                ).fetchall()
            )

    def mentions_term(self, term: str, papers: Sequence[str] | None = None) -> bool:
        """Whether a term, however its parts are joined, stands in a passage (references aside) of the papers."""
        parts = re.findall(r"[^\W\d_]+|\d+(?:\.\d+)*", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", term))
        forms = {" ".join(re.findall(r"[^\W_]+", term)), "".join(parts), " ".join(parts)} - {""}
        where = "" if papers is None else f"AND d.paper IN ({', '.join('?' * len(papers))})"
        with self.connection() as connection:
            found = connection.execute(
                "SELECT 1 FROM keywords JOIN passages p ON p.row = keywords.rowid "
                f"JOIN documents d ON d.id = p.document WHERE keywords MATCH ? {where} LIMIT 1",
                (" OR ".join(f'"{form}"' for form in sorted(forms)), *(papers or ())),
            ).fetchone()
        return found is not None

    def keyword_search(
        self,
        words: Sequence[str],
        count: int,
        papers: Sequence[str] | None = None,
        sources: Sequence[str] = (),
        *,
        gist: bool = False,
    ) -> list[tuple[str, float]]:
        """The passages that hold any of `words`, best first, with their BM25 score (higher is better).

        Args:
            words: Search words, without stop words; each is matched stemmed.
            count: How many at the most.
            papers: Only these papers; None for all.
            sources: Only these kinds of source; empty for all.
            gist: Only what tells a paper's gist.
        """
        terms = [word for word in (UNSEARCHABLE.sub("", word) for word in words) if word]
        if not terms:
            return []
        only: list[str] = []
        values: list[object] = [" OR ".join(f'"{term}"' for term in terms)]
        if papers is not None:
            only.append(f"d.paper IN ({', '.join('?' * len(papers))})")
            values += papers
        if gist:
            only.append("p.gist")
        if sources:
            only.append(f"d.source IN ({', '.join('?' * len(sources))})")
            values += sources
        within = "SELECT p.row FROM passages p JOIN documents d ON d.id = p.document WHERE " + " AND ".join(
            only
        )
        # Scored and cut before the join: a question's words stand in most passages.
        best = (
            "SELECT rowid, -bm25(keywords, 2.0, 1.0, 1.0) AS score FROM keywords WHERE keywords MATCH ? "
            f"{f'AND +rowid IN ({within})' if only else ''} ORDER BY score DESC LIMIT ?"
        )
        with self.connection() as connection:
            rows = connection.execute(
                f"SELECT p.id, b.score FROM ({best}) b JOIN passages p ON p.row = b.rowid ORDER BY b.score DESC",
                (*values, count),
            ).fetchall()
        return [(str(identity), float(score)) for identity, score in rows]
