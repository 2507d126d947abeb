"""What a follow-up leans on: the paper, the two, or the set that was spoken of last, or the question before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from corpus.naming import mentions
from corpus.spelling import distinct
from index.words import search_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.asking.subjects import Subjects
    from corpus.catalogue import Catalogue

Turn = tuple[str, str]
SHORT: Final = 7  # words up to which a question that names nothing is taken to lean on the one before
MAY_LEAN_WORDS: Final = 16  # in a longer question "that" and its like join clauses more often than questions
OPENS: Final = re.compile(
    r"^\W*(?:and|but|also|so|then|und|et|y|what about|how about|was ist mit|et pour)\b[\s,:]*", re.IGNORECASE
)
LEANING: Final = re.compile(
    r"\b(?:it|its|itself|they|them|their|theirs|he|she|his|her|this|these|those|the same|the former|the latter|the two|"
    r"the authors?|instead|previous|mentioned|what else|why|really)\b",
    re.IGNORECASE,
)
MAY_LEAN: Final = re.compile(r"\b(?:that|there|such|one|ones|both|else|the other|above)\b", re.IGNORECASE)
TWO: Final = re.compile(
    r"\b(?:the|these|those|all) two\b|\bboth\b|\beither one\b|\bthe (?:former|latter)\b", re.IGNORECASE
)
SET: Final = re.compile(
    r"\b(?:these|those|them|they)\b|\b(?:of|among) (?:the|this|that) (?:list|set|above|ones)\b|\bthe (?:listed|above)\b"
    r"|\bwhich ones\b|\bhow many of\b",
    re.IGNORECASE,
)
PAPERS: Final = re.compile(
    r"\b(?:papers?|works?|articles?|studies|publications?|arbeiten|artikel|articles|artículos|ones?|these|those|them)\b",
    re.IGNORECASE,
)  # a question that has one says whose papers it means
SAID: Final = 240  # characters of the last answer that a follow-up is read with
ADDED: Final = 16  # words of the conversation that a follow-up is looked up with


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was spoken of in one turn before.

    Attributes:
        question: As it was understood, without what was said beside it.
        papers: The papers that the question was about.
        named: The papers of question and answer, those of the question first.
        set: The papers that were listed or compared, two at least; else empty.
    """

    question: str
    papers: tuple[str, ...]
    named: tuple[str, ...]
    set: tuple[str, ...]


def leans(asked: Subjects, *, of_many: bool = False) -> bool:
    """Whether a question leans on what was said before it.

    Args:
        asked: The question and what it names.
        of_many: Whether it asks about many papers: where it says "papers" it says which, however short it is.
    """
    if OPENS.match(asked.text) or LEANING.search(asked.text):
        return True
    words = len(asked.text.split())
    names_its_own = bool(asked.sure) or any(mention.strong for mention in asked.categories)
    return not names_its_own and (
        (words <= SHORT and not (of_many and PAPERS.search(asked.text)))
        or (words <= MAY_LEAN_WORDS and bool(MAY_LEAN.search(asked.text)))
    )


def about(asked: Subjects, before: Sequence[Spoken]) -> tuple[str, ...]:
    """The papers that a leaning question is about, besides those it names.

    Args:
        asked: The question.
        before: The turns before it, the last one first.
    """
    if TWO.search(asked.text):
        found: list[str] = []
        for turn in before:
            found = distinct([*found, *(turn.set if len(turn.set) == 2 else turn.papers or turn.named[:1])])
            if len(found) >= 2:
                return tuple(found[:2])
        return tuple(found)
    for turn in before:
        if turn.papers:
            return turn.papers
        if turn.named:
            return turn.named[:2]
    return ()


def among(asked: Subjects, before: Sequence[Spoken]) -> tuple[str, ...]:
    """The set that a question is confined to, "which of these …"; empty where it speaks of none."""
    if not SET.search(asked.text):
        return ()
    return next((turn.set for turn in before if len(turn.set) > 1), ())


def swapped(asked: Subjects, last: Subjects) -> str:
    """The question before with what this one names in its place: "And Octo?"; "" where this one says more than names."""
    opened = OPENS.sub(
        "", asked.without(*asked.papers, *asked.categories, *asked.people, *asked.venues, *asked.years)
    )
    names_only = not [
        word
        for word in re.findall(r"[^\W_]+", opened.lower())
        if word not in {"in", "at", "for", "by", "of", "the", "from"}
    ]
    if not names_only:
        return ""
    for mine, theirs in (
        ([m for m in asked.papers if m.strong], [m for m in last.papers if m.strong]),
        (asked.people, last.people),
        (asked.venues, last.venues),
        (asked.years, last.years),
        ([m for m in asked.categories if m.strong], [m for m in last.categories if m.strong]),
    ):
        if len(mine) == 1 and len({place.text for place in theirs}) == 1:
            old, new = theirs[0], mine[0]
            return last.text[: old.start] + new.text + last.text[old.end :]
    return ""


def spoken(
    question: Subjects, papers: tuple[str, ...], listed: tuple[str, ...], answer: str, catalogue: Catalogue
) -> Spoken:
    """What one turn spoke of.

    Args:
        question: As understood.
        papers: What it was about.
        listed: What it lists by the catalogue; empty where it asks for no list.
        answer: What was answered.
        catalogue: Names the papers.
    """
    said = mentions(answer, catalogue).paper_ids
    named = tuple(distinct([*papers, *said]))
    group = listed or (papers if len(papers) > 1 else said if len(said) > 1 and not papers else ())
    return Spoken(question.text, papers, named, tuple(group))


def looked_up(text: str, before: str, said: str) -> str:
    """What a follow-up is looked up with: its words, and some of the turn before."""
    added = [word for word in search_words(f"{before} {said}") if word not in search_words(text)]
    return f"{text} {' '.join(added[:ADDED])}"
