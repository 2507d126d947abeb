"""What the tabs Ask, Compare and Summarise have under way, for each browser tab; gradio is not known here."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.comparison.comparison import Comparison
from assistant.page import evidence_panel, render
from assistant.page.line import Full, Line, too_many, waits
from assistant.page.talk import Conversation, Conversations, Turn, followed
from assistant.reply import replies
from assistant.summaries.subject import of_topic, resolved
from assistant.summaries.summary import Summary
from corpus.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.answer import Answer
    from assistant.page.links import CompareQuery, SummaryQuery
    from assistant.page.shelf import Shelf
    from assistant.reply import Reply
    from assistant.summaries.summary import Subject
    from assistant.support.checking import CheckedText
    from assistant.workspace import Workspace
    from corpus.catalogue import Catalogue

WAIT_SECONDS = 3.0  # for an answer that the page left behind to end
LOOK_SECONDS = 1.5  # how often one who waits is told how long
OLDER = 10  # turns drawn for one request of the page's script
LEFT = "Stopped because the page was left; ask again."
STOPPED = "Stopped before it was begun."
ONE_AT_A_TIME = "One question at a time: the answer before it is still on its way. Stop it, or ask again when it is there."


@dataclass(frozen=True, slots=True)
class Shown:
    """A change of the screen; None where a part stays as it is.

    Attributes:
        now: The last turn, in pieces.
        past: Where the turns before it stand.
        evidence: The panel beside them, in pieces.
        writing: Whether an answer is being written.
        told: Why a question was not taken, as one sentence.
        taken: Whether it was; what was typed stays in its box where it was not.
    """

    now: list[str] | None = None
    past: str | None = None
    evidence: list[str] | None = None
    writing: bool = True
    told: str = ""
    taken: bool = True


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
        self.line = Line()
        self.forget: Callable[[str], None] = lambda _session: None  # what the screen keeps for a session
        self._under_way: dict[tuple[str, str], threading.Event] = {}

    @property
    def catalogue(self) -> Catalogue:
        """The papers now."""
        return self.workspace.catalogue

    # --- asking ---

    def ask(
        self, text: str, only: Sequence[str], these: Sequence[str], session: str | None
    ) -> Iterator[Shown]:
        """The screen as the reply comes; why a question is not taken; nothing where nothing was typed."""
        if not text.strip():
            return
        talk = self.talks.of(session)
        stop = talk.begin(session)
        if stop is None:
            yield Shown(told=ONE_AT_A_TIME, taken=False)
            return
        catalogue = self.catalogue
        number = len(talk.turns) + 1
        turn = Turn(number, text.strip(), render.scope_words(catalogue, only, these), talk=talk.mark)
        history = talk.history

        def begin() -> Iterator[Reply]:
            return replies(self.workspace, text, history, self.workspace.scope(only, these), stop)

        stage, taken, sourced = "", True, False
        side: list[str] = []
        try:
            for turn in self._in_line(begin, turn, stop):  # noqa: B020 - the turn goes on from itself
                turn = self._kept(turn)  # noqa: PLW2901
                changes = turn.stage not in (stage, "writing") or (bool(turn.sources) and not sourced)
                sourced = bool(turn.sources)
                if changes and (turn.over or not evidence_panel.is_list(turn)):
                    side = render.pieces(evidence_panel.panel(turn, catalogue))
                stage = turn.stage
                yield Shown(render.pieces(render.one(turn, catalogue)), evidence=side)
        except Full as full:
            taken = False
            yield Shown(told=too_many(full.seconds), taken=False, writing=False)
        finally:
            left = turn if turn.over else replace(turn, stage="failed", doing="", trouble=LEFT)
            talk.end(left if taken else None)
        if taken:
            yield Shown(writing=False)

    def _in_line(
        self, begin: Callable[[], Iterator[Reply | CheckedText]], turn: Turn, stop: threading.Event
    ) -> Iterator[Turn]:
        """The turn while others are answered first, then as it is answered.

        Raises:
            Full: As many wait as may.
        """
        with self.line.place() as place:
            pause = 0.0
            while not place.turn.wait(pause):
                if stop.is_set():
                    yield replace(turn, stage="failed", trouble=STOPPED)
                    return
                yield replace(turn, doing=waits(*self.line.before(place)))
                pause = LOOK_SECONDS
            yield from followed(begin, turn, stop)

    def drawn(self, talk: Conversation) -> Shown:
        """The screen as the conversation stands."""
        last = talk.turns[-1] if talk.turns else None
        catalogue = self.catalogue
        now = render.one(last, catalogue) if last else render.welcome(len(catalogue.papers))
        side = evidence_panel.panel(last, catalogue)
        past = render.places(range(1, len(talk.turns)), talk.mark)
        return Shown(render.pieces(now), past, render.pieces(side), writing=False)

    def evidence(self, number: int, session: str | None, *, whole: bool = False) -> list[str] | None:
        """The evidence of one turn, `whole` with all of a long list; None where there is no such turn."""
        turns = self.talks.of(session).turns[number - 1 : number] if number > 0 else []
        if not turns:
            return None
        return render.pieces(evidence_panel.panel(turns[0], self.catalogue, whole=whole))

    def older(self, numbers: Sequence[int], session: str | None) -> str:
        """Turns that are scrolled to, each with the place it is for; at most ten, of this conversation only."""
        turns = self.talks.of(session).turns
        asked = [turns[n - 1] for n in dict.fromkeys(numbers) if 0 < n <= len(turns)]
        return render.older(asked[:OLDER], self.catalogue)

    def unfolded(self, number: int, session: str | None) -> str:
        """A turn with all that is folded in it, and the place it is for; "" where there is no such turn."""
        turns = self.talks.of(session).turns
        asked = [replace(turns[number - 1], whole=True)] if 0 < number <= len(turns) else []
        return render.older(asked, self.catalogue)

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
        talk = self.talks.of(session)
        if talk.shown_by and talk.shown_by != session:
            self.forget(talk.shown_by)
        talk.shown_by = session
        self.stop(session)
        until = time.monotonic() + WAIT_SECONDS
        while self.talks.of(session).stop is not None and time.monotonic() < until:
            time.sleep(0.05)
        return self.drawn(self.talks.of(session))

    def stop(self, session: str | None, what: str = "") -> None:
        """Stop what is being written: the answer, or what a tab has under way ("compare", "summarise", "check")."""
        running = self._under_way.get((session or "", what)) if what else self.talks.of(session).stop
        if running is not None:
            running.set()

    def left(self, session: str | None) -> None:
        """The page was closed or loaded again; what the page that came in its place asked goes on."""
        if self.talks.of(session).asked_by == session:
            self.stop(session)
        for what in ("compare", "summarise", "check"):
            self.stop(session, what)
            self._under_way.pop((session or "", what), None)
        self.talks.leave(session)

    # --- comparing, summarising and checking on their own tabs ---

    def compare(self, query: CompareQuery, session: str | None) -> Iterator[Turn]:
        """The comparison as it grows. One that is under way for this browser tab is given up."""
        stop = self._begun(session, "compare")

        def begin() -> Iterator[Comparison]:
            chain = self.workspace.comparison()
            return chain.stream(query.approaches, query.aspects, query.question, cancelled=stop)

        turn = Turn(0, query.question, doing="Reading the papers for the table", whole=True)
        yield from self._grown(begin, turn, stop, session, "compare", query.aspects)

    def summarise(self, query: SummaryQuery, session: str | None) -> Iterator[Turn]:
        """The summary as it grows. One that is under way for this browser tab is given up."""
        stop = self._begun(session, "summarise")

        def begin() -> Iterator[Summary]:
            subject = meant(query.of, self.catalogue)
            return self.workspace.summarizer().stream(subject, query.length, stop)

        turn = Turn(0, query.of, doing="Reading the papers", whole=True)
        yield from self._grown(begin, turn, stop, session, "summarise")

    def check(self, text: str, session: str | None) -> Iterator[Turn]:
        """The text as its sentences are checked. One that is under way for this browser tab is given up."""
        stop = self._begun(session, "check")
        turn = Turn(0, "", doing="Holding the text against the papers", whole=True)
        yield from self._grown(
            lambda: self.workspace.checking(text, stop.is_set), turn, stop, session, "check"
        )

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
        begin: Callable[[], Iterator[Reply | CheckedText]],
        turn: Turn,
        stop: threading.Event,
        session: str | None,
        what: str,
        aspects: Sequence[str] = (),
    ) -> Iterator[Turn]:
        try:
            for state in self._in_line(begin, turn, stop):
                if self._under_way.get((session or "", what)) is not stop:
                    return  # another was begun since, and has the screen
                yield self._kept(state, aspects)
        except Full as full:
            yield replace(turn, stage="failed", trouble=too_many(full.seconds))

    def _kept(self, turn: Turn, aspects: Sequence[str] = ()) -> Turn:
        """The turn with its answer, or its complete comparison or summary, on the shelf."""
        made: Answer | Comparison | Summary | None = turn.answer
        if made is None and isinstance(turn.made, (Comparison, Summary)) and turn.made.complete:
            made = turn.made
        return turn if made is None or turn.kept else replace(turn, kept=self.shelf.keep(made, aspects))


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
