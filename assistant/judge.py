"""A language model as the judge of a sentence, in place of the check of words.

    chain = AnswerChain(search, model, Checks(judge=model_judge(large_model)))  # a ChosenModel

It reads what the check of words cannot: that a sentence turns its source around in words of its own. It costs a call
for each sentence and source, is not deterministic, and a small model judges worse than the words do; so it is a
setting (`answer.judge = "model"`), for a large model. Numbers and names are held against the passage by the check of
words first: what fails there never reaches the model.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from assistant.chat.listening import ModelSilent, Reply
from assistant.prompting import judge_messages
from assistant.support import Premise, Verdict, supports

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.chat.models import ChosenModel
    from assistant.support import Meaning, Supports

log = logging.getLogger(__name__)
VERDICT_GRAMMAR = 'root ::= "yes" | "no"'


def model_judge(
    model: ChosenModel, meaning: Meaning | None = None, stopped: Callable[[], bool] = lambda: False
) -> Supports:
    """A judge with the form of `assistant.support.supports` that asks a model.

    A word-for-word quotation is carried without asking; a sentence whose numbers or names are missing is not
    carried, without asking. Where the model fails or says neither yes nor no, the words decide; once it was given up as
    silent it is not asked again.

    Args:
        model: The model that is asked; it must have a chat.
        meaning: Cosine of two texts, for finding the sentences that carry a paraphrase.
        stopped: Whether the reader has had enough.
    """
    gone = threading.Event()

    def judge(premises: Sequence[Premise], claim: str) -> Verdict:
        by_words = supports(premises, claim, meaning)
        if by_words.support in ("exact", "normalised") or by_words.why.startswith(
            "the passage does not hold"
        ):
            return by_words
        said = None if gone.is_set() else _asked(model, premises, claim, stopped, gone)
        if said is None or said == by_words.carried:
            return by_words
        if not said:
            return Verdict("unsupported", why="the judge finds that the passage does not say this")
        return Verdict("paraphrase", by_words.places or _nearest(premises))

    return judge


def _asked(
    model: ChosenModel,
    premises: Sequence[Premise],
    claim: str,
    stopped: Callable[[], bool],
    gone: threading.Event,
) -> bool | None:
    """What the model says; None where it says neither."""
    passages = [(premise.known[0] if premise.known else "", premise.text) for premise in premises]
    messages = judge_messages(passages, claim)
    options = {"grammar": VERDICT_GRAMMAR} if model.kind == "embedded" else {}
    try:
        word = Reply(model, messages, options, stopped).whole()
    except ModelSilent as error:
        log.warning("The judge fell silent: %s", error)
        gone.set()
        return None
    except Exception as error:  # noqa: BLE001 - any provider's failure; the words decide then
        log.info("The judge failed: %s", error)
        return None
    word = word.strip().lower().strip(".!\"' ")
    return {"yes": True, "no": False}.get(word.split()[0] if word else "")


def _nearest(premises: Sequence[Premise]) -> tuple[tuple[int, int, int], ...]:
    return ((0, 0, len(premises[0].text)),) if premises else ()
