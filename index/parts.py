"""The numbered parts of the indexed papers: their figures, tables, sections, references."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from corpus.document import Box
from corpus.parts import Part
from index.schema import Database

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from corpus.parts import PartKind

SELECT = "SELECT d.paper, t.kind, t.number, t.page, t.text, t.box, t.first, t.last FROM parts t JOIN documents d ON d.id = t.document"


class Parts(Database):
    """Which parts each paper has, in the order of its pages."""

    @staticmethod
    def _put_parts(connection: sqlite3.Connection, document: int | None, parts: Sequence[Part]) -> None:
        connection.executemany(
            "INSERT INTO parts (document, kind, number, page, text, box, first, last) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    document,
                    p.kind,
                    p.number,
                    p.page,
                    p.text,
                    json.dumps([round(e, 1) for e in p.box]),
                    p.start,
                    p.end,
                )
                for p in parts
            ],
        )

    def parts_of(self, paper: str, kind: PartKind | None = None) -> list[Part]:
        """The paper's parts, or those of a kind; none where it was indexed before parts were kept."""
        only = "" if kind is None else " AND t.kind = ?"
        values = (paper,) if kind is None else (paper, kind)
        return [part for _, part in self._parts(f"WHERE d.paper = ? AND d.source = 'pdf'{only}", values)]

    def references(self) -> list[tuple[str, Part]]:
        """Every entry of every paper's list of references, with the paper that cites."""
        return self._parts("WHERE t.kind = 'reference'", ())

    def _parts(self, where: str, values: Sequence[str]) -> list[tuple[str, Part]]:
        with self.connection() as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'parts'").fetchone():
                return []  # made by a version that kept none
            rows = connection.execute(f"{SELECT} {where} ORDER BY t.id", values).fetchall()
        return [
            (paper, Part(kind, number, page, text, Box(*json.loads(box)), first, last))
            for paper, kind, number, page, text, box, first, last in rows
        ]
