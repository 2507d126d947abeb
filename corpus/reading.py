"""The reading process: opens PDFs so that a hostile one can only hurt this child.

Speaks one JSON object a line on its standard input and output; started by `corpus.reader`.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import logging
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.cleaning import clean, vocabulary
from corpus.document import Document, Outline, Page, to_json
from corpus.layout import ARXIV_STAMP, body_size, classify
from corpus.lines import Line, is_garbled, ligature_votes, mend, page_lines, text_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MARK_COLOUR = (255, 214, 10, 96)  # a highlighter's yellow, see-through
VENUE = re.compile(
    r"proceedings|conference|workshop|symposium|journal|transactions|letters|preprint|published|accepted|©|"
    r"neurips|nips|iclr|icml|corl|icra|iros|rss|aaai|pmlr|jmlr",
    re.IGNORECASE,
)
LONGEST_METADATA = 1_000  # characters of a title, of an author list
SAMPLED_PAGES = 3  # as many garbled pages as a second reader is asked to spell out


class Refused(Exception):
    """Why a PDF is not read, in words that follow the file's name."""


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound this process; on systems without `resource` the parent's clock alone bounds it."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))


def open_pdf(path: Path) -> Any:
    """The file opened by pdfium; raises Refused with the reason."""
    import pypdfium2

    if path.stat().st_size == 0:
        raise Refused("is empty")
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(1024):
            raise Refused("is not a PDF")
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Refused("is encrypted: save a copy without a password and add that") from error
        raise Refused("is damaged and cannot be opened: fetch it again") from error
    return pdf


def read(path: Path, max_pages: int) -> Document:
    """The document in `path`; raises Refused."""
    pdf = open_pdf(path)
    count = len(pdf)
    if count == 0:
        raise Refused("holds no pages")
    if count > max_pages:
        raise Refused(f"has {count:,} pages; the limit is {max_pages:,}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    labels, outline, title, authors = structure(path, count)
    pages, unreadable = [], 0
    for index in range(count):
        try:
            textpage = text_page(pdf[index])
            pages.append(page_lines(textpage))
            textpage.close()
        except Exception:  # noqa: BLE001 - one broken page costs that page, whatever pdfium says of it
            pages.append([])
            unreadable += 1
    remarks = []
    pages, remark = spelled_out(path, pages)
    if remark:
        remarks.append(remark)
    empty = sum(not any(line.text.strip() for line in lines) for lines in pages)
    if empty == count:
        raise Refused("holds no text, only pictures: run it through OCR and add the result")
    if empty:
        remarks.append(f"{empty} of {count} pages hold no text")
    if unreadable:
        remarks.append(f"{unreadable} of {count} pages are damaged")
    kinds = classify(pages, outline)
    words = vocabulary(pages)
    cleaned = []
    for index, (lines, page_kinds) in enumerate(zip(pages, kinds, strict=True)):
        text, raw, blocks = clean(lines, page_kinds, words)
        cleaned.append(Page(index + 1, labels[index], text, blocks, raw))
    return Document(
        sha256=digest,
        pages=tuple(cleaned),
        title=title if looks_like_a_title(title) else first_page_title(pages),
        authors=authors,
        arxiv=stamped_id(pages),
        year=suggested_year(pages),
        outline=outline,
        remarks=tuple(remarks),
    )


def structure(path: Path, count: int) -> tuple[list[str], tuple[Outline, ...], str, str]:
    """Page labels, outline, title and authors by pypdf; plain numbers where it finds none."""
    import pypdf

    labels = [str(number) for number in range(1, count + 1)]
    outline: list[Outline] = []
    title = authors = ""
    try:
        reader = pypdf.PdfReader(path)
        with contextlib.suppress(Exception):
            for index, label in enumerate(reader.page_labels[:count]):  # pypdf may count other pages
                labels[index] = tidy(label) or labels[index]
        with contextlib.suppress(Exception):
            about: Mapping[str, Any] = reader.metadata or {}
            title, authors = tidy(about.get("/Title")), tidy(about.get("/Author"))

        def walk(entries: Sequence[Any], level: int) -> None:
            for entry in entries:
                if isinstance(entry, list):
                    walk(entry, level + 1)
                else:
                    number = reader.get_destination_page_number(entry)
                    if number is not None:
                        outline.append(Outline(tidy(entry.title), number + 1, level))

        with contextlib.suppress(Exception):
            walk(reader.outline, 1)
    except Exception:  # structure is a help; the text, by pdfium, is what is needed
        logging.getLogger(__name__).debug("no structure from %s", path, exc_info=True)
    return labels, tuple(outline), title, authors


def tidy(value: object) -> str:
    """Metadata as one printable line: hostile files put line feeds, control signs and half characters there."""
    text = " ".join(str(value or "").split())
    return "".join(sign for sign in text if sign.isprintable())[:LONGEST_METADATA]


def spelled_out(path: Path, pages: list[list[Line]]) -> tuple[list[list[Line]], str]:
    """The pages with ligatures that pdfium cannot name spelled out, learned from pdfminer.six.

    Returns:
        The pages, and a remark where the text stays garbled.
    """
    texts = ["\n".join(line.text for line in lines) for lines in pages]
    garbled = [index for index, text in enumerate(texts) if is_garbled(text)]
    if not garbled:
        return pages, ""
    from pdfminer.high_level import extract_text
    from pdfminer.layout import LAParams

    sample = sorted(garbled, key=lambda index: -len(texts[index]))[:SAMPLED_PAGES]
    try:
        words = re.findall(
            r"[^\W\d_]+", extract_text(str(path), page_numbers=sample, laparams=LAParams(boxes_flow=None))
        )
    except Exception:  # noqa: BLE001 - the second reader may fail in its own ways; then it is no help
        words = []
    letters = ligature_votes("\n".join(texts[index] for index in sample), words)
    mended = [mend(lines, letters) for lines in pages]
    left = sum(is_garbled("\n".join(line.text for line in mended[index])) for index in garbled)
    if left * 2 > len(pages):
        raise Refused("has fonts whose text cannot be read: run it through OCR and add the result")
    return mended, f"on {left} of {len(pages)} pages some letters cannot be read" if left else ""


def stamped_id(pages: list[list[Line]]) -> str:
    """The arXiv id in page one's margin, or ""."""
    for line in pages[0]:
        if match := ARXIV_STAMP.match(line.text):
            return match.group(1)
    return ""


def suggested_year(pages: list[list[Line]]) -> int | None:
    """The year of the arXiv stamp, else of a venue named on page one."""
    stamp = stamped_id(pages)
    if stamp:
        return 2000 + int(stamp[:2])
    for line in pages[0]:
        year = re.search(r"\b(19[89]\d|20[0-4]\d)\b", line.text)
        if year and VENUE.search(line.text):
            return int(year.group(1))
    return None


def looks_like_a_title(title: str) -> bool:
    """Whether metadata holds a title, not a file name or a template's leftover."""
    return len(title.split()) >= 3 and not re.search(
        r"\.(tex|docx?|dvi|pdf)\b|^untitled|template", title, re.IGNORECASE
    )


def first_page_title(pages: list[list[Line]]) -> str:
    """The largest print in page one's upper part, its lines joined."""
    lines = [line for line in pages[0][:25] if not ARXIV_STAMP.match(line.text)]
    if not lines:
        return ""
    largest = max(line.size for line in lines)
    if largest < body_size(pages) * 1.05:
        return " ".join(lines[0].text.split())
    title = ""
    for line in lines[next(i for i, line in enumerate(lines) if line.size == largest) :][:5]:
        small_capitals = line.text.isupper() and line.size >= largest * 0.78
        if line.size < largest * 0.97 and not small_capitals:
            break
        title += line.text.strip() + ("" if line.broken else " ")
    return re.sub(r"\s+([:,?])", r"\1", " ".join(title.split()))


def render(path: Path, page: int, spans: Sequence[tuple[int, int]], scale: float) -> bytes:
    """Page `page` (from 1) as PNG, with pdfium's characters `spans` marked.

    Args:
        path: The PDF.
        page: Physical page, from 1.
        spans: Character numbers (first, one past the last).
        scale: Pixels per point.
    """
    from PIL import Image, ImageDraw

    pdf = open_pdf(path)
    if not 1 <= page <= len(pdf):
        raise Refused(f"has no page {page}")
    sheet = pdf[page - 1]
    width, height = sheet.get_size()
    scale = min(scale, 4000 / max(width, height, 1))
    bitmap = sheet.render(scale=scale)
    picture = bitmap.to_pil().convert("RGB")
    textpage = text_page(sheet)
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    brush = ImageDraw.Draw(layer)
    to_device = bitmap.get_posconv(sheet)
    for first, end in spans:
        for number in range(textpage.count_rects(first, max(0, end - first))):
            left, bottom, right, top = textpage.get_rect(number)
            x0, y0 = to_device.to_bitmap(left, top)
            x1, y1 = to_device.to_bitmap(right, bottom)
            brush.rectangle(
                (min(x0, x1) - 1, min(y0, y1) - 1, max(x0, x1) + 1, max(y0, y1) + 1), fill=MARK_COLOUR
            )
    marked = Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")
    out = io.BytesIO()
    marked.save(out, format="PNG", compress_level=3)
    return out.getvalue()


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What one request gets: {"ok": …} or {"refused": why}."""
    path = Path(request["path"])
    try:
        if request["do"] == "read":
            return {"ok": to_json(read(path, request["max_pages"]))}
        png = render(path, request["page"], request["spans"], request["scale"])
        return {"ok": base64.b64encode(png).decode("ascii")}
    except Refused as reason:
        return {"refused": str(reason)}
    except FileNotFoundError:
        return {"refused": "is not there"}
    except PermissionError:
        return {"refused": "may not be read by this user"}
    except IsADirectoryError:
        return {"refused": "is a folder"}
    except MemoryError:
        return {"refused": "needs more memory than a paper may take"}
    except Exception as error:  # noqa: BLE001 - whatever a hostile file does must come back as one line
        return {"refused": f"cannot be read ({type(error).__name__})"}


def main() -> None:
    """Answer requests until the input ends."""
    logging.disable(logging.CRITICAL)
    settings = json.loads(sys.argv[1])
    limit(settings["memory_bytes"], settings["cpu_seconds"])
    out = sys.stdout
    sys.stdout = sys.stderr  # a library that prints must not break the conversation
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), file=out, flush=True)


if __name__ == "__main__":
    main()
