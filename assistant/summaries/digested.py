"""A paper's summary where its PDF is not here: from its digest; and its place in the taxonomy, from the survey's list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.answer import Claim
from assistant.summaries.notes import from_digest
from assistant.summaries.parts import PAGE
from assistant.summaries.summary import SummarySection
from assistant.support.binding import cited
from corpus.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.summaries.notes import Held
    from assistant.summaries.sources import Sources
    from assistant.summaries.summary import Length
    from corpus.catalogue import Catalogue, Paper

SENTENCES = 12  # of a digest's prose in a paragraph


def from_notes(
    known: Held, catalogue: Catalogue, sources: Sources, length: Length
) -> Iterator[tuple[SummarySection, ...]]:
    """The digest's prose or aspects as a growing summary, each sentence cited to it and said to be the digest's."""
    paper = known.paper
    if length == "page" and known.aspects:
        written: list[SummarySection] = []
        for part in PAGE[:-1]:
            said = [known.aspects[name] for name in part.aspects if name in known.aspects]
            claims = tuple(from_digest(statement, sources) for statement in said)
            lead = "" if claims else "Our digest says nothing of it."
            written.append(SummarySection(part.key, part.heading, claims, lead))
            yield tuple(written)
        yield (*written, placed(paper, catalogue, sources, long=True))
        return
    prose = _line(known, sources) if length == "line" else _prose(known, sources)
    place = placed(paper, catalogue, sources, long=False)
    shown = () if length == "line" and prose else place.claims
    lead = "" if prose else f"Nothing but its place on the survey's list is held of {paper.label}."
    yield (SummarySection(length, "", (*prose, *shown), lead),)


def _line(known: Held, sources: Sources) -> list[Claim]:
    statement = known.aspect("approach", "problem", "main_result")
    return [from_digest(statement, sources)] if statement is not None else _prose(known, sources)[:1]


def _prose(known: Held, sources: Sources) -> list[Claim]:
    digest = known.digest
    if digest is None:
        statement = known.aspect("approach", "problem")
        return [from_digest(statement, sources)] if statement is not None else []
    source = sources.taken[sources.number(digest) - 1]
    return [
        Claim(
            f"{'Our digest says: ' if i == 0 else ''}“{digest.text[start:end]}”",
            "exact",
            (cited(source, start, end),),
        )
        for i, (start, end) in enumerate(sentences(digest.text)[:SENTENCES])
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
    source = sources.taken[sources.listed(paper, entry) - 1]
    return Claim(text, "computed", (cited(source, 0, len(entry)),), why="read from the survey's taxonomy")


def _deepest(slugs: Sequence[str]) -> list[str]:
    return [slug for slug in slugs if not any(other.startswith(f"{slug}/") for other in slugs)]


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{'; '.join(names[:-1])}; and {names[-1]}"
