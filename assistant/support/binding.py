"""Binding a written sentence to the numbered evidence: the sources it may rest on, the judge's verdict, its citations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from assistant.addressed import unaddressed
from assistant.answer import Citation, Claim, NumberedSource
from assistant.evidence import spans_of
from assistant.markers import take_out
from assistant.support.judge import CARRIED, STRENGTH, Premise
from assistant.support.program import compare, states_nothing
from assistant.wording import named_in
from corpus.passages import main_page
from corpus.quoting import in_one_piece

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.evidence import Evidence
    from assistant.support.judge import Judge
    from assistant.support.program import Compared

NO_CLAIM: Final = "it states nothing that a source could carry"
OF_ANOTHER: Final = "the passage does not name"
MOST_TOGETHER: Final = 3  # sources that a sentence may rest on


@dataclass(frozen=True, slots=True)
class Bound:
    """A sentence bound to what may carry it.

    Attributes:
        claim: The claim as far as the program can tell: a quote, the same words, or unsupported.
        sources: Numbers of the sources that it is judged by; none for a quote, which needs no judge.
        unknown: Markers that pointed at nothing and were taken out.
        moved: Whether it is cited to another source than the writer named.
    """

    claim: Claim
    sources: tuple[int, ...] = ()
    unknown: int = 0
    moved: bool = False


def bound(sentence: str, evidence: Evidence, handed_out: Sequence[int]) -> Bound | None:
    """The sentence as a claim with the sources it may rest on; None where it holds nothing but markers.

    A marker whose source has the sentence's words stands, one a paper; where none does, the source of the evidence
    that comes nearest takes its place. What a paper is named for is not carried by another paper's source.

    Args:
        sentence: As the writer wrote it, with its markers.
        evidence: The numbered sources.
        handed_out: The numbers the writer was given.
    """
    marked = take_out(sentence, set(handed_out))
    text = marked.text.strip()
    if not any(character.isalnum() for character in text):
        return None if not marked.unknown else Bound(Claim("", "unsupported"), (), marked.unknown)
    if states_nothing(text):
        return Bound(Claim(text, "unsupported", why=NO_CLAIM), (), marked.unknown)
    found = {n: _compared(text, n, evidence, handed_out) for n in handed_out}
    standing = _one_each_paper([n for n in marked.numbers if STRENGTH[found[n].support]], found, evidence)
    if not standing:
        best = max(found, key=lambda n: (STRENGTH[found[n].support], found[n].cover, -n), default=None)
        standing = [best] if best is not None and STRENGTH[found[best].support] else []
    moved = bool(marked.numbers) and not set(standing) & set(marked.numbers)
    if not standing:
        asked = [*marked.numbers, *handed_out]
        why = next((found[n].why for n in asked if found[n].why), "no passage was handed out")
        own = [n for n in asked if not found[n].why.startswith(OF_ANOTHER)]
        nearest = sorted(own, key=lambda n: (n not in marked.numbers, -found[n].cover))[:1]
        several = len(marked.numbers) > 1 and set(marked.numbers) <= set(own)
        return Bound(
            Claim(text, "unsupported", why=why),
            marked.numbers[:MOST_TOGETHER] if several else tuple(nearest),
            marked.unknown,
        )
    strongest = max(standing, key=lambda n: STRENGTH[found[n].support])
    support = found[strongest].support
    citations = tuple(cited(evidence.source(n), found[n].start, found[n].end) for n in standing)
    if found[strongest].quoted:
        return Bound(Claim(text, support, citations, judge="program"), (), marked.unknown, moved)
    return Bound(Claim(text, support, citations, judge="words"), tuple(standing), marked.unknown, moved)


def settled(
    bounds: Sequence[Bound], evidence: Evidence, judge: Judge, stopped: Callable[[], bool] = lambda: False
) -> list[Claim]:
    """The claims as the judge rules on them, all heard together; quotes stand without it.

    A sentence that cites several sources is held against each, and what carries it alone is enough; else against
    all of them together.

    Args:
        bounds: The sentences, in order.
        evidence: The numbered sources.
        judge: Who rules.
        stopped: Whether the reader has had enough.
    """
    heard: list[tuple[int, tuple[int, ...]]] = []
    for at, one in enumerate(bounds):
        heard += [(at, (n,)) for n in one.sources]
        if len(one.sources) > 1:
            heard.append((at, one.sources))
    asked = evidence.asked
    verdicts = judge.all_of(
        [
            (bounds[at].claim.text, [premise_of(evidence.source(n), asked) for n in numbers])
            for at, numbers in heard
        ],
        stopped,
    )
    claims = [one.claim for one in bounds]
    for at in dict.fromkeys(at for at, _ in heard):
        ruled = [(numbers, v) for (i, numbers), v in zip(heard, verdicts, strict=True) if i == at]
        carrying = [(numbers, v) for numbers, v in ruled if v.carried]
        if not carrying:
            _, verdict = max(ruled, key=lambda one: (STRENGTH[one[1].support], one[1].probability or 0.0))
            claims[at] = replace(
                claims[at],
                support=verdict.support,
                citations=claims[at].citations if verdict.support == "same words" else (),
                probability=verdict.probability,
                judge=verdict.judge,
                why=verdict.why or claims[at].why,
            )
            continue
        alone = [pair for pair in carrying if len(pair[0]) == 1]
        places = [
            (evidence.source(numbers[i]), start, end)
            for numbers, verdict in (alone or carrying)
            for i, start, end in verdict.places or ((0, 0, 0),)
        ]
        best = max(
            (v for _, v in alone or carrying), key=lambda v: (STRENGTH[v.support], v.probability or 1.0)
        )
        citations = tuple(dict.fromkeys(cited(source, start, end) for source, start, end in places))
        claims[at] = Claim(
            claims[at].text, best.support, citations, probability=best.probability, judge=best.judge
        )
    return claims


def parted(claims: Sequence[Claim], *, words: bool) -> tuple[list[Claim], list[Claim]]:
    """The claims that are shown, and those left out because nothing carries them.

    A heading goes with what follows it; a line such as "No, it does not." is kept where the writer is trusted.

    Args:
        claims: As the judge ruled.
        words: Whether a claim that has only the same words is shown, as that: a large model's is, a small one's is not.
    """
    kept: list[Claim] = []
    lost: list[Claim] = []
    waiting: list[Claim] = []
    for claim in claims:
        if claim.why == NO_CLAIM:
            waiting.append(claim)
        elif claim.support in CARRIED or (words and claim.support == "same words"):
            kept += [*(one for one in waiting if words or one.text.endswith(":")), claim]
            waiting = []
        else:
            lost.append(claim)
            waiting = []
    return kept, lost


def premise_of(source: NumberedSource, asked: str = "") -> Premise:
    """A numbered source as a premise: its text, and its paper's names and authors, which the text need not repeat.

    What the text orders its reader to do states nothing, and carries no sentence.

    Args:
        source: The source.
        asked: The question, whose words a sentence may say again.
    """
    return Premise(unaddressed(source.text), (source.label, source.title, " ".join(source.authors)), asked)


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


def _compared(text: str, n: int, evidence: Evidence, handed_out: Sequence[int]) -> Compared:
    """How source `n` holds the sentence's words; not at all where the sentence is about another paper's work."""
    source = evidence.source(n)
    premise = premise_of(source, evidence.asked)
    found = compare(text, premise.text, premise.known, premise.asked)
    if found.quoted:
        return found
    own = (source.text, source.label, source.title)
    labels = {evidence.source(m).paper: evidence.source(m).label for m in handed_out}
    named = [label for paper, label in labels.items() if named_in(label, text)]
    other = [
        label
        for paper, label in labels.items()
        if label in named and paper != source.paper and not any(named_in(label, words) for words in own)
    ]
    if other and source.label not in named:
        return replace(found, support="unsupported", why=f"{OF_ANOTHER} {other[0]}")
    return found


def _one_each_paper(standing: Sequence[int], found: dict[int, Compared], evidence: Evidence) -> list[int]:
    """Of the sources that have the words, the strongest of each paper: more of the same adds nothing."""
    best: dict[str, int] = {}
    for n in standing:
        paper = evidence.source(n).paper
        if paper not in best or STRENGTH[found[n].support] > STRENGTH[found[best[paper]].support]:
            best[paper] = n
    return sorted(best.values(), key=list(standing).index)[:MOST_TOGETHER]
