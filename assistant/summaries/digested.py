"""A paper's summary where its PDF is not here: from its digest; and its place in the taxonomy, from the survey's list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.answer import Claim, Quote, place
from assistant.summaries.parts import PAGE
from assistant.summaries.summary import SummarySection
from corpus.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.sources import Sources
    from assistant.summaries.summary import Length
    from corpus.catalogue import Catalogue, Paper
    from index.passage_store import SourceKind

SENTENCES = 12  # of a digest's prose in a paragraph


def stated(paper: Paper, *aspects: str) -> Quote | None:
    """The first of the aspects that the paper's digest states."""
    said = paper.digest.aspects if paper.digest else {}
    return next((written(paper, words) for name in aspects if (words := said.get(name))), None)


def written(paper: Paper, words: str, source: SourceKind = "digest") -> Quote:
    """Words of the paper's digest or row."""
    return Quote(paper.id, source, None, None, words)


def told(name: str, quote: Quote, sources: Sources) -> Claim:
    """A digest's or a row's words as a claim that says on what or whom they are, and whose: "Octo, our digest: “…”"."""
    whose = place(quote.source, None, None)
    return Claim(f"{name}, {whose}: “{quote.quote}”", "exact", (sources.noted(quote),))


def of_aspect(aspect: str, quote: Quote, sources: Sources) -> Claim:
    """A digest's words on an aspect: "Our digest, on the setting: “both”"."""
    about = aspect.replace("_", " ").replace("rl", "RL")
    return Claim(f"Our digest, on the {about}: “{quote.quote}”", "exact", (sources.noted(quote),))


def from_notes(
    paper: Paper, catalogue: Catalogue, sources: Sources, length: Length
) -> Iterator[tuple[SummarySection, ...]]:
    """The digest's prose or aspects as a growing summary, each sentence cited to it and said to be the digest's."""
    if length == "page" and paper.digest and any(paper.digest.aspects.values()):
        sections: list[SummarySection] = []
        for part in PAGE[:-1]:
            said = ((name, quote) for name in part.in_digest if (quote := stated(paper, name)))
            claims = tuple(of_aspect(name, quote, sources) for name, quote in said)
            lead = "" if claims else "Our digest says nothing of it."
            sections.append(SummarySection(part.key, part.heading, claims, lead))
            yield tuple(sections)
        yield (*sections, placed(paper, catalogue, sources, long=True))
        return
    prose = _prose(paper, sources)
    if length == "line":
        prose = _line(paper, sources) or prose[:1]
    place = placed(paper, catalogue, sources, long=False)
    shown = () if length == "line" and prose else place.claims
    lead = "" if prose else f"Nothing but its place on the survey's list is held of {paper.label}."
    yield (SummarySection(length, "", (*prose, *shown), lead),)


def _line(paper: Paper, sources: Sources) -> list[Claim]:
    for name in ("approach", "problem", "main_result"):
        if quote := stated(paper, name):
            return [of_aspect(name, quote, sources)]
    return []


def _prose(paper: Paper, sources: Sources) -> list[Claim]:
    text = paper.digest.text if paper.digest else ""
    said = [text[start:end] for start, end in sentences(text)[:SENTENCES]]
    return [
        Claim(
            f"{'Our digest says: ' if i == 0 else ''}“{sentence}”",
            "exact",
            (sources.noted(written(paper, sentence)),),
        )
        for i, sentence in enumerate(said)
    ]


def placed(paper: Paper, catalogue: Catalogue, sources: Sources, *, long: bool) -> SummarySection:
    """Where the paper sits in the taxonomy, by the survey's list and, if `long`, by its table."""
    taxonomy = catalogue.taxonomy
    filed = _deepest(paper.categories)
    if not filed:
        lead = f"{paper.label} is not on the survey's list, so it has no place in the taxonomy."
        return SummarySection("taxonomy", "In the taxonomy", (), lead)
    paths = [taxonomy.path_name(slug) for slug in filed]
    claims = [_filed(paper, f"The survey files {paper.label} under {_joined(paths)}.", paths, "", sources)]
    more = [taxonomy.path_name(s) for s in _deepest(paper.all_categories) if s not in paper.categories]
    if long and more and paper.table is not None:
        text = f"Its table files it under {_joined(more)} too."
        claims.append(_filed(paper, text, more, ", in the survey's table", sources))
    return SummarySection("taxonomy", "In the taxonomy", tuple(claims))


def _filed(paper: Paper, text: str, paths: Sequence[str], where: str, sources: Sources) -> Claim:
    entry = f"{paper.title}{where}: {'; '.join(paths)}"
    return Claim(text, "computed", (sources.listed(paper, entry),), why="read from the survey's taxonomy")


def _deepest(slugs: Sequence[str]) -> list[str]:
    return [slug for slug in slugs if not any(other.startswith(f"{slug}/") for other in slugs)]


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{'; '.join(names[:-1])}; and {names[-1]}"
