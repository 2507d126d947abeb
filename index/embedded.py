"""Which passages get a vector, and the text that it is made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.table_passages import described

if TYPE_CHECKING:
    from corpus.paper import Paper
    from corpus.passages import Passage
    from index.records import StoredPassage

WORD_ALONE = re.compile(r"""[(\["“'‘]*[^\W\d_]{2,}(?:[-–’'][^\W\d_]+)*[)\]”"'’.,;:?!]*""")


def embedded_text(paper: Paper, passage: Passage | StoredPassage) -> str:
    """What is embedded: title and section, then the text, of a table what it is about; the title is never shown."""
    header = " — ".join(part for part in (paper.title, passage.section) if part)
    return f"{header}\n{described(passage.table) if passage.table else passage.text}"


def is_embedded(passage: Passage) -> bool:
    """Whether a vector would say something of the passage.

    References are kept out of search; a table is embedded by what it is about; formulas and program text are left to
    the keywords, which find them better, and so are other numbers.
    """
    if passage.kind == "references":
        return False
    if passage.table is not None or (passage.kind == "table" and " › " in passage.section):
        return True
    words = passage.text.split()
    return 2 * sum(bool(WORD_ALONE.fullmatch(word)) for word in words) >= len(words)
