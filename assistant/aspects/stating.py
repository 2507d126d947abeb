"""The sentences of a paper that state an aspect: chosen by cues, place, and what the digest leads one to expect.

The whole paper is read, not the top passages of a search: a few thousand sentences take tens of milliseconds, and
nothing is lost that ranks low. A digest's phrase only helps to find the paper's own sentence; it is never the quote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.aspects.readability import led_in, readable
from assistant.aspects.sentences import BEGINS
from assistant.aspects.standard import ALGORITHMS, REAL, SIMULATED
from assistant.aspects.vocabulary import NEGATION
from assistant.wording import names
from corpus.quoting import in_one_piece
from index.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.aspects.sentences import Material, Said
    from assistant.aspects.standard import Aspect

OWN_SHARE = 0.35  # for a sentence that speaks of this very work
OTHERS_SHARE = 0.6  # taken from one that speaks of others and not of this work
EXPECTED_SHARE = 1.5  # weight of how much of the digest's phrase a sentence holds
WORDY = 45  # words from which a sentence is long for a cell
WORDY_SHARE = 0.3
HALF = 0.5  # weight of the second cue
SECOND_ADDS = 0.22  # share of the digest's phrase that a second quote must add
EXPECTED = 0.5  # share of the digest's phrase from which a sentence states it without a cue
COMPARED_SHARE = 0.6  # taken from a sentence about baselines
EMPTY_SHARE = 1.2  # taken from one that only announces what others say
LEANS_SHARE = 0.3  # taken from one that leans on the sentence before it
CUT_SHARE = 0.5  # taken from one that a page or figure cut
SELF_EVIDENT = (
    0.4  # what a sentence must score above `needs` to stand beside a digest that says something else
)
EMPTY = re.compile(
    r"\b(?:has|have|are|faces?) (?:\w+ ){0,3}limitations?(?: at this time)?\W*$|\bnot without (?:\w+ )?limitations?\W*$"
    r"|\b(?:refer to|see|discussed? in|in) (?:the )?(?:Appendix|Sec(?:tion|\.)|App\.|Fig(?:ure|\.)|Table) ?[A-Z\d.]*\W*$"
    r"|:$|\blimitations?\b.{0,30}\bremain\W*$|\bthere (?:is|are|remains?) .{0,40}\b(?:rooms?|areas?) for (?:\w+ )?improvements?"
    r"|^(?:Table|Figure|Fig\.) \d+|\b(?:Table|Figure|Fig\.) \d+ (?:shows|lists|presents|summari)",
    re.IGNORECASE,
)
FOR_DATA = re.compile(
    r"\bexperts?\b|\bcollect\w* (?:the |an? )?(?:\w+ )?(?:data|demonstrations|dataset|trajectories)\b|\bbehaviou?ral? cloning\b",
    re.IGNORECASE,
)
COMPARED = re.compile(
    r"\b(?:outperform\w*|compared? (?:to|with|against)|baselines?|unlike|versus|vs\.?|variants? of)\b",
    re.IGNORECASE,
)
BEATEN = re.compile(r"\b(?:outperforms?|better than|exceeds?|surpass(?:es)?) (?:ours|our)\b", re.IGNORECASE)
REUSED = re.compile(
    r"\b(?:official|public|their|authors'?|baselines?|existing|original|third[- ]party|reference) (?:\w+ ){0,2}"
    r"(?:code|implementation|repositor\w+|codebase)|\b(?:we (?:use|used|adopt|borrow|build (?:up)?on|follow|obtain)|borrow\w*)\b"
    r"|\bcode\b.{0,40}\b(?:is|are) (?:\w+ )?(?:based|built) (?:up)?on\b",
    re.IGNORECASE,
)
TRIED = re.compile(
    r"\b(?:experiment\w*|evaluat\w*|test\w*|train\w*|deploy\w*|demonstrat\w*|transfer\w*|appl(?:y|ied)|learn\w*|run|walk\w*|"
    r"validat\w*|conduct\w*|collect\w*|consider\w*|appli\w+|show\w*|tasks?|success)\b",
    re.IGNORECASE,
)
WISHED = re.compile(
    r"\b(?:future|could|would|may|might|hope|believe|promising|potential\w*|towards?|without (?:\w+ )?real|need\w*|challeng\w*|"
    r"motivat\w*|difficult|hard|requires?|in order to|leave|not|important|crucial|many|often|typically|ideally)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence and how well it states the aspect.

    Attributes:
        said: The sentence.
        score: Cues, place and expectation together.
        strong: Whether it states the aspect by itself, without a digest's word for it.
    """

    said: Said
    score: float
    strong: bool


def found(aspect: Aspect, material: Material, expected: str | None) -> list[Found]:
    """At most two sentences of the paper that state the aspect, the best first; empty where none does.

    Arguments as for `ranked`.
    """
    judged = ranked(aspect, material, expected)
    if not judged:
        return []
    more = _adding(judged[0].said, _wanted(expected, material), judged[1:12], material)
    return [replace(judged[0], said=_led_in(judged[0].said)), *more]


def ranked(aspect: Aspect, material: Material, expected: str | None) -> list[Found]:
    """The sentences of the paper that state the aspect, the best first.

    Args:
        aspect: The aspect.
        material: The paper's sentences.
        expected: What the digest says of it, if anything.
    """
    wanted = _wanted(expected, material)
    own = frozenset(name for label in material.names for name in _names(label))
    terms = _names(expected) - own if aspect.names and expected else frozenset()
    judged = []
    for said in material.said:
        base = cued(aspect, said)
        if base is None and not wanted:
            continue
        cover = material.cover(wanted, said) if wanted else 0.0
        if base is None and cover < EXPECTED:
            continue
        score = (base if base is not None else aspect.parts.get(said.part, 0.0) / 2) + EXPECTED_SHARE * cover
        strong = base is not None and base >= aspect.needs
        if wanted and cover < aspect.like and not terms & _names(said.text):
            strong = strong and base is not None and base >= aspect.needs + SELF_EVIDENT
            if not strong:
                continue
        if terms and not terms & _names(said.text):
            score -= 0.5
            strong = False
        if strong or score >= aspect.needs + 0.2:
            judged.append(Found(said, score, strong))
    return sorted(judged, key=lambda item: -item.score)


def alone(aspects: Sequence[Aspect], material: Material) -> list[Said]:
    """The sentences that state one of the aspects and can be read alone, the best first.

    Those that the digest leads to come before those that state it whatever the digest says.
    """
    said = material.paper.digest.aspects if material.paper.digest else {}
    found: dict[Said, None] = {}
    for led in (True, False):
        judged = [
            (item.score - aspect.needs, item.said)
            for aspect in aspects
            for item in ranked(aspect, material, said.get(aspect.digest) if led else None)
            if readable(item.said.text)
        ]
        found |= dict.fromkeys(one for _, one in sorted(judged, key=lambda pair: -pair[0]))
    return list(found)


def _led_in(said: Said) -> Said:
    """The sentence with the one before it, where it leans on that and both stand in one piece."""
    passage = said.passage
    start = led_in(passage.text, said.start, said.end)
    if start == said.start or in_one_piece(passage.text, passage.spans, start, said.end) != (start, said.end):
        return said
    return replace(said, text=passage.text[start : said.end], start=start)


def cued(aspect: Aspect, said: Said) -> float | None:
    """Cues, place and whose work it is; None where no cue is met."""
    weights = sorted((weight for pattern, weight in aspect.cues if pattern.search(said.text)), reverse=True)
    if not weights:
        return None
    score = weights[0] + HALF * sum(weights[1:2]) + aspect.parts.get(said.part, 0.0)
    score += OWN_SHARE * said.own - OTHERS_SHARE * (said.others and not said.own)
    if aspect.key not in ("main_result", "benchmarks", "problem", "limitations") and COMPARED.search(
        said.text
    ):
        score -= COMPARED_SHARE
    if aspect.key == "rl_algorithm" and FOR_DATA.search(said.text):
        score -= COMPARED_SHARE
    if aspect.key == "problem" and re.search(r"\bour\b", said.text):
        score -= COMPARED_SHARE  # what is wrong with its own first try is not the problem it sets out from
    if EMPTY.search(said.text) or (aspect.key == "main_result" and BEATEN.search(said.text)):
        score -= EMPTY_SHARE
    if aspect.key == "code" and REUSED.search(said.text):
        score -= 1.0
    score -= LEANS_SHARE * said.leans + CUT_SHARE * (not said.whole)
    if said.text.endswith("?") and aspect.key != "problem":
        score -= EMPTY_SHARE
    return score


def _wanted(expected: str | None, material: Material) -> frozenset[str]:
    """The stems of the digest's phrase, without the paper's own names; none for a phrase that says "none"."""
    if not expected or NEGATION.match(expected) or expected.startswith("http"):
        return frozenset()
    wanted = set(stems(expected))
    own = {stem for name in material.names for stem in stems(name)}
    return frozenset(wanted - own or wanted)


def _names(text: str | None) -> frozenset[str]:
    """The names in a phrase, comparable: "GPT-4" and "gpt 4" give "gpt4"."""
    found_ = {re.sub(r"[\W_]+", "", name).casefold() for name in names(f". {text or ''}")}
    found_ |= {
        re.sub(r"[\W_]+", "", m[0]).casefold() for m in re.finditer(ALGORITHMS, text or "", re.IGNORECASE)
    }
    return frozenset(found_ - {""})


def _adding(best: Said, wanted: frozenset[str], rest: Iterable[Found], material: Material) -> list[Found]:
    """One more sentence, if it holds a good part of the digest's phrase that the best does not."""
    left = frozenset(wanted - best.stems)
    if not wanted or not left:
        return []
    whole = sum(material.rarity.get(stem, 0.0) for stem in wanted) or 1.0
    scored = [
        (sum(material.rarity.get(stem, 0.0) for stem in left & item.said.stems) / whole, item)
        for item in rest
        if item.said.text != best.text
    ]
    scored = [pair for pair in scored if pair[0] >= SECOND_ADDS]
    return [max(scored, key=lambda pair: (pair[0], pair[1].score))[1]] if scored else []


def tried_on(kind: str, material: Material) -> Found | None:
    """The sentence that best says the work was tried on a real robot ("real") or in simulation ("simulation").

    Only a sentence of what was done counts: not a wish, not another's work.
    """
    pattern = re.compile(REAL if kind == "real" else SIMULATED, re.IGNORECASE)
    place = {"abstract": 0.6, "introduction": 0.2, "experiments": 0.5, "appendix": 0.2, "caption": 0.1,
             "conclusion": 0.2, "method": -0.2, "related": -2.0, "background": -1.0, "limitations": -0.6}  # fmt: skip
    best: Found | None = None
    for said in material.said:
        mentioned = len(pattern.findall(said.text))
        if not mentioned:
            continue
        if said.text.endswith("?"):
            continue
        score = 0.6 + 0.15 * (mentioned > 1) + 0.5 * bool(TRIED.search(said.text)) + 0.4 * said.own
        score += place.get(said.part, 0.0) - 0.7 * (kind == "real") * bool(WISHED.search(said.text))
        score -= LEANS_SHARE * said.leans / 2 + CUT_SHARE * (not said.whole)
        score -= 0.5 * (said.others and not said.own) + WORDY_SHARE * (len(said.text.split()) > WORDY)
        if best is None or score > best.score:
            best = Found(said, score, score >= SURE[kind])
    return best


SURE = {"real": 1.75, "simulation": 1.6}  # from here on the sentence is taken at its word


def shown(text: str, longest: int = 280) -> str:
    """A phrase or sentence as a cell shows it: in one line, cut at a blank where it is long."""
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: text.rfind(' ', 0, longest)]} …"


def quoted(text: str, longest: int = 280) -> str:
    """A paper's sentence in quotation marks, its lost beginning marked too."""
    return f"“{'' if BEGINS.match(text) else '… '}{shown(text, longest)}”"


def candidates(aspect: Aspect, material: Material, count: int) -> list[Said]:
    """The sentences that meet the aspect's cues best, strong or not, in the paper's order; for a model to read."""
    scored = [(score, i) for i, said in enumerate(material.said) if (score := cued(aspect, said)) is not None]
    return [material.said[i] for i in sorted(i for _, i in sorted(scored, key=lambda pair: -pair[0])[:count])]
