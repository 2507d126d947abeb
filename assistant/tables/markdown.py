"""A table as Markdown, for what is exported and what a large model reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from corpus.tables import Table


def markdown(
    table: Table, used: Collection[tuple[int, int]] = (), shown: Callable[[str], str] = lambda text: text
) -> str:
    """The table with its headers and labels, the cells used in bold.

    Args:
        table: The table.
        used: The cells that an answer rests on, as (row, column).
        shown: What is done to each text before it is put in.
    """
    head = [shown(table.corner), *(shown(column.header) for column in table.columns)]
    body = [
        [shown(row.label), *(_bold(shown(cell.text), (r, c) in used) for c, cell in enumerate(row.cells))]
        for r, row in enumerate(table.rows)
    ]
    rule = ["---"] * len(head)
    return "\n".join("| " + " | ".join(map(_inside, cells)) + " |" for cells in (head, rule, *body))


def _bold(text: str, used: bool) -> str:
    return f"**{text}**" if used and text else text


def _inside(text: str) -> str:
    return text.replace("|", "\\|")
