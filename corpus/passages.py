"""Cutting a document into passages: whole sentences, sized in tokens, never across a section."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.flows import MARK, PassageKind, Span, Told, flows, located
from corpus.sentences import sentences
from corpus.tokens import encoding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from corpus.document import Document
    from corpus.flows import Flow
    from corpus.tables import Table

__all__ = ["Cutting", "Passage", "PassageKind", "Span", "cut", "located", "main_page", "together"]

NEAR = 80  # characters on either side that tell whether a sentence ends


@dataclass(frozen=True, slots=True)
class Passage:
    """A few sentences of one section, and exactly where they stand.

    Attributes:
        text: The sentences, as shown.
        section: The heading they stand under; "" before the first.
        kind: What part of the paper it is.
        spans: Where the text stands, in reading order.
        tokens: cl100k tokens of `text`, counted sentence by sentence and so a few too many.
        table: Of a table, the table; `text` is then made of it, and `spans` say where it stands, not what it says.
    """

    text: str
    section: str
    kind: PassageKind
    spans: tuple[Span, ...]
    tokens: int
    table: Table | None = None

    @property
    def page(self) -> int:
        """The physical page on which most of the passage stands."""
        return main_page(self.spans)


def main_page(spans: Sequence[Span]) -> int:
    """The page on which most of some spans stands; there must be one at least."""
    sizes: dict[int, int] = {}
    for span in spans:
        sizes[span.page] = sizes.get(span.page, 0) + span.end - span.start
    return max(sizes, key=lambda page: sizes[page])


@dataclass(frozen=True, slots=True)
class Cutting:
    """How passages are cut; part of the index's fingerprint.

    Attributes:
        tokens: The size aimed at, in cl100k tokens; a passage is never larger by more than a sentence's rest.
        smallest: A section's last passage with fewer tokens joins the one before.
    """

    tokens: int = 200
    smallest: int = 48


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    spans: tuple[Span, ...]
    tokens: int
    opens: bool


def cut(document: Document, cutting: Cutting | None = None) -> list[Passage]:
    """The document's passages: section by section its running text, captions, listings and footnotes; its tables last."""
    from corpus.table_passages import is_held, openings, table_passages
    from corpus.tables import tables

    cutting = cutting or Cutting()
    made = tables(document)
    begun = openings(made)
    passages: list[Passage] = []
    for flow in flows(document):
        if not is_held(flow, begun):
            passages += _packed(_sentences(document, flow, cutting.tokens), flow, cutting)
    return passages + table_passages(made)


def together(texts: Iterable[str]) -> str:
    """Texts as one, a blank between two, or a line feed where they would else read as one sentence."""
    told = ""
    for text in texts:
        between = "" if not told else " " if _splits(told[-NEAR:], text[:NEAR]) else "\n"
        told += between + text
    return told


def _splits(before: str, after: str) -> bool:
    """Whether a sentence ends with `before` where `after` follows behind a blank."""
    return any(start == len(before) + 1 for start, _ in sentences(f"{before} {after}"))


def _sentences(document: Document, flow: Flow, most: int) -> Iterator[_Sentence]:
    """The flow's sentences, those far too long for a passage in pieces."""
    encode = encoding().encode_ordinary
    told = Told(document, flow)
    for start, end in told.sentences():
        for piece_start, piece_end in _pieces(told.text, start, end, most):
            piece = told.text[piece_start:piece_end]
            opens = piece_start == start
            yield _Sentence(piece, told.located(piece_start, piece_end), len(encode(piece)) + 1, opens)


def _pieces(text: str, start: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """(start, end) itself, or its parts at blanks where it is far too long for one passage.

    About four characters make a token; program listings and tables are where this matters.
    """
    longest = most * 4
    while end - start > longest:
        at = text.rfind(" ", start + longest // 2, start + longest)
        at = at if at > 0 else start + longest
        yield start, at
        start = at + text[at].isspace()
    if start < end:
        yield start, end


def _packed(parts: Iterator[_Sentence], flow: Flow, cutting: Cutting) -> list[Passage]:
    """Sentences gathered to passages of about the size aimed at, ending with the page where that is fair."""
    groups: list[list[_Sentence]] = []
    size = 0
    for part in parts:
        page = part.spans[0].page if part.spans else 0
        turns = bool(groups and groups[-1] and groups[-1][-1].spans and groups[-1][-1].spans[-1].page != page)
        full = size + part.tokens > cutting.tokens
        if not groups or full or (turns and size >= cutting.smallest):
            groups.append([])
            size = 0
        groups[-1].append(part)
        size += part.tokens
    if len(groups) > 1:
        last, before = groups[-1], groups[-2]
        same_page = before[-1].spans[-1].page == last[0].spans[0].page
        if same_page and sum(part.tokens for part in last) < cutting.smallest:
            groups[-2:] = [before + last]
    passages = []
    for group in groups:
        text = _told(group)
        if not re.search(r"\w{2}", MARK.sub("", text)):
            continue
        spans = _merged([span for part in group for span in part.spans])
        passages.append(Passage(text, flow.section, flow.kind, spans, sum(part.tokens for part in group)))
    return passages


def _told(group: Sequence[_Sentence]) -> str:
    """The sentences as one text; the pieces of one that was too long are parted by a blank."""
    text = ""
    for part in group:
        text = together([text, part.text]) if part.opens or not text else f"{text} {part.text}"
    return text


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    """Neighbouring spans of one page joined where one blank or line feed parts them."""
    merged: list[Span] = []
    for span in spans:
        before = merged[-1] if merged else span
        plain = not (before.mark or span.mark or span.glued or span.doubtful)
        if merged and plain and before.page == span.page and span.start - before.end == 1:
            merged[-1] = replace(before, end=span.end)
        else:
            merged.append(span)
    return tuple(merged)
