"""The reply to a sentence of the chat, whatever it asks for: events of an answer, a comparison or a summary.

*_, last = replies(workspace, "compare Eureka and VIPER")     # Comparison
*_, last = replies(workspace, "How does Eureka write rewards?")   # Answer
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answer import Answer
from assistant.asking.request import Request, request
from assistant.chain import Event
from assistant.comparison.comparison import Comparison
from assistant.summaries.summary import Summary
from corpus.errors import WrongUse

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence

    from assistant.asking.context import Turn
    from assistant.chain import Scope
    from assistant.workspace import Workspace

Reply = Event | Comparison | Summary | Request


def understood(
    workspace: Workspace, text: str, history: Sequence[Turn] = (), scope: Scope | None = None
) -> Request:
    """What a sentence asks for; a broad question within chosen papers is answered from them as any other.

    Raises:
        WrongUse: The text is empty or far too long.
        NothingIndexed: There is nothing to search.
    """
    search = workspace.search()
    meant = request(text, history, workspace.catalogue, search.embedder, search.knows)
    of_topic = meant.subject is not None and meant.subject.kind == "topic"
    if of_topic and (meant.among or (scope is not None and scope.papers is not None)):
        return replace(meant, kind="many", subject=None)
    return meant


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
    meant = understood(workspace, text, history, scope)
    why = ""
    if meant.approaches or meant.subject is not None:
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
    workspace: Workspace, meant: Request, cancelled: threading.Event | None, model: str | None
) -> Iterator[Comparison | Summary]:
    """The states of what is made, each with what was said of how the sentence was understood."""
    made: Iterator[Comparison | Summary]
    if meant.subject is None:
        chain = workspace.comparison(model)
        made = chain.stream(meant.approaches, (), meant.in_particular, cancelled=cancelled)
    else:
        made = workspace.summarizer(model).stream(meant.subject, meant.length, cancelled)
    for state in made:
        yield replace(state, notes=(*meant.notes, *state.notes)) if meant.notes else state
