"""What is less than well read of a PDF, as sentences for the user that name the pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from corpus.document import Page

NAMED: Final = 8  # pages or files are named, before "and … more"
FOREIGN: Final = 0.3  # of the letters, from which a text is in another script
LOOKED_AT: Final = 60  # letters of a page, to see whether its picture shows them
DARK: Final = 128  # of 255: paper is lighter, print is darker
UNPARTED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
LETTER = re.compile(r"[^\W\d_]")
FONTS: Final = "Debian: fonts-noto-cjk"


def remarks(
    count: int,
    *,
    recognised: Collection[int] = (),
    unsure: Collection[int] = (),
    garbled: Collection[int] = (),
    empty: Collection[int] = (),
    damaged: Collection[int] = (),
    attached: Sequence[str] = (),
    invisible: Collection[int] = (),
    text: str = "",
) -> tuple[str, ...]:
    """What a user should know of how a PDF was read; pages are given as indices from 0.

    Args:
        count: How many pages it has.
        recognised: Read by OCR.
        unsure: Read by OCR that is hardly sure of a word.
        garbled: With letters that a font hides.
        empty: Without text.
        damaged: That cannot be opened.
        attached: Names of other files in it.
        invisible: Whose letters page images do not show.
        text: All its text.
    """
    said = []
    if recognised:
        said.append("read by OCR" if len(recognised) == count else _of(count, recognised, "read by OCR"))
    if unsure:
        said.append(
            f"OCR is hardly sure of a word {_on(unsure)}: the text may be in another language or script"
        )
    if garbled:
        said.append(f"on {len(garbled)} of {count} pages some letters cannot be read ({_pages(garbled)})")
    if empty:
        said.append(_of(count, empty, "hold no text"))
    if damaged:
        said.append(_of(count, damaged, "are damaged"))
    if attached:
        one = len(attached) == 1
        said.append(
            f"{'one other file in it is' if one else f'{len(attached)} other files in it are'} not read "
            f"({_listed(attached)}): save and add {'it' if one else 'them'} by {'itself' if one else 'themselves'}"
        )
    if script := foreign(text):
        said.append(f"its text is {script}: it is found by words in that script, not by English ones")
    if invisible:
        said.append(f"page images do not show its letters, as no font here has them: install one ({FONTS})")
    return tuple(said)


def foreign(text: str) -> str:
    """The name of a script without blanks between words in which most of a text is written, or ""."""
    letters = len(LETTER.findall(text))
    found = UNPARTED.findall(text)
    if len(found) <= FOREIGN * letters or not found:
        return ""
    names = {
        "Japanese": r"[\u3040-\u30ff]",
        "Korean": r"[\uac00-\ud7af]",
        "Chinese": r"[\u3400-\u9fff\uf900-\ufaff]",
        "Thai": r"[\u0e00-\u0e7f]",
        "Lao": r"[\u0e80-\u0eff]",
        "Burmese": r"[\u1000-\u109f]",
        "Khmer": r"[\u1780-\u17ff]",
    }
    joined = "".join(found)
    return next(
        (name for name, signs in names.items() if len(re.findall(signs, joined)) > FOREIGN * len(joined)), ""
    )


def attachments(pdf: Any) -> tuple[str, ...]:
    """The names of the other files in a PDF opened by pdfium."""
    try:
        return tuple(str(pdf.get_attachment(n).get_name()) for n in range(min(pdf.count_attachments(), 1000)))
    except Exception:  # noqa: BLE001 - whatever pdfium says of a hostile file, there are just no names
        return ()


def invisible(pdf: Any, pages: Iterable[Page]) -> list[int]:
    """The pages (from 0) with East Asian letters of which their picture shows none, as the font for them is missing."""
    return [page.number - 1 for page in pages if _shows_nothing(pdf, page)]


def _shows_nothing(pdf: Any, page: Page) -> bool:
    numbers = [page.raw[found.start()] for found in EAST_ASIAN.finditer(page.text) if not page.by_ocr][
        :LOOKED_AT
    ]
    if not numbers:
        return False
    try:
        sheet = pdf[page.number - 1]
        picture = sheet.render(scale=1, grayscale=True).to_numpy()
        textpage = sheet.get_textpage()
        for number in numbers:
            left, bottom, right, top = (round(edge) for edge in textpage.get_charbox(number))
            part = picture[
                max(0, round(page.height) - top) : round(page.height) - bottom, max(0, left) : right
            ]
            if part.size and part.min() < DARK:
                return False
    except Exception:  # noqa: BLE001 - a page that cannot be drawn is another matter
        return False
    return True


def _of(count: int, pages: Collection[int], what: str) -> str:
    return f"{len(pages)} of {count} pages {what} ({_pages(pages)})"


def _on(pages: Collection[int]) -> str:
    return f"on {_pages(pages)}"


def _pages(pages: Collection[int]) -> str:
    return f"page{'' if len(pages) == 1 else 's'} {_listed([str(index + 1) for index in sorted(pages)])}"


def _listed(names: Sequence[str]) -> str:
    shown = [*names[:NAMED], *([f"{len(names) - NAMED} more"] if len(names) > NAMED else [])]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
