"""A paper's summary, part by part: read section by section, every sentence cited to its page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.aspects.readability import led_in, readable
from assistant.aspects.sentences import Material, read
from assistant.aspects.stating import alone, cued
from assistant.aspects.vocabulary import NEGATION
from assistant.phrasing import repeats
from assistant.shown import called
from assistant.summaries.digested import from_notes, of_aspect, placed, stated
from assistant.summaries.outline import Outline, outlined
from assistant.summaries.parts import APPROACH, CONTEXT, GENERATIVE, HOME, PAGE, PARAGRAPH, RL
from assistant.summaries.summary import Coverage, SummarySection, Unused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assistant.answer import Claim
    from assistant.aspects.sentences import Said
    from assistant.sources import Sources
    from assistant.summaries.parts import Part
    from assistant.summaries.summary import Length
    from assistant.summaries.writing import Writer
    from corpus.catalogue import Catalogue, Paper
    from index.passage_store import PassageStore

SHOWN = 4  # sentences a model reads for a part
SHOWN_LARGE = 8
OF_SECTION = 3  # sentences a model reads to stand for a section
DIGEST_ONLY = "The PDF of {label} is not here: this rests on this project's digest of it, which is not the paper's words."


@dataclass
class PaperSummary:
    """Writes the summary of one paper.

    Args:
        paper: The paper.
        catalogue: Knows its place in the taxonomy.
        store: Its stored passages.
        sources: Numbers what is cited.
        writer: Phrases, where there is a model.
    """

    paper: Paper
    catalogue: Catalogue
    store: PassageStore
    sources: Sources
    writer: Writer
    notes: list[str] = field(default_factory=list)
    outline: Outline = field(default_factory=Outline)
    _said: tuple[Said, ...] = ()
    _fitting: dict[str, list[Said]] = field(default_factory=dict)
    _first: dict[str, Said] = field(default_factory=dict)
    _taken: list[Said] = field(default_factory=list)

    def sections(self, length: Length) -> Iterator[tuple[SummarySection, ...]]:
        """The summary as it grows: after each part, all sections so far."""
        passages = self.store.of_paper(self.paper.id)
        self.outline = outlined(passages)
        material = read(self.paper, self.store)
        self._said = tuple(
            said for said in material.said if self._title(said) or said.part in ("limitations", "appendix")
        )
        if not self._said:
            label = self.paper.label
            note = (
                f"No sentence of the PDF of {label} can be quoted."
                if passages
                else DIGEST_ONLY.format(label=label)
            )
            self.notes.append(note)
            yield from from_notes(self.paper, self.catalogue, self.sources, length)
            return
        parts = {"line": (APPROACH,), "paragraph": PARAGRAPH, "page": PAGE}[length]
        self._choose(Material(self.paper, self._said, material.labels, material.names), parts)
        yield from self._page() if length == "page" else self._short(parts, length)

    def coverage(self, sections: Sequence[SummarySection]) -> Coverage:
        """What the sections rest on."""
        citations = [c for section in sections for claim in section.claims for c in claim.citations]
        used = (self.paper.id,) if citations else ()
        pdfs = used if any(c.source == "pdf" for c in citations) else ()
        unused = () if used else (Unused(self.paper.id, "nothing is held of it"),)
        titles = tuple(section.title for section in self.outline.main)
        return Coverage(
            used, 1, pdfs, unused, titles, tuple(t for t in titles if t in self._touched(sections))
        )

    # --- from the PDF ---

    def _choose(self, material: Material, parts: Sequence[Part]) -> None:
        """The sentences that fit each part, and its very best, which is no other part's."""
        for part in parts:
            self._fitting[part.key] = alone(part.aspects, material)
            best = next(iter(_unlike(self._fitting[part.key], self._first.values())), None)
            if best is not None:
                self._first[part.key] = best

    def _page(self) -> Iterator[tuple[SummarySection, ...]]:
        """Every part under its heading; then what stands for the sections that no part touched."""
        written: dict[str, SummarySection] = {}
        for part in PAGE:
            if part is CONTEXT and not any(said.part in ("related", "background") for said in self._said):
                continue
            written[part.key] = self._part(part, part.quotes)
            yield tuple(written.values())
        for title in [s.title for s in self.outline.main]:
            if title in self._touched(tuple(written.values())):
                continue
            before = [claim for section in written.values() for claim in section.claims]
            part, claims = self._standing_for(title, before)
            if not claims:
                self.notes.append(f"No sentence of the section “{title}” can be quoted alone.")
                continue
            so_far = written.get(part.key) or SummarySection(part.key, part.heading)
            lead = "" if so_far.lead == part.lacking else so_far.lead
            written[part.key] = SummarySection(part.key, part.heading, (*so_far.claims, *claims), lead)
            yield tuple(written.values())
        yield (*written.values(), placed(self.paper, self.catalogue, self.sources, long=True))

    def _short(self, parts: Sequence[Part], length: Length) -> Iterator[tuple[SummarySection, ...]]:
        """A line or a paragraph: one section without a heading."""
        claims: list[Claim] = []
        for part in parts:
            found = self._part(part, 1, short=length == "line").claims
            claims += [c for c in found if not any(repeats(c.text, other.text) for other in claims)]
            yield (SummarySection(length, "", tuple(claims)),)
        if length == "paragraph":
            claims += placed(self.paper, self.catalogue, self.sources, long=False).claims
            yield (SummarySection(length, "", tuple(claims)),)

    def _part(self, part: Part, quotes: int, *, short: bool = False) -> SummarySection:
        """One part: phrased by the model where it can, else quoted, else what the digest says, else said to be absent."""
        absent = part in (GENERATIVE, RL) and self._absent(part)
        best = [] if absent else self._best(part, max(self._shown, quotes))
        claims: list[Claim] = []
        if best and self.writer.writes:
            most = 1 if short or part is CONTEXT else 2
            claims = self._phrased(part, best, most)
            if not claims and self.writer.writes:
                self.writer.replaced += 1
            self._taken += [said for said in best if self._cites(claims, said)] or best[:1] if claims else []
        if best and not claims:
            chosen = sorted(best[:quotes], key=self._said.index)
            self._taken += chosen
            claims = [self._quoted(one) for one in chosen]
        if claims:
            return SummarySection(part.key, part.heading, tuple(claims))
        for aspect in part.in_digest:
            if quote := stated(self.paper, aspect):
                noted = (of_aspect(aspect, quote, self.sources),)
                return SummarySection(part.key, part.heading, noted, "" if absent else part.lacking)
        return SummarySection(part.key, part.heading, (), part.lacking)

    def _best(self, part: Part, count: int) -> list[Said]:
        """The part's best sentences, none of which is another part's very best or says what was said."""
        own = [said for said in (self._first.get(part.key),) if said is not None]
        others = [said for key, said in self._first.items() if key != part.key]
        return (own + _unlike(self._fitting[part.key], [*self._taken, *others, *own]))[:count]

    def _phrased(self, part: Part, said: Sequence[Said], most: int) -> list[Claim]:
        quotes = [(self._number(one), one.text) for one in said]
        return self.writer.phrased(
            part.ask.format(label=called(self.paper.label)), quotes, self.sources, most
        )

    @property
    def _shown(self) -> int:
        if not self.writer.writes:
            return 0
        return SHOWN if self.writer.model.kind == "embedded" else SHOWN_LARGE

    def _absent(self, part: Part) -> bool:
        """Whether the digest says that there is no such thing in the paper, as no reinforcement learning in Octo."""
        quote = stated(self.paper, part.in_digest[0])
        return quote is not None and bool(NEGATION.match(quote.quote))

    def _cites(self, claims: Sequence[Claim], said: Said) -> bool:
        n = self._number(said)
        citations = [c for claim in claims for c in claim.citations if c.n == n]
        return any(c.quote in said.text or said.text in c.quote for c in citations)

    def _number(self, said: Said) -> int:
        return self.sources.passage(said.passage, self.store)

    def _quoted(self, said: Said) -> Claim:
        start = led_in(said.passage.text, said.start, said.end)
        return self.sources.quote(said.passage, self.store, start, said.end)

    def _standing_for(self, title: str, before: Sequence[Claim]) -> tuple[Part, list[Claim]]:
        """A sentence from a section that nothing else was taken from, and the part it goes to."""
        inside = [said for said in self._said if self._title(said) == title]
        inside = [said for said in inside if readable(said.text)] or [s for s in inside if s.whole] or inside
        if not inside:
            return APPROACH, []
        fits = [
            (max(cued(aspect, said) or -1.0 for aspect in part.aspects), said, part)
            for said in _unlike(inside, self._taken)
            or inside[:1]  # one that says what was said, rather than none
            for part in HOME.get(said.part, (APPROACH,))
        ]
        fits.sort(key=lambda fit: -fit[0])
        _, said, part = fits[0]
        claims = [
            claim
            for claim in self._phrased(part, [fit[1] for fit in fits[:OF_SECTION]], 1)
            if any(self._section_of(c.n) == title for c in claim.citations)
            and not any(repeats(claim.text, other.text) for other in before)
        ]
        self._taken.append(said)
        return part, claims or [self._quoted(said)]

    def _title(self, said: Said) -> str:
        return self.outline.title_of(said.passage.id)

    def _section_of(self, n: int) -> str:
        return self.outline.title_of(self.sources.passage_of(n))

    def _touched(self, sections: Sequence[SummarySection]) -> set[str]:
        return {
            self._section_of(c.n)
            for section in sections
            for claim in section.claims
            for c in claim.citations
            if c.source == "pdf"
        }


def _unlike(said: Iterable[Said], taken: Iterable[Said]) -> list[Said]:
    """The sentences of which none says what one before it or one of `taken` says."""
    used = list(taken)
    kept: list[Said] = []
    for one in said:
        if not any(one is other or repeats(one.text, other.text) for other in (*used, *kept)):
            kept.append(one)
    return kept
