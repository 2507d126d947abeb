"""The page in the browser: lays out gradio's components and hands what the user does to the assistant.

Annotations are evaluated here: gradio reads them to know which handler wants the request or the event.
"""

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.page import asset, evidence_panel, header, render, taking_in
from assistant.page.talk import Conversation, Conversations, Turn, followed
from assistant.preparation import Preparation, Task
from assistant.workspace import Workspace
from corpus.errors import DualityError

if TYPE_CHECKING:
    import gradio
    from fastapi import FastAPI

POLL_SECONDS: Final = 2.0
IDLE_SECONDS: Final = 20.0
AT_ONCE: Final = 4  # answers and look-ups side by side, over all tabs
BRIDGE: Final = "window.dualityTrigger = trigger; /* 'ask' 'evidence' 'category' */"


def build(  # noqa: PLR0915 - a layout with its handlers is one list, read from top to bottom
    workspace: Workspace, preparation: Preparation | None = None
) -> "gradio.Blocks":
    """The page's components and what they do.

    Args:
        workspace: What is asked.
        preparation: Whose progress the head shows.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    tabs = Conversations()
    skip = gr.skip()

    def tasks() -> Sequence[Any]:
        return preparation.tasks if preparation else ()

    def head_html() -> str:
        return header.header(workspace, tasks())

    def asking(stop: bool) -> Any:
        return {"submit_btn": not stop and "Ask", "stop_btn": stop and "Stop"}

    def paper_choices() -> list[tuple[str, str]]:
        return render.paper_choices(workspace.catalogue)

    def html(value: Any, name: str) -> Any:
        return gr.HTML(value, elem_id=name, apply_default_css=False)

    # --- layout ---

    with gr.Blocks(
        title="Duality", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)
    ) as page:
        head = html(head_html, "head")
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=7, elem_id="talk"):
                with gr.Column(elem_id="scroll"):
                    past = html("", "past")
                    now = html(render.welcome(len(workspace.catalogue.papers)), "now")
                with gr.Column(elem_id="composer"):
                    question = gr.Textbox(
                        placeholder="Ask about methods, results, papers or categories", show_label=False, label="Question",
                        container=False, lines=1, max_lines=6, autofocus=True, elem_id="question", **asking(stop=False),
                    )  # fmt: skip
                    with gr.Row(elem_id="below"):
                        with gr.Accordion("Where to look: everywhere", open=False) as where:
                            categories = gr.Dropdown(
                                render.category_choices(workspace.catalogue), multiselect=True, filterable=True,
                                label="Only papers filed under all of", elem_id="categories",
                            )  # fmt: skip
                            papers = gr.Dropdown(
                                paper_choices(),
                                multiselect=True,
                                filterable=True,
                                label="Only these papers",
                                elem_id="papers",
                            )
                        with gr.Accordion("Add your own PDFs", open=False):
                            files = gr.File(
                                label="PDFs",
                                show_label=False,
                                file_count="multiple",
                                file_types=[".pdf"],
                                height=120,
                                elem_id="files",
                            )
                            added = html("", "added")
                        fresh = gr.Button("New conversation", size="sm")
                        restore = gr.Button("Restore the last one", size="sm", visible=False)
            with gr.Column(scale=5, elem_id="side"):
                evidence = html(evidence_panel.panel(None, workspace.catalogue), "evidence")
        bridge = gr.HTML("", js_on_load=BRIDGE, elem_classes="hidden-bridge")
        timer = gr.Timer(POLL_SECONDS)
        shown = gr.State("")

        # --- asking ---

        def answered(
            text: str, only: list[str], these: list[str], session: str | None
        ) -> Iterator[tuple[Any, ...]]:
            """What changes on the screen, as (question box, past, now, evidence)."""
            talk = tabs.of(session)
            if talk.stop is not None or not (text or "").strip():
                yield skip, skip, skip, skip
                return
            catalogue = workspace.catalogue
            stop = talk.stop = threading.Event()
            before = render.conversation(talk.turns, catalogue)
            turn = Turn(
                len(talk.turns) + 1, text.strip(), render.scope_words(catalogue, only or (), these or ())
            )
            box: Any = gr.update(value="", **asking(stop=True))
            stage = ""
            try:
                history = talk.history
                for turn in followed(  # noqa: B020 - the turn goes on from itself
                    lambda: workspace.chain().stream(
                        text, history, workspace.scope(only or (), these or ()), stop
                    ),
                    turn,
                    stop,
                ):
                    side = (
                        evidence_panel.panel(turn, catalogue)
                        if turn.stage not in (stage, "writing")
                        else skip
                    )
                    first = not stage
                    stage = turn.stage
                    yield (
                        box if first else skip,
                        before if first else skip,
                        render.one(turn, catalogue.taxonomy),
                        side,
                    )
            finally:
                talk.turns.append(turn)
                talk.stop = None
            yield gr.update(**asking(stop=False)), skip, skip, skip

        def ask(
            text: str, only: list[str], these: list[str], request: gr.Request
        ) -> Iterator[tuple[Any, ...]]:
            yield from answered(text, only, these, request.session_hash)

        def ask_example(
            only: list[str], these: list[str], clicked: gr.EventData, request: gr.Request
        ) -> Iterator[tuple[Any, ...]]:
            yield from answered(str(clicked.text), only, these, request.session_hash)

        def stop_writing(request: gr.Request) -> None:
            talk = tabs.of(request.session_hash)
            if talk.stop is not None:
                talk.stop.set()

        screen = [question, past, now, evidence]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        answering = {**quiet, "concurrency_limit": AT_ONCE, "concurrency_id": "answers"}
        question.submit(ask, [question, categories, papers], screen, **answering)
        bridge.ask(ask_example, [categories, papers], screen, **answering)
        question.stop(stop_writing, queue=False, **quiet)

        def look_at(clicked: gr.EventData, request: gr.Request) -> Any:
            turns = tabs.of(request.session_hash).turns
            number = int(clicked.turn)
            return (
                evidence_panel.panel(turns[number - 1], workspace.catalogue)
                if 0 < number <= len(turns)
                else skip
            )

        bridge.evidence(look_at, outputs=evidence, **quiet)

        # --- the conversation as a whole ---

        def drawn(talk: Conversation) -> tuple[Any, ...]:
            catalogue = workspace.catalogue
            last = talk.turns[-1] if talk.turns else None
            current = render.one(last, catalogue.taxonomy) if last else render.welcome(len(catalogue.papers))
            return (
                gr.update(**asking(stop=False)),
                render.conversation(talk.turns[:-1], catalogue),
                current,
                evidence_panel.panel(last, catalogue),
                gr.update(visible=bool(talk.cleared)),
            )

        def begin_anew(request: gr.Request) -> tuple[Any, ...]:
            talk = tabs.of(request.session_hash)
            if talk.stop is not None:
                talk.stop.set()
                return (skip,) * 5
            talk.clear()
            return drawn(talk)

        def bring_back(request: gr.Request) -> tuple[Any, ...]:
            talk = tabs.of(request.session_hash)
            if talk.stop is None:
                talk.restore()
            return drawn(talk)

        fresh.click(begin_anew, outputs=[*screen, restore], **quiet)
        restore.click(bring_back, outputs=[*screen, restore], **quiet)

        def closed(request: gr.Request) -> None:
            tabs.forget(request.session_hash)

        page.unload(closed)

        # --- where to look ---

        def confine(only: list[str] | None, clicked: gr.EventData) -> list[str]:
            return list(dict.fromkeys([*(only or []), str(clicked.slug)]))

        def said_where(only: list[str] | None, these: list[str] | None) -> Any:
            words = render.scope_words(workspace.catalogue, only or (), these or ())
            return gr.update(label=f"Where to look: {words or 'everywhere'}")

        bridge.category(confine, categories, categories, **quiet)
        for filter_ in (categories, papers):
            filter_.change(said_where, [categories, papers], where, **quiet)

        # --- the user's own PDFs ---

        def add(chosen: list[str] | None) -> Iterator[tuple[Any, ...]]:
            """What changes, as (file area, lines below it, papers to choose from, head)."""
            if not chosen:
                yield skip, skip, skip, skip
                return
            for lines in taking_in.taken_in(workspace, [Path(name) for name in chosen]):
                yield skip, lines, skip, skip
            yield None, skip, gr.update(choices=paper_choices()), head_html()

        files.upload(add, files, [files, added, papers, head], **{**quiet, "concurrency_limit": 1})

        # --- the head ---

        def look_again(before: str) -> tuple[Any, ...]:
            told = head_html()
            over = header.settled(tasks())
            return told if told != before else skip, told, gr.Timer(IDLE_SECONDS if over else POLL_SECONDS)

        def papers_now() -> Any:
            return gr.update(choices=paper_choices())

        page.load(papers_now, outputs=papers, **quiet)
        timer.tick(look_again, shown, [head, shown, timer], **quiet)
    page.queue(default_concurrency_limit=AT_ONCE)
    return page  # type: ignore[no-any-return]


def app(workspace: Workspace, preparation: Preparation | None = None) -> "FastAPI":
    """The page as a web application, with the addresses that the page viewer asks."""
    page = build(workspace, preparation)
    import gradio as gr
    from fastapi import FastAPI

    from assistant.page.web import addresses

    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    addresses(web, workspace)
    sans = ("-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "Arial", "sans-serif")
    theme = gr.themes.Base(
        primary_hue="blue",
        neutral_hue="stone",
        font=sans,
        font_mono=("ui-monospace", "Consolas", "monospace"),
    )
    return gr.mount_gradio_app(  # type: ignore[no-any-return]
        web, page, "/", theme=theme, footer_links=[], run_history=False, show_error=False, ssr_mode=False,
        max_file_size=300 * 1024**2, head=f"<style>{asset('style.css')}</style><script>{asset('page.js')}</script>",
    )  # fmt: skip


def serve(
    workspace: Workspace,
    host: str,
    port: int,
    open_browser: bool = False,
    told: Callable[[Task], None] | None = None,
) -> None:
    """Serve the page until it is interrupted; weights and PDFs come in the background meanwhile.

    Args:
        workspace: What the page shows.
        host: Address to listen on.
        port: Port to listen on.
        open_browser: Open the user's browser once the page is there.
        told: Told of each change of the preparation, for the terminal.

    Raises:
        DualityError: The port is taken, or the address is not this machine's.
    """
    _claim(host, port)
    import click
    import uvicorn

    preparation = Preparation(workspace, told)
    config = uvicorn.Config(
        app(workspace, preparation), host=host, port=port, log_level="warning", timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    address = f"http://{'127.0.0.1' if host in ('', '0.0.0.0', '::') else host}:{port}"  # noqa: S104 - compared only

    def announce() -> None:
        while not server.started and not server.should_exit:
            threading.Event().wait(0.1)
        click.echo(f"Duality is open at {address} (Ctrl-C ends it).")
        if open_browser:
            import webbrowser

            webbrowser.open(address)

    threading.Thread(target=announce, daemon=True).start()
    preparation.start()
    try:
        with contextlib.suppress(KeyboardInterrupt):
            server.run()
    finally:
        preparation.stop()


def _claim(host: str, port: int) -> None:
    """Raises DualityError where the port cannot be listened on."""
    try:
        family, kind, *_, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            if os.name == "posix":
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(where)
    except OSError as error:
        why = error.strerror or str(error)
        raise DualityError(
            f"The page cannot be served at {host}:{port} ({why}): give another port with `--port`."
        ) from error
