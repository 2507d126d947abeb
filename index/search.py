"""Hybrid search: dense vectors and keywords, fused; then what the question names, and fairness among papers."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from corpus.errors import StorageFailed
from corpus.naming import mentions
from corpus.passages import located, main_page, together
from corpus.sentences import sentences
from corpus.spelling import either
from index import generation as generations
from index.fusion import fused
from index.words import in_unparted_script, search_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from corpus.catalogue import Catalogue
    from index.embedders import Embedder
    from index.generation import Generation
    from index.passage_store import SourceKind, StoredPassage

Method = Literal["fused", "dense", "keywords", "both"]
NOTES = 1  # digests and table rows of one paper among the results
GISTS = 30  # gists that count for a question
MERGED = 3  # neighbouring passages that one result may join


@dataclass(frozen=True, slots=True)
class Tuning:
    """The numbers of the search; measured on the development questions (see docs/quality.md).

    Attributes:
        candidates: Length of each of the two lists that are fused.
        dense_weight: Weight of the dense list; the rest goes to keywords. 0.5 is as good for questions that
            name their paper; 0.4 is better for those that only describe it.
        per_paper: Most passages of one paper among the results, unless papers are named. With 4 the page of 2 of 23
            questions that name no paper is cut off, with 6 of 1; more leaves no room for other papers.
        named: Added to a passage of a paper that the question names.
        aside: Taken from a passage that does not speak for its paper: a prompt, a transcript, acknowledgements, a list
            of contributions, references, or nothing but questions; unless the question asks for such.
        gist_share: Weight of how well the paper's gist (digest, abstract, opening) meets the question.
    """

    candidates: int = 100
    dense_weight: float = 0.4
    per_paper: int = 6
    named: float = 1.0
    gist_share: float = 0.35
    aside: float = 0.5


# Headings under which a text does not speak for its paper: what a model was told, who is thanked, who did what.
ASIDE = re.compile(
    r"(?:^|› )(?:[A-Z\d]\b[\d.\s]*)?contributions(?:$| ›)|\b(?:acknowledge?ments?|author contributions|funding|prompts?(?!-)|transcripts?|checklist|"
    r"(?:example|sample) (?:conversations?|dialogu?es|outputs?)|bibliography)\b",
    re.IGNORECASE,
)
ASKS_ASIDE = re.compile(
    r"\b(?:prompt|acknowledg|thank|fund|contribut|transcript|checklist|conversation)", re.IGNORECASE
)
ENGLISH_ONLY = "MiniLM"  # the embedder to which all Chinese is alike: its order of such passages is chance


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
        labels: The printed label of each page the passage stands on, as (page, label).
    """

    rank: int
    passage: StoredPassage
    page: int | None
    page_label: str | None
    score: float
    cosine: float = 0.0
    labels: tuple[tuple[int, str], ...] = ()


class Search:
    """Searches the current generation of an index directory, whoever writes to it.

    Args:
        directory: The index directory.
        catalogue: Names the papers and categories that questions speak of.
        embedder: The one that the index was built with.
        tuning: The numbers of the search.

    Attributes:
        beside: What else has to be done without, as sentences that join the remarks.
    """

    def __init__(
        self, directory: Path, catalogue: Catalogue, embedder: Embedder, tuning: Tuning | None = None
    ) -> None:
        self.directory = directory
        self.catalogue = catalogue
        self.embedder = embedder
        self.tuning = tuning or Tuning()
        self._generation: Generation | None = None
        self._beside = ThreadPoolExecutor(2, "keywords")
        self._held_papers: frozenset[str] = frozenset()
        self._held_at: tuple[str, int] = ("", -1)
        self._without: tuple[tuple[str, int], StorageFailed] | None = None
        self._told: tuple[str, ...] = ()
        self.beside: tuple[str, ...] = ()

    def untold(self) -> list[str]:
        """Those of the remarks that nobody has asked for yet."""
        before = self._told
        return [said for said in self.remarks() if said not in before]

    def remarks(self) -> tuple[str, ...]:
        """What the searches so far had to do without, as sentences for the user; empty where nothing is damaged."""
        said = list(self.beside)
        generation = self._generation
        if self._without is not None and generation is not None:
            said.append(f"Found by keywords only. {self._without[1]}")
        if generation is not None and generation.passages.damaged:
            papers = [self.catalogue.by_id.get(paper) for paper in sorted(generation.passages.damaged)]
            names = either([paper.label for paper in papers if paper], "and") or "papers that are not listed"
            said.append(
                f"Stored text of {names} is damaged and was left out: run `duality index build`, which reads it again."
            )
        self._told = tuple(said)
        return self._told

    def _nearest(
        self,
        generation: Generation,
        vector: NDArray[np.float32],
        count: int,
        papers: Sequence[str] | None,
        sources: Sequence[SourceKind],
        *,
        gist: bool = False,
    ) -> list[tuple[str, float]]:
        """The dense list; empty where the vectors cannot be read, which is not tried again before a commit."""
        now = (generation.name, generation.seen)
        if self._without is not None and self._without[0] == now:
            return []
        try:
            found = generation.vectors.nearest(vector, count, papers, sources, gist=gist)
        except StorageFailed as error:
            self._without = (now, error)
            return []
        self._without = None
        return found

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

    def close(self) -> None:
        """Let go of the index, once no search of its keywords is under way; they open files beside it."""
        self._beside.shutdown()
        if self._generation is not None:
            self._generation.close()
        self._generation = None

    def __call__(
        self,
        question: str,
        k: int = 10,
        *,
        papers: Sequence[str] | None = None,
        sources: Sequence[SourceKind] = (),
        method: Method = "fused",
        prefer: Sequence[str] | None = None,
        tables: bool = False,
    ) -> list[Hit]:
        """The `k` best passages, best first.

        Args:
            question: In the user's words.
            k: How many at the most.
            papers: Search only these; None searches all.
            sources: Only these kinds of source; empty for all.
            method: For measuring: "dense" and "keywords" give the plain lists, "both" the two fused and nothing more.
            prefer: Ids of the papers meant; None reads them from the question.
            tables: Whether tables are found, too: they hold no sentences.

        Raises:
            NothingIndexed: There is nothing to search yet.
        """
        generation = self.generation()
        vector = self.embedder.embed_query(question)
        words = search_words(question)
        if method != "fused":
            return self._plain(generation, words, vector, k, papers, sources, method, tables=tables)
        named = self.named(question, papers) if prefer is None else _within(prefer, papers)
        count = self.tuning.candidates
        dense, keywords = self._both(generation, vector, words, count, papers, sources)
        scores = fused(dense, keywords, self.tuning.dense_weight)
        cosines = dict(dense)
        gist: dict[str, float] = {}
        if named:
            near, said = self._both(generation, vector, words, count, named, sources)
            inside = fused(near, said, self.tuning.dense_weight)
            cosines.update(near)
            for identity, score in inside.items():
                scores[identity] = max(scores.get(identity, 0.0), score) + self.tuning.named
        else:
            gist = self._gist(generation, vector, words, papers, sources)
        passages = _wanted(generation.passages.passages(scores), tables=tables)
        if not ASKS_ASIDE.search(question):
            for identity, passage in passages.items():
                scores[identity] -= self.tuning.aside * speaks_aside(passage)
        ranked = self._ranked(passages, scores, gist, self._held(generation), named)
        return self._hits(generation, ranked[:k], scores, cosines, words)

    def _both(
        self,
        generation: Generation,
        vector: NDArray[np.float32],
        words: Sequence[str],
        count: int,
        papers: Sequence[str] | None,
        sources: Sequence[SourceKind],
        *,
        gist: bool = False,
    ) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
        """The dense list and the keyword list, made side by side."""
        find = generation.passages.keyword_search
        said = self._beside.submit(find, words, count, papers, sources, gist=gist)
        if in_unparted_script(words) and ENGLISH_ONLY in self.embedder.name:
            return [], said.result()
        near = self._nearest(generation, vector, count, papers, sources, gist=gist)
        return near, said.result()

    def _gist(
        self,
        generation: Generation,
        vector: NDArray[np.float32],
        words: Sequence[str],
        papers: Sequence[str] | None,
        sources: Sequence[SourceKind],
    ) -> dict[str, float]:
        """How well (0..1) the question meets what each paper is about, by the paper's id."""
        scores = fused(*self._both(generation, vector, words, GISTS, papers, sources, gist=True), 0.5)
        best: dict[str, float] = {}
        for identity, paper in generation.passages.papers_of(scores).items():
            best[paper] = max(best.get(paper, 0.0), scores[identity])
        return best

    def described(self, hit: Hit) -> dict[str, Any]:
        """One hit with its paper's title and categories, as plain values (docs/json.md)."""
        paper = self.catalogue.by_id.get(hit.passage.paper)
        return {
            "rank": hit.rank,
            "paper_id": hit.passage.paper,
            "title": paper.title if paper else hit.passage.paper,
            "source": hit.passage.source,
            "page": hit.page,
            "page_label": hit.page_label,
            "section": hit.passage.section,
            "text": hit.passage.text,
            "categories": list(paper.all_categories) if paper else [],
            "kind": paper.kind if paper else "own",
        }

    def knows(self, word: str) -> bool:
        """Whether a word stands in anything that is indexed."""
        return self.generation().passages.mentions_term(word)

    def named(self, question: str, papers: Sequence[str] | None = None) -> list[str]:
        """The ids of the papers that the question names without doubt, within `papers`."""
        return _within(mentions(question, self.catalogue).paper_ids, papers)

    def _held(self, generation: Generation) -> frozenset[str]:
        """The papers whose PDF is indexed: their digests lead to them and are not shown."""
        seen = (generation.name, generation.refresh())
        if self._held_at != seen:
            records = generation.passages.documents()
            self._held_papers = frozenset(record.paper for record in records if record.source == "pdf")
            self._held_at = seen
        return self._held_papers

    def _ranked(
        self,
        passages: dict[str, StoredPassage],
        scores: dict[str, float],
        gist: dict[str, float],
        held: frozenset[str],
        named: Sequence[str],
    ) -> list[StoredPassage]:
        """The passages best first: each helped by its paper, neighbours merged, at most a few a paper."""
        share = self.tuning.gist_share
        final = {
            identity: scores[identity] + share * gist.get(p.paper, 0.0) for identity, p in passages.items()
        }
        order = sorted(passages.values(), key=lambda passage: -final[passage.id])
        order = merged([p for p in order if p.source == "pdf" or p.paper not in held])
        taken: dict[str, int] = {}
        first: list[StoredPassage] = []
        later: list[StoredPassage] = []
        for passage in order:
            before = taken[passage.paper] = taken.get(passage.paper, -1) + (passage.table is None)
            most = self.tuning.per_paper if passage.source == "pdf" else NOTES
            (first if before < most or passage.paper in named else later).append(passage)
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
        words: Sequence[str],
        vector: NDArray[np.float32],
        k: int,
        papers: Sequence[str] | None,
        sources: Sequence[SourceKind],
        method: Method,
        *,
        tables: bool,
    ) -> list[Hit]:
        cosines: dict[str, float] = {}
        if method == "both":
            dense, keywords = self._both(
                generation, vector, words, max(k, self.tuning.candidates), papers, sources
            )
            scores = fused(dense, keywords, self.tuning.dense_weight)
            found = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
            cosines = dict(dense)
        elif method == "dense":
            found = generation.vectors.nearest(vector, k, papers, sources)
            cosines = dict(found)
        else:
            found = generation.passages.keyword_search(words, k, papers, sources)
        passages = _wanted(generation.passages.passages(identity for identity, _ in found), tables=tables)
        ranked = [passages[identity] for identity, _ in found if identity in passages][:k]
        return self._hits(generation, ranked, dict(found), cosines, words)

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
            label: str | None = None
            on: tuple[tuple[int, str], ...] = ()
            if page is not None:
                if passage.paper not in labels:
                    labels[passage.paper] = generation.passages.labels(passage.paper)
                there = labels[passage.paper]
                label = there.get(page, str(page))
                on = tuple((p, there[p]) for p in sorted({s.page for s in passage.spans} & there.keys()))
            hits.append(Hit(rank, passage, page, label, scores[passage.id], cosines.get(passage.id, 0.0), on))
        return hits


def _wanted(passages: dict[str, StoredPassage], *, tables: bool) -> dict[str, StoredPassage]:
    """The passages, with or without the tables."""
    return {identity: p for identity, p in passages.items() if tables or p.table is None}


def speaks_aside(passage: StoredPassage) -> bool:
    """Whether a passage is no statement of its paper: by its heading, its kind, or being nothing but questions."""
    if passage.kind == "references" or ASIDE.search(passage.section):
        return True
    ends = [passage.text[start:end].rstrip()[-1:] for start, end in sentences(passage.text)]
    return bool(ends) and all(end == "?" for end in ends)


def _within(chosen: Sequence[str], papers: Sequence[str] | None) -> list[str]:
    return [paper for paper in chosen if papers is None or paper in papers]


def merged(ranked: Sequence[StoredPassage]) -> list[StoredPassage]:
    """The passages with neighbours on one page joined into one, in the place of the better; three at the most."""
    groups: list[list[StoredPassage]] = []
    ends: dict[tuple[int, int], int] = {}  # (document, ordinal that would continue a group) → the group
    for passage in ranked:
        at = ends.get((passage.document, passage.ordinal)) if passage.spans else None
        if at is not None and len(groups[at]) < MERGED and _continues(groups[at][0], passage):
            groups[at].append(passage)
        else:
            at = len(groups)
            groups.append([passage])
        for neighbour in (passage.ordinal - 1, passage.ordinal + 1):
            ends.setdefault((passage.document, neighbour), at)
    return [_joined(group) for group in groups]


def _continues(one: StoredPassage, other: StoredPassage) -> bool:
    return one.table is None and (one.section, one.kind, one.page) == (other.section, other.kind, other.page)


def _joined(group: list[StoredPassage]) -> StoredPassage:
    best = group[0]
    if len(group) == 1:
        return best
    group = sorted(group, key=lambda passage: passage.ordinal)
    return replace(
        best,
        text=together(passage.text for passage in group),
        spans=tuple(span for passage in group for span in passage.spans),
        tokens=sum(passage.tokens for passage in group),
    )


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
            best, best_page = said, main_page(where)
    return best_page
