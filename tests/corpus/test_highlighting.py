"""Highlights in a copy of a PDF: real annotations, on the words, whichever way the page is turned."""

import io

import pytest

from corpus.errors import UnreadableDocument
from corpus.reader import Limits, Mark, Reader
from tests import pdfs

WORDS = "It costs about USD 240"


@pytest.fixture(scope="module")
def reader():
    with Reader(Limits(seconds=30, pages=50, ocr="")) as opened:
        yield opened


def annotations(copy):
    from pypdf import PdfReader

    return [note.get_object() for note in PdfReader(io.BytesIO(copy)).pages[0].get("/Annots", [])]


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_a_highlight_lies_on_its_words(reader, tmp_path, angle):
    text = f"We train for a day. {WORDS} to run one seed. Nothing else is needed."
    file = pdfs.rotated(tmp_path / "a.pdf", angle, text)
    page = reader.read(file).pages[0]
    flat = " ".join(page.text.split())
    assert WORDS in flat
    start = page.text.index("USD")
    raw = page.raw_span(start, start + len("USD 240"))
    before = file.read_bytes()
    copy = reader.highlighted(
        file,
        [
            Mark(1, (raw,), (), "7bd88f", "What does it cost? (α) ‘quoted’"),
            Mark(1, ((0, 2),), (), "ffd60a", "Else?"),
        ],
    )
    first, second = annotations(copy)
    assert (first["/Subtype"], first["/Contents"]) == ("/Highlight", "What does it cost? (α) ‘quoted’")
    assert [round(float(n) * 255) for n in first["/C"]] == [0x7B, 0xD8, 0x8F]
    assert first["/C"] != second["/C"]
    # what pdfium finds within the annotation's rectangle are the words
    import pypdfium2

    sheet = pypdfium2.PdfDocument(copy)[0]
    left, bottom, right, top = (float(n) for n in first["/Rect"])
    assert "USD" in sheet.get_textpage().get_text_bounded(left, bottom, right, top)
    assert len(first["/QuadPoints"]) % 8 == 0
    assert file.read_bytes() == before


def test_boxes_of_words_that_ocr_read_are_put_back_into_the_pages_frame(tmp_path):
    import pypdfium2

    from corpus.drawing import Placed

    for angle in (0, 90, 180, 270):
        pdf = pypdfium2.PdfDocument(pdfs.rotated(tmp_path / f"{angle}.pdf", angle))
        place = Placed(pdf[0])
        assert place.own(*place.shown(10.0, 20.0, 110.0, 32.0)) == pytest.approx((10.0, 20.0, 110.0, 32.0))


def test_a_page_that_is_not_there_is_said(reader, tmp_path):
    file = pdfs.with_text(tmp_path / "one.pdf", ["One page."])
    with pytest.raises(UnreadableDocument, match="no page 9"):
        reader.highlighted(file, [Mark(9, ((0, 2),), (), "ffd60a", "")])
