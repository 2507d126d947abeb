"""The sentences that a model writes under the table: what is shared, what differs, when to prefer which.

It reads the cells' quotes, few and short for the embedded model; a sentence that its evidence does not carry is
left out and counted. What to say without a model is in `assistant.comparison.composing`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.aspects.stating import shown
from assistant.chat.listening import Reply
from assistant.comparison.finding import carrying, rows_by_key
from assistant.phrasing import phrased
from assistant.prompting import comparison_messages
from assistant.shown import of_paper
from corpus.tokens import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.answer import Claim, Quote
    from assistant.chat.models import ChosenModel
    from assistant.comparison.comparison import Comparison
    from assistant.sources import Sources
    from assistant.support.judge import Judge

# The rows that tell approaches apart best come first: the embedded model reads only so much.
TELLING = (
    "approach",
    "generative_model",
    "rl_algorithm",
    "main_result",
    "setting",
    "limitations",
    "inputs",
    "role_of_rl",
    "outputs",
    "benchmarks",
    "task",
    "problem",
)


def written(
    comparison: Comparison,
    keys: dict[str, str],
    numbered: Sources,
    model: ChosenModel,
    judge: Judge,
    extra: Sequence[Sequence[Quote]] = (),
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Claim | str]:
    """The model's sentences that its evidence carries, once all are judged; a str is a note for the reader.

    Args:
        comparison: The table.
        keys: The aspects' keys by title.
        numbered: Hands out the numbers.
        model: The chat model; it must have one.
        judge: Who rules on them.
        extra: For a specific question, the best sentences of each side.
        stopped: Whether the reader has had enough.
    """
    shown_ = _shown(comparison, keys, numbered, model.evidence_tokens, extra)
    if len({numbered.evidence.source(n).paper for n, _ in shown_}) < 2:
        return
    sources = numbered.evidence.sources
    names = [approach.name for approach in comparison.approaches]
    messages, options = comparison_messages(names, comparison.question, shown_, sources, model)
    reply = Reply(model, messages, options, stopped)
    kept, lost = phrased(reply.whole(), shown_, numbered.evidence, model, judge, asked=comparison.question,
                         example="compare_embedded", cut=bool(reply.cut), stopped=stopped)  # fmt: skip
    yield from kept
    if reply.cut:
        yield reply.cut
    if lost:
        plural = "s were" if len(lost) > 1 else " was"
        yield f"{len(lost)} sentence{plural} left out: the evidence does not carry what {model.name} wrote."


def _shown(
    comparison: Comparison,
    keys: dict[str, str],
    numbered: Sources,
    budget: int,
    extra: Sequence[Sequence[Quote]],
) -> list[tuple[int, str]]:
    """Sources quotes within the budget: the question's first, then the telling rows, side by side."""
    rows = rows_by_key(comparison.rows, keys)
    queue: list[Quote] = []
    for turn in range(3):
        queue += [side[turn] for side in extra if turn < len(side)]
    for row in comparison.rows:
        if row.kind != "standard":
            queue += [source for cell in row.cells for source in cell.sources[:1]]
    for key in TELLING:
        if key in rows:
            for cell in rows[key].cells:
                queue += carrying(cell)[:1] if cell.sources else []
    chosen: list[tuple[int, str]] = []
    for source in queue:
        text = of_paper(shown(source.quote, 420))
        cost = count(text) + 12
        n = numbered.words(source)
        if text and cost <= budget and all(n != other for other, _ in chosen):
            chosen.append((n, text))
            budget -= cost
    return sorted(chosen)


def named(claim: Claim, numbered: Sources) -> Claim:
    """The claim, opened with the name of its one paper where it names none."""
    labels = list(dict.fromkeys(numbered.evidence.source(c.n).label for c in claim.citations))
    if len(labels) != 1 or labels[0].casefold() in claim.text.casefold():
        return claim
    return replace(claim, text=f"{labels[0]}: {claim.text}")
