from __future__ import annotations

import contextlib
import io
import json
import os
import random
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from corpus import memory
from corpus.errors import UnreadableDocument
from corpus.passages import cut
from corpus.reader import Limits, Reader
from tests import pdfs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from corpus.document import Document

MEGABYTE = 1024**2


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(Limits(seconds=20, memory_bytes=700 * MEGABYTE, pages=50, ocr="")) as opened:
        yield opened


def words(document: Document, page: int = 1) -> str:
    return " ".join(document.pages[page - 1].text.split())


def refusal(reader: Reader, path: Path) -> str:
    """The sentence with which a PDF is refused; the reader must still read the next one."""
    with pytest.raises(UnreadableDocument) as caught:
        reader.read(path)
    said = str(caught.value)
    assert said.startswith(path.name)
    assert said.endswith(".")
    assert "\n" not in said
    assert len(said) < 160
    good = pdfs.with_text(path.with_name("good.pdf"), ["All is well."])
    assert words(reader.read(good)) == "All is well."
    return said.removeprefix(path.name).strip()


def test_a_plain_paper_is_read_with_its_title_authors_and_headings(reader: Reader, tmp_path: Path) -> None:
    path = pdfs.simple_paper(tmp_path / "plain.pdf", stamp="2401.01234v2", pages=3)
    document = reader.read(path)
    assert document.title == "Planning with Diffusion and Value"
    assert document.authors == "Ada Example; Ben Sample"
    assert (document.arxiv, document.year) == ("2401.01234", 2024)
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert len(document.sha256) == 64
    for text in pdfs.SECTIONS.values():
        assert text in document.pages[0].text
    first = document.pages[0]
    headings = [first.text[block.start : block.end] for block in first.blocks if block.kind == "heading"]
    assert headings == list(pdfs.SECTIONS)
    assert document.remarks == ()


def test_two_columns_come_one_after_the_other(reader: Reader, tmp_path: Path) -> None:
    text = words(reader.read(pdfs.two_columns(tmp_path / "columns.pdf")))
    assert text.endswith(f"{pdfs.INTRODUCTION} {pdfs.METHOD}")


def test_broken_words_are_joined_and_ligatures_spelled_out(reader: Reader, tmp_path: Path) -> None:
    text = words(reader.read(pdfs.with_hyphens_and_ligatures(tmp_path / "signs.pdf")))
    assert text == (
        "The reinforcement of a specified reward is efficient. A model-based planner is model-based in "
        "every flow. We report it."
    )


def test_roman_labels_are_kept_apart_from_the_physical_page(reader: Reader, tmp_path: Path) -> None:
    document = reader.read(pdfs.roman_labels(tmp_path / "thesis.pdf"))
    assert [(page.number, page.label) for page in document.pages] == [
        (1, "i"),
        (2, "ii"),
        (3, "iii"),
        (4, "1"),
        (5, "2"),
    ]
    assert [page.text.strip() for page in document.pages] == list(pdfs.ROMAN_PAGES)


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
@pytest.mark.parametrize("upright", [True, False])
def test_turned_pages_are_read_from_their_first_line_on(
    reader: Reader, tmp_path: Path, angle: int, upright: bool
) -> None:
    path = pdfs.rotated(tmp_path / "turned.pdf", angle, upright=upright)
    assert words(reader.read(path)) == pdfs.INTRODUCTION


def test_a_paper_locked_only_against_changes_is_read(reader: Reader, tmp_path: Path) -> None:
    assert pdfs.METHOD in words(reader.read(pdfs.owner_locked(tmp_path / "locked.pdf")))


def holding(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (pdfs.encrypted, "is encrypted: save a copy without a password"),
        (pdfs.empty_file, "is empty: fetch or copy it again"),
        (pdfs.image_only, "holds no text, only pictures: run it through OCR"),
        (pdfs.not_a_pdf, "is not a PDF but a web page: open its address in a browser"),
        (lambda path: holding(path, b"PK\x03\x04 slides"), "is not a PDF but a zip archive or office file"),
        (lambda path: holding(path, b"words"), "is not a PDF, whatever its name says: fetch it again"),
        (lambda path: holding(path.with_suffix(".txt"), b"words"), "is not a PDF: only PDFs can be added"),
        (pdfs.truncated, "is damaged and cannot be opened: fetch it again"),
        (lambda path: pdfs.many_pages(path, 10_000), "has 10,000 pages; the limit is 50"),
        (lambda path: path, "is not there"),
        (lambda path: path.mkdir() or path, "is a folder"),
    ],
    ids=[
        "encrypted",
        "empty",
        "scan",
        "web page",
        "zip",
        "words",
        "text file",
        "truncated",
        "10,000 pages",
        "missing",
        "folder",
    ],
)
def test_what_cannot_be_read_costs_one_sentence(
    reader: Reader, tmp_path: Path, make: Callable[[Path], Path], why: str
) -> None:
    assert why in refusal(reader, make(tmp_path / "odd paper.pdf"))


def test_a_file_over_the_size_limit_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.truncate(3 * MEGABYTE)
    with Reader(Limits(file_bytes=2 * MEGABYTE)) as reader:
        assert "is larger than 2 MB" in refusal(reader, path)


@pytest.mark.parametrize("object_stream", [False, True], ids=["page content", "object stream"])
def test_a_bomb_of_streams_is_stopped_by_the_memory_limit(
    reader: Reader, tmp_path: Path, object_stream: bool
) -> None:
    path = pdfs.zip_bomb(tmp_path / "bomb.pdf", 2048 * MEGABYTE, object_stream=object_stream)
    assert path.stat().st_size < MEGABYTE
    assert "memory" in refusal(reader, path)


def test_a_file_that_takes_too_long_is_stopped_by_the_clock(tmp_path: Path) -> None:
    path = pdfs.zip_bomb(tmp_path / "slow.pdf", 4096 * MEGABYTE)
    with Reader(Limits(seconds=2, memory_bytes=6144 * MEGABYTE)) as reader:
        reader.read(pdfs.with_text(tmp_path / "warm.pdf", ["The child is up."]))
        began = time.monotonic()
        assert refusal(reader, path) == "took longer than 2 s to read."
        assert time.monotonic() - began < 10


def test_a_page_that_takes_too_much_computing_is_stopped_however_busy_the_machine(tmp_path: Path) -> None:
    path = pdfs.zip_bomb(tmp_path / "bomb.pdf", 512 * MEGABYTE)
    with Reader(Limits(page_cpu_seconds=0, memory_bytes=6144 * MEGABYTE)) as reader:
        assert "of computing for one page" in refusal(reader, path)
        assert len(reader.read(pdfs.with_text(tmp_path / "good.pdf", ["All is well."])).pages) == 1


def test_little_free_memory_is_shared_among_the_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free", lambda: 1200 * MEGABYTE)
    assert memory.share(Limits().memory_bytes, 1) == 1024 * MEGABYTE
    assert memory.share(Limits().memory_bytes, 2) == 600 * MEGABYTE
    assert memory.share(Limits().memory_bytes, 20) == memory.LEAST
    monkeypatch.setattr(memory, "free", lambda: None)
    assert memory.share(Limits().memory_bytes, 20) == Limits().memory_bytes


def test_a_killed_child_costs_one_file_and_is_replaced(tmp_path: Path) -> None:
    path = pdfs.zip_bomb(tmp_path / "victim.pdf", 2048 * MEGABYTE)
    good = pdfs.with_text(tmp_path / "good.pdf", ["All is well."])
    with Reader(Limits(seconds=20)) as reader:
        reader.read(good)
        child = reader._child
        assert child is not None
        killer = threading.Timer(0.3, os.kill, (child.pid, signal.SIGKILL))
        killer.start()
        with pytest.raises(UnreadableDocument, match=r"^victim\.pdf stopped the reader"):
            reader.read(path)
        assert words(reader.read(good)) == "All is well."
        assert reader._child is not None
        assert reader._child.pid != child.pid


def test_a_child_killed_between_two_files_costs_nothing(tmp_path: Path) -> None:
    good = pdfs.with_text(tmp_path / "good.pdf", ["All is well."])
    with Reader() as reader:
        reader.read(good)
        assert reader._child is not None
        reader._child.kill()
        reader._child.wait()
        assert words(reader.read(good)) == "All is well."


def test_the_child_ends_with_its_reader(tmp_path: Path) -> None:
    with Reader() as reader:
        reader.read(pdfs.with_text(tmp_path / "good.pdf", ["All is well."]))
        child = reader._child
    assert child is not None
    assert child.poll() is not None


def test_nothing_in_the_current_folder_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trap = "import pathlib; pathlib.Path('sprung').touch()"
    (tmp_path / "corpus").mkdir()
    for name in ("corpus/__init__.py", "json.py", "pypdf.py", "pypdfium2.py"):
        (tmp_path / name).write_text(trap)
    monkeypatch.chdir(tmp_path)
    pdfs.with_text(tmp_path / "good.pdf", ["All is well."])
    with Reader() as reader:
        assert words(reader.read(tmp_path / "good.pdf")) == "All is well."
    assert not (tmp_path / "sprung").exists()


def test_a_relative_path_and_a_name_in_any_script_are_read(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pdfs.with_text(tmp_path / "données – 論文.pdf", ["All is well."])
    reader.read(path)  # the child has started elsewhere
    monkeypatch.chdir(tmp_path)
    assert words(reader.read(path.relative_to(tmp_path))) == "All is well."


def test_hostile_metadata_comes_as_one_printable_line(reader: Reader, tmp_path: Path) -> None:
    import pypdf
    from pypdf.generic import ByteStringObject, NameObject

    path = pdfs.with_text(tmp_path / "meta.pdf", ["All is well with this paper."])
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(path.read_bytes()))
    writer.add_metadata({"/Title": "A title\nof \x00many\x1b[31m lines " + "x" * 5_000})
    half = ByteStringObject(b"\xfe\xff" + "Ada ".encode("utf-16-be") + b"\xd8\x00")  # half a character
    assert writer._info is not None
    writer._info[NameObject("/Author")] = half
    writer.write(path)
    document = reader.read(path)
    assert document.title.startswith("A title of many")
    assert document.title.isprintable()
    assert len(document.title) <= 1_000
    json.dumps([document.title, document.authors], ensure_ascii=False).encode()


def test_fewer_labels_than_pages_leave_the_plain_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pypdfium2

    from corpus import reading

    path = pdfs.with_text(tmp_path / "three.pdf", ["One is here.", "Two is here.", "Three is here."])
    monkeypatch.setattr(pypdfium2.PdfDocument, "get_page_label", lambda _, index: ["i"][index])
    assert [page.label for page in reading.read(path, 10).pages] == ["i", "2", "3"]


def test_labels_that_repeat_give_way_to_physical_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pypdfium2

    from corpus import reading

    path = pdfs.with_text(tmp_path / "three.pdf", ["One is here.", "Two is here.", "Three is here."])
    monkeypatch.setattr(pypdfium2.PdfDocument, "get_page_label", lambda _, index: ["1", "1", "1"][index])
    assert [page.label for page in reading.read(path, 10).pages] == ["1", "2", "3"]


def test_a_page_without_text_among_others_is_remarked_on(reader: Reader, tmp_path: Path) -> None:
    path = pdfs.with_text(tmp_path / "gap.pdf", ["All is well.", "", "All is well again."])
    document = reader.read(path)
    assert document.remarks == ("1 of 3 pages hold no text (page 2)",)
    assert [bool(page.text) for page in document.pages] == [True, False, True]


def test_a_page_that_is_not_there_cannot_be_drawn(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"^none\.pdf has no page 9\.$"):
        reader.page_image(pdfs.with_text(tmp_path / "none.pdf", ["One page."]), 9)


def test_a_damaged_file_is_read_or_refused_and_nothing_else(reader: Reader, tmp_path: Path) -> None:
    chance = random.Random(7)
    whole = pdfs.simple_paper(tmp_path / "whole.pdf", pages=3).read_bytes()
    path = tmp_path / "damaged.pdf"
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 10, 100))):
            damaged[chance.randrange(20, len(whole))] = chance.randrange(256)
        path.write_bytes(damaged)
        with contextlib.suppress(UnreadableDocument):
            cut(reader.read(path))


@pytest.mark.papers
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("astar-image-only.pdf", "holds no text"),
        ("v205-zhang23c-no-text-layer.pdf", "holds no text"),
        ("rrt-garbled.pdf", "cannot be read"),
    ],
)
def test_real_scans_and_gibberish_are_refused(papers_dir: Path, name: str, why: str) -> None:
    with Reader(Limits(ocr="")) as reader, pytest.raises(UnreadableDocument, match=why):
        reader.read(papers_dir / "odd" / name)


def test_only_a_process_of_its_own_is_bounded_by_what_it_reads(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    from corpus import reading

    reading.read(pdfs.with_text(tmp_path / "here.pdf", ["Nothing bounds the program that reads this."]), 10)
    assert resource.getrlimit(resource.RLIMIT_CPU)[0] == resource.RLIM_INFINITY
