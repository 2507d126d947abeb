"""Whether a sentence gives a paper what its source says of something else: "GAIL was able to …" for "Behavioral cloning was able to …"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.quotable import pieces
from corpus.sentences import sentences
from index.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SUBJECT = re.compile(
    r"^(?P<who>[A-Z][\w-]*(?: [\w-]+){0,2}?)(?: \[[\d,\s]+\]| \([^)]*\))* "
    r"(?:is|are|was|were|has|have|had|can|cannot|could|does|do|fails?|failed|achiev\w+|outperform\w*|perform\w*|suffer\w*|"
    r"reach\w*|struggl\w*|learns?|uses?|used|requires?|builds?|trains?|predicts?|generates?)\b"
)
SELF = re.compile(
    r"^(?:We|Our|It|They|This|These|The|Their|Here|There|In|On|For|With|To|By|As|A|An|Results?|Experiments?|Given|When|While|If|Since|Although)\b"
)
MOST = 0.7  # share of a sentence's words that make another its source


def other_subject(sentence: str, sources: Iterable[str], names: Sequence[str]) -> str:
    """The subject of the source's sentence that the words are taken from, where it is another one; else "".

    It is none where the sentence names it, or where it is one of the paper's names.

    Args:
        sentence: A sentence about a paper.
        sources: The texts it cites.
        names: What the paper is called.
    """
    own = {stem for name in names for stem in stems(name)}
    said = set(stems(sentence)) - own
    if not said:
        return ""
    whole = [
        (len(said & set(stems(text[piece.start : piece.end]))) / len(said), text[piece.start : piece.end])
        for text in sources
        for place in sentences(text)
        for piece in pieces(text, *place)
    ]
    share, nearest = max(whole, default=(0.0, ""))
    found = SUBJECT.match(nearest)
    if share < MOST or found is None or SELF.match(nearest):
        return ""
    subject = set(stems(found["who"]))
    return found["who"] if subject and not subject & (said | own) else ""
