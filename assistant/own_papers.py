"""The user's own papers beside those of the list, as the index and the overlay know them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from corpus import catalogue as catalogues
from index.remembered import own_paper_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corpus.catalogue import Catalogue


def confirmed(catalogue: Catalogue, edits: Mapping[str, Mapping[str, Any]]) -> Catalogue:
    """The catalogue with those categories no longer marked as proposed that the user chose."""
    chosen = {identity for identity, edit in edits.items() if "categories" in edit}
    if not any(paper.proposed and paper.id in chosen for paper in catalogue.own):
        return catalogue
    papers = (replace(paper, proposed=()) if paper.id in chosen else paper for paper in catalogue.papers)
    return catalogues.Catalogue(tuple(papers), catalogue.taxonomy)


def with_own(catalogue: Catalogue, records: Mapping[str, Mapping[str, Any]]) -> Catalogue:
    """The catalogue with the user's own papers, as the index remembers them; one whose record is damaged is left out."""
    own = []
    for record in records.values():
        with suppress(ValueError):
            own.append(own_paper_of(record))
    own = [paper for paper in own if paper.id not in catalogue.by_id]
    return catalogue.with_papers(own) if own else catalogue
