"""What of a passage can be quoted: a run of one flow, its text the page's own but for line ends and formulas' marks."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.flows import located
from corpus.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.flows import Span


def quotable(text: str, spans: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Where a passage's sentences begin and end, as far as each is in one piece."""
    for start, end in sentences(text):
        yield in_one_piece(text, spans, start, end)


def in_one_piece(text: str, spans: Sequence[Span], start: int, end: int) -> tuple[int, int]:
    """The longest part of a passage's `text[start:end]` that can be quoted as one piece.

    A passage is a run of one flow, so that what its sentence skips is a page's end, a footnote or a float. It is
    parted where a line feed parts two flows, and where it is doubtful that the text goes on behind what was skipped.

    Args:
        text: The passage's.
        spans: Where it stands; without any, as for a digest, all of it is in one piece.
        start: First character.
        end: One past the last.
    """
    if not spans:
        return _trimmed(text, start, end)
    cuts = [start]
    at = start
    for number, span in enumerate(located(spans, start, end)):
        at += 1 if number and not span.glued else 0
        if number and span.doubtful:
            cuts.append(at)
        at += span.length
    cuts += [place + 1 for place in range(start, end) if text[place] == "\n"]
    cuts = sorted({*cuts, end})
    parts = [_trimmed(text, one, other) for one, other in pairwise(cuts)]
    return max(parts, key=lambda part: part[1] - part[0], default=(start, start))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
