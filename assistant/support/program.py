"""What the program can say of a sentence and a source by itself: a quote is a quote, and these words stand there.

A sentence is *exact* where it stands in the source letter by letter, *normalised* where it does but for case, hyphens
and typography. It has the *same words* where its numbers and names stand in the source and most of its content in one
or two neighbouring sentences there. That is no support: on 1,736 labelled claims half of what has the same words is
not what the source says (docs/quality.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from assistant.shown import REFERENCE
from assistant.support.content import content, share, wanted_of
from assistant.support.judge import STRENGTH, Verdict
from assistant.wording import (
    akin,
    demanded_numbers,
    named_in,
    names,
    normalised,
    numbers,
    one_form,
    place_of,
    stands_in,
)
from corpus.sentences import sentences
from index.words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from assistant.answer import Support
    from assistant.support.judge import Lacking, Premise

COVER: Final = (
    0.5  # share of a sentence's content words that the best window must hold to have the same words
)
FOR_NUMBERS: Final = (
    0.3  # what a window gains that holds the sentence's numbers, when the best one is looked for
)
SMALLEST_QUOTE: Final = 12  # letters from which containment counts as a quotation
LEAST_CONTENT: Final = 2
"""Content words below which a sentence without number or name states nothing by itself."""

SAYING_NO_MORE: Final = STOP_WORDS | frozenset("yes no not does did do is are was were it they so".split())
BASED: Final = re.compile(r"-(?:based|style|like|free|trained|conditioned|level)$")
YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
ADDRESS_OR_TAG: Final = re.compile(r"https?://[^\s)\]>]+|</?[a-z][^<>]{0,200}>", re.IGNORECASE)
OTHER_LETTERS: Final = re.compile(r"[\u0400-\u1cff\u2e80-\ud7ff\uf900-\ufaff\uff66-\uffdc]")


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing a sentence with one source found.

    Attributes:
        support: exact, normalised, same words or unsupported.
        start: First character, in the source, of the one or two sentences that come nearest.
        end: One past the last.
        cover: Share (0..1) of the sentence's content words found there.
        missing: Numbers, names, addresses and foreign letters of the sentence that the source does not hold.
        why: Why the words are not the same; "" where they are.
    """

    support: Support
    start: int
    end: int
    cover: float
    missing: tuple[str, ...] = ()
    why: str = ""

    @property
    def quoted(self) -> bool:
        """Whether the source says it in these very words."""
        return self.support in ("exact", "normalised")


def compared(claim: str, premises: Sequence[Premise]) -> Verdict:
    """The program's verdict on a claim: by the premise that comes nearest, or by two that hold its words together."""
    found = [compare(claim, p.text, p.known, p.asked) for p in premises]
    if not found:
        return Verdict("unsupported", why="no passage was cited")
    best = max(
        range(len(found)),
        key=lambda i: (STRENGTH[found[i].support], -len(found[i].missing), found[i].cover, -i),
    )
    if found[best].support == "unsupported" and len(premises) > 1:
        together = compare(
            claim, "\n".join(p.text for p in premises), tuple(k for p in premises for k in p.known)
        )
        if not together.missing and sum(one.cover for one in found) >= COVER:
            places = tuple((i, one.start, one.end) for i, one in enumerate(found) if one.cover)
            return Verdict("same words", places=places, judge="words")
    one = found[best]
    places = ((best, one.start, one.end),)
    lacking: Lacking = "" if not one.missing else "numbers" if _has_number(one.missing) else "names"
    judge = "program" if one.quoted else "words"
    return Verdict(one.support, places=places, judge=judge, why=one.why, lacking=lacking)


def compare(claim: str, source: str, known: Collection[str] = (), asked: str = "") -> Compared:
    """How the words of `claim` stand in `source`.

    Args:
        claim: One sentence, without markers.
        source: A passage.
        known: What the reader knows besides (the paper's names and title): names in it need not be in the passage.
        asked: The question that the sentence answers; the years in it need not be either.
    """
    windows = _windows(source)
    if not windows:
        return Compared("unsupported", 0, 0, 0.0, why="the source is empty")
    bare = claim.strip().strip("\"“”'").rstrip(".!? ")
    start, end, cover = _best(claim, source, windows, known)
    if len(bare) >= SMALLEST_QUOTE:
        if stands_in(" ".join(bare.split()), " ".join(source.split())):
            where = place_of(bare, source)
            return Compared("exact", *(where.span() if where else (start, end)), 1.0)
        if stands_in(normalised(bare), normalised(source)):
            return Compared("normalised", start, end, 1.0)
    claim = one_form(claim, source)
    known = (*known, *YEAR.findall(asked))
    missing = _missing(claim, source, known) + _strange(claim, source, known)
    if missing:
        why = f"the passage does not hold {', '.join(missing)}"
        return Compared("unsupported", start, end, cover, missing, why)
    if cover < COVER:
        why = f"only {cover:.0%} of its content stands together in the passage"
        return Compared("unsupported", start, end, cover, (), why)
    return Compared("same words", start, end, cover)


def _has_number(missing: Sequence[str]) -> bool:
    """Whether what is missing is more than names: a number, an address or a tag."""
    return any(numbers(part) or ADDRESS_OR_TAG.fullmatch(part) for part in missing)


def states_nothing(line: str) -> bool:
    """Whether a line makes no claim that a source could carry: a heading, "Main results:", "No, it does not."."""
    text = line.strip().strip("*_ ")
    if not text or text.startswith("#") or text.rstrip(" .").endswith(":"):
        return True
    if numbers(text) or names(text, opening=False):
        return False
    words = re.findall(r"[^\W\d_]+", text.lower())
    return len([word for word in words if word not in SAYING_NO_MORE]) < LEAST_CONTENT


def _missing(claim: str, source: str, known: Collection[str]) -> tuple[str, ...]:
    """Numbers and names of the claim that neither the source nor what is known holds."""
    claim = REFERENCE.sub(" ", claim)
    there = numbers(REFERENCE.sub(" ", source))
    for text in known:
        there |= numbers(text)
    joined = re.sub(r"(?<=\d)[,\s](?=\d{3})", "", REFERENCE.sub(" ", source))
    lost = [
        written
        for written, values in demanded_numbers(claim).items()
        if not values & there and not stands_in(written.rstrip("%").strip(), joined)
    ]
    lost += [
        name
        for name in names(claim)
        if not any(named_in(BASED.sub("", name), t) or akin(name, t) for t in (source, *known))
    ]
    return tuple(lost)


def _strange(claim: str, source: str, known: Collection[str]) -> tuple[str, ...]:
    """What stems know nothing of and the source does not hold: addresses, tags, and letters neither Latin nor Greek."""
    there = "".join((source, *known))
    found = [part for part in ADDRESS_OR_TAG.findall(claim) if part not in there]
    found += [
        word
        for word in re.findall(r"[^\W\d_]+", claim)
        if any(OTHER_LETTERS.match(letter) and letter not in there for letter in word)
    ]
    return tuple(found)


@lru_cache(maxsize=256)
def _windows(source: str) -> list[tuple[int, int]]:
    """Each sentence, and each two in a row, but for lines of a list or table, which say separate things."""
    spans = sentences(source)
    pairs = [(a, b) for a, b in pairwise(spans) if "\n" not in source[a[1] : b[0]]]
    return spans + [(a[0], b[1]) for a, b in pairs]


def _best(
    claim: str, source: str, windows: Sequence[tuple[int, int]], known: Collection[str]
) -> tuple[int, int, float]:
    """The window that holds most of the claim's content words and its numbers; of equals, the shortest."""
    wanted = wanted_of(claim, known)
    demanded = list(demanded_numbers(claim).values())
    best = (windows[0][0], windows[0][1], 0.0)
    highest = shortest = 0.0
    for start, end in windows:
        text = source[start:end]
        cover = share(wanted, content(text))
        held = numbers(text) if demanded else frozenset()
        score = cover + FOR_NUMBERS * sum(bool(values & held) for values in demanded) / max(len(demanded), 1)
        length = end - start
        if score > highest + 1e-9 or (abs(score - highest) < 1e-9 and cover > 0 and length < shortest):
            best, highest, shortest = (start, end, cover), score, length
    return best
