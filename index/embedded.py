"""Which passages get a vector, and the text that it is made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.paper import Paper
    from corpus.passages import Passage
    from index.records import StoredPassage

WORD_ALONE = re.compile(r"""[(\["“'‘]*[^\W\d_]{2,}(?:[-–’'][^\W\d_]+)*[)\]”"'’.,;:?!]*""")


def embedded_text(paper: Paper, passage: Passage | StoredPassage) -> str:
    """What is embedded: title and section, then the text; only the text is ever shown."""
    header = " — ".join(part for part in (paper.title, passage.section) if part)
    return f"{header}\n{passage.text}"


def is_embedded(passage: Passage) -> bool:
    """Whether a vector would say something of the passage.

    References are kept out of search; formulas and program text are left to the keywords, which find them
    better. So are numbers, but for a table's: its section names what they are.
    """
    if passage.kind == "references":
        return False
    if passage.kind == "table" and " › " in passage.section:
        return True
    words = passage.text.split()
    return 2 * sum(bool(WORD_ALONE.fullmatch(word)) for word in words) >= len(words)
