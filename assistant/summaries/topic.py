"""The summary of a topic: the papers that a search leads to, each with what it says on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.aspects.readability import reaches_back, readable
from assistant.evidence import gathered
from assistant.summaries.counting import dated
from assistant.summaries.several import Several
from corpus.errors import WrongUse
from index.words import stems

if TYPE_CHECKING:
    from assistant.answer import Claim
    from assistant.sources import Sources
    from assistant.summaries.writing import Writer
    from index.search import Hit, Search

PASSAGES = 60  # passages looked through
MOST = 15  # papers summarised
NEAR = 0.35  # cosine from which a passage is taken to be about the topic
HOLDS = 0.7  # share of the topic's words that does as well
OF_BEST = 0.4  # share of the best paper's score that a paper needs
SENTENCES = 3  # passages of each paper whose sentences are weighed


def of_topic(topic: str, search: Search, sources: Sources, writer: Writer) -> Several:
    """What writes the summary of the papers on `topic`.

    Raises:
        WrongUse: No paper is near it.
    """
    hits = search(topic, PASSAGES, prefer=())
    by_paper: dict[str, list[Hit]] = {}
    for hit in hits:
        if hit.passage.paper in search.catalogue.by_id:
            by_paper.setdefault(hit.passage.paper, []).append(hit)
    top = max((hit.score for hit in hits), default=0.0)
    found: dict[str, list[Hit]] = {}
    wanted = set(stems(topic))
    for paper, of_paper in by_paper.items():
        curated = search.catalogue.by_id[paper].kind != "survey"
        near = any(hit.cosine >= NEAR or _holds(wanted, hit) for hit in of_paper)
        if curated and near and max(hit.score for hit in of_paper) >= OF_BEST * top:
            found[paper] = of_paper
    if not found:
        raise WrongUse(
            f"No paper is near “{topic}”: put it in other words, or name a category (`duality taxonomy` lists them)."
        )
    chosen = list(found)[:MOST]
    papers = [search.catalogue.by_id[paper] for paper in chosen]
    left = len(found) - len(chosen)
    lead = f"Found by searching for “{topic}”; each paper is given by the sentence nearest to that, or by its approach."
    if left:
        lead += f" {left} more are further from it and left out."
    several = Several(
        papers,
        f"“{topic}”",
        search.generation().passages,
        sources,
        writer,
        lead=lead,
        verbs=("was found on", "were found on"),
    )
    several.leading = _leading(topic, {paper: found[paper] for paper in chosen}, search, sources)
    return several


def _holds(wanted: set[str], hit: Hit) -> bool:
    """Whether a passage holds most of the topic's words."""
    return bool(wanted) and len(wanted & set(stems(hit.passage.text))) >= HOLDS * len(wanted)


def _leading(topic: str, found: dict[str, list[Hit]], search: Search, sources: Sources) -> dict[str, Claim]:
    """For each paper the readable sentence that meets the topic best, quoted."""
    hits = [hit for of_paper in found.values() for hit in of_paper[:SENTENCES]]
    evidence = gathered(topic, hits, search.catalogue, search.embedder)
    store = search.generation().passages
    best: dict[str, Claim] = {}
    for sentence in sorted(evidence.sentences, key=lambda s: (reaches_back(s.text), -s.score)):
        passage = hits[sentence.n - 1].passage
        aspects = passage.source != "pdf" and "\n" in passage.text  # lines of a form, not sentences
        if passage.paper in best or aspects or not readable(sentence.text):
            continue
        whose = {"pdf": "", "digest": ", our digest", "table": ", the table"}[passage.source]
        name = f"{dated(search.catalogue.by_id[passage.paper])}{whose}: "
        best[passage.paper] = sources.quote(passage, store, sentence.start, sentence.end, name=name)
    return best
