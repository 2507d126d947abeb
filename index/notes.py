"""What is indexed of every paper of the catalogue: its digest and its row of the survey's table."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from corpus.passages import Passage
from corpus.tokens import count
from index.records import DocumentRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.paper import Paper

ASPECT_NAMES = {"role_of_rl": "Role of RL", "rl_algorithm": "RL algorithm"}


def aspect_name(name: str) -> str:
    """What an aspect of a digest is called in its line: "Role of RL"."""
    return ASPECT_NAMES.get(name) or name.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Note:
    """One small document on a paper.

    Attributes:
        record: Its record.
        texts: Section and text of each passage.
    """

    record: DocumentRecord
    texts: tuple[tuple[str, str], ...]

    def passages(self) -> list[Passage]:
        """Its passages; counting their tokens reads the table of tokens, so only what changed is asked."""
        return [Passage(text, section, "body", (), count(text)) for section, text in self.texts]


def notes_on(paper: Paper) -> Iterator[Note]:
    """The paper's digest (with its aspects) and its row of the survey's table, as documents."""
    if paper.digest is not None:
        aspects = "\n".join(
            f"{aspect_name(name)}: {value}." for name, value in paper.digest.aspects.items() if value
        )
        texts = [("Digest", paper.digest.text), ("Digest: aspects", aspects)]
        yield _note(paper, "digest", texts)
    if paper.table is not None:
        row = paper.table
        cells = {
            "Framework": row.framework,
            "Category": row.taxonomy_label,
            "Base model": row.base_model,
            "Code available": row.code_available,
            "Data set": row.dataset,
            "Application": row.modules,
            "Setting": row.setting,
        }
        text = "\n".join(f"{name}: {value}." for name, value in cells.items() if value)
        yield _note(paper, "table", [("The survey's table", text)])


def _note(paper: Paper, source: Literal["digest", "table"], texts: Sequence[tuple[str, str]]) -> Note:
    said = tuple((section, text) for section, text in texts if text)
    digest = hashlib.sha256("\0".join((paper.title, *(text for _, text in said))).encode()).hexdigest()
    return Note(DocumentRecord(paper.id, source, digest), said)
