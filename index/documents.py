"""The documents of a generation: put in, hidden, refused and set aside, each in one transaction."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from corpus.document import pack
from corpus.tables import to_json
from index.checksums import of_row
from index.parts import Parts
from index.records import DocumentRecord, RemovedRecord, SourceKind, packed, tells_gist
from index.words import in_pairs

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from corpus.document import Page
    from corpus.parts import Part
    from corpus.passages import Passage
    from corpus.tables import Table


class Documents(Parts):
    """Which documents there are; a document is visible from the moment its transaction commits."""

    # --- putting in and taking out ---

    def put(
        self,
        record: DocumentRecord,
        title: str,
        passages: Sequence[tuple[str, Passage, bool]],
        pages: Sequence[Page] = (),
        own: dict[str, object] | None = None,
        files: Mapping[str, tuple[int, int]] | None = None,
        parts: Sequence[Part] = (),
    ) -> None:
        """Make `record` visible with its passages, in the place of an older one of the same paper and source.

        Args:
            record: The document.
            title: The paper's title and names, a field of the keyword index.
            passages: Id, passage, and whether a vector was stored under that id.
            pages: The pages of a PDF.
            own: What is to be remembered of a paper of the user's own.
            files: Size and checksum of each file of the vectors as they are now, among them those of `passages`.
            parts: Of a PDF, what is called by a number.
        """
        with self._writing() as connection:
            if own is not None:
                connection.execute(
                    "INSERT OR REPLACE INTO own_papers VALUES (?, ?)",
                    (record.paper, json.dumps(own, ensure_ascii=False)),
                )
            self._drop(connection, record.paper, record.source)
            if record.file:  # what is indexed is neither refused nor removed
                for table in ("refused", "set_aside"):
                    connection.execute(f"DELETE FROM {table} WHERE file = ?", (record.file,))
                connection.execute(
                    "DELETE FROM removed WHERE paper = ? OR sha256 = ?", (record.paper, record.sha256)
                )
            remarks = json.dumps(record.remarks)
            document = connection.execute(
                "INSERT INTO documents (paper, source, sha256, file, size, modified, pages, remarks, checksum) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    record.paper,
                    record.source,
                    record.sha256,
                    record.file,
                    record.size,
                    record.modified,
                    record.pages,
                    remarks,
                    of_row(record.paper, record.source, record.sha256, record.pages, remarks),
                ),
            ).lastrowid
            connection.executemany(
                "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (
                        document,
                        page.number,
                        page.label,
                        page.text,
                        raw,
                        of_row(page.number, page.label, page.text, raw),
                    )
                    for page, raw in ((page, pack(page.raw)) for page in pages)
                ],
            )
            self._put_parts(connection, document, parts)
            for ordinal, (identity, passage, embedded) in enumerate(passages):
                gist = tells_gist(record.source, passage, ordinal)
                spans = json.dumps([packed(span) for span in passage.spans])
                kept = (ordinal, passage.kind, passage.section, passage.text, spans, passage.tokens)
                table = _packed(passage.table) if passage.table else ""
                row = connection.execute(
                    "INSERT INTO passages (id, document, ordinal, kind, section, text, spans, tokens, embedded, gist, "
                    "checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (identity, document, *kept, embedded, gist, of_row(*kept, table)),
                ).lastrowid
                if table:
                    connection.execute("INSERT INTO tables VALUES (?, ?)", (row, table))
                if passage.kind != "references":
                    connection.execute(
                        "INSERT INTO keywords (rowid, title, section, text) VALUES (?, ?, ?, ?)",
                        (row, in_pairs(title), in_pairs(passage.section), in_pairs(passage.text)),
                    )
            if files is not None:
                self._seal(connection, files)
            self._count_up(connection, "revision")

    def seal(self, files: Mapping[str, tuple[int, int]]) -> None:
        """Note size and checksum of each file of the vectors."""
        with self._writing() as connection:
            self._seal(connection, files)

    @staticmethod
    def _seal(connection: sqlite3.Connection, files: Mapping[str, tuple[int, int]]) -> None:
        connection.execute(
            "INSERT OR REPLACE INTO state VALUES ('vector files', ?)", (json.dumps(files, sort_keys=True),)
        )

    def vector_files(self) -> dict[str, tuple[int, int]]:
        """Size and checksum of each file of the vectors, as they were when a document was last put in."""
        with self.connection() as connection:
            row = connection.execute("SELECT value FROM state WHERE name = 'vector files'").fetchone()
        try:
            return (
                {name: (size, checksum) for name, (size, checksum) in json.loads(row[0]).items()}
                if row
                else {}
            )
        except (ValueError, TypeError, AttributeError):  # a flipped bit in this very row
            return {"the list of its files": (0, 0)}

    def touch(self, record: DocumentRecord) -> None:
        """Note that the file was touched or moved but holds what it held."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE documents SET file = ?, size = ?, modified = ? WHERE paper = ? AND source = ?",
                (record.file, record.size, record.modified, record.paper, record.source),
            )

    def remove(self, paper: str, source: SourceKind) -> bool:
        """Hide the document at once; whether there was one."""
        with self._writing() as connection:
            there = self._drop(connection, paper, source)
            self._count_up(connection, "revision")
        return there

    def remove_pdf(self, paper: str) -> RemovedRecord | None:
        """Hide the paper's PDF at once and remember that it was removed; None where there was none."""
        with self._writing() as connection:
            found = connection.execute(
                "SELECT file, sha256, size, modified FROM documents WHERE paper = ? AND source = 'pdf'",
                (paper,),
            ).fetchone()
            if found is None:
                return None
            own = connection.execute("SELECT record FROM own_papers WHERE id = ?", (paper,)).fetchone()
            file, sha256, size, modified = found
            known = json.loads(own[0]) if own else None
            removed = RemovedRecord(paper, file, sha256, size, modified, time.time(), known)
            self._remember(connection, removed)
            self._drop(connection, paper, "pdf")
            connection.execute("DELETE FROM own_papers WHERE id = ?", (paper,))
            connection.execute("DELETE FROM set_aside WHERE paper = ?", (paper,))
            self._count_up(connection, "revision")
        return removed

    def _drop(self, connection: sqlite3.Connection, paper: str, source: str) -> bool:
        found = connection.execute(
            "SELECT id FROM documents WHERE paper = ? AND source = ?", (paper, source)
        ).fetchone()
        if found is None:
            return False
        lost = connection.execute(
            "SELECT count(*) FROM passages WHERE document = ? AND embedded", found
        ).fetchone()
        self._count_up(connection, "unreachable", lost[0])
        connection.execute(
            "DELETE FROM keywords WHERE rowid IN (SELECT row FROM passages WHERE document = ?)", found
        )
        connection.execute("DELETE FROM documents WHERE id = ?", found)
        return True

    def store_under(self, identities: Mapping[str, str]) -> None:
        """Let passages be known by the ids under which their vectors were stored again, given by the old ones."""
        if not identities:
            return
        with self._writing() as connection:
            connection.executemany(
                "UPDATE passages SET id = ? WHERE id = ?", [(new, old) for old, new in identities.items()]
            )
            self._count_up(connection, "unreachable", len(identities))
            self._count_up(connection, "revision")

    def unreachable(self) -> int:
        """How many vectors belong to passages that were dropped since this generation was made."""
        return self._number("unreachable")

    def none_unreachable(self) -> None:
        """Note that every vector stored belongs to a passage."""
        with self._writing() as connection:
            connection.execute("DELETE FROM state WHERE name = 'unreachable'")

    # --- files that are not indexed ---

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

    def put_set_aside(self, file: str, size: int, modified: int, paper: str, why: str) -> None:
        """Remember that another file stands for a file's paper, so that it is not read again before it changes."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO set_aside VALUES (?, ?, ?, ?, ?)", (file, size, modified, paper, why)
            )

    def set_aside(self) -> dict[str, tuple[int, int, str, str]]:
        """Size, modification time, paper and the remark on each file for which another one is indexed."""
        with self.connection() as connection:
            rows = connection.execute("SELECT file, size, modified, paper, why FROM set_aside").fetchall()
        return {file: (size, modified, paper, why) for file, size, modified, paper, why in rows}

    def removed(self) -> list[RemovedRecord]:
        """The PDFs that the user removed and has not added again."""
        with self.connection() as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'removed'").fetchone():
                return []  # made by a version that remembered none
            rows = connection.execute(
                "SELECT paper, file, sha256, size, modified, at, own FROM removed ORDER BY paper"
            ).fetchall()
        return [
            RemovedRecord(paper, file, sha256, size, modified, at, _object(own))
            for paper, file, sha256, size, modified, at, own in rows
        ]

    def remember_removed(self, removed: Sequence[RemovedRecord]) -> None:
        """Take over from another generation what was removed."""
        with self._writing() as connection:
            for record in removed:
                self._remember(connection, record)

    @staticmethod
    def _remember(connection: sqlite3.Connection, removed: RemovedRecord) -> None:
        connection.execute(
            "INSERT OR REPLACE INTO removed VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                removed.paper,
                removed.file,
                removed.sha256,
                removed.size,
                removed.modified,
                removed.at,
                json.dumps(removed.own, ensure_ascii=False),
            ),
        )

    # --- what there is ---

    def documents(self) -> list[DocumentRecord]:
        """All documents, by paper, without those whose rows are damaged."""
        with self.connection() as connection:
            columns = {row[1] for row in connection.execute("PRAGMA table_info(documents)")}
            checksum = "checksum" if "checksum" in columns else "NULL"  # an older version kept none
            rows = connection.execute(
                f"SELECT paper, source, sha256, file, size, modified, pages, remarks, {checksum} FROM documents "
                "ORDER BY paper, source"
            ).fetchall()
        return [
            DocumentRecord(paper, source, sha256, file, size, modified, pages, tuple(json.loads(remarks)))
            for paper, source, sha256, file, size, modified, pages, remarks, kept in rows
            if kept in (None, of_row(paper, source, sha256, pages, remarks))
        ]

    def own_papers(self) -> dict[str, dict[str, object]]:
        """The records of the user's own papers, by id; an empty one where it is damaged."""
        with self.connection() as connection:
            rows = connection.execute("SELECT id, record FROM own_papers ORDER BY id").fetchall()
        return {identity: _object(record) or {} for identity, record in rows}

    def rename(self, paper: str, names: str) -> None:
        """Let the keyword index know a paper by other names: its title and whatever else it is called."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE keywords SET title = ? WHERE rowid IN (SELECT p.row FROM passages p "
                "JOIN documents d ON d.id = p.document WHERE d.paper = ? AND p.kind <> 'references')",
                (in_pairs(names), paper),
            )
            self._count_up(connection, "revision")


def _packed(table: Table) -> str:
    """A table for storing."""
    return json.dumps(to_json(table), ensure_ascii=False, separators=(",", ":"))


def _object(text: str) -> dict[str, object] | None:
    """The object in a column of JSON; None where there is none, or a damaged one."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
