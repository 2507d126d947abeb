"""What is held of the list, category by category, and why a paper's PDF is not: an answer is only as good as that."""

from __future__ import annotations

import shlex
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from corpus.fetching import addresses, landing
from corpus.fetching.record import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corpus.catalogue import Catalogue
    from corpus.paper import Paper
    from index.passage_store import PassageStore, RemovedRecord

Why = Literal["not fetched yet", "fetch failed", "not indexed yet", "refused", "removed", "pay-walled"]
WHYS: Final[tuple[Why, ...]] = (
    "not fetched yet",
    "fetch failed",
    "not indexed yet",
    "refused",
    "removed",
    "pay-walled",
)


@dataclass(frozen=True, slots=True)
class Missing:
    """Why the PDF of a paper of the list is not searchable.

    Attributes:
        why: In two or three words.
        note: The reason in particular; "" where there is no more to say.
        remedy: What the user can do.
    """

    why: Why
    note: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """What is held of a category, or of the whole list.

    Attributes:
        papers: Papers filed there or below.
        pdfs: How many of them have their PDF indexed.
        passages: Passages of all of them, from PDFs, digests and the survey's table.
        digest_only: Papers known only from their digest and the survey's table.
        why: How many of the PDFs are missing for which reason.
    """

    papers: int = 0
    pdfs: int = 0
    passages: int = 0
    digest_only: int = 0
    why: Mapping[Why, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is held.

    Attributes:
        whole: Of all papers of the list and the survey itself; the user's own are not among them.
        by_category: Of each category that has papers, in the taxonomy's order.
        missing: By paper, why its PDF is not searchable.
    """

    whole: Holding = field(default_factory=Holding)
    by_category: Mapping[str, Holding] = field(default_factory=dict)
    missing: Mapping[str, Missing] = field(default_factory=dict)


def covered(catalogue: Catalogue, pdfs: Path, passages: PassageStore | None) -> Coverage:
    """What is held of the catalogue now.

    Args:
        catalogue: The papers and categories.
        pdfs: The folder where fetched PDFs lie.
        passages: The current index; None where there is none.
    """
    documents = passages.documents() if passages else []
    held = {record.paper for record in documents if record.source == "pdf"}
    noted = {record.paper for record in documents} - held
    counts = passages.counts_by_paper() if passages else {}
    missing = {paper: why for paper, why in _missing(catalogue, pdfs, passages).items() if paper not in held}

    def holding(papers: list[Paper]) -> Holding:
        why = Counter(missing[paper.id].why for paper in papers if paper.id in missing)
        return Holding(
            papers=len(papers),
            pdfs=sum(paper.id in held for paper in papers),
            passages=sum(counts.get(paper.id, 0) for paper in papers),
            digest_only=sum(paper.id in noted for paper in papers),
            why={reason: why[reason] for reason in WHYS if why[reason]},
        )

    by_category = {
        node.slug: holding(papers)
        for node in catalogue.taxonomy
        if (papers := list(catalogue.papers_of(node)))
    }
    listed = [paper for paper in catalogue.papers if paper.kind != "own"]
    return Coverage(holding(listed), by_category, missing)


def brought_back(removed: RemovedRecord, pdfs: Path) -> str:
    """How a paper of the list whose PDF was removed comes back: from its file, or fetched again."""
    if Path(removed.file).exists():
        return f"`duality add {shlex.quote(removed.file)}`"
    again = shlex.quote(str(pdfs / f"{removed.paper}.pdf"))
    return f"`duality corpus fetch --paper {removed.paper}`, then `duality add {again}`"


def _missing(catalogue: Catalogue, pdfs: Path, passages: PassageStore | None) -> dict[str, Missing]:
    """For each paper of the list, why its PDF would not be searchable if it is not."""
    record = read(pdfs)
    refused = (
        {Path(file).stem.lower(): (file, r[2]) for file, r in passages.refused().items()} if passages else {}
    )
    removed = {r.paper: r for r in passages.removed()} if passages else {}
    found = {}
    for paper in catalogue.papers:
        if paper.kind == "own":
            continue
        file, reason = refused.get(paper.id, ("", ""))
        fetch = f"`duality corpus fetch --paper {paper.id}`"
        if paper.id in removed:
            found[paper.id] = Missing("removed", "you removed its PDF", brought_back(removed[paper.id], pdfs))
        elif file and Path(file).exists():
            found[paper.id] = Missing("refused", reason, fetch)
        elif (pdfs / f"{paper.id}.pdf").exists():
            found[paper.id] = Missing("not indexed yet", "", "`duality index build`")
        elif paper.id in record.failed:
            failure = record.failed[paper.id]
            found[paper.id] = Missing("fetch failed", failure.reason, failure.remedy)
        elif not addresses(paper):
            where = landing(paper)
            found[paper.id] = Missing(
                "pay-walled", where, f"save it as {pdfs / paper.id}.pdf, then `duality index build`"
            )
        else:
            found[paper.id] = Missing("not fetched yet", "", fetch)
    return found
