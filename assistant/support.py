"""Whether the words of a source carry a sentence: deterministic, no model, a few milliseconds.

A sentence is *exact* where it stands in the source letter by letter, *normalised* where it does but
for case, hyphens and typography; a *paraphrase* where its names stand in the source, its numbers and most of
its content in one or two neighbouring sentences there, and nothing shows that it turns them around; and
*unsupported* otherwise.

    supports([Premise(passage, ("LMA3",))], "One seed of LMA3 costs about USD 240.").carried

`supports` is the seam: whatever has its form, such as a language model (assistant/judge.py), can take its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.clauses import JOINTS, REASONS, parted
from assistant.content import content, share, wanted_of
from assistant.contradiction import UNITS, turned
from assistant.shown import REFERENCE
from assistant.wording import (
    NUMBER,
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
from index.words import stem

if TYPE_CHECKING:
    from assistant.answer import Support

# Set on the even half of the development questions, reported on the odd (docs/quality.md).
COVER = 0.65  # share of a paraphrase's content words that the best window must hold
COVER_WITH_MEANING = 0.50  # the same, where the vectors agree too
MEANING = 0.65  # cosine from which the vectors are taken to agree
IN_PASSAGE = 0.60  # share of the content words that the whole passage must hold
LEAST_OF_PART = 0.34  # share of the content of each part of a sentence that the window must hold too
LEAST_OF_REASONED = 0.5  # the same of what has a reason and of the reason: they must be given together
MOST_SAID_AGAIN = (
    0.7  # share of its content that a sentence with the numbers asked for may take from the question
)
SHOWN_IN = re.compile(
    r",?\s*\(?\b(?:as\s+(?:is\s+)?)?(?:shown|seen|illustrated|reported|described|depicted|listed)\s+in\s+"
    r"(?:(?:the\s+)?(?:figures?|fig\.?|tables?|tab\.?|sections?|sec\.?|appendix|equations?|eq\.?|algorithm)\s*[\w.()]+)\)?",
    re.IGNORECASE,
)
LEAST_BESIDE = 2  # content words, units aside, that must stand beside such numbers
HALF = 0.5  # share of the words said again that the passage must hold, where fewer stand beside them
UNIT_STEMS = frozenset(stem(word) for word in UNITS)
MANY_NUMBERS = 6  # numbers of a window beyond which it is a table, where a number alone tells nothing
BASED = re.compile(r"-(?:based|style|like|free|trained|conditioned|level)$")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
SMALLEST_QUOTE = 12  # letters from which containment counts as a quotation
ADDRESS_OR_TAG = re.compile(r"https?://[^\s)\]>]+|</?[a-z][^<>]{0,200}>", re.IGNORECASE)
OTHER_LETTERS = re.compile(r"[\u0400-\u1cff\u2e80-\ud7ff\uf900-\ufaff\uff66-\uffdc]")
Meaning = Callable[[str, str], float]  # cosine of two texts


@dataclass(frozen=True, slots=True)
class Premise:
    """What a sentence is held against.

    Attributes:
        text: A passage.
        known: What the reader knows besides (names and title of its paper): names in it need not be in the passage.
        asked: The question that the sentence answers, whose words it may say again.
    """

    text: str
    known: tuple[str, ...] = ()
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of one source found.

    Attributes:
        support: How the source carries the sentence.
        start: First character, in the source, of the one or two sentences that carry it best.
        end: One past the last.
        cover: Share (0..1) of the sentence's content words found there.
        missing: Numbers and names of the sentence that the source does not hold.
        why: Why it is not carried, in words; "" where it is.
        also: Further places that carry parts of the sentence, as (start, end).
    """

    support: Support
    start: int
    end: int
    cover: float
    missing: tuple[str, ...] = ()
    why: str = ""
    also: tuple[tuple[int, int], ...] = ()

    @property
    def carried(self) -> bool:
        """Whether the source carries the sentence at all."""
        return self.support in ("exact", "normalised", "paraphrase")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge says of a sentence and its premises taken together.

    Attributes:
        support: The strongest way in which they carry it.
        places: (premise, start, end) of each stretch of text that carries it; empty where nothing does.
        why: Why it is not carried.
    """

    support: Support
    places: tuple[tuple[int, int, int], ...] = ()
    why: str = ""

    @property
    def carried(self) -> bool:
        """Whether the premises carry the sentence."""
        return self.support in ("exact", "normalised", "paraphrase")


Supports = Callable[[Sequence[Premise], str], Verdict]


def supports(premises: Sequence[Premise], claim: str, meaning: Meaning | None = None) -> Verdict:
    """Whether the premises, read together, carry `claim`: one of them alone, or two that carry a part each.

    Args:
        premises: The passages cited.
        claim: One sentence, without markers.
        meaning: Cosine of two texts; without it words alone decide.
    """
    checks = [check(claim, p.text, p.known, meaning, p.asked) for p in premises]
    order = {"exact": 0, "normalised": 1, "paraphrase": 2}
    carrying = [i for i, checked in enumerate(checks) if checked.carried]
    if carrying:
        best = min(carrying, key=lambda i: (order[checks[i].support], -checks[i].cover, i))
        found = checks[best]
        places = ((best, found.start, found.end), *((best, start, end) for start, end in found.also))
        return Verdict(found.support, places)
    for first, second in parted(claim):
        placed = []
        for part in (first, second):
            parts = [(i, check(part, p.text, p.known, meaning, p.asked)) for i, p in enumerate(premises)]
            fit = [(i, c) for i, c in parts if c.carried]
            if not fit:
                break
            i, c = max(fit, key=lambda pair: pair[1].cover)
            placed.append((i, c.start, c.end))
        if len(placed) == 2 and placed[0][0] != placed[1][0]:
            return Verdict("paraphrase", tuple(placed))
    return Verdict("unsupported", why=next((c.why for c in checks if c.why), "no passage was cited"))


def check(
    claim: str, source: str, known: Collection[str] = (), meaning: Meaning | None = None, asked: str = ""
) -> Checked:
    """How `source` carries `claim`.

    Args:
        claim: One sentence, without markers.
        source: The passage it cites.
        known: What the reader knows besides (the paper's names and title): names in it need not be in the passage.
        meaning: Cosine of two texts; without it words alone decide.
        asked: The question that the sentence answers.
    """
    windows = _windows(source)
    if not windows:
        return Checked("unsupported", 0, 0, 0.0, why="the source is empty")
    bare = claim.strip().strip("\"“”'").rstrip(".!? ")
    if len(bare) >= SMALLEST_QUOTE and stands_in(" ".join(bare.split()), " ".join(source.split())):
        where = place_of(bare, source)
        start, end = where.span() if where else _best(claim, source, windows, known)[:2]
        return Checked("exact", start, end, 1.0)
    start, end, cover = _best(claim, source, windows, known)
    if len(bare) >= SMALLEST_QUOTE and stands_in(normalised(bare), normalised(source)):
        return Checked("normalised", start, end, 1.0)
    claim = one_form(SHOWN_IN.sub("", claim), source)
    known = (*known, *YEAR.findall(asked))  # "in the 2013 paper": its text does not say so
    start, end, cover = _best(claim, source, windows, known)
    missing = _missing(claim, source, known) + _strange(claim, source, known)
    if missing:
        why = f"the passage does not hold {', '.join(missing)}"
        return Checked("unsupported", start, end, cover, missing, why)
    whole = _paraphrased(claim, source, (start, end, cover), known, meaning, asked)
    return whole if whole.carried else _in_parts(claim, source, windows, known, meaning, asked) or whole


def _paraphrased(
    claim: str,
    source: str,
    found: tuple[int, int, float],
    known: Collection[str],
    meaning: Meaning | None,
    asked: str,
) -> Checked:
    """The verdict on one window."""
    start, end, cover = found
    window = source[start:end]
    astray = _missing(claim, window, (*known, *_context(source, start)))
    wanted = wanted_of(claim, known)
    in_passage = share(wanted, content(source))
    numbers_astray = [word for word in astray if word in demanded_numbers(claim)]
    why = ""
    again = _said_again(claim, window, source, known, asked)
    if numbers_astray:
        why = f"{', '.join(numbers_astray)} stands elsewhere in the passage"
    elif cover < COVER_WITH_MEANING and not again:
        why = f"only {cover:.0%} of its content stands together in the passage"
    else:
        why = turned(claim, window, source, tuple(known))
    if not why and (lost := _lost_part(claim, window, known)):
        why = f"the sentences that carry the rest do not say “{lost}”"
    thin = cover < COVER or in_passage < IN_PASSAGE
    if (
        not why and thin and not again and (meaning is None or meaning(claim, window) < MEANING)
    ):  # vectors last: they take longest
        why = f"only {min(cover, in_passage):.0%} of its content stands together in the passage"
    return Checked("unsupported" if why else "paraphrase", start, end, cover, (), why)


def _in_parts(
    claim: str,
    source: str,
    windows: Sequence[tuple[int, int]],
    known: Collection[str],
    meaning: Meaning | None,
    asked: str,
) -> Checked | None:
    """The sentence taken apart, each part carried by a place of its own; None where one is not."""
    for parts in parted(claim):
        found = []
        for part in parts:
            checked = _paraphrased(part, source, _best(part, source, windows, known), known, meaning, asked)
            if not checked.carried:
                break
            found.append(checked)
        if len(found) == len(parts):
            first, *rest = found
            cover = min(checked.cover for checked in found)
            also = tuple(
                dict.fromkeys((c.start, c.end) for c in rest if (c.start, c.end) != (first.start, first.end))
            )
            return replace(first, cover=cover, also=also)
    return None


def _said_again(claim: str, window: str, source: str, known: Collection[str], asked: str) -> bool:
    """Whether all that the window lacks are words of the question, and what it adds are numbers that the window holds."""
    if not asked or not demanded_numbers(claim).keys() - demanded_numbers(asked).keys():
        return False
    if len(NUMBER.findall(window)) > MANY_NUMBERS:
        return False
    wanted, there, said = wanted_of(claim, known), content(window), content(asked)
    lacking = {word for word in wanted if not share({word}, there)}
    if len(wanted - lacking - UNIT_STEMS) < LEAST_BESIDE and share(lacking, content(source)) < HALF:
        return False  # "8 hours" stands there, but of what?
    return len(lacking) <= MOST_SAID_AGAIN * len(wanted) and all(share({word}, said) for word in lacking)


def _lost_part(claim: str, window: str, known: Collection[str]) -> str:
    """A part of the sentence that the window hardly touches, though it holds most of the whole; "" where none is."""
    there = content(window)
    for joint in (*JOINTS[:3], REASONS):
        least = LEAST_OF_REASONED if joint is REASONS else LEAST_OF_PART
        for parts in parted(claim, (joint,)):
            for part in parts:
                wanted = wanted_of(part, known)
                if share(wanted, there) < least:
                    return part
    return ""


def _context(source: str, start: int) -> tuple[str, ...]:
    """The sentence before the window: "It runs for 10,000 episodes" may lean on it."""
    before = [source[a:b] for a, b in sentences(source) if b <= start]
    return tuple(before[-1:])


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
        score = cover + 0.3 * sum(bool(values & held) for values in demanded) / max(len(demanded), 1)
        length = end - start
        if score > highest + 1e-9 or (abs(score - highest) < 1e-9 and cover > 0 and length < shortest):
            best, highest, shortest = (start, end, cover), score, length
    return best
