"""The conversation as HTML: questions, checked sentences with their markers, notes, and what an answer rests on.

Whatever comes from a model, a paper or a user goes through `safe`; no markup of theirs reaches the browser.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.tables.markdown import markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.answer import Answer, Citation, Claim, NumberedSource
    from assistant.page.talk import Turn
    from corpus.catalogue import Catalogue
    from corpus.passages import Span
    from corpus.taxonomy import Taxonomy

NEAREST = " The nearest passages:"  # how the words of a refusal lead over to its quotes
CHIPS = 6  # categories shown under an answer; the rest is counted
EXAMPLES = (
    ("Ask", "How does Eureka write reward functions?"),
    ("Ask", "How do diffusion policies handle multimodal action distributions?"),
    ("Compare", "Compare Eureka with Text2Reward"),
    ("Summarise", "Summarise how vision-language models are used as rewards"),
    ("List", "Which papers use world models?"),
    ("Count", "How many papers on reward signals appeared in 2024?"),
    ("Not in the papers", "What did the Mars rover Perseverance find with Eureka?"),
)
SUPPORT = {
    "exact": "exact: the source says it in these words",
    "normalised": "normalised: the source says it in these words, spelling apart",
    "entailed": "entailed: the source says it in other words",
    "computed": "computed by the program from what is cited",
    "same words": "same words: the source has these words; whether it says this was not judged",
    "unsupported": "Nothing in the passages carries this sentence",
}
LIST = "The survey's list"  # the section of a source that stands for a paper's place in it
QUOTED = 900  # characters of a digest's words that an address carries
# Before what is added as a whole while a turn grows, and around the words of the sentence that is being written.
CUTS = re.compile(
    r"(?=<(?:li|tr|p|h\d|blockquote|details|section|article)[ >])"
    r'|(?=<span class="(?:claim|words|caret))|(?<=<span class="words">)|(?=</span><span class="caret)'
)
MARKS = 3  # markers shown behind a sentence; the rest opens
# A component's value passes through the browser's template engine: nothing that it could read as code.
_TEMPLATE = str.maketrans({"$": "&#36;", "{": "&#123;", "}": "&#125;", "`": "&#96;", "\\": "&#92;"})


def safe(text: object) -> str:
    """Any text, made fit for an element or a quoted attribute."""
    return html.escape(str(text), quote=True).translate(_TEMPLATE)


def pieces(drawn: str) -> list[str]:
    """HTML cut where it changes as it grows; joined again it is the same.

    Of a list that changes the browser is sent only the pieces that did, of a piece that grew only what came to it.
    """
    return [piece for piece in CUTS.split(drawn) if piece]


def places(turns: Iterable[int], talk: str) -> str:
    """Where the turns that are over will stand: each is asked for by the page's script when it is scrolled to.

    Args:
        turns: Their numbers, oldest first.
        talk: The conversation's mark.
    """
    held = "".join(f'<div class="place" data-place="{safe(talk)}-{turn}"></div>' for turn in turns)
    return f'<div class="turns" data-talk="{safe(talk)}">{held}</div>'


def older(turns: Iterable[Turn], catalogue: Catalogue) -> str:
    """Turns that are over, each with the place it is for."""
    return "".join(
        f'<div data-for="{safe(turn.talk)}-{turn.number}">{one(turn, catalogue)}</div>' for turn in turns
    )


def one(turn: Turn, catalogue: Catalogue) -> str:
    """A turn as it stands: the question, and what has come of it."""
    scope = f'<p class="turn-scope">Only in {safe(turn.scope)}</p>' if turn.scope else ""
    return (
        f'<article class="turn{" wide" if turn.made else ""}" data-turn="{turn.number}" data-talk="{safe(turn.talk)}"{" data-whole" if turn.whole else ""}>'
        f'<h2 class="asked">{safe(turn.question)}</h2>{scope}{_came_of(turn, catalogue)}</article>'
    )


def _came_of(turn: Turn, catalogue: Catalogue) -> str:
    if turn.stage == "failed":
        return f'<p class="trouble" role="status">{safe(turn.trouble)}</p>'
    if turn.made is not None:
        from assistant.page.comparison_table import compared
        from assistant.page.summary_sheet import summarised

        return compared(turn, catalogue) if hasattr(turn.made, "rows") else summarised(turn, catalogue)
    if turn.answer is not None:
        return _answered(turn, turn.answer, catalogue)
    if turn.stage == "searching":
        return waiting(turn.doing or "Searching the papers")
    if turn.stage == "reading":
        papers = len({source.paper for source in turn.sources})
        return waiting(f"Reading {counted(len(turn.sources), 'passage')} of {counted(papers, 'paper')}")
    words = f'<span class="words">{safe(turn.words)}</span>' if turn.words else ""
    said = " ".join(claim(c, turn) for c in turn.claims)
    return (
        f'<div class="answer writing" aria-busy="true"><p>{said} {words}<span class="caret"></span></p></div>'
    )


def waiting(what: str) -> str:
    """What is under way, with moving dots."""
    return f'<p class="waiting" role="status">{safe(what)}<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span></p>'


def _answered(turn: Turn, answer: Answer, catalogue: Catalogue) -> str:
    refused = '<p class="verdict">Not in the papers</p>' if answer.refused else ""
    lead, _, nearest = answer.lead.partition(NEAREST) if answer.refused else (answer.lead, "", "")
    nearest = (
        f'<p class="nearest">Nearest passages, for you to judge</p>{nearest}'
        if answer.refused and answer.claims
        else ""
    )
    lead = f'<p class="lead">{safe(lead.strip())}</p>' if lead.strip() else ""
    return (
        f'<div class="answer{" refused" if answer.refused else ""}">{refused}{lead}{nearest}{_claims(turn, answer)}</div>'
        + _screened(answer, catalogue)
        + noted(_notes(answer))
        + _left_out(answer)
        + _trace(answer)
        + _rests_on(answer, catalogue.taxonomy)
        + _meta(turn, answer)
    )


def _screened(answer: Answer, catalogue: Catalogue) -> str:
    if answer.screening is None:
        return ""
    from assistant.page.screening_fold import below

    return below(answer.screening, catalogue)


def noted(notes: Iterable[str]) -> str:
    """What the reader should know, as a list; "" where there is nothing."""
    items = "".join(f"<li>{safe(note)}</li>" for note in notes)
    return f'<ul class="notes">{items}</ul>' if items else ""


def _left_out(answer: Answer) -> str:
    """What was written and not shown, to be opened; "" where nothing was."""
    if not answer.left_out:
        return ""
    items = "".join(f"<li>{safe(c.text)} <small>{safe(c.why)}</small></li>" for c in answer.left_out)
    return (
        f'<details class="leftout"><summary>{counted(len(answer.left_out), "sentence")} left out: no passage was found '
        f'to carry what {safe(answer.model)} wrote</summary><ul class="unsupported">{items}</ul></details>'
    )


def _trace(answer: Answer) -> str:
    """How the answer came about, to be opened."""
    if not answer.trace:
        return ""
    steps = "".join(
        f"<dt>{safe(stage.name)}</dt><dd>{'<br>'.join(map(safe, stage.lines))}</dd>" for stage in answer.trace
    )
    return f'<details class="trace"><summary>How this came about</summary><dl>{steps}</dl></details>'


def _claims(turn: Turn, answer: Answer) -> str:
    if not answer.claims:
        return ""
    shown = [claim(c, turn) for c in answer.claims]
    verbatim = all(c.support == "exact" for c in answer.claims)
    if answer.refused or (len(shown) > 1 and (verbatim or answer.lead.endswith(":"))):
        items = "".join(f"<li>{one_claim}</li>" for one_claim in shown)
        return f'<ul class="claims">{items}</ul>'
    return f"<p>{' '.join(shown)}</p>"


def _notes(answer: Answer) -> list[str]:
    notes = list(answer.notes)
    unsupported = sum(c.support == "unsupported" for c in answer.claims)
    if unsupported:
        verb = "was" if unsupported == 1 else "were"
        notes.append(
            f"{counted(unsupported, 'sentence')} {verb} not found in the passages: do not rely on what is set apart."
        )
    if answer.removed_markers:
        notes.append(
            f"{counted(answer.removed_markers, 'marker')} of the model pointed at nothing and were taken out."
        )
    return notes


def claim(said: Claim, turn: Turn) -> str:
    """A sentence with its markers; one that nothing carries is set apart and says why."""
    if said.support == "unsupported":
        why = said.why or SUPPORT["unsupported"]
        return (
            f'<span class="claim unsupported" title="{safe(why)}"><span class="unsaid">{safe(said.text)}</span> '
            f'<span class="flag" tabindex="0" data-tip="{safe(why)}">not found in the papers</span></span>'
        )
    seen: dict[int, Citation] = {}
    for citation in said.citations:
        before = seen.setdefault(citation.n, citation)
        if said.cells and before is not citation:  # all cells that it rests on are marked at once
            seen[citation.n] = replace(before, spans=before.spans + citation.spans)
    chips = [_marker(citation, turn) for citation in seen.values()]
    first, rest = "".join(chips[:MARKS]), "".join(chips[MARKS:])
    if rest:
        more = len(chips) - MARKS
        held = f"<span hidden>{rest}</span>" if turn.whole else ""
        first += f'<button type="button" class="mark more" data-more aria-label="{more} more sources">+{more}</button>{held}'
    flag = ""
    if said.support == "computed":
        flag = f' <span class="badge" tabindex="0" data-tip="{safe(said.why)}">computed</span>'
    elif said.support == "entailed":
        sure = f", probability {said.probability:.2f}" if said.probability is not None else ""
        flag = f' <span class="badge" tabindex="0" data-tip="{safe(f"Judged by {said.judge}{sure}")}">entailed</span>'
    elif said.support == "same words":
        flag = f' <span class="flag" tabindex="0" data-tip="{safe(SUPPORT["same words"])}">same words</span>'
    head, blank, last = said.text.rpartition(" ")
    around = "" if rest else "nobr"
    tied = (
        f'<span class="{around}">{safe(last)}<sup class="marks">{first}</sup></span>' if chips else safe(last)
    )
    says = f' data-says="{safe(SUPPORT[said.support].capitalize())}."' if chips else ""
    return f'<span class="claim {said.support}"{says}>{safe(head)}{blank}{tied}{flag}</span>'


def _marker(citation: Citation, turn: Turn) -> str:
    source = next((s for s in turn.sources if s.n == citation.n), None)
    of = f"{source.label}, " if source else ""
    where = place(citation.source, citation.page, citation.page_label)
    label = f"Source {citation.n}: {of}{where}"
    return (
        f'<button type="button" class="mark {citation.source}" '
        f'aria-label="{safe(label)}" {opening(citation, source, labelled=True)}>{citation.n}</button>'
    )


def opening(
    cited: Citation | NumberedSource, source: NumberedSource | None, *, labelled: bool = False
) -> str:
    """The data attributes by which the page's script opens a page image or a text card.

    Args:
        cited: What is opened.
        source: The source that it belongs to.
        labelled: Whether the paper is named by the element's `aria-label`: "Source 3: Octo, PDF p. 5".
    """
    label = "" if labelled else source.label if source else cited.paper
    listed = source is not None and source.section == LIST
    quote = "" if listed else getattr(cited, "quote", "")
    what = "list" if listed else cited.source
    return opening_of(what, cited.paper, label, cited.page, cited.spans, quote, n=cited.n)


def opening_of(
    source: str,
    paper: str,
    label: str,
    page: int | None,
    spans: Sequence[Span] = (),
    quote: str = "",
    **values: object,
) -> str:
    """As `opening`, for words that have no number."""
    values = {"open": source, **values, "paper": paper} | ({"label": label} if label else {})
    if source == "pdf" and page:
        values |= {"page": page, "spans": spans_text(spans)}
    elif quote:
        values["quote"] = quote[:QUOTED]
    return " ".join(f'data-{name}="{safe(value)}"' for name, value in values.items())


def spans_text(spans: Sequence[Span]) -> str:
    """Spans as an address can hold them: "5:120:240,6:0:31"."""
    return ",".join(f"{span.page}:{span.start}:{span.end}" for span in spans)


def place(source: str, page: int | None, label: str | None) -> str:
    """Where a source stands: "PDF p. 5", "PDF p. iv (page 6 of the PDF)", "our digest", "survey table"."""
    if source == "digest":
        return "our digest"
    if source == "table" or page is None:
        return "survey table"
    if label and label != str(page):
        return f"PDF p. {label} (page {page} of the PDF)"
    return f"PDF p. {page}"


def outermost(slugs: Iterable[str]) -> list[str]:
    """The slugs without those that stand above another of them."""
    given = list(dict.fromkeys(slugs))
    return [slug for slug in given if not any(other.startswith(f"{slug}/") for other in given)]


def chip(slug: str, taxonomy: Taxonomy, count: int | None = None) -> str:
    """A category as a button that confines the next question to it; its dot tells the side of the duality."""
    side = "policies" if slug.startswith("rl-for-generative-policies") else "tools"
    number = f' <span class="count">{count}</span>' if count is not None else ""
    title = taxonomy.path_name(slug)
    return (
        f'<button type="button" class="chip {side}" data-category="{safe(slug)}" title="{safe(title)}">'
        f"{safe(taxonomy[slug].name)}{number}</button>"
    )


def category_choices(catalogue: Catalogue) -> list[tuple[str, str]]:
    """The categories that have papers, for a drop-down: indented by depth, with how many; and their slugs."""
    choices = []
    for node in catalogue.taxonomy:
        if papers := catalogue.papers_of(node):
            depth = len(catalogue.taxonomy.ancestors(node.slug))
            choices.append((f"{'    ' * depth}{node.name} · {len(papers)}", node.slug))
    return choices


def paper_choices(catalogue: Catalogue) -> list[tuple[str, str]]:
    """The papers for a drop-down, the user's own first, then by name; and their ids."""
    ordered = sorted(catalogue.papers, key=lambda paper: (paper.kind != "own", paper.label.lower()))
    choices = []
    for paper in ordered:
        title = f" – {paper.title}" if paper.title != paper.label else ""
        choices.append((f"{paper.label}{title}{f' ({paper.year})' if paper.year else ''}", paper.id))
    return choices


def scope_words(catalogue: Catalogue, categories: Sequence[str], papers: Sequence[str]) -> str:
    """Where the search is confined to, in words; "" for everywhere."""
    names = [catalogue.taxonomy[slug].name for slug in categories]
    labels = [catalogue.by_id[paper].label for paper in papers if paper in catalogue.by_id]
    return ", ".join((*names, *labels))


def _rests_on(answer: Answer, taxonomy: Taxonomy) -> str:
    if answer.refused or not answer.categories:
        return ""
    filed = {slug: papers for slug, papers in answer.categories.items() if slug in taxonomy}
    shown = outermost(filed)
    chips = "".join(chip(slug, taxonomy, len(filed[slug])) for slug in shown[:CHIPS])
    more = f'<span class="more">and {len(shown) - CHIPS} more</span>' if len(shown) > CHIPS else ""
    return (
        f'<div class="rests"><span class="rests-on">Rests on papers under</span>{chips}{more}</div>'
        if chips
        else ""
    )


def _meta(turn: Turn, answer: Answer) -> str:
    from assistant.page.export_menu import export_menu  # which needs `safe` of this file

    parts = [answer.model if not answer.model.startswith("none") else answer.model[5:].strip("() ")]
    parts.append(f"{answer.seconds.total:.1f} s")
    if answer.tokens:
        parts.append(
            f"{answer.tokens.get('input', 0):,} tokens read, {answer.tokens.get('output', 0):,} written"
        )
    parts.append(f"retrieval {answer.seconds.retrieve * 1000:.0f} ms")
    said = "".join(f"<span>{safe(part)}</span>" for part in parts)
    look = (
        f'<button type="button" class="plain" data-evidence="{turn.number}">Evidence</button>'
        if turn.sources
        else ""
    )
    copy = f'<button type="button" class="plain" data-copy="{safe(as_text(answer))}">Copy</button>'
    again = (
        f'<button type="button" class="plain" data-ask="{safe(answer.question)}">Try again</button>'
        if answer.failure
        else ""
    )
    return f'<div class="meta">{said}<span class="acts">{again}{look}{copy}{export_menu(turn.kept, answer)}</span></div>'


def as_text(answer: Answer) -> str:
    """The answer with its markers and, below, the sources they stand for, to be pasted elsewhere."""
    said = [
        f"{c.marked} (not found in the papers)" if c.support == "unsupported" else c.marked
        for c in answer.claims
    ]
    lines = [" ".join(part for part in (answer.lead, *said) if part), ""]
    for source in answer.cited:
        year = f" ({source.year})" if source.year else ""
        lines.append(
            f"[{source.n}] {source.title}{year}, {place(source.source, source.page, source.page_label)}"
        )
        if source.table:
            used = {
                cell.at
                for c in answer.claims
                for cell in c.cells
                if any(to.n == source.n for to in c.citations)
            }
            lines += ["", source.table.caption, "", *markdown(source.table, used).splitlines()]
    return "\n".join(map(_inert, lines))


def _inert(line: str) -> str:
    """A line that stays text where Markdown or HTML is read: no link, image or element of it comes alive."""
    return re.sub(r"<(?=[A-Za-z/!?])", "‹", re.sub(r"\](?=[(:]|\[\D)", "] ", line))


def welcome(papers: int) -> str:
    """What an empty conversation shows: what to ask, with examples to click."""
    examples = "".join(
        f'<li><button type="button" class="example" data-ask="{safe(text)}"><span class="kind">{safe(kind)}</span>'
        f"{safe(text)}</button></li>"
        for kind, text in EXAMPLES
    )
    return (
        '<section class="welcome"><h2>Ask the literature</h2>'
        f"<p>Answers come from {papers:,} papers only. Every sentence names the page it rests on; click its number to "
        "see that page with the passage marked.</p>"
        f'<ul class="examples">{examples}</ul></section>'
    )


def counted(number: int, what: str) -> str:
    """A number with its noun: "1 paper", "2 papers"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
