"""Answering without a model: the sentences that meet the question best, word for word, each cited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.answer import Claim
from assistant.evidence import is_fragment, is_question, is_symbols
from assistant.footnotes import footnotes_of, mark_of
from assistant.support.binding import cited
from corpus.quoting import in_one_piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import NumberedSource
    from assistant.evidence import Evidence, Sentence

QUOTES = 6
ROOM = 1400  # characters of all quotes together
LONGEST = 600  # characters of one quote
FOLLOWING = 300  # characters up to which the next sentence is quoted along
LEADS_ON = 0.5  # of a sentence's score: a next one that meets the question less waits for the others


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sentences of one source that are quoted together: its number, first character and one past the last."""

    n: int
    start: int
    end: int


def composed(evidence: Evidence, papers: Sequence[str] = (), quotes: int = QUOTES) -> list[Claim]:
    """The best sentences as claims, those of one paper together, the paper that leads first.

    A sentence is quoted with the one after it where there is room: the first often holds the topic only, the
    second the fact.

    Args:
        evidence: The numbered sources with their sentences weighed.
        papers: The papers asked about; where there are several, each gets its share of the quotes.
        quotes: How many sentences are chosen.
    """
    quotes = min(quotes, evidence.most or quotes)
    groups = _groups(evidence, papers)
    most, room = -(-quotes // len(groups)), ROOM * quotes // QUOTES // len(groups)
    chosen = [stretch for best in groups for stretch in _stretches(evidence, best, most, room)]
    order = list(dict.fromkeys(evidence.source(s.n).paper for s in chosen))
    chosen.sort(key=lambda s: order.index(evidence.source(s.n).paper))
    claims = []
    before = ""
    quoted = {stretch.n for stretch in chosen}
    for stretch in chosen:
        source = evidence.source(stretch.n)
        end = _shortened(source.text, stretch.start, stretch.end)
        quote = " ".join(source.text[stretch.start : end].split())
        name = "" if source.paper == before else f"{source.label}: "
        note = (
            ""
            if source.source == "pdf"
            else {"digest": "Our digest says: ", "table": "The survey's table says: "}[source.source]
        )
        rest = "" if end == stretch.end else " …"
        claims.append(Claim(f"{name}{note}“{quote}{rest}”", "exact", (cited(source, stretch.start, end),)))
        before = source.paper
        for footnote in footnotes_of(source, stretch.start, end, evidence.sources):
            if footnote.n not in quoted:
                quoted.add(footnote.n)
                claims.append(_footnote(footnote))
    return claims


def _footnote(source: NumberedSource) -> Claim:
    """A footnote, quoted behind the sentence that bears its mark."""
    mark = mark_of(source.text)
    start, end = in_one_piece(source.text, source.spans, 0, len(source.text))
    end = _shortened(source.text, start, end)
    quote = " ".join(source.text[start:end].removeprefix(mark).split())
    rest = "" if end == len(source.text) else " …"
    return Claim(f"Footnote {mark}: “{quote}{rest}”", "exact", (cited(source, start, end),))


def _groups(evidence: Evidence, papers: Sequence[str]) -> list[list[Sentence]]:
    """The sentences best first, each said once: of each paper asked about; of one, its own before the others'."""
    unalike: dict[str, Sentence] = {}
    for sentence in evidence.best(len(evidence.sentences)):
        unalike.setdefault(sentence.text, sentence)
    best = list(unalike.values())
    if len(papers) < 2:  # what the one paper asked about says comes first, however near another's words are
        return [sorted(best, key=lambda s: evidence.source(s.n).paper not in papers)]
    groups = [[s for s in best if evidence.source(s.n).paper == paper] for paper in papers]
    return [group for group in groups if group] or [best]


def _stretches(
    evidence: Evidence, best: Sequence[Sentence], most: int, room: int, longest: int = LONGEST
) -> list[Stretch]:
    """The first `most` sentences that fit into `room` characters, each with the one after it where that fits too.

    A next sentence that meets the question far less is quoted only in the room that the others leave.
    """
    after = {(s.n, s.start): t for s, t in pairwise(evidence.sentences) if s.n == t.n}
    found: list[Stretch] = []
    waiting: list[tuple[int, Sentence]] = []

    def quoted(sentence: Sentence) -> bool:
        return any(s.n == sentence.n and s.start <= sentence.start < s.end for s in found)

    def fits(stretch: Stretch, following: Sentence) -> bool:
        space = min(FOLLOWING, room, longest - (stretch.end - stretch.start) - 1)
        return len(following.text) <= space and not quoted(following)

    for sentence in best:
        if quoted(sentence):
            continue
        length = min(len(sentence.text), longest)
        if len(found) == most or (found and length > room):
            continue
        room -= length
        stretch = Stretch(sentence.n, sentence.start, sentence.end)
        following = after.get((sentence.n, sentence.start))
        if (
            following
            and not (is_fragment(following.text) or is_question(following.text) or is_symbols(following.text))
            and _in_one_piece(evidence.source(sentence.n), sentence.start, following.end)
        ):
            if following.score < LEADS_ON * sentence.score:
                waiting.append((len(found), following))
            elif fits(stretch, following):
                stretch = replace(stretch, end=following.end)
                room -= len(following.text)
        found.append(stretch)
    for at, following in waiting:
        stretch = found[at]
        own = next((s for s in found if (s.n, s.start) == (following.n, following.start)), None)
        whole = own and _in_one_piece(evidence.source(stretch.n), stretch.start, own.end)
        if own and whole and own.end - stretch.start <= longest:  # chosen for itself: the two are one quote
            found[at] = replace(stretch, end=own.end)
            found[found.index(own)] = found[at]
        elif fits(stretch, following):
            found[at] = replace(stretch, end=following.end)
            room -= len(following.text)
    return list(dict.fromkeys(found))


def _in_one_piece(source: NumberedSource, start: int, end: int) -> bool:
    return in_one_piece(source.text, source.spans, start, end) == (start, end)


def _shortened(text: str, start: int, end: int) -> int:
    """`end`, or the last blank before the longest quote's end."""
    if end - start <= LONGEST:
        return end
    at = text.rfind(" ", start, start + LONGEST)
    return at if at > start else start + LONGEST
