"""What a reader should know of how a cited PDF was read, such as by OCR."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.answer import NumberedSource
    from index.passage_store import PassageStore

DOUBTFUL = ("OCR", "letters cannot be read")  # in remarks on a PDF whose words may be misread


def reading_notes(sources: Iterable[NumberedSource], passages: PassageStore) -> tuple[str, ...]:
    """A sentence for each paper among the sources whose words may be misread."""
    labels = {source.paper: source.label for source in sources if source.source == "pdf"}
    if not labels:
        return ()
    return tuple(
        f"{labels[record.paper]}: {remark}, so check its words on the page."
        for record in passages.documents()
        if record.source == "pdf" and record.paper in labels
        for remark in record.remarks
        if any(sign in remark for sign in DOUBTFUL)
    )
