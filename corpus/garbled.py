"""Text whose fonts do not say what their ligatures are: spelled out by a second reader, pdfminer.six."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.clock import OutOfTime, at_most
from corpus.lines import Line, is_garbled, ligature_votes, mend

if TYPE_CHECKING:
    from pathlib import Path

SAMPLED_PAGES = 3  # as many garbled pages as the second reader is asked to spell out
SECONDS = 25  # it takes one or two, and minutes over a damaged file


def spelled_out(path: Path, pages: list[list[Line]]) -> tuple[list[list[Line]], set[int]]:
    """The pages with ligatures that pdfium cannot name spelled out, learned from pdfminer.six.

    Returns:
        The pages, and the numbers (from 0) of those whose text stays garbled.
    """
    texts = ["\n".join(line.text for line in lines) for lines in pages]
    garbled = [index for index, text in enumerate(texts) if is_garbled(text)]
    if not garbled:
        return pages, set()
    from pdfminer.high_level import extract_text
    from pdfminer.layout import LAParams

    sample = sorted(garbled, key=lambda index: -len(texts[index]))[:SAMPLED_PAGES]
    try:
        with at_most(SECONDS):
            said = extract_text(str(path), page_numbers=sample, laparams=LAParams(boxes_flow=None))
        words = re.findall(r"[^\W\d_]+", said)
    except (Exception, OutOfTime):  # noqa: BLE001 - the second reader may fail in its own ways; then it is no help
        words = []
    letters = ligature_votes("\n".join(texts[index] for index in sample), words)
    mended = [mend(lines, letters) for lines in pages]
    return mended, {i for i in garbled if is_garbled("\n".join(line.text for line in mended[i]))}
