"""What of a sentence can be quoted: without the heading, list sign or footnote number that text extraction ran into it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BULLET = re.compile(r"(?:^|\s)[•◦▪►‣](?=\s)\s*")
# "… in Fig. 5. While both methods …": the number's full stop ends the sentence where a plain word begins the next.
AFTER_FLOAT = re.compile(
    r"(?<=[a-z)] )(?:in |see |\()?(?:Fig\.|Figs\.|Figure|Table|Tab\.|Section|Sec\.|Eq\.|Appendix|App\.) ?\(?[A-Z]?[\d.]*\d\)?\.\s+"
    r"(?=(?:We|The|This|These|In|While|For|To|As|Our|It|All|When|However|Here|Note|Each|Both|On|At|By|If) [a-z])"
)
# "… compatible with JAX pipelines We provide …": a list's last line that no full stop ends.
NO_STOP = re.compile(r"(?<=[a-z]{5}) (?=We [a-z])")
# A list's sign, or a footnote's number stuck to its first word.
SIGN = re.compile(r"^(?:[•◦▪–-]\s+|\(?(?:\d{1,2}|[ivx]{1,3}|[a-h])\)\s+|\d(?=[A-Z][a-z]))")
_BEGINNING = (
    r"(?:While|We|The|In|To|Our|A|An|For|Given|As|With|Suppose|Since|When|If|It|This|These|Similar|Although|Because|Each|"
    r"All|On|At|Despite|Unlike|Across|Here|Currently|Following|By|Existing|Recent)"
)
_JOINING = r"(?:While|Although|Despite|Unlike|Because|Since)"
# "Limitations While Dreamer shows …", "2D Maze We further evaluate …", "Implementation details. Following …"
RUN_IN = re.compile(
    rf"^(?:\d[\d.]*\s+|\d\w+\s)?[A-Z][\w-]*(?:[ /&-]+[\w-]+){{0,5}}(?:[.:]? (?={_BEGINNING} [a-z]|{_JOINING} [A-Z])|[.:] (?=[A-Z][a-z]+ing [a-z]))"
)
# "Dreamer Dreamer [15, 21] is …": a paragraph's heading that its first words say again.
SAID_TWICE = re.compile(r"^([A-Z][\w-]*(?: [\w-]+){0,3}) (?=\1\b)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that reads as a sentence of its own.

    Attributes:
        start: Its first character in the text.
        end: One past the last.
        heading: The heading that ran into it, or "".
    """

    start: int
    end: int
    heading: str = ""


def pieces(text: str, start: int, end: int) -> Iterator[Piece]:
    """The sentences in `text[start:end]`, which was taken for one: parted at bullets, without what ran into their front."""
    cuts = [start, *(start + m.start() for m in BULLET.finditer(text[start:end]) if m.start())]
    cuts += [start + m.end() for pattern in (AFTER_FLOAT, NO_STOP) for m in pattern.finditer(text[start:end])]
    cuts.sort()
    for begun, done in zip(cuts, [*cuts[1:], end], strict=True):
        while begun < done and text[begun].isspace():
            begun += 1  # noqa: PLW2901 - trimmed
        while done > begun and text[done - 1].isspace():
            done -= 1  # noqa: PLW2901 - trimmed
        if begun < done:
            yield _trimmed(text, begun, done)


def _trimmed(text: str, start: int, end: int) -> Piece:
    heading = ""
    if sign := SIGN.match(text[start:end]):
        start += sign.end()
    for pattern in (RUN_IN, SAID_TWICE):
        if found := pattern.match(text[start:end]):
            heading = heading or found[0].strip(" .:")
            start += found.end()
    return Piece(start, end, heading)
