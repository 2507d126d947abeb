"""What the tabs Ask, Compare and Summarise have under way, for each browser tab; gradio is not known here."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.comparison.comparison import Comparison
from assistant.page import evidence_panel, render
from assistant.page.talk import Conversation, Conversations, Turn, followed
from assistant.reply import replies
from assistant.summaries.subject import of_topic, resolved
from assistant.summaries.summary import Summary
from corpus.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.page.links import CompareQuery, SummaryQuery
    from assistant.page.shelf import Shelf
    from assistant.reply import Reply
    from assistant.summaries.summary import Subject
    from assistant.workspace import Workspace
    from corpus.catalogue import Catalogue

WAIT_SECONDS = 3.0  # for an answer that the page left behind to end
LEFT = "Stopped because the page was left; ask again."


@dataclass(frozen=True, slots=True)
class Shown:
    """A change of the screen; None where a part stays as it is.

    Attributes:
        now: The last turn.
        past: The turns before it.
        evidence: The panel beside them.
        writing: Whether an answer is being written.
    """

    now: str | None = None
    past: str | None = None
    evidence: str | None = None
    writing: bool = True


class Chat:
    """The conversations, and the comparisons and summaries under way.

    Args:
        workspace: What is asked.
        shelf: Keeps what can be exported.
    """

    def __init__(self, workspace: Workspace, shelf: Shelf) -> None:
        self.workspace = workspace
        self.shelf = shelf
        self.talks = Conversations()
        self._under_way: dict[tuple[str, str], threading.Event] = {}

    @property
    def catalogue(self) -> Catalogue:
        """The papers now."""
        return self.workspace.catalogue

    # --- asking ---

    def ask(
        self, text: str, only: Sequence[str], these: Sequence[str], session: str | None
    ) -> Iterator[Shown]:
        """The screen as the reply comes; nothing where one is being written or nothing was typed."""
        talk = self.talks.of(session)
        if talk.stop is not None or not text.strip():
            return
        catalogue = self.catalogue
        stop = talk.stop = threading.Event()
        talk.asked_by = session
        past: str | None = render.conversation(talk.turns, catalogue)
        turn = Turn(len(talk.turns) + 1, text.strip(), render.scope_words(catalogue, only, these))
        history = talk.history

        def begin() -> Iterator[Reply]:
            return replies(self.workspace, text, history, self.workspace.scope(only, these), stop)

        stage = ""
        try:
            for turn in followed(begin, turn, stop):  # noqa: B020 - the turn goes on from itself
                turn = self._kept(turn)  # noqa: PLW2901
                fresh = turn.stage not in (stage, "writing") or turn.made is not None
                stage = turn.stage
                side = evidence_panel.panel(turn, catalogue) if fresh else None
                yield Shown(render.one(turn, catalogue), past, side)
                past = None
        finally:
            talk.turns.append(turn if turn.over else replace(turn, stage="failed", trouble=LEFT))
            talk.stop = None
        yield Shown(writing=False)

    def drawn(self, talk: Conversation) -> Shown:
        """The screen as the conversation stands."""
        last = talk.turns[-1] if talk.turns else None
        catalogue = self.catalogue
        now = render.one(last, catalogue) if last else render.welcome(len(catalogue.papers))
        past = render.conversation(talk.turns[:-1], catalogue)
        return Shown(now, past, evidence_panel.panel(last, catalogue), writing=False)

    def evidence(self, number: int, session: str | None) -> str | None:
        """The evidence of one turn; None where there is no such turn."""
        turns = self.talks.of(session).turns
        return evidence_panel.panel(turns[number - 1], self.catalogue) if 0 < number <= len(turns) else None

    def begin_anew(self, session: str | None) -> Shown | None:
        """The empty screen; None while an answer is being written, which is stopped instead."""
        talk = self.talks.of(session)
        if talk.stop is not None:
            talk.stop.set()
            return None
        talk.clear()
        return self.drawn(talk)

    def bring_back(self, session: str | None) -> Shown:
        """The conversation as it was before it was begun anew."""
        talk = self.talks.of(session)
        if talk.stop is None:
            talk.restore()
        return self.drawn(talk)

    def arrived(self, session: str | None, tab: str) -> Shown:
        """The conversation of a browser tab that was loaded again; what it left half written is ended."""
        self.talks.move(session, tab)
        self.stop(session)
        until = time.monotonic() + WAIT_SECONDS
        while self.talks.of(session).stop is not None and time.monotonic() < until:
            time.sleep(0.05)
        return self.drawn(self.talks.of(session))

    def stop(self, session: str | None, what: str = "") -> None:
        """Stop what is being written: the answer, or what a tab has under way ("compare", "summarise")."""
        running = self._under_way.get((session or "", what)) if what else self.talks.of(session).stop
        if running is not None:
            running.set()

    def left(self, session: str | None) -> None:
        """The page was closed or loaded again; what the page that came in its place asked goes on."""
        if self.talks.of(session).asked_by == session:
            self.stop(session)
        for what in ("compare", "summarise"):
            self.stop(session, what)
            self._under_way.pop((session or "", what), None)
        self.talks.leave(session)

    # --- comparing and summarising on their own tabs ---

    def compare(self, query: CompareQuery, session: str | None) -> Iterator[Turn]:
        """The comparison as it grows. One that is under way for this browser tab is given up."""
        stop = self._begun(session, "compare")

        def begin() -> Iterator[Comparison]:
            chain = self.workspace.comparison()
            return chain.stream(query.approaches, query.aspects, query.question, cancelled=stop)

        turn = Turn(0, query.question, doing="Reading the papers for the table")
        yield from self._grown(begin, turn, stop, session, "compare", query.aspects)

    def summarise(self, query: SummaryQuery, session: str | None) -> Iterator[Turn]:
        """The summary as it grows. One that is under way for this browser tab is given up."""
        stop = self._begun(session, "summarise")

        def begin() -> Iterator[Summary]:
            subject = meant(query.of, self.catalogue)
            return self.workspace.summarizer().stream(subject, query.length, stop)

        turn = Turn(0, query.of, doing="Reading the papers")
        yield from self._grown(begin, turn, stop, session, "summarise")

    @staticmethod
    def approaches_of(turn: Turn, query: CompareQuery) -> tuple[str, ...]:
        """What names the approaches without doubt, as soon as they are understood; until then the user's words."""
        made = turn.made
        return tuple(a.target for a in made.approaches) if isinstance(made, Comparison) else query.approaches

    @staticmethod
    def subject_of(turn: Turn, query: SummaryQuery) -> str:
        """The same of what is summarised; a topic in the user's words."""
        made = turn.made
        if not isinstance(made, Summary) or made.subject.kind == "topic":
            return query.of.removeprefix("topic:")
        return f"{made.subject.kind}:{made.subject.target}"

    def _begun(self, session: str | None, what: str) -> threading.Event:
        before = self._under_way.get((session or "", what))
        if before is not None:
            before.set()
        stop = self._under_way[session or "", what] = threading.Event()
        return stop

    def _grown(
        self,
        begin: object,
        turn: Turn,
        stop: threading.Event,
        session: str | None,
        what: str,
        aspects: Sequence[str] = (),
    ) -> Iterator[Turn]:
        for state in followed(begin, turn, stop):  # type: ignore[arg-type]
            if self._under_way.get((session or "", what)) is not stop:
                return  # another was begun since, and has the screen
            yield self._kept(state, aspects)

    def _kept(self, turn: Turn, aspects: Sequence[str] = ()) -> Turn:
        """The turn with its complete comparison or summary on the shelf."""
        if turn.made is None or not turn.made.complete or turn.kept:
            return turn
        return replace(turn, kept=self.shelf.keep(turn.made, aspects))


def meant(of: str, catalogue: Catalogue) -> Subject:
    """The subject that words name; words of several that name nothing are a topic.

    Raises:
        WrongUse: Nothing is given, or a single word that names nothing.
    """
    if not of.strip():
        raise WrongUse("Choose a paper or a category, or type a topic in your own words.")
    try:
        return resolved(of, catalogue)
    except WrongUse:
        if len(of.split()) < 3 or of.lower().startswith(("paper:", "category:")):
            raise
        return of_topic(of)


__all__ = ["Chat", "Shown", "meant"]
