"""A summary as HTML: headed sections of cited sentences, what it rests on, and the papers it does not use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.page.export_menu import export_menu
from assistant.page.links import compare_link, paper_link, summarise_link
from assistant.page.render import claim, counted, noted, opening, place, safe
from assistant.summaries.cited import by_paper
from assistant.summaries.summary import Summary

if TYPE_CHECKING:
    from assistant.page.talk import Turn
    from assistant.summaries.summary import Length, SummarySection
    from corpus.catalogue import Catalogue

LENGTHS: tuple[tuple[Length, str], ...] = (
    ("line", "One line"),
    ("paragraph", "A paragraph"),
    ("page", "A page"),
)
FEW = 2  # papers whose sources are open from the beginning


def summarised(turn: Turn, catalogue: Catalogue, *, own_tab: bool = False) -> str:
    """All of it; on its own tab with links to another length or another meaning of the words."""
    made = turn.made
    if not isinstance(made, Summary):
        return ""
    of = f"{made.subject.kind}:{made.subject.target}"
    link = summarise_link(of, made.length)
    sections = "".join(_section(section, turn) for section in made.sections)
    going = (
        ""
        if made.complete
        else '<p class="waiting" role="status">Reading and writing, part by part<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span></p>'
    )
    return (
        f'<div class="summarised" data-here="{safe(link if own_tab else "")}">{_head(made, catalogue)}'
        f'<div class="answer sheet of-{made.length}">{sections}{going}</div>'
        + (_coverage(made, catalogue) + _sources(made, turn) if made.complete else "")
        + noted(note for note in made.notes if note != made.subject.note)
        + _foot(turn, made, of, link, own_tab=own_tab)
        + "</div>"
    )


def _head(made: Summary, catalogue: Catalogue) -> str:
    subject = made.subject
    kind = {
        "paper": "paper",
        "category": f"category, {counted(len(subject.papers), 'paper')}",
        "topic": "found for this topic",
    }[subject.kind]
    others = " or ".join(
        f'<a class="plain" href="{safe(summarise_link(other, made.length))}">{safe(_called(other, catalogue))}</a>'
        for other in subject.others
    )
    meant = f' <span class="or">or did you mean {others}?</span>' if others else ""
    title = ""
    if (
        subject.kind == "paper"
        and (paper := catalogue.by_id.get(subject.target))
        and paper.title != paper.label
    ):
        title = f'<p class="subject-title">{safe(paper.title)}{f" ({paper.year})" if paper.year else ""}</p>'
    return f'<header class="subject"><div><h3>{safe(subject.name)}</h3> <span class="badge">{kind}</span>{meant}</div>{title}</header>'


def _called(target: str, catalogue: Catalogue) -> str:
    kind, _, name = target.partition(":")
    if kind == "category" and name in catalogue.taxonomy:
        return f"the category {catalogue.taxonomy[name].name}"
    return f"the paper {catalogue.by_id[name].label}" if name in catalogue.by_id else target


def _section(section: SummarySection, turn: Turn) -> str:
    head = f"<h4>{safe(section.heading)}</h4>" if section.heading else ""
    lead = f'<p class="section-lead">{safe(section.lead)}</p>' if section.lead else ""
    said = [claim(one, turn) for one in section.claims]
    if not said:
        body = ""
    elif section.listed or (len(said) > 1 and _verbatim(section)):
        body = f'<ul class="claims">{"".join(f"<li>{one}</li>" for one in said)}</ul>'
    else:
        body = f"<p>{' '.join(said)}</p>"
    return f'<section class="part">{head}{lead}{body}</section>'


def _verbatim(section: SummarySection) -> bool:
    return bool(section.heading) and all(one.support == "exact" for one in section.claims)


def _coverage(made: Summary, catalogue: Catalogue) -> str:
    coverage = made.coverage
    share = (
        len(coverage.touched) / len(coverage.sections)
        if coverage.sections
        else len(coverage.used) / max(1, coverage.total)
    )
    parts = ""
    if coverage.sections:
        parts = "".join(
            f'<span class="part-of{" touched" if name in coverage.touched else ""}">{safe(name.title() if name.isupper() else name)}</span>'
            for name in coverage.sections
        )
        parts = f'<p class="parts-of">{parts}</p>'
    unused = "".join(
        f'<li><a class="plain" href="{safe(paper_link(one.paper))}">{safe(catalogue.by_id[one.paper].label if one.paper in catalogue.by_id else one.paper)}</a> {safe(one.reason)}</li>'
        for one in coverage.unused
    )
    left = (
        f'<details class="unused"><summary>{counted(len(coverage.unused), "paper")} not used</summary><ul>{unused}</ul></details>'
        if unused
        else ""
    )
    return f'<section class="covers"><p><span class="bar" style="--share:{100 * share:.0f}%"></span>{safe(coverage.line)}</p>{parts}{left}</section>'


def _sources(made: Summary, turn: Turn) -> str:
    by_n = {source.n: source for source in made.sources}
    groups = []
    for paper, title, places in by_paper(made):
        marks = "".join(
            f'<button type="button" class="mark {by_n[n].source}" {opening(by_n[n], by_n[n])}>{n}</button>'
            f'<span class="place">{safe(_place(where, by_n[n].source))}</span> '
            for n, where in places
        )
        groups.append(
            f'<li><a class="source-title" href="{safe(paper_link(paper))}">{safe(title)}</a><span>{marks}</span></li>'
        )
    if not groups:
        return ""
    few = len(groups) <= FEW
    held = f"<ol>{''.join(groups)}</ol>" if few or turn.whole else ""
    state = "open" if few else "" if turn.whole else "data-unfold"
    return f'<details class="sources-of" {state}><summary>Sources: {counted(len(groups), "paper")}</summary>{held}</details>'


def _place(where: str, source: str) -> str:
    return where.split(" · ", maxsplit=1)[0] if source == "pdf" else place(source, None, None)


def _foot(turn: Turn, made: Summary, of: str, link: str, *, own_tab: bool) -> str:
    model = made.model[5:].strip("() ") if made.model.startswith("none") else made.model
    parts = [model, f"{made.seconds.total:.1f} s"]
    if made.tokens:
        parts.append(f"{made.tokens.get('input', 0):,} tokens read, {made.tokens.get('output', 0):,} written")
    said = "".join(f"<span>{safe(part)}</span>" for part in (*parts, f"index {made.generation}"))
    if not made.complete:
        halt = '<button type="button" class="plain" data-halt="summarise">Stop</button>' if own_tab else ""
        return f'<div class="meta">{said}<span class="acts">{halt}</span></div>'
    again = (
        f'<button type="button" class="plain" data-copy-link="{safe(link)}">Copy link</button>'
        if own_tab
        else f'<a class="plain" href="{safe(link)}">Open in Summarise</a>'
    )
    compare = (
        f'<a class="plain" href="{safe(compare_link([of]))}">Compare with…</a>'
        if made.subject.kind != "topic"
        else ""
    )
    return f'<div class="meta">{said}<span class="acts">{compare}{again}{export_menu(turn.kept, made)}</span></div>'
