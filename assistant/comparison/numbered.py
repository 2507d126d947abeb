"""The comparison's evidence: cells' sources numbered as they are first used, so that sentences can cite them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.answer import Citation, NumberedSource
from assistant.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.comparison.comparison import Cell, CellSource, Row
    from corpus.catalogue import Catalogue


class Numbered:
    """The comparison's sources, numbered as they are first used.

    Args:
        catalogue: Names the papers.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.sources: list[NumberedSource] = []
        self._known: dict[tuple[str, str, str], int] = {}

    def number(self, source: CellSource) -> int:
        """The number of a cell's source."""
        mark = (source.paper, source.source, source.quote)
        if mark not in self._known:
            paper = self.catalogue.by_id.get(source.paper)
            self._known[mark] = len(self.sources) + 1
            self.sources.append(
                NumberedSource.of(
                    len(self.sources) + 1,
                    paper,
                    source.paper,
                    source.source,
                    source.quote,
                    page=source.page,
                    page_label=source.page_label,
                    section=source.section,
                    spans=source.spans,
                    labels=((source.page, source.page_label or str(source.page)),) if source.page else (),
                )
            )
        return self._known[mark]

    def citation(self, source: CellSource) -> Citation:
        """The whole source as a citation."""
        return Citation(
            self.number(source), source.paper, source.source, source.page, source.page_label, source.quote, source.spans
        )  # fmt: skip

    @property
    def evidence(self) -> Evidence:
        """What a writer's sentences are bound to."""
        return Evidence(tuple(self.sources))


def rows_by_key(rows: Sequence[Row], keys: dict[str, str]) -> dict[str, Row]:
    """The standard rows by their aspect's key; `keys` gives it by title."""
    return {keys[row.aspect]: row for row in rows if row.kind == "standard" and row.aspect in keys}


def carrying(cell: Cell) -> list[CellSource]:
    """The sources that carry a cell's text: its first, and both sides of a conflict; for counts the first few."""
    if cell.wording == "counted":
        return list({source.paper: source for source in reversed(cell.sources)}.values())[::-1][:3]
    if cell.status == "conflict":
        sides = {source.source: source for source in reversed(cell.sources)}
        return list(sides.values())[::-1][:2]
    if cell.checked and cell.wording == "digest":
        return [source for source in cell.sources if source.source == "pdf"][:2]
    if cell.wording == "digest":
        return [next((s for s in cell.sources if s.source == "digest"), cell.sources[0])]
    return [cell.sources[0]]
