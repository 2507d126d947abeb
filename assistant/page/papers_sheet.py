"""The list of all papers as HTML, and one paper in full: digest, the survey's row, categories, what can be done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.page.evidence_panel import HEADINGS, KINDS, WHAT
from assistant.page.links import compare_link, figure_image, paper_link, summarise_link
from assistant.page.render import chip, counted, outermost, safe
from corpus.bibtex import bibtex
from corpus.parts import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.coverage import Missing
    from assistant.proposing import Proposal
    from assistant.read_of import ReadOf
    from corpus.catalogue import Catalogue, Paper
    from corpus.taxonomy import Taxonomy

ROW = ("framework", "taxonomy_label", "base_model", "dataset", "modules", "setting", "code_available")
COMMAND = re.compile(r"`([^`]+)`")


def finder(catalogue: Catalogue) -> str:
    """The box above the list; the page's script does the finding."""
    options = "".join(
        f'<option value="{safe(node.slug)}">{"&nbsp;&nbsp;" * len(catalogue.taxonomy.ancestors(node.slug))}{safe(node.name)}</option>'
        for node in catalogue.taxonomy
        if catalogue.papers_of(node)
    )
    return (
        '<div class="finder" role="search"><input type="search" id="find" placeholder="Find by name, title, author, year" '
        'aria-label="Find a paper" autocomplete="off" spellcheck="false">'
        f'<select id="find-category" aria-label="Category"><option value="">All categories</option>{options}</select>'
        '<select id="find-kind" aria-label="Kind"><option value="">All papers</option><option value="pdf">PDF here</option>'
        '<option value="digest">Digest only</option><option value="own">Yours</option></select>'
        '<span class="found" role="status"></span></div>'
    )


def listed(catalogue: Catalogue, held: Iterable[str]) -> str:
    """All papers, the user's own first, then by name.

    Args:
        catalogue: The papers.
        held: Ids of those whose PDF is indexed.
    """
    here = set(held)
    ordered = sorted(catalogue.papers, key=lambda paper: (paper.kind != "own", paper.label.lower()))
    return f'<ul class="papers">{"".join(_line(paper, paper.id in here, catalogue.taxonomy) for paper in ordered)}</ul>'


def _line(paper: Paper, here: bool, taxonomy: Taxonomy) -> str:
    called, below = named(paper)
    title = f'<span class="paper-title">{safe(below)}</span>' if below else ""
    slugs = {
        slug
        for one in paper.all_categories
        if one in taxonomy
        for slug in (one, *(a.slug for a in taxonomy.ancestors(one)))
    }
    find = " ".join((paper.id, *paper.names, *paper.authors, str(paper.year or ""))).lower()
    return (
        f'<li data-find="{safe(find)}" data-kind="{paper.kind}" data-held="{"pdf" if here else "digest"}" data-in="{safe(" ".join(sorted(slugs)))}">'
        f'<button type="button" data-paper="{safe(paper.id)}"><span class="label">{safe(called)}</span>{title}'
        f'<span class="paper-what">{_badges(paper, here)}<span class="year">{safe(paper.year or "")}</span></span></button></li>'
    )


def named(paper: Paper) -> tuple[str, str]:
    """What a paper is called in a list, and its title where that says more; a label cut short is not shown."""
    if paper.label.endswith("…") or paper.title == paper.label:
        return paper.title, ""
    return paper.label, paper.title


def _badges(paper: Paper, here: bool) -> str:
    held = '<span class="badge pdf">PDF</span>' if here else '<span class="badge digest">digest only</span>'
    return held + whose(paper)


def whose(paper: Paper) -> str:
    """The badge that says whether a paper is curated or the user's."""
    return f'<span class="badge kind {paper.kind}">{safe(KINDS[paper.kind])}</span>'


def nothing_chosen() -> str:
    """What stands beside the list at first."""
    return '<p class="empty">Choose a paper to see its digest, what the survey\'s table says of it, and where it is filed.</p>'


def detail(
    paper: Paper,
    catalogue: Catalogue,
    *,
    here: bool,
    missing: Missing | None = None,
    proposals: Sequence[Proposal] = (),
    said: str = "",
    editable: bool = False,
    read: ReadOf | None = None,
) -> str:
    """One paper in full.

    Args:
        paper: Which.
        catalogue: Names papers and categories.
        here: Whether its PDF is indexed.
        missing: Why it is not, of a paper of the list.
        proposals: Categories proposed for a paper of the user's own.
        said: What came of the user's last change, as a sentence.
        editable: Whether it can be filed elsewhere and removed.
        read: What is known of it from its PDF.
    """
    called, below = named(paper)
    title = f'<p class="detail-title">{safe(below)}</p>' if below else ""
    authors = ", ".join(paper.authors[:12]) + (" et al." if len(paper.authors) > 12 else "")
    by = " · ".join(part for part in (authors, str(paper.year or ""), paper.venue or "") if part)
    told = f'<p class="told" role="status">{safe(said)}</p>' if said else ""
    return (
        f'<article class="detail" data-of="{safe(paper.id)}"><header><h2>{safe(called)}</h2>'
        f'<p class="badges">{_badges(paper, here)}</p></header>{title}<p class="by">{safe(by)}</p>'
        f"{_acts(paper, here=here, editable=editable)}{told}{_missing(missing)}{_filed(paper, catalogue, proposals, editable=editable)}"
        f"{_digest(paper)}{_row(paper)}{_of_reading(paper, catalogue, read)}{_links(paper)}</article>"
    )


def _of_reading(paper: Paper, catalogue: Catalogue, read: ReadOf | None) -> str:
    """How the PDF was read, its figures, what it cites of the papers here and what cites it."""
    if read is None:
        return ""
    remarks = "".join(
        f'<p class="why-missing">{safe(remark[:1].upper() + remark[1:])}.</p>' for remark in read.remarks
    )
    figures = "".join(
        f"<figure>{figure_image(paper.id, 'figure', part.number) if part.box != NOWHERE else ''}"
        f"<figcaption>{safe(part.text)} <small>p. {part.page}</small></figcaption></figure>"
        for part in read.figures
    )
    shown = f"<details><summary>Figures ({len(read.figures)})</summary>{figures}</details>" if figures else ""
    cites = _papers("Cites of the papers here", read.citing.cites, catalogue)
    cited_by = _papers("Cited by", read.citing.cited_by, catalogue)
    return f"{remarks}{shown}{cites}{cited_by}"


def _papers(heading: str, ids: Iterable[str], catalogue: Catalogue) -> str:
    names = ", ".join(
        f'<a class="plain" href="{safe(paper_link(i))}">{safe(catalogue.by_id[i].label)}</a>'
        for i in ids
        if i in catalogue.by_id
    )
    return f"<section><h3>{heading}</h3><p>{names}</p></section>" if names else ""


def _acts(paper: Paper, *, here: bool, editable: bool) -> str:
    pdf = (
        f'<a class="act" href="pdf?paper={safe(paper.id)}" target="_blank" rel="noopener">Open PDF</a>'
        if here
        else ""
    )
    own = (
        f'<button type="button" class="act quiet" data-remove="{safe(paper.id)}">Remove</button>'
        if editable
        else ""
    )
    return (
        f'<p class="acts-row"><a class="act" href="{safe(summarise_link(f"paper:{paper.id}"))}">Summarise</a>'
        f'<a class="act" href="{safe(compare_link([f"paper:{paper.id}"]))}">Compare with…</a>'
        f'<button type="button" class="act" data-within="{safe(paper.id)}">Ask within</button>{pdf}'
        f'<button type="button" class="act quiet" data-copy="{safe(bibtex(paper))}">Copy BibTeX</button>{own}</p>'
    )


def _missing(missing: Missing | None) -> str:
    if missing is None:
        return ""
    parts = " · ".join(_with_commands(part) for part in (missing.note, missing.remedy) if part)
    return f'<p class="why-missing"><b>PDF {safe(missing.why)}</b>{" · " if parts else ""}{parts}</p>'


def _with_commands(text: str) -> str:
    """Text in which what stands between backticks is a command to type."""
    return "".join(
        f"<code>{safe(p)}</code>" if at % 2 else safe(p) for at, p in enumerate(COMMAND.split(text))
    )


def _filed(paper: Paper, catalogue: Catalogue, proposals: Sequence[Proposal], *, editable: bool) -> str:
    taxonomy = catalogue.taxonomy
    if editable:
        return _editable(paper, catalogue, proposals)
    listed_in = "".join(chip(slug, taxonomy) for slug in outermost(paper.categories) if slug in taxonomy)
    more = [slug for slug in paper.all_categories if slug not in paper.categories and slug in taxonomy]
    table = "".join(chip(slug, taxonomy) for slug in outermost(more))
    also = (
        f'<p class="filed"><span class="rests-on">in its table also under</span>{table}</p>' if table else ""
    )
    return (
        f'<section><h3>Filed under</h3><p class="filed">{listed_in}</p>{also}</section>' if listed_in else ""
    )


def _editable(paper: Paper, catalogue: Catalogue, proposals: Sequence[Proposal]) -> str:
    """Categories of an own paper as chips to take away, those proposed with their scores, and one to add."""
    taxonomy = catalogue.taxonomy
    filed = "".join(
        f'<span class="filed-chip{" proposed" if slug in paper.proposed else ""}">{safe(taxonomy.path_name(slug))}'
        f"{' <small>proposed</small>' if slug in paper.proposed else ''}"
        f'<button type="button" data-unfile="{safe(slug)}" aria-label="Take away {safe(taxonomy[slug].name)}">×</button></span>'
        for slug in paper.categories
        if slug in taxonomy
    )
    options = "".join(
        f'<option value="{safe(node.slug)}">{"&nbsp;&nbsp;" * len(taxonomy.ancestors(node.slug))}{safe(node.name)}</option>'
        for node in taxonomy
        if node.slug not in paper.categories
    )
    offered = "".join(
        proposal_line(proposal, catalogue, filed=proposal.slug in paper.categories) for proposal in proposals
    )
    confirm = (
        '<button type="button" class="plain" data-confirm>These are right</button>' if paper.proposed else ""
    )
    return (
        f'<section class="editing" data-of="{safe(paper.id)}" data-slugs="{safe(" ".join(paper.categories))}"><h3>Filed under</h3>'
        f'<p class="filed">{filed or "<span class=not-stated>nothing yet</span>"} {confirm}</p>'
        f'<label class="add-category">Add <select data-file><option value="">a category…</option>{options}</select></label>'
        + (
            f'<h4>Proposed, by the nearest digests</h4><ul class="proposals">{offered}</ul>'
            if offered
            else ""
        )
        + "</section>"
    )


def proposal_line(proposal: Proposal, catalogue: Catalogue, *, filed: bool) -> str:
    """One proposed category: score bar, name, the papers that speak for it."""
    labels = ", ".join(catalogue.by_id[paper].label for paper in proposal.because if paper in catalogue.by_id)
    act = (
        '<span class="is-filed">filed</span>'
        if filed
        else f'<button type="button" class="plain" data-add-category="{safe(proposal.slug)}">File here</button>'
    )
    return (
        f'<li><span class="bar" style="--share:{100 * proposal.score:.0f}%" title="score {proposal.score:.2f} of 1"></span>'
        f'<span class="value">{safe(catalogue.taxonomy.path_name(proposal.slug))}<small>nearest there: {safe(labels)}</small></span>{act}</li>'
    )


def _digest(paper: Paper) -> str:
    if paper.digest is None:
        return ""
    aspects = "".join(
        f"<div><dt>{safe(_heading(name))}</dt><dd>{safe(value) if value else '<span class=not-stated>not stated</span>'}</dd></div>"
        for name, value in paper.digest.aspects.items()
    )
    return (
        f'<section class="of-digest"><h3>{HEADINGS["digest"]} <span class="badge digest" data-tip="{safe(WHAT["digest"])}" tabindex="0">not the paper\'s words</span></h3>'
        f'<p>{safe(paper.digest.text)}</p><dl class="facts">{aspects}</dl></section>'
    )


def _row(paper: Paper) -> str:
    if paper.table is None:
        return ""
    cells = "".join(
        f"<div><dt>{safe(_heading(name))}</dt><dd>{safe(value)}</dd></div>"
        for name in ROW
        if (value := getattr(paper.table, name))
    )
    return (
        f'<section class="of-table"><h3>{HEADINGS["table"]} <span class="badge table" data-tip="{safe(WHAT["table"])}" tabindex="0">as the survey states</span></h3>'
        f'<dl class="facts">{cells}</dl></section>'
    )


def _links(paper: Paper) -> str:
    addresses = [
        ("arXiv", f"https://arxiv.org/abs/{paper.arxiv}" if paper.arxiv else None),
        ("DOI", f"https://doi.org/{paper.doi}" if paper.doi else None),
        ("page", paper.url),
    ]
    links = "".join(
        f'<a href="{safe(address)}" target="_blank" rel="noopener noreferrer">{name}: {safe(address)}</a>'
        for name, address in {address: (name, address) for name, address in addresses}.values()
        if address and address.startswith(("https://", "http://"))
    )
    return f'<p class="paper-links">{links}</p>' if links else ""


def _heading(name: str) -> str:
    spaced = name.replace("_", " ").replace("rl", "RL") if "rl" in name.split("_") else name.replace("_", " ")
    return spaced[0].upper() + spaced[1:]


def removed(label: str, paper: str, passages: int) -> str:
    """What stands where a removed paper was, with the way back."""
    return (
        f'<div class="removed" role="status"><p><b>{safe(label)}</b> is removed: {counted(passages, "passage")} are no longer searched. '
        f'The file is kept.</p><button type="button" class="act" data-bring-back="{safe(paper)}">Undo</button></div>'
    )


def trouble(sentence: str) -> str:
    """What went wrong, in place of a paper."""
    return f'<p class="trouble" role="status">{safe(sentence)}</p>'


def adding() -> str:
    """What stands above the area for the user's own PDFs."""
    return (
        '<h2>Add your own PDFs</h2><p class="what">Drop them here, several at once. They stay on this machine, are searched '
        "beside the curated papers, and are marked “yours” wherever they are cited.</p>"
    )
