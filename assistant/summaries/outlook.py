"""What several papers leave open: where they were tried, and the limits they state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answer import Claim
from assistant.summaries import families
from assistant.summaries.choosing import likeliest, matching
from assistant.summaries.counting import names, papers_counted
from assistant.summaries.notes import citation, counted
from assistant.summaries.outline import outlined
from assistant.summaries.parts import LIMITS
from assistant.summaries.summary import SummarySection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.summaries.notes import Held, Statement
    from assistant.summaries.sources import Sources

ROBOT_QUOTES = 5
REAL_ROBOT = re.compile(
    r"\breal[- ](?:world )?(?:robots?|hardware|quadruped|arm)|\bphysical robots?|\bon (?:a |the )?(?:real|physical) |"
    r"\breal[- ]world (?:experiment|manipulation|task|deploy|evaluat|setup)|\bhardware experiment",
    re.IGNORECASE,
)


def robots(known: Sequence[Held], sources: Sources, quotes: int = ROBOT_QUOTES) -> SummarySection:
    """Which report real robots, by digest and table, where those differ, and what the pages say."""
    real: list[Held] = []
    simulated: list[Held] = []
    silent: list[Held] = []
    differing: list[Held] = []
    for h in known:
        said = settings_said(h)
        if not said:
            silent.append(h)
        elif len({s != "simulation" for s in said}) > 1:
            differing.append(h)
        else:
            (simulated if said == {"simulation"} else real).append(h)
    total, claims = len(known), []
    for members, verb in ((real, "report real robots"), (simulated, "stay in simulation")):
        if members:
            what = verb if len(members) > 1 else verb.replace("report", "reports").replace("stay", "stays")
            text = f"{len(members)} of {total} {what}: {names([h.paper for h in members], 12)}."
            claims.append(counted(text, [s for h in members for s in _settings(h)], sources))
    claims += [_difference(h, sources) for h in differing]
    shown = 0
    for h in (*differing, *real):
        if shown < quotes and h.pdf and (found := matching(outlined(h.pdf), h.paper, REAL_ROBOT)):
            claims.append(sources.quote(found.passage, found.start, found.end, name=f"{h.paper.label}: "))
            shown += 1
    lead = (
        "As our digests and the survey's table state it." if claims else "Nothing is held on their setting."
    )
    if silent and claims:
        lead += f" Nothing is stated of {names([h.paper for h in silent], 12)}."
    return SummarySection("real_robots", "Simulation and real robots", tuple(claims), lead)


def _difference(h: Held, sources: Sources) -> Claim:
    digest, table = h.aspects["setting"], h.table["Setting"]
    text = (
        f"On {h.paper.label} they differ: our digest says “{digest.text}”, the survey's table “{table.text}”."
    )
    return counted(text, [digest, table], sources)


def open_questions(known: Sequence[Held], sources: Sources) -> SummarySection:
    """The limits that the papers state, each with its paper."""
    claims = []
    for h in known:
        best = likeliest(outlined(h.pdf), h.paper, LIMITS) if h.pdf else None
        if best is not None:
            claims.append(sources.quote(best.passage, best.start, best.end, name=f"{h.paper.label}: "))
        elif (statement := h.aspects.get("limitations")) is not None:
            claims.append(noted(h.paper.label, statement, sources))
    total = len(known)
    lead = (
        f"Limits are stated, in what is held, by {len(claims)} of {papers_counted(total)}."
        if claims
        else ("None of the pages and digests that are held states limits.")
    )
    return SummarySection("open_questions", "Open questions", tuple(claims), lead)


def noted(name: str, statement: Statement, sources: Sources) -> Claim:
    """A digest's statement on the paper of that name, said to be the digest's."""
    return Claim(f"{name}, our digest: “{statement.text}”", "exact", (citation(statement, sources),))


def _settings(h: Held) -> list[Statement]:
    return [s for s in (h.aspects.get("setting"), h.table.get("Setting")) if families.setting(s)]  # type: ignore[misc]


def settings_said(h: Held) -> set[str]:
    """What digest and table say of the setting."""
    return {families.setting(s) for s in _settings(h)}
