"""Binding a sentence to the evidence: the marker it came with, checked, or the source that carries it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from assistant.answer import Citation, Claim, NumberedSource
from assistant.evidence import spans_of
from assistant.markers import take_out
from assistant.support import Checked, check, clauses, named_in
from corpus.passages import main_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.evidence import Evidence
    from assistant.support import Meaning

ORDER = {"exact": 3, "normalised": 2, "paraphrase": 1, "unsupported": 0, "unchecked": 0}


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
    sentence: str, evidence: Evidence, handed_out: Sequence[int], meaning: Meaning | None = None
) -> Bound:
    """The sentence as a claim, each citation checked.

    A marker whose source carries the sentence stands. Where none does, the source of the evidence that
    carries it best is cited instead, or the two papers that carry it together; where there is none, the claim
    is unsupported and cites nothing.

    Args:
        sentence: As the writer wrote it, with its markers.
        evidence: The numbered sources.
        handed_out: The numbers the writer was given.
        meaning: Cosine of two texts, for paraphrases.
    """
    marked = take_out(sentence, set(handed_out))
    text = marked.text.strip()
    if not any(character.isalnum() for character in text):
        return Bound(None, marked.unknown)
    labels = {evidence.source(n).paper: evidence.source(n).label for n in handed_out}
    named = {paper: label for paper, label in labels.items() if named_in(label, text)}
    checks = {n: _checked(text, evidence.source(n), meaning, named) for n in handed_out}
    standing = [n for n in marked.numbers if checks[n].carried]
    moved = bool(marked.numbers) and not standing
    if not standing:
        carrying = [n for n in handed_out if checks[n].carried]
        standing = sorted(carrying, key=lambda n: (-ORDER[checks[n].support], -checks[n].cover, n))[:1]
    if not standing:
        pair = _carried_by_two(text, evidence, handed_out, meaning)
        if not pair:
            return Bound(Claim(text, "unsupported"), marked.unknown)
        return Bound(Claim(text, "paraphrase", pair), marked.unknown, moved)
    strongest = max((checks[n] for n in standing), key=lambda c: ORDER[c.support])
    citations = tuple(cited(evidence.source(n), checks[n].start, checks[n].end) for n in standing)
    return Bound(Claim(text, strongest.support, citations), marked.unknown, moved)


def _carried_by_two(
    text: str, evidence: Evidence, handed_out: Sequence[int], meaning: Meaning | None
) -> tuple[Citation, ...]:
    """Citations of two papers that a comparing sentence names, each carrying what is said of it; else none.

    Each half must be carried by its own paper: halves swapped between two papers are not supported.
    """
    sources = [evidence.source(n) for n in handed_out if named_in(evidence.source(n).label, text)]
    for one, other in combinations(dict.fromkeys((s.paper, s.label) for s in sources), 2):
        parts = clauses(text, one[1], other[1])
        if parts is None:
            continue
        found = []
        for part, (paper, _) in zip(parts, (one, other), strict=True):
            checks = [(s, _checked(part, s, meaning, {})) for s in sources if s.paper == paper]
            carrying = [(s, c) for s, c in checks if c.carried]
            if carrying:
                source, best = max(carrying, key=lambda pair: (ORDER[pair[1].support], pair[1].cover))
                found.append(cited(source, best.start, best.end))
        if len(found) == 2:
            return tuple(found)
    return ()


def _checked(text: str, source: NumberedSource, meaning: Meaning | None, named: Mapping[str, str]) -> Checked:
    """How the source carries the sentence; not at all where the sentence is about another paper's work.

    `named` has the papers of the evidence that the sentence names, with their labels.
    """
    checked = check(text, source.text, (source.label, source.title), meaning)
    own = (source.text, source.label, source.title)
    for paper, label in named.items():
        if checked.carried and paper != source.paper and not any(named_in(label, words) for words in own):
            return replace(checked, support="unsupported", missing=(label,))
    return checked


def cited(source: NumberedSource, start: int, end: int) -> Citation:
    """A citation of `source.text[start:end]`, with the page that those very words stand on."""
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
