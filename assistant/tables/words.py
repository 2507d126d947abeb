"""Words as tables and questions write them: "Med-Replay" is "medium replay", "HLC" is "high-level classifier"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from index.words import STOP_WORDS, stem

if TYPE_CHECKING:
    from collections.abc import Sequence

WORD = re.compile(r"\d*\.\d+|\d+(?:,\d{3})+|(?<=\w)['’]s\b|[^\W_]+")
CITED = re.compile(r"\[[^\]]*\]|\((?:[^()]*,\s*)?(?:19|20)\d\d[a-z]?\)")
SPELT = {
    word: str(number)
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
}
SPELT |= zip(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega".split(),
    "αβγδεζηθικλμνξοπρστυφχψω",
    strict=True,
)
SHORTEST = 3  # letters of a word's beginning that stands for the word
ABBREVIATED = 0.8  # how far an abbreviation counts as the word
Places = frozenset[int]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: as written, its form to compare, and where it begins."""

    text: str
    form: str
    start: int


def words(text: str) -> list[Word]:
    """The words of a text in order, "w/o" as "without"."""
    text = re.sub(r"\bw/o\b", "without", text, flags=re.IGNORECASE)
    return [Word(m.group(), form(m.group()), m.start()) for m in WORD.finditer(text)]


@cache
def form(word: str) -> str:
    """What words are compared by: the stem in British spelling; a number without needless zeros."""
    lower = SPELT.get(word.lower(), word.lower())
    if re.fullmatch(r"[\d.,]+", lower):
        return f"{float(lower.replace(',', '')):g}"
    return str(stem(re.sub(r"iz(?=e|ing|ation)", "is", re.sub(r"our(?=$|s$|ed$|ing$|al$)", "or", lower))))


def tells(word: Word) -> bool:
    """Whether a word tells anything."""
    return word.text.lower() not in STOP_WORDS and word.text[0] not in "'’"


def places(label: str, asked: Sequence[Word]) -> list[tuple[Word, Places, float]]:
    """For each word of a label, where the question says it, and how surely (0 where it does not)."""
    own = words(CITED.sub(" ", label))
    found: list[tuple[Word, Places, float]] = []
    for word in own:
        there, sure = _said(word, asked)
        if not there and found and len(word.text) == 1 and word.text.isalpha():
            there = _next(word, found[-1][1], asked)  # "hopper-m-e" for "hopper-medium-expert"
            sure = ABBREVIATED if there else 0.0
        found.append((word, there, sure))
    return found


def _next(letter: Word, before: Places, asked: Sequence[Word]) -> Places:
    """The words behind those places that begin with a letter."""
    return frozenset(
        i + 1
        for i in before
        if i + 1 < len(asked) and tells(asked[i + 1]) and asked[i + 1].text[0].lower() == letter.text.lower()
    )


def _said(word: Word, asked: Sequence[Word]) -> tuple[Places, float]:
    whole = {i for i, other in enumerate(asked) if other.form == word.form}
    if whole:
        return frozenset(whole), 1.0
    lower = word.text.lower()
    if not lower.isalnum() or lower.isdigit():
        return frozenset(), 0.0
    for length in (2, 3):  # "hardCheetah" for "hard cheetah"
        for i in range(len(asked) - length + 1):
            run = "".join(other.text.lower() for other in asked[i : i + length])
            if run == lower or (
                len(lower) > SHORTEST
                and run.startswith(lower)
                and not asked[i].text.lower().startswith(lower)
            ):
                return frozenset(range(i, i + length)), 1.0
    inside = [form(part) for part in re.split(r"(?<=[a-z])(?=[A-Z])", word.text)]  # "FrankaKitchen"
    within = {i for i, other in enumerate(asked) if other.form in inside}
    if len(inside) > 1 and 2 * len({asked[i].form for i in within}) >= len(
        inside
    ):  # no "NameThisGame" for "game"
        return frozenset(within), ABBREVIATED
    near = {i for i, other in enumerate(asked) if tells(other) and abbreviates(lower, other.text.lower())}
    if near:
        return frozenset(near), ABBREVIATED
    letters = word.text
    if letters.isupper() and len(letters) > 1:
        for i in range(len(asked) - len(letters) + 1):
            run_of = asked[i : i + len(letters)]
            if "".join(other.text[0] for other in run_of).upper() == letters and all(map(_is_word, run_of)):
                return frozenset(range(i, i + len(letters))), 1.0
    return frozenset(), 0.0


def _is_word(word: Word) -> bool:
    """Whether a word can be behind one of an acronym's letters: no acronym itself."""
    return len(word.text) > 1 and tells(word) and not word.text[1:].isupper()


def abbreviates(one: str, other: str) -> bool:
    """Whether one of two words is short for the other: its beginning, or its consonants ("avg")."""
    short, long = sorted((one.removesuffix("s"), other.removesuffix("s")), key=len)
    if len(short) < SHORTEST or short == long or not short.isalpha() or not long.isalpha():
        return False
    if long.startswith(short):
        return len(long) - len(short) > 1
    if short[0] != long[0] or re.search(r"[aeiou]", short[1:]):
        return False
    rest = iter(long)
    return all(letter in rest for letter in short)
