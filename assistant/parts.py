"""What a model is asked, part by part: a small one does well on one work at a time.

A large model answers the whole question from whole passages in one call. The embedded one mixes up works that it
reads side by side, and asked "which work" it says the question over again. So a question about several works is put
to it once for each, with that work's evidence alone; and one for a work in two steps: which name fits, then what that
work's evidence says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.prompting import answer_messages, choice_messages
from assistant.shown import called, stating

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from langchain_core.messages import BaseMessage

    from assistant.asking.request import Request
    from assistant.chat.models import ChosenModel
    from assistant.evidence import Evidence
    from assistant.writing import Draft, Writer
    from index.search import Hit

LEAST = 170  # tokens of evidence a work gets at least, of several
OF_ONE = 260  # tokens of evidence on a work that was asked for
MOST_WORKS = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One call of the model.

    Attributes:
        messages: What it is sent.
        options: Of the call, such as the grammar.
        numbers: The evidence numbers it was handed.
        lead: Words of the program's own that open the answer.
    """

    messages: list[BaseMessage]
    options: dict[str, Any]
    numbers: tuple[int, ...]
    lead: str = ""


def parts(
    question: Request,
    hits: Sequence[Hit],
    evidence: Evidence,
    model: ChosenModel,
    writer: Writer,
    draft: Draft,
) -> Iterator[Part]:
    """The calls that answer the question, in order; a later one may depend on what an earlier one said."""
    asked = question.standalone
    if model.kind == "embedded":
        works = [p for p in question.papers if any(s.paper == p for s in evidence.sources)][:MOST_WORKS]
        if len(works) > 1:
            each = dict(question.each)
            for paper in works:
                of_it = each.get(paper, asked)
                yield from _about(
                    paper, of_it, max(LEAST, model.evidence_tokens // len(works)), evidence, model
                )
            return
        if question.seeks_work and len({source.paper for source in evidence.sources}) > 1:
            paper = _chosen(asked, evidence, model, writer, draft)
            yield from _about(
                paper,
                f"What does this work do? It was looked for as: {asked}",
                OF_ONE,
                evidence,
                model,
                found=True,
            )
            return
    shown = _shown(hits, evidence, model)
    if shown:
        yield Part(*answer_messages(asked, shown, evidence, model), tuple(n for n, _ in shown))


def _about(
    paper: str, asked: str, tokens: int, evidence: Evidence, model: ChosenModel, *, found: bool = False
) -> Iterator[Part]:
    shown = evidence.within(tokens, paper)
    if not shown:
        return
    label = next(source.label for source in evidence.sources if source.paper == paper)
    lead = f"The work that fits best is {label}." if found else ""
    yield Part(*answer_messages(asked, shown, evidence, model, label), tuple(n for n, _ in shown), lead)


def _chosen(asked: str, evidence: Evidence, model: ChosenModel, writer: Writer, draft: Draft) -> str:
    """The paper whose name the model gives; the first found where it was stopped."""
    shown = evidence.within(model.evidence_tokens)
    if not shown:
        return evidence.sources[0].paper
    papers = {called(evidence.source(n).label): evidence.source(n).paper for n, _ in reversed(shown)}
    name = ""
    for name in writer.words(*choice_messages(asked, shown, evidence), draft):  # noqa: B007 - the last is the whole
        pass
    return papers.get(name.strip(), evidence.sources[0].paper)


def _shown(hits: Sequence[Hit], evidence: Evidence, model: ChosenModel) -> list[tuple[int, str]]:
    """What the model reads: whole passages where they fit its budget, else their best sentences."""
    if sum(hit.passage.tokens for hit in hits) <= model.evidence_tokens:
        return stating((source.n, source.text) for source in evidence.sources)
    return evidence.within(model.evidence_tokens)
