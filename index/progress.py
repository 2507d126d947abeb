"""What a build tells while it runs, and when it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["indexed", "unchanged", "refused", "passages"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a build.

    Attributes:
        done: Documents dealt with so far.
        total: Documents in all.
        outcome: What happened; "passages" is a step inside a document.
        name: The paper's label or the file's name.
        note: Why it was refused, or what to know of it.
        file: The PDF's path as it was given; "" for a digest or table row.
        share: How much of this one document is done, from 0 to 1.
    """

    done: int
    total: int
    outcome: Outcome
    name: str
    note: str = ""
    file: str = ""
    share: float = 1.0

    @property
    def said(self) -> str:
        """The step in words; a note that names the file is a whole sentence."""
        return self.note if self.note.startswith(self.name) else f"indexing {self.name} {self.note}".strip()


Progress = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file.

    Attributes:
        what: "indexed" now, "unchanged" since it was, "refused", or "passed over" for another file or because
            the user removed it.
        paper: The id of the paper it is; "" where that is not known.
        note: Why; "" where there is nothing to say.
    """

    what: Literal["indexed", "unchanged", "refused", "passed over"]
    paper: str = ""
    note: str = ""


@dataclass(slots=True)
class Report:
    """What a build did.

    Attributes:
        indexed: Names of the documents that are new or changed.
        unchanged: How many were left alone.
        refused: Name and reason of those that could not be read, or are not what their name says.
        passed_over: Name and reason of those for which another file stands, or that the user removed.
        remarks: Name and remark of those indexed.
        own: Ids of the user's own papers among those indexed.
        passages: Passages made.
        compacted: Whether unreachable vectors were left behind in an old generation.
        files: What became of each file, by its path.
        damage: What was found damaged, and what was done about it, as sentences.
    """

    indexed: list[str] = field(default_factory=list)
    unchanged: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    passed_over: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    own: list[str] = field(default_factory=list)
    passages: int = 0
    compacted: bool = False
    files: dict[str, Result] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)

    @property
    def dealt_with(self) -> int:
        """How many documents are done."""
        return self.left + len(self.indexed)

    @property
    def left(self) -> int:
        """How many documents were not indexed."""
        return self.unchanged + len(self.refused) + len(self.passed_over)


def tell(progress: Progress | None, step: Step) -> None:
    """Pass a step on, where somebody listens."""
    if progress is not None:
        progress(step)
