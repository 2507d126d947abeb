"""Evidence: numbered passages, and the sentences in them that matter for a question.

What a model reads decides what it says: with the right few sentences the small model states the
asked facts in 14 of 16 questions, with four whole chunks in 5 (shared measurements, docs/quality.md).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from assistant.answer import NumberedSource
from assistant.shown import of_paper
from corpus.passages import located
from corpus.quoting import quotable
from corpus.table_passages import stands
from corpus.tokens import count
from index.words import stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from corpus.catalogue import Catalogue
    from corpus.passages import Span
    from index.embedders import Embedder
    from index.search import Hit

# Chosen on the development questions (docs/quality.md): 0.5 to 0.7 for words and 0.1 for rank do about as well.
WORDS_SHARE = 0.6  # how much the question's words count beside the direction of the vectors
BESIDE_SHARE = (
    0.2  # how much a sentence's neighbours count for its direction: an answer often leans on the one before
)
RANK_SHARE = 0.1  # how much a passage's place in the search counts beside its sentences
NUMBER_SHARE = 0.1  # for a sentence with a number, where the question asks for one
NOISE_SHARE = (
    0.25  # taken from program text and the scale of a figure, which seldom answer a question in words
)
CODE = re.compile(r"\w+_\w+|\w\(|[{}=;<>]|\btorch\b|\bself\b|\bdef\b|\breturn\b|\w\.\w+\(")
SHORT = 6  # words
FRAGMENT_SHARE = (
    0.15  # taken from words that break off, unless there is a number: a row of a table is worth quoting
)
SIGN = re.compile(r"[=≤≥∈∑∏∫∂∇∞≈∼→←⟨⟩|∗∆×±\\^_{}]|[Α-Ωα-ω]")
STEP = re.compile(r"(?:^|\s)\d{1,2}: ")  # a line of an algorithm
NUMBERS_IN_A_ROW = re.compile(r"(?:(?<!\S)[-−]?\d+(?:,\d{3})*(?:\.\d+)?%?(?:\s+|$)){4,}")
ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|often|long|large|big|far|high|fast|accurately)\b"
    r"|\b(?:what|which) (?:share|percentage|number|score|success|rate|fraction|proportion)\b|\bby how much\b",
    re.IGNORECASE,
)
ASKED_LAST = 24  # characters: room for "(Section 4.2) 3." behind the question mark
SHORTEST = 4  # words a sentence needs to be quoted alone


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the evidence.

    Attributes:
        n: Number of its source.
        start: First character in the source's text.
        end: One past the last.
        text: The sentence.
        score: How well it meets the question; higher is better.
        tokens: cl100k tokens.
    """

    n: int
    start: int
    end: int
    text: str
    score: float
    tokens: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer may rest on.

    Attributes:
        sources: The numbered passages.
        sentences: All their sentences, in order.
        vectors: (number of sentences, dimension): each sentence's vector.
        asked: The question as asked.
        most: How many sentences are worth quoting; None for as many as there is room for.
    """

    sources: tuple[NumberedSource, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    vectors: NDArray[np.float32] = field(
        default_factory=lambda: np.zeros((0, 0), dtype=np.float32), repr=False
    )
    asked: str = ""
    most: int | None = None

    def source(self, n: int) -> NumberedSource:
        """The source of number `n`."""
        return self.sources[n - 1]

    def best(self, count_: int) -> list[Sentence]:
        """The `count_` sentences that meet the question best, best first; none is too short to stand alone, asks, is torn or all signs."""
        long = [s for s in self.sentences if len(s.text.split()) >= SHORTEST] or self.sentences
        usable = [
            s for s in long if not (is_question(s.text) or is_torn(s.text) or is_symbols(s.text))
        ] or long
        return sorted(usable, key=lambda s: -s.score)[:count_]

    def within(self, tokens: int, paper: str | None = None) -> list[tuple[int, str]]:
        """Number and text of the sentences that a model is shown within a budget, best ones chosen, in order of number.

        A sentence chosen brings the one before it where there is room, since it may open with "it";
        gaps are shown as "…".

        Args:
            tokens: The budget.
            paper: Only sentences of this paper.
        """
        chosen: set[int] = set()
        left = tokens
        order = sorted(range(len(self.sentences)), key=lambda i: -self.sentences[i].score)
        for i in order:
            sentence = self.sentences[i]
            if i in chosen or sentence.tokens > left or len(of_paper(sentence.text).split()) < SHORTEST:
                continue
            if paper is not None and self.source(sentence.n).paper != paper:
                continue
            chosen.add(i)
            left -= sentence.tokens
            before = i - 1
            if before >= 0 and before not in chosen and self.sentences[before].n == sentence.n:
                lead = self.sentences[before]
                if lead.tokens <= min(left, 60):
                    chosen.add(before)
                    left -= lead.tokens
        texts: dict[int, list[str]] = {}
        last = -2
        for i in sorted(chosen):
            sentence = self.sentences[i]
            parts = texts.setdefault(sentence.n, [])
            if parts and i != last + 1:
                parts.append("…")
            parts.append(sentence.text)
            last = i
        return [(n, " ".join(parts)) for n, parts in texts.items()]


def numbered(hits: Sequence[Hit], catalogue: Catalogue) -> tuple[NumberedSource, ...]:
    """The hits as sources, numbered from 1."""
    sources = []
    for n, hit in enumerate(hits, start=1):
        passage = hit.passage
        where = {"page": hit.page, "page_label": hit.page_label, "section": passage.section}
        paper = catalogue.by_id.get(passage.paper)
        sources.append(
            NumberedSource.of(
                n,
                paper,
                passage.paper,
                passage.source,
                passage.text,
                **where,
                spans=passage.spans,
                part=passage.kind,
                labels=hit.labels,
                table=passage.table,
            )
        )
    return tuple(sources)


def gathered(
    question: str,
    hits: Sequence[Hit],
    catalogue: Catalogue,
    embedder: Embedder,
    asked: str | None = None,
    papers: Sequence[str] = (),
    each: Sequence[tuple[str, str]] = (),
) -> Evidence:
    """The hits as evidence, each sentence weighed against the question.

    A sentence's score joins the cosine of its vector with the question's, the share of the question's
    words it holds (weighed by how rare they are in the evidence), a little for its passage's place in the
    search, and a little for holding a number where one is asked for.

    Args:
        question: The question with what its conversation adds.
        hits: What the search found.
        catalogue: The papers.
        embedder: Makes the sentences' vectors.
        asked: The question as asked; its meaning is what the sentences are compared with.
        papers: The papers it names; a sentence need not repeat their names.
        each: What is asked of single papers, as (paper, question): their sentences are weighed against that.
    """
    sources = numbered(hits, catalogue)
    places = [
        (s.n, a, b, s.text[a:b]) for s in sources if s.table is None for a, b in quotable(s.text, s.spans)
    ]
    if not places:
        return Evidence(sources, asked=asked or question)
    texts = [text for *_, text in places]
    asked = asked or question
    vectors = embedder.embed([asked, *(of_it for _, of_it in each), *texts])
    own = vectors[1 + len(each) :]
    leaned = _in_context(own, [n for n, *_ in places])
    words = [set(stems(text)) for text in texts]
    labels = {stem for s in sources if s.paper in papers for stem in stems(s.label)}
    spread = Counter(word for said in words for word in said)
    rare = {word: math.log(1 + len(texts) / (1 + many)) for word, many in spread.items()}
    unmet = math.log(1 + len(texts))
    near = {}
    wishes = [("", question, asked), *((paper, of_it, of_it) for paper, of_it in each)]
    for vector, (paper, looked, wished) in zip(vectors, wishes, strict=False):
        wanted = set(stems(looked))
        wanted = wanted - labels if len(wanted - labels) > 2 else wanted
        weight = {word: rare.get(word, unmet) for word in wanted}
        near[paper] = _Aim(weight, leaned @ vector, bool(ASKS_NUMBER.search(wished)))
    found = []
    for i, (n, start, end, text) in enumerate(places):
        aim = near.get(sources[n - 1].paper, near[""])
        score = (1 - WORDS_SHARE) * float(aim.cosines[i]) + WORDS_SHARE * aim.cover(words[i]) + RANK_SHARE / n
        score += NUMBER_SHARE * (aim.counts and any(character.isdigit() for character in text))
        score -= NOISE_SHARE * is_noise(text) + FRAGMENT_SHARE * is_fragment(text)
        found.append(Sentence(n, start, end, text, score, count(text)))
    return Evidence(sources, tuple(found), own, asked)


@dataclass(frozen=True, slots=True)
class _Aim:
    """What sentences are weighed against: weighted words, the cosine of each sentence, whether a number is asked for."""

    weight: dict[str, float]
    cosines: NDArray[np.float32]
    counts: bool

    def cover(self, said: set[str]) -> float:
        """The share of the words, by weight, that are said."""
        total = sum(self.weight.values()) or 1.0
        return sum(self.weight[word] for word in self.weight.keys() & said) / total


def _in_context(vectors: NDArray[np.float32], numbers: Sequence[int]) -> NDArray[np.float32]:
    """Each sentence's vector with a share of its neighbours' in the same source, of length one."""
    leaned = vectors.copy()
    together = np.array(numbers[1:]) == np.array(numbers[:-1])
    leaned[1:][together] += BESIDE_SHARE * vectors[:-1][together]
    leaned[:-1][together] += BESIDE_SHARE * vectors[1:][together]
    leaned /= np.maximum(np.linalg.norm(leaned, axis=1, keepdims=True), 1e-9)
    return leaned


def is_noise(text: str) -> bool:
    """Whether a sentence is no prose: program text (a sign of it for every five words or fewer) or a figure's scale."""
    return (
        len(CODE.findall(text)) * 5 > len(text.split())
        or len(STEP.findall(text)) > 1
        or any(_is_scale(run.group().split()) for run in NUMBERS_IN_A_ROW.finditer(text))
    )


def is_fragment(text: str) -> bool:
    """Whether a sentence breaks off, as a caption does whose figure stands in its middle, or is short, and holds no number.

    Of 312 sentences of fewer than six words and no number, in the evidence for 145 questions, one held the answer.
    """
    broken = text[-1:] not in ".!?:;”\"')]" or len(text.split()) < SHORT
    return broken and not any(character.isdigit() for character in text)


def is_symbols(text: str) -> bool:
    """Whether more than a quarter of a sentence's words are single letters or hold a sign of mathematics.

    Of 7,506 sentences of the evidence for 145 lookup questions these are 235, and none of the 255 that held the answer.
    """
    words = [word.strip("().,;:") for word in text.split()]
    single = sum(len(word) == 1 and word.isalpha() and word.lower() not in "ai" for word in words)
    return 4 * (single + sum(bool(SIGN.search(word)) for word in words)) > len(words)


def is_torn(text: str) -> bool:
    """Whether a sentence lacks its beginning, or only announces what follows: "variable in the reward …", "Some tips:"."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    return (first.isalpha() and first.islower() and len(first) > 1) or text.endswith(":")


def is_question(text: str) -> bool:
    """Whether a sentence asks and so states nothing, the number of a list's next one behind it or not.

    Of 7,506 sentences of the evidence for 145 lookup questions 55 asked, and none of the 255 that held the answer did.
    """
    return "?" in text[-ASKED_LAST:]


def _is_scale(figures: Sequence[str]) -> bool:
    """Whether numbers in a row are those of an axis: four or more, one step apart, as in "0.0 0.2 0.4 0.6"."""
    values = [float(figure.replace("−", "-").replace(",", "").rstrip("%")) for figure in figures]
    steps = [round(after - before, 6) for before, after in pairwise(values)]
    return any(steps[i] and steps[i] == steps[i + 1] == steps[i + 2] for i in range(len(steps) - 2))


def spans_of(source: NumberedSource, start: int, end: int) -> tuple[Span, ...]:
    """Where `source.text[start:end]` stands on its pages; empty for digest and the survey's table."""
    if source.table is not None:
        return stands(source.table, start, end)
    return located(source.spans, start, end)
