"""The surface of words: text made comparable, and the numbers and names in it.

What a sentence states most checkably are its numbers and names; these read them by value and however
they are spelt or joined.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from index.words import STOP_WORDS, stem

LONG_NAME = 6  # letters from which a name may be met as the beginning of a longer word
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
ROOT = 4  # letters that two words need in common to be akin
LONG_AND_SHORT = re.compile(
    r"((?:\b[A-Za-z][\w-]*\s+){1,7}\b[A-Za-z][\w-]*)\s*\(([A-Z][A-Za-z]{0,7}[A-Z])s?\)"
)
COUNTED_AS_WORDS = {"one", "once", "half", "third", "quarter", "two", "twice"}  # too common to be demanded


def normalised(text: str) -> str:
    """`text` for comparing: NFKC, lower case, straight quotes, no hyphens except in "10-20", single blanks."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"(?<=\d)\s*[‐‑‒–—−-]\s*(?=\d)", "~", text)
    text = re.sub(r"[‐‑‒–—−-]", "", text)
    text = re.sub(r"[“”„«»\"'’‘`]", "", text)
    return " ".join(text.split())


@lru_cache(maxsize=4096)  # each sentence of a passage is held against each sentence of an answer
def numbers(text: str) -> frozenset[float]:
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
        found.add(round(value * scale, 9))
        if unit == "%" or match.group().strip().endswith("percent"):
            found.add(round(value / 100, 9))
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in SPELLED:
            found.add(round(float(SPELLED[word]), 9))
    return frozenset(found)


def demanded_numbers(text: str) -> dict[str, frozenset[float]]:
    """Each number a sentence states, as written, with the values that satisfy it."""
    demanded = {}
    for match in NUMBER.finditer(unicodedata.normalize("NFKC", text)):
        values = numbers(match.group())
        if values:
            demanded[match.group().strip()] = values
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in SPELLED and word not in COUNTED_AS_WORDS:
            demanded[word] = frozenset({round(float(SPELLED[word]), 9)})
    return demanded


def names(text: str, *, opening: bool = False) -> set[str]:
    """The proper names and technical terms of a sentence: words with capitals or digits inside, not its first word."""
    found = set()
    for match in NAME.finditer(text):
        word = match.group()
        opens = not text[: match.start()].strip(" \"'“‘([") or re.search(
            r"[.!?:]\s+[\"'“]?$", text[: match.start()]
        )
        plain = word[1:].islower() and "-" not in word
        if (opens and plain and not opening) or word.lower() in STOP_WORDS:
            continue
        found.add(word)
    return found


def stands_in(part: str, text: str) -> bool:
    """Whether `text` holds `part` as whole words and whole numbers: "USD 24" does not stand in "USD 240"."""
    return place_of(part, text) is not None


def place_of(part: str, text: str) -> re.Match[str] | None:
    """Where `text` holds `part` as whole words and whole numbers; None where it does not."""
    return re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(part)}(?!\w|[.,]\d)", text)


def named_in(name: str, text: str) -> bool:
    """Whether `text` holds a name, however its parts are joined: "GPT-4" in "gpt 4", not "PPO" in "opportunity"."""
    letters = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())
    text = unicodedata.normalize("NFKC", text).casefold()
    end = "" if len(letters) >= LONG_NAME and letters.isalpha() else r"(?:['’]?s)?(?![^\W_])"
    forms = {letters, letters.removesuffix("s")} - {""}
    joined = (r"[\W_]*".join(map(re.escape, form)) for form in forms)
    return any(re.search(rf"(?<![^\W_]){form}{end}", text) for form in joined)


def akin(name: str, text: str) -> bool:
    """Whether a plain word that is only written as a name ("Textual") has a near relative in `text` ("text")."""
    word = name.casefold()
    if not (name[1:].islower() and name.isalpha()):
        return False
    return any(
        stem(other) == stem(word)
        or (min(len(other), len(word)) >= ROOT and (word.startswith(other) or other.startswith(word)))
        for other in re.findall(r"[a-z]+", text.casefold())
    )


def one_form(text: str, source: str) -> str:
    """`text` where a name stands in its long and its short form, "Proximal Policy Optimization (PPO)": that of `source`.

    Both are kept where the source has both or none.
    """

    def chosen(match: re.Match[str]) -> str:
        words, short = match[1], match[2]
        letters = [letter.lower() for letter in short if letter.isupper()]
        long = re.split(r"[\s-]+", words)[-len(letters) :]
        if [word[0].lower() for word in long] != letters:
            return match[0]
        at = len(words) - len(re.search(r"[\s-]+".join(map(re.escape, long)) + r"\Z", words)[0])  # type: ignore[index]
        has = [named_in(short, source), named_in(words[at:], source)]
        if all(has) or not any(has):
            return match[0]
        return words[:at] + (short if has[0] else words[at:])

    return LONG_AND_SHORT.sub(chosen, text)
