"""What is known of a paper from its indexed PDF besides its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.citing import Citing, citing
from corpus.errors import NothingIndexed, StorageFailed
from index import generation as generations

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from corpus.paper import Paper
    from corpus.parts import Part


@dataclass(frozen=True, slots=True)
class ReadOf:
    """What the index knows of a paper's PDF.

    Attributes:
        remarks: What is less than well read, as sentences without a full stop.
        citing: What it cites and what cites it.
        figures: Its captioned figures.
    """

    remarks: tuple[str, ...] = ()
    citing: Citing = field(default_factory=Citing)
    figures: tuple[Part, ...] = ()


def read_of(paper: Paper, workspace: Workspace) -> ReadOf:
    """What is known; nothing where nothing is indexed or the index cannot be read, which `duality doctor` explains."""
    try:
        passages = generations.current(workspace.home.index).passages
        records = [r for r in passages.documents() if r.paper == paper.id and r.source == "pdf"]
        remarks = records[0].remarks if records else ()
        figures = tuple(passages.parts_of(paper.id, "figure"))
        return ReadOf(remarks, citing(paper, workspace.catalogue, passages), figures)
    except (NothingIndexed, StorageFailed):
        return ReadOf()
