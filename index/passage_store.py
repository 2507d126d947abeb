"""Passages, pages and keywords of one generation, in SQLite; the truth about what is indexed.

A document is visible from the moment its transaction commits: vectors without a row here are never
shown, so a build killed half-way leaves nothing half-done behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.document import Page, unpack
from index.checksums import of_row
from index.documents import Documents
from index.keyword_search import Keywords
from index.records import (
    SELECT_PASSAGE,
    DocumentRecord,
    RemovedRecord,
    SourceKind,
    StoredPassage,
    is_sound,
    stored,
    tells_gist,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["DocumentRecord", "PassageStore", "RemovedRecord", "SourceKind", "StoredPassage", "tells_gist"]


class PassageStore(Documents, Keywords):
    """The passages of one generation. Every thread and call opens its own connection.

    What is not what was stored, as its checksum says, is never given out.

    Attributes:
        damaged: The papers of which something was not given out so far.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.damaged: set[str] = set()

    def _sound(self, rows: Iterable[Sequence[object]]) -> Iterator[StoredPassage]:
        """The passages in those rows of SELECT_PASSAGE that are what was stored."""
        for row in rows:
            if is_sound(row):
                yield stored(row)
            else:
                self.damaged.add(str(row[1]))

    def look_for_damage(self) -> tuple[set[str], int]:
        """Every row read and held against its checksum.

        Returns:
            The papers some of whose text is damaged, and how many documents are themselves not what was stored.
        """
        with self.connection() as connection:
            texts = {str(row[1]) for row in connection.execute(SELECT_PASSAGE) if not is_sound(row)}
            for paper, checksum, *values in connection.execute(
                "SELECT d.paper, g.checksum, g.number, g.label, g.text, g.raw FROM pages g "
                "JOIN documents d ON d.id = g.document"
            ):
                if of_row(*values) != checksum:
                    texts.add(str(paper))
            documents = sum(
                of_row(*values) != checksum
                for checksum, *values in connection.execute(
                    "SELECT checksum, paper, source, sha256, pages, remarks FROM documents"
                )
            )
        self.damaged |= texts
        return texts, documents

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

    def counts_by_paper(self) -> dict[str, int]:
        """Passages of each paper, from all its sources."""
        with self.connection() as connection:
            rows = connection.execute(
                "SELECT d.paper, count(*) FROM passages p JOIN documents d ON d.id = p.document GROUP BY d.paper"
            ).fetchall()
        return {str(paper): int(count) for paper, count in rows}

    def passages(self, identities: Iterable[str]) -> dict[str, StoredPassage]:
        """The visible passages among `identities`, by id."""
        wanted = list(identities)
        found: dict[str, StoredPassage] = {}
        with self.connection() as connection:
            for at in range(0, len(wanted), 500):
                part = wanted[at : at + 500]
                marks = ", ".join("?" * len(part))
                rows = connection.execute(f"{SELECT_PASSAGE} WHERE p.id IN ({marks})", part)
                found.update((passage.id, passage) for passage in self._sound(rows))
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
            yield from self._sound(connection.execute(f"{SELECT_PASSAGE} ORDER BY p.document, p.ordinal"))

    def of_paper(self, paper: str, source: SourceKind = "pdf") -> list[StoredPassage]:
        """All passages of one document but its tables, in reading order; empty where it is not indexed."""
        with self.connection() as connection:
            rows = connection.execute(
                f"{SELECT_PASSAGE} WHERE d.paper = ? AND d.source = ? AND t.record IS NULL ORDER BY p.ordinal",
                (paper, source),
            ).fetchall()
        return [stored(row) for row in rows]

    def tables(self, papers: Sequence[str]) -> list[StoredPassage]:
        """The tables of some papers' PDFs, paper by paper, in order."""
        with self.connection() as connection:
            rows = connection.execute(
                f"{SELECT_PASSAGE} WHERE t.record IS NOT NULL AND d.paper IN ({', '.join('?' * len(papers))}) "
                "ORDER BY d.paper, p.ordinal",
                tuple(papers),
            ).fetchall()
        return list(self._sound(rows))

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
        return list(self._sound(rows))

    def page(self, paper: str, number: int) -> Page | None:
        """Page `number` (physical, from 1) of the paper's PDF, or None."""
        with self.connection() as connection:
            row = connection.execute(
                "SELECT g.number, g.label, g.text, g.raw, g.checksum FROM pages g "
                "JOIN documents d ON d.id = g.document WHERE d.paper = ? AND d.source = 'pdf' AND g.number = ?",
                (paper, number),
            ).fetchone()
        if row and of_row(*row[:4]) != row[4]:
            self.damaged.add(paper)
            return None
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
