"""Which judge is at hand: the chosen large model, else a cross-encoder that is named, else the embedded model, else words."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from assistant.support.judge import Judge
from corpus.errors import ModelNotAvailable, WrongUse

if TYPE_CHECKING:
    from assistant.chat.models import ChosenModel
    from assistant.settings import Home, Settings

log = logging.getLogger("duality")


def chosen_judge(settings: Settings, home: Home, model: ChosenModel) -> Judge:
    """The judge that the settings name, or the best at hand.

    A cross-encoder that cannot be loaded is done without, with a warning; `duality doctor` says the same.

    Args:
        settings: `judge.use` and `judge.cross_encoder`.
        home: Where weights lie.
        model: The chat model that writes.

    Raises:
        WrongUse: A judge is named that cannot be had with these settings.
    """
    use = settings.judge.use
    if use == "words":
        return Judge()
    if use == "model" or (use == "auto" and model.kind == "remote"):
        if model.kind != "remote":
            raise WrongUse('judge.use = "model" needs a large chat model: set `model`, or judge.use to auto.')
        from assistant.support.large import LargeScorer

        return Judge(LargeScorer(model))
    named = settings.judge.cross_encoder
    if named and use in ("auto", "cross-encoder"):
        from assistant.support.encoder import encoder_judge, folder_of

        try:
            return encoder_judge(folder_of(named, home.weights))
        except ModelNotAvailable as error:
            log.warning("%s", error)
    elif use == "cross-encoder":
        raise WrongUse(
            'judge.use = "cross-encoder" needs judge.cross_encoder: a folder, or a name on the hub.'
        )
    return embedded_judge(settings, home, model)


def embedded_judge(settings: Settings, home: Home, model: ChosenModel) -> Judge:
    """A judge with the embedded model where it writes or can be loaded and quotes alone were not chosen; else words."""
    from assistant.chat.models import resolve
    from assistant.support.embedded import EmbeddedScorer

    chat = model.chat if model.kind == "embedded" else None
    if chat is None and settings.judge.use == "embedded":
        chat = resolve(settings.model_copy(update={"model": "embedded", "base_url": None}), home).chat
    odds = getattr(chat, "odds", None)
    return Judge(EmbeddedScorer(chat)) if chat is not None and odds is not None else Judge()  # type: ignore[arg-type]
