"""Ranked keyword search over the passages of a generation, by SQLite's FTS5."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.schema import Database
from index.words import in_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

UNSEARCHABLE = re.compile(r'["\0\ud800-\udfff]')  # what ends a quoted term, or is no text for SQLite


class Keywords(Database):
    """Which passages hold which words."""

    def mentions_term(self, term: str, papers: Sequence[str] | None = None) -> bool:
        """Whether a term, however its parts are joined, stands in a passage (references aside) of the papers."""
        parts = re.findall(r"[^\W\d_]+|\d+(?:\.\d+)*", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", term))
        forms = {" ".join(re.findall(r"[^\W_]+", term)), "".join(parts), " ".join(parts)} - {""}
        forms = {" ".join(in_pairs(form).split()) for form in forms}
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
