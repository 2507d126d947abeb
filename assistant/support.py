"""Whether the words of a source carry a sentence: deterministic, no model, a few milliseconds.

A sentence is *exact* where it stands in the source letter by letter, *normalised* where it does but
for case, hyphens and typography, a *paraphrase* where its numbers and names all stand in the source
and one or two neighbouring sentences hold most of its content, and *unsupported* otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.prompting import REFERENCE
from corpus.sentences import sentences
from index.words import STOP_WORDS, stems

if TYPE_CHECKING:
    from assistant.answer import Support

COVER = 0.55  # share of a paraphrase's content words that the best window must hold
COVER_WITH_MEANING = 0.35  # the same, where the vectors agree too
MEANING = 0.60  # cosine from which the vectors are taken to agree
LONG_NAME = 6  # letters from which a name may be met as the beginning of a longer word
JOINTS = tuple(
    re.compile(joint, re.IGNORECASE)
    for joint in (
        r"\bwhile\b|\bwhereas\b|;",
        r"\bbut\b|\bin contrast\b|\bas against\b",
        r",\s+and\b",
        r"\band\b",
    )
)  # where a sentence about two works parts, the surest first
SMALLEST_QUOTE = 12  # letters from which containment counts as a quotation

NUMBER = re.compile(
    r"(?<![\w.])[-−]?(?:\d{1,3}(?:(?:,\s?|\s)\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:e[-+]?\d+)?"
    r"\s*(?:%|percent\b|k\b|K\b|M\b|million\b|x\b|×)?"
)
NAME = re.compile(
    r"\b(?:[A-Za-z]*[A-Z][\w+*]*[A-Z0-9][\w+*]*|[A-Za-z]+\d[\w.]*|[A-Z][a-z]+(?:-[A-Z0-9]\w*)+|[A-Z][a-z]{2,})(?:-\w+)*"
)
SPELLED = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000,
    "half": 0.5, "quarter": 0.25, "third": 1 / 3, "twice": 2, "once": 1,
}  # fmt: skip
COUNTED_AS_WORDS = {"one", "once", "half", "third", "quarter", "two", "twice"}  # too common to be demanded


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Attributes:
        support: How the source carries the sentence.
        start: First character, in the source, of the one or two sentences that carry it best.
        end: One past the last.
        cover: Share (0..1) of the sentence's content words found there.
        missing: Numbers and names of the sentence that the source does not hold.
    """

    support: Support
    start: int
    end: int
    cover: float
    missing: tuple[str, ...] = ()

    @property
    def carried(self) -> bool:
        """Whether the source carries the sentence at all."""
        return self.support in ("exact", "normalised", "paraphrase")


Meaning = Callable[[str, str], float]  # cosine of two texts


def normalised(text: str) -> str:
    """`text` for comparing: NFKC, lower case, straight quotes, no hyphens except in "10-20", single blanks."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"(?<=\d)\s*[‐‑‒–—−-]\s*(?=\d)", "~", text)
    text = re.sub(r"[‐‑‒–—−-]", "", text)
    text = re.sub(r"[“”„«»\"'’‘`]", "", text)
    return " ".join(text.split())


def numbers(text: str) -> set[float]:
    """The values of the numbers in `text`; 25 % and 0.25 are both given for "25%", 10000 for "10,000" and "10k"."""
    found: set[float] = set()
    text = unicodedata.normalize("NFKC", text)
    for match in NUMBER.finditer(text):
        digits = re.sub(r"[,\s−]", "", re.match(r"[-−]?[\d,\s.]*(?:e[-+]?\d+)?", match.group()).group())  # type: ignore[union-attr]
        try:
            value = abs(float(digits.rstrip(".")))
        except ValueError:
            continue
        unit = match.group().strip()[-1:].lower()
        scale = (
            1e3 if unit == "k" else 1e6 if unit == "m" or match.group().strip().endswith("million") else 1.0
        )
        found.add(round(value * scale, 6))
        if unit == "%" or match.group().strip().endswith("percent"):
            found.add(round(value / 100, 6))
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in SPELLED:
            found.add(round(float(SPELLED[word]), 6))
    return found


def demanded_numbers(text: str) -> dict[str, set[float]]:
    """Each number a sentence states, as written, with the values that satisfy it."""
    demanded = {}
    for match in NUMBER.finditer(unicodedata.normalize("NFKC", text)):
        values = numbers(match.group())
        if values:
            demanded[match.group().strip()] = values
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in SPELLED and word not in COUNTED_AS_WORDS:
            demanded[word] = {round(float(SPELLED[word]), 6)}
    return demanded


def names(text: str) -> set[str]:
    """The proper names and technical terms of a sentence: words with capitals or digits inside, not its first word."""
    found = set()
    for match in NAME.finditer(text):
        word = match.group()
        opens = not text[: match.start()].strip(" \"'“‘([") or re.search(
            r"[.!?:]\s+[\"'“]?$", text[: match.start()]
        )
        plain = word[1:].islower() and "-" not in word
        if (opens and plain) or word.lower() in STOP_WORDS:
            continue
        found.add(word)
    return found


def stands_in(part: str, text: str) -> bool:
    """Whether `text` holds `part` as whole words and whole numbers: "USD 24" does not stand in "USD 240"."""
    return _place(part, text) is not None


def _place(part: str, text: str) -> re.Match[str] | None:
    return re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(part)}(?!\w|[.,]\d)", text)


def named_in(name: str, text: str) -> bool:
    """Whether `text` holds a name, however its parts are joined: "GPT-4" in "gpt 4", not "PPO" in "opportunity"."""
    letters = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())
    text = unicodedata.normalize("NFKC", text).casefold()
    end = "" if len(letters) >= LONG_NAME and letters.isalpha() else r"(?:['’]?s)?(?![^\W_])"
    forms = {letters, letters.removesuffix("s")} - {""}
    joined = (r"[\W_]*".join(map(re.escape, form)) for form in forms)
    return any(re.search(rf"(?<![^\W_]){form}{end}", text) for form in joined)


def check(claim: str, source: str, known: Collection[str] = (), meaning: Meaning | None = None) -> Checked:
    """How `source` carries `claim`.

    Args:
        claim: One sentence, without markers.
        source: The passage it cites.
        known: What the reader knows besides (the paper's names and title): names in it need not be in the passage.
        meaning: Cosine of two texts; without it words alone decide.
    """
    windows = _windows(source)
    if not windows:
        return Checked("unsupported", 0, 0, 0.0)
    bare = claim.strip().strip("\"“”'").rstrip(".!? ")
    if len(bare) >= SMALLEST_QUOTE and stands_in(" ".join(bare.split()), " ".join(source.split())):
        where = _place(bare, source)
        start, end = where.span() if where else _best(claim, source, windows, known)[:2]
        return Checked("exact", start, end, 1.0)
    start, end, cover = _best(claim, source, windows, known)
    if len(bare) >= SMALLEST_QUOTE and stands_in(normalised(bare), normalised(source)):
        return Checked("normalised", start, end, 1.0)
    missing = _missing(claim, source, known)
    if missing:
        return Checked("unsupported", start, end, cover, missing)
    if cover >= COVER:
        return Checked("paraphrase", start, end, cover)
    if meaning is not None and cover >= COVER_WITH_MEANING and meaning(claim, source[start:end]) >= MEANING:
        return Checked("paraphrase", start, end, cover)
    return Checked("unsupported", start, end, cover)


def clauses(claim: str, one: str, other: str) -> tuple[str, str] | None:
    """A comparing sentence taken apart: what it says of the work named `one`, and of that named `other`.

    "ZeST uses CLIP, while LOReL uses distilBERT" parts at "while". None where no joining word stands
    between the two names, or a part names both or none.
    """
    for joint in JOINTS:
        for match in joint.finditer(claim):
            first, second = claim[: match.start()].strip(" ,"), claim[match.end() :].strip(" ,")
            names_ = [[named_in(name, part) for name in (one, other)] for part in (first, second)]
            if names_ == [[True, False], [False, True]]:
                return first, second
            if names_ == [[False, True], [True, False]]:
                return second, first
    return None


def _missing(claim: str, source: str, known: Collection[str]) -> tuple[str, ...]:
    """Numbers and names of the claim that neither the source nor what is known holds."""
    there = numbers(REFERENCE.sub(" ", source))
    for text in known:
        there |= numbers(text)
    joined = re.sub(r"(?<=\d)[,\s](?=\d{3})", "", REFERENCE.sub(" ", source))
    lost = [
        written
        for written, values in demanded_numbers(claim).items()
        if not values & there and not stands_in(written.rstrip("%").strip(), joined)
    ]
    lost += [name for name in names(claim) if not any(named_in(name, text) for text in (source, *known))]
    return tuple(lost)


def _windows(source: str) -> list[tuple[int, int]]:
    """Each sentence, and each two in a row, but for lines of a list or table, which say separate things."""
    spans = sentences(source)
    pairs = [(a, b) for a, b in pairwise(spans) if "\n" not in source[a[1] : b[0]]]
    return spans + [(a[0], b[1]) for a, b in pairs]


def _best(
    claim: str, source: str, windows: list[tuple[int, int]], known: Collection[str]
) -> tuple[int, int, float]:
    """The window that holds most of the claim's content words; of equals, the shortest.

    The paper's own names are not asked for: a paper seldom names itself in the sentence cited.
    """
    wanted = set(stems(claim))
    wanted = wanted.difference(*(stems(text) for text in known)) or wanted
    best = (windows[0][0], windows[0][1], 0.0)
    shortest = 0
    for start, end in windows:
        there = set(stems(source[start:end]))
        cover = len(wanted & there) / len(wanted) if wanted else 0.0
        length = end - start
        if cover > best[2] + 1e-9 or (abs(cover - best[2]) < 1e-9 and cover > 0 and length < shortest):
            best, shortest = (start, end, cover), length
    return best
