"""A page as a picture, with what is cited marked. Runs only in the reading process."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from corpus.lines import text_page
from corpus.opening import Refused, open_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MARK_COLOUR = (255, 214, 10, 96)  # a highlighter's yellow, see-through
LARGEST_PICTURE = 4_000  # pixels along a side
Box = tuple[float, float, float, float]


def render(
    path: Path,
    page: int,
    spans: Sequence[tuple[int, int]],
    scale: float,
    boxes: Sequence[Box] = (),
    crop: Box | None = None,
) -> bytes:
    """Page `page` (from 1) as PNG, with characters and boxes marked.

    Args:
        path: The PDF.
        page: Physical page, from 1.
        spans: pdfium's character numbers (first, one past the last).
        scale: Pixels per point.
        boxes: Left, top, right, bottom, in points from the upper left corner: words that OCR read.
        crop: Only this part of the page, given likewise.
    """
    from PIL import Image, ImageDraw

    pdf = open_pdf(path)
    if not 1 <= page <= len(pdf):
        raise Refused(f"has no page {page}")
    sheet = pdf[page - 1]
    width, height = sheet.get_size()
    scale = min(scale, LARGEST_PICTURE / max(width, height, 1))
    bitmap = sheet.render(scale=scale)
    picture = bitmap.to_pil().convert("RGB")
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    brush = ImageDraw.Draw(layer)
    marks = [*_of_characters(sheet, bitmap, spans), *(tuple(edge * scale for edge in box) for box in boxes)]
    for left, top, right, bottom in marks:
        brush.rectangle((left - 1, top - 1, right + 1, bottom + 1), fill=MARK_COLOUR)
    marked = Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")
    if crop is not None:
        left, top, right, bottom = (round(edge * scale) for edge in crop)
        frame = max(0, left), max(0, top), min(right, marked.width), min(bottom, marked.height)
        if frame[2] <= frame[0] or frame[3] <= frame[1]:
            raise Refused(f"has nothing at that place of page {page}")
        marked = marked.crop(frame)
    out = io.BytesIO()
    marked.save(out, format="PNG", compress_level=3)
    return out.getvalue()


def boxes_of(path: Path, spans: Sequence[tuple[int, int, int]]) -> list[list[Box]]:
    """For each span, as page, first character and one past the last, the boxes of its lines.

    Left, top, right, bottom, in points from the upper left corner of the page as it is shown.
    """
    pdf = open_pdf(path)
    found: list[list[Box]] = [[] for _ in spans]
    by_page: dict[int, list[int]] = {}
    for number, (page, _, _) in enumerate(spans):
        by_page.setdefault(page, []).append(number)
    for page, numbers in by_page.items():
        if not 1 <= page <= len(pdf):
            raise Refused(f"has no page {page}")
        sheet = pdf[page - 1]
        textpage = text_page(sheet)
        place = Placed(sheet)
        for number in numbers:
            _, first, end = spans[number]
            rects = (textpage.get_rect(n) for n in range(textpage.count_rects(first, max(0, end - first))))
            found[number] = [place.shown(*rect) for rect in rects]
        textpage.close()
        sheet.close()
    return found


class Placed:
    """From a page's own frame to the page as it is shown, and back."""

    def __init__(self, sheet: Any) -> None:
        self.box = sheet.get_bbox()
        self.quarter = sheet.get_rotation() // 90

    def shown(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A rectangle, from the upper left corner."""
        x0, y0, x1, y1 = self.box
        if self.quarter == 1:
            return bottom - y0, left - x0, top - y0, right - x0
        if self.quarter == 2:
            return x1 - right, bottom - y0, x1 - left, top - y0
        if self.quarter == 3:
            return y1 - top, x1 - right, y1 - bottom, x1 - left
        return left - x0, y1 - top, right - x0, y1 - bottom

    def own(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Left, bottom, right and top of a rectangle that `shown` gives."""
        x0, y0, x1, y1 = self.box
        if self.quarter == 1:
            return top + x0, left + y0, bottom + x0, right + y0
        if self.quarter == 2:
            return x1 - right, top + y0, x1 - left, bottom + y0
        if self.quarter == 3:
            return x1 - bottom, y1 - right, x1 - top, y1 - left
        return left + x0, y1 - bottom, right + x0, y1 - top


def _of_characters(sheet: Any, bitmap: Any, spans: Sequence[tuple[int, int]]) -> Iterator[Box]:
    """The rectangles, in pixels, around pdfium's characters."""
    textpage = text_page(sheet)
    to_device = bitmap.get_posconv(sheet)
    for first, end in spans:
        for number in range(textpage.count_rects(first, max(0, end - first))):
            left, bottom, right, top = textpage.get_rect(number)
            x0, y0 = to_device.to_bitmap(left, top)
            x1, y1 = to_device.to_bitmap(right, bottom)
            yield min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
