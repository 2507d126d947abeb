"""A summary of several papers: every one is read first, then counted and grouped, so that none is forgotten.

What is counted and listed is computed; a model only phrases what the papers' own lines say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.answer import Claim
from assistant.shown import called
from assistant.summaries import families
from assistant.summaries.choosing import likeliest
from assistant.summaries.counting import dated, listing, names, papers_counted, shared, span, tally, years
from assistant.summaries.notes import citation, counted, held
from assistant.summaries.outline import outlined
from assistant.summaries.outlook import noted, open_questions, robots, settings_said
from assistant.summaries.parts import APPROACH
from assistant.summaries.summary import Coverage, SummarySection, Unused
from corpus.spelling import either

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.summaries.notes import Held, Statement
    from assistant.summaries.sources import Sources
    from assistant.summaries.summary import Length
    from assistant.summaries.writing import Quote, Writer
    from corpus.catalogue import Paper
    from index.passage_store import PassageStore

ENTRIES = 14  # papers of a line that get a sentence of their own
PHRASED_LINES = 4  # lines of which a model writes a sentence
CROWDED = 0.7  # share of the papers above which a line says too little
READ_OF_LINE = 4  # papers a model reads for it


@dataclass
class Several:
    """Writes a summary of several papers.

    Args:
        papers: All of them, in the catalogue's order.
        name: What the set is called in a sentence, behind its verb.
        store: The stored passages.
        sources: Numbers what is cited.
        writer: Phrases, where there is a model.
        grouped: Names of lines with their papers, where the taxonomy gives them; else they are found.
        leading: For each paper the claim that stands for it; where there is none, its approach does.
        lead: Words before everything.
        verbs: "is filed under", for one paper and for several.
        silent: Why a paper is not cited.
    """

    papers: Sequence[Paper]
    name: str
    store: PassageStore
    sources: Sources
    writer: Writer
    grouped: dict[str, list[str]] = field(default_factory=dict)
    leading: dict[str, tuple[Claim, Quote]] = field(default_factory=dict)
    lead: str = ""
    notes: list[str] = field(default_factory=list)
    silent: str = "nothing but its title is held"
    verbs: tuple[str, str] = ("is filed under", "are filed under")

    def sections(self, length: Length) -> Iterator[tuple[SummarySection, ...]]:
        """The summary as it grows."""
        known = [held(paper, self.store) for paper in self.papers]
        if length == "line":
            yield (SummarySection("line", "", (self._line(known),), ""),)
            return
        lines = self._lines(known)
        if length == "paragraph":
            yield from self._paragraph(known, lines)
            return
        done: tuple[SummarySection, ...] = ()
        for section in self._page(known, lines):
            done = (*done, section)
            yield done

    def coverage(self, sections: Sequence[SummarySection]) -> Coverage:
        """What the sections rest on."""
        citations = [c for section in sections for claim in section.claims for c in claim.citations]
        cited_papers = {c.paper for c in citations}
        by_pdf = {c.paper for c in citations if c.source == "pdf"}
        ids = [paper.id for paper in self.papers]
        return Coverage(
            tuple(paper for paper in ids if paper in cited_papers),
            len(ids),
            tuple(paper for paper in ids if paper in by_pdf),
            tuple(Unused(paper, self.silent) for paper in ids if paper not in cited_papers),
        )

    def _page(self, known: Sequence[Held], lines: dict[str, list[Held]]) -> Iterator[SummarySection]:
        yield SummarySection(
            "shared", "What they share", (self._count(known), *shared(known, self.sources)), self.lead
        )
        phrased = 0
        for name, members in lines.items():
            claims: list[Claim] = []
            if len(members) > 2 and phrased < PHRASED_LINES and self.writer.writes:
                claims += self._overview(name, members)
                phrased += 1
            claims += self._entries(members)
            heading = f"{name[:1].upper()}{name[1:]} ({papers_counted(len(members))})"
            yield SummarySection(f"line:{name}", heading, tuple(claims))
        yield years(known, self.sources)
        yield robots(known, self.sources)
        yield open_questions(known, self.sources)

    def _paragraph(
        self, known: Sequence[Held], lines: dict[str, list[Held]]
    ) -> Iterator[tuple[SummarySection, ...]]:
        claims = [self._count(known), *shared(known, self.sources)[:2]]
        yield (SummarySection("paragraph", "", tuple(claims), self.lead),)
        for members in list(lines.values())[:3]:
            entry = next((e for e in map(self._entry, _telling(members)) if e is not None), None)
            if entry is not None:
                phrased = self._phrased_entry(*entry)
                claims.append(phrased or entry[0])
                yield (SummarySection("paragraph", "", tuple(claims), self.lead),)
        claims += years(known, self.sources).claims[-1:]
        claims += robots(known, self.sources, 0).claims[:1]
        claims += open_questions(known, self.sources).claims[:1]
        yield (SummarySection("paragraph", "", tuple(claims), self.lead),)

    # --- what is counted ---

    def _count(self, known: Sequence[Held]) -> Claim:
        dates = [h.paper.year for h in known if h.paper.year]
        when = "" if not dates else f", first published {span(min(dates), max(dates))}"
        return listing(f"{papers_counted(len(known))} {self._said(known)}{when}.", known, self.sources)

    def _said(self, known: Sequence[Held]) -> str:
        """What the set is, as a verb for one or several: "is filed under …"."""
        return f"{self.verbs[len(known) != 1]} {self.name}"

    def _line(self, known: Sequence[Held]) -> Claim:
        found = tally(known, families.models, families.MODELS)
        kinds = [f"{name} ({len(members)})" for name, members in list(found.items())[:2]]
        real = [h for h in known if settings_said(h) & {"real", "both"}]
        dates = [h.paper.year for h in known if h.paper.year]
        when = f", {span(min(dates), max(dates))}" if dates else ""
        mostly = f", most often with {either(kinds, 'and')}" if kinds else ""
        tried = f"; {len(real)} report{'s' * (len(real) == 1)} real robots" if real else ""
        return listing(
            f"{papers_counted(len(known))} {self._said(known)}{when}{mostly}{tried}.", known, self.sources
        )

    # --- the lines ---

    def _lines(self, known: Sequence[Held]) -> dict[str, list[Held]]:
        """The papers in groups: by the taxonomy where it parts them, else by kind of model, else by the role of RL."""
        if len(self.grouped) > 1:
            by_id = {h.paper.id: h for h in known}
            lines = {name: [by_id[i] for i in ids if i in by_id] for name, ids in self.grouped.items()}
            return _ordered({name: members for name, members in lines.items() if members}, len(known))
        found = [self._parted(known, families.models, families.MODELS)]
        found.append(self._parted(known, families.roles, families.ROLES))
        largest = [max(map(len, lines.values())) for lines in found]
        chosen = found[0] if largest[0] <= max(CROWDED * len(known), largest[1]) else found[1]
        return _ordered(chosen, len(known)) if len(chosen) > 1 else {"the papers": list(known)}

    @staticmethod
    def _parted(
        known: Sequence[Held],
        of: Callable[[Held], list[Statement]],
        kinds: Sequence[families.Family],
    ) -> dict[str, list[Held]]:
        """Each paper under the first family that its statements name."""
        lines: dict[str, list[Held]] = {}
        for h in known:
            name = next(iter(families.named(of(h), kinds)), "other approaches")
            lines.setdefault(name, []).append(h)
        return lines

    def _entries(self, members: Sequence[Held]) -> list[Claim]:
        """A sentence for each paper of a line, the newest last; where they are many, the rest in one."""
        ordered = (
            sorted(members, key=lambda h: (not h.pdf, h.paper.year or 0))
            if len(members) > ENTRIES
            else members
        )
        chosen = sorted(ordered[:ENTRIES], key=lambda h: h.paper.year or 0)
        claims = [entry[0] for h in chosen if (entry := self._entry(h)) is not None]
        rest = ordered[ENTRIES:]
        stated = [s for h in rest if (s := h.aspect("approach", "problem")) is not None]
        if stated:
            text = f"Also of this line, {len(rest)} more: {names([h.paper for h in rest], 40)}."
            claims.append(counted(text, stated, self.sources))
        return claims

    def _entry(self, h: Held) -> tuple[Claim, Quote] | None:
        """What stands for a paper: a sentence of its pages, else its digest's; None where neither is held."""
        if h.paper.id in self.leading:
            return self.leading[h.paper.id]
        name = f"{dated(h.paper)}: "
        best = likeliest(outlined(h.pdf), h.paper, APPROACH) if h.pdf else None
        if best is not None:
            quote = (best.passage, best.start, best.end)
            return self.sources.quote(*quote, name=name), quote
        statement = h.aspect("approach", "problem", "main_result")
        if statement is not None:
            return noted(dated(h.paper), statement, self.sources), (
                statement.passage,
                statement.start,
                statement.end,
            )
        if h.digest is not None:
            end = h.digest.text.find(". ") + 1 or len(h.digest.text)
            quote = (h.digest, 0, end)
            return self.sources.quote(*quote, name=f"{dated(h.paper)}, our digest: "), quote
        if (application := h.table.get("Application")) is not None:
            text = f"{dated(h.paper)}, the survey's table: “{application.text}”"
            claim = Claim(text, "exact", (citation(application, self.sources),))
            return claim, (application.passage, application.start, application.end)
        return None

    def _phrased_entry(self, claim: Claim, quote: Quote) -> Claim | None:
        """A paper's sentence in a model's words, opening with its name; None where it cannot be carried."""
        label = claim.text.split(":", 1)[0]
        name = re.sub(r" \(\d{4}\).*$", "", label)  # "SRDP (2023), our digest"
        written = self.writer.phrased(f"what {called(name)} does", [quote], self.sources, 1)
        if not written:
            return None
        text = written[0].text
        opened = text if name.lower() in text.lower() else f"{name}: {text}"
        digest = any(c.source == "digest" for c in written[0].citations)
        return Claim(
            f"By our digest, {opened}" if digest else opened, written[0].support, written[0].citations
        )

    def _overview(self, name: str, members: Sequence[Held]) -> list[Claim]:
        """A model's sentence or two on a line, from the approaches of a few of its papers."""
        telling = [h for h in members if "approach" in h.aspects][:READ_OF_LINE]
        if len(telling) < 3:
            return []
        quotes = [(s.passage, s.start, s.end) for h in telling if (s := h.aspects["approach"]) is not None]
        ask = f"what these works on {called(name)} do, naming each work"
        claims = self.writer.phrased(ask, quotes, self.sources, 2)
        return [Claim(f"By our digests, {c.text}", c.support, c.citations) for c in claims]


def _ordered(lines: dict[str, list[Held]], total: int) -> dict[str, list[Held]]:
    """The largest line first; lines of one paper together where there are many lines."""
    single = [name for name, members in lines.items() if len(members) == 1]
    if len(single) > 1 and total > 8:
        rest = [member for name in single for member in lines.pop(name)]
        lines["other approaches"] = [*lines.pop("other approaches", []), *rest]
    return dict(sorted(lines.items(), key=lambda item: (item[0] == "other approaches", -len(item[1]))))


def _telling(members: Sequence[Held]) -> list[Held]:
    """The papers of a line, those first whose pages are held."""
    return sorted(members, key=lambda h: (not h.pdf, "approach" not in h.aspects))
