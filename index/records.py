"""What a generation keeps of a document and of a passage."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from corpus.passages import Span, main_page
from corpus.tables import from_json
from index.checksums import of_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.passages import Passage
    from corpus.tables import Table

SourceKind = Literal["pdf", "digest", "table"]

SELECT_PASSAGE = """
SELECT p.id, d.paper, d.source, p.kind, p.section, p.text, p.spans, p.tokens, p.ordinal, d.id, p.checksum, t.record
FROM passages p JOIN documents d ON d.id = p.document LEFT JOIN tables t ON t.passage = p.row
"""


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """One indexed document: a PDF, a digest or a survey-table row.

    Attributes:
        paper: The paper's id.
        source: What kind of document it is.
        sha256: Of the file, or of the digest's or row's text.
        file: Path of the PDF; "" for the others.
        size: Bytes of the file.
        modified: The file's modification time, in nanoseconds.
        pages: Number of pages; 0 where there are none.
        remarks: Sentences for the user about the reading.
    """

    paper: str
    source: SourceKind
    sha256: str
    file: str = ""
    size: int = 0
    modified: int = 0
    pages: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemovedRecord:
    """A PDF that the user removed: not indexed again before it is added again.

    Attributes:
        paper: The id it was indexed under.
        file: Its path.
        sha256: Of its bytes.
        size: Bytes.
        modified: Modification time, in nanoseconds.
        at: When it was removed, in seconds since 1970.
        own: What was known of a paper of the user's own; None for a curated one.
    """

    paper: str
    file: str
    sha256: str
    size: int
    modified: int
    at: float
    own: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as the index keeps it.

    Attributes:
        id: Unique over all builds.
        paper: The paper's id.
        source: Whether it is the paper's own words, a digest, or the survey's table.
        kind: body, abstract, caption, table, references or appendix.
        section: The heading it stands under.
        text: What is shown.
        spans: Where it stands; empty for digest and table.
        tokens: cl100k tokens of `text`.
        ordinal: Its place in the document, from 0.
        document: The document's number in this generation.
        table: Of a table, the table; `text` is then made of it for search.
    """

    id: str
    paper: str
    source: SourceKind
    kind: str
    section: str
    text: str
    spans: tuple[Span, ...]
    tokens: int
    ordinal: int
    document: int
    table: Table | None = None

    @property
    def page(self) -> int | None:
        """The physical page on which most of it stands; None for digest and table."""
        return main_page(self.spans) if self.spans else None


def is_sound(row: Sequence[object]) -> bool:
    """Whether a row of SELECT_PASSAGE is what was stored."""
    _, _, _, kind, section, text, spans, tokens, ordinal, _, checksum, table = row
    return of_row(ordinal, kind, section, text, spans, tokens, table or "") == checksum


def packed(span: Span) -> list[object]:
    """A span for storing: page, start and end, and what else it has where it is more than these."""
    rest = [span.mark, span.glued, span.doubtful]
    return [span.page, span.start, span.end, *(rest if any(rest) else ())]


def stored(row: Sequence[object]) -> StoredPassage:
    """The passage in a sound row of SELECT_PASSAGE."""
    identity, paper, source, kind, section, text, spans, tokens, ordinal, document, _, record = row
    where = tuple(Span(*span) for span in json.loads(str(spans)))
    table = from_json(json.loads(str(record))) if record else None
    kept: Any = (identity, paper, source, kind, section, text, where, tokens, ordinal, document, table)
    return StoredPassage(*kept)


def tells_gist(source: SourceKind, passage: Passage, ordinal: int) -> bool:
    """Whether a passage says what its paper is about: the digest, the abstract, a PDF's first two passages."""
    return (
        ordinal == 0
        if source == "digest"
        else source == "pdf" and (passage.kind == "abstract" or ordinal < 2)
    )
