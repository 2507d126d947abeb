"""The reading process: opens PDFs so that a hostile one can only hurt this child.

Speaks one JSON object a line on its standard input and output; started by `corpus.reader`.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import logging
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus import byline, ocr, remarks
from corpus.cleaning import clean, vocabulary
from corpus.document import Document, Page, to_json
from corpus.drawing import boxes_of, render
from corpus.front_page import (
    looks_like_a_title,
    stamped_id,
    structure,
    suggested_year,
)
from corpus.garbled import spelled_out
from corpus.glyphs import Sheet
from corpus.highlighting import highlighted
from corpus.layout import classify
from corpus.lines import Line, page_lines, text_page
from corpus.opening import Refused, open_pdf

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable

_page_cpu_seconds: list[int] = []  # of one page; set as a reading process starts, no other process is bounded
MOST_CHARACTERS = 20_000_000  # of one PDF; a thesis of 500 pages has 1.5 million


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound this process; on systems without `resource` the parent's clock alone bounds it."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))


def allow(pages: int = 1) -> None:
    """Let this reading process compute for so many pages from now on; the system ends one that takes more."""
    if not _page_cpu_seconds:
        return
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 1 + pages * _page_cpu_seconds[0], hard))


def end_with(parent: int) -> None:
    """End this process soon after its parent was killed, even in the middle of a hostile file."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def read(
    path: Path,
    max_pages: int,
    language: str = "",
    ocr_pages: int = 0,
    alive: Callable[[], None] = lambda: None,
) -> Document:
    """The document in `path`.

    Args:
        path: The PDF.
        max_pages: More are refused.
        language: In which OCR reads pages without text, in tesseract's names; "" leaves them unread.
        ocr_pages: As many pages are read by OCR at the most.
        alive: Called before each page that OCR reads, which takes seconds.

    Raises:
        Refused: It cannot be read, and why.
    """
    pdf = open_pdf(path)
    count = len(pdf)
    if count == 0:
        raise Refused("holds no pages")
    if count > max_pages:
        raise Refused(f"has {count:,} pages; the limit is {max_pages:,}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    labels, outline, title, authors = structure(pdf, count)
    pages, sheets, damaged = _lines(pdf, count)
    allow(count)
    pages, garbled = spelled_out(path, pages)
    empty = {index for index, lines in enumerate(pages) if not any(line.text.strip() for line in lines)}
    wanted = sorted(empty | garbled) if len(garbled) * 2 > count else sorted(empty)
    lacks = ocr.lacking(language) if wanted else ""
    boxes: dict[int, array[int]] = {}
    unsure: set[int] = set()
    for index in wanted[:ocr_pages] if not lacks else ():
        alive()
        with contextlib.suppress(Exception):  # a page that cannot be drawn stays as it is
            found = ocr.recognise(pdf[index], language)
            if found.lines:
                pages[index], boxes[index] = found.lines, found.boxes
                unsure |= {index} if found.unsure else set()
                sheets[index] = Sheet(*pdf[index].get_size())
    empty -= boxes.keys()
    garbled -= boxes.keys()
    if len(empty) == count:
        raise Refused(f"holds no text, only pictures{lacks or ', in which OCR finds none either'}")
    if len(garbled) * 2 > count:
        raise Refused(f"has fonts whose text cannot be read{lacks or ', nor its pages by OCR'}")
    layouts, proposed = classify(pages, sheets, outline, pictured=0 in boxes)
    words = vocabulary(pages)
    cleaned = []
    for index, layout in enumerate(layouts):
        text, raw, blocks = clean(layout, words)
        raw.extend(boxes.get(index, ()))
        cleaned.append(Page(index + 1, labels[index], text, blocks, raw, *sheets[index].size))
    if 0 in boxes:
        authors = "; ".join(byline.plausible(authors))
    else:
        authors = byline.authors(pdf, pages[0], proposed, authors)
    return Document(
        sha256=digest,
        pages=tuple(cleaned),
        title=title if looks_like_a_title(title) else proposed,
        authors=authors,
        arxiv=stamped_id(pages),
        year=suggested_year(pages) or byline.made_in(pdf),
        outline=outline,
        remarks=remarks.remarks(
            count,
            recognised=boxes.keys(),
            unsure=unsure,
            garbled=garbled,
            empty=empty - damaged,
            damaged=damaged,
            attached=remarks.attachments(pdf),
            invisible=remarks.invisible(pdf, cleaned),
            text="".join(page.text for page in cleaned),
        ),
    )


def _lines(pdf: Any, count: int) -> tuple[list[list[Line]], list[Sheet], set[int]]:
    """Every page's lines and what is drawn around them, and which pages are damaged."""
    pages: list[list[Line]] = []
    sheets: list[Sheet] = []
    damaged: set[int] = set()
    characters = 0
    for index in range(count):
        allow()
        try:
            page = pdf[index]
            textpage = text_page(page)
            lines, made = page_lines(page, textpage)
            textpage.close()
            page.close()
        except Exception:  # noqa: BLE001 - one broken page costs that page, whatever pdfium says of it
            lines, made = [], Sheet(1.0, 1.0)
            damaged.add(index)
        pages.append(lines)
        sheets.append(made)
        characters += sum(len(line.text) for line in lines)
        if characters > MOST_CHARACTERS:
            raise Refused(f"holds more than {MOST_CHARACTERS:,} characters, which no paper does")
    return pages, sheets, damaged


def answer(request: dict[str, Any], alive: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """What one request gets: {"ok": …} or {"refused": why}."""
    path = Path(request["path"])
    allow()
    try:
        if request["do"] == "read":
            limits = (request["max_pages"], request["ocr"], request["ocr_pages"])
            return {"ok": to_json(read(path, *limits, alive))}
        if request["do"] == "boxes":
            return {"ok": boxes_of(path, request["spans"])}
        if request["do"] == "highlight":
            return {"ok": base64.b64encode(highlighted(path, request["marks"])).decode("ascii")}
        crop = request.get("crop")
        marks = request["spans"], request["scale"], request["boxes"]
        png = render(path, request["page"], *marks, tuple(crop) if crop else None)
        return {"ok": base64.b64encode(png).decode("ascii")}
    except Refused as reason:
        return {"refused": str(reason)}
    except FileNotFoundError:
        return {"refused": "is not there"}
    except PermissionError:
        return {"refused": "may not be read by this user"}
    except MemoryError:
        return {"refused": "needs more memory than a paper may take"}
    except Exception as error:  # noqa: BLE001 - whatever a hostile file does must come back as one line
        return {"refused": f"cannot be read ({type(error).__name__})"}


def main() -> None:
    """Answer requests until the input ends."""
    logging.disable(logging.CRITICAL)
    settings = json.loads(sys.argv[1])
    limit(settings["memory_bytes"], settings["cpu_seconds"])
    _page_cpu_seconds.append(settings["page_cpu_seconds"])
    end_with(settings["parent"])
    # Whatever prints, a library in C among them, must not break the conversation.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(reply: dict[str, Any]) -> None:
        print(json.dumps(reply), file=out, flush=True)

    for line in sys.stdin:
        say(answer(json.loads(line), lambda: say({"working": True})))


if __name__ == "__main__":
    main()
