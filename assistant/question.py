"""Understanding a question: with what was said before it, and which papers it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.addressed import unaddressed
from assistant.shown import called
from corpus.errors import WrongUse
from corpus.naming import mentions
from index.words import search_words, stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.catalogue import Catalogue
    from corpus.naming import Mentions

LONGEST = 4_000  # characters of a question; more is a document, not a question
SHORT = 7  # words up to which a question that names nothing is taken to lean on the one before
LEANING = re.compile(
    r"^\s*(?:and|but|also|so|then|what about|how about|what else|why|really)\b"
    r"|\b(?:it|its|itself|they|them|their|theirs|he|she|his|her|this|these|those|the same|the former|the latter|"
    r"the authors?|instead|previous|mentioned)\b",
    re.IGNORECASE,
)
MAY_LEAN = re.compile(r"\b(?:that|there|such|one|ones|both|else|the other|above)\b", re.IGNORECASE)
MAY_LEAN_WORDS = 16  # in a longer question "that" and its like join clauses more often than questions
SEEKS_WORK = re.compile(
    r"\b(?:which|what)\b(?:\s+(?!of\b)[\w-]+){0,6}?\s+(?:works?|papers?|stud(?:y|ies)|methods?|approach(?:es)?|systems?|frameworks?|"
    r"agents?|controllers?|architectures?|techniques?|articles?)\b(?!\s+(?:does|do|did|is|are|was|were|of|in|for)\b)"
    r"|\bwhich (?:one|work|paper) is it\b|\bwho (?:proposed|introduced|showed|first)\b",
    re.IGNORECASE,
)
Turn = tuple[str, str]
AND_WHICH = re.compile(
    r",?\s+(?:and|while|whereas)\s+(?=(?:on |in |for |to |with |at |from |by )?(?:how|what|which|where|who|why|when)\b)",
    re.IGNORECASE,
)  # where a question ends and a second one begins
WHICH_ONE = re.compile(r"\b(which|what) one\b", re.IGNORECASE)
WHICH_KIND = re.compile(
    r"\b(?:which|what)\s+((?:[\w-]+\s+){1,3}?)(?:is|are|was|were|does|do|did|has|have|can|[a-z]+s)\b",
    re.IGNORECASE,
)
SMALLEST_PART = 3  # content words of a question that can be looked up alone


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood.

    Attributes:
        asked: In the user's words.
        standalone: Understandable without the conversation.
        search: What is looked up.
        papers: Ids of the papers it is about; empty where it names none.
        leaned: Whether it leaned on the conversation.
        each: What is asked of each of two papers, as (paper, question), where the question says it one after the
            other ("which model does A use, and which one does B?"); else empty.
    """

    asked: str
    standalone: str
    search: str
    papers: tuple[str, ...]
    leaned: bool = False
    each: tuple[tuple[str, str], ...] = ()


def seeks_work(question: Question) -> bool:
    """Whether the answer is the name of a work: it names none, and asks which one it is."""
    return not question.papers and bool(SEEKS_WORK.search(question.asked))


def checked(text: str) -> str:
    """The question without surrounding blanks and what is no text.

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


def leans(text: str, papers: Sequence[str]) -> bool:
    """Whether the question leans on what was said before it."""
    if LEANING.search(text):
        return True
    words = len(text.split())
    return not papers and (words <= SHORT or (words <= MAY_LEAN_WORDS and bool(MAY_LEAN.search(text))))


def understood(text: str, history: Sequence[Turn], catalogue: Catalogue) -> Question:
    """The question, completed from the conversation where it leans on it.

    No model is needed: what the last turns spoke of is put beside the question, so that search and
    writer see both. A large model may rewrite it instead (`assistant.rewriting`).

    Args:
        text: The question as asked.
        history: Earlier questions and answers, oldest first.
        catalogue: Names the papers.

    Raises:
        WrongUse: The question is empty or far too long.
    """
    text = checked(text)
    named = mentions(text, catalogue)
    papers = named.paper_ids
    if not history or not leans(text, papers):
        return Question(text, text, text, papers, each=_each(text, named))
    before, said = history[-1]
    context = papers
    for question, answer in reversed(history):
        if context:
            break
        context = mentions(question, catalogue).paper_ids or mentions(answer, catalogue).paper_ids[:2]
    if (
        papers
        and not re.match(r"^\s*(?:and|but|what about|how about)\b", text, re.IGNORECASE)
        and len(text.split()) > SHORT
    ):
        # It names its own paper and says enough; "its" may well mean that paper.
        return Question(text, text, text, papers)
    said = " ".join(unaddressed(said).split())[:240]  # it quotes papers
    labels = ", ".join(called(catalogue.by_id[paper].label) for paper in context if paper in catalogue.by_id)
    about = f"About {labels}, after" if labels else "After"
    standalone = f"{about} “{before}” – “{said}”: {text}"
    added = [word for word in search_words(f"{before} {said}") if word not in search_words(text)]
    return Question(text, standalone, f"{text} {' '.join(added[:16])}", context, leaned=True)


def _each(text: str, named: Mentions) -> tuple[tuple[str, str], ...]:
    """What is asked of each of the two papers that a question names one after the other; empty for any other."""
    if len(named.paper_ids) != 2:
        return ()
    sure = [mention for mention in named.papers if mention.strong]
    for joint in AND_WHICH.finditer(text):
        halves = (text[: joint.start()], text[joint.end() :])
        before = {mention.target for mention in sure if mention.end <= joint.start()}
        behind = {mention.target for mention in sure} - before
        if len(before) == len(behind) == 1 and all(len(stems(half)) >= SMALLEST_PART for half in halves):
            first, second = halves
            kind = WHICH_KIND.search(first)
            if kind:
                second = WHICH_ONE.sub(rf"\1 {kind[1].strip()}", second)
            return ((before.pop(), f"{first}?"), (behind.pop(), second[:1].upper() + second[1:]))
    return ()
