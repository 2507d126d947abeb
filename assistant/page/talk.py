"""One question and its answer as the page follows it: from the search to the last sentence, or to a trouble."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Literal

from assistant.chain import Consulted, Event, Writing
from corpus.errors import DualityError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.answer import Answer, Claim, NumberedSource

log = logging.getLogger(__name__)
PAUSE_SECONDS = 0.08  # between two updates of the screen
SESSIONS = 200
LOOK_SECONDS = 0.2  # how often a silent model leaves time to notice that the user pressed stop

Stage = Literal["searching", "reading", "writing", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what has come of it so far.

    Attributes:
        number: Its place in the conversation, from 1.
        question: As asked.
        scope: Where the user confined the search to, in words; "" for everywhere.
        stage: How far it is.
        sources: The evidence, once it is found.
        claims: The finished sentences.
        words: The sentence being written.
        answer: The whole answer, once it is complete.
        trouble: Why there is none, as one sentence.
    """

    number: int
    question: str
    scope: str = ""
    stage: Stage = "searching"
    sources: tuple[NumberedSource, ...] = ()
    claims: tuple[Claim, ...] = ()
    words: str = ""
    answer: Answer | None = None
    trouble: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.stage in ("done", "failed")

    def after(self, event: Event) -> Turn:
        """The turn after one more event of the answer chain."""
        if isinstance(event, Consulted):
            return replace(self, stage="reading", sources=event.sources)
        if isinstance(event, Writing):
            stage: Stage = "writing" if event.claims or event.words else self.stage
            return replace(self, stage=stage, claims=event.claims, words=event.words)
        return replace(self, stage="done", sources=event.sources, claims=event.claims, words="", answer=event)


@dataclass(slots=True)
class Conversation:
    """The turns of one browser tab.

    Attributes:
        turns: Oldest first.
        cleared: The turns before "new conversation", to be restored.
        stop: Set it to stop the answer being written; None while none is.
    """

    turns: list[Turn] = field(default_factory=list)
    cleared: list[Turn] = field(default_factory=list)
    stop: threading.Event | None = None

    @property
    def history(self) -> list[tuple[str, str]]:
        """Questions with the text of their answers, oldest first."""
        return [(turn.question, turn.answer.text) for turn in self.turns if turn.answer is not None]

    def clear(self) -> None:
        """Begin anew; what was said can be restored."""
        if self.turns:
            self.turns, self.cleared = [], self.turns

    def restore(self) -> None:
        """The turns before the last `clear`, with those asked since after them."""
        turns = [*self.cleared, *self.turns]
        self.turns = [replace(turn, number=number) for number, turn in enumerate(turns, start=1)]
        self.cleared = []


class Conversations:
    """The conversations of all open tabs, by the tab's session; the oldest are forgotten beyond a bound."""

    def __init__(self) -> None:
        self._of: dict[str, Conversation] = {}

    def of(self, session: str | None) -> Conversation:
        """The conversation of a session, begun where there is none."""
        conversation = self._of.setdefault(session or "", Conversation())
        while len(self._of) > SESSIONS:
            self.forget(next(iter(self._of)))
        return conversation

    def forget(self, session: str | None) -> None:
        """A tab was closed: stop what is being written for it."""
        gone = self._of.pop(session or "", None)
        if gone is not None and gone.stop is not None:
            gone.stop.set()


def followed(begin: Callable[[], Iterator[Event]], turn: Turn, stop: threading.Event) -> Iterator[Turn]:
    """The turn each time that something new is to be shown, at most every 80 ms; the last one is over.

    The answer is made in a thread of its own, so that stopping is felt at once even where the model is
    silent; the thread ends with the model's next word.

    Args:
        begin: Starts the answer chain; may raise DualityError.
        turn: The question.
        stop: Set from another thread to stop; set here when the caller goes away.
    """
    events: SimpleQueue[Event | str] = SimpleQueue()

    def work() -> None:
        try:
            for event in begin():
                events.put(event)
                if stop.is_set() and isinstance(event, Consulted):
                    break
        except DualityError as error:
            events.put(str(error))
        except Exception:
            log.exception("The answer ended with a fault")
            events.put(
                "Something went wrong inside Duality; the log has the details. Ask again, or run `duality doctor`."
            )

    yield turn
    threading.Thread(target=work, name="answer", daemon=True).start()
    try:
        while not turn.over:
            turn, news = _caught_up(events, turn)
            if stop.is_set() and not turn.over and not turn.claims and not turn.words:
                yield replace(turn, stage="failed", trouble="Stopped before anything was written.")
                return
            if news:
                yield turn
                time.sleep(PAUSE_SECONDS)
    finally:
        stop.set()


def _caught_up(events: SimpleQueue[Event | str], turn: Turn) -> tuple[Turn, bool]:
    """The turn after what has come by now, and whether anything has; evidence is shown before any words."""
    try:
        event = events.get(timeout=LOOK_SECONDS)
    except Empty:
        return turn, False
    while True:
        turn = replace(turn, stage="failed", trouble=event) if isinstance(event, str) else turn.after(event)
        if turn.over or isinstance(event, Consulted):
            return turn, True
        try:
            event = events.get_nowait()
        except Empty:
            return turn, True
