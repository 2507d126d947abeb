"""A row in the user's own words, and the row of a specific question: looked up by search, within each approach.

For words that no pattern was written for, search finds the passages and the sentence that meets them best is
quoted, if it is near enough; else the cell says "not stated".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.answer import Quote
from assistant.aspects.sentences import BEGINS, OTHERS, OWN, PARTS, WHOLE, readable
from assistant.aspects.stating import quoted
from assistant.clauses import clauses
from assistant.comparison.comparison import NOT_STATED, Approach, Cell, Count
from assistant.evidence import ASKS_NUMBER, gathered
from assistant.quotable import pieces
from assistant.shown import REFERENCE
from assistant.support.binding import cited
from assistant.wording import named_in
from corpus.naming import mentions
from corpus.quoting import in_one_piece
from index.words import search_words, stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.evidence import Evidence, Sentence
    from index.search import Search

RELATED = dict(PARTS)["related"]
PASSAGES = 8  # passages read for a cell
QUOTES = 3  # quotes a cell keeps
QUESTION_QUOTES = 5  # the same in the row of a question, which may have several parts
FEWER = 2  # quotes of one paper, where there are several
ROW_COSINE = 0.30  # of a sentence and a row's words, where it holds them
ROW_NEAR = 0.62  # the same, whatever words it holds
ROW_HOLDS = 0.66  # share of a row's words that the sentence must hold: both of two, two of three
QUESTION_COSINE = 0.42  # of a sentence and a question, which is longer and says more
QUESTION_HOLDS = 0.34
# Words that ask for a figure: the sentence must have one, and need not have the word.
MEASURES = re.compile(
    r"\b(?:numbers?|amounts?|how (?:many|much|long)|sizes?|counts?|rates?|durations?|costs?)\b", re.IGNORECASE
)
ASKING = re.compile(r"\b(?:how|what|which|who|why|when|where|does|do|is|are)\b", re.IGNORECASE)
# Digits that state no figure: references, and the names of figures, tables and sections.
NO_FIGURE = re.compile(
    rf"^\(?\d{{1,2}}[.)]|{REFERENCE.pattern}|\b(?:Fig(?:ure)?|Tab(?:le)?|Sec(?:tion)?|App(?:endix)?|Eq(?:uation)?)\.? ?\(?[\d.]+|\b\d?[23]D\b"
)
NEARNESS = 3  # words for each asked one, within which a sentence must hold them
DEMOS = re.compile(r"\bdemos?\b", re.IGNORECASE)
PEOPLE = re.compile(r"\bdemonstrators?\b", re.IGNORECASE)
COMPARING = re.compile(
    r"\b(?:compar\w+|differ\w*|versus|vs\.?|as against|as opposed to|both|each|respectively|rather than|better|difference)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A cell of such a row, and the evidence it was taken from.

    Attributes:
        cell: The cell.
        sentences: The best sentences with their sources, best first; also those too weak for the cell.
    """

    cell: Cell
    sentences: tuple[Quote, ...] = ()


def answered(
    words: str, approach: Approach, others: Sequence[Approach], search: Search, *, question: bool
) -> Asked:
    """What the papers of an approach say of the user's words.

    Args:
        words: The row's words, or the question.
        approach: Whose papers are searched.
        others: The other approaches; their names are taken out of the question.
        search: The search over the index.
        question: Whether `words` is a whole question about several approaches.
    """
    wanted = _own_part(words, approach, others, search) if question else words
    hits = search(wanted, PASSAGES, papers=approach.papers, prefer=())
    if not hits:
        return Asked(Cell(NOT_STATED, "not stated", silent=_silent(approach, ())))
    evidence = gathered(wanted, hits, search.catalogue, search.embedder, wanted, approach.papers)
    ranked = _ranked(wanted, approach, evidence, search)
    near = [sentence for sentence, ok in ranked if (ok[1] if question else ok[0])]
    most = QUESTION_QUOTES if question else QUOTES
    best = _spread(near, evidence, most if approach.kind == "paper" else 2 * QUOTES)
    context = tuple(_source(sentence, evidence) for sentence, _ in ranked[: 2 * QUOTES])
    if not best:
        return Asked(Cell(NOT_STATED, "not stated", silent=_silent(approach, ())), context)
    sources = tuple(_source(sentence, evidence) for sentence in best)
    return Asked(_cell(sources, approach, search), context)


def _own_part(question: str, approach: Approach, others: Sequence[Approach], search: Search) -> str:
    """The question as put to one approach: its own half where the question has one, without the others' names."""
    for other in others:
        parts = clauses(question, _said(question, approach, search), _said(question, other, search))
        if parts and all(ASKING.search(part) for part in parts) and len(search_words(parts[0])) > 2:
            half = parts[0]
            # "…, and which one encodes the commands in LOReL?" leans on the first half for what is asked.
            leaning = " ".join(
                w for w in search_words(parts[1]) if w not in search_words(_names(other, search))
            )
            return half if half[:1].isupper() and question.startswith(half[:12]) else f"{half} ({leaning})"
    for other in others:
        for name in (_said(question, other, search), other.name, other.asked):
            question = re.sub(
                rf"(?<!\w){re.escape(name)}(?:['’]s)?(?!\w)", " ", question, flags=re.IGNORECASE
            )
    return " ".join(COMPARING.sub(" ", question).split()) or question


def _names(approach: Approach, search: Search) -> str:
    papers = (search.catalogue.by_id[paper] for paper in approach.papers if paper in search.catalogue.by_id)
    return " ".join(name for paper in papers for name in (paper.label, *paper.aliases))


def _said(question: str, approach: Approach, search: Search) -> str:
    """How the question itself names the approach."""
    found = mentions(question, search.catalogue)
    for mention in (*found.papers, *found.categories):
        if mention.target in approach.papers or f"category:{mention.target}" == approach.target:
            return mention.text
    return approach.name


def _ranked(
    wanted: str, approach: Approach, evidence: Evidence, search: Search
) -> list[tuple[Sentence, tuple[bool, bool]]]:
    """The sentences best first, each with whether it is near enough for a row, and for a question."""
    vector = search.embedder.embed_query(wanted)
    labels = set(stems(_names(approach, search)))
    figure = bool(MEASURES.search(wanted))
    asked = set(stems(MEASURES.sub(" ", wanted))) - labels or set(stems(wanted))
    order = sorted(range(len(evidence.sentences)), key=lambda i: -evidence.sentences[i].score)
    ranked = []
    for i in order:
        sentence = evidence.sentences[i]
        source = evidence.source(sentence.n)
        start, end = in_one_piece(source.text, source.spans, sentence.start, sentence.end)
        if end - start < WHOLE * len(sentence.text) or _of_others(sentence, evidence):
            continue
        longest = max(pieces(source.text, start, end), key=lambda piece: piece.end - piece.start)
        start, end = longest.start, longest.end
        if not BEGINS.match(source.text[start:end]):
            continue
        sentence = replace(sentence, start=start, end=end, text=source.text[start:end])
        if not readable(sentence.text):
            continue
        cosine = float(evidence.vectors[i] @ vector)
        said = PEOPLE.sub("people", DEMOS.sub("demonstrations", sentence.text))
        holds = len(asked & set(stems(said))) / len(asked)
        row = cosine >= ROW_NEAR or (cosine >= ROW_COSINE and holds >= ROW_HOLDS and _together(asked, said))
        has_figure = any(character.isdigit() for character in NO_FIGURE.sub(" ", sentence.text))
        row = row and (has_figure or not figure)
        question = (cosine >= QUESTION_COSINE and holds > 0) or holds >= QUESTION_HOLDS
        if ASKS_NUMBER.search(wanted):
            question = has_figure and (question or (cosine >= ROW_COSINE and holds > 0))
        ranked.append((sentence, (row, question)))
    return ranked


def _together(asked: set[str], text: str) -> bool:
    """Whether the asked words stand near each other: "an hour of training time", not "train on 16 frames at a time"."""
    places = [(at, found) for at, word in enumerate(text.split()) if (found := asked & set(stems(word)))]
    held = {stem for _, found in places for stem in found}
    for begin, (first, _) in enumerate(places):
        seen: set[str] = set()
        for at, found in places[begin:]:
            seen |= found
            if seen == held:
                if at - first < NEARNESS * len(held):
                    return True
                break
    return False


def _of_others(sentence: Sentence, evidence: Evidence) -> bool:
    """Whether a sentence speaks of other works and not of this one."""
    source = evidence.source(sentence.n)
    if source.source != "pdf" or OWN.search(sentence.text) or named_in(source.label, sentence.text):
        return False
    return bool(RELATED.search(source.section) or OTHERS.search(sentence.text))


def _spread(near: Sequence[Sentence], evidence: Evidence, most: int) -> list[Sentence]:
    """The best sentences, none twice; of several papers a few each."""
    papers = {evidence.source(s.n).paper for s in near}
    taken: dict[str, int] = {}
    chosen: list[Sentence] = []
    for sentence in near:
        paper = evidence.source(sentence.n).paper
        if any(sentence.text == other.text for other in chosen):
            continue
        if len(papers) > 1 and taken.get(paper, 0) >= FEWER:
            continue
        taken[paper] = taken.get(paper, 0) + 1
        chosen.append(sentence)
    return chosen[:most]


def _source(sentence: Sentence, evidence: Evidence) -> Quote:
    source = evidence.source(sentence.n)
    citation = cited(source, sentence.start, sentence.end)
    return Quote(
        citation.paper, citation.source, citation.page, citation.page_label, citation.quote, citation.spans, source.section
    )  # fmt: skip


def _cell(sources: tuple[Quote, ...], approach: Approach, search: Search) -> Cell:
    if approach.kind == "paper":
        first = sources[0]
        label = (
            ""
            if first.source == "pdf"
            else f" ({'digest' if first.source == 'digest' else 'the survey’s table'})"
        )
        text = f"{quoted(first.quote)}{label}"
        return Cell(text, "stated", sources, first.source, checked=first.source == "pdf")
    papers = tuple(dict.fromkeys(source.paper for source in sources))
    labels = {paper: search.catalogue.by_id[paper].label for paper in papers}
    first_of = {source.paper: source for source in reversed(sources)}
    parts = [f"{labels[paper]}: {quoted(first_of[paper].quote, 140)}" for paper in papers]
    text = f"Found in {len(papers)} of {len(approach.papers)}. " + "; ".join(parts)
    return Cell(
        text, "stated", sources, "counted", counts=(Count("found", papers),), silent=_silent(approach, papers)
    )


def _silent(approach: Approach, papers: Sequence[str]) -> tuple[str, ...]:
    return () if approach.kind == "paper" else tuple(p for p in approach.papers if p not in papers)
