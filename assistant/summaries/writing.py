"""Having a model phrase a part of a summary, each sentence bound to the evidence; quotes where it fails."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from assistant.chat.listening import Reply
from assistant.phrasing import phrased
from assistant.prompting import summary_messages
from assistant.shown import of_paper
from corpus.errors import DualityError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Claim
    from assistant.chat.models import ChosenModel
    from assistant.sources import Sources
    from assistant.support.judge import Judge


class Writer:
    """Phrases parts with one model; after a failure of the model it quotes for the rest of the summary.

    Args:
        model: The chosen model; where it generates nothing, everything is quoted.
        judge: Who rules on what the model writes.
        cancelled: Stops the writing when set.
    """

    def __init__(self, model: ChosenModel, judge: Judge, cancelled: threading.Event | None = None) -> None:
        self.model = model
        self.cancelled = cancelled or threading.Event()
        self.tokens: dict[str, int] = {}
        self.notes: list[str] = []
        self.replaced = 0
        self._judge = judge
        self._failed = model.chat is None

    @property
    def writes(self) -> bool:
        """Whether the model is there and has not failed."""
        return not self._failed and not self.cancelled.is_set()

    def phrased(
        self, ask: str, quotes: Sequence[tuple[int, str]], sources: Sources, most: int = 2
    ) -> list[Claim]:
        """At most `most` sentences on `ask` that the quotes carry; empty where the model wrote none.

        Args:
            ask: What to write about.
            quotes: Number of each source, and the words of it that matter.
            sources: The numbered sources.
            most: How many sentences.
        """
        if not self.writes or not quotes:
            return []
        shown = _shown(quotes)
        if not shown:
            return []
        messages, options = summary_messages(ask, most, shown, sources.taken, self.model)
        reply = Reply(self.model, messages, options, self.cancelled.is_set)
        try:
            text = self._read(reply)
        except DualityError as error:
            self._fail(str(error))
            return []
        kept, _ = phrased(text, shown, sources.evidence, self.model, self._judge, asked=ask, example="summary_embedded",
                          cut=bool(reply.cut), stopped=self.cancelled.is_set)  # fmt: skip
        return kept[:most]

    def _read(self, reply: Reply) -> str:
        text = reply.whole()
        for name, count in reply.tokens.items():
            self.tokens[name] = self.tokens.get(name, 0) + count
        if reply.cut and reply.cut not in self.notes:
            self.notes.append(reply.cut)
        return text

    def _fail(self, why: str) -> None:
        self._failed = True
        self.notes.append(f"{why} The parts from there on are sentences of the papers, word for word.")


def _shown(quotes: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Number and words of the quotes, as a model reads them, those of one source together."""
    together: dict[int, list[str]] = {}
    for n, words in quotes:
        together.setdefault(n, []).append(words)
    return [(n, text) for n, said in together.items() if (text := of_paper(" … ".join(said)))]
