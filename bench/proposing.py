"""How often the categories proposed for a paper are those that the survey gives it, each curated paper left out once.

    python -m bench.proposing [--pdfs FOLDER]

The digest stands for the paper; with --pdfs also the abstracts of the curated papers whose PDFs are in FOLDER.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.proposing import FILED_FROM, Proposal, about, proposed
from assistant.settings import Home
from corpus import catalogue as catalogues
from corpus.catalogue import Catalogue
from corpus.passages import cut
from corpus.reader import Reader
from index.embedders import MiniLM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.paper import Paper

THRESHOLDS = (0.3, 0.34, 0.36, 0.38, 0.4, 0.42, 0.45, 0.5)


def main() -> None:
    """Print the hit rates, and what each threshold would file."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--pdfs", type=Path)
    folder = asked.parse_args().pdfs
    whole = catalogues.load()
    embedder = MiniLM(Home.find().weights / "minilm")
    one = cache(lambda text: embedder.embed([text])[0])

    def embed(texts: Sequence[str]) -> np.ndarray:
        return np.stack([one(text) for text in texts])

    def without(paper: Paper) -> Catalogue:
        others = (replace(p, digest=None) if p.id == paper.id else p for p in whole.papers)
        return Catalogue(tuple(others), whole.taxonomy)

    papers = [paper for paper in whole.curated if paper.digest is not None]
    by_digest = {
        p.id: proposed([f"{p.title}\n{p.digest.text}"], without(p), embed) for p in papers if p.digest
    }
    told("digests", by_digest, whole)
    for threshold in THRESHOLDS:
        chosen = {i: [p.slug for p in ps if p.score >= threshold] for i, ps in by_digest.items()}
        right = sum(slug in whole.by_id[i].all_categories for i, slugs in chosen.items() for slug in slugs)
        some = sum(bool(slugs) for slugs in chosen.values())
        count = sum(map(len, chosen.values()))
        mark = " *" if threshold == FILED_FROM else ""
        print(
            f"from {threshold:.2f}: {some} papers filed, {count} times, {right / max(count, 1):.0%} right{mark}"
        )
    if folder:
        with Reader() as reader:
            by_pdf = {}
            for path in sorted(folder.glob("*.pdf")):
                paper = whole.by_id[path.stem]
                by_pdf[paper.id] = proposed(about(paper, cut(reader.read(path))), without(paper), embed)
        told("PDFs", by_pdf, whole)


def told(what: str, found: dict[str, list[Proposal]], whole: Catalogue) -> None:
    """The share of papers that have a category of theirs among the first one and three proposals."""
    for first in (1, 3):
        listed = [any(p.slug in whole.by_id[i].categories for p in ps[:first]) for i, ps in found.items()]
        either = [any(p.slug in whole.by_id[i].all_categories for p in ps[:first]) for i, ps in found.items()]
        print(
            f"{what}, first {first}: list {np.mean(listed):.1%}, list or table {np.mean(either):.1%} of {len(found)}"
        )


if __name__ == "__main__":
    main()
