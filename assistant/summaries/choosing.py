"""The sentences of a paper that belong in its summary: found by vectors, wording and place, without a model."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from assistant.quotable import pieces
from assistant.summaries.readability import ENDS, LONGEST, SHORTEST, form, readable
from assistant.wording import named_in
from corpus.quoting import quotable
from index.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from assistant.summaries.outline import Outline, Role
    from assistant.summaries.parts import Part
    from corpus.catalogue import Paper
    from index.embedders import Embedder
    from index.records import StoredPassage

EACH_PART, EACH_SECTION = 11, 4  # sentences a part and a section that go on to the vectors
ALIKE = 0.8  # cosine from which two sentences say the same
WEAK = 0.36  # score below which a sentence is not of the part
COSINE, ROLE, CUE, ASPECT, NAMED, EXTRA = 0.62, 0.2, 0.16, 0.3, 0.06, 0.08  # what each adds to a score
CLEAR = 0.28  # the same by wording and place alone
SPEAKS = re.compile(r"\b(?:we|our)\b", re.IGNORECASE)
LIMITS_HEADING = re.compile(r"limit|failure|future|discussion", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may stand in a summary.

    Attributes:
        passage: Where it is from.
        start: First character in the passage's text.
        end: One past the last.
        text: The sentence.
        section: Its main section's heading; "" in an appendix.
        role: That section's role.
        order: Its place among the paper's sentences.
        plain: What its form adds or takes away: a clean sentence that needs no other has 0, others less.
    """

    passage: StoredPassage
    start: int
    end: int
    text: str
    section: str
    role: Role
    order: int
    plain: float
    stems: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True)
class Choice:
    """The candidates with their scores for every part.

    Attributes:
        candidates: In the paper's order.
        scores: (parts, candidates).
        vectors: (candidates, dimension).
        parts: The parts, in the order of `scores`.
    """

    candidates: tuple[Candidate, ...]
    scores: NDArray[np.float32]
    vectors: NDArray[np.float32]
    parts: tuple[Part, ...]

    def best(
        self, part: Part, count: int, taken: Iterable[Candidate] = (), section: str | None = None
    ) -> list[Candidate]:
        """The `count` best sentences for a part, best first, none saying what another one or `taken` says.

        Args:
            part: One of `parts`.
            count: How many at the most.
            taken: Sentences already used.
            section: Only of this main section, however weak.
        """
        row = self.scores[self.parts.index(part)]
        used = [self.candidates.index(one) for one in taken]
        chosen: list[int] = []
        for i in np.argsort(-row):
            candidate = self.candidates[i]
            if len(chosen) == count:
                break
            if section is None:
                if row[i] < WEAK or candidate.role not in part.roles:
                    continue
                if part.needs is not None and not part.needs.search(candidate.text):
                    continue
                if part.avoids is not None and part.avoids.search(candidate.text):
                    continue
            elif candidate.section != section:
                continue
            others = [*used, *chosen]
            if others and float(np.max(self.vectors[others] @ self.vectors[i])) >= ALIKE:
                continue
            chosen.append(int(i))
        return [self.candidates[i] for i in chosen]

    def score(self, part: Part, candidate: Candidate) -> float:
        """How well a sentence fits a part."""
        return float(self.scores[self.parts.index(part), self.candidates.index(candidate)])


def candidates(outline: Outline) -> list[Candidate]:
    """The readable sentences of the main sections, and of what an appendix says of limits."""
    found: list[Candidate] = []

    def take(passages: Sequence[StoredPassage], section: str, role: Role) -> None:
        place = 0
        for passage in passages:
            places = quotable(passage.text, passage.spans)
            whole = (piece for place in places for piece in pieces(passage.text, *place))
            for piece in whole:
                text = passage.text[piece.start : piece.end]
                place += 1
                if readable(text):
                    found.append(
                        Candidate(
                            passage,
                            piece.start,
                            piece.end,
                            text,
                            section,
                            role,
                            len(found),
                            form(text, place),
                            frozenset(stems(text)),
                        )
                    )

    for section in outline.main:
        take(section.passages, section.title, section.role)
    take([p for p in outline.appendix if LIMITS_HEADING.search(p.section)], "", "appendix")
    return found


def choose(outline: Outline, paper: Paper | None, parts: Sequence[Part], embedder: Embedder) -> Choice:
    """Every sentence worth a look, weighed for every part.

    Only the most promising ones by wording and place are embedded: reading a whole paper sentence by sentence
    would take several seconds.
    """
    everything = candidates(outline)
    queries = [_queries(part, paper) for part in parts]
    wanted = [frozenset(stems(" ".join(query[1:]))) for query in queries]
    label = paper.label if paper else ""
    rough = np.array(
        [
            [_rough(part, want, c, label) for c in everything]
            for part, want in zip(parts, wanted, strict=True)
        ],
        dtype=np.float32,
    ).reshape(len(parts), len(everything))
    kept = _promising(everything, rough)
    chosen = [everything[i] for i in kept]
    texts = [text for query in queries for text in query]
    vectors = embedder.embed([*texts, *(c.text for c in chosen)])
    of_queries, of_sentences = vectors[: len(texts)], vectors[len(texts) :]
    scores = rough[:, kept].copy()
    at = 0
    for row, query in enumerate(queries):
        cosines = of_queries[at : at + len(query)] @ of_sentences.T
        scores[row] += COSINE * (
            0.4 * cosines[0] + 0.6 * cosines[1:].max(axis=0) if len(query) > 1 else cosines[0]
        )
        at += len(query)
    return Choice(tuple(chosen), scores, of_sentences, tuple(parts))


def _queries(part: Part, paper: Paper | None) -> list[str]:
    """The part's probe, and what the digest says on it where there is one."""
    digest = paper.digest if paper else None
    said = [digest.aspects.get(name) for name in part.aspects] if digest else []
    return [
        part.probe,
        *(text for text in said if text and text.lower() not in ("none", "both", "simulation")),
    ]


def _rough(part: Part, wanted: frozenset[str], candidate: Candidate, label: str) -> float:
    """How well a sentence fits a part by its wording and place alone."""
    if candidate.role not in part.roles:
        return -1.0
    found = candidate.plain + ROLE * part.roles[candidate.role] + CUE * bool(part.cues.search(candidate.text))
    found += EXTRA * bool(part.extra is not None and part.extra.search(candidate.text))
    found += NAMED * bool(label and named_in(label, candidate.text))
    if wanted:
        found += ASPECT * len(wanted & candidate.stems) / len(wanted)
    if part.needs is not None and not part.needs.search(candidate.text):
        found -= 0.3
    return found


def _promising(everything: Sequence[Candidate], rough: NDArray[np.float32]) -> list[int]:
    """The best few sentences of every part and of every section, in the paper's order."""
    kept: set[int] = set()
    for row in rough:
        kept.update(int(i) for i in np.argsort(-row)[:EACH_PART])
    overall = rough.max(axis=0) if len(rough) else np.zeros(len(everything), dtype=np.float32)
    for title in dict.fromkeys(c.section for c in everything):
        inside = [i for i, c in enumerate(everything) if c.section == title]
        kept.update(sorted(inside, key=lambda i: -overall[i])[:EACH_SECTION])
    return sorted(kept)


def likeliest(outline: Outline, paper: Paper, part: Part) -> Candidate | None:
    """The sentence that fits a part best by wording and place alone, without vectors; None where none clearly does."""
    wanted = frozenset(stems(" ".join(_queries(part, paper)[1:])))
    best: tuple[float, Candidate] | None = None
    for candidate in candidates(outline):
        if part.needs is not None and not part.needs.search(candidate.text):
            continue
        if part.avoids is not None and part.avoids.search(candidate.text):
            continue
        if candidate.role not in part.roles or not part.cues.search(candidate.text):
            continue
        score = _rough(part, wanted, candidate, paper.label)
        if score >= CLEAR and (best is None or score > best[0]):
            best = (score, candidate)
    return best[1] if best else None


def opening(passages: Sequence[StoredPassage]) -> tuple[StoredPassage, int, int] | None:
    """The first whole sentence of a section of which none can be weighed, up to a list in it: passage, start, end."""
    for passage in passages:
        for start, end in quotable(passage.text, passage.spans):
            listed = passage.text.find(" •", start, end)
            end = listed if listed > 0 else end  # noqa: PLW2901 - the same sentence, shortened
            text = passage.text[start:end]
            letters = sum(character.isalpha() or character.isspace() for character in text)
            whole = text[:1].isupper() and (listed > 0 or ENDS.search(text))
            if whole and SHORTEST <= len(text.split()) <= LONGEST and letters > 0.75 * len(text):
                return passage, start, end
    return None


def matching(outline: Outline, paper: Paper, pattern: re.Pattern[str]) -> Candidate | None:
    """The best sentence of the abstract, the experiments or the close that `pattern` finds and that speaks of this work."""
    found = [
        candidate
        for candidate in candidates(outline)
        if candidate.role in ("abstract", "introduction", "experiments", "closing")
        and pattern.search(candidate.text)
        and (SPEAKS.search(candidate.text) or named_in(paper.label, candidate.text))
    ]
    return max(found, key=lambda c: c.plain, default=None)
