"""Cells in a large model's words: aspect by aspect from the paper's sentences, several at a time, each checked.

A cell is shown in the model's words only where a sentence it was given carries them; else the cell that was
located without a model stays.
"""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING

from assistant.attribution import bound
from assistant.comparison.comparison import Cell, CellSource
from assistant.comparison.numbered import Numbered
from assistant.comparison.quotes import candidates
from assistant.prompting import fenced, prompt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.chat.models import ChosenModel
    from assistant.comparison.aspects import Aspect
    from assistant.comparison.material import Material
    from corpus.catalogue import Catalogue

log = logging.getLogger(__name__)
AT_ONCE = 4
SENTENCES = 12
LONGEST = 60  # words of a reply that can be a cell


def extracted(
    wanted: Sequence[tuple[int, int, Aspect, Material, Cell]], model: ChosenModel, catalogue: Catalogue
) -> Iterator[tuple[int, int, Cell]]:
    """Row, column and cell, as they come; only cells that the model states and a quote carries.

    Args:
        wanted: Row and column of each cell, its aspect, the paper's sentences, and the cell as located.
        model: A large model.
        catalogue: Names the papers.
    """
    with ThreadPoolExecutor(AT_ONCE, "cells") as pool:
        jobs = {pool.submit(_one, aspect, material, cell, model, catalogue): (row, column)
                for row, column, aspect, material, cell in wanted}  # fmt: skip
        failed = 0
        for job in as_completed(jobs):
            try:
                cell = job.result()
            except Exception as error:  # noqa: BLE001 - any provider's failure; the located cell stands
                log.info("A cell was not extracted: %s", error)
                failed += 1
                if failed >= AT_ONCE:  # the model is gone, not moody
                    for other in jobs:
                        other.cancel()
                    return
                continue
            if cell is not None:
                yield (*jobs[job], cell)


def _one(
    aspect: Aspect, material: Material, cell: Cell, model: ChosenModel, catalogue: Catalogue
) -> Cell | None:
    from langchain_core.messages import HumanMessage, SystemMessage

    sources = [source for source in cell.sources if source.source == "pdf"]
    sources += [material.source(said) for said in candidates(aspect, material, SENTENCES)]
    sources = list({source.quote: source for source in sources}.values())
    if not sources or model.chat is None:
        return None
    numbered = Numbered(catalogue)
    numbers = [numbered.number(source) for source in sources]
    lines = "\n".join(f"[{n}] {fenced(source.quote)}" for n, source in zip(numbers, sources, strict=True))
    asked = f"Paper: {material.paper.label} ({material.paper.title})\nAspect: {aspect.title}\n\n{lines}"
    reply = model.chat.invoke([SystemMessage(prompt("compare_cell")), HumanMessage(asked)])
    text = " ".join(str(reply.text).split())
    if re.search(r"\bnot stated\b", text, re.IGNORECASE) or not 1 <= len(text.split()) <= LONGEST:
        return None
    claim = bound(text, numbered.evidence, numbers).claim
    if claim is None or claim.support == "unsupported" or not claim.citations:
        return None
    carrying = [
        CellSource(c.paper, c.source, c.page, c.page_label, c.quote, c.spans) for c in claim.citations
    ]
    notes = [source for source in cell.sources if source.source != "pdf"]
    return Cell(claim.text, "stated", (*carrying, *notes), "model", checked=True)
