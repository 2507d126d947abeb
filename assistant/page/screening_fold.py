"""What stands below an answer about many papers: the criterion as understood, and the papers that were not counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.page.links import paper_link
from assistant.page.render import counted, opening_of, place, safe
from assistant.screening.criterion import AllOf

if TYPE_CHECKING:
    from assistant.screening.screening import Screening, Verdict
    from corpus.catalogue import Catalogue

NOT_COUNTED = {
    "unclear": "unclear: said by the survey's table alone, or with a hedge",
    "not stated": "without a word on it in what was read of them",
}


def below(made: Screening, catalogue: Catalogue) -> str:
    """The conditions, and each list of papers that were not counted, to be opened."""
    folds = "".join(
        f'<details class="leftout"><summary>{counted(len(verdicts), "paper")} {safe(words)}</summary>'
        f"<ul>{''.join(_paper(verdict, catalogue) for verdict in verdicts)}</ul></details>"
        for word, words in NOT_COUNTED.items()
        if (verdicts := made.of("unclear" if word == "unclear" else "not stated"))
    )
    return f"{_conditions(made)}{folds}"


def _conditions(made: Screening) -> str:
    parts = made.criterion.parts if isinstance(made.criterion, AllOf) else (made.criterion,)
    if not parts:
        return ""
    chips = "".join(f'<span class="criterion">{safe(part.words)}</span>' for part in parts)
    return f'<div class="rests"><span class="rests-on">Understood as</span>{chips}</div>'


def _paper(verdict: Verdict, catalogue: Catalogue) -> str:
    paper = catalogue.by_id[verdict.paper]
    year = f" ({paper.year})" if paper.year else ""
    said = "".join(
        f' <button type="button" class="plain" {opening_of(q.source, q.paper, paper.label, q.page, q.spans, q.quote)}>'
        f"{safe(place(q.source, q.page, q.page_label))}</button>"
        for q in verdict.quotes
    )
    return f'<li><a href="{safe(paper_link(paper.id))}">{safe(paper.label)}</a>{safe(year)}{said}</li>'
