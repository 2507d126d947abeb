"""A summary as Markdown: sections, markers, sources with their pages, coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.answer import Claim, NumberedSource
    from assistant.summaries.summary import Summary, SummarySection

MOST_NUMBERS = 4  # markers written out behind a sentence; more become ranges


def markers(claim: Claim) -> str:
    """The claim's numbers, "[1][4]", in ranges where they are many: "[1–9, 12]"."""
    found = sorted({citation.n for citation in claim.citations})
    if len(found) <= MOST_NUMBERS:
        return "".join(f"[{n}]" for n in found)
    return f"[{', '.join(_ranges(found))}]"


def marked(claim: Claim) -> str:
    """The sentence with its markers before its full stop."""
    numbers = markers(claim)
    if not numbers:
        return claim.text
    body, end = (claim.text[:-1], claim.text[-1]) if claim.text[-1:] in ".!?" else (claim.text, "")
    return f"{body} {numbers}{end}"


def place(source: NumberedSource) -> str:
    """Where a source's words stand: "p. 4 · 3 METHOD", "our digest", "the survey's list"."""
    if source.source == "digest":
        return "our digest, not the paper's words"
    if source.source == "table":
        return "the survey's list" if source.section == "The survey's list" else "the survey's table"
    section = f" · {source.section}" if source.section else ""
    return f"p. {source.page_label or source.page}{section}"


def markdown(summary: Summary) -> str:
    """The whole summary as a Markdown document."""
    lines = [f"# {summary.subject.name}", ""]
    for section in summary.sections:
        lines += _section(section)
    lines += ["## Rests on", "", summary.coverage.line]
    if summary.coverage.unused:
        lines.append(
            "Not used: " + "; ".join(f"{one.paper} ({one.reason})" for one in summary.coverage.unused) + "."
        )
    lines += ["", "## Sources", ""]
    for paper, title, places in by_paper(summary):
        lines += [f"**{title}** `{paper}`  ", *(f"\\[{n}\\] {where}  " for n, where in places), ""]
    lines.append("")
    lines += [f"> {note}" for note in summary.notes]
    lines += ["", f"*Duality, {summary.model}, index {summary.generation}, {summary.length}.*", ""]
    return "\n".join(lines)


def _section(section: SummarySection) -> Iterable[str]:
    if section.heading:
        yield from (f"## {section.heading}", "")
    if section.lead:
        yield from (f"*{section.lead}*", "")
    if section.listed:
        yield from (f"- {_line(claim)}" for claim in section.claims)
    else:
        yield " ".join(_line(claim) for claim in section.claims)
    yield ""


def _line(claim: Claim) -> str:
    text = marked(claim).replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;")
    return f"{text} *(not found in the papers)*" if claim.support == "unsupported" else text


def by_paper(summary: Summary) -> list[tuple[str, str, list[tuple[int, str]]]]:
    """The cited sources, those of one paper together: its id, its title and year, and (number, place) of each."""
    groups: dict[str, tuple[str, list[tuple[int, str]]]] = {}
    for source in summary.cited:
        year = f" ({source.year})" if source.year else ""
        _, places = groups.setdefault(source.paper, (f"{source.title}{year}", []))
        places.append((source.n, _cited_place(source, summary.claims)))
    return [(paper, title, places) for paper, (title, places) in groups.items()]


def _cited_place(source: NumberedSource, claims: Sequence[Claim]) -> str:
    """The pages that are cited of a source, which may be more than the one most of it stands on."""
    pages = {
        c.page_label or str(c.page) for claim in claims for c in claim.citations if c.n == source.n and c.page
    }
    if source.source != "pdf" or not pages:
        return place(source)
    section = f" · {source.section}" if source.section else ""
    return f"p. {', '.join(sorted(pages, key=lambda p: (len(p), p)))}{section}"


def _ranges(numbers: Sequence[int]) -> list[str]:
    groups: list[list[int]] = []
    for n in numbers:
        if groups and groups[-1][-1] == n - 1:
            groups[-1].append(n)
        else:
            groups.append([n])
    return [f"{g[0]}–{g[-1]}" if len(g) > 2 else ", ".join(map(str, g)) for g in groups]
