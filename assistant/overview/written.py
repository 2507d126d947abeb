"""A picture to take away: SVG, PNG, its numbers as CSV and as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from assistant.export.table import csv_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.overview.counting import Table


def saved(table: Table, form: Literal["svg", "png", "csv"]) -> tuple[bytes, str]:
    """A file's content in UTF-8, and its media type."""
    from assistant.overview import drawing

    if form == "png":
        return drawing.png(table), "image/png"
    if form == "svg":
        return drawing.svg(table).encode(), "image/svg+xml"
    return as_csv(table).encode(), "text/csv; charset=utf-8"


def file_name(table: Table) -> str:
    """A name for the file, without its ending: "papers-by-branch-of-the-taxonomy-and-year"."""
    return re.sub(r"[^a-z0-9]+", "-", table.title.lower()).strip("-")[:80]


def as_csv(table: Table) -> str:
    """The numbers, then each cell's papers by id; with the mark by which spreadsheets know UTF-8."""
    numbers = [
        (name, *(table.count(row, column) for column in range(len(table.columns))))
        for row, name in enumerate(table.rows)
    ]
    papers = [
        (table.rows[row], table.columns[column], " ".join(found))
        for (row, column), found in sorted(table.cells.items())
    ]
    head = (f"{table.row_is} / {table.column_is}", *table.columns)
    return csv_text(head, [*numbers, (), (table.row_is, table.column_is, "papers"), *papers])


def as_lines(table: Table) -> Iterator[str]:
    """The table for a terminal: columns are numbered where their names would not stand side by side."""
    yield table.title
    wide = max((len(name) for name in table.rows), default=0)
    names = list(table.columns)
    if sum(len(name) + 2 for name in names) + wide > 100:
        for number, name in enumerate(names, 1):
            yield f"  {number:2} {name}"
        names = [str(number) for number in range(1, len(names) + 1)]
    widths = [max(len(name), 3) for name in names]
    yield "  ".join([" " * wide, *(name.rjust(width) for name, width in zip(names, widths, strict=True))])
    for row, name in enumerate(table.rows):
        cells = (str(table.count(row, at) or "–").rjust(width) for at, width in enumerate(widths))
        yield "  ".join([name.ljust(wide), *cells])
    yield from table.notes
