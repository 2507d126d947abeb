from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from corpus.reader import Reader
from tests import pdfs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCALE = 2.0


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as opened:
        yield opened


def marked_box(reader: Reader, path: Path, phrase: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what marking `phrase` on page one changes, in pixels."""
    page = reader.read(path).pages[0]
    at = page.text.index(phrase)
    span = page.raw_span(at, at + len(phrase))
    with_marks = pixels(reader.page_image(path, 1, [span], SCALE))
    changed = np.argwhere((with_marks != pixels(reader.page_image(path, 1, (), SCALE))).any(axis=2))
    assert len(changed), "nothing is marked"
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
    red, green, blue = with_marks[changed[:, 0], changed[:, 1]].astype(int).mean(axis=0)
    assert min(red, green) - blue > 40, "the mark is not yellow"
    return float(left), float(top), float(right), float(bottom)


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def printed_box(path: Path, phrase: str) -> tuple[float, float, float, float]:
    """The same box from pdfium's own search for the phrase: an independent way to it."""
    import pypdfium2

    page = pypdfium2.PdfDocument(path)[0]
    textpage = page.get_textpage()
    found = textpage.search(phrase).get_next()
    assert found is not None
    boxes = [textpage.get_charbox(n) for n in range(found[0], found[0] + found[1])]
    device = page.render(scale=SCALE).get_posconv(page)
    corners = [device.to_bitmap(x, y) for a, b, c, d in boxes for x, y in ((a, b), (c, d)) if c > a and d > b]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def assert_same_place(marked: tuple[float, ...], printed: tuple[float, ...]) -> None:
    # a line is 24 pixels high here: six to each side cannot reach the next one's letters
    assert marked == pytest.approx(printed, abs=6)


def test_the_mark_lies_on_the_phrase_and_on_no_other_line(reader: Reader, tmp_path: Path) -> None:
    path = pdfs.simple_paper(tmp_path / "paper.pdf")
    phrase = "sequence of 32 states"
    marked = marked_box(reader, path, phrase)
    assert_same_place(marked, printed_box(path, phrase))
    assert marked[3] - marked[1] < 2 * pdfs.LEADING


def test_a_word_in_the_second_column_is_marked_there(reader: Reader, tmp_path: Path) -> None:
    path = pdfs.two_columns(tmp_path / "columns.pdf")
    left, _, right, _ = marked = marked_box(reader, path, "guidance weight")
    assert_same_place(marked, printed_box(path, "guidance weight"))
    assert left > pdfs.WIDTH / 2 * SCALE
    assert right < (pdfs.WIDTH - pdfs.MARGIN + 2) * SCALE


@pytest.mark.parametrize("angle", [90, 180, 270])
@pytest.mark.parametrize("upright", [True, False])
def test_marks_turn_with_the_page(reader: Reader, tmp_path: Path, angle: int, upright: bool) -> None:
    path = pdfs.rotated(tmp_path / "turned.pdf", angle, upright=upright)
    assert_same_place(
        marked_box(reader, path, "plausible behaviour"), printed_box(path, "plausible behaviour")
    )


def test_a_phrase_with_a_broken_word_and_ligatures_is_marked_on_both_lines(
    reader: Reader, tmp_path: Path
) -> None:
    path = pdfs.with_hyphens_and_ligatures(tmp_path / "signs.pdf")
    _, top, _, bottom = marked_box(reader, path, "reinforcement of a specified reward")
    first_line = (pdfs.HEIGHT - (pdfs.HEIGHT - pdfs.MARGIN)) * SCALE
    second_line = first_line + 14 * SCALE
    assert top < first_line < second_line < bottom + 12
    assert bottom < second_line + 14 * SCALE - 4


def test_a_page_without_spans_is_drawn_without_marks_and_at_the_scale_asked_for(
    reader: Reader, tmp_path: Path
) -> None:
    path = pdfs.simple_paper(tmp_path / "paper.pdf")
    plain = pixels(reader.page_image(path, 1, (), 1.0))
    assert plain.shape == (792, 612, 3)
    assert (plain == plain[..., :1]).all(), "black on white has no colour"
    assert np.array_equal(plain, pixels(reader.page_image(path, 1, [(0, 0), (90_000, 90_010)], 1.0)))


def test_an_enormous_page_is_drawn_no_larger_than_a_screen_can_use(reader: Reader, tmp_path: Path) -> None:
    path = pdfs.many_pages(tmp_path / "poster.pdf", 1)
    path.write_bytes(re.sub(rb"612 792", b"9e6 9e6", path.read_bytes()))
    assert max(pixels(reader.page_image(path, 1)).shape) <= 4_001
