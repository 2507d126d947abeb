"""A table as a passage: what is searched of it is its caption, its headers and one line for each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.passages import Passage, Span
from corpus.tokens import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.flows import Flow
    from corpus.tables import Table, TableRow


def table_passages(tables: Sequence[Table]) -> list[Passage]:
    """One passage for each table; its text is for search, the table itself is what is shown."""
    made = []
    for table in tables:
        text = "\n".join([described(table), *(line(table, row) for row in table.rows)])
        made.append(
            Passage(text, table.name if table.number else "", "table", spans(table), count(text), table)
        )
    return made


def described(table: Table) -> str:
    """Caption, headers and labels, without the numbers: what the table is about."""
    headers = "; ".join(dict.fromkeys(c.header for c in table.columns if c.header))
    labels = "; ".join(dict.fromkeys(row.label for row in table.rows if row.label))
    parts = (table.caption, f"Columns: {headers}." if headers else "", f"Rows: {labels}." if labels else "")
    return "\n".join(part for part in parts if part)


def line(table: Table, row: TableRow) -> str:
    """One row in a line: "walker run: GenRL 0.76 ± 0.01; TD3 0.35 ± 0.01"."""
    cells = (
        f"{c.header} {cell.text}".strip()
        for c, cell in zip(table.columns, row.cells, strict=True)
        if cell.text
    )
    return f"{row.label}: {'; '.join(cells)}"


def spans(table: Table) -> tuple[Span, ...]:
    """Where the caption and the cells stand; where they have no text, the table has no place."""
    stretches = [*table.captioned, *(span for row in table.rows for cell in row.cells for span in cell.spans)]
    return tuple(Span(table.page, start, end) for start, end in stretches)


def stands(table: Table, start: int, end: int) -> tuple[Span, ...]:
    """Where the rows stand whose lines hold characters `start` up to `end` of the passage's text; else the caption."""
    found: list[tuple[int, int]] = []
    at = len(described(table)) + 1
    for row in table.rows:
        length = len(line(table, row))
        if at < end and start < at + length:
            found += [span for cell in row.cells for span in cell.spans]
        at += length + 1
    return tuple(Span(table.page, first, last) for first, last in found or table.captioned)


def openings(tables: Sequence[Table]) -> frozenset[tuple[int, int]]:
    """Where the tables' cells begin, as (page, character)."""
    return frozenset(
        (table.page, cell.spans[0][0])
        for table in tables
        for row in table.rows
        for cell in row.cells
        if cell.spans
    )


def is_held(flow: Flow, begun: frozenset[tuple[int, int]]) -> bool:
    """Whether a flow is one of the tables whose cells begin there, so that it need not be searched twice."""
    return flow.kind == "table" and any(
        (span.page, at) in begun for span in flow.spans for at in range(span.start, span.end)
    )
