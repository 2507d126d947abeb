"""One question and its answer as the page follows it: from the search to the last sentence, or to a trouble."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Literal

from assistant.asking.request import Request
from assistant.chain import Consulted, Writing
from assistant.comparison.comparison import Comparison
from assistant.page.turns import Turns
from assistant.summaries.summary import Summary
from assistant.support.checking import CheckedText
from corpus.errors import DualityError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.answer import Answer, Claim, NumberedSource
    from assistant.reply import Reply

log = logging.getLogger(__name__)
PAUSE_SECONDS = 0.2  # between two updates of the screen: about five words of the embedded model
LONGEST_PAUSE_SECONDS = 2.0
STEADY = (
    30  # updates after which the pause grows with the answer: each costs some 350 bytes, whatever it says
)
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
        doing: What is under way before anything is there, where it is no search: "Comparing A and B".
        made: The comparison, summary or checked text, from its first state on.
        kept: The name under which `answer` or `made` can be taken away from the shelf; "" before it is complete.
        talk: The mark of the conversation it belongs to.
        whole: Whether what is folded is drawn with it, and not only once the reader opens it.
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
    doing: str = ""
    made: Comparison | Summary | CheckedText | None = None
    kept: str = ""
    talk: str = ""
    whole: bool = False

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.stage in ("done", "failed")

    @property
    def said(self) -> str:
        """What was answered, as the conversation after it remembers it; "" where nothing was."""
        if self.answer is not None:
            return self.answer.text
        words = " ".join(claim.marked for claim in self.claims)
        if isinstance(self.made, Comparison):
            return f"{' compared with '.join(a.name for a in self.made.approaches)}. {words}"
        return f"{self.made.subject.name}: {words}" if isinstance(self.made, Summary) else ""

    @property
    def consulted(self) -> bool:
        """Whether the evidence is all there: what no claim cites now was only consulted."""
        return self.answer is not None or (self.made is not None and self.made.complete)

    def after(self, event: Reply | CheckedText) -> Turn:
        """The turn after one more event of the reply."""
        if isinstance(event, Request):
            return replace(self, doing=f"Summarising {event.subject.name}" if event.subject else "Comparing")
        if isinstance(event, CheckedText):
            return replace(self, stage="done" if event.complete else "writing", made=event)
        if isinstance(event, (Comparison, Summary)):
            claims = event.summary if isinstance(event, Comparison) else event.claims
            sources = event.sources if isinstance(event, Comparison) else event.cited
            goes_on: Stage = "done" if event.complete else "writing"
            return replace(self, stage=goes_on, sources=sources, claims=claims, made=event)
        if isinstance(event, Consulted):
            return replace(self, stage="reading", sources=event.sources)
        if isinstance(event, Writing):
            stage: Stage = "writing" if event.claims or event.words else self.stage
            return replace(self, stage=stage, claims=event.claims, words=event.words)
        return replace(self, stage="done", sources=event.sources, claims=event.claims, words="", answer=event)


def _mark() -> str:
    return secrets.token_hex(4)


@dataclass(slots=True)
class Conversation:
    """The turns of one browser tab.

    Attributes:
        turns: Oldest first.
        cleared: The turns before "new conversation", to be restored.
        stop: Set it to stop the answer being written; None while none is.
        asked_by: The session that asked for it.
        shown_by: The session that shows it.
        mark: Tells its turns from those of another that stood on the same screen.
    """

    turns: Turns = field(default_factory=Turns)
    cleared: Turns = field(default_factory=Turns)
    mark: str = field(default_factory=_mark)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    stop: threading.Event | None = None
    asked_by: str | None = None
    shown_by: str | None = None

    @property
    def history(self) -> list[tuple[str, str]]:
        """Questions with the text of their answers, oldest first."""
        return [(question, said) for question, said in self.turns.said if said]

    def begin(self, session: str | None) -> threading.Event | None:
        """What stops the answer that begins now; None where one is under way already."""
        with self._lock:
            if self.stop is not None:
                return None
            self.stop, self.asked_by = threading.Event(), session
            return self.stop

    def end(self, turn: Turn | None) -> None:
        """The answer is over; None where it was not taken."""
        with self._lock:
            if turn:
                self.turns.append(turn)
            self.stop = None

    def clear(self) -> None:
        """Begin anew; what was said can be restored."""
        if self.turns:
            self.turns, self.cleared, self.mark = Turns(), self.turns, _mark()

    def restore(self) -> None:
        """The turns before the last `clear`, with those asked since after them."""
        turns, self.mark = [*self.cleared, *self.turns], _mark()
        self.turns = Turns(replace(turn, number=n, talk=self.mark) for n, turn in enumerate(turns, start=1))
        self.cleared = Turns()


class Conversations:
    """The conversations of all open tabs; the oldest are forgotten beyond a bound.

    A page that is loaded again has a new session; the name that the browser keeps for its tab leads back to
    what was said. It never leaves this machine.
    """

    def __init__(self) -> None:
        self._of: dict[str, Conversation] = {}
        self._tab: dict[str, str] = {}

    def of(self, session: str | None) -> Conversation:
        """The conversation of a session, begun where there is none."""
        name = self._tab.get(session or "", session or "")
        conversation = self._of.pop(name, None) or Conversation()
        self._of[name] = conversation  # the last one used is the last to go
        while len(self._of) > SESSIONS:
            gone = self._of.pop(next(iter(self._of)))
            if gone.stop is not None:
                gone.stop.set()
        return conversation

    def move(self, session: str | None, tab: str) -> None:
        """From now on the session's conversation is that of a tab, by the name that the browser keeps."""
        name = f"tab {tab[:64]}"
        begun = self._of.pop(self._tab.get(session or "", session or ""), None)
        self._tab[session or ""] = name
        if begun is not None and begun.turns and name not in self._of:
            self._of[name] = begun

    def leave(self, session: str | None) -> None:
        """The page of a session is gone; what was said stays for the next of the same tab."""
        if session and self._tab.pop(session, None) is None:
            self._of.pop(session, None)


def followed(
    begin: Callable[[], Iterator[Reply | CheckedText]], turn: Turn, stop: threading.Event
) -> Iterator[Turn]:
    """The turn each time that something new is to be shown, at most every 200 ms, of a slow answer less often; the last one is over.

    The answer is made in a thread of its own, so that stopping is felt at once even where the model is
    silent; the thread ends with the model's next word.

    Args:
        begin: Starts the reply; may raise DualityError.
        turn: The question.
        stop: Set from another thread to stop; set here when the caller goes away.
    """
    events: SimpleQueue[Reply | CheckedText | str] = SimpleQueue()

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
    begun = time.monotonic()
    threading.Thread(target=work, name="answer", daemon=True).start()
    try:
        while not turn.over:
            turn, news = _caught_up(events, turn)
            if stop.is_set() and not turn.over and not turn.claims and not turn.words and not turn.made:
                yield replace(turn, stage="failed", trouble="Stopped before anything was written.")
                return
            if news:
                yield turn
            if news and not turn.over:
                grown = (time.monotonic() - begun) / STEADY
                stop.wait(min(max(PAUSE_SECONDS, grown), LONGEST_PAUSE_SECONDS))
    finally:
        stop.set()


def _caught_up(events: SimpleQueue[Reply | CheckedText | str], turn: Turn) -> tuple[Turn, bool]:
    """The turn after what has come by now, and whether anything has; evidence is shown before any words."""
    try:
        event = events.get(timeout=LOOK_SECONDS)
    except Empty:
        return turn, False
    while True:
        turn = replace(turn, stage="failed", trouble=event) if isinstance(event, str) else turn.after(event)
        if turn.over or isinstance(event, Consulted) or (turn.made is not None and not turn.claims):
            return turn, True
        try:
            event = events.get_nowait()
        except Empty:
            return turn, True
