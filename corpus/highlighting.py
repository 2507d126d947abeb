"""A copy of a PDF with highlights that any reader of PDFs shows and lets edit. Runs only in the reading process."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from corpus.drawing import Placed
from corpus.lines import text_page
from corpus.opening import Refused, open_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from corpus.drawing import Box

LARGEST_COPY = 300 * 1024**2  # bytes
AUTHOR = "Duality"


def highlighted(path: Path, marks: Sequence[dict[str, Any]]) -> bytes:
    """The PDF with an annotation for each mark.

    Args:
        path: The PDF.
        marks: Of each its `page` (from 1), `spans` (pdfium's character numbers, first and one past the last), `boxes`
            (of words that OCR read, as in `drawing.render`), `colour` ("ffd60a") and `comment`.
    """
    from pypdf import PdfWriter
    from pypdf.annotations import Highlight
    from pypdf.generic import ArrayObject, FloatObject, NameObject, TextStringObject

    pdf = open_pdf(path)
    writer = PdfWriter(clone_from=path)
    for mark in marks:
        if not 1 <= mark["page"] <= len(pdf):
            raise Refused(f"has no page {mark['page']}")
        boxes = list(_boxes(pdf[mark["page"] - 1], mark["spans"], mark["boxes"]))
        if not boxes:
            continue
        lefts, bottoms, rights, tops = zip(*boxes, strict=True)
        # each line's corners: upper left, upper right, lower left, lower right, as readers have them
        corners = [n for x0, y0, x1, y1 in boxes for n in (x0, y1, x1, y1, x0, y0, x1, y0)]
        note = Highlight(
            rect=(min(lefts), min(bottoms), max(rights), max(tops)),
            quad_points=ArrayObject([FloatObject(round(n, 2)) for n in corners]),
            highlight_color=mark["colour"],
            printing=True,
            title_bar=AUTHOR,
        )
        note[NameObject("/Contents")] = TextStringObject(mark["comment"])
        writer.add_annotation(mark["page"] - 1, note)
    out = io.BytesIO()
    writer.write(out)
    if out.tell() > LARGEST_COPY:
        raise Refused("is too large to be copied with highlights")
    return out.getvalue()


def _boxes(sheet: Any, spans: Sequence[tuple[int, int]], read: Sequence[Box]) -> Iterator[Box]:
    """Left, bottom, right and top of each line, in the page's own frame."""
    textpage = text_page(sheet)
    for first, end in spans:
        for number in range(textpage.count_rects(first, max(0, end - first))):
            left, bottom, right, top = textpage.get_rect(number)
            yield left, bottom, right, top
    textpage.close()
    place = Placed(sheet)
    for box in read:
        yield place.own(*box)
