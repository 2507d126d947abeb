"""What several papers leave open: where they were tried, and the limits they state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.aspects.sentences import read
from assistant.aspects.standard import BY_KEY
from assistant.aspects.stating import alone, tried_on
from assistant.aspects.vocabulary import SIMULATION, setting, stated_of
from assistant.summaries.counting import computed, names, papers_counted
from assistant.summaries.digested import stated, told
from assistant.summaries.summary import SummarySection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Claim, Quote
    from assistant.sources import Sources
    from corpus.catalogue import Paper
    from index.passage_store import PassageStore

ROBOT_QUOTES = 5


def robots(
    papers: Sequence[Paper], store: PassageStore, sources: Sources, quotes: int = ROBOT_QUOTES
) -> SummarySection:
    """Which report real robots, by digest and table, where those differ, and what the pages say."""
    real: list[Paper] = []
    simulated: list[Paper] = []
    silent: list[Paper] = []
    differing: list[Paper] = []
    for paper in papers:
        said = settings_said(paper)
        if not said:
            silent.append(paper)
        elif len({s != SIMULATION for s in said}) > 1:
            differing.append(paper)
        else:
            (simulated if said == {SIMULATION} else real).append(paper)
    total, claims = len(papers), []
    for members, verb in ((real, "report real robots"), (simulated, "stay in simulation")):
        if members:
            what = verb if len(members) > 1 else verb.replace("report", "reports").replace("stay", "stays")
            text = f"{len(members)} of {total} {what}: {names(members, 12)}."
            claims.append(computed(text, [s for paper in members for s in _settings(paper)], sources))
    for paper in differing:
        table, digest = _settings(paper)
        text = f"On {paper.label} they differ: our digest says “{digest.quote}”, the survey's table “{table.quote}”."
        claims.append(computed(text, [digest, table], sources))
    shown = 0
    for paper in (*differing, *real):
        if shown < quotes and (found := tried_on("real", read(paper, store))) and found.strong:
            said_ = found.said
            claims.append(
                sources.quote(said_.passage, store, said_.start, said_.end, name=f"{paper.label}: ")
            )
            shown += 1
    lead = (
        "As our digests and the survey's table state it." if claims else "Nothing is held on their setting."
    )
    if silent and claims:
        lead += f" Nothing is stated of {names(silent, 12)}."
    return SummarySection("real_robots", "Simulation and real robots", tuple(claims), lead)


def open_questions(papers: Sequence[Paper], store: PassageStore, sources: Sources) -> SummarySection:
    """The limits that the papers state, each with its paper."""
    claims: list[Claim] = []
    for paper in papers:
        best = alone([BY_KEY["limitations"]], read(paper, store))
        if best:
            claims.append(
                sources.quote(best[0].passage, store, best[0].start, best[0].end, name=f"{paper.label}: ")
            )
        elif (quote := stated(paper, "limitations")) is not None:
            claims.append(told(paper.label, quote, sources))
    lead = (
        f"Limits are stated, in what is held, by {len(claims)} of {papers_counted(len(papers))}."
        if claims
        else "None of the pages and digests that are held states limits."
    )
    return SummarySection("open_questions", "Open questions", tuple(claims), lead)


def _settings(paper: Paper) -> list[Quote]:
    return [quote for quote in stated_of(BY_KEY["setting"], paper) if setting(quote.quote)]


def settings_said(paper: Paper) -> set[str]:
    """What digest and table say of the setting."""
    return {setting(quote.quote) for quote in _settings(paper)}
