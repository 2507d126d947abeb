"""Summaries measured: sections touched, sentences supported, papers cited, seconds; a Markdown table for docs/quality.md.

    python bench/summaries.py [--embedded 3] [--categories reward-signal diffusion-policy …] [--out FILE]

The index is the one of DUALITY_HOME. Support is looked up anew: each claim against the very source it cites. Counts
and lists that the program computes are told apart from sentences.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # else bench/index.py would be the package `index`

if TYPE_CHECKING:
    from assistant.summaries.summary import Summary
    from assistant.workspace import Workspace

CATEGORIES = ("reward-signal", "rl-for-generative-policies/rl-pre-training/diffusion-policy", "world-model",
              "planning-exploration", "state-representation", "transformer-policy", "base-model/llm", "vlm",
              "rl-fine-tuning", "policy-distillation")  # fmt: skip


def supported(summary: Summary) -> tuple[int, int, int]:
    """Sentences of a summary, those whose cited quotes carry them by the check, and quotes that are not in their source."""
    from assistant.support.judge import CARRIED
    from assistant.support.program import compare

    carried = total = lost = 0
    for claim in summary.claims:
        total += 1
        sources = {source.n: source for source in summary.sources}
        lost += sum(c.quote not in sources[c.n].text for c in claim.citations)
        if claim.support in CARRIED and {c.source for c in claim.citations} and _listed(claim, sources):
            carried += 1
            continue
        words = claim.text.split("“")[-1].rstrip("”") if claim.support == "exact" else claim.text
        carried += any(
            compare(words, sources[c.n].text, (sources[c.n].label, sources[c.n].title)).support
            != "unsupported"
            for c in claim.citations
        )
    return total, carried, lost


def _listed(claim: Any, sources: dict[int, Any]) -> bool:
    """Whether the claim is a count or a place on the list, which is computed and not a sentence of a paper."""
    return bool(claim.citations) and all(sources[c.n].section == "The survey's list" for c in claim.citations)


def paper_rows(workspace: Workspace, papers: list[str], model: str, length: str) -> list[dict[str, Any]]:
    """One row a paper."""
    from assistant.summaries.subject import of_paper

    rows = []
    summarizer = workspace.summarizer(model)
    for paper in papers:
        begun = time.monotonic()
        summary = summarizer.summary(of_paper(workspace.catalogue.by_id[paper]), length)  # type: ignore[arg-type]
        seconds = time.monotonic() - begun
        total, carried, lost = supported(summary)
        exact = sum(c.support == "exact" for c in summary.claims)
        rows.append(
            {"paper": paper, "sections": len(summary.coverage.sections), "touched": len(summary.coverage.touched),
             "sentences": total, "supported": carried, "lost": lost, "exact": exact, "seconds": seconds}
        )  # fmt: skip
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    return rows


def category_rows(workspace: Workspace, categories: list[str], model: str) -> list[dict[str, Any]]:
    """One row a category."""
    from assistant.summaries.subject import of_category

    catalogue = workspace.catalogue
    store = workspace.search().generation().passages
    pdfs = {record.paper for record in store.documents() if record.source == "pdf"}
    digests = {record.paper for record in store.documents() if record.source == "digest"}
    rows = []
    for name in categories:
        subject = of_category(catalogue.category(name), catalogue)
        begun = time.monotonic()
        summary = workspace.summarizer(model).summary(subject, "page")
        seconds = time.monotonic() - begun
        held = set(subject.papers) & (pdfs | digests)
        sentences = {c.paper for s in summary.sections if s.key.startswith("line:") or s.key == "open_questions"
                     for claim in s.claims for c in claim.citations}  # fmt: skip
        rows.append(
            {"category": subject.target, "papers": len(subject.papers), "held": len(held), "pdfs": len(held & pdfs),
             "cited": len(held & set(summary.coverage.used)), "cited_by_sentence": len(held & sentences),
             "pdfs_cited": len(summary.coverage.pdfs), "sentences": len(summary.claims), "seconds": seconds}
        )  # fmt: skip
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    return rows


def table(name: str, rows: list[dict[str, Any]]) -> str:
    """One line of the papers' table."""
    sections, touched, total, carried, lost, exact = (
        sum(row[key] for row in rows)
        for key in ("sections", "touched", "sentences", "supported", "lost", "exact")
    )
    whole = sum(row["sections"] == row["touched"] for row in rows)
    seconds = sorted(row["seconds"] for row in rows)
    return (
        f"| {name} | {len(rows)} | {touched} of {sections} ({touched / max(sections, 1):.0%}) | {whole} of {len(rows)} | {total} | "
        f"{carried / max(total, 1):.0%} | {exact / max(total, 1):.0%} | {lost} | {seconds[len(seconds) // 2]:.1f} | {seconds[-1]:.1f} |"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embedded", type=int, default=0, help="papers to summarise with the embedded model")
    parser.add_argument("--categories", nargs="*", default=list(CATEGORIES))
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    from assistant.workspace import Workspace

    lines = [
        "| papers | n | main sections touched | wholly touched | sentences | supported | verbatim | quotes not in their source | s, median | s, most |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    with Workspace.open() as workspace:
        store = workspace.search().generation().passages
        held = {record.paper for record in store.documents() if record.source == "pdf"}
        curated = [paper.id for paper in workspace.catalogue.curated if paper.id in held]
        own = [paper.id for paper in workspace.catalogue.own if paper.id in held]
        workspace.warm_search()
        lines.append(table("curated, page, no model", paper_rows(workspace, curated, "extractive", "page")))
        lines.append(
            table("the user's own, page, no model", paper_rows(workspace, own[:15], "extractive", "page"))
        )
        if options.embedded:
            chosen = curated[:: max(1, len(curated) // options.embedded)][: options.embedded]
            for length in ("paragraph", "page"):
                rows = paper_rows(workspace, chosen, "embedded", length)
                lines.append(table(f"curated, {length}, embedded model", rows))
        rows = category_rows(workspace, options.categories, "extractive") if options.categories else []
        if rows:
            lines += ["", "| category | papers | with PDF or digest | of these cited | in a sentence of its own | PDFs held | PDFs cited | sentences | s |", "|---|---|---|---|---|---|---|---|---|"]  # fmt: skip
        for row in rows:
            lines.append(
                f"| {row['category']} | {row['papers']} | {row['held']} | {row['cited'] / max(row['held'], 1):.0%} | "
                f"{row['cited_by_sentence'] / max(row['held'], 1):.0%} | {row['pdfs']} | {row['pdfs_cited']} | {row['sentences']} | "
                f"{row['seconds']:.1f} |"
            )
    print("\n".join(lines))
    if options.out:
        options.out.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
