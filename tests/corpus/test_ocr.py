from __future__ import annotations

import shutil
import stat
import time
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from corpus import ocr
from corpus.errors import UnreadableDocument
from corpus.passages import cut, located
from corpus.reader import Limits, Reader
from tests import pdfs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from corpus.document import Document

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="needs the program tesseract (Debian: tesseract-ocr)"
)
TITLE = "Planning with Diffusion and Value"
SENTENCE = "We found a guidance weight of 1.4 to be a good choice on every task."
PAGE = f"# {TITLE}\nAda Example\nAbstract\n{pdfs.ABSTRACT}\n1 Introduction\n{pdfs.INTRODUCTION}"


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scan of two pages, the second in two columns."""
    columns = f"2 Method\n{pdfs.METHOD}||3 Results\n{pdfs.RESULTS}"
    return pdfs.scanned(tmp_path_factory.mktemp("scan") / "scan.pdf", [PAGE, columns])


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as opened:
        yield opened


@pytest.fixture(scope="module")
def document(reader: Reader, scan: Path) -> Document:
    return reader.read(scan)


def words(text: str) -> str:
    return " ".join(text.split())


@needs_tesseract
def test_a_scan_is_read_and_says_so(document: Document) -> None:
    assert document.remarks == ("read by OCR",)
    assert document.title == TITLE
    assert pdfs.ABSTRACT in words(document.pages[0].text)
    passages = cut(document)
    assert passages[0].kind == "abstract"
    assert any(SENTENCE in passage.text for passage in passages)


@needs_tesseract
def test_columns_of_a_scan_come_one_after_the_other(document: Document) -> None:
    text = words(document.pages[1].text)
    assert (
        text.index("The planner denoises") < text.index(SENTENCE[-20:]) < text.index("The planner succeeds")
    )


@needs_tesseract
def test_a_quote_from_a_scan_is_marked_where_it_stands(
    reader: Reader, scan: Path, document: Document
) -> None:
    from PIL import Image, ImageChops

    passage = next(passage for passage in cut(document) if SENTENCE in passage.text)
    start = passage.text.index(SENTENCE)
    spans = located(passage.spans, start, start + len(SENTENCE))
    page = document.pages[spans[0].page - 1]
    assert page.raw_span(spans[0].start, spans[0].end) == (0, 0)  # pdfium knows no character there
    boxes = [box for span in spans for box in page.boxes(span.start, span.end)]
    assert 1 <= len(boxes) <= 4  # a box a line
    plain, marked = (
        Image.open(BytesIO(reader.page_image(scan, page.number, boxes=given))).convert("RGB")
        for given in ((), boxes)
    )
    changed = ImageChops.difference(plain, marked).getbbox()
    assert changed is not None
    left, top, right, bottom = (edge / 2.0 for edge in changed)  # two pixels a point
    assert 60 < left < right < pdfs.WIDTH / 2  # in the first column
    cropped = marked.crop(changed)
    assert cropped.convert("L").getextrema()[0] < 60  # there is print under the mark
    assert bottom - top < 80


@needs_tesseract
def test_what_was_read_by_ocr_survives_the_index(document: Document) -> None:
    from corpus.document import from_json, pack, to_json, unpack

    page = from_json(to_json(document)).pages[0]
    assert page == document.pages[0]
    assert unpack(pack(page.raw)) == page.raw
    assert page.by_ocr
    at = page.text.index("Robots")
    (box,) = page.boxes(at, at + len("Robots"))
    assert 60 < box[0] < box[2] < 150


@needs_tesseract
def test_only_the_pages_without_text_are_read_by_ocr(reader: Reader, tmp_path: Path, scan: Path) -> None:
    import pypdf

    writer = pypdf.PdfWriter(
        clone_from=pdfs.with_text(tmp_path / "typed.pdf", ["All is well here.", "And here."])
    )
    writer.append(scan, pages=(0, 1))
    writer.write(tmp_path / "mixed.pdf")
    document = reader.read(tmp_path / "mixed.pdf")
    assert document.remarks == ("1 of 3 pages read by OCR (page 3)",)
    assert [page.by_ocr for page in document.pages] == [False, False, True]


@needs_tesseract
def test_a_sheet_that_lay_askew_is_read(reader: Reader, tmp_path: Path) -> None:
    askew = pdfs.scanned(tmp_path / "askew.pdf", [pdfs.INTRODUCTION], angle=1.5)
    assert "nothing about the goal at hand" in words(reader.read(askew).pages[0].text)


@needs_tesseract
def test_pictures_without_letters_are_refused_after_looking(reader: Reader, tmp_path: Path) -> None:
    path = pdfs.image_only(tmp_path / "grey.pdf")
    with pytest.raises(UnreadableDocument, match=r"only pictures, in which OCR finds none either\.$"):
        reader.read(path)


@needs_tesseract
def test_a_language_that_is_not_there_is_named(scan: Path) -> None:
    with (
        Reader(Limits(ocr="eng+xyz")) as reader,
        pytest.raises(UnreadableDocument, match=r"lacks the language 'xyz'"),
    ):
        reader.read(scan)


@needs_tesseract
def test_ocr_stops_at_its_limit_of_pages(scan: Path) -> None:
    with Reader(Limits(ocr_pages=1)) as reader:
        assert reader.read(scan).remarks == (
            "1 of 2 pages read by OCR (page 1)",
            "1 of 2 pages hold no text (page 2)",
        )


def test_switched_off_a_scan_is_named_and_not_read(scan: Path) -> None:
    with (
        Reader(Limits(ocr="")) as reader,
        pytest.raises(UnreadableDocument, match="run it through OCR and add the result"),
    ):
        reader.read(scan)


def test_without_tesseract_the_refusal_names_it(
    scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with Reader() as reader, pytest.raises(UnreadableDocument) as caught:
        reader.read(scan)
    said = str(caught.value)
    assert "install tesseract (Debian: tesseract-ocr)" in said
    assert "\n" not in said
    assert not ocr.could_be_read_now(said, "eng")
    monkeypatch.undo()
    assert ocr.could_be_read_now(said, "eng") == (shutil.which("tesseract") is not None)


def _program(folder: Path, script: str) -> None:
    """A tesseract that does as `script` says."""
    program = folder / "tesseract"
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = --list-langs ]; then printf "List\\neng\\n"; exit; fi\n{script}\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize(
    "script",
    ["exit 1", "echo nonsense", "kill -9 $$", "head -c 3000000 /dev/urandom"],
    ids=["fails", "babbles", "dies", "noise"],
)
def test_a_tesseract_that_goes_wrong_costs_one_sentence(
    scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    _program(tmp_path, script)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with Reader() as reader, pytest.raises(UnreadableDocument, match="OCR finds none either"):
        reader.read(scan)


def test_the_clock_counts_each_page_of_a_scan_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long_scan = pdfs.image_only(tmp_path / "long.pdf", pages=5)
    _program(tmp_path, "sleep 0.6")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with Reader(Limits(seconds=2.5)) as reader, pytest.raises(UnreadableDocument, match="OCR finds none"):
        reader.read(long_scan)  # three seconds and more in all


def test_a_page_that_hangs_in_tesseract_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pdfs.image_only(tmp_path / "hangs.pdf")
    _program(tmp_path, "exec sleep 60")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    began = time.monotonic()
    with Reader(Limits(seconds=2)) as reader, pytest.raises(UnreadableDocument, match="took longer than 2 s"):
        reader.read(path)
    assert time.monotonic() - began < 10


def test_noise_and_low_confidence_are_not_taken_for_words() -> None:
    head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
    rows = [
        "4\t1\t1\t1\t1\t0\t100\t100\t300\t40\t-1\t",
        "5\t1\t1\t1\t1\t1\t100\t100\t90\t40\t96\tGras-",
        "5\t1\t1\t1\t2\t1\t100\t150\t90\t40\t91\tping",
        "5\t1\t1\t1\t2\t2\t200\t150\t90\t40\t12\t~~|",
    ]
    found = ocr.from_table("\n".join([head, *rows]), 0.25)
    assert [(line.text, line.broken) for line in found.lines] == [("Gras", True), ("ping", False)]
    assert list(found.boxes) == [2500, 2500, 4750, 3500, 2500, 3750, 4750, 4750]
    assert found.lines[1].raw.tolist() == [1, 1, 1, 1]
