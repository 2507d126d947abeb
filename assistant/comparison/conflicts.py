"""Where the survey's table and the paper disagree: simulation or a real robot, and whether code is available.

A flag is raised only by words that are there: a real-robot experiment in the paper that the table files under
simulation, or a link to code that the table says is still to come. Silence is no contradiction.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.aspects.stating import found, quoted, shown, tried_on
from assistant.aspects.vocabulary import BOTH, REAL, SIMULATION, setting, stated_of
from assistant.comparison.comparison import NOT_STATED, Cell

if TYPE_CHECKING:
    from assistant.answer import Quote
    from assistant.aspects.sentences import Material
    from assistant.aspects.standard import Aspect

READS = {SIMULATION: "Simulation", REAL: "Real robot", BOTH: "Simulation and real robot"}
LINK = re.compile(r"https?://|github\.com", re.IGNORECASE)
LATER = re.compile(r"\b(?:soon|will be|upon (?:acceptance|publication))\b", re.IGNORECASE)


def setting_cell(aspect: Aspect, material: Material) -> Cell:
    """Simulation or real robot, with a quote for each that the paper has; a conflict where table and paper differ."""
    notes = stated_of(aspect, material.paper)
    by_table = next((setting(s.quote) for s in notes if s.source == "table"), "")
    by_digest = next((setting(s.quote) for s in notes if s.source == "digest"), "")
    real, simulated = tried_on("real", material), tried_on("simulation", material)
    tried_real = real is not None and real.strong
    tried_simulated = simulated is not None and simulated.strong
    if by_digest == SIMULATION:
        tried_real = False  # a careful reading found none: words about real robots are then about others
    if by_digest == REAL:
        tried_simulated = False
    quotes: list[Quote] = []
    if real and tried_real:
        quotes.append(material.source(real.said))
    if simulated and tried_simulated and (not real or simulated.said is not real.said):
        quotes.append(material.source(simulated.said))
    both = tried_real and (
        tried_simulated or (simulated is not None and real is not None and simulated.said is real.said)
    )
    by_paper = BOTH if both else REAL if tried_real else SIMULATION if tried_simulated else ""
    if tried_real and by_digest == BOTH:
        by_paper = BOTH
    value = by_digest or by_paper or by_table
    if not value:
        return Cell(NOT_STATED, "not stated")
    elsewhere = by_paper or by_digest
    carried = bool(quotes) and by_paper == value
    if by_table and elsewhere and by_table != elsewhere and _contradicts(by_table, by_paper, by_digest):
        side = "the paper" if by_paper and by_paper != by_table else "its digest"
        note = f"The survey's table says {READS[by_table].lower()}, {side} {READS[elsewhere].lower()}."
        text = f"{READS[elsewhere]} ({side}); {READS[by_table].lower()} (the survey's table)"
        table = [s for s in notes if s.source == "table"]
        rest = [s for s in notes if s.source != "table"]
        return Cell(text, "conflict", (*quotes, *table, *rest), "pdf" if quotes else "digest", carried, note)
    if value == BOTH and not carried and quotes:
        carried = False
    wording = "pdf" if carried or (quotes and not notes) else notes[0].source if notes else "pdf"
    if by_digest and not carried:
        wording = "digest"
    return Cell(READS[value], "stated", (*quotes, *notes), wording, carried)


def _contradicts(by_table: str, by_paper: str, by_digest: str) -> bool:
    """Whether what the table says is denied: by the paper's words, or by a digest that read the paper."""
    if by_table == SIMULATION:
        return by_paper in (REAL, BOTH) or (not by_paper and by_digest in (REAL, BOTH))
    if by_table == REAL:
        return by_paper in (SIMULATION, BOTH) or by_digest in (SIMULATION, BOTH)
    return by_digest in (SIMULATION, REAL) and by_paper in ("", by_digest)


def code_cell(aspect: Aspect, material: Material) -> Cell:
    """Whether there is code, and where; a conflict where the table says not yet and the paper has a link."""
    notes = stated_of(aspect, material.paper)
    table = next((s for s in notes if s.source == "table"), None)
    digest = next((s for s in notes if s.source == "digest"), None)
    quotes = [material.source(item.said) for item in found(aspect, material, None)[:1]]
    if quotes:
        link = bool(LINK.search(quotes[0].quote)) and not LATER.search(quotes[0].quote)
        if table and not _available(table.quote) and link:
            note = f"The survey's table says “{table.quote}”, the paper gives a link."
            text = f"{shown(quotes[0].quote)} (the paper); {table.quote} (the survey's table)"
            return Cell(text, "conflict", (*quotes, *notes), "pdf", checked=True, note=note)
        note = f"Digest: {digest.quote}" if digest and LINK.search(digest.quote) else ""
        return Cell(quoted(quotes[0].quote), "stated", (*quotes, *notes), "pdf", checked=True, note=note)
    if table and digest and not _available(table.quote) and LINK.search(digest.quote):
        note = f"The survey's table says “{table.quote}”, the digest has a link."
        text = f"{digest.quote} (digest); {table.quote} (the survey's table)"
        return Cell(text, "conflict", (digest, table), "digest", note=note)
    if digest and table:
        return Cell(
            f"{digest.quote} (digest); {table.quote} (the survey's table)",
            "stated",
            (table, digest),
            "digest",
        )
    if notes:
        return Cell(notes[0].quote, "stated", tuple(notes), notes[0].source)
    return Cell(NOT_STATED, "not stated")


def _available(word: str) -> bool:
    return word.strip().casefold() in ("yes", "available", "y")
