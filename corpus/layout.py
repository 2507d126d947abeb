"""What each line of a PDF is: running text, heading, caption, table row, or noise.

Noise is what repeats on every page, page and line numbers, the archive's stamp, and the labels
inside figures: kept in the page's text, never part of a passage.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.document import BlockKind, Outline
    from corpus.lines import Line

ARXIV_STAMP = re.compile(r"^\s*arXiv:\s*(\d{4}\.\d{4,5})(v\d+)?\b")
NUMBERED = re.compile(
    r"^(?:(?:\d{1,2}|[A-Z])(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|(?:Appendix|APPENDIX|Section)\s+[A-Z0-9][.:]?)"
    r"\s+[^\W\d_]"
)
CAPTION = re.compile(r"^(?:Figure|Fig\.|FIGURE|Table|TABLE|Algorithm|Listing)\s*[A-Z]?\.?\d+\s*[.:|\-–—(]")
KNOWN_TITLES = re.compile(
    r"^(?:abstract|introduction|related works?|background|preliminaries|methods?|approach|experiments?|results|"
    r"discussion|limitations?|conclusions?|conclusions? and .{3,40}|references|bibliography|"
    r"acknowledge?ments?|appendix|appendices|supplementary materials?|broader impacts?|author contributions)$",
    re.IGNORECASE,
)
NUMBERING = re.compile(r"^(?:[\dA-Z]{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.)\s+")
CELL = re.compile(r"[-+±]?\d[\d.,]*\s?[%kKMx×]?|[-–—✓✗×]|N/A")


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """The font size most characters have, in points; 10 for a document without text."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def plain(title: str) -> str:
    """A heading without its number, in lower case, for comparing."""
    return " ".join(re.findall(r"\w+", NUMBERING.sub("", title).lower()))


def classify(pages: Sequence[Sequence[Line]], outline: Sequence[Outline] = ()) -> list[list[BlockKind]]:
    """The kind of every line of every page."""
    size = body_size(pages)
    repeated = _repeated(pages)
    outlined = {(entry.page, plain(entry.title)) for entry in outline}
    kinds: list[list[BlockKind]] = []
    for number, lines in enumerate(pages, start=1):
        page: list[BlockKind] = [
            _kind(line, position, len(lines), size, repeated, number, outlined)
            for position, line in enumerate(lines)
        ]
        _continue_captions(lines, page, size)
        _mark_line_numbers(lines, page)
        _mark_figure_labels(lines, page, size)
        kinds.append(page)
    return kinds


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.split())).lower()


def _repeated(pages: Sequence[Sequence[Line]]) -> set[str]:
    """The shapes of lines that stand at the top or foot of three pages or more."""
    seen: Counter[str] = Counter()
    for lines in pages:
        seen.update({_shape(line.text) for line in [*lines[:3], *lines[-3:]]})
    needed = max(3, len(pages) // 4)
    return {shape for shape, count in seen.items() if count >= needed and len(shape) > 1}


def _kind(
    line: Line,
    position: int,
    count: int,
    size: float,
    repeated: set[str],
    page: int,
    outlined: set[tuple[int, str]],
) -> BlockKind:
    text = " ".join(line.text.split())
    at_edge = position < 3 or position >= count - 3
    if ARXIV_STAMP.match(text) or (
        at_edge and (_shape(text) in repeated or re.fullmatch(r"\W*\d{1,4}\W*", text))
    ):
        return "noise"
    if CAPTION.match(text):
        return "caption"
    if _is_heading(line, text, size, page, outlined):
        return "heading"
    return "table" if _is_table_row(text) else "text"


def _is_heading(line: Line, text: str, size: float, page: int, outlined: set[tuple[int, str]]) -> bool:
    words = text.split()
    if not 1 <= len(words) <= 14 or len(text) > 100 or line.broken or text.endswith((",", ";", ":")):
        return False
    if (page, plain(text)) in outlined and plain(text):
        return True
    if KNOWN_TITLES.match(NUMBERING.sub("", text).rstrip(".:")):
        return line.size >= size * 0.9 and text[0] in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    strong = line.bold or line.size >= size * 1.08 or text.isupper()
    if NUMBERED.match(text):
        return strong and line.size >= size * 0.9 and not _is_table_row(text) and text.count("=") == 0
    return (
        line.bold and line.size >= size * 1.08 and page > 1 and text[0].isupper() and not text.endswith(".")
    )


def _is_table_row(text: str) -> bool:
    """Whether half or more of the line's cells, three at the least, are numbers or marks."""
    cells = text.split()
    numbers = sum(bool(CELL.fullmatch(cell.strip("()*†‡"))) for cell in cells)
    return numbers >= 3 and numbers * 2 >= len(cells)


def _continue_captions(lines: Sequence[Line], kinds: list[BlockKind], size: float) -> None:
    """A caption goes on over lines of its own size until its last sentence ends short."""
    for position in range(1, len(lines)):
        before, line = lines[position - 1], lines[position]
        if kinds[position] != "text" or kinds[position - 1] != "caption":
            continue
        ended = before.text.rstrip().endswith((".", "?", "!"))
        small = before.size < size * 0.98
        if abs(line.size - before.size) < 0.2 and (before.broken or not ended or small):
            kinds[position] = "caption"


def _mark_line_numbers(lines: Sequence[Line], kinds: list[BlockKind]) -> None:
    """Five or more lines in a row that only count upwards are a review copy's line numbers."""
    run: list[int] = []
    for position in range(len(lines) + 1):
        text = lines[position].text.strip() if position < len(lines) else ""
        number = int(text) if re.fullmatch(r"\d{1,4}", text) else None
        if number is not None and (not run or number == int(lines[run[-1]].text) + 1):
            run.append(position)
            continue
        if len(run) >= 5:
            for marked in run:
                kinds[marked] = "noise"
        run = [position] if number is not None else []


def _mark_figure_labels(lines: Sequence[Line], kinds: list[BlockKind], size: float) -> None:
    """Three or more very short lines in a row, smaller than the text, label a figure."""
    run: list[int] = []
    for position in range(len(lines) + 1):
        if position < len(lines):
            line, text = lines[position], lines[position].text.strip()
            short = len(text) <= 24 and len(text.split()) <= 3 and not text.endswith((".", ":", ";"))
            if short and not line.broken and kinds[position] in ("text", "table"):
                run.append(position)
                continue
        small = sum(lines[p].size < size * 0.95 for p in run)
        tiny = sum(len(lines[p].text.strip()) <= 4 for p in run)
        if len(run) >= 3 and (small * 2 > len(run) or tiny * 2 > len(run)):
            for marked in run:
                kinds[marked] = "noise"
        run = []
