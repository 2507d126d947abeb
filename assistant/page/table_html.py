"""A paper's table as HTML, the cells that an answer rests on marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.page.render import safe

if TYPE_CHECKING:
    from collections.abc import Collection

    from corpus.tables import Table

SHOWN = 24  # rows shown at once; those without a cell used give way


def drawn(table: Table, used: Collection[tuple[int, int]] = ()) -> str:
    """The table with its caption, headers and labels; of a long one, the rows used first.

    Args:
        table: The table.
        used: The cells to mark, as (row, column).
    """
    marked = {row for row, _ in used}
    spare = max(SHOWN - len(marked), 0)
    shown = marked | {r for r in range(len(table.rows)) if r not in marked and (spare := spare - 1) >= 0}
    head = "".join(
        f'<th scope="col">{safe(text)}</th>' for text in (table.corner, *(c.header for c in table.columns))
    )
    rows = []
    for r, row in enumerate(table.rows):
        if r not in shown:
            continue
        cells = "".join(
            f"<td><mark>{safe(cell.text)}</mark></td>" if (r, c) in used else f"<td>{safe(cell.text)}</td>"
            for c, cell in enumerate(row.cells)
        )
        rows.append(f'<tr><th scope="row">{safe(row.label)}</th>{cells}</tr>')
    left = len(table.rows) - len(shown)
    more = f'<p class="more-rows">{left} more rows on the page</p>' if left else ""
    return (
        f'<div class="paper-table"><table><caption>{safe(table.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{more}</div>"
    )
