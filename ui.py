"""The page in the browser: lays out gradio's components and hands what the user does to the assistant.

Annotations are evaluated here: gradio reads them to know which handler wants the request or the event.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.page import evidence_panel, header, links, overview_sheet, papers_sheet, render, taking_in
from assistant.page.chat import Chat, Shown
from assistant.page.check_sheet import checked
from assistant.page.comparison_table import compared
from assistant.page.entrance import Entrance, Hosts, Terms
from assistant.page.entrance.calls import Calls, Kind, number, numbers, text, texts, yes_or_no
from assistant.page.entrance.visitors import secret_of
from assistant.page.library import Library
from assistant.page.serving import claim, keep_uploads_in, mounted, run
from assistant.page.shelf import Shelf
from assistant.page.summary_sheet import LENGTHS, summarised
from assistant.page.tabs import approach_choices, before, filled_in, tab_bar
from assistant.page.talk import Turn
from assistant.preparation import Preparation, Task
from assistant.workspace import Workspace

if TYPE_CHECKING:
    import gradio

POLL_SECONDS: Final = 2.0
IDLE_SECONDS: Final = 20.0
AT_ONCE: Final = (
    4  # look-ups side by side, over all tabs; for answers there is a line (assistant/page/line.py)
)
WAITING: Final = 200  # events of all pages that wait; more is no visitor
# What the page's script tells the server, and what comes with each
EVENTS: Final[dict[str, dict[str, Kind]]] = {
    "arrived": {"tab": text},
    "ask": {"text": text},
    "evidence": {"turn": number, "whole": yes_or_no},
    "older": {"turns": numbers},
    "unfold": {"turn": number},
    "category": {"slug": text},
    "within": {"paper": text},
    "compare": {"query": text, "begin": yes_or_no},
    "summarise": {"query": text, "begin": yes_or_no},
    "halt": {"what": text},
    "overview": {"query": text},
    "cell": {"query": text, "cell": text},
    "these": {"papers": texts},
    "paper": {"paper": text},
    "file": {"paper": text, "slugs": texts},
    "remove": {"paper": text},
    "back": {"paper": text},
}
# gradio listens for the events that it finds written here
BRIDGE: Final = (
    f"window.dualityTrigger = trigger; /* {' '.join(map(repr, EVENTS))} */ "
    "window.dispatchEvent(new Event('duality-ready'));"
)
QUIET: Final[dict[str, Any]] = {"show_progress": "hidden", "api_visibility": "private"}
# Values are looked at where they come in, so gradio need not: it answers a wrong one with a traceback in the log.
WRITING: Final[dict[str, Any]] = {
    **QUIET, "concurrency_limit": None, "concurrency_id": "answers", "preprocess": False,
}  # fmt: skip
JOINED: Final = "${[].concat(value ?? []).join('')}"  # of a list gradio sends only the pieces that changed


def build(
    workspace: Workspace,
    preparation: Preparation | None = None,
    shelf: Shelf | None = None,
    *,
    read_only: bool = False,
) -> "gradio.Blocks":
    """The page's components and what they do.

    Args:
        workspace: What is asked.
        preparation: Whose progress the head shows.
        shelf: Keeps what can be exported.
        read_only: Whether papers can only be looked at.
    """
    keep_uploads_in(workspace.home.arriving)
    # else it draws up statistics of 10,000 events with each event
    os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
    import gradio as gr

    from assistant.page.sessions import Page

    chat = Chat(workspace, shelf or Shelf())
    with Page(title="Duality", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        chat.forget = page.forget
        bridge = gr.HTML("", js_on_load=BRIDGE, elem_classes="hidden-bridge")
        head = _head(workspace, preparation)
        _html(tab_bar(), "tabs")
        papers = _ask_tab(chat, bridge)
        _compare_tab(chat, bridge)
        _summarise_tab(chat, bridge)
        _check_tab(chat)
        _papers_tab(workspace, bridge, papers, head, read_only=read_only)
        _overview_tab(workspace, bridge)

        def closed(request: gr.Request) -> None:
            chat.left(request.session_hash)

        page.unload(closed)
    page.queue(default_concurrency_limit=AT_ONCE, max_size=WAITING)
    return page  # type: ignore[no-any-return]


def _html(value: Any, name: str, **options: Any) -> Any:
    import gradio as gr

    return gr.HTML(value, elem_id=name, apply_default_css=False, **options)


def _at_load(drawn: Callable[[], str], shown: Any) -> None:
    """Draws it anew as the page is loaded; a function as a value would be announced to a screen reader."""
    import gradio as gr

    gr.on(None, drawn, outputs=shown, **QUIET)


def _head(workspace: Workspace, preparation: Preparation | None) -> Any:
    """The head, drawn anew while something is under way."""
    import gradio as gr

    def tasks() -> Sequence[Any]:
        return preparation.tasks if preparation else ()

    def drawn() -> str:
        return header.header(workspace, tasks())

    def look_again(seen: str) -> tuple[Any, ...]:
        told = drawn()
        pause = IDLE_SECONDS if header.settled(tasks()) else POLL_SECONDS
        return told if told != seen else gr.skip(), told, gr.Timer(pause)

    head = _html(drawn(), "head")
    _at_load(drawn, head)
    shown, timer = gr.State(""), gr.Timer(POLL_SECONDS)
    timer.tick(look_again, shown, [head, shown, timer], **QUIET)
    return head


def _ask_tab(chat: Chat, bridge: Any) -> Any:  # noqa: PLR0915 - a layout with its handlers is one list
    """The conversation with its evidence. Gives the drop-down that confines it to papers."""
    import gradio as gr

    workspace = chat.workspace

    def asking(writing: bool) -> Any:
        return {"submit_btn": not writing and "Ask", "stop_btn": writing and "Stop"}

    with gr.Row(elem_id="view-ask", elem_classes="view"):
        with gr.Column(scale=7, elem_id="talk"):
            with gr.Column(elem_id="scroll"):
                past = _html(render.places((), ""), "past")
                welcome = render.pieces(render.welcome(len(workspace.catalogue.papers)))
                now = _html(welcome, "now", html_template=JOINED)
            with gr.Column(elem_id="composer"):
                told = _html("", "told")
                question = gr.Textbox(
                    placeholder="Ask, or: compare A and B, summarise A", show_label=False, label="Question",
                    container=False, lines=1, max_lines=6, autofocus=True, elem_id="question", **asking(writing=False),
                )  # fmt: skip
                with gr.Row(elem_id="below"):
                    with gr.Accordion("Where to look: everywhere", open=False) as where:
                        categories = gr.Dropdown(
                            render.category_choices(workspace.catalogue), multiselect=True, filterable=True,
                            label="Papers filed under any of", elem_id="categories",
                        )  # fmt: skip
                        papers = gr.Dropdown(
                            render.paper_choices(workspace.catalogue), multiselect=True, filterable=True,
                            label="Only these papers", elem_id="papers",
                        )  # fmt: skip
                    _html('<a class="plain" href="#papers">Add your own PDFs</a>', "to-papers")
                    fresh = gr.Button("New conversation", size="sm")
                    restore = gr.Button("Restore the last one", size="sm", visible=False)
        with gr.Column(scale=5, elem_id="side"):
            nothing = render.pieces(evidence_panel.panel(None, workspace.catalogue))
            evidence = _html(nothing, "evidence", html_template=JOINED)
    fetched = _html("", "fetched", elem_classes="hidden-bridge")
    screen = [question, told, now, evidence]

    def put(change: Shown, box: Any) -> tuple[Any, ...]:
        why = f'<p class="trouble" role="status">{render.safe(change.told)}</p>' if change.told else ""
        return (box, why, *(gr.skip() if part is None else part for part in (change.now, change.evidence)))

    def answered(
        text: str, only: list[str], these: list[str], session: str | None
    ) -> Iterator[tuple[Any, ...]]:
        begun = False
        for change in chat.ask(text or "", only or (), these or (), session):
            box = gr.skip() if change.writing else gr.update(**asking(writing=False))
            if change.taken and not begun:
                box = gr.update(value="", **asking(writing=True))
            yield put(change, box)
            begun = True
        if not begun:
            yield (gr.skip(),) * 4

    def ask(text: str, only: list[str], these: list[str], request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield from answered(text, only, these, request.session_hash)

    def ask_example(
        only: list[str], these: list[str], clicked: gr.EventData, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        yield from answered(str(clicked.text), only, these, request.session_hash)

    def stop_writing(request: gr.Request) -> None:
        chat.stop(request.session_hash)

    question.submit(ask, [question, categories, papers], screen, trigger_mode="multiple", **WRITING)
    bridge.ask(ask_example, [categories, papers], screen, **WRITING)
    question.stop(stop_writing, queue=False, **QUIET)

    def whole(change: Shown | None, session: str | None) -> tuple[Any, ...]:
        if change is None:
            return (gr.skip(),) * 6
        cleared = bool(chat.talks.of(session).cleared)
        box = gr.update(**asking(writing=False))
        return (*put(change, box), change.past, gr.update(visible=cleared))

    def arrived(came: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        return whole(chat.arrived(request.session_hash, str(came.tab)), request.session_hash)

    def begin_anew(request: gr.Request) -> tuple[Any, ...]:
        return whole(chat.begin_anew(request.session_hash), request.session_hash)

    def bring_back(request: gr.Request) -> tuple[Any, ...]:
        return whole(chat.bring_back(request.session_hash), request.session_hash)

    bridge.arrived(arrived, outputs=[*screen, past, restore], **QUIET)
    fresh.click(begin_anew, outputs=[*screen, past, restore], **QUIET)
    restore.click(bring_back, outputs=[*screen, past, restore], **QUIET)

    def look_at(clicked: gr.EventData, request: gr.Request) -> Any:
        panel = chat.evidence(int(clicked.turn), request.session_hash, whole=bool(clicked.whole))
        return gr.skip() if panel is None else panel

    def scrolled_to(seen: gr.EventData, request: gr.Request) -> str:
        return chat.older([int(number) for number in seen.turns], request.session_hash)

    bridge.evidence(look_at, outputs=evidence, **QUIET)

    def opened(clicked: gr.EventData, request: gr.Request) -> str:
        return chat.unfolded(int(clicked.turn), request.session_hash)

    bridge.older(scrolled_to, outputs=fetched, **QUIET)
    bridge.unfold(opened, outputs=fetched, **QUIET)
    _where_to_look(workspace, bridge, where, categories, papers)
    return papers


def _where_to_look(workspace: Workspace, bridge: Any, where: Any, categories: Any, papers: Any) -> None:
    """What confines the next question: by drop-down, by a click on a category, from a paper."""
    import gradio as gr

    def confine(only: list[str] | None, clicked: gr.EventData) -> list[str]:
        return list(dict.fromkeys([*(only or []), str(clicked.slug)]))

    def within(clicked: gr.EventData) -> tuple[Any, ...]:
        return gr.update(choices=render.paper_choices(workspace.catalogue), value=[str(clicked.paper)]), []

    def these_papers(clicked: gr.EventData) -> tuple[Any, ...]:
        known = [str(paper) for paper in clicked.papers if str(paper) in workspace.catalogue.by_id]
        return gr.update(choices=render.paper_choices(workspace.catalogue), value=known), []

    def said_where(only: list[str] | None, these: list[str] | None) -> Any:
        words = render.scope_words(workspace.catalogue, only or (), these or ())
        return gr.update(label=f"Where to look: {words or 'everywhere'}")

    bridge.category(confine, categories, categories, **QUIET)
    bridge.within(within, outputs=[papers, categories], **QUIET)
    bridge.these(these_papers, outputs=[papers, categories], **QUIET)
    for filter_ in (categories, papers):
        filter_.change(said_where, [categories, papers], where, **QUIET)


def _compare_tab(chat: Chat, bridge: Any) -> None:
    """Two to four approaches side by side."""
    import gradio as gr

    def picker(label: str, name: str, visible: bool) -> Any:
        return gr.Dropdown(
            approach_choices(chat.catalogue), value=None, label=label, filterable=True, allow_custom_value=True,
            visible=visible, elem_id=f"side-{name}", elem_classes="picker",
        )  # fmt: skip

    with gr.Column(elem_id="view-compare", elem_classes="view"):
        with gr.Column(elem_id="compare-form", elem_classes="form-box"):
            with gr.Row(elem_classes="pickers"):
                labels = ("First approach", "Second approach", "Third", "Fourth")
                sides = [
                    picker(label, name, visible=at < 2)
                    for at, (label, name) in enumerate(zip(labels, links.SIDES, strict=True))
                ]
            with gr.Row(elem_classes="asked-row"):
                aspect = gr.Textbox(
                    label="Add an aspect", placeholder="A row in your own words: number of demonstrations",
                    elem_id="aspect", lines=1, max_lines=1,
                )  # fmt: skip
                asked = gr.Textbox(
                    label="A question to put to each", placeholder="Optional; gets the first row",
                    elem_id="asked", lines=1, max_lines=2,
                )  # fmt: skip
                more = gr.Button("Another approach", size="sm", elem_classes="quiet-button")
                go = gr.Button("Compare", variant="primary", size="sm", elem_id="compare-go")
        result = _html(before("compare"), "comparison")
    aspects = gr.State([])

    def drawn(turn: Turn, query: links.CompareQuery) -> str:
        if turn.made is None:
            return render.one(turn, chat.catalogue)
        return compared(turn, chat.catalogue, own_tab=True, aspects=query.aspects)

    def compare(
        a: Any,
        b: Any,
        c: Any,
        d: Any,
        row: str | None,
        rows: list[str],
        words: str | None,
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        chosen = tuple(str(side) for side in (a, b, c, d) if side)
        own_row = [f"+{row.strip()}"] if row and row.strip() else []
        rows = list(dict.fromkeys([*rows, *own_row]))
        query = links.CompareQuery(chosen, tuple(rows), words or "")
        for turn in chat.compare(query, request.session_hash):
            yield drawn(turn, query), rows, ""

    def from_link(clicked: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        query = links.read_compare(str(clicked.query))

        def pickers(names: Sequence[str]) -> list[Any]:
            choices = approach_choices(chat.catalogue)
            padded = [*names, *[None] * 4][:4]
            return [
                gr.update(choices=choices, value=name, visible=at < 2 or bool(name))
                for at, name in enumerate(padded)
            ]

        asked_for = [list(query.aspects), query.question]
        if len(query.approaches) < 2 or not clicked.begin:
            shown = before("compare") if len(query.approaches) < 2 else filled_in("Compare")
            yield shown, *pickers(query.approaches), *asked_for
            return
        stage = ""
        for turn in chat.compare(query, request.session_hash):
            fresh = turn.stage != stage and turn.stage in ("searching", "writing", "failed")
            named = chat.approaches_of(turn, query)
            rest = [*pickers(named), *asked_for] if fresh else [gr.skip()] * 6
            yield drawn(turn, query), *rest
            stage = turn.stage

    def another(c: Any) -> tuple[Any, ...]:
        return gr.update(visible=True), gr.update(visible=bool(c))

    inputs = [*sides, aspect, aspects, asked]
    for press in (go.click, aspect.submit, asked.submit):
        press(compare, inputs, [result, aspects, aspect], trigger_mode="multiple", **WRITING)
    bridge.compare(from_link, outputs=[result, *sides, aspects, asked], trigger_mode="multiple", **WRITING)
    more.click(another, sides[2], sides[2:], **QUIET)

    def halt(clicked: gr.EventData, request: gr.Request) -> None:
        chat.stop(request.session_hash, str(clicked.what))

    bridge.halt(halt, queue=False, **QUIET)


def _summarise_tab(chat: Chat, bridge: Any) -> None:
    """A paper, a category, or the papers on a topic."""
    import gradio as gr

    with gr.Column(elem_id="view-summarise", elem_classes="view"):
        with gr.Row(elem_id="summarise-form", elem_classes="form-box"):
            of = gr.Dropdown(
                approach_choices(chat.catalogue), value=None, label="A paper, a category, or a topic in your own words",
                filterable=True, allow_custom_value=True, elem_id="summary-of", elem_classes="picker",
            )  # fmt: skip
            length = gr.Radio(
                [(said, name) for name, said in LENGTHS],
                value="page",
                label="Length",
                elem_id="summary-length",
            )
            go = gr.Button("Summarise", variant="primary", size="sm", elem_id="summarise-go")
        result = _html(before("summarise"), "summary")

    def drawn(turn: Turn) -> str:
        if turn.made is None:
            return render.one(turn, chat.catalogue)
        return summarised(turn, chat.catalogue, own_tab=True)

    def summarise(what: Any, size: Any, request: gr.Request) -> Iterator[str]:
        for turn in chat.summarise(links.SummaryQuery(str(what or ""), size), request.session_hash):
            yield drawn(turn)

    def from_link(clicked: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        query = links.read_summary(str(clicked.query))
        if not clicked.begin:
            yield (
                filled_in("Summarise"),
                gr.update(choices=approach_choices(chat.catalogue), value=query.of),
                query.length,
            )
            return
        stage = ""
        for turn in chat.summarise(query, request.session_hash):
            fresh = turn.stage != stage and turn.stage in ("searching", "writing", "failed")
            picked = gr.update(choices=approach_choices(chat.catalogue), value=chat.subject_of(turn, query))
            yield drawn(turn), picked if fresh else gr.skip(), query.length if fresh else gr.skip()
            stage = turn.stage

    go.click(summarise, [of, length], result, trigger_mode="multiple", **WRITING)
    bridge.summarise(from_link, outputs=[result, of, length], trigger_mode="multiple", **WRITING)


def _check_tab(chat: Chat) -> None:
    """A text of the user's own, held against the papers."""
    import gradio as gr

    with gr.Column(elem_id="view-check", elem_classes="view"):
        with gr.Column(elem_id="check-form", elem_classes="form-box"):
            text = gr.Textbox(
                label="Your text: plain, Markdown or LaTeX with \\cite keys", lines=6, max_lines=20, elem_id="check-text",
                placeholder="Eureka lets a language model write reward code \\cite{ma2023eureka}.",
            )  # fmt: skip
            go = gr.Button("Check", variant="primary", size="sm", elem_id="check-go")
        result = _html(before("check"), "checked")

    def check(written: str, request: gr.Request) -> Iterator[str]:
        for turn in chat.check(written or "", request.session_hash):
            yield checked(turn, chat.catalogue)

    go.click(check, text, result, trigger_mode="multiple", **WRITING)


def _papers_tab(workspace: Workspace, bridge: Any, confining: Any, head: Any, *, read_only: bool) -> None:
    """All papers, one in full, and the user's own."""
    import gradio as gr

    library = Library(workspace, read_only=read_only)
    with gr.Row(elem_id="view-papers", elem_classes="view"):
        with gr.Column(scale=5, elem_id="shelf"):
            _html(papers_sheet.finder(workspace.catalogue), "finder")
            listed = _html(library.listed(), "listed")
            _at_load(library.listed, listed)
        with gr.Column(scale=6, elem_id="beside"):
            detail = _html(papers_sheet.nothing_chosen(), "detail")
            with gr.Column(elem_id="adding", visible=not read_only):
                _html(papers_sheet.adding(), "adding-words")
                files = gr.File(
                    label="PDFs", show_label=False, file_count="multiple", file_types=[".pdf"], height=120,
                    elem_id="files",
                )  # fmt: skip
                added = _html([], "added", html_template=JOINED)

    def choices() -> Any:
        return gr.update(choices=render.paper_choices(workspace.catalogue))

    def changed(shown: str) -> tuple[Any, ...]:
        return shown, library.listed(), choices(), header.header(workspace, ())

    def look_again(seen: str) -> tuple[Any, ...]:
        now = library.state()
        return (gr.skip(), gr.skip(), now) if now == seen else (library.listed(), choices(), now)

    def show(clicked: gr.EventData) -> str:
        return library.shown(str(clicked.paper))

    def file(clicked: gr.EventData) -> tuple[Any, ...]:
        return changed(library.file(str(clicked.paper), [str(slug) for slug in clicked.slugs]))

    def remove(clicked: gr.EventData) -> tuple[Any, ...]:
        return changed(library.remove(str(clicked.paper)))

    def bring_back(clicked: gr.EventData) -> tuple[Any, ...]:
        return changed(library.bring_back(str(clicked.paper)))

    def add(chosen: list[str] | None) -> Iterator[tuple[Any, ...]]:
        if not chosen:
            yield (gr.skip(),) * 5
            return
        for lines in taking_in.taken_in(workspace, [Path(name) for name in chosen]):
            yield gr.skip(), lines, gr.skip(), gr.skip(), gr.skip()
        yield None, gr.skip(), library.listed(), choices(), header.header(workspace, ())

    seen = gr.State("")
    head.change(look_again, seen, [listed, confining, seen], **QUIET)  # another process may add and remove
    one_at_a_time = {**QUIET, "concurrency_limit": 1}
    bridge.paper(show, outputs=detail, **QUIET)
    if read_only:
        return
    for event, handler in ((bridge.file, file), (bridge.remove, remove), (bridge.back, bring_back)):
        event(handler, outputs=[detail, listed, confining, head], **QUIET)
    files.upload(add, files, [files, added, listed, confining, head], **one_at_a_time)


def _overview_tab(workspace: Workspace, bridge: Any) -> None:
    """Pictures of the whole corpus, and the papers behind a cell."""
    import gradio as gr

    with gr.Column(elem_id="view-overview", elem_classes="view"):
        picture = _html("", "overview")
        behind = _html("", "behind")
        numbers = _html("", "numbers")

    def show(came: gr.EventData) -> tuple[Any, ...]:
        return (*overview_sheet.sheet(str(came.query), workspace.catalogue), "")

    def cell(clicked: gr.EventData) -> str:
        return overview_sheet.behind(str(clicked.query), str(clicked.cell), workspace.catalogue)

    bridge.overview(show, outputs=[picture, numbers, behind], **QUIET)
    bridge.cell(cell, outputs=behind, **QUIET)


def app(
    workspace: Workspace, preparation: Preparation | None = None, terms: Terms | None = None
) -> "Entrance":
    """The page as a web application, with the addresses that the page asks, behind its entrance."""
    screen = workspace.settings.ui
    terms = terms or Terms(Hosts.of(screen.host, screen.port), read_only=screen.read_only)
    shelf = Shelf()
    page = build(workspace, preparation, shelf, read_only=terms.read_only)
    calls = Calls.of(page, EVENTS, writing=str(WRITING["concurrency_id"]))
    secret = secret_of(workspace.home.page_key, terms.passwords.hashes if terms.passwords else {})
    return Entrance(mounted(page, workspace, shelf, screen.root_path), terms, calls, secret)


def serve(
    workspace: Workspace,
    terms: Terms | None = None,
    open_browser: bool = False,
    told: Callable[[Task], None] | None = None,
) -> None:
    """Serve the page until it is interrupted; weights and PDFs come in the background meanwhile.

    Args:
        workspace: What the page shows; its settings say where.
        terms: Who is let in; whoever reaches the port, where it is this machine's own.
        open_browser: Open the user's browser once the page is there.
        told: Told of each change of the preparation, for the terminal.

    Raises:
        DualityError: The port is taken, the address is not this machine's, or a certificate cannot be read.
    """
    screen = workspace.settings.ui
    claim(screen.host, screen.port)
    preparation = Preparation(workspace, told)
    # what draws takes seconds to import: done before the first visitor asks for a picture
    threading.Thread(target=overview_sheet.sheet, args=("", workspace.catalogue), daemon=True).start()
    run(app(workspace, preparation, terms), screen, preparation, open_browser=open_browser)
