"""What a comparison sets side by side, and whether something in particular is asked of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from corpus.spelling import distinct, fold
from index.words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.asking.subjects import Subjects
    from corpus.naming import Mention

FEWEST: Final = 2
MOST: Final = 4
FREE_WORDS: Final = 6  # words of a side that names nothing, "rewards from videos"
_JOINT: Final = re.compile(
    r"\s*,?\s+(?:and|with|to|against|vs\.?|versus|or|over|und|mit|et|avec|y|con)\s+|\s*[,;&]\s*",
    re.IGNORECASE,
)
_SETS: Final = re.compile(
    r"^\W*(?:\w+\W+){0,4}?(?:compare|contrast|comparison (?:of|between))\s+|\s(?:vs\.?|versus)\s",
    re.IGNORECASE,
)
# What says that things are compared, and nothing of what is compared in them; the rest is asked in particular.
_FRAME: Final = STOP_WORDS | frozenset(
    """compare compared compares comparing comparison contrast contrasts difference differences differ differs different
    better best prefer preferable versus vs similar similarities similarity common side table tradeoffs tradeoff pros cons
    advantage advantages relate relates related same idea pick choose distinguishes distinguish separates main key
    approach approaches method methods model models category technique techniques system systems real put basically
    okay two please want explain summarise summarize describe show help relation alike unterschied unterschiede vergleiche
    vergleich zwischen und der die das ist sind was mit différence différences quelle entre est la les et compara
    diferencia diferencias cuál es y el con advantage way ways stronger superior""".split()
)


def sides(asked: Subjects, context: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Two to four approaches as a user names them, or "paper:…", and what is asked of them in particular.

    Args:
        asked: The request and what it names.
        context: Ids of the papers that "it" or "the two" mean; empty where it leans on nothing.

    Returns:
        No approaches where the request names no two.
    """
    named = _once([*(m for m in asked.papers if m.strong), *_categories(asked)])
    given = [_called(mention, asked) for mention in sorted(named, key=lambda m: m.start)]
    of_talk = [f"paper:{paper}" for paper in context if paper not in {m.target for m in named}]
    if len(given) < FEWEST and of_talk:
        given = [*of_talk[: MOST - len(given)], *given] if given else of_talk[:MOST]
    free: list[str] = []
    if len(given) < FEWEST and _SETS.search(asked.text):
        free = _free(asked, named)
        given = distinct([*given, *free])
    if not FEWEST <= len(given) <= MOST or len(free) == len(given):
        return (), ""
    left = asked.without(*asked.papers, *asked.categories)
    for words in free:
        left = left.replace(words, " ")
    more = [word for word in re.findall(r"[^\W\d_]+|\d+", fold(left)) if word not in _FRAME and len(word) > 1]
    return tuple(given), asked.text if more else ""


def _categories(asked: Subjects) -> list[Mention]:
    """The categories named, unless the same words are surely a paper's name."""
    papers = {(m.start, m.end) for m in asked.papers if m.strong}
    strong = [m for m in asked.categories if m.strong and (m.start, m.end) not in papers]
    return strong or ([] if papers else [m for m in asked.categories if (m.start, m.end) not in papers])


def _once(found: Sequence[Mention]) -> list[Mention]:
    """One mention for each thing named, and one thing for each place."""
    by_place: dict[tuple[int, int], Mention] = {}
    for mention in found:
        by_place.setdefault((mention.start, mention.end), mention)
    return list({mention.target: mention for mention in reversed(list(by_place.values()))}.values())


def _called(mention: Mention, asked: Subjects) -> str:
    ambiguous = sum(m.text == mention.text for m in (*asked.papers, *asked.categories)) > 1
    kind = "paper" if mention in asked.papers else "category"
    return (
        mention.text if ambiguous or re.match(r"^[\w\s\-:]+$", mention.text) else f"{kind}:{mention.target}"
    )


def _free(asked: Subjects, named: Sequence[Mention]) -> list[str]:
    """Sides that name nothing, as they stand between the words that join them."""
    text = re.sub(_SETS.pattern.split("|\\s(?:vs")[0], "", asked.text, flags=re.IGNORECASE).strip(" ?.!")
    found = []
    for piece in _JOINT.split(text):
        words = re.sub(r"^(?:both|the|an?)\s+", "", piece.strip(), flags=re.IGNORECASE)
        telling = [word for word in re.findall(r"[^\W\d_]+", words.lower()) if word not in _FRAME]
        if any(mention.text in piece for mention in named) or not telling:
            continue
        if len(words.split()) <= FREE_WORDS:
            found.append(words)
    return found
