"""Finding one's way in a table: rows by their keys, and which sources carry a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Quote
    from assistant.comparison.comparison import Cell, Row


def rows_by_key(rows: Sequence[Row], keys: dict[str, str]) -> dict[str, Row]:
    """The standard rows by their aspect's key; `keys` gives it by title."""
    return {keys[row.aspect]: row for row in rows if row.kind == "standard" and row.aspect in keys}


def carrying(cell: Cell) -> list[Quote]:
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
