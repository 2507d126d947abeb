"""Footnotes beside the words that bear their mark: "stages2" where the page's foot says "2Reaching is defined as …"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.passages import located, main_page
from index.search import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.answer import NumberedSource
    from corpus.passages import Span
    from index.passage_store import PassageStore

SIGN = r"[1-9]\d?|[∗*†‡§¶]{1,2}"
# Behind a small letter or a stop: behind a capital it belongs to a name, "RL2", or a variable.
MARK = re.compile(rf"(?:(?<=[^\W\d_A-Z])|(?<=[.,;:)\]”\"’]))(?:{SIGN})(?!\w)")
OPENING = re.compile(rf"(?:{SIGN})\s*")
MOST = 3  # that are read along with the passages of one question


def marks(text: str, spans: Sequence[Span]) -> Iterator[tuple[int, str]]:
    """What may be marks of footnotes, as (page, mark); which are, the footnotes of that page tell."""
    for found in MARK.finditer(text):
        place = located(spans, found.start(), found.end())
        if place:
            yield place[0].page, found.group()


def mark_of(text: str) -> str:
    """The mark that a footnote opens with, or ""."""
    found = OPENING.match(text)
    return found.group().strip() if found else ""


def with_footnotes(hits: Sequence[Hit], passages: PassageStore) -> list[Hit]:
    """The hits, and behind them the footnotes that their marks lead to, a few."""
    known = {hit.passage.id for hit in hits}
    of_paper: dict[str, dict[tuple[int, str], Hit]] = {}
    found: list[Hit] = []
    for hit in hits:
        passage = hit.passage
        if passage.source != "pdf" or passage.table is not None or not MARK.search(passage.text):
            continue
        if passage.paper not in of_paper:
            of_paper[passage.paper] = _footnotes(passage.paper, passages)
        for place in marks(passage.text, passage.spans):
            note = of_paper[passage.paper].get(place)
            if note is not None and note.passage.id not in known and len(found) < MOST:
                known.add(note.passage.id)
                found.append(note)
    return [*hits, *found]


def _footnotes(paper: str, passages: PassageStore) -> dict[tuple[int, str], Hit]:
    """A paper's footnotes by page and mark."""
    labels = passages.labels(paper)
    found: dict[tuple[int, str], Hit] = {}
    for passage in passages.of_paper(paper):
        mark = mark_of(passage.text) if passage.kind == "footnote" and passage.spans else ""
        if mark:
            page = main_page(passage.spans)
            label = labels.get(page, str(page))
            found[page, mark] = Hit(1, passage, page, label, 0.0, 0.0, ((page, label),))
    return found


def footnotes_of(
    source: NumberedSource, start: int, end: int, sources: Sequence[NumberedSource]
) -> list[NumberedSource]:
    """The footnotes among the sources that marks in `source.text[start:end]` lead to."""
    notes = {
        (note.page, mark_of(note.text)): note
        for note in sources
        if note.part == "footnote" and note.paper == source.paper
    }
    if not notes:
        return []
    led = marks(source.text[start:end], located(source.spans, start, end))
    return [notes[place] for place in dict.fromkeys(led) if place in notes and notes[place] is not source]
