"""What a user typed, before anything is looked up: checked, its language, and what in it is only said beside the question.

asked_in("I am a PhD student at MIT. How many robots does Octo use?", judge)   # "How many robots does Octo use?"
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from corpus.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST: Final = 4_000  # characters of a question; more is a document, not a question
SURE: Final = 0.5  # probability from which a sentence is said beside the question
SURE_OF_PART: Final = 0.7  # the same of a part of a sentence
PIECES: Final = 12  # of a longer text only whole sentences are judged
ENGLISH: Final = "English"
# Where a text may be cut into pieces: behind a sentence, a bracket, a comma, a dash, or where "I" begins a clause.
_CUT: Final = re.compile(
    r"(?<=[.!?;:\n])\s+(?![^()]*\))|(?<=[。！？；])\s*|\s*(?=\()|(?<=\))[\s,.;]*|(?<=,)\s+(?![^()]*\))|\s+[-–—]+\s+|\s+(?=(?:and|but|because|since|as) (?:I|i|my|we|it)\b)"
)
_TAKEN_ALONG: Final = " \t\n,;:-–—()"
_SCRIPTS: Final = (
    ("Japanese", re.compile(r"[\u3040-\u30ff]")),
    ("Korean", re.compile(r"[\uac00-\ud7af]")),
    ("Chinese", re.compile(r"[\u3400-\u9fff]")),
    ("Russian", re.compile(r"[\u0400-\u04ff]")),
    ("Arabic", re.compile(r"[\u0600-\u06ff]")),
    ("Greek", re.compile(r"[\u0370-\u03ff]{3}")),
    ("Hebrew", re.compile(r"[\u0590-\u05ff]")),
    ("Hindi", re.compile(r"[\u0900-\u097f]")),
    ("Thai", re.compile(r"[\u0e00-\u0e7f]")),
)
LETTERS_OF_A_SCRIPT: Final = 0.3  # share of the letters, from which a text is in it


def checked(text: str) -> str:
    """The text without surrounding blanks and what is no text.

    Raises:
        WrongUse: It is empty or far too long.
    """
    text = re.sub(r"[\0\ud800-\udfff]", "", text).strip()  # halves of characters, from a broken pipe or file
    if not re.search(r"\w", text):
        raise WrongUse('The question is empty: ask something, for instance "How does Eureka write rewards?".')
    if len(text) > LONGEST:
        raise WrongUse(
            f"The question has {len(text):,} characters; the limit is {LONGEST:,}. Ask it in a sentence or two."
        )
    return text


def asked_in(text: str, is_aside: Callable[[str], float]) -> tuple[str, str]:
    """The question in a text, and what is said beside it: who asks, why, how to answer, greetings.

    Only pieces at the beginning and at the end are set aside, and what stands in brackets; the question stays in the
    user's words. Where all of it would be set aside, all of it is the question.

    Args:
        text: As checked.
        is_aside: The probability that a piece is said beside the question.
    """
    pieces = [piece for piece in _CUT.split(text) if piece.strip(_TAKEN_ALONG)]
    if not 1 < len(pieces) <= PIECES:
        return text, ""
    bracketed = [piece.lstrip().startswith("(") and piece.rstrip(" ?.!").endswith(")") for piece in pieces]
    whole = [piece.rstrip()[-1] in ".!?。！？" for piece in pieces]
    beside = [
        is_aside(piece.strip(_TAKEN_ALONG))
        > (SURE if bracketed[at] or (whole[at] and (at == 0 or whole[at - 1])) else SURE_OF_PART)
        for at, piece in enumerate(pieces)
    ]
    if all(beside) or not any(beside):
        return text, ""
    first = beside.index(False)
    last = len(beside) - 1 - beside[::-1].index(False)
    cuts: list[str] = []
    kept = text
    for at, piece in enumerate(pieces):
        if beside[at] and (at < first or at > last or bracketed[at]):
            kept = kept.replace(piece, "", 1)
            cuts.append(piece.strip())
    kept = re.sub(r"\s+([?.!,])", r"\1", " ".join(kept.split()))
    return kept.strip(_TAKEN_ALONG), " ".join(cuts)


def language(text: str) -> str:
    """The language of a question, "German"; English where its words do not tell."""
    letters = [sign for sign in text if sign.isalpha()]
    for name, script in _SCRIPTS:
        if letters and len(script.findall(text)) > LETTERS_OF_A_SCRIPT * len(letters):
            return name
    said = re.findall(r"[^\W\d_]+", text.lower())
    counts = {name: sum(word in known for word in said) for name, known in _words().items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] > max(1, counts[ENGLISH]) else ENGLISH


@cache
def _words() -> dict[str, frozenset[str]]:
    import tomllib

    read = tomllib.loads((files("assistant.asking") / "languages.toml").read_text("utf-8"))
    return {name: frozenset(words.split()) for name, words in read.items()}
