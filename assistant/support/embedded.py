"""The embedded model as a scorer: the odds of yes against no, asked with the whole passage whether it states a sentence.

One token a sentence; the passage comes first, so that sentences on one passage share what was read of it. Joined with
the words (it is asked only where they agree) it shows about a quarter of true sentences at 0.9 precision; without them
it passes too much (docs/quality.md).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from assistant.prompting import carried_messages
from corpus.errors import DualityError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.chat.embedded import EmbeddedChat
    from assistant.support.judge import Heard, Reads

log = logging.getLogger(__name__)


class EmbeddedScorer:
    """Log-odds of the embedded model.

    Args:
        chat: The model.
    """

    name: Final = "embedded model"
    kind: Final = "embedded"
    reads: Reads = "same words"
    contradicts: float | None = None

    def __init__(self, chat: EmbeddedChat) -> None:
        self.chat = chat

    def scores(self, heard: Sequence[Heard], stopped: Callable[[], bool]) -> list[float | None]:
        """The log-odds for each, passage by passage; None for a claim that rests on several passages together."""
        found: list[float | None] = [None] * len(heard)
        alone = [at for at, (_, premises) in enumerate(heard) if len(premises) == 1]
        for at in sorted(alone, key=lambda at: heard[at][1][0].text):
            if stopped():
                break
            claim, (premise,) = heard[at]
            name = premise.known[0] if premise.known else ""
            try:
                found[at] = self.chat.odds(carried_messages(name, premise.text, claim), stopped)
            except DualityError as error:
                log.info("The embedded model did not judge: %s", error)
                break
        return found
