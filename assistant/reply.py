"""The reply to a sentence of the chat, whatever it asks for: events of an answer, a comparison or a summary.

*_, last = replies(workspace, "compare Eureka and VIPER")     # Comparison
*_, last = replies(workspace, "How does Eureka write rewards?")   # Answer
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answer import Answer
from assistant.chain import Event
from assistant.comparison.comparison import Comparison
from assistant.intent import Ask, Compare, Summarise, intent
from assistant.summaries.summary import Summary
from corpus.errors import WrongUse

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence

    from assistant.chain import Scope
    from assistant.question import Turn
    from assistant.workspace import Workspace

Reply = Event | Comparison | Summary | Compare | Summarise


def replies(
    workspace: Workspace,
    text: str,
    history: Sequence[Turn] = (),
    scope: Scope | None = None,
    cancelled: threading.Event | None = None,
    model: str | None = None,
) -> Iterator[Reply]:
    """What is understood, where it is a comparison or a summary, then its states; else the events of an answer.

    Where what is to be compared or summarised is not to be found, the sentence is answered as a question is:
    a note of the answer says what was not.

    Args:
        workspace: What is asked.
        text: As typed.
        history: Earlier questions and answers, oldest first.
        scope: Where an answer looks; a comparison or summary of what is named does not heed it.
        cancelled: Set it from another thread to stop; what there is by then is the last state.
        model: As for `Workspace.model`.

    Raises:
        WrongUse: The text is empty or far too long.
        NothingIndexed: There is nothing to search.
        ModelNotAvailable: The model cannot be had now.
    """
    meant = intent(text, history, workspace.catalogue)
    confined = scope is not None and scope.papers is not None
    if isinstance(meant, Summarise) and meant.subject.kind == "topic" and confined:
        meant = Ask()
    why = ""
    if not isinstance(meant, Ask):
        yield meant
        states = _states(workspace, meant, cancelled, model)
        try:
            first = next(states)
        except WrongUse as error:
            why = str(error)
        else:
            yield first
            yield from states
            return
    for event in workspace.chain(model).stream(text, history, scope, cancelled):
        yield replace(event, notes=(why, *event.notes)) if why and isinstance(event, Answer) else event


def _states(
    workspace: Workspace, meant: Compare | Summarise, cancelled: threading.Event | None, model: str | None
) -> Iterator[Comparison | Summary]:
    if isinstance(meant, Compare):
        yield from workspace.comparison(model).stream(
            meant.approaches, (), meant.question, cancelled=cancelled
        )
    else:
        yield from workspace.summarizer(model).stream(meant.subject, meant.length, cancelled)
