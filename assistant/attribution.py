"""Binding a sentence to the evidence: the marker it came with, checked, or the source that carries it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

from assistant.addressed import unaddressed
from assistant.answer import Citation, Claim, NumberedSource, Support
from assistant.clauses import clauses
from assistant.evidence import spans_of
from assistant.markers import take_out
from assistant.support import Premise, Verdict, supports
from assistant.wording import named_in
from corpus.passages import main_page
from corpus.quoting import in_one_piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.evidence import Evidence
    from assistant.support import Meaning, Supports

ORDER = {"exact": 3, "normalised": 2, "paraphrase": 1, "unsupported": 0, "unchecked": 0, "computed": 0}


@dataclass(frozen=True, slots=True)
class Bound:
    """A sentence bound to what carries it.

    Attributes:
        claim: The claim; None where the sentence held nothing but markers.
        unknown: Markers that pointed at nothing and were taken out.
        moved: Whether it is cited to another source than the writer named.
    """

    claim: Claim | None
    unknown: int = 0
    moved: bool = False


def bound(
    sentence: str,
    evidence: Evidence,
    handed_out: Sequence[int],
    meaning: Meaning | None = None,
    judge: Supports | None = None,
) -> Bound:
    """The sentence as a claim, each citation checked.

    A marker whose source carries the sentence stands, one a paper; those that add nothing go. Where none
    stands, the marked sources are read together, then the source of the evidence that carries it best is cited
    instead, or the two papers that carry it together; where there is none, the claim is unsupported and cites
    nothing.

    Args:
        sentence: As the writer wrote it, with its markers.
        evidence: The numbered sources.
        handed_out: The numbers the writer was given.
        meaning: Cosine of two texts, for paraphrases.
        judge: What decides whether premises carry a sentence; the check of words by default.
    """
    marked = take_out(sentence, set(handed_out))
    text = marked.text.strip()
    if not any(character.isalnum() for character in text):
        return Bound(None, marked.unknown)
    bench = _Bench(text, evidence, handed_out, judge or partial(supports, meaning=meaning))
    standing = [n for n in marked.numbers if bench.verdict(n).carried]
    places = bench.places(_one_each_paper(standing, bench, evidence))
    if not places and len(marked.numbers) > 1:
        places = bench.together(marked.numbers)
    moved = bool(marked.numbers) and not places
    if not places:
        carrying = [n for n in handed_out if bench.verdict(n).carried]
        best = sorted(carrying, key=lambda n: (-ORDER[bench.verdict(n).support], n))[:1]
        places = bench.places(best) or bench.by_two_papers()
    if not places:
        asked = [*marked.numbers, *handed_out]
        why = next((bench.verdict(n).why for n in asked if bench.verdict(n).why), "")
        return Bound(Claim(text, "unsupported", why=why), marked.unknown)
    support = max((s for _, s in places), key=lambda s: ORDER[s])
    citations = tuple(citation for citation, _ in places)
    return Bound(Claim(text, support, citations), marked.unknown, moved)


class _Bench:
    """One sentence before the judge, each source heard once."""

    def __init__(self, text: str, evidence: Evidence, handed_out: Sequence[int], judge: Supports) -> None:
        self.text = text
        self.evidence = evidence
        self.handed_out = handed_out
        self.judge = judge
        labels = {evidence.source(n).paper: evidence.source(n).label for n in handed_out}
        self.named = {paper: label for paper, label in labels.items() if named_in(label, text)}
        self.heard: dict[int, Verdict] = {}

    def verdict(self, n: int) -> Verdict:
        """How source `n` carries the sentence; not at all where the sentence is about another paper's work."""
        if n not in self.heard:
            source = self.evidence.source(n)
            own = (source.text, source.label, source.title)
            other = next(
                (
                    label
                    for paper, label in self.named.items()
                    if paper != source.paper and not any(named_in(label, words) for words in own)
                ),
                None,
            )
            self.heard[n] = (
                Verdict("unsupported", why=f"the passage does not name {other}")
                if other
                else self.judge([premise_of(source, self.evidence.asked)], self.text)
            )
        return self.heard[n]

    def places(self, numbers: Sequence[int]) -> list[tuple[Citation, Support]]:
        """Citations of the sources that carry the sentence alone."""
        found = []
        for n in numbers:
            verdict = self.verdict(n)
            source = self.evidence.source(n)
            found += [(cited(source, start, end), verdict.support) for _, start, end in verdict.places]
        return found

    def together(self, numbers: Sequence[int]) -> list[tuple[Citation, Support]]:
        """Citations of sources that carry it only together."""
        sources = [self.evidence.source(n) for n in numbers]
        if len(self.named) > 1:
            return []  # halves of two papers' works must not be exchanged: see by_two_papers
        verdict = self.judge([premise_of(source, self.evidence.asked) for source in sources], self.text)
        return [(cited(sources[i], start, end), verdict.support) for i, start, end in verdict.places]

    def by_two_papers(self) -> list[tuple[Citation, Support]]:
        """Citations of two papers that a comparing sentence names, each carrying what is said of it.

        Each half must be carried by its own paper: halves swapped between two papers are not supported.
        """
        sources = [self.evidence.source(n) for n in self.handed_out]
        sources = [source for source in sources if source.paper in self.named]
        for one, other in combinations(self.named.items(), 2):
            parts = clauses(self.text, one[1], other[1])
            if parts is None:
                continue
            found: list[tuple[Citation, Support]] = []
            for part, (paper, _) in zip(parts, (one, other), strict=True):
                verdicts = [
                    (s, self.judge([premise_of(s, self.evidence.asked)], part))
                    for s in sources
                    if s.paper == paper
                ]
                carrying = [(s, v) for s, v in verdicts if v.carried]
                if not carrying:
                    break
                source, best = max(carrying, key=lambda pair: ORDER[pair[1].support])
                found += [(cited(source, start, end), "paraphrase") for _, start, end in best.places[:1]]
            else:
                return found
        return []


def premise_of(source: NumberedSource, asked: str = "") -> Premise:
    """A numbered source as a premise: its text, and its paper's names and authors, which the text need not repeat.

    What the text orders its reader to do states nothing, and carries no sentence.

    Args:
        source: The source.
        asked: The question, whose words a sentence may say again.
    """
    return Premise(unaddressed(source.text), (source.label, source.title, " ".join(source.authors)), asked)


def _one_each_paper(standing: Sequence[int], bench: _Bench, evidence: Evidence) -> list[int]:
    """Of the sources that carry a sentence alone, the strongest of each paper: more of the same adds nothing."""
    best: dict[str, int] = {}
    for n in standing:
        paper = evidence.source(n).paper
        if paper not in best or ORDER[bench.verdict(n).support] > ORDER[bench.verdict(best[paper]).support]:
            best[paper] = n
    return sorted(best.values(), key=standing.index)


def cited(source: NumberedSource, start: int, end: int) -> Citation:
    """A citation of `source.text[start:end]`, or its longest part in one piece, with the page that those words stand on."""
    if source.table is None:
        start, end = in_one_piece(source.text, source.spans, start, end)
    spans = spans_of(source, start, end)
    page = main_page(spans) if spans else source.page
    label = source.page_label if page == source.page else dict(source.labels).get(page or 0, str(page))
    return Citation(
        n=source.n,
        paper=source.paper,
        source=source.source,
        page=page,
        page_label=label,
        quote=source.text[start:end],
        spans=spans,
    )
