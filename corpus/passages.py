"""Cutting a document into passages: whole sentences, sized in tokens, never across a section."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from corpus.layout import plain
from corpus.sentences import sentences
from corpus.tokens import encoding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.document import Document
    from corpus.tables import Table

PassageKind = Literal["body", "abstract", "caption", "table", "references", "appendix"]
RUN_IN_ABSTRACT = re.compile(
    r"(?:^|(?<=\s))(?:Abstract|ABSTRACT)\s*[:.—–-]\s*(?=\S)|^abstract\s", re.IGNORECASE
)
REFERENCES = re.compile(r"^(?:references|bibliography|literature cited)\b", re.IGNORECASE)
APPENDIX = re.compile(r"^(?:appendi|supplement|[A-Z](?:\.\d{1,2})*\.?\s+\S)", re.IGNORECASE)
REFERENCE_ENTRY = re.compile(r"^\[\d+\]\s|\b(?:19|20)\d\d[a-z]?\.\s|arXiv preprint|In Proceedings|pp\.\s?\d")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one page's text: `page` physical from 1, characters `start` up to `end`."""

    page: int
    start: int
    end: int


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


def located(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    """Where characters `start` up to `end` of a passage's text stand on its pages.

    A passage's text is the text of its spans joined by one blank each, line feeds read as blanks, so
    offsets lead straight back.
    """
    found = []
    at = 0
    for span in spans:
        length = span.end - span.start
        first, last = max(start, at), min(end, at + length)
        if first < last:
            found.append(Span(span.page, span.start + first - at, span.start + last - at))
        at += length + 1
    return tuple(found)


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


def cut(document: Document, cutting: Cutting | None = None) -> list[Passage]:
    """The document's passages, in reading order; its tables last."""
    from corpus.table_passages import table_passages
    from corpus.tables import tables

    cutting = cutting or Cutting()
    made = tables(document)
    passages: list[Passage] = []
    for title, kind, runs in _sections(document, made):
        for flow, flow_kind in ((runs["text"], kind), (runs["caption"], _caption_kind(kind))):
            parts = _sentences(document, flow, cutting.tokens)
            passages += _packed(parts, title, flow_kind, cutting)
    return passages + table_passages(made)


def _caption_kind(kind: PassageKind) -> PassageKind:
    return kind if kind in ("references", "appendix") else "caption"


def _sections(
    document: Document, made: Sequence[Table]
) -> Iterator[tuple[str, PassageKind, dict[str, list[Span]]]]:
    """Each section's title and kind, with its running text and its captions and tables as spans."""
    title, kind = "", "body"
    level_titles: dict[int, str] = {}
    runs: dict[str, list[Span]] = {"text": [], "caption": []}
    from corpus.table_passages import is_held

    seen_references = heading_before = False
    for page in document.pages:
        for block in page.blocks:
            if block.kind not in (
                "heading",
                "paragraph",
                "item",
                "reference",
                "caption",
                "table",
                "algorithm",
                "listing",
            ):
                continue
            if block.kind == "heading":
                heading = " ".join(page.text[block.start : block.end].split())
                if heading_before and not re.match(r"^[\dA-Z]+[.\s]", heading) and heading[:1].islower():
                    title = f"{title} {heading}"  # a heading set in two lines
                    continue
                front = not title and plain(heading) == "abstract"
                if (runs["text"] or runs["caption"]) and not front:
                    yield title, _as_kind(kind), runs
                runs = {"text": [], "caption": []}
                seen_references = seen_references or bool(REFERENCES.match(plain(heading)))
                title, kind = _titled(heading, level_titles), _kind(heading, kind, seen=seen_references)
                heading_before = True
                continue
            heading_before = False
            if is_held(block, page.number, made):
                continue
            text = page.text[block.start : block.end]
            start = block.start
            abstract = RUN_IN_ABSTRACT.search(text) if page.number == 1 and not title else None
            if abstract is not None:
                runs = {"text": [], "caption": []}  # title, authors and addresses: the catalogue knows them
                title, kind = "Abstract", "abstract"
                start += abstract.end()
            flow = "text" if block.kind in ("paragraph", "item", "reference") else "caption"
            runs[flow] += [Span(page.number, max(start, a), b) for a, b in block.spans if b > start]
    if runs["text"] or runs["caption"]:
        yield title, _as_kind(kind), runs


def _as_kind(kind: str) -> PassageKind:
    return kind  # type: ignore[return-value]  # the values come from `_kind` alone


def _titled(heading: str, levels: dict[int, str]) -> str:
    """The heading, with its parent's before it where its number says that it has one."""
    number = re.match(r"^([\dA-Z]{1,2}(?:\.\d{1,2})*)\.?\s", heading)
    depth = number.group(1).count(".") if number else 0
    levels[depth] = heading
    parent = levels.get(depth - 1, "") if number else ""
    return f"{parent} › {heading}" if depth and parent else heading


def _kind(heading: str, before: str, *, seen: bool) -> PassageKind:
    """The kind of a section from its heading and what came before."""
    if REFERENCES.match(plain(heading)):
        return "references"
    if plain(heading) == "abstract":
        return "abstract"
    if seen and (before in ("references", "appendix") or APPENDIX.match(heading)):
        return "appendix"
    return "appendix" if re.match(r"^appendi|^supplement", plain(heading)) or before == "appendix" else "body"


def _sentences(document: Document, flow: list[Span], most: int) -> Iterator[_Sentence]:
    """The flow's sentences; a sentence may run from one block or page into the next."""
    encode = encoding().encode_ordinary
    stretches = [document.pages[span.page - 1].text[span.start : span.end] for span in flow]
    text = " ".join(stretches)
    begins = list(accumulate((len(stretch) + 1 for stretch in stretches), initial=0))
    for start, end in sentences(text):
        for piece_start, piece_end in _pieces(text, start, end, most):
            piece = text[piece_start:piece_end]
            spans = tuple(_spans(flow, begins, piece_start, piece_end))
            yield _Sentence(piece, spans, len(encode(piece)) + 1)


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


def _spans(flow: list[Span], begins: list[int], start: int, end: int) -> Iterator[Span]:
    """Where `start` up to `end` of the flow's text stands; `begins` says where each of its spans begins."""
    for number in range(bisect_right(begins, start) - 1, len(flow)):
        at, span = begins[number], flow[number]
        if at >= end:
            return
        length = span.end - span.start
        first, last = max(start, at), min(end, at + length)
        if first < last:
            yield Span(span.page, span.start + first - at, span.start + last - at)


def _packed(parts: Iterator[_Sentence], title: str, kind: PassageKind, cutting: Cutting) -> list[Passage]:
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
        text = " ".join(part.text for part in group)
        if not re.search(r"\w{2}", text):
            continue
        spans = _merged([span for part in group for span in part.spans])
        passages.append(Passage(text, title, kind, spans, sum(part.tokens for part in group)))
    return passages


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    """Neighbouring spans of one page joined where one blank or line feed parts them."""
    merged: list[Span] = []
    for span in spans:
        if merged and merged[-1].page == span.page and span.start - merged[-1].end == 1:
            merged[-1] = Span(span.page, merged[-1].start, span.end)
        else:
            merged.append(span)
    return tuple(merged)
