"""What the survey's repository has otherwise than the catalogue: changes, and errors that are kept corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from corpus.overlay import Overlay
    from corpus.paper import Paper, TableRow
    from corpus.upstream.listing import Unclear

Kind = Literal["new", "moved", "retitled", "relinked", "table", "removed"]


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        kind: What differs; "table" is a cell of the survey's table.
        paper: The paper's id, for a new one the id it will have.
        title: The paper's title.
        field: The field that differs; "" where the whole paper does.
        before: What the catalogue has, as text, or slugs.
        after: What upstream has.
        where: "README.md, line 12".
        note: What to know of it; "" mostly.
        record: A new paper.
        row: The whole row of which `field` is a cell.
    """

    kind: Kind
    paper: str
    title: str
    field: str
    before: str | tuple[str, ...] | None
    after: str | tuple[str, ...] | None
    where: str
    note: str = ""
    record: Paper | None = None
    row: TableRow | None = None

    @property
    def applies(self) -> bool:
        """Whether applying takes it over: removals and links are shown only."""
        return self.kind in ("new", "moved", "retitled", "table")


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that stays as the catalogue has it although upstream has it otherwise.

    Attributes:
        kind: "title", "duplicate", "category", "link" or "spelling" of upstream's known errors; "yours" for an
            edit of the user's own.
        paper: The paper's id; "" for a misspelling in a table.
        upstream: What upstream has.
        kept: What the catalogue keeps.
        why: The reason.
    """

    kind: Literal["title", "duplicate", "category", "link", "spelling", "yours"]
    paper: str
    upstream: str
    kept: str
    why: str


@dataclass(frozen=True)
class Difference:
    """Everything that holding upstream against the catalogue brought to light.

    Attributes:
        changes: What differs.
        kept: Known errors of upstream that stay corrected, and the user's own edits.
        unclear: What was not understood.
        entries: How many entries of the list were read.
        rows: How many rows of the tables.
    """

    changes: tuple[Change, ...]
    kept: tuple[Kept, ...]
    unclear: tuple[Unclear, ...]
    entries: int
    rows: int

    @property
    def applicable(self) -> tuple[Change, ...]:
        """The changes that applying takes over."""
        return tuple(change for change in self.changes if change.applies)

    def applied(self, overlay: Overlay) -> Overlay:
        """The overlay with every applicable change in it; the package's data are not touched."""
        for change in self.applicable:
            if change.record is not None:
                overlay = overlay.with_paper(change.record)
            elif change.row is not None:
                overlay = overlay.edited(change.paper, table=change.row)
            elif change.kind == "moved":
                overlay = overlay.edited(change.paper, categories=change.after)
            else:
                overlay = overlay.edited(change.paper, title=change.after)
        return overlay
