"""A row or column of a table that a question names, told whole beside quotes: a number with what it is the number of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.tables.aim import Axis, aimed, explained
from assistant.tables.reading import SMALLEST_SHARE, Reading

if TYPE_CHECKING:
    from assistant.tables.aim import About, Aim
    from assistant.tables.naming import Named
    from corpus.tables import Table

MOST = 8  # cells of a line; of a longer one the table itself is to be looked at


def line(question: str, table: Table, about: About) -> Reading | None:
    """The one row or column that the question names; None where it names none, or the line is long.

    Args:
        question: In the user's words.
        table: A table that the search found for it.
        about: What its paper is called and about.
    """
    aim, own = aimed(question, table, about)
    named: list[tuple[float, Axis, Named]] = [
        (-mention.weight, axis, mention)
        for axis in ("row", "column")
        for mention in aim.along(axis)
        if len(mention.labels) == 1
    ]
    if not named or explained(aim, own, about, 1) < SMALLEST_SHARE:
        return None
    _, axis, mention = min(named, key=lambda one: one[:2])
    return _told(aim, axis, mention.labels[0], explained(aim, own, about, 1))


def _told(aim: Aim, axis: Axis, number: int, share: float) -> Reading | None:
    across: Axis = "column" if axis == "row" else "row"
    labels = aim.labels(across)
    cells = [
        (label, at)
        for label, at in ((label, aim.place(axis, number, i)) for i, label in enumerate(labels))
        if aim.cell(at).value is not None
    ]
    if not 0 < len(cells) <= MOST or not all(label for label, _ in cells):
        return None
    said = "; ".join(f"{aim.cell(at).text} for “{label}”" for label, at in cells)
    return Reading(
        aim.table,
        "line",
        tuple(at for _, at in cells),
        f"{aim.called(axis, number)}: {said}",
        f"The whole {axis}, read from the table.",
        share,
    )
