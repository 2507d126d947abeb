"""What was read of the survey's repository: entries of its list, rows of its tables, and what was not understood."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.paper import TableRow

_SHOWN = 90  # characters of foreign text that a message quotes


@dataclass(frozen=True, slots=True)
class Unclear:
    """Something that was not understood, so that nothing follows from it.

    Attributes:
        file: Name of the file.
        where: "line 12" or "row 3, column B"; "" for the whole file.
        what: What is there and why it was passed over, as a sentence.
    """

    file: str
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the README's list.

    Attributes:
        title: As it stands there.
        link: Its address.
        category: Slug of the section's category; None where the section is not understood.
        line: Line number, from 1.
        year: The year in front of the title, where there is one.
    """

    title: str
    link: str
    category: str | None
    line: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """A misspelling that is read as what it means: in a table's heading or in a label.

    Attributes:
        file: Name of the file.
        where: "row 3", or "the headings".
        found: As it stands there.
        meant: What it is read as.
    """

    file: str
    where: str
    found: str
    meant: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table that was understood whole; `number` is the sheet's, from 1."""

    table: TableRow
    number: int


@dataclass(frozen=True)
class Upstream:
    """The survey's repository as far as it was read.

    Attributes:
        entries: The README's list, in its order.
        rows: The tables' rows.
        tables: Names of the tables that were read.
        keys: Keys of rows that were seen but not understood.
        unclear: What was not understood.
        slips: Misspellings that were read as what they mean.
    """

    entries: tuple[Entry, ...] = ()
    rows: tuple[Row, ...] = ()
    tables: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    slips: tuple[Slip, ...] = field(default=())

    def joined(self, other: Upstream) -> Upstream:
        """This and another part of the same repository."""
        return replace(
            self,
            entries=self.entries + other.entries,
            rows=self.rows + other.rows,
            tables=self.tables + other.tables,
            keys=self.keys + other.keys,
            unclear=self.unclear + other.unclear,
            slips=self.slips + other.slips,
        )


def quoted(text: str) -> str:
    """Foreign text for a message: on one line, without control characters, cut."""
    plain = re.sub(r"\s+", " ", "".join(c if c.isprintable() or c.isspace() else "�" for c in text)).strip()
    return repr(plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…")
