"""The flows of a document: text that goes on over columns, pages, footnotes and floats, and what stands apart from it.

The running text of each section is one flow; each caption, footnote, table, listing and the list of references is one
of its own. A sentence belongs to one flow, and nothing of another gets into it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from corpus.cleaning import WORD, joined
from corpus.headings import REFERENCES, plain
from corpus.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from corpus.document import Block, Document, Page

READING_VERSION = 6  # raised when the same PDF would be read or cut differently
PassageKind = Literal["body", "abstract", "caption", "footnote", "table", "listing", "references", "appendix"]
RUN_IN_ABSTRACT = re.compile(
    r"(?:^|(?<=\s))(?:Abstract|ABSTRACT)\s*[:.—–-]\s*(?=\S)|^abstract\s", re.IGNORECASE
)
APPENDIX = re.compile(r"^(?:appendi|supplement|[A-Z](?:\.\d{1,2})*\.?\s+\S)", re.IGNORECASE)
NUMBER = re.compile(r"^([\dA-Z]{1,2}(?:\.\d{1,2})*)\.?\s")
STOP = re.compile(r"[.!?。！？]['\"”’)\]]*(?:\s*\[[\d,\s–-]+\])?\d?$")
GOES_ON = re.compile(r"[\s(\[“\"'‘]*[^\W\d_A-Z]")  # begins in the middle of a sentence: with a small letter
BROKEN = re.compile(r"[^\W\d_]-$")
MARK = re.compile(r"⟨[^⟨⟩]*⟩")  # what stands for a formula in a sentence
LABEL_ALONE = re.compile(r"\w+\.?\s*[A-Z]?[\w.-]{0,6}[.:]")
LONGEST_NAME = 160  # characters of a caption that name its table
APART: dict[str, PassageKind] = {
    "caption": "caption", "footnote": "footnote", "table": "table", "algorithm": "listing", "listing": "listing",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one page's text, and how it stands in its flow.

    Attributes:
        page: Physical, from 1.
        start: Its first character in the page's text.
        end: One past the last.
        mark: What is shown for it instead of its text, as "⟨formula 7⟩" is; "" shows the text.
        glued: Whether it follows the span before it without a blank: a word that a column's end broke.
        doubtful: Whether it may not go on what stands before it: that has no stop, and this begins with a capital,
            after something else.
    """

    page: int
    start: int
    end: int
    mark: str = ""
    glued: bool = False
    doubtful: bool = False

    @property
    def length(self) -> int:
        """How many characters it takes in its flow."""
        return len(self.mark) or self.end - self.start


@dataclass(frozen=True, slots=True)
class Flow:
    """Text that is read on from block to block.

    Attributes:
        kind: What part of the paper it is.
        section: The heading it stands under; "" before the first.
        spans: Where it stands, in reading order.
        breaks: The numbers of the spans that begin anew: no sentence runs over into them.
    """

    kind: PassageKind
    section: str
    spans: tuple[Span, ...]
    breaks: frozenset[int] = frozenset()


def told_by(spans: Sequence[Span], page: Callable[[int], str], breaks: Container[int] = ()) -> str:
    """What stands at some spans, as one text: joined by a blank, nothing where one is glued, a line feed at a break.

    Args:
        spans: In reading order.
        page: The text of a page, by its physical number.
        breaks: The numbers of the spans that begin anew.
    """
    return "".join(_parts(spans, page, breaks))


def _parts(spans: Sequence[Span], page: Callable[[int], str], breaks: Container[int]) -> Iterator[str]:
    for number, span in enumerate(spans):
        if number:
            yield "\n" if number in breaks else "" if span.glued else " "
        yield span.mark or page(span.page)[span.start : span.end]


class Told:
    """A flow as one text, in which every stretch leads back to its pages."""

    def __init__(self, document: Document, flow: Flow) -> None:
        self.spans = flow.spans
        parts = list(_parts(flow.spans, lambda number: document.pages[number - 1].text, flow.breaks))
        self.text = "".join(parts)
        self.begins = list(accumulate((len(p) for p in parts), initial=0))[::2]

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Where its sentences begin and end."""
        yield from sentences(self.text)

    def located(self, start: int, end: int) -> tuple[Span, ...]:
        """Where characters `start` up to `end` stand."""
        return located(self.spans, start, end, self.begins)


def located(
    spans: Sequence[Span], start: int, end: int, begins: Sequence[int] | None = None
) -> tuple[Span, ...]:
    """Where characters `start` up to `end` of the text of some spans stand on its pages.

    That text is the text of the spans, or their marks, joined by one blank or line feed each but where a span is
    glued, line feeds on the page read as blanks; so offsets lead straight back. A mark is never cut.

    Args:
        spans: In the text's order.
        start: The first character.
        end: One past the last.
        begins: Where each span begins in the text, where that is known.
    """
    found = []
    if begins is None:
        begins = _begins(spans)
    for number in range(max(0, bisect_right(begins, start) - 1), len(spans)):
        at, span = begins[number], spans[number]
        if at >= end:
            break
        first, last = max(start, at), min(end, at + span.length)
        if first >= last:
            continue
        if span.mark:
            found.append(span)
        else:
            whole = first == at  # what comes in the middle of a span is neither glued nor doubtful
            found.append(
                replace(
                    span,
                    start=span.start + first - at,
                    end=span.start + last - at,
                    glued=span.glued and whole,
                    doubtful=span.doubtful and whole,
                )
            )
    return tuple(found)


def _begins(spans: Sequence[Span]) -> list[int]:
    begins, at = [], 0
    for number, span in enumerate(spans):
        at += 1 if number and not span.glued else 0
        begins.append(at)
        at += span.length
    return begins


def flows(document: Document) -> Iterator[Flow]:
    """The document's flows: section by section the running text, then what stands apart in it."""
    reading = _Reading(document)
    for page in document.pages:
        for block in page.blocks:
            yield from reading.take(page, block)
    yield from reading.end()


class _Reading:
    """The section that is being read, and what was read of it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.title, self.kind = "", "body"
        self.levels: dict[int, str] = {}
        self.seen_references = self.after_heading = False
        self.run: list[Span] = []
        self.breaks: set[int] = set()
        self.apart: list[Flow] = []
        self.last: tuple[Page, Block] | None = None  # the last block of the running text
        self.captioned: tuple[Page | None, dict[int, Block]] = (
            None,
            {},
        )  # of a page, the captions of its floats

    @cached_property
    def words(self) -> Counter[str]:
        """How often the document writes each word."""
        return Counter(word.lower() for page in self.document.pages for word in WORD.findall(page.text))

    def take(self, page: Page, block: Block) -> Iterator[Flow]:
        """Read on; gives the flows of a section that ends with it."""
        if block.kind == "heading":
            yield from self._heading(page, block)
            return
        if block.kind in APART:
            spans = tuple(Span(page.number, start, end) for start, end in block.spans)
            breaks = (
                frozenset(range(1, len(spans)))
                if block.kind in ("table", "algorithm", "listing")
                else frozenset()
            )
            kind = APART[block.kind]
            if spans:
                self.apart.append(Flow(kind, self._named(page, block), spans, breaks))
        elif block.kind in ("paragraph", "item", "reference", "formula"):
            self.after_heading = False
            self._text(page, block)

    def _named(self, page: Page, block: Block) -> str:
        """The section's title; for a table with what its caption says, which its cells do not."""
        if block.kind != "table":
            return self.title
        if page is not self.captioned[0]:
            found = {
                id(page.blocks[c.of]): c for c in page.blocks if c.kind == "caption" and c.of is not None
            }
            self.captioned = (page, found)
        caption = self.captioned[1].get(id(block))
        if caption is None:
            return self.title
        said = " ".join(page.text_of(caption).split())
        start, end = next(iter(sentences(said)), (0, 0))
        if LABEL_ALONE.fullmatch(said[start:end]):  # "Table 2." ends no sentence here
            end = len(said)
        name = said[: min(end, LONGEST_NAME)].rstrip(".:")
        return f"{self.title} › {name}" if self.title else name

    def end(self) -> Iterator[Flow]:
        """The flows of the section that was being read."""
        if self.run:
            yield Flow(self.kind, self.title, tuple(self.run), frozenset(self.breaks))  # type: ignore[arg-type]
        yield from self.apart
        self.run, self.breaks, self.apart, self.last = [], set(), [], None

    def _heading(self, page: Page, block: Block) -> Iterator[Flow]:
        heading = " ".join(page.text_of(block).split())
        if self.after_heading and not re.match(r"^[\dA-Z]+[.\s]", heading) and heading[:1].islower():
            self.title = f"{self.title} {heading}"  # a heading set in two blocks
            return
        if self.title or plain(heading) != "abstract":
            yield from self.end()
        else:
            self.run, self.breaks = [], set()  # authors and addresses that were not told for such
        self.seen_references = self.seen_references or bool(REFERENCES.match(plain(heading)))
        self.title = _titled(heading, self.levels)
        self.kind = _kind(heading, self.kind, seen=self.seen_references)
        self.after_heading = True

    def _text(self, page: Page, block: Block) -> None:
        stretches = list(block.spans)
        if page.number == 1 and not self.title and block.kind != "formula":
            found = RUN_IN_ABSTRACT.search(page.text_of(block))
            if found is not None:
                self.run, self.breaks, self.last = (
                    [],
                    set(),
                    None,
                )  # what stands before it is no text of the paper
                self.title, self.kind = "Abstract", "abstract"
                stretches = _after(stretches, found.end())
        if block.kind == "formula":
            if not stretches:
                return
            mark = f"⟨formula {block.number}⟩" if block.number else "⟨formula⟩"
            spans = [Span(page.number, stretches[0][0], stretches[0][1], mark)]
        else:
            spans = [Span(page.number, start, end) for start, end in stretches if start < end]
        for number, span in enumerate(spans):
            self._add(page, block, span, inside=number > 0)
        if spans:
            self.last = (page, block)

    def _add(self, page: Page, block: Block, span: Span, *, inside: bool) -> None:
        if not self.run:
            self.run.append(span)
            return
        before = self.run[-1]
        there = before.mark or self.document.pages[before.page - 1].text[before.start : before.end]
        here = span.mark or page.text[span.start : span.end]
        if not inside and self._parts(there, here, block):
            self.breaks.add(len(self.run))
            self.run.append(span)
            return
        if BROKEN.search(there) and here[:1].isalpha() and not before.mark:
            keeps = joined(there[:-1], here, self._words_without(there[:-1], here))
            self.run[-1] = before if keeps else replace(before, end=before.end - 1)
            self.run.append(replace(span, glued=True))
            return
        doubtful = (
            not inside
            and not span.mark
            and not before.mark
            and not STOP.search(there)
            and not GOES_ON.match(here)
        )
        self.run.append(replace(span, doubtful=doubtful))

    def _words_without(self, before: str, after: str) -> Counter[str]:
        """The document's words, the two halves themselves not counted."""
        halves = [*WORD.findall(before)[-1:], *WORD.findall(after)[:1]]
        return self.words - Counter(half.lower() for half in halves)

    def _parts(self, there: str, here: str, block: Block) -> bool:
        """Whether a block begins anew after the text `there`."""
        last = self.last[1] if self.last else block
        if block.kind in ("item", "reference") or last.kind == "reference":
            return True
        if block.kind == "formula":
            return bool(STOP.search(there))
        if GOES_ON.match(here) and not STOP.search(there):
            return False
        if last.kind == "formula":
            return not GOES_ON.match(here)
        if last.kind == "item" and block.opens:
            return True
        return block.opens or (last.closes and not STOP.search(there) and not GOES_ON.match(here))


def _after(stretches: list[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """The stretches without their first `count` characters, one for each line feed between them among these."""
    left = []
    for start, end in stretches:
        gone = min(count, end - start)
        if start + gone < end:
            left.append((start + gone, end))
        count = max(0, count - (end - start) - 1)
    return left


def _titled(heading: str, levels: dict[int, str]) -> str:
    """The heading, with its parent's before it where its number says that it has one."""
    number = NUMBER.match(heading)
    depth = number.group(1).count(".") if number else 0
    levels[depth] = heading
    parent = levels.get(depth - 1, "") if number else ""
    return f"{parent} › {heading}" if depth and parent else heading


def _kind(heading: str, before: str, *, seen: bool) -> str:
    """The kind of a section from its heading and what came before."""
    if REFERENCES.match(plain(heading)):
        return "references"
    if plain(heading) == "abstract":
        return "abstract"
    if seen and (before in ("references", "appendix") or APPENDIX.match(heading)):
        return "appendix"
    return "appendix" if re.match(r"^appendi|^supplement", plain(heading)) or before == "appendix" else "body"
