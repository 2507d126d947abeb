"""Hybrid search: dense vectors and keywords, fused; then what the question names, and fairness among papers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from corpus.naming import mentions
from corpus.passages import located
from corpus.sentences import sentences
from index import generation as generations
from index.fusion import fused
from index.words import search_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corpus.catalogue import Catalogue
    from index.embedders import Embedder
    from index.generation import Generation
    from index.passage_store import SourceKind, StoredPassage

Method = Literal["fused", "dense", "keywords"]


@dataclass(frozen=True, slots=True)
class Tuning:
    """The numbers of the search; measured on the development questions (see docs/quality.md).

    Attributes:
        candidates: Length of each of the two lists that are fused.
        dense_weight: Weight of the dense list; the rest goes to keywords.
        per_paper: Most passages of one paper among the results, unless papers are named.
        named: Added to a passage of a paper that the question names.
        paper_share: Weight of a paper's best passages (its digest among them) in each of its passages.
    """

    candidates: int = 100
    dense_weight: float = 0.5
    per_paper: int = 4
    named: float = 1.0
    paper_share: float = 0.3


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found.

    Attributes:
        rank: Its place, from 1.
        passage: The passage.
        page: Physical page of the sentence nearest to the question, from 1; None for digest and table.
        page_label: That page's printed label.
        score: The fused score that ranked it; comparable within one search only, never shown.
        cosine: Cosine of question and passage; 0.0 where only keywords found it.
    """

    rank: int
    passage: StoredPassage
    page: int | None
    page_label: str | None
    score: float
    cosine: float = 0.0


class Search:
    """Searches the current generation of an index directory, whoever writes to it.

    Args:
        directory: The index directory.
        catalogue: Names the papers and categories that questions speak of.
        embedder: The one that the index was built with.
        tuning: The numbers of the search.
    """

    def __init__(
        self, directory: Path, catalogue: Catalogue, embedder: Embedder, tuning: Tuning | None = None
    ) -> None:
        self.directory = directory
        self.catalogue = catalogue
        self.embedder = embedder
        self.tuning = tuning or Tuning()
        self._generation: Generation | None = None

    def generation(self) -> Generation:
        """The current generation, as of now.

        Raises:
            NothingIndexed: There is none.
        """
        now = generations.current(self.directory)
        if self._generation is None or self._generation.name != now.name:
            if self._generation is not None:
                self._generation.close()
            self._generation = now
        self._generation.refresh()
        return self._generation

    def __call__(
        self,
        question: str,
        k: int = 10,
        *,
        papers: Sequence[str] | None = None,
        sources: Sequence[SourceKind] = (),
        method: Method = "fused",
        prefer: Sequence[str] | None = None,
    ) -> list[Hit]:
        """The `k` best passages, best first.

        Args:
            question: In the user's words.
            k: How many at the most.
            papers: Search only these; None searches all.
            sources: Only these kinds of source; empty for all.
            method: "dense" and "keywords" give the plain lists, for measuring.
            prefer: Ids of the papers meant; None reads them from the question.

        Raises:
            NothingIndexed: There is nothing to search yet.
        """
        generation = self.generation()
        vector = self.embedder.embed_query(question)
        words = search_words(question)
        if method != "fused":
            return self._plain(generation, question, words, vector, k, papers, sources, method)
        named = self.named(question, papers) if prefer is None else list(prefer)
        count = self.tuning.candidates
        dense = generation.vectors.nearest(vector, count, papers, sources)
        keywords = generation.passages.keyword_search(words, count, papers, sources)
        scores = fused(dense, keywords, self.tuning.dense_weight)
        cosines = dict(dense)
        if named:
            near = generation.vectors.nearest(vector, count, named, sources)
            said = generation.passages.keyword_search(words, count, named, sources)
            inside = fused(near, said, self.tuning.dense_weight)
            cosines.update(near)
            for identity, score in inside.items():
                scores[identity] = max(scores.get(identity, 0.0), score) + self.tuning.named
        passages = generation.passages.passages(scores)
        scores = {identity: scores[identity] for identity in passages}
        ranked = self._ranked(passages, scores, held=self._held(generation), named=named)
        return self._hits(generation, ranked[:k], scores, cosines, words)

    def named(self, question: str, papers: Sequence[str] | None = None) -> list[str]:
        """The ids of the papers that the question names without doubt, within `papers`."""
        found = mentions(question, self.catalogue).paper_ids
        return [paper for paper in found if papers is None or paper in papers]

    def _held(self, generation: Generation) -> set[str]:
        """The papers whose PDF is indexed: their digests lead to them and are not shown."""
        return {record.paper for record in generation.passages.documents() if record.source == "pdf"}

    def _ranked(
        self,
        passages: dict[str, StoredPassage],
        scores: dict[str, float],
        held: set[str],
        named: Sequence[str],
    ) -> list[StoredPassage]:
        """The passages best first: each helped by its paper's best ones, at most a few a paper."""
        best: dict[str, list[float]] = {}
        for identity, passage in passages.items():
            best.setdefault(passage.paper, []).append(scores[identity])
        share = {paper: sum(sorted(found, reverse=True)[:3]) / 3 for paper, found in best.items()}
        final = {
            identity: scores[identity] + self.tuning.paper_share * share[passage.paper]
            for identity, passage in passages.items()
        }
        order = sorted(passages, key=lambda identity: -final[identity])
        taken: dict[str, int] = {}
        first, later = [], []
        for identity in order:
            passage = passages[identity]
            if passage.source != "pdf" and passage.paper in held:
                continue
            taken[passage.paper] = taken.get(passage.paper, 0) + 1
            fits = taken[passage.paper] <= self.tuning.per_paper or passage.paper in named
            (first if fits else later).append(passage)
        return self._in_turns(first, named) + later if len(named) > 1 else first + later

    @staticmethod
    def _in_turns(ranked: list[StoredPassage], named: Sequence[str]) -> list[StoredPassage]:
        """Passages of several named papers in turns, so that none crowds out the other; then the rest."""
        columns = [[p for p in ranked if p.paper == paper] for paper in named]
        longest = max(map(len, columns), default=0)
        turns = [column[i] for i in range(longest) for column in columns if i < len(column)]
        return turns + [p for p in ranked if p.paper not in named]

    def _plain(
        self,
        generation: Generation,
        question: str,
        words: Sequence[str],
        vector: object,
        k: int,
        papers: Sequence[str] | None,
        sources: Sequence[SourceKind],
        method: Method,
    ) -> list[Hit]:
        found = (
            generation.vectors.nearest(vector, k, papers, sources)  # type: ignore[arg-type]
            if method == "dense"
            else generation.passages.keyword_search(words, k, papers, sources)
        )
        passages = generation.passages.passages(identity for identity, _ in found)
        ranked = [passages[identity] for identity, _ in found if identity in passages]
        scores = dict(found)
        return self._hits(generation, ranked, scores, scores if method == "dense" else {}, words)

    def _hits(
        self,
        generation: Generation,
        ranked: Sequence[StoredPassage],
        scores: dict[str, float],
        cosines: dict[str, float],
        words: Sequence[str],
    ) -> list[Hit]:
        labels: dict[str, dict[int, str]] = {}
        hits = []
        for rank, passage in enumerate(ranked, start=1):
            page = nearest_page(passage, words)
            label = None
            if page is not None:
                if passage.paper not in labels:
                    labels[passage.paper] = generation.passages.labels(passage.paper)
                label = labels[passage.paper].get(page, str(page))
            hits.append(Hit(rank, passage, page, label, scores[passage.id], cosines.get(passage.id, 0.0)))
        return hits

    def within(self, tuning: Tuning) -> Search:
        """The same search with other numbers."""
        return Search(self.directory, self.catalogue, self.embedder, replace(tuning))


def nearest_page(passage: StoredPassage, words: Sequence[str]) -> int | None:
    """The page of the passage's sentence that holds most of `words`; where all hold none, the passage's page."""
    pages = {span.page for span in passage.spans}
    if len(pages) <= 1:
        return passage.page
    wanted = set(words)
    best, best_page = 0, passage.page
    for start, end in sentences(passage.text):
        said = len(wanted.intersection(search_words(passage.text[start:end])))
        where = located(passage.spans, start, end)
        if said > best and where:
            best, best_page = said, where[0].page
    return best_page
