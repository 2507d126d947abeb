from __future__ import annotations

import json
from array import array
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Document, Outline, Page, from_json, pack, to_json, unpack
from corpus.reader import Reader
from tests import pdfs

if TYPE_CHECKING:
    from pathlib import Path

NUMBERS = st.lists(st.integers(0, 2**31 - 1)).map(lambda numbers: array("I", numbers))


@given(NUMBERS)
def test_what_is_packed_is_unpacked(raw: array[int]) -> None:
    assert unpack(pack(raw)) == raw


def test_a_page_of_numbers_in_order_packs_to_a_few_bytes() -> None:
    assert len(pack(array("I", range(5_000)))) < 100


@given(st.text(), NUMBERS, st.text(max_size=5))
def test_a_document_crosses_the_process_border_unchanged(text: str, raw: array[int], label: str) -> None:
    document = Document(
        "ab" * 32,
        (Page(1, label, text, (), raw),),
        title=text,
        outline=(Outline(text, 1, 2),),
        remarks=(text,),
    )
    assert from_json(json.loads(json.dumps(to_json(document)))) == document


@given(NUMBERS, st.integers(-3, 20), st.integers(-3, 20))
def test_a_raw_span_holds_every_character_asked_for(raw: array[int], start: int, end: int) -> None:
    first, after = Page(1, "1", "x" * len(raw), (), raw).raw_span(start, end)
    if 0 <= start < end <= len(raw):
        assert all(first <= number < after for number in raw[start:end])
    else:
        assert (first, after) == (0, 0)


def test_every_character_of_a_read_page_leads_back_to_the_same_character(tmp_path: Path) -> None:
    import pypdfium2
    import pypdfium2.raw as pdfium

    path = pdfs.simple_paper(tmp_path / "paper.pdf")
    with Reader() as reader:
        page = reader.read(path).pages[0]
    textpage = pypdfium2.PdfDocument(path)[0].get_textpage()
    for number, sign in zip(page.raw, page.text, strict=True):
        if not sign.isspace():
            assert chr(pdfium.FPDFText_GetUnicode(textpage, number)) == sign


def test_blocks_are_in_order_and_leave_out_only_blanks(tmp_path: Path) -> None:
    with Reader() as reader:
        document = reader.read(pdfs.simple_paper(tmp_path / "paper.pdf", pages=4, stamp="2401.01234v1"))
    for page in document.pages:
        at = 0
        for block in page.blocks:
            assert page.text[at : block.start].strip() == ""
            assert at <= block.start < block.end
            at = block.end
        assert page.text[at:].strip() == ""
