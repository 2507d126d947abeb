"""Binding a sentence to the evidence: the marker it came with, checked, or the source that carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answer import Citation, Claim, NumberedSource
from assistant.evidence import spans_of
from assistant.markers import take_out
from assistant.support import Checked, check
from corpus.passages import main_page

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    carries it best is cited instead; where there is none, the claim is unsupported and cites nothing.

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
    checks = {n: _checked(text, evidence.source(n), meaning) for n in handed_out}
    standing = [n for n in marked.numbers if checks[n].carried]
    moved = bool(marked.numbers) and not standing
    if not standing:
        carrying = [n for n in handed_out if checks[n].carried]
        standing = sorted(carrying, key=lambda n: (-ORDER[checks[n].support], -checks[n].cover, n))[:1]
    if not standing:
        return Bound(Claim(text, "unsupported"), marked.unknown)
    strongest = max((checks[n] for n in standing), key=lambda c: ORDER[c.support])
    citations = tuple(cited(evidence.source(n), checks[n].start, checks[n].end) for n in standing)
    return Bound(Claim(text, strongest.support, citations), marked.unknown, moved)


def _checked(text: str, source: NumberedSource, meaning: Meaning | None) -> Checked:
    return check(text, source.text, (source.label, source.title), meaning)


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
