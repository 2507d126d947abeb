"""Cells in a large model's words: aspect by aspect from the paper's sentences, several at a time, each checked.

A cell is shown in the model's words only where a sentence it was given carries them; else the cell that was
located without a model stays.
"""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING

from assistant.answer import Quote
from assistant.aspects.stating import candidates
from assistant.chat.listening import ModelSilent, Reply
from assistant.comparison.comparison import Cell
from assistant.prompting import cell_messages
from assistant.shown import stating
from assistant.sources import Sources
from assistant.support.binding import bound, settled
from assistant.support.judge import CARRIED
from corpus.errors import DualityError

if TYPE_CHECKING:
    import threading
    from collections.abc import Generator, Sequence

    from assistant.aspects.sentences import Material
    from assistant.aspects.standard import Aspect
    from assistant.chat.models import ChosenModel
    from assistant.support.judge import Judge
    from corpus.catalogue import Catalogue

log = logging.getLogger(__name__)
AT_ONCE = 4
SENTENCES = 12
LONGEST = 60  # words of a reply that can be a cell


def extracted(
    wanted: Sequence[tuple[int, int, Aspect, Material, Cell]],
    model: ChosenModel,
    catalogue: Catalogue,
    cancelled: threading.Event,
    judge: Judge,
) -> Generator[tuple[int, int, Cell] | str, None, None]:
    """Row, column and cell, as they come; only cells that the model states and a quote carries.

    A cell that fails stays as it was located, and the last item then says how many did; when as many fail in a row
    as are asked at once, or one is given up as silent, the rest is not asked for.

    Args:
        wanted: Row and column of each cell, its aspect, the paper's sentences, and the cell as located.
        model: A large model.
        catalogue: Names the papers.
        cancelled: Once it is set, nothing more is begun.
        judge: Who rules on what a cell says.

    Raises:
        ModelSilent: The model was given up as silent; said last.
    """
    pool = ThreadPoolExecutor(AT_ONCE, "cells")
    try:
        jobs = {pool.submit(_one, aspect, material, sources, cell, model, catalogue, cancelled, judge): (row, column)
                for row, column, aspect, material, cell in wanted
                if (sources := _read(aspect, material, cell))}  # fmt: skip
        done = failed = in_a_row = 0
        why = ""
        silent: ModelSilent | None = None
        for job in as_completed(jobs):
            if cancelled.is_set():
                return
            try:
                cell = job.result()
            except ModelSilent as error:
                why, failed, silent = str(error), failed + 1, error
                break
            except Exception as error:  # noqa: BLE001 - any provider's failure; the located cell stands
                log.info("A cell was not extracted: %s", error)
                why = str(error) if isinstance(error, DualityError) else type(error).__name__
                failed += 1
                in_a_row += 1
                if in_a_row >= AT_ONCE:  # the model is gone, not moody
                    break
                continue
            done += 1
            in_a_row = 0
            if cell is not None:
                yield (*jobs[job], cell)
        if failed:
            left = len(jobs) - done
            cells = f"{left} cells stay" if left > 1 else "1 cell stays"
            yield f"{cells} as located without the model. {why}"
        if silent is not None:
            raise silent
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _read(aspect: Aspect, material: Material, cell: Cell) -> list[Quote]:
    """The sentences that a model reads for a cell: the located ones, and what else may state the aspect."""
    sources = [source for source in cell.sources if source.source == "pdf"]
    sources += [material.source(said) for said in candidates(aspect, material, SENTENCES)]
    return list({source.quote: source for source in sources}.values())


def _one(
    aspect: Aspect,
    material: Material,
    sources: Sequence[Quote],
    cell: Cell,
    model: ChosenModel,
    catalogue: Catalogue,
    cancelled: threading.Event,
    judge: Judge,
) -> Cell | None:
    numbered = Sources(catalogue)
    numbers = [numbered.words(source) for source in sources]
    quotes = stating(zip(numbers, (source.quote for source in sources), strict=True))
    if not quotes:
        return None
    messages, options = cell_messages(material.paper, aspect.title, quotes)
    text = " ".join(Reply(model, messages, options, cancelled.is_set).whole().split())
    if re.search(r"\bnot stated\b", text, re.IGNORECASE) or not 1 <= len(text.split()) <= LONGEST:
        return None
    found = bound(text, numbered.evidence, numbers)
    (claim,) = settled([found], numbered.evidence, judge) if found else (None,)
    if claim is None or claim.support not in CARRIED:
        return None
    carrying = [Quote(c.paper, c.source, c.page, c.page_label, c.quote, c.spans) for c in claim.citations]
    notes = [source for source in cell.sources if source.source != "pdf"]
    return Cell(claim.text, "stated", (*carrying, *notes), "model", checked=True)
