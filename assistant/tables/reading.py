"""Reading a table for a question: which cells are meant, what is asked of them, and what comes out.

A number is never said without its row and column; where the question does not tell which they are, nothing is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.tables.aim import aimed, explained
from assistant.tables.operations import done
from assistant.tables.wording import NOT_A_NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.tables.aim import About, At
    from assistant.tables.operations import Operation
    from corpus.tables import Table

MOST_ALIKE = 2  # tables that fit a question alike, and are both told
# Share of the question's telling words that cells, caption and paper account for: where cells are compared, that asks
# for less, as few questions that are not on tables name two rows and compare them.
SMALLEST_SHARE = 0.35
LEAST_EXPLAINED = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """What a table answers.

    Attributes:
        table: The table.
        operation: What was done.
        cells: The cells used, as (row, column), the one that answers first.
        said: The answer in a sentence, but for where the table stands.
        how: How it was computed.
        explained: The share of the question's telling words that it accounts for.
    """

    table: Table
    operation: Operation
    cells: tuple[At, ...]
    said: str
    how: str
    explained: float


def read(question: str, tables: Sequence[Table], about: Callable[[Table], About]) -> list[Reading]:
    """What the table that fits a question best answers, or both of two that fit alike; empty where none fits well.

    Args:
        question: In the user's words.
        tables: The tables that may be meant.
        about: Of a table, what its paper is called and about.
    """
    if NOT_A_NUMBER.search(question):
        return []
    found = [reading for table in tables if (reading := _read(question, table, about(table)))]
    found.sort(key=lambda reading: -reading.explained)
    if not found:
        return []
    best = found[0]
    alike = {r.said: r for r in reversed(found) if best.explained - r.explained < 0.01}
    both = all(r.operation == best.operation for r in alike.values())
    return [*reversed(alike.values())] if len(alike) == 1 or (both and len(alike) == MOST_ALIKE) else []


def _read(question: str, table: Table, about: About) -> Reading | None:
    aim, own = aimed(question, table, about)
    result = done(aim)
    if result is None:
        return None
    told = result.operation == "cells"
    share = explained(aim, own, about, 2 if told else 1)
    if share < (LEAST_EXPLAINED if told else SMALLEST_SHARE):
        return None
    return Reading(table, *result, share)
