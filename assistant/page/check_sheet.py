"""A text of the user's own with what the papers say to it, as HTML: sentence by sentence, each with its place."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from assistant.page.render import SUPPORT, one, opening_of, place, safe, waiting
from assistant.support.checking import CheckedText

if TYPE_CHECKING:
    from assistant.answer import Citation
    from assistant.page.talk import Turn
    from assistant.support.checking import CheckedSentence, Finding
    from corpus.catalogue import Catalogue

WORDS_ALONE: Final = (
    "Judged by words: only what a paper says in these very words counts as carried. A chat model judges more "
    "(duality models)."
)
MARK: Final[dict[Finding, str]] = {
    "carried": "good",
    "cites the wrong paper": "bad",
    "contradicted": "bad",
    "not found": "bad",
    "same words": "open",
    "no claim": "none",
}
"""How a finding is coloured; its words stand beside it."""
FOUND: Final = ("carried", "cites the wrong paper")


def checked(turn: Turn, catalogue: Catalogue) -> str:
    """All of it, as far as it has come."""
    made = turn.made
    if not isinstance(made, CheckedText):
        return one(turn, catalogue)
    items = "".join(_sentence(sentence, catalogue) for sentence in made.sentences)
    counts = Counter(sentence.finding for sentence in made.sentences)
    told = ", ".join(f"{counts[finding]} {finding}" for finding in MARK if counts[finding])
    by = WORDS_ALONE if made.judge == "words" else f"Judged by {made.judge}."
    halt = ""
    if not made.complete:
        halt = '<span class="acts"><button type="button" class="plain" data-halt="check">Stop</button></span>'
        told = f"{len(made.sentences)} of {made.count} sentences"
    elif made.stopped:
        told += f"; stopped after {len(made.sentences)} of {made.count}"
    going = "" if made.complete else waiting("Holding the next sentence against the papers")
    return (
        f'<div class="checked-text"><ol class="checked">{items}</ol>{going}'
        f'<div class="meta" role="status"><span>{safe(told)}.</span><span>{safe(by)}</span>{halt}</div></div>'
    )


def _sentence(sentence: CheckedSentence, catalogue: Catalogue) -> str:
    sure = f" (probability {sentence.probability:.2f})" if sentence.probability is not None else ""
    by = f" · {sentence.support}, {sentence.judge}{sure}" if sentence.finding in FOUND else ""
    if sentence.finding == "same words":
        by = f" · {SUPPORT['same words'].partition(': ')[2]}"
    flag = (
        f'<p class="found"><b>{safe(sentence.finding)}</b>{safe(by)}</p>'
        if sentence.finding != "no claim"
        else ""
    )
    places = "".join(f"<li>{_place(citation, catalogue)}</li>" for citation in sentence.citations)
    why = f'<p class="why">{safe(sentence.why)}</p>' if sentence.why else ""
    return (
        f'<li class="{MARK[sentence.finding]}"><p class="says">{safe(sentence.text)}</p>{flag}'
        + (f"<ul>{places}</ul>" if places else "")
        + f"{why}</li>"
    )


def _place(citation: Citation, catalogue: Catalogue) -> str:
    paper = catalogue.by_id.get(citation.paper)
    label = paper.label if paper else citation.paper
    where = place(citation.source, citation.page, citation.page_label)
    opens = opening_of(citation.source, citation.paper, label, citation.page, citation.spans, citation.quote)
    return (
        f'<button type="button" class="plain" {opens}>{safe(label)}, {safe(where)}</button> '
        f"“{safe(' '.join(citation.quote.split()))}”"
    )
