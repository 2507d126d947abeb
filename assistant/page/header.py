"""The head of the page as HTML: which model answers, what is held, and what is still on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.page.coverage_sheet import sheet
from assistant.page.render import safe
from corpus.errors import DualityError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.preparation import Task
    from assistant.status import Status
    from assistant.workspace import Workspace

MARK = (
    '<svg class="brand-mark" viewBox="0 0 40 28" aria-hidden="true"><circle cx="14" cy="14" r="12"/>'
    '<circle cx="26" cy="14" r="12"/></svg>'
)
LINE = "Cited answers from the literature where generative AI meets reinforcement learning in robotics"


def header(workspace: Workspace, tasks: Sequence[Task]) -> str:
    """The whole head; what cannot be told is told as one sentence."""
    try:
        status = workspace.status()
        held = sheet(holdings(status), status.coverage, workspace.catalogue)
    except DualityError as error:
        held = f'<p class="held">{safe(error)}</p>'
    return (
        '<button type="button" class="skip" data-skip>Skip to what you came for</button>'
        f'<div class="head-row"><header class="brand">{MARK}<div class="brand-words"><h1>Duality</h1><p>{LINE}</p></div></header>'
        f'<div class="status"><p>{answering(workspace, tasks)}</p>{held}'
        f"{progress(tasks)}</div></div>{notices(workspace.remarks())}"
    )


def notices(remarks: Sequence[str]) -> str:
    """What is damaged, each until the reader puts it away."""
    return "".join(
        f'<p class="notice" role="alert"><span>{safe(said)}</span>'
        '<button type="button" class="plain" data-dismiss aria-label="Put this notice away">×</button></p>'
        for said in remarks
    )


def answering(workspace: Workspace, tasks: Sequence[Task]) -> str:
    """Which model answers, and why, in a line."""
    try:
        chosen = workspace.model()
    except DualityError as error:
        return f'<span class="lamp off"></span>{safe(error)}'
    if chosen.kind == "embedded":
        said, lamp = f"<b>{safe(chosen.name)}</b> answers on this machine", "on"
    elif chosen.kind == "remote":
        said, lamp = f"<b>{safe(chosen.name)}</b> answers", "on"
    elif any(task.name == "chat model" and task.state == "running" for task in tasks):
        said, lamp = "<b>Quotes only for now</b>: the chat model is still on its way", "soon"
    else:
        said, lamp = "<b>Quotes only</b>, word for word, without a chat model", "soon"
    return f'<span class="lamp {lamp}"></span><span title="{safe(chosen.reason)}">{said}</span>'


def holdings(status: Status) -> str:
    """What is held: "155 curated papers and the survey · 51 PDFs · 4,812 passages"."""
    own = f", {status.own:,} of your own" if status.own else ""
    papers = (
        f"{status.curated:,} curated papers, the survey{own}"
        if own
        else f"{status.curated:,} curated papers and the survey"
    )
    passages = sum(status.passages.values())
    if not status.generation:
        return f"{papers} · nothing indexed yet"
    return f"{papers} · {status.pdfs:,} PDFs · {passages:,} passages"


def progress(tasks: Sequence[Task]) -> str:
    """A line for each step under way or failed; nothing once all is done."""
    shown = "".join(_task(task) for task in tasks if task.state in ("running", "failed"))
    return f'<ul class="tasks">{shown}</ul>' if shown else ""


def _task(task: Task) -> str:
    name = {"chat model": "Chat model", "PDFs": "Papers"}.get(task.name, task.name)
    if task.state == "failed":
        return f'<li class="failed"><span class="task">{safe(name)}</span> <span class="note">{safe(task.note)}</span></li>'
    amount = f"{task.done:,.0f} of {task.total:,.0f} {safe(task.unit)}" if task.total else ""
    bar = f'<progress max="{task.total:.0f}" value="{task.done:.0f}"></progress>' if task.total else ""
    return f'<li><span class="task">{safe(name)}</span> {bar} <span class="amount">{amount}</span> <span class="note">{safe(task.note)}</span></li>'


def settled(tasks: Sequence[Task]) -> bool:
    """Whether nothing is under way any more."""
    return all(task.state in ("done", "failed", "skipped") for task in tasks)
