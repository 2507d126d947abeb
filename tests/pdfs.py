"""PDFs made for tests: plain papers, odd ones and hostile ones; nothing binary is kept in the repository.

Every function writes one file and returns its path, so that a test reads as
`reader.read(pdfs.two_columns(tmp_path / "a.pdf"))`.
"""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, MARGIN = 612.0, 792.0, 72.0
BODY, LEADING = 10.0, 12.0
MEGABYTE = 1024**2

ABSTRACT = (
    "Robots that learn from rewards need many trials before they act well. We describe a planner that "
    "draws whole trajectories from a diffusion model and lets a learned value function choose among them. "
    "On seven manipulation tasks it reaches the goal in 81 of 100 attempts, and it needs no reward model."
)
INTRODUCTION = (
    "Reinforcement learning asks for a reward, and a reward is seldom written down without mistakes. "
    "Generative models know much about plausible behaviour but nothing about the goal at hand. "
    "This paper joins the two: the generative model proposes and the value function disposes. "
    "We train the proposal on 4,200 demonstrations that were recorded on two arms."
)
METHOD = (
    "The planner denoises a sequence of 32 states in 20 steps. A value function, trained by temporal "
    "differences, scores each candidate, and the best of 64 candidates is carried out. "
    "We found a guidance weight of 1.4 to be a good choice on every task."
)
RESULTS = (
    "The planner succeeds in 81 percent of the attempts, behaviour cloning in 54 percent. "
    "Without the value function the rate falls to 60 percent. Longer horizons did not help."
)
ROMAN_PAGES = (
    "A thesis opens with a preface that thanks everyone.",
    "The second leaf lists what follows, chapter by chapter.",
    "Symbols are explained before the first chapter starts.",
    "Chapter one states the problem in plain words.",
    "Diffusion planners are introduced on this leaf.",
)
SECTIONS: dict[str, str] = {
    "Abstract": ABSTRACT,
    "1 Introduction": INTRODUCTION,
    "2 Method": METHOD,
    "3 Results": RESULTS,
    "References": "[1] A. Author and B. Writer. A study of planners. In Proceedings of Robotics, 2021.",
}


def simple_paper(
    path: Path,
    *,
    title: str = "Planning with Diffusion and Value",
    sections: Mapping[str, str] | None = None,
    pages: int = 1,
    authors: str = "Ada Example; Ben Sample",
    stamp: str = "",
) -> Path:
    """A one-column paper: large title, bold headings, running text.

    Args:
        path: Where it is written.
        title: Printed on page one and set in the metadata.
        sections: Heading to text; paragraphs are parted by a blank line. SECTIONS where None.
        pages: As many pages at the least; further ones carry the text "More on page N.".
        authors: Set in the metadata and printed under the title.
        stamp: An arXiv id with version ("2401.01234v2") for the margin of page one.
    """
    canvas = _canvas(path, title=title, author=authors)
    if stamp:
        canvas.saveState()
        canvas.translate(24, 240)
        canvas.rotate(90)
        canvas.setFont("Times-Roman", 20)
        canvas.drawString(0, 0, f"arXiv:{stamp}  [cs.RO]  3 Jan 2024")
        canvas.restoreState()
    canvas.setFont("Times-Bold", 17)
    y = HEIGHT - MARGIN
    for line in _wrapped(title, "Times-Bold", 17, WIDTH - 2 * MARGIN):
        canvas.drawString(MARGIN, y, line)
        y -= 20
    canvas.setFont("Times-Roman", BODY)
    canvas.drawString(MARGIN, y, authors)
    y -= 2 * LEADING
    for heading, text in (SECTIONS if sections is None else sections).items():
        y = _room(canvas, y - 8, 3 * LEADING)
        canvas.setFont("Times-Bold", 12)
        canvas.drawString(MARGIN, y, heading)
        y -= 16
        for paragraph in text.split("\n\n"):
            for line in _wrapped(paragraph, "Times-Roman", BODY, WIDTH - 2 * MARGIN):
                y = _room(canvas, y, LEADING)
                canvas.setFont("Times-Roman", BODY)
                canvas.drawString(MARGIN, y, line)
                y -= LEADING
    canvas.showPage()
    while canvas.getPageNumber() <= pages:
        canvas.setFont("Times-Roman", BODY)
        canvas.drawString(MARGIN, HEIGHT - MARGIN, f"More on page {canvas.getPageNumber()}.")
        canvas.showPage()
    canvas.save()
    return path


def with_text(path: Path, pages: Sequence[str], *, title: str = "", font: str = "Times-Roman") -> Path:
    """One page per string; a line feed breaks the line, long lines are wrapped, "# " makes a bold heading."""
    canvas = _canvas(path, title=title)
    for text in pages:
        y = HEIGHT - MARGIN
        for given in text.split("\n"):
            heading = given.startswith("# ")
            name, size = ("Times-Bold", 12.0) if heading else (font, BODY)
            for line in _wrapped(given.removeprefix("# "), name, size, WIDTH - 2 * MARGIN):
                canvas.setFont(name, size)
                canvas.drawString(MARGIN, y, line)
                y -= size * 1.25
        canvas.showPage()
    canvas.save()
    return path


def two_columns(path: Path, *, left: str = INTRODUCTION, right: str = METHOD) -> Path:
    """One page with a title across both columns; `left` stands in the first, `right` in the second."""
    canvas = _canvas(path)
    canvas.setFont("Times-Bold", 17)
    canvas.drawString(MARGIN, HEIGHT - MARGIN, "A Paper Set in Two Columns")
    gap = 18.0
    width = (WIDTH - 2 * MARGIN - gap) / 2
    for x, text in ((MARGIN, left), (MARGIN + width + gap, right)):
        y = HEIGHT - MARGIN - 40
        canvas.setFont("Times-Roman", BODY)
        for line in _wrapped(text, "Times-Roman", BODY, width):
            canvas.drawString(x, y, line)
            y -= LEADING
    canvas.save()
    return path


def with_hyphens_and_ligatures(path: Path) -> Path:
    """Words broken at line ends, one of them a true compound, and words set with ligature glyphs.

    Its text as a reader should get it: "The reinforcement of a specified reward is efficient. A model-based
    planner is model-based in every flow. We report it."
    """
    from reportlab.pdfbase import pdfmetrics, ttfonts  # type: ignore[import-untyped]

    pdfmetrics.registerFont(ttfonts.TTFont("Vera", "Vera.ttf"))
    canvas = _canvas(path)
    lines = (
        "The reinforce-",
        "ment of a speciﬁed reward is efﬁcient. A model-",
        "based planner is model-based in every ﬂow. We re-",
        "port it.",
    )
    y = HEIGHT - MARGIN
    for line in lines:
        canvas.setFont("Vera", BODY)
        canvas.drawString(MARGIN, y, line)
        y -= 14
    canvas.save()
    return path


def roman_labels(path: Path) -> Path:
    """Five pages labelled i, ii, iii, 1, 2, each with a paragraph of its own: ROMAN_PAGES."""
    import pypdf
    from pypdf.constants import PageLabelStyle

    with_text(path, ROMAN_PAGES)
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(path.read_bytes()))
    writer.set_page_label(0, 2, PageLabelStyle.LOWERCASE_ROMAN, start=1)
    writer.set_page_label(3, 4, PageLabelStyle.DECIMAL, start=1)
    return _written(writer, path)


def rotated(path: Path, angle: int = 90, text: str = INTRODUCTION, *, upright: bool = True) -> Path:
    """One page of text that the viewer turns clockwise by `angle`, 0, 90, 180 or 270 degrees.

    Where `upright`, the text is drawn turned the other way, as a landscape table is, and so shows
    upright; else it shows turned by `angle`.
    """
    import pypdf

    canvas = _canvas(path)
    if upright:
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(angle)
        canvas.translate(-WIDTH / 2, -HEIGHT / 2)
    y = 600.0
    for line in _wrapped(text, "Times-Roman", BODY, WIDTH - 2 * MARGIN):
        canvas.setFont("Times-Roman", BODY)
        canvas.drawString(MARGIN, y, line)
        y -= LEADING
    canvas.save()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(path.read_bytes()))
    writer.pages[0].rotate(angle)
    return _written(writer, path)


def encrypted(path: Path, password: str = "let me in") -> Path:  # noqa: S107 - the point of the file
    """A paper that opens only with `password`."""
    return _locked(path, user=password)


def owner_locked(path: Path) -> Path:
    """A paper that opens without a password; only changing it needs one."""
    return _locked(path, user="")


def empty_file(path: Path) -> Path:
    """No bytes at all."""
    path.write_bytes(b"")
    return path


def not_a_pdf(path: Path) -> Path:
    """A web page under a PDF's name."""
    path.write_text("<!doctype html><title>Please log in</title><p>Please log in to read this paper.</p>")
    return path


def truncated(path: Path, kept: float = 0.4) -> Path:
    """A paper of which only the first part came down."""
    whole = simple_paper(path, pages=4).read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    return path


def image_only(path: Path, pages: int = 2) -> Path:
    """A scan: every page is a picture."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]

    canvas = _canvas(path)
    picture = ImageReader(Image.new("RGB", (60, 80), (200, 210, 220)))
    for _ in range(pages):
        canvas.drawImage(picture, MARGIN, MARGIN, 400, 600)
        canvas.showPage()
    canvas.save()
    return path


def scanned(path: Path, pages: Sequence[str], *, angle: float = 0.0) -> Path:
    """A scan of printed pages: each string drawn as a picture at 300 dpi, two columns where it holds "||".

    Args:
        path: Where it is written.
        pages: The pages' texts; a line feed breaks the line, "# " makes a heading.
        angle: How far the sheet lay askew, in degrees.
    """
    from PIL import Image, ImageDraw, ImageFont
    from reportlab.lib.utils import ImageReader, simpleSplit

    per_point = 300 / 72
    font, large = (_vera(ImageFont, size * per_point) for size in (BODY, 17.0))
    canvas = _canvas(path)
    for text in pages:
        picture = Image.new("L", (int(WIDTH * per_point), int(HEIGHT * per_point)), 250)
        brush = ImageDraw.Draw(picture)
        columns = text.split("||")
        width = (WIDTH - 2 * MARGIN - 24 * (len(columns) - 1)) / len(columns)
        for number, column in enumerate(columns):
            x, y = MARGIN + number * (width + 24), MARGIN
            for given in column.strip().split("\n"):
                chosen, size = (large, 17.0) if given.startswith("# ") else (font, BODY)
                for line in simpleSplit(given.removeprefix("# "), "Helvetica", size * 1.25, width):
                    brush.text((x * per_point, y * per_point), line, font=chosen, fill=20)
                    y += size * 1.6
        canvas.drawImage(ImageReader(picture.rotate(angle, fillcolor=250)), 0, 0, WIDTH, HEIGHT)
        canvas.showPage()
    canvas.save()
    return path


def _vera(fonts: Any, size: float) -> Any:
    """The typeface that comes with reportlab, in pixels."""
    import reportlab  # type: ignore[import-untyped]

    return fonts.truetype(str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"), round(size))


def many_pages(path: Path, count: int) -> Path:
    """`count` pages that share one line of text; 10,000 take a moment only."""
    kids = b" ".join(b"%d 0 R" % number for number in range(5, 5 + count))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 3 0 R>>>>>>"
    return _assembled(
        path,
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>",
        _stream(b"", b"BT /F 10 Tf 72 700 Td (One of many pages.) Tj ET"),
        *[page] * count,
    )


def zip_bomb(path: Path, size: int = 4 * 1024 * MEGABYTE, *, object_stream: bool = False) -> Path:
    """A file of a few kilobytes whose one stream grows to `size` bytes.

    Args:
        path: Where it is written.
        size: Bytes after both layers of compression are undone, in whole megabytes.
        object_stream: Whether the stream is one that holds objects, which a reader unpacks as it
            opens the file, else it is the page's content.
    """
    bomb = zlib.compress(_zeros(size), 9)
    filters = b"/Filter[/FlateDecode/FlateDecode]"
    if object_stream:
        filters += b"/Type/ObjStm/N 1/First 8"
    contents = b"6 0 R" if object_stream else b"4 0 R"
    return _assembled(
        path,
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[5 0 R]>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>",
        _stream(filters, bomb),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %s/Resources<</Font<</F 3 0 R>>>>>>"
        % contents,
        inside={6: 4} if object_stream else {},
    )


def _canvas(path: Path, title: str = "", author: str = "") -> Any:
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    return canvas


def _wrapped(text: str, font: str, size: float, width: float) -> list[str]:
    from reportlab.lib.utils import simpleSplit

    return list(simpleSplit(text, font, size, width))


def _room(canvas: Any, y: float, needed: float) -> float:
    """`y`, or the top of a new page where less than `needed` points are left."""
    if y - needed > MARGIN:
        return y
    canvas.showPage()
    return HEIGHT - MARGIN


def _written(writer: Any, path: Path) -> Path:
    with path.open("wb") as file:
        writer.write(file)
    return path


def _locked(path: Path, user: str) -> Path:
    import pypdf

    simple_paper(path)
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(path.read_bytes()))
    writer.encrypt(user_password=user, owner_password="the owner's", algorithm="RC4-128")  # noqa: S106
    return _written(writer, path)


def _zeros(size: int) -> bytes:
    """`size` zero bytes, compressed without ever being in memory: a flushed block repeats exactly."""
    packer = zlib.compressobj(9)
    block = bytes(MEGABYTE)
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    count = size // MEGABYTE
    checksum = ((count * MEGABYTE) % 65521) << 16 | 1  # Adler-32 (RFC 1950) of zeros alone
    return first + again * (count - 1) + b"\x03\x00" + checksum.to_bytes(4, "big")


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def _assembled(path: Path, *objects: bytes, inside: Mapping[int, int] | None = None) -> Path:
    """A PDF of objects 1, 2, …; the first is the catalogue.

    `inside` names further objects and the object stream in which each is said to lie; such a file
    has its cross-references in a stream (ISO 32000-1, 7.5.8), else in a table.
    """
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    if not inside:
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(places) + 1)
    else:
        rows = [(0, 0, 65535), *((1, place, 0) for place in places)]
        rows += [(2, inside[number], 0) for number in sorted(inside)]
        rows.append((1, start, 0))
        table = b"".join(bytes([kind]) + a.to_bytes(4, "big") + b.to_bytes(2, "big") for kind, a, b in rows)
        entries = b"/Type/XRef/Size %d/W[1 4 2]/Root 1 0 R" % len(rows)
        out += b"%d 0 obj\n%s\nendobj\n" % (len(rows) - 1, _stream(entries, table))
    out += b"startxref\n%d\n%%%%EOF\n" % start
    path.write_bytes(out)
    return path
