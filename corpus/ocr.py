"""Reading pages that are only pictures, by the program `tesseract` where it is installed.

Runs only in the reading process. Each word keeps its place on the page, so that a quote can be marked on a
scan as on any other page.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
from array import array
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, Any

from corpus.document import HUNDREDTHS
from corpus.glyphs import Font, Word
from corpus.lines import Line, line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PROGRAM = "tesseract"
RESOLUTION = 300  # dots per inch; tesseract's manual asks for at least that
LARGEST_PICTURE = 6_000  # pixels along a side; an A4 page at 300 dpi has 3,508
SECONDS_PER_PAGE = 60.0
SURE = 70.0  # percent: words of a language that tesseract was told have more, letters of another script less
LEAST_CONFIDENCE = 40.0  # percent; less is a drawing taken for letters
ALIKE = 0.2  # line heights this near to the page's usual one are the usual one
WANTED = re.compile(r"through OCR|tesseract")  # in a refusal: OCR was not tried
WORD = "5"  # the level of a word in tesseract's table


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was read on one page.

    Attributes:
        lines: In reading order; each character's number is that of its word on the page.
        boxes: Left, top, right and bottom of each word, in hundredths of a point from the page's upper left corner.
        unsure: Whether most of what looked like words were none to be sure of, as in another script.
    """

    lines: list[Line]
    boxes: array[int]
    unsure: bool = False


def lacking(language: str) -> str:
    """What is needed before pages can be read by OCR, as words after "holds no text"; "" where nothing is."""
    if not language:
        return ": run it through OCR and add the result"
    if shutil.which(PROGRAM) is None:
        return ": install tesseract (Debian: tesseract-ocr) and it is read, or add a copy with text"
    missing = sorted(set(language.split("+")) - _languages())
    if missing:
        return f": tesseract lacks the language {missing[0]!r} (Debian: tesseract-ocr-{missing[0]})"
    return ""


def could_be_read_now(refusal: str, language: str) -> bool:
    """Whether a file that was refused for want of OCR would be read by now."""
    return bool(WANTED.search(refusal)) and not lacking(language)


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    try:
        said = subprocess.run(
            [PROGRAM, "--list-langs"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(said.stdout.split("\n")[1:])


def recognise(page: Any, language: str, seconds: float = SECONDS_PER_PAGE) -> Recognised:
    """The words on a page's picture; none where tesseract finds none, fails, or takes too long.

    Args:
        page: pdfium's page.
        language: tesseract's names of languages, joined by "+".
        seconds: How long tesseract may take.
    """
    width, height = page.get_size()
    scale = min(RESOLUTION / 72, LARGEST_PICTURE / max(width, height, 1))
    picture = io.BytesIO()
    page.render(scale=scale, grayscale=True).to_pil().save(picture, format="PNG", compress_level=1)
    command = [PROGRAM, "stdin", "stdout", "--dpi", str(round(scale * 72)), "-l", language, "tsv"]
    try:
        done = subprocess.run(
            command,
            input=picture.getvalue(),
            capture_output=True,
            timeout=seconds,
            check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # several files are read side by side
        )
    except (OSError, subprocess.SubprocessError):
        return Recognised([], array("I"))
    return from_table(done.stdout.decode("utf-8", "replace"), 1 / scale)


def from_table(tsv: str, points: float) -> Recognised:
    """What tesseract's table of words says.

    Args:
        tsv: The table, as `tesseract … tsv` prints it.
        points: Points per pixel.
    """
    every = [
        row
        for row in csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE)
        if row["level"] == WORD and (row["text"] or "").strip()
    ]
    rows = [row for row in every if float(row["conf"]) >= LEAST_CONFIDENCE]
    sure = sum(float(row["conf"]) >= SURE for row in every)
    gathered = [
        list(group)
        for _, group in groupby(rows, lambda row: (row["block_num"], row["par_num"], row["line_num"]))
    ]
    boxes = array("I")
    lines: list[Line] = []
    sizes = [_height(line) * points for line in gathered]
    usual = median(sizes) if sizes else 0.0
    for position, (line, size) in enumerate(zip(gathered, sizes, strict=True)):
        following = gathered[position + 1] if position + 1 < len(gathered) else None
        text, raw = "", array("I")
        words: list[Word] = []
        shown = round(usual if abs(size - usual) <= ALIKE * usual else size, 1)
        base = median(int(row["top"]) + int(row["height"]) for row in line) * points
        for row in line:
            number = len(boxes) // 4
            boxes.extend(_box(row, points))
            left, wide = int(row["left"]) * points, int(row["width"]) * points
            words.append(Word(number, number, left, left + wide, base, Font(shown)))
            word = row["text"].strip() if not text else f" {row['text'].strip()}"
            text += word
            raw.extend([number] * len(word))
        broken = (
            text.endswith("-")
            and text[-2:-1].isalpha()
            and following is not None
            and _same_paragraph(line, following)
        )
        cut = slice(None, -1) if broken else slice(None)
        lines.append(line_of(text[cut], raw[cut], words, broken=broken))
    return Recognised(lines, boxes, unsure=2 * sure < len(every))


def _height(line: Sequence[dict[str, str]]) -> float:
    """A line's height, in pixels: that of its tallest words but for outliers."""
    heights = sorted(int(row["height"]) for row in line)
    return float(heights[(3 * len(heights)) // 4])


def _box(row: dict[str, str], points: float) -> Iterator[int]:
    left, top = int(row["left"]), int(row["top"])
    for pixels in (left, top, left + int(row["width"]), top + int(row["height"])):
        yield max(0, round(pixels * points * HUNDREDTHS))


def _same_paragraph(one: Sequence[dict[str, str]], other: Sequence[dict[str, str]]) -> bool:
    return [one[0][key] for key in ("block_num", "par_num")] == [
        other[0][key] for key in ("block_num", "par_num")
    ]
